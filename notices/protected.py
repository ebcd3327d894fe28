"""What must not change any more, and why: because people read it in a published notice, or a list answers by it.

What was promised may become better, never worse. Pure: plain values in, {field: words} out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Problems = dict[str, "StrOrPromise"]

FIXED_ZONE = _("게시한 안내문의 날짜를 이 시간대로 세었어요. 그래서 바꿀 수 없어요.")
FIXED_CURRENCY = _("게시한 뒤에는 바꿀 수 없어요. 신청과 지급이 이 통화로 적혀 있어요.")
ONLY_EARLIER = _("안내문을 게시한 뒤에는 앞당길 수만 있어요. 법이 정한 시각을 이때부터 세요.")
BEGAN_ONLY_EARLIER = _("안내문을 게시한 뒤에는 앞당길 수만 있어요. 이날부터의 결제로 신청한 분이 있을 수 있어요.")
UNTIL_ONLY_LATER = _("게시한 마감일은 늦출 수만 있어요.")
CAP_ONLY_HIGHER = _("게시한 한도는 올리거나 없앨 수만 있어요.")
NOT_OVER_YET = _("아직 이어 가기로 한 일이 남았어요: %(day)s까지. 그 뒤에 마칠 수 있어요.")
NOBODY_TOLD = _("게시한 안내문이 없는 사고는 마칠 수 없어요.")
DECIDE_ONLY_SOONER = _("약속한 날수는 줄일 수만 있어요.")
SAID_NOT_LEAKED = _("유출되지 않은 것으로 확인했다고 적은 정보예요. 사고의 사실에서 먼저 빼 주세요.")
LEAKED_ON_THE_LIST = _("지금 답하는 명단에 이 정보가 유출된 분이 있어요.")

ITEM_ON_LISTS = _("들어온 명단이 이 코드를 써요. 그래서 코드를 바꾸거나 지울 수 없어요.")
ITEM_PUBLISHED = _("게시한 안내문이 이 항목을 이 이름으로 보여 줘요. 그래서 바꿀 수 없어요. 새 항목을 더해 주세요.")
ITEM_USED = _("묶음이나 안내문, 유출되지 않은 정보가 이 항목을 써요. 거기서 먼저 빼 주세요.")
TIER_TOLD = _("이 묶음으로 나누어 준비한 통지가 있어요. 그래서 무엇으로 나누는지와 순서를 바꾸거나 지울 수 없어요.")
TIER_REMEDY = _("받을 수 있는 것이 이 묶음의 번호로 정해져 있어요. 그래서 번호를 바꾸거나 지울 수 없어요.")
CLOCK_PUBLISHED = _("게시한 안내문이 이 시각을 보여 줘요. 그래서 지울 수 없어요.")
PASSED = _("기한이 이미 지났어요. 기한을 늦추는 대신 늦은 까닭이나 법이 허락한 예외를 적어 주세요.")
LAST_CONTACT = _("게시한 안내문에는 물어볼 곳이 하나는 있어야 해요. 다른 연락처를 먼저 더해 주세요.")


@dataclass(frozen=True)
class Depends:
    """What leans on an incident by now."""

    published: bool
    lists: bool
    campaign: bool
    # Numbers of tiers for which there is a remedy.
    remedies: frozenset[int] = frozenset()
    # Codes that a published version names, and those that a tier, a draft or the incident itself names.
    published_items: frozenset[str] = frozenset()
    used_items: frozenset[str] = frozenset()
    # The last day on which something must be kept up, such as the notice itself.
    kept_up_until: dt.date | None = None


def facts(before: Mapping[str, Any], after: Mapping[str, Any], depends: Depends) -> Problems:
    if not depends.published:
        return {"ended_date": NOBODY_TOLD} if after["ended_date"] else {}
    worse = {
        "time_zone": (after["time_zone"] != before["time_zone"], FIXED_ZONE),
        "currency": (after["currency"] != before["currency"], FIXED_CURRENCY),
        "learned_at": (after["learned_at"] > before["learned_at"], ONLY_EARLIER),
        "leak_started_at": (after["leak_started_at"] > before["leak_started_at"], BEGAN_ONLY_EARLIER),
        "claims_until_date": (_sooner(before["claims_until_date"], after["claims_until_date"]), UNTIL_ONLY_LATER),
        "claim_cap": (_lower(before, after), CAP_ONLY_HIGHER),
        "decide_within_business_days": (
            after["decide_within_business_days"] > before["decide_within_business_days"],
            DECIDE_ONLY_SOONER,
        ),
    }
    return {field: words for field, (is_worse, words) in worse.items() if is_worse} | _over(after, depends)


def _over(after: Mapping[str, Any], depends: Depends) -> Problems:
    if after["ended_date"] and depends.kept_up_until and after["ended_date"] <= depends.kept_up_until:
        return {"ended_date": NOT_OVER_YET % {"day": depends.kept_up_until.isoformat()}}
    return {}


def _sooner(before: dt.date | None, after: dt.date | None) -> bool:
    return before is not None and (after is None or after < before)


def _lower(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """No cap at all is the best; a cap for those who may not claim yet takes nothing away."""
    if before["claims_until_date"] is None or after["claim_cap"] is None:
        return False
    return before["claim_cap"] is None or after["claim_cap"] < before["claim_cap"]


def item(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, depends: Depends) -> Problems:
    """`before` None: a new one; `after` None: it goes."""
    if before is None:
        return {}
    code = before["code"]
    if after is None or after["code"] != code:
        if code in depends.published_items:
            return {"code": ITEM_PUBLISHED}
        if depends.lists:
            return {"code": ITEM_ON_LISTS}
        return {"code": ITEM_USED} if code in depends.used_items else {}
    if code not in depends.published_items:
        return {}
    return {name: ITEM_PUBLISHED for name in after if after[name] != before.get(name)}


def tier(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, depends: Depends, *, last: int) -> Problems:
    """`last`: the highest number there is. Its words may always change: a published version keeps its own."""
    if not depends.campaign:
        first = min(one["number"] for one in (before, after) if one)
        moves = after is None or before is None or before["number"] != after["number"]
        if moves and any(number >= first for number in depends.remedies):
            return {"" if after is None else "number": TIER_REMEDY}
        return {}
    if before is None:
        return {"number": TIER_TOLD} if after is not None and after["number"] <= last else {}
    if after is None:
        return {"": TIER_TOLD}
    same = {"any_of": set(after["any_of"]) == set(before["any_of"]), "number": after["number"] == before["number"]}
    return {name: TIER_TOLD for name, is_same in same.items() if not is_same}


def third_party(after: Mapping[str, Any] | None, *, not_leaked: Collection[str]) -> Problems:
    return {"items": SAID_NOT_LEAKED} if after is not None and set(after["items"]) & set(not_leaked) else {}


def clock(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, depends: Depends, *, at: dt.datetime
) -> Problems:
    if before is None:
        return {}
    if after is None:
        return {"": CLOCK_PUBLISHED} if depends.published else {}
    due = before["due_at"]
    if before["kind"] != "do_by" or due is None or due >= at or before.get("met_at"):
        return {}
    return {"due_at": PASSED} if after["due_at"] is None or after["due_at"] > due else {}


def contact(after: Mapping[str, Any] | None, depends: Depends, *, others: int) -> Problems:
    return {"": LAST_CONTACT} if after is None and depends.published and not others else {}


def fixed(depends: Depends) -> dict[str, StrOrPromise]:
    """What staff are told of a fact before they try."""
    if not depends.published:
        return {}
    return {
        "time_zone": FIXED_ZONE,
        "currency": FIXED_CURRENCY,
        "learned_at": ONLY_EARLIER,
        "leak_started_at": BEGAN_ONLY_EARLIER,
        "claims_until_date": UNTIL_ONLY_LATER,
        "claim_cap": CAP_ONLY_HIGHER,
        "decide_within_business_days": DECIDE_ONLY_SOONER,
    }


def leaked(codes: Collection[str], on_the_list: Collection[str]) -> Problems:
    return {"not_leaked": LEAKED_ON_THE_LIST} if set(codes) & set(on_the_list) else {}

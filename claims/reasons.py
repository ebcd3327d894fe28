"""Why a loss is recognised or not: the reasons staff choose from, in the words the claimant reads, with the rule each rests on.

A code is written into decisions and never changes its meaning: new words are a new code. The law is as read on READ_ON.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from claims.states import Kind, Outcome

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

READ_ON = dt.date(2026, 11, 22)

FULL, PART, REFUSED = Outcome.FULL, Outcome.PART, Outcome.REFUSED

# The rules that reasons rest on.
CARD_LEAKED = _("여신전문금융업법 제16조 제5항 제2호")
GROSS_NEGLIGENCE = _("여신전문금융업법 제16조 제6항·제7항")
DAMAGES = _("개인정보 보호법 제39조")
# Not a law: what the issuer itself promised to this incident's people.
TERMS = _("이 사고의 선보상 기준")


@dataclass(frozen=True)
class Reason:
    code: str
    outcomes: tuple[Outcome, ...]
    words: StrOrPromise
    rule: StrOrPromise
    law: bool = True


REASONS = {
    reason.code: reason
    for reason in (
        Reason(
            "card_data_leaked",
            (FULL, PART),
            _("유출된 카드 정보로 결제된 것으로 보여요. 해킹으로 얻은 카드 정보를 쓴 결제는 카드사가 책임져요."),
            CARD_LEAKED,
        ),
        Reason(
            "tricked_by_leaked_data",
            (FULL, PART),
            _("유출된 정보를 아는 사람에게 속아 나간 돈으로 보여요."),
            DAMAGES,
        ),
        Reason(
            "cost_of_the_leak",
            (FULL, PART),
            _("유출 때문에 피해를 막거나 확인하느라 쓴 돈이에요."),
            DAMAGES,
        ),
        Reason("within_terms", (FULL, PART), _("먼저 보상하기로 한 피해예요."), TERMS, law=False),
        Reason(
            "part_returned",
            (PART,),
            _("이미 돌려받은 금액을 빼고 인정했어요."),
            TERMS,
            law=False,
        ),
        Reason(
            "part_proven",
            (PART,),
            _("낸 자료로 확인되는 금액까지 인정했어요."),
            TERMS,
            law=False,
        ),
        Reason(
            "not_leaked_data",
            (REFUSED,),
            _("이번에 유출된 정보로는 일어날 수 없는 피해로 보여요."),
            TERMS,
            law=False,
        ),
        Reason(
            "own_payment",
            (REFUSED,),
            _("본인이나 가족카드 회원이 한 결제로 확인됐어요."),
            TERMS,
            law=False,
        ),
        Reason(
            "already_returned",
            (REFUSED,),
            _("이미 모두 돌려받은 금액이에요."),
            TERMS,
            law=False,
        ),
        Reason(
            "not_shown",
            (REFUSED,),
            _("지금 있는 자료로는 피해를 확인하지 못했어요. 새 자료가 있으면 다시 신청할 수 있어요."),
            TERMS,
            law=False,
        ),
        Reason(
            "gross_negligence",
            (REFUSED, PART),
            _("계약서에 적힌 고의나 중대한 과실을 카드사가 증명한 결제예요."),
            GROSS_NEGLIGENCE,
        ),
    )
}


def fits(code: str, outcome: str) -> bool:
    return code in REASONS and outcome in REASONS[code].outcomes


def for_outcome(outcome: str) -> list[Reason]:
    return [reason for reason in REASONS.values() if outcome in reason.outcomes]


@dataclass(frozen=True)
class Objection:
    """Somebody outside the house who looks at a decision once more, free of charge."""

    who: StrOrPromise
    phone: str
    words: StrOrPromise
    rule: StrOrPromise = ""


FSS = Objection(
    _("금융감독원"),
    "1332",
    _(
        "카드 결제에 대한 결정은 결과를 안 날부터 7일 안에 다시 조사해 달라고 할 수 있어요. 조사가 끝날 때까지 그 금액은 청구하지 않아요."
    ),
    _("여신전문금융업감독규정 제24조의9"),
)
MEDIATION = Objection(
    _("개인정보 분쟁조정위원회"),
    "1833-6972",
    _("유출로 입은 손해의 조정을 무료로 신청할 수 있어요."),
    _("개인정보 보호법 제43조"),
)


def objections(kinds: Iterable[str]) -> list[Objection]:
    """Where to turn for losses of these kinds; the days of the re-investigation count for card payments only."""
    return [FSS, MEDIATION] if Kind.CARD_PAYMENT in set(kinds) else [MEDIATION]

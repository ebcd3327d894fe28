"""What the law asks of whoever leaked, when it asks it and by when: a table, and which of it applies to what is known.

Every value is data as read on READ_ON: an incident may keep its own (clock_models.LegalDuty) and its clocks are copies. What
was found in no text of law is `sourced=False`: a setting of ours, shown as one. Pure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.states import ClockKind, CountedFrom

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

READ_ON = dt.date(2026, 11, 22)

# Codes of leaked items that are unique identifiers (고유식별정보).
UNIQUE_IDS = frozenset({"rrn"})

# Under which act a leak falls, by its code.
ACTS: dict[str, StrOrPromise] = {
    "pipa": gettext_lazy("개인정보 보호법"),
    "credit": gettext_lazy("신용정보법"),
    "card": gettext_lazy("여신전문금융업법"),
    "efin": gettext_lazy("전자금융거래법"),
}


@dataclass(frozen=True)
class Duty:
    """`people_from`, `unique_ids`, `outside_access`, `no_contact`: any of them is enough; none of them named: always."""

    code: str
    act: str
    name_ko: str
    name_en: str
    law_ko: str
    law_en: str
    counted_from: str = CountedFrom.LEARNED
    kind: str = ClockKind.DO_BY
    # None: without delay.
    hours: int | None = None
    people_from: int | None = None
    unique_ids: bool = False
    outside_access: bool = False
    no_contact: bool = False
    # A fully automated decision: this product takes none.
    automated: bool = False
    sourced: bool = True
    note: StrOrPromise = ""
    read_on: dt.date = READ_ON

    @property
    def always(self) -> bool:
        return not (self.people_from or self.unique_ids or self.outside_access or self.no_contact or self.automated)


DUTIES = {
    duty.code: duty
    for duty in (
        Duty(
            "pipa_notify",
            "pipa",
            "한 분 한 분께 알리기",
            "Telling each person",
            "개인정보 보호법 제34조 제1항, 시행령 제39조 제1항 · 안 때부터 72시간 안",
            "Personal Information Protection Act, Art. 34(1); Decree, Art. 39(1): within 72 hours of learning",
            hours=72,
        ),
        Duty(
            "pipa_report",
            "pipa",
            "개인정보 보호위원회·KISA 신고",
            "Report to the privacy commission or KISA",
            "개인정보 보호법 제34조 제4항, 시행령 제40조 · 안 때부터 72시간 안",
            "Personal Information Protection Act, Art. 34(4); Decree, Art. 40: within 72 hours of learning",
            hours=72,
            people_from=1_000,
            unique_ids=True,
            outside_access=True,
        ),
        Duty(
            "pipa_post",
            "pipa",
            "안내문을 30일 넘게 게시",
            "Keeping the notice up for 30 days",
            "개인정보 보호법 시행령 제39조 제3항 · 연락처를 모르는 분을 위해",
            "Personal Information Protection Act Decree, Art. 39(3): for people whose contacts we do not have",
            counted_from=CountedFrom.POSTING,
            kind=ClockKind.KEEP_UP,
            hours=30 * 24,
            no_contact=True,
        ),
        Duty(
            "credit_report",
            "credit",
            "금융위원회·금융감독원 신고",
            "Report to the Financial Services Commission or Supervisory Service",
            "신용정보법 제39조의4, 시행령 제34조의4 제5항 · 지체 없이",
            "Credit Information Act, Art. 39-4; Decree, Art. 34-4(5): without delay",
            people_from=10_000,
        ),
        Duty(
            "credit_publicise",
            "credit",
            "유출 사실 공표",
            "Publicising the leak",
            "신용정보법 시행령 제34조의4 제4항",
            "Credit Information Act Decree, Art. 34-4(4)",
            counted_from=CountedFrom.POSTING,
            kind=ClockKind.KEEP_UP,
            hours=15 * 24,
            people_from=10_000,
            sourced=False,
            note=gettext_lazy(
                "공표 기간은 감독규정이 정하는데 그 글을 확인하지 못했어요. 15일은 우리가 정한 값이에요."
            ),
        ),
        Duty(
            "card_review",
            "card",
            "금융감독원 재조사를 신청할 수 있는 동안",
            "While a member may ask the FSS to investigate again",
            "여신전문금융업감독규정 제24조의9 · 결과를 안 날부터 7일",
            "Credit Finance Supervision Regulation, Art. 24-9: 7 days from the result",
            counted_from=CountedFrom.RESULT,
            kind=ClockKind.KEEP_UP,
            hours=7 * 24,
        ),
        Duty(
            "efin_report",
            "efin",
            "금융위원회에 침해사고 신고",
            "Report of the intrusion to the Financial Services Commission",
            "전자금융거래법 제21조의5 · 지체 없이",
            "Electronic Financial Transactions Act, Art. 21-5: without delay",
            outside_access=True,
        ),
        Duty(
            "efin_error",
            "efin",
            "오류를 바로잡아 달라는 요구에 원인과 결과 알리기",
            "Telling cause and result of an error that was reported",
            "전자금융거래법 제8조 · 요구를 받은 날부터 2주 안",
            "Electronic Financial Transactions Act, Art. 8: within 2 weeks of the request",
            counted_from=CountedFrom.REQUEST,
            hours=14 * 24,
        ),
        Duty(
            "pipa_automated",
            "pipa",
            "자동으로 한 결정에 대한 거부·설명 요구에 답하기",
            "Answering whoever refuses an automated decision or asks about it",
            "개인정보 보호법 제37조의2 · 요구를 받은 날부터 30일 안, 30일씩 두 번까지 늘릴 수 있음",
            "Personal Information Protection Act, Art. 37-2: within 30 days, two extensions of 30 days",
            counted_from=CountedFrom.REQUEST,
            hours=30 * 24,
            automated=True,
        ),
        Duty(
            "order_answer",
            "pipa",
            "규제기관의 명령에 답하기",
            "Answering a regulator's order",
            "개인정보 보호위원회 의결(2025-12-03)의 예 · 받은 때부터 7일",
            "After the privacy commission's decision of 2025-12-03: 7 days from receipt",
            counted_from=CountedFrom.ORDER,
            hours=7 * 24,
            sourced=False,
            note=gettext_lazy("법 조문이 아니라 위원회가 정한 예예요. 명령에 기한이 적혀 있으면 그 기한을 적어요."),
        ),
    )
}
# What staff may set otherwise for one incident.
VALUES = ("law_ko", "law_en", "hours", "people_from", "unique_ids", "outside_access", "sourced", "read_on")


@dataclass(frozen=True)
class Facts:
    """What is known. None: not known yet, and what is not known is taken to be so: a report too many harms nobody."""

    acts: Collection[str]
    people: int | None
    unique_ids: bool | None
    outside_access: bool | None
    no_contact: int | None


@dataclass(frozen=True)
class Verdict:
    applies: bool
    # Something that is not known yet could change it.
    sure: bool
    because: list[str]


def own(duty: Duty, values: Mapping[str, Any]) -> Duty:
    """The duty with the values that an incident keeps for itself."""
    return replace(duty, **{name: values[name] for name in VALUES})


def verdict(duty: Duty, facts: Facts) -> Verdict:
    if duty.act not in facts.acts:
        return Verdict(False, True, [_("이 법이 적용되지 않는 사고예요.")])
    if duty.always:
        return Verdict(True, True, [_("언제나")])
    because, unsure = [], []
    if duty.people_from is not None:
        limit = {"limit": f"{duty.people_from:,}", "people": f"{facts.people or 0:,}"}
        if facts.people is None:
            unsure.append(_("몇 명인지 아직 몰라요(기준 %(limit)s명)") % limit)
        elif facts.people >= duty.people_from:
            because.append(_("%(people)s명, 기준 %(limit)s명 이상") % limit)
    for asked, known, yes, not_known in (
        (duty.unique_ids, facts.unique_ids, _("민감정보나 고유식별정보"), _("어떤 정보인지 아직 몰라요")),
        (duty.outside_access, facts.outside_access, _("밖에서 불법으로 접근"), _("밖에서 들어왔는지 아직 몰라요")),
        (
            duty.no_contact,
            None if facts.no_contact is None else facts.no_contact > 0,
            _("연락처를 모르는 분이 있음"),
            _("연락처를 모르는 분이 있는지 아직 몰라요"),
        ),
    ):
        if asked and known:
            because.append(yes)
        elif asked and known is None:
            unsure.append(not_known)
    if because:
        return Verdict(True, True, because)
    if unsure:
        return Verdict(True, False, unsure)
    if duty.automated:
        return Verdict(False, True, [_("여기서는 아무것도 자동으로 결정하지 않아요.")])
    return Verdict(False, True, [_("기준에 이르지 않아요.")])

"""What the law asks of a notice: the statutory items, which kinds of notice must carry them, and the stored sentence for item 7.

개인정보 보호법 제34조 제1항 and 제2항, 시행령 제39조 and 제39조의2, as read on 2026-11-22; in force since 2026-09-11.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from breachdesk.lib import dates
from notices import kinds
from notices.states import NoticeKind

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

REFERENCE = _("개인정보 보호법 제34조에 따른 알림")


@dataclass(frozen=True)
class StatutoryItem:
    number: int
    field: str  # of Notice, without _ko or _en
    law: StrOrPromise
    question: StrOrPromise  # %(who)s: the issuer, in Korean with its particle

    @property
    def reference(self) -> str:
        return gettext("개인정보 보호법 제34조 제1항 제%(number)d호") % {"number": self.number}


ITEMS = (
    StatutoryItem(1, "what_leaked", _("유출된 개인정보의 항목"), _("어떤 정보가 나갔나요?")),
    StatutoryItem(2, "when_and_how", _("유출된 시점과 그 경위"), _("언제, 어떻게 나갔나요?")),
    StatutoryItem(3, "what_to_do", _("피해를 줄이기 위해 할 수 있는 방법"), _("지금 무엇을 하면 되나요?")),
    StatutoryItem(4, "what_we_do", _("회사의 대응 조치와 피해 구제 절차"), _("%(who)s 무엇을 하고 있나요?")),
    StatutoryItem(5, "whom_to_ask", _("피해 신고를 받는 부서와 연락처"), _("어디에 물어보나요?")),
    StatutoryItem(6, "your_rights", _("법적 권리와 행사 방법"), _("나에게 어떤 권리가 있나요?")),
    StatutoryItem(7, "further_matters", _("그 밖에 대통령령으로 정하는 사항"), _("법령이 더 정한 사항이 있나요?")),
)

ALL_ITEMS = frozenset(item.number for item in ITEMS)


@dataclass(frozen=True)
class Duty:
    """What a kind of notice must carry: items by number, and whether it says when the next word comes."""

    items: frozenset[int]
    law: StrOrPromise
    next_word: bool = False


# Which items a possible-leak notice must carry (3 to 5, or 3 to 6) was read in the text before the amendment.
DUTIES = {
    # While only suspected: what and when as far as it is known, items 3 to 5, and that another notice will follow.
    NoticeKind.POSSIBLE: Duty(
        frozenset({1, 2, 3, 4, 5}), _("개인정보 보호법 제34조 제2항, 시행령 제39조의2"), next_word=True
    ),
    # Of items 1 and 2 the first notice says what is known (Decree Art. 39(2)), so they are never empty.
    NoticeKind.CONFIRMED: Duty(ALL_ITEMS, _("개인정보 보호법 제34조 제1항")),
    # Every version stands for those before it on the first page, so it carries everything again.
    NoticeKind.FURTHER: Duty(ALL_ITEMS, _("개인정보 보호법 시행령 제39조 제2항")),
    NoticeKind.CORRECTION: Duty(ALL_ITEMS, _("개인정보 보호법 제34조 제1항")),
    # An all-clear for some still tells the others.
    NoticeKind.NOT_LEAKED: Duty(ALL_ITEMS, _("개인정보 보호법 시행령 제39조의3 제3항")),
}
ALL_CLEAR = Duty(frozenset({5}), _("개인정보 보호법 시행령 제39조의3 제3항"))
# What the decree prescribes beyond items 1 to 6 (item 7); none was found in the decree as read.
PRESCRIBED: tuple[str, ...] = ()


def nothing_prescribed(on: dt.date) -> dict[str, str]:
    """Item 7 where the decree prescribes nothing further, as of a day."""
    return {
        "ko": f"대통령령이 더 정한 사항은 없어요({dates.long_day(on, 'ko')} 기준).",
        "en": f"The decree prescribes nothing further (as of {dates.long_day(on, 'en')}).",
        "easy": f"법이 더 알리라고 한 것은 없어요.\n{dates.long_day(on, 'ko')}에 확인했어요.",
    }


def duty(kind: str, cleared: str = "") -> Duty:
    return ALL_CLEAR if kinds.clears_everybody(kind, cleared) else DUTIES[NoticeKind(kind)]


def fields_carried(kind: str, cleared: str = "") -> list[str]:
    """The fields of the items that a notice of this kind must carry."""
    return [item.field for item in ITEMS if item.number in duty(kind, cleared).items]

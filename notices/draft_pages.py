"""What staff read of a version: what is still empty and which law asks for it, what it says otherwise than the one before."""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices import catalogue, law, queries, snapshots
from notices.models import Notice
from notices.states import NoticeKind, NoticeState

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ITEMS = {item.field: item for item in law.ITEMS}
HEADINGS: dict[str, StrOrPromise] = {
    "title": gettext_lazy("제목"),
    "lede": gettext_lazy("머리글"),
    "changes": gettext_lazy("무엇이 왜 달라졌나요?"),
    "next_word": gettext_lazy("다음 안내"),
}
LANGUAGES = {"ko": gettext_lazy("한국어"), "en": gettext_lazy("영어"), "easy": gettext_lazy("쉬운 글")}


def heading(name: str) -> StrOrPromise:
    """1 유출된 개인정보의 항목"""
    item = ITEMS.get(name)
    return f"{item.number} {item.law}" if item else HEADINGS[name]


def reference(name: str) -> str:
    return ITEMS[name].reference if name in ITEMS else ""


def needed(kind: str, *, later: bool) -> set[str]:
    """The texts that this kind of notice may not lack."""
    carried = law.fields_carried(kind) if kind in NoticeKind.values else []
    return {"title", "lede", *carried, *(["changes"] if later else [])}


@dataclass(frozen=True)
class Missing:
    field: str
    words: str
    law: str


def missing(notice: Notice) -> list[Missing]:
    """What is still empty, in words."""
    found = []
    for field in queries.missing_from(notice):
        if field == "contact_points":
            found.append(Missing(field, _("연락처: 이 사고에 물어볼 곳이 하나도 없어요"), reference("whom_to_ask")))
            continue
        name, _underline, code = field.rpartition("_")
        words = _("%(what)s · %(language)s") % {"what": heading(name), "language": LANGUAGES[code]}
        found.append(Missing(field, words, reference(name)))
    return found


@dataclass(frozen=True)
class Line:
    """One text of a version in its languages, and what stood there in the version before."""

    name: str
    heading: StrOrPromise
    law: str
    ko: str
    en: str
    changed: bool
    easy: str
    before_ko: str
    before_en: str
    before_easy: str


def lines(notice: Notice, before: Notice | None) -> list[Line]:
    found = []
    for name in snapshots.TEXTS:
        codes = ("ko", "en", "easy")
        now = [getattr(notice, f"{name}_{code}", "") for code in codes]
        was = [getattr(before, f"{name}_{code}", "") for code in codes]
        if not any((*now, *was)) or (name == "changes" and before is None):
            continue
        # What changed is said anew in every version: that it differs says nothing.
        differs = before is not None and name != "changes" and now != was
        ko, en, easy = now
        found.append(Line(name, heading(name), reference(name), ko, en, differs, easy, *was))
    return found


def not_leaked(notice: Notice) -> list[StrOrPromise]:
    known = catalogue.items(notice.incident.extra_items)
    return [known[code].name if code in known else code for code in notice.not_leaked]


def as_if_published(notice: Notice, *, at: dt.datetime) -> Notice:
    """A draft as the public would see it if it were published now; the row stays as it is."""
    if notice.state == NoticeState.PUBLISHED:
        return notice
    shown = copy.copy(notice)
    shown.counted, shown.published_at = queries.counted_now(notice.incident), at
    return shown


def closed_in_words(proposal: Any) -> str:
    return proposal.get_closed_as_display() if proposal.closed_as else _("승인을 기다림")

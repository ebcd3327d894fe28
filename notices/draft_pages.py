"""What staff read of a version: what the linter found, and what it says otherwise than the one before."""

from __future__ import annotations

import copy
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext as _

from breachdesk.lib.tags import in_language
from notices import catalogue, law, proofreading, queries, texts
from notices.linting import Finding
from notices.models import Incident, Notice
from notices.states import NoticeKind, NoticeState

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def needed(kind: str, cleared: str, *, later: bool) -> set[str]:
    """The texts that this kind of notice may not lack."""
    duty = law.duty(kind, cleared) if kind in NoticeKind.values else None
    carried = law.fields_carried(kind, cleared) if duty else []
    also = ["next_word"] if duty and duty.next_word else []
    return {"title", "lede", *carried, *also, *(["changes"] if later else [])}


@dataclass(frozen=True)
class Found:
    """A finding as the desk shows it: which words, where, by which rule, and where to mend it."""

    key: str
    place: str
    language: StrOrPromise
    words: str
    law: str
    href: str
    aside: bool


@dataclass(frozen=True)
class Reading:
    """What the linter makes of a version: what blocks, what blocks unless two people set it aside, and advice."""

    must: list[Found]
    may_be_set_aside: list[Found]
    advice: list[Found]
    by_name: dict[str, list[tuple[str, Found]]]

    @property
    def blocking(self) -> list[Found]:
        return [*self.must, *self.may_be_set_aside]

    def of(self, name: str) -> list[tuple[str, Found]]:
        """("blocks" or "advice", what) of one text."""
        return self.by_name.get(name, [])


def read(notice: Notice, *, at: dt.datetime, form: str = "") -> Reading:
    """`form`: the address of the page on which the texts are written, empty on that page itself."""
    groups: dict[str, list[Found]] = {"blocks": [], "may_be_set_aside": [], "advice": []}
    by_name: dict[str, list[tuple[str, Found]]] = {}
    for one in proofreading.findings(notice, at=at):
        found = _found(one, notice.incident, form)
        groups[one.weight.value].append(found)
        by_name.setdefault(one.field, []).append(("blocks" if one.blocks else "advice", found))
    return Reading(groups["blocks"], groups["may_be_set_aside"], groups["advice"], by_name)


def _found(one: Finding, incident: Incident, form: str) -> Found:
    language = texts.LANGUAGES.get(one.language, "")
    href = f"{form}#id_{one.field}" + (f"_{one.language}" if one.language else "")
    if one.field == "contact_points":
        href = reverse("admin:notices_incident_change", args=[incident.pk])
    elif one.field == "not_leaked":
        href += "_0"
    return Found(
        one.key, texts.place(one.field, one.language), language, one.words, one.law, href, one.may_be_set_aside
    )


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
    for name in texts.TEXTS:
        codes = ("ko", "en", "easy")
        now = [getattr(notice, f"{name}_{code}", "") for code in codes]
        was = [getattr(before, f"{name}_{code}", "") for code in codes]
        if not any((*now, *was)) or (name == "changes" and before is None):
            continue
        # What changed is said anew in every version: that it differs says nothing.
        differs = before is not None and name != "changes" and now != was
        ko, en, easy = now
        found.append(Line(name, texts.heading(name), texts.reference(name), ko, en, differs, easy, *was))
    return found


def not_leaked(notice: Notice) -> list[StrOrPromise]:
    known = catalogue.items(notice.incident.extra_items)
    return [known[code].name if code in known else code for code in notice.not_leaked]


def set_aside(proposal: Any) -> list[dict[str, str]]:
    """What the proposal leaves as it is, with the place in words."""
    found = []
    for one in proposal.set_aside:
        name, _underline, language = one["where"].rpartition("_")
        known = language in texts.LANGUAGES
        place = texts.place(name, language) if known else texts.place(one["where"], "")
        found.append({**one, "place": place})
    return found


def cleared(notice: Notice) -> str:
    """For whom an all-clear is, in words."""
    groups = [name for number, name in tiers(notice.incident) if number in notice.cleared_tiers]
    said = str(notice.get_cleared_display()) if notice.cleared else ""
    return f"{said}: {', '.join(map(str, groups))}" if said and groups else said


def tiers(incident: Incident) -> list[tuple[int, StrOrPromise]]:
    """The groups of an incident, and those of whom nothing was sure."""
    named: list[tuple[int, StrOrPromise]] = [(one.number, in_language(one, "name")) for one in incident.tiers.all()]
    return [*named, (queries.POSSIBLY, _("유출 가능성만 있던 분"))]


def as_if_published(notice: Notice, *, at: dt.datetime) -> Notice:
    """A draft as the public would see it if it were published now; the row stays as it is."""
    if notice.state == NoticeState.PUBLISHED:
        return notice
    shown = copy.copy(notice)
    shown.counted, shown.published_at = queries.counted_now(notice.incident), at
    shown.cleared_people = queries.cleared_now(notice)
    return shown


def closed_in_words(proposal: Any) -> str:
    return proposal.get_closed_as_display() if proposal.closed_as else _("승인을 기다림")

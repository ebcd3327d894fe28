"""What the public pages show of what was told when: the catalogue of incidents, an incident's versions, and how two differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from breachdesk.lib import dates, markup
from breachdesk.lib.tags import in_language
from notices import differing, law, pages, queries, rules, snapshots
from notices.models import Incident, Notice


@dataclass(frozen=True)
class Told:
    """One version in the list of all."""

    notice: Notice
    tag: pages.Tag
    kind: str
    when: str
    why: str
    # The version before it, with which it may be compared.
    before: int | None


@dataclass(frozen=True)
class Part:
    """One field of a notice in two versions."""

    number: int | None
    law: str
    title: str
    difference: differing.Difference
    # Of the easy-read text, which is Korean.
    easy: differing.Difference | None = None


@dataclass(frozen=True)
class Figure:
    """How many people of one group were counted, and what they lost, in two versions."""

    name: str
    before: int | None
    after: int | None
    items_added: Sequence[str]
    items_removed: Sequence[str]

    @property
    def changed(self) -> bool:
        return self.before != self.after or bool(self.items_added or self.items_removed)


def catalogue_page(incidents: Sequence[Incident]) -> list[dict[str, Any]]:
    """Every incident, that last told of first."""
    rows = []
    for incident in incidents:
        published = list(queries.published_notices(incident))
        zone = ZoneInfo(incident.time_zone)
        newest, first = published[0], published[-1]
        pairs = [
            (_("얼마나 확실한가요"), rules.confidence([(one.kind, one.cleared) for one in published]).label),
            (_("처음 알린 때"), _day(first, zone)),
            (_("마지막으로 고친 때"), _day(newest, zone)),
            (_("안내문"), _("%(number)d판까지") % {"number": newest.number}),
        ]
        if incident.ended_date:
            pairs.append((_("대응을 마친 날"), dates.long_day(incident.ended_date, _language())))
        rows.append(
            {
                "incident": incident,
                "title": in_language(newest, "title"),
                "tag": pages.tag(newest.kind, newest.cleared, pages.told_before(newest, published)),
                "record": pairs,
                "what_changed": what_changed(newest) if len(published) > 1 else "",
                "versions": len(published),
                "last": newest.published_at,
            }
        )
    return sorted(rows, key=lambda row: row["last"], reverse=True)


def what_changed(notice: Notice) -> str:
    """In one line."""
    lines = markup.plain(in_language(notice, "changes")).splitlines()
    return " ".join(line.removeprefix("- ") for line in lines if line.strip())


def versions_page(incident: Incident) -> dict[str, Any]:
    published = list(queries.published_notices(incident))
    zone = ZoneInfo(incident.time_zone)
    before = [*(one.number for one in published[1:]), None]
    return {
        "incident": incident,
        "title": in_language(published[0], "title"),
        "versions": [
            Told(
                one,
                pages.tag(one.kind, one.cleared),
                one.get_kind_display(),
                _moment(one, zone),
                in_language(one, "changes") or in_language(one, "lede"),
                earlier,
            )
            for one, earlier in zip(published, before, strict=True)
        ],
    }


def changes_page(before: Notice, after: Notice, *, issuer: str) -> dict[str, Any]:
    """Everything that two versions of one incident say, side by side: the figures first, then each text."""
    incident = after.incident
    zone = ZoneInfo(incident.time_zone)
    parts = _parts(before, after, issuer=issuer)
    figures = [one for one in _figures(before, after) if one.before is not None or one.after is not None]
    between = queries.published_notices(incident).filter(number__gt=before.number, number__lte=after.number)
    return {
        "incident": incident,
        "before": before,
        "after": after,
        "kinds": (_kind(before), _kind(after)) if _kind(before) != _kind(after) else None,
        "tag": pages.tag(after.kind, after.cleared),
        "record": [
            (_("%(number)d판을 올린 때") % {"number": before.number}, _moment(before, zone)),
            (_("%(number)d판을 올린 때") % {"number": after.number}, _moment(after, zone)),
        ],
        "whys": [(one.number, in_language(one, "changes")) for one in reversed(between) if in_language(one, "changes")],
        "figures": figures,
        "figures_changed": any(one.changed for one in figures),
        "not_leaked": _codes(incident, before.not_leaked, after.not_leaked),
        "parts": parts,
    }


def _kind(notice: Notice) -> str:
    """With whom an all-clear is for."""
    return " · ".join(filter(None, (notice.get_kind_display(), notice.get_cleared_display() if notice.cleared else "")))


def _parts(before: Notice, after: Notice, *, issuer: str) -> list[Part]:
    language = _language()
    named = [
        (None, "", _("제목"), "title"),
        (None, "", _("첫머리"), "lede"),
        *((item.number, str(item.law), pages.question(item, issuer=issuer), item.field) for item in law.ITEMS),
        (None, "", _("다음 안내"), "next_word"),
    ]
    found = []
    for number, reference, title, field in named:
        whole = differing.difference(in_language(before, field), in_language(after, field), language)
        easy = None
        if not language.startswith("en") and field in snapshots.EASY:
            easy = differing.difference(*(getattr(notice, f"{field}_easy") for notice in (before, after)), "ko")
        found.append(Part(number, reference, title, whole, easy if easy and easy.changed else None))
    return [part for part in found if part.difference.lines or part.easy]


def _figures(before: Notice, after: Notice) -> list[Figure]:
    earlier, later = ({one["tier"]: one for one in notice.counted if one["people"]} for notice in (before, after))
    names = {box.tier: box.name for notice in (before, after) for box in pages.boxes(notice)}
    tiers = sorted({*earlier, *later}, key=lambda tier: (tier == queries.POSSIBLY, tier))
    found = []
    for tier in tiers:
        was, now = earlier.get(tier), later.get(tier)
        added, removed = _codes(after.incident, was["items"] if was else [], now["items"] if now else [])
        people = [one["people"] if one else None for one in (was, now)]
        found.append(Figure(names.get(tier, ""), people[0], people[1], added, removed))
    return found


def _codes(incident: Incident, before: Sequence[str], after: Sequence[str]) -> tuple[list[str], list[str]]:
    """The names of what came and of what went."""
    return (
        [str(item.name) for item in pages.known_items(incident, [code for code in after if code not in before])],
        [str(item.name) for item in pages.known_items(incident, [code for code in before if code not in after])],
    )


def _language() -> str:
    return get_language() or "ko"


def _day(notice: Notice, zone: ZoneInfo) -> str:
    assert notice.published_at is not None  # a constraint: published
    return dates.long_day(notice.published_at.astimezone(zone), _language()).replace(" ", pages.UNBROKEN)


def _moment(notice: Notice, zone: ZoneInfo) -> str:
    """With the year: a list of years is read by it."""
    assert notice.published_at is not None
    joint = ", " if _language().startswith("en") else " "
    at = notice.published_at.astimezone(zone)
    return f"{dates.long_day(at, _language())}{joint}{dates.clock(at)}"  # may break: two stand beside each other on a phone

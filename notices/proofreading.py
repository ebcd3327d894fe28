"""A version before the linter: what it says, and what the incident, its lists and its contact points say."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from zoneinfo import ZoneInfo

from django.utils import translation

from breachdesk.context import issuer
from notices import catalogue, linting, queries, snapshots, texts
from notices.linting import ContactFacts, Facts, Finding, KnownItem, ListFacts
from notices.models import ContactPoint, Incident, Notice
from notices.states import NoticeKind


def findings(notice: Notice, *, at: dt.datetime) -> list[Finding]:
    return linting.findings(facts(notice, at=at))


def in_the_way(found: Collection[Finding], *, set_aside: Collection[str] = ()) -> list[Finding]:
    """What must not be published like this; `set_aside`: keys of findings that two people did not follow."""
    return [one for one in found if one.blocks and not (one.may_be_set_aside and one.key in set_aside)]


def facts(notice: Notice, *, at: dt.datetime) -> Facts:
    incident = notice.incident
    zone = ZoneInfo(incident.time_zone)
    told = list(queries.published_notices(incident).filter(number__lt=notice.number).order_by("number"))
    return Facts(
        kind=notice.kind,
        cleared=notice.cleared,
        cleared_tiers=notice.cleared_tiers,
        cleared_people=queries.cleared_now(notice) if notice.kind == NoticeKind.NOT_LEAKED else None,
        texts=_texts(notice),
        items=_items(incident),
        began=incident.leak_started_at.astimezone(zone),
        ended=incident.leak_ended_at.astimezone(zone),
        learned=incident.learned_at.astimezone(zone),
        today=at.astimezone(zone).date(),
        not_leaked=notice.not_leaked,
        told=[(one.kind, one.cleared) for one in told],
        before=_texts(told[-1]) if told else {},
        listed=_list(incident),
        contacts=[_contact(point) for point in queries.contact_points(incident)],
        department={code: getattr(incident, f"department_{code}") for code in ("ko", "en")},
        own_phones=frozenset({re.sub(r"\D", "", issuer()["phone"])} - {""}),
    )


def _texts(notice: Notice) -> dict[str, str]:
    names = [f"{name}_{code}" for name in texts.TEXTS for code in texts.languages(name)]
    return {name: snapshots.of_notice(notice)[name] for name in names}


def _items(incident: Incident) -> dict[str, KnownItem]:
    known = catalogue.items(incident.extra_items)
    names: dict[str, dict[str, str]] = {}
    for language in ("ko", "en"):
        with translation.override(language):
            names[language] = {code: str(item.name) for code, item in known.items()}
    return {code: KnownItem(code, item.group, names["ko"][code], names["en"][code]) for code, item in known.items()}


def _list(incident: Incident) -> ListFacts | None:
    if incident.active_dataset_id is None:
        return None
    sure: set[str] = set()
    possible: set[str] = set()
    people = {True: 0, False: 0}
    for items, count in queries.combinations(incident):
        codes = items.split("|")
        certain = {code for code in codes if not code.endswith("?")}
        sure |= certain
        possible |= {code.removesuffix("?") for code in codes if code.endswith("?")}
        people[bool(certain)] += count
    return ListFacts(frozenset(sure), frozenset(possible), people[True], people[False])


def _contact(point: ContactPoint) -> ContactFacts:
    return ContactFacts(point.kind, point.value, point.always_open or bool(point.hours.all()))

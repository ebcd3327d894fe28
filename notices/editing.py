"""What staff change of an incident at the desk: facts, own items, tiers, clocks, contact points.

Every change is made under the incident's lock, only over what its writer has seen, and is kept with before and after.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import models, transaction

from breachdesk import audit
from breachdesk.accounts.models import User
from notices import actions, clocking, hints, hours, protected, queries, rules, snapshots
from notices.models import Clock, ContactPoint, Incident, OpeningHours, SpecialHours, ThirdParty, Tier

Values = Mapping[str, Any]
# A day on which nobody is there is a row without hours.
CLOSED: tuple[tuple[Any, Any], ...] = ((None, None),)


def open_incident(*, slug: str, facts: Values, by: User, at: dt.datetime) -> Incident:
    """A new one, with nothing but its facts. Raises rules.NotAllowed and actions.AlreadyThere."""
    with transaction.atomic():
        rules.refuse_unless_staff(_actor(by))
        if Incident.objects.filter(slug=slug).exists():
            raise actions.AlreadyThere(slug)
        incident = Incident.objects.create(slug=slug, **facts, created_at=at, created_by=by)
        audit.record(kind="notices.incident_created", by=by, about=f"incident:{slug}", at=at)
    return incident


def change_facts(*, incident: Incident, facts: Values, seen: str, by: User, at: dt.datetime) -> bool:
    """False where nothing is different. Raises rules.NotAllowed; rules.Protected names the fields."""
    with transaction.atomic():
        incident = _locked(incident, by)
        before = _as_seen(snapshots.of_facts(incident), seen)
        for name, value in facts.items():
            setattr(incident, name, value)
        after = snapshots.of_facts(incident)
        if not snapshots.changed(before, after):
            return False
        problems = protected.facts(before, after, queries.depends_on(incident))
        if added := set(after["not_leaked"]) - set(before["not_leaked"]):
            problems |= protected.leaked(added, queries.leaked_on_the_list(incident))
        _refuse(problems)
        incident.save(update_fields=[*snapshots.FACTS])
        _record("incident_changed", incident, before, after, by=by, at=at)
        if after["learned_at"] != before["learned_at"]:
            clocking.count_anew(incident=incident, by=by, at=at)
    hours.forget_help_line()
    return True


# -- own items ------------------------------------------------------------------------------------------------------------


def keep_item(
    *, incident: Incident, code: str | None, item: Values | None, seen: str, by: User, at: dt.datetime
) -> bool:
    """`code` None: a new one; `item` None: it goes. Raises rules.NotAllowed."""
    with transaction.atomic():
        incident = _locked(incident, by)
        items = [snapshots.of_item(one) for one in incident.extra_items]
        place = next((place for place, one in enumerate(items) if one["code"] == code), None)
        if code is not None and place is None:
            raise rules.ChangedSince
        before = None if place is None else _as_seen(items[place], seen)
        after = None if item is None else snapshots.of_item(item)
        if before == after or (before is None and after in items):
            return False
        others = [one["code"] for one in items if one is not before]
        if after and after["code"] in others:
            raise rules.Protected({"code": rules.CODE_TAKEN})
        _refuse(protected.item(before, after, queries.depends_on(incident)))
        kept = [one for one in items if one is not before]
        if after is not None:
            kept.insert(len(kept) if place is None else place, after)
        incident.extra_items = kept
        incident.save(update_fields=["extra_items"])
        _record(
            "item_changed", incident, before or {}, after or {}, by=by, at=at, thing=(before or after or {})["code"]
        )
    return True


# -- tiers, clocks, contact points ----------------------------------------------------------------------------------------


def keep_tier(
    *, incident: Incident, tier: Tier | None, values: Values | None, seen: str, by: User, at: dt.datetime
) -> bool:
    """`tier` None: a new one; `values` None: it goes. Raises rules.NotAllowed."""
    with transaction.atomic():
        incident = _locked(incident, by)
        rows = list(incident.tiers.order_by("number"))
        row, before = _found(rows, tier, snapshots.of_tier, seen)
        if values is not None and row is None and _there(rows, snapshots.of_tier, values, but="number"):
            return False
        last = rows[-1].number if rows else 0
        _refuse(protected.tier(before, values, queries.depends_on(incident), last=last))
        row = _write(Tier(incident=incident, number=last + 1000), row, values)
        _in_order(rows, row, "number", place=values["number"] if values else None)
        return _kept("tier_changed", incident, before, snapshots.of_tier(row) if row else {}, by=by, at=at)


def keep_third_party(
    *, incident: Incident, one: ThirdParty | None, values: Values | None, seen: str, by: User, at: dt.datetime
) -> bool:
    """`one` None: a new one; `values` None: it goes. Raises rules.NotAllowed."""
    with transaction.atomic():
        incident = _locked(incident, by)
        rows = list(incident.third_parties.order_by("position", "pk"))
        row, before = _found(rows, one, snapshots.of_third_party, seen)
        if values is not None and row is None and _there(rows, snapshots.of_third_party, values, but="position"):
            return False
        _refuse(protected.third_party(values, not_leaked=incident.not_leaked))
        row = _write(ThirdParty(incident=incident, position=len(rows) + 1), row, values)
        _in_order(rows, row, "position", place=values["position"] if values else None)
        after = snapshots.of_third_party(row) if row else {}
        return _kept("third_party_changed", incident, before, after, by=by, at=at)


def keep_clock(
    *, incident: Incident, clock: Clock | None, values: Values | None, seen: str, by: User, at: dt.datetime
) -> bool:
    """`clock` None: a new one; `values` None: it goes. Hours, where given, say when it is due. Raises rules.NotAllowed."""
    with transaction.atomic():
        incident = _locked(incident, by)
        rows = list(incident.clocks.order_by("position", "pk"))
        row, before = _found(rows, clock, snapshots.of_clock, seen)
        if values is not None:
            ends = clocking.due(
                incident, counted_from=values["counted_from"], hours=values["hours"], typed=values["due_at"]
            )
            values = {**values, "due_at": ends}
            if row is None and _there(rows, snapshots.of_clock, values, but="position"):
                return False
        _refuse(protected.clock(before, values, queries.depends_on(incident), at=at))
        if values is not None and values["exception_ko"] != (before or {}).get("exception_ko", ""):
            values = {**values, "exception_by": by if values["exception_ko"] else None}
        row = _write(Clock(incident=incident, position=len(rows) + 1), row, values)
        _in_order(rows, row, "position", place=values["position"] if values else None)
        return _kept("clock_changed", incident, before, snapshots.of_clock(row) if row else {}, by=by, at=at)


def keep_contact(
    *,
    incident: Incident,
    point: ContactPoint | None,
    values: Values | None,
    week: Sequence[Sequence[tuple[dt.time, dt.time]]] = (),
    special: Mapping[dt.date, Sequence[tuple[dt.time, dt.time]]] | None = None,
    seen: str,
    by: User,
    at: dt.datetime,
) -> bool:
    """With its hours, day by day, and the days that are not as usual. Raises rules.NotAllowed."""
    with transaction.atomic():
        incident = _locked(incident, by)
        rows = list(incident.contact_points.order_by("position", "pk"))
        row, before = _found(rows, point, snapshots.of_contact, seen)
        if values is not None and row is None and _there(rows, snapshots.of_contact, values, but="position"):
            return False
        others = len([one for one in rows if one is not row])
        _refuse(protected.contact(values, queries.depends_on(incident), others=others))
        row = _write(ContactPoint(incident=incident, position=len(rows) + 1), row, values)
        _in_order(rows, row, "position", place=values["position"] if values else None)
        if row is not None:
            row.hours.all().delete()
            row.special_hours.all().delete()
            OpeningHours.objects.bulk_create(
                OpeningHours(contact_point=row, weekday=weekday, opens=opens, closes=closes)
                for weekday, spans in enumerate(week)
                for opens, closes in spans
            )
            SpecialHours.objects.bulk_create(
                SpecialHours(contact_point=row, day=day, opens=opens, closes=closes)
                for day, spans in (special or {}).items()
                for opens, closes in (spans or CLOSED)
            )
        after = snapshots.of_contact(ContactPoint.objects.get(pk=row.pk)) if row else {}
        kept = _kept("contact_changed", incident, before, after, by=by, at=at)
    hours.forget_help_line()
    return kept


# -- how each of them is done ---------------------------------------------------------------------------------------------


def _locked(incident: Incident, by: User) -> Incident:
    rules.refuse_unless_staff(_actor(by))
    return Incident.objects.select_for_update(of=("self",), no_key=True).get(pk=incident.pk)


def _as_seen(before: dict[str, Any], seen: str) -> dict[str, Any]:
    """Raises rules.ChangedSince."""
    if snapshots.stamp(before) != seen:
        raise rules.ChangedSince
    return before


def _found(
    rows: Sequence[Any], thing: models.Model | None, of: Callable[[Any], dict[str, Any]], seen: str
) -> tuple[Any, dict[str, Any] | None]:
    """The row that is meant and what it says; None and None for a new one. Raises rules.ChangedSince."""
    if thing is None:
        return None, None
    row = next((row for row in rows if row.pk == thing.pk), None)
    if row is None:
        raise rules.ChangedSince
    return row, _as_seen(of(row), seen)


def _there(rows: Sequence[Any], of: Callable[[Any], dict[str, Any]], values: Values, *, but: str) -> bool:
    """The same is there already: the form was sent twice."""
    wanted = {name: value for name, value in values.items() if name != but}
    return any(all(said[name] == value for name, value in wanted.items()) for said in map(of, rows))


def _write(new: Any, row: Any, values: Values | None) -> Any:
    """The row as it is now; None where it went."""
    if values is None:
        row.delete()
        return None
    row = row or new
    for name, value in values.items():
        if name not in ("number", "position"):
            setattr(row, name, value)
    row.save()
    return row


def _in_order(rows: Sequence[Any], row: Any, field: str, *, place: int | None) -> None:
    """Numbers all from one, `row` at its place; a place beyond the end is the end."""
    gone_or_moved = [one for one in rows if row is None or one.pk != row.pk]
    if row is not None:
        gone_or_moved.insert(max((place or 1) - 1, 0), row)
    wanted = [one for one in gone_or_moved if one.pk is not None]
    if [getattr(one, field) for one in wanted] == list(range(1, len(wanted) + 1)):
        return
    # In two steps: a number is there once.
    for beyond in (2000, 0):
        for number, one in enumerate(wanted, start=1):
            setattr(one, field, number + beyond)
            one.save(update_fields=[field])


def _kept(kind: str, incident: Incident, before: Values | None, after: Values, *, by: User, at: dt.datetime) -> bool:
    different = bool(snapshots.changed(before or {}, after))
    if different:
        named = after or before or {}
        _record(kind, incident, before or {}, after, by=by, at=at, thing=named["name_ko"])
    return different


def _refuse(problems: protected.Problems) -> None:
    if problems:
        raise rules.Protected(problems)


def _record(
    kind: str, incident: Incident, before: Values, after: Values, *, by: User, at: dt.datetime, **data: Any
) -> None:
    different = snapshots.changed(before, after)
    audit.record(kind=f"notices.{kind}", by=by, about=f"incident:{incident.slug}", at=at, **different, **data)
    transaction.on_commit(hints.hurry_pages)


def _actor(user: User) -> rules.Actor:
    return rules.Actor(id=user.pk, works_here=user.is_staff and user.is_active)

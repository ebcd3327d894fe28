"""What staff do about what the law asks: keep its values for one incident, take its clocks over, write down that one was met."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from breachdesk import audit
from breachdesk.accounts.models import User
from breachdesk.files.models import StoredFile
from notices import duties, posting_rules, rules, snapshots
from notices.clock_models import LegalDuty
from notices.models import Clock, Incident
from notices.states import OF_A_CASE, CountedFrom, NoticeState

# -- what applies ---------------------------------------------------------------------------------------------------------

WITHOUT_CONTACT = """
    SELECT EXISTS (
        SELECT FROM notices_affectedrecord
        WHERE dataset_id = %s AND phone_hash IS NULL AND email_hash IS NULL
    )
"""
CODES = """
    SELECT DISTINCT rtrim(code, '?')
    FROM (SELECT DISTINCT items FROM notices_affectedrecord WHERE dataset_id = %s) AS kind,
         unnest(string_to_array(kind.items, '|')) AS code
"""


def facts_of(incident: Incident) -> duties.Facts:
    """What the law's conditions are judged by: typed by staff, else read from the list that answers."""
    people, no_contact, unique_ids = incident.people_estimate, None, incident.unique_ids
    if incident.active_dataset is not None:
        with connection.cursor() as cursor:
            people = incident.active_dataset.people
            cursor.execute(WITHOUT_CONTACT, [incident.active_dataset_id])
            no_contact = int(cursor.fetchone()[0])
            if unique_ids is None:
                cursor.execute(CODES, [incident.active_dataset_id])
                unique_ids = bool(duties.UNIQUE_IDS & {code for (code,) in cursor.fetchall()})
    elif unique_ids is None and set(incident.not_leaked) >= duties.UNIQUE_IDS:
        unique_ids = False
    return duties.Facts(
        acts=incident.legal_acts,
        people=people,
        unique_ids=unique_ids,
        outside_access=incident.outside_access,
        no_contact=no_contact,
    )


def duties_of(incident: Incident) -> dict[str, duties.Duty]:
    """The table, with what this incident keeps otherwise."""
    own = {row.code: vars(row) for row in incident.legal_duties.all()}
    return {code: duties.own(duty, own[code]) if code in own else duty for code, duty in duties.DUTIES.items()}


def proposed(incident: Incident) -> list[duties.Duty]:
    """Duties that apply, as far as is known, and have no clock yet. Each order has a clock of its own."""
    facts, there = facts_of(incident), set(incident.clocks.values_list("code", flat=True))
    return [
        duty
        for duty in duties_of(incident).values()
        if duty.counted_from != CountedFrom.ORDER and duty.code not in there and duties.verdict(duty, facts).applies
    ]


# -- acts -----------------------------------------------------------------------------------------------------------------


def keep_duty(
    *, incident: Incident, code: str, values: Mapping[str, Any] | None, seen: str, by: User, at: dt.datetime
) -> bool:
    """This incident's own values of a duty; None: those of the table again. Clocks that run stay as they are.

    Raises rules.NotAllowed.
    """
    with transaction.atomic():
        incident = _locked(incident, by)
        before = snapshots.of_duty(duties_of(incident)[code])
        if snapshots.stamp(before) != seen:
            raise rules.ChangedSince
        if values is None:
            incident.legal_duties.filter(code=code).delete()
        else:
            LegalDuty.objects.update_or_create(
                incident=incident, code=code, defaults={**values, "changed_at": at, "changed_by": by}
            )
        after = snapshots.of_duty(duties_of(Incident.objects.get(pk=incident.pk))[code])
        if different := snapshots.changed(before, after):
            _record("duty_changed", incident, by=by, at=at, thing=code, **different)
    return bool(different)


def adopt(*, incident: Incident, codes: Collection[str], by: User, at: dt.datetime) -> list[Clock]:
    """Clocks for these duties, where they apply and have none. Raises rules.NotAllowed."""
    with transaction.atomic():
        incident = _locked(incident, by)
        made = []
        for duty in proposed(incident):
            if duty.code in codes:
                made.append(_clock_of(duty, incident, position=incident.clocks.count() + 1))
                after = snapshots.of_clock(made[-1])
                _record("clock_changed", incident, by=by, at=at, thing=duty.name_ko, **snapshots.changed({}, after))
    return made


def _clock_of(duty: duties.Duty, incident: Incident, *, position: int) -> Clock:
    return Clock.objects.create(
        incident=incident,
        position=position,
        code=duty.code,
        kind=duty.kind,
        name_ko=duty.name_ko,
        name_en=duty.name_en,
        law_ko=duty.law_ko,
        law_en=duty.law_en,
        sourced=duty.sourced,
        read_on=duty.read_on,
        counted_from=duty.counted_from,
        hours=duty.hours,
        due_at=due(incident, counted_from=duty.counted_from, hours=duty.hours),
    )


def due(
    incident: Incident, *, counted_from: str, hours: int | None, typed: dt.datetime | None = None
) -> dt.datetime | None:
    """When a clock of this incident ends; None: without delay, not begun, or each case by itself."""
    if counted_from in OF_A_CASE:
        return None
    if hours is None:
        return typed
    if counted_from == CountedFrom.LEARNED:
        return incident.learned_at + dt.timedelta(hours=hours)
    posted_at = first_posted_at(incident)
    return posted_at and posting_rules.keep_until(posted_at, hours=hours, zone=ZoneInfo(incident.time_zone))


def first_posted_at(incident: Incident) -> dt.datetime | None:
    first = incident.notices.filter(state=NoticeState.PUBLISHED).order_by("published_at").first()
    return first.published_at if first else None


def count_from_posting(*, incident: Incident) -> None:
    """A first version is public: what counts from that moment begins. Within the transaction that publishes it."""
    for clock in incident.clocks.filter(counted_from=CountedFrom.POSTING, due_at=None).exclude(hours=None):
        clock.due_at = due(incident, counted_from=clock.counted_from, hours=clock.hours)
        clock.save(update_fields=["due_at"])


def count_anew(*, incident: Incident, by: User, at: dt.datetime) -> None:
    """The leak was learned of at another moment: clocks that are so many hours after it. Within that transaction."""
    for clock in incident.clocks.filter(counted_from=CountedFrom.LEARNED).exclude(hours=None):
        before = snapshots.of_clock(clock)
        clock.due_at = due(incident, counted_from=clock.counted_from, hours=clock.hours)
        clock.save(update_fields=["due_at"])
        different = snapshots.changed(before, snapshots.of_clock(clock))
        _record("clock_changed", incident, by=by, at=at, thing=clock.name_ko, **different)


def meet(
    *,
    clock: Clock,
    met_at: dt.datetime,
    evidence: str,
    file: StoredFile | None,
    seen: str,
    by: User,
    at: dt.datetime,
) -> bool:
    """Writes down when it was met and what shows it. Written again, the audit keeps both. Raises rules.NotAllowed."""
    with transaction.atomic():
        incident = _locked(clock.incident, by)
        clock = Clock.objects.select_for_update(of=("self",)).get(pk=clock.pk)
        before = snapshots.of_meeting(clock)
        if snapshots.stamp(before) != seen:
            raise rules.ChangedSince
        rules.refuse_meeting(
            of_a_case=clock.counted_from in OF_A_CASE,
            learned_at=incident.learned_at,
            met_at=met_at,
            evidence=evidence,
            at=at,
        )
        clock.met_at, clock.evidence = met_at, evidence
        clock.evidence_file = file or clock.evidence_file
        if not (different := snapshots.changed(before, snapshots.of_meeting(clock))):
            return False
        clock.met_by, clock.met_written_at = by, at
        clock.save(update_fields=["met_at", "evidence", "evidence_file", "met_by", "met_written_at"])
        _record("clock_met", incident, by=by, at=at, thing=clock.name_ko, **different)
    return True


def _locked(incident: Incident, by: User) -> Incident:
    rules.refuse_unless_staff(rules.Actor(id=by.pk, works_here=by.is_staff and by.is_active))
    locked = Incident.objects.select_for_update(of=("self",), no_key=True).select_related("active_dataset")
    return locked.get(pk=incident.pk)


def _record(kind: str, incident: Incident, *, by: User, at: dt.datetime, **data: Any) -> None:
    audit.record(kind=f"notices.{kind}", by=by, about=f"incident:{incident.slug}", at=at, **data)

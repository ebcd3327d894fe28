"""What an incident gives beside compensation: offered by two, granted once a person, used, ended. Actions."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from breachdesk import audit, keys
from breachdesk.accounts.models import User
from cards import rules
from cards.benefit_models import Entitlement, MonitoringCode, Offer
from cards.models import Act
from cards.states import Benefit
from lookup.models import Person
from lookup.queries import incidents_of
from notices.models import Incident


class SamePerson(Exception):
    """What costs money is offered on the word of two people."""


class NoCodeLeft(Exception):
    """Every code that was bought has been given."""


@dataclass(frozen=True)
class Terms:
    benefit: Benefit
    for_card_data: bool
    ask_until: dt.date
    lasts_days: int


def offer(*, incident: Incident, terms: Sequence[Terms], by: User, confirmed_by: User, at: dt.datetime) -> int:
    """What is offered already stays as it is. How many are new. Raises SamePerson."""
    if by == confirmed_by:
        raise SamePerson
    made = 0
    with transaction.atomic():
        for each in terms:
            _offer, new = Offer.objects.get_or_create(
                incident=incident,
                benefit=each.benefit,
                defaults={
                    "for_card_data": each.for_card_data,
                    "ask_until_date": each.ask_until,
                    "lasts_days": each.lasts_days,
                    "by": by,
                    "confirmed_by": confirmed_by,
                    "at": at,
                },
            )
            made += new
        if made:
            about = f"incident:{incident.slug}"
            audit.record(kind="cards.benefits_offered", by=by, about=about, at=at, offers=made, other=confirmed_by.pk)
    return made


def load_codes(*, incident: Incident, codes: Iterable[str], by: User, at: dt.datetime) -> int:
    """Codes that were bought; one that is there is not loaded twice. How many are new."""
    hashes = {code: keys.indexes("cards.monitoring", code) for code in codes}
    under_any = [each for found in hashes.values() for each in found]
    there = set(MonitoringCode.objects.filter(code_hash__in=under_any).values_list("code_hash", flat=True))
    rows, active = [], keys.index_keys().active
    for code, found in hashes.items():
        if there.intersection(found):
            continue
        row = MonitoringCode(incident=incident, seal_id=uuid.uuid4(), code_hash=found[0], index_key=active)
        row.sealed_code = keys.seal(code, bound_to=row.bound)
        rows.append(row)
    with transaction.atomic():
        before = MonitoringCode.objects.count()
        MonitoringCode.objects.bulk_create(rows, ignore_conflicts=True)
        new = MonitoringCode.objects.count() - before
        about = f"incident:{incident.slug}"
        audit.record(kind="cards.codes_loaded", by=by, about=about, at=at, codes=new)
    return new


def grant(
    *, person: Person, offer: Offer, leaked: Iterable[str], language: str, by: User | None, at: dt.datetime
) -> Entitlement:
    """Once a person; asked again, what they have. `leaked`: for certain and possibly. Raises rules.NotForThem, rules.TooLate, NoCodeLeft."""
    with transaction.atomic():
        Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        if held := Entitlement.objects.filter(person=person, offer=offer).first():
            return held
        today = timezone.localdate(at)
        rules.check_benefit(for_card_data=offer.for_card_data, leaked=leaked, until=offer.ask_until_date, today=today)
        made = _grant(person, offer, language=language, at=at)
        if offer.benefit == Benefit.MONITORING:
            free = MonitoringCode.objects.filter(incident=offer.incident_id, entitlement=None).order_by("pk")
            code = free.select_for_update(skip_locked=True, of=("self",)).first()
            if code is None:
                raise NoCodeLeft
            code.entitlement = made
            code.save(update_fields=["entitlement"])
        _audit(made, "granted", by=by, at=at)
        return made


def use(*, person: Person, entitlement: int, by: User | None, at: dt.datetime) -> Entitlement | None:
    """Whoever opens their code uses it; once. None where it is none of theirs, or no code opens it."""
    with transaction.atomic():
        theirs = Entitlement.objects.filter(person=person, pk=entitlement, offer__benefit=Benefit.MONITORING)
        held = theirs.select_for_update(of=("self",)).first()
        if held is not None and held.used_at is None:
            held.used_at = at
            held.save(update_fields=["used_at"])
            _audit(held, "used", by=by, at=at)
        return held


def waived(*, act: Act, at: dt.datetime) -> None:
    """A new card cost nothing: the waiver stands in the ledger, granted when the card was asked for and used now. In the act's
    transaction."""
    offers = Offer.objects.filter(benefit=Benefit.WAIVER, incident__in=incidents_of(act.person)).order_by(
        "-incident_id"
    )
    first = offers.first()
    # Two cards may be confirmed at once.
    Person.objects.select_for_update(of=("self",)).get(pk=act.person_id)
    if first is None or Entitlement.objects.filter(person=act.person_id, offer=first).exists():
        return
    made = _grant(act.person, first, language=act.language, at=act.asked_at)
    Entitlement.objects.filter(pk=made.pk).update(used_at=at, act=act, remind_at=None)
    _audit(made, "used", by=None, at=at)


def _grant(person: Person, offer: Offer, *, language: str, at: dt.datetime) -> Entitlement:
    local = timezone.localtime(at)
    ends = rules.benefit_ends(local.date(), lasts_days=offer.lasts_days)
    wanted = rules.remind_of_end(ends, local=local)
    return Entitlement.objects.create(
        person=person, offer=offer, language=language, granted_at=at, ends_date=ends, remind_at=wanted
    )


def _audit(held: Entitlement, what: str, *, by: User | None, at: dt.datetime) -> None:
    audit.record(
        kind=f"cards.benefit_{what}", by=by, about=f"person:{held.person_id}", at=at, benefit=held.offer.benefit
    )

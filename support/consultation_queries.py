"""Reads of what staff wrote down of calls, letters and visits."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from breachdesk.accounts.models import User
from lookup.models import Person
from support.consultation_models import Asking, Consultation, Deed
from support.consultation_states import CONSULTATION_STANDING


def standing() -> QuerySet[Consultation]:
    """What is not over."""
    return Consultation.objects.filter(state__in=CONSULTATION_STANDING)


def overdue(*, today: dt.date) -> QuerySet[Consultation]:
    return standing().filter(due_date__lt=today)


def one(reference: str) -> Consultation | None:
    return Consultation.objects.select_related("person", "taken_by").filter(reference=reference).first()


def asking_of(consultation: Consultation, *, by: User, at: dt.datetime) -> Asking | None:
    """What this member of staff is asking of the caller now."""
    askings = Asking.objects.filter(consultation=consultation, by=by, ended_at=None, proved_at=None, expires_at__gt=at)
    return askings.select_related("letter").first()


def deeds_of(consultation: Consultation) -> list[Deed]:
    deeds = Deed.objects.filter(right__consultation=consultation)
    return list(deeds.select_related("right__agent").order_by("at", "pk"))


def consultations_by_deed(person: Person) -> dict[str, str]:
    """In which consultation each thing was done for somebody, by its reference."""
    deeds = Deed.objects.filter(right__proof__person=person).exclude(what="")
    return dict(deeds.order_by("pk").values_list("what", "right__consultation__reference"))


def unforgotten(*, closed_before: dt.datetime) -> QuerySet[Consultation]:
    return Consultation.objects.exclude(state__in=CONSULTATION_STANDING).filter(closed_at__lte=closed_before)

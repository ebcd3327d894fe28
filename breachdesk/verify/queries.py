"""Reads of this room."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

from breachdesk import keys
from breachdesk.verify import rules
from breachdesk.verify.actions import SENDER
from breachdesk.verify.models import FakeReport
from breachdesk.verify.states import Fake


def of_sender(typed: str) -> list[uuid.UUID]:
    """The hashes of a sending number or address, under each key of ours."""
    sender = rules.sender_key(typed)
    return keys.indexes(SENDER, sender) if sender else []


def alike(report: FakeReport) -> QuerySet[FakeReport]:
    """Other reports of the same sender."""
    if report.sender_hash is None:
        return FakeReport.objects.none()
    return FakeReport.objects.filter(sender_hash=report.sender_hash).exclude(pk=report.pk).order_by("-pk")


def new() -> QuerySet[FakeReport]:
    return FakeReport.objects.filter(state=Fake.RECEIVED)

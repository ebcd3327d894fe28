"""The archive leaves sealed hands only when one has said why and another has agreed. Writers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db import transaction

from breachdesk import audit
from breachdesk.accounts.models import User
from breachdesk.mailhouse import making, rules, states
from breachdesk.mailhouse.models import Batch, Taking


def ask(*, batch: Batch, reason: str, by: User, at: dt.datetime) -> Taking:
    """Raises rules.NotAllowed."""
    rules.refuse_unless_staff(works_here=by.is_staff and by.is_active)
    if not reason.strip():
        raise rules.NoReason
    with transaction.atomic():
        held = Batch.objects.select_for_update(of=("self",), no_key=True).get(pk=batch.pk)
        _refuse_unless_there(held)
        taking = Taking.objects.create(batch=held, asked_by=by, asked_at=at, reason=reason.strip()[:200])
        audit.record(kind="mailhouse.taking_asked", by=by, about=held.about, at=at, reason=taking.reason)
    return taking


def agree(*, taking: Taking, by: User, at: dt.datetime) -> Taking:
    """A second time: nothing happens. Raises rules.NotAllowed."""
    rules.refuse_unless_staff(works_here=by.is_staff and by.is_active)
    with transaction.atomic():
        held = Taking.objects.select_for_update(of=("self",)).select_related("batch").get(pk=taking.pk)
        rules.refuse_unless_another(first=held.asked_by_id, second=by.pk)
        _refuse_unless_there(held.batch)
        if held.agreed_at is None:
            held.agreed_by, held.agreed_at = by, at
            held.save(update_fields=["agreed_by", "agreed_at"])
            audit.record(
                kind="mailhouse.taking_agreed", by=by, about=held.batch.about, at=at, asked_by=held.asked_by_id
            )
    return held


def take(*, taking: Taking, by: User, at: dt.datetime) -> Iterator[bytes]:
    """The bytes, for whoever asked, as often as needed within a day. Raises rules.NotAllowed."""
    rules.refuse_unless_staff(works_here=by.is_staff and by.is_active)
    with transaction.atomic():
        held = Taking.objects.select_for_update(of=("self",)).select_related("batch").get(pk=taking.pk)
        if not is_good(held, by=by, at=at):
            raise rules.Over
        _refuse_unless_there(held.batch)
        held.taken_at = at
        held.save(update_fields=["taken_at"])
        audit.record(
            kind="mailhouse.taken", by=by, about=held.batch.about, at=at, reason=held.reason, sha256=held.batch.sha256
        )
    return making.read(held.batch)


def is_good(taking: Taking, *, by: User, at: dt.datetime) -> bool:
    agreed = taking.agreed_at is not None and at < taking.agreed_at + rules.TAKING_LIVES
    return agreed and taking.asked_by_id == by.pk


def _refuse_unless_there(batch: Batch) -> None:
    if batch.state not in states.OUT or not batch.has_file:
        raise rules.NotNow

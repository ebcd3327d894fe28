"""What staff do about a regulator's order: write it down, take it on, attach papers, say that it was answered, confirm that."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max

from breachdesk import audit, files
from breachdesk.accounts.models import User
from notices import clocking, rules, snapshots
from notices.models import Incident
from notices.order_models import OrderDocument, RegulatorOrder
from notices.states import OrderState

FACTS = ("authority", "office", "reference", "asks", "received_at", "due_at")
OPEN = (OrderState.RECEIVED, OrderState.IN_HAND, OrderState.TO_CONFIRM)
MOST_DOCUMENTS = 30


class TooMany(rules.NotAllowed):
    words = rules.TOO_MANY_PAPERS


def answer_by(incident: Incident, *, received_at: dt.datetime) -> dt.datetime:
    """Where the order itself names no day: so long as the incident's table of duties says."""
    return received_at + dt.timedelta(hours=clocking.duties_of(incident)["order_answer"].hours or 0)


def of_order(order: RegulatorOrder) -> dict[str, Any]:
    return {name: getattr(order, name) for name in FACTS}


def write_down(*, incident: Incident, facts: Mapping[str, Any], by: User, at: dt.datetime) -> RegulatorOrder:
    """The same order twice is one order. Raises rules.NotAllowed."""
    with transaction.atomic():
        rules.refuse_unless_staff(_actor(by))
        incident = Incident.objects.select_for_update(of=("self",), no_key=True).get(pk=incident.pk)
        there = incident.orders.filter(**facts).first()
        if there is not None:
            return there
        newest = incident.orders.aggregate(newest=Max("number"))["newest"] or 0
        order = RegulatorOrder.objects.create(
            incident=incident, number=newest + 1, **facts, written_at=at, written_by=by
        )
        _record("order_received", order, by=by, at=at, authority=order.authority, due_at=order.due_at.isoformat())
    return order


def correct(*, order: RegulatorOrder, facts: Mapping[str, Any], seen: str, by: User, at: dt.datetime) -> bool:
    """What was typed wrong, until somebody says that it was answered. Raises rules.NotAllowed."""
    with transaction.atomic():
        order = _locked(order, by)
        before = of_order(order)
        if snapshots.stamp(before) != seen:
            raise rules.ChangedSince
        if order.state not in (OrderState.RECEIVED, OrderState.IN_HAND):
            raise rules.Over(rules.ORDER_ANSWERED)
        if before["due_at"] < at and facts["due_at"] > before["due_at"]:
            raise rules.Protected({"due_at": rules.ORDER_PASSED})
        for name, value in facts.items():
            setattr(order, name, value)
        if different := snapshots.changed(before, of_order(order)):
            order.save(update_fields=[*FACTS])
            _record("order_corrected", order, by=by, at=at, **different)
    return bool(different)


def take_on(*, order: RegulatorOrder, by: User, at: dt.datetime) -> None:
    """Raises rules.NotAllowed, states.IllegalMove."""
    with transaction.atomic():
        order = _locked(order, by)
        order.move(to=OrderState.IN_HAND, by=by, at=at, taken_by=by)
        _record("order_taken", order, by=by, at=at)


def attach(*, order: RegulatorOrder, upload: UploadedFile, by: User, at: dt.datetime) -> OrderDocument:
    """A paper. The same bytes twice are one paper. Raises files.Refused, rules.NotAllowed."""
    stored = files.keep(upload, by=by, at=at)
    with transaction.atomic():
        order = _locked(order, by)
        if order.state == OrderState.ANSWERED:
            raise rules.Over(rules.ORDER_ANSWERED)
        same = order.documents.filter(file__received_sha256=stored.received_sha256).first()
        if same is not None:
            return same
        if order.documents.count() >= MOST_DOCUMENTS:
            raise TooMany
        document = OrderDocument.objects.create(order=order, file=stored, added_at=at, added_by=by)
        _record("order_paper_added", order, by=by, at=at, document=document.pk)
    return document


def say_answered(
    *, order: RegulatorOrder, answer: str, sent_at: dt.datetime, why_late: str, by: User, at: dt.datetime
) -> None:
    """One person says what went out and when. Raises rules.NotAllowed, states.IllegalMove."""
    with transaction.atomic():
        order = _locked(order, by)
        rules.refuse_answer(
            answer=answer,
            sent_at=sent_at,
            received_at=order.received_at,
            due_at=order.due_at,
            why_late=why_late,
            at=at,
        )
        order.move(
            to=OrderState.TO_CONFIRM, by=by, at=at, answer=answer, sent_at=sent_at, why_late=why_late, answered_by=by
        )
        _record("order_said_answered", order, by=by, at=at, sent_at=sent_at.isoformat())


def confirm(*, order: RegulatorOrder, by: User, at: dt.datetime) -> None:
    """Another person has seen that it went out. Raises rules.NotAllowed, states.IllegalMove."""
    with transaction.atomic():
        order = _locked(order, by)
        rules.refuse_own_answer(by=_actor(by), answered=order.answered_by_id)
        order.move(to=OrderState.ANSWERED, by=by, at=at, confirmed_at=at, confirmed_by=by)
        _record("order_answered", order, by=by, at=at, answered_by=order.answered_by_id)


def send_back(*, order: RegulatorOrder, reason: str, by: User, at: dt.datetime) -> None:
    """It is not answered yet, or not so. Raises rules.NotAllowed, states.IllegalMove."""
    with transaction.atomic():
        order = _locked(order, by)
        if not reason.strip():
            raise rules.NoReason
        order.move(to=OrderState.IN_HAND, by=by, at=at, note=reason.strip())
        _record("order_sent_back", order, by=by, at=at)


def _locked(order: RegulatorOrder, by: User) -> RegulatorOrder:
    rules.refuse_unless_staff(_actor(by))
    locked = RegulatorOrder.objects.select_for_update(of=("self",)).select_related("incident")
    return locked.get(pk=order.pk)


def _record(kind: str, order: RegulatorOrder, *, by: User, at: dt.datetime, **data: Any) -> None:
    audit.record(kind=f"notices.{kind}", by=by, about=order.about, at=at, **data)


def _actor(user: User) -> rules.Actor:
    return rules.Actor(id=user.pk, works_here=user.is_staff and user.is_active)

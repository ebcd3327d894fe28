"""A batch from hand to hand: gathered by one, released by another, handed over, posted; or dropped. Writers."""

from __future__ import annotations

import contextlib
import datetime as dt
import functools
import logging
import uuid
from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from breachdesk import audit
from breachdesk.accounts.models import User
from breachdesk.celery import hint
from breachdesk.mailhouse import queries, rules, states
from breachdesk.mailhouse.models import Batch, Letter, Part
from breachdesk.mailhouse.states import BatchState
from delivery import carrying
from lookup import letter_codes
from notices.models import Incident

log = logging.getLogger(__name__)
RECORDED_AT_ONCE = 2_000


def gather(*, incident: Incident, abouts: list[str], large_print: bool, by: User, at: dt.datetime) -> Batch:
    """Takes the letters that have waited longest. A worker prints them. Raises rules.NotAllowed."""
    rules.refuse_unless_staff(works_here=by.is_staff and by.is_active)
    with transaction.atomic():
        # Two who gather at once take different letters.
        held = Incident.objects.select_for_update(of=("self",), no_key=True).get(pk=incident.pk)
        pks = list(queries.waiting_letters(abouts, at=at).values_list("pk", flat=True)[: rules.MOST_LETTERS])
        if not pks:
            raise rules.NothingWaits
        batch = Batch.objects.create(
            incident=held,
            abouts=sorted(abouts),
            large_print=large_print,
            gathered_at=at,
            gathered_by=by,
            mailing=letter_codes.open_mailing(incident=held, by=by, at=at),
            file_id=uuid.uuid4(),
            letters_count=len(pks),
        )
        parts = Part.objects.bulk_create(
            Part(batch=batch, number=number, file_id=uuid.uuid4()) for number in range(-(-len(pks) // rules.PART))
        )
        Letter.objects.bulk_create(
            Letter(batch=batch, part=parts[place // rules.PART], number=place + 1, message_id=pk)
            for place, pk in enumerate(pks)
        )
        _record(batch, "gathered", by=by, at=at, letters=len(pks), large_print=large_print)
        transaction.on_commit(hurry)
    return batch


def hurry() -> None:
    try:
        for _printer in range(settings.PRINTING_WORKERS):
            # By its name: the task's module imports what imports this one.
            hint("breachdesk.mailhouse.tasks.make")
    except Exception as error:
        log.warning("no hint for letters: %s; beat will ask", type(error).__name__)


def make_on(*, batch: Batch, by: User, at: dt.datetime) -> Batch:
    """After it stopped and somebody mended why. What was made stays made. Raises rules.NotAllowed."""
    with _held(batch, by=by, among=(BatchState.STOPPED,)) as held:
        Part.objects.filter(batch=held, done_at=None).update(tries=0, lease_until=None)
        held.move(to=BatchState.MAKING, problem="", tries=0, lease_until=None)
        _record(held, "made_on", by=by, at=at)
        transaction.on_commit(hurry)
    return held


def release(*, batch: Batch, by: User, at: dt.datetime) -> Batch:
    """It may go to the mail house, on the word of a second person. Raises rules.NotAllowed."""
    with _held(batch, by=by, among=(BatchState.MADE,)) as held:
        rules.refuse_unless_another(first=held.gathered_by_id, second=by.pk)
        if not held.printed:
            raise rules.NothingInIt
        if called_back := len(queries.to_take_out(held)):
            raise rules.CancelledMeanwhile(n=called_back)
        held.move(to=BatchState.RELEASED, released_at=at, released_by=by)
        letter_codes.release(mailing=held.mailing, by=by, at=at)
        _record(held, "released", by=by, at=at, letters=held.printed)
    return held


def hand_over(*, batch: Batch, day: dt.date, by: User, at: dt.datetime) -> Batch:
    """The mail house has it. Some days later the archive is erased. Raises rules.NotAllowed."""
    with _held(batch, by=by, among=(BatchState.RELEASED,)) as held:
        assert held.released_at is not None
        rules.refuse_day(day, not_before=_day(held, held.released_at), today=_day(held, at))
        numbers = _numbers(held)
        for some in _in_batches(list(numbers)):
            carrying.handed_over({pk: numbers[pk] for pk in some}, at=_noon(held, day, at=at))
        held.move(to=BatchState.HANDED, handed_at=at, handed_date=day)
        _record(held, "handed_over", by=by, at=at, letters=held.printed, on=day.isoformat())
    return held


def post(*, batch: Batch, day: dt.date, count: int, by: User, at: dt.datetime) -> Batch:
    """The mail house says that it gave so many to the post on that day: its letters are accepted. Raises rules.NotAllowed."""
    with _held(batch, by=by, among=(BatchState.HANDED,)) as held:
        assert held.handed_date is not None
        rules.refuse_day(day, not_before=held.handed_date, today=_day(held, at))
        if count > held.printed:
            raise rules.MoreThanThereAre
        posted_at = _noon(held, day, at=at)
        posted = sum(carrying.posted(some, posted_at=posted_at, at=at) for some in _in_batches(list(_numbers(held))))
        held.move(to=BatchState.POSTED, posted_at=at, posted_date=day, posted_count=count)
        _record(held, "posted", by=by, at=at, letters=posted, counted=count, on=day.isoformat())
    return held


def drop(*, batch: Batch, reason: str, by: User, at: dt.datetime) -> Batch:
    """It never leaves: its letters wait for another batch, its codes open nothing. Raises rules.NotAllowed."""
    if not reason.strip():
        raise rules.NoReason
    with _held(batch, by=by, among=states.TO_DROP) as held:
        held.move(to=BatchState.DROPPED, dropped_at=at, reason=reason.strip()[:200], lease_until=None)
        letters = Letter.objects.filter(batch=held)
        codes = letters.exclude(code=None).values_list("code", flat=True)
        letter_codes.withdraw(list(codes), why="batch_dropped", at=at)
        letters.update(in_hand=False)
        erase(held)
        _record(held, "dropped", by=by, at=at, reason=held.reason)
    return held


def delete_all(names: Iterable[str]) -> None:
    for name in names:
        if name:
            default_storage.delete(name)


def erase(batch: Batch) -> None:
    """The archive and its parts: the keys now, the bytes when the transaction commits."""
    parts = Part.objects.filter(batch=batch)
    names = [batch.storage_name, *parts.values_list("storage_name", flat=True)]
    parts.exclude(storage_name="").update(storage_name="", sealed_key=None)
    batch.storage_name, batch.sealed_key = "", None
    batch.save(update_fields=["storage_name", "sealed_key"])
    transaction.on_commit(functools.partial(delete_all, names), robust=True)


@contextlib.contextmanager
def _held(batch: Batch, *, by: User, among: tuple[BatchState, ...]) -> Iterator[Batch]:
    """The batch, locked, for somebody who works here, in one of these states; else rules.NotAllowed."""
    rules.refuse_unless_staff(works_here=by.is_staff and by.is_active)
    with transaction.atomic():
        rows = Batch.objects.select_for_update(of=("self",)).select_related("incident", "mailing")
        held = rows.get(pk=batch.pk)
        if held.state not in among:
            raise rules.NotNow
        yield held


def _numbers(batch: Batch) -> dict[uuid.UUID, str]:
    """Of the letters in its archive, by message."""
    printed = Letter.objects.filter(batch=batch, problem="").order_by("number")
    return {pk: rules.running_number(batch.pk, number) for pk, number in printed.values_list("message", "number")}


def _in_batches(pks: list[uuid.UUID]) -> Iterator[list[uuid.UUID]]:
    for start in range(0, len(pks), RECORDED_AT_ONCE):
        yield pks[start : start + RECORDED_AT_ONCE]


def _noon(batch: Batch, day: dt.date, *, at: dt.datetime) -> dt.datetime:
    """Only the day is known; a moment that has not come is not written down."""
    return min(dt.datetime.combine(day, dt.time(12), ZoneInfo(batch.incident.time_zone)), at)


def _day(batch: Batch, at: dt.datetime) -> dt.date:
    return at.astimezone(ZoneInfo(batch.incident.time_zone)).date()


def _record(batch: Batch, what: str, *, by: User | None, at: dt.datetime, **data: object) -> None:
    audit.record(kind=f"mailhouse.{what}", by=by, about=batch.about, at=at, incident=batch.incident.slug, **data)

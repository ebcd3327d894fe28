"""The only writers of regulator packs: asked for by a person with a reason, made by a worker, taken with a reason each time."""

from __future__ import annotations

import datetime as dt
import logging
import secrets
import uuid
from collections.abc import Iterator

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Max

from breachdesk import audit, keys
from breachdesk.accounts.models import User
from breachdesk.celery import hint
from breachdesk.files import sealing
from breachdesk.packs import making, rules
from breachdesk.packs.models import Pack, key_bound_to
from breachdesk.packs.states import OPEN, PackState
from delivery.queries import database_clock
from notices.models import Incident

log = logging.getLogger(__name__)
FOLDER = "packs"
# A pack of millions of people takes minutes; its worker says that it lives only by finishing.
LEASE = dt.timedelta(minutes=30)


def ask(*, incident: Incident, reason: str, by: User, at: dt.datetime) -> Pack:
    """A row for the workers. Raises rules.NotAllowed."""
    with transaction.atomic():
        rules.refuse_without_reason(works_here=by.is_staff and by.is_active, reason=reason)
        held = Incident.objects.select_for_update(of=("self",), no_key=True).get(pk=incident.pk)
        packs = Pack.objects.filter(incident=held)
        if packs.filter(state__in=OPEN).exists():
            raise rules.BeingMade
        newest = packs.aggregate(newest=Max("number"))["newest"] or 0
        pack = Pack.objects.create(
            incident=held, number=newest + 1, as_of=at, asked_by=by, reason=reason.strip()[:200], file_id=uuid.uuid4()
        )
        audit.record(kind="packs.asked", by=by, about=pack.about, at=at, reason=pack.reason)
        transaction.on_commit(_hurry)
    return pack


def _hurry() -> None:
    try:
        # By its name: the task's module imports this one.
        hint("breachdesk.packs.tasks.make")
    except Exception as error:
        log.warning("no hint for a pack: %s; beat will ask", type(error).__name__)


def carry_on() -> int:
    """Makes the packs that wait, one after the other. Says how many."""
    done = 0
    while pack := take_up(at=database_clock()):
        carry_out(pack=pack)
        done += 1
    return done


def take_up(*, at: dt.datetime) -> Pack | None:
    """The next pack to make, leased to this worker."""
    while True:
        with transaction.atomic():
            waiting = Pack.objects.select_for_update(of=("self",), skip_locked=True).select_related("incident")
            pack = waiting.filter(state__in=OPEN).exclude(lease_until__gt=at).order_by("as_of", "pk").first()
            if pack is None:
                return None
            if pack.tries < rules.MOST_TRIES:
                pack.move(to=PackState.MAKING, tries=pack.tries + 1, lease_until=at + LEASE)
                return pack
            pack.move(to=PackState.STOPPED, lease_until=None, settled_at=at, problem="worker_lost")
            audit.record(kind="packs.stopped", by=None, about=pack.about, at=at, problem=pack.problem)


def carry_out(*, pack: Pack) -> None:
    """From the rows to the sealed ZIP. What cannot be made is said; what a killed worker leaves is an object nobody names."""
    key = sealing.new_key()
    try:
        with making.made(pack) as made:
            sealed = sealing.SealedContent(sealing.seal(made.file, key=key, file_id=pack.file_id))
            storage_name = default_storage.save(f"{FOLDER}/{secrets.token_hex(16)}", sealed)
    except making.Stopped as stopped:
        _settle(pack, PackState.STOPPED, problem=str(stopped)[:80])
        return
    kept = _settle(
        pack,
        PackState.DONE,
        report=made.report,
        contents=made.contents,
        size=made.size,
        sha256=made.sha256,
        storage_name=storage_name,
        sealed_key=keys.seal(key, bound_to=key_bound_to(pack.file_id.hex)),
    )
    if not kept:
        default_storage.delete(storage_name)


def _settle(pack: Pack, state: PackState, **fields: object) -> bool:
    """Its end, unless another worker has taken it over meanwhile."""
    at = database_clock()
    with transaction.atomic():
        row = Pack.objects.select_for_update(of=("self",)).select_related("incident").get(pk=pack.pk)
        if row.tries != pack.tries or row.state != PackState.MAKING:
            return False
        row.move(to=state, settled_at=at, lease_until=None, **fields)
        figures = {"sha256": row.sha256, "size": row.size} if state == PackState.DONE else {"problem": row.problem}
        audit.record(kind=f"packs.{state}", by=None, about=row.about, at=at, **figures)
    return True


def take(*, pack: Pack, reason: str, by: User, at: dt.datetime) -> Iterator[bytes]:
    """The bytes of the ZIP, for somebody who says why. Raises rules.NotAllowed, keys.CannotOpen, FileNotFoundError."""
    rules.refuse_without_reason(works_here=by.is_staff and by.is_active, reason=reason)
    if pack.state != PackState.DONE:
        raise rules.NotDone
    with transaction.atomic():
        audit.record(
            kind="packs.taken", by=by, about=pack.about, at=at, reason=reason.strip()[:200], sha256=pack.sha256
        )
    return _read(pack)


def _read(pack: Pack) -> Iterator[bytes]:
    with default_storage.open(pack.storage_name, "rb") as sealed:
        yield from sealing.unseal(sealed, key=pack.file_key, file_id=pack.file_id)

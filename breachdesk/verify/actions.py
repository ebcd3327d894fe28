"""Reports of fakes: taken in, settled by staff, forgotten."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction

from breachdesk import audit, files, keys, limits
from breachdesk.accounts.models import User
from breachdesk.lib import references
from breachdesk.lib.contacts import Contact
from breachdesk.verify import rules, states
from breachdesk.verify.models import FakeReport
from breachdesk.verify.states import Fake
from delivery import check_codes
from delivery import queries as delivery
from lookup.proving import TooOften

PREFIX = "FAK"
SENDER = "fake_sender"  # kind of keyed hash
FORGET_BATCH = 200


class ChangedSince(Exception):
    """It is no longer as it was when this form was opened."""


@dataclass(frozen=True)
class Told:
    """What somebody says of a fake; what they left empty is empty."""

    way: states.Way
    harm: states.Harm
    words: str
    sender: str
    contact: Contact | None
    language: str


def report(*, told: Told, picture: UploadedFile | None, form: uuid.UUID, network: str, at: dt.datetime) -> FakeReport:
    """The same form with the same words is one report. Raises TooOften, files.Refused."""
    once = _once(told, picture, form)
    if earlier := FakeReport.objects.filter(once=once).first():
        return earlier
    budgets = [rules.REPORTS_PER_NETWORK.of(network), rules.REPORTS_OF_ALL.of("all")]
    if picture is not None:
        budgets += [rules.PICTURES_PER_NETWORK.of(network), rules.PICTURES_OF_ALL.of("all")]
    taken = limits.take(*budgets, at=at)
    if not taken.ok:
        raise TooOften(taken)
    kept = files.keep(picture, by=None, at=at, key=f"fake:{once}") if picture is not None else None
    code = check_codes.read(told.words)
    made = FakeReport(
        seal_id=uuid.uuid4(),
        reference=references.new(PREFIX),
        once=once,
        way=told.way,
        harm=told.harm,
        language=told.language,
        bears_our_code=bool(code and delivery.by_check_code(code)),
        contact_kind=told.contact.kind if told.contact else "",
        picture=kept,
    )
    made.keep("words", told.words)
    made.keep("sender", told.sender)
    made.keep("contact", told.contact.value if told.contact else "")
    if sender := rules.sender_key(told.sender):
        made.sender_hash, made.index_key = keys.index(SENDER, sender), keys.index_keys().active
    try:
        with transaction.atomic():
            made.move(to=Fake.RECEIVED, by=None, at=at)
            _record("reported", made, by=None, at=at, way=told.way, harm=told.harm, picture=kept is not None)
    except IntegrityError:  # pressed twice at once
        if earlier := FakeReport.objects.filter(once=once).first():
            return earlier
        raise
    return made


def _once(told: Told, picture: UploadedFile | None, form: uuid.UUID) -> uuid.UUID:
    what = [told.way, told.harm, told.words, told.sender, told.contact.value if told.contact else ""]
    what += [str(picture.name), str(picture.size)] if picture else []
    return keys.index("fake_form", "\0".join([str(form), *what]))


# Staff.


def settle(*, reference: str, version: int, to: Fake, note: str, with_alike: bool, by: User, at: dt.datetime) -> int:
    """Says what was done; `with_alike`: of every new report of the same sender too. How many that were. Raises ChangedSince, IllegalMove."""
    with transaction.atomic():
        report = _hold(reference, version)
        done = [report]
        if with_alike and report.sender_hash is not None:
            alike = FakeReport.objects.filter(sender_hash=report.sender_hash, state=Fake.RECEIVED).exclude(pk=report.pk)
            done += alike.select_for_update(of=("self",)).order_by("pk")
        for each in done:
            each.keep("note", note)
            each.move(to=to, by=by, at=at)
            _record("settled", each, by=by, at=at, to=to)
    return len(done)


def reopen(*, reference: str, version: int, by: User, at: dt.datetime) -> None:
    """Raises ChangedSince, IllegalMove."""
    with transaction.atomic():
        report = _hold(reference, version)
        report.move(to=Fake.RECEIVED, by=by, at=at)
        _record("reopened", report, by=by, at=at)


def reveal(*, reference: str, reason: str, by: User, at: dt.datetime) -> None:
    """Before what was typed is shown unmasked, once: who, which, and why."""
    if reason not in rules.REVEAL_REASONS:
        raise ValueError(reason)
    with transaction.atomic():
        _record("revealed", FakeReport.objects.get(reference=reference), by=by, at=at, reason=reason)


def see_picture(*, reference: str, by: User, at: dt.datetime) -> None:
    with transaction.atomic():
        _record("picture_seen", FakeReport.objects.get(reference=reference), by=by, at=at)


def _hold(reference: str, version: int) -> FakeReport:
    report = FakeReport.objects.select_for_update(of=("self",)).get(reference=reference)
    if report.version != version:
        raise ChangedSince
    return report


def _record(done: str, report: FakeReport, *, by: User | None, at: dt.datetime, **data: object) -> None:
    audit.record(kind=f"verify.fake_{done}", by=by, about=f"fake:{report.reference}", at=at, **data)


# Retention.


def forget_reports(*, at: dt.datetime) -> int:
    """Blanks what was typed and erases the pictures of old reports. That one came, how, and what was done, stays."""
    forgotten = 0
    while count := _forget_batch(at=at):
        forgotten += count
    return forgotten


def _forget_batch(*, at: dt.datetime) -> int:
    with transaction.atomic():
        old = FakeReport.objects.filter(received_at__lte=at - settings.FAKE_REPORTS_KEPT, forgotten_at=None)
        rows = list(
            old.select_related("picture").select_for_update(of=("self",)).order_by("received_at")[:FORGET_BATCH]
        )
        for report in rows:
            picture, report.picture = report.picture, None
            report.sealed_words = report.sealed_sender = report.sealed_contact = report.sealed_note = None
            report.sender_hash, report.index_key, report.contact_kind = None, "", ""
            report.forgotten_at = at
            report.save()
            if picture is not None:
                files.erase(picture)
        if rows:
            audit.record(kind="verify.fakes_forgotten", by=None, about="room:verify", at=at, reports=len(rows))
    return len(rows)

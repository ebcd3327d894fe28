"""Prints the letters of a batch and puts them into one sealed archive. Work for workers, who may die anywhere.

A part (rules.PART letters) is printed, sealed under a key of its own and saved; then, in one transaction, its codes count, its
letters are marked as made and its key is kept. Killed before that, no code counts and nobody can open what lies there; the part is
taken again. Codes in clear are in the sealed files and nowhere else.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import io
import logging
import secrets
import time
import uuid
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from breachdesk import audit, keys
from breachdesk.files import sealing
from breachdesk.lib import paper, references, safe_csv
from breachdesk.lib.postal import PostalAddress
from breachdesk.mailhouse import batches, printing, rules
from breachdesk.mailhouse.models import Batch, Letter, Part, batch_key_bound_to, part_key_bound_to, unsealed_key
from breachdesk.mailhouse.states import BatchState, Problem
from delivery import carrying
from delivery import paper as words_on_paper
from delivery.models import Forgotten
from delivery.queries import database_clock
from delivery.states import State
from lookup import letter_codes
from notices.models import Incident

log = logging.getLogger(__name__)
FOLDER = "letters"
MANIFEST = "manifest.csv"
COLUMNS = ("number", "name", "postcode", "address", "file", "pages", "sha256", "language")
CodeOf = Callable[[uuid.UUID], str]


def new_code(_person_key: uuid.UUID) -> str:
    return references.new_secret()


def carry_on(*, code_of: CodeOf = new_code, lasting: dt.timedelta | None = None) -> bool:
    """Part after part, then the archive, until nothing is left to do (False) or the time is up (True)."""
    started = time.monotonic()
    while lasting is None or time.monotonic() - started < lasting.total_seconds():
        if part := take_part(at=database_clock()):
            make_part(part, code_of=code_of)
        elif batch := take_batch(at=database_clock()):
            put_together(batch)
        else:
            return False
    return True


# -- parts -------------------------------------------------------------------------------------------------------------


def take_part(*, at: dt.datetime) -> Part | None:
    """The next part that nobody works on, leased to this worker."""
    free = Q(lease_until=None) | Q(lease_until__lte=at)
    parts = Part.objects.filter(free, batch__state=BatchState.MAKING, done_at=None)
    for worn in parts.filter(tries__gte=rules.MOST_TRIES).select_related("batch").order_by("pk"):
        _stop(worn.batch, "worker_lost", at=at)
    with transaction.atomic():
        rows = parts.select_related("batch__incident", "batch__mailing").order_by("batch", "number")
        part = rows.select_for_update(of=("self",), skip_locked=True).first()
        if part is not None:
            part.tries, part.lease_until = part.tries + 1, at + rules.PART_LEASE
            part.save(update_fields=["tries", "lease_until"])
    return part


@dataclass(frozen=True)
class Made:
    """One letter of a part. Without content there is a problem."""

    letter: Letter
    content: bytes = b""
    pages: int = 0
    person_key: uuid.UUID | None = None
    code: str = ""
    problem: str = ""


def make_part(part: Part, *, code_of: CodeOf = new_code) -> None:
    """No transaction is open while it prints."""
    try:
        made = [_made(letter, batch=part.batch, code_of=code_of) for letter in _letters_of(part)]
    except paper.Unavailable as missing:
        log.error("letters cannot be printed: %s", missing)
        _stop(part.batch, "no_pdf", at=database_clock())
        return
    key = sealing.new_key()
    plain = io.BytesIO()
    with zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in made:
            if one.content:
                archive.writestr(str(one.letter.pk), one.content)
    plain.seek(0)
    storage_name = _save(sealing.seal(plain, key=key, file_id=part.file_id))
    if not _record_part(part, made, key=key, storage_name=storage_name):
        default_storage.delete(storage_name)


def _letters_of(part: Part) -> list[Letter]:
    return list(Letter.objects.filter(part=part).select_related("message").order_by("number"))


def _made(letter: Letter, *, batch: Batch, code_of: CodeOf) -> Made:
    message = letter.message
    if message.state != State.WAITING:
        return Made(letter, problem=Problem.CANCELLED)
    try:
        to, words = message.recipient, message.words
    except (keys.CannotOpen, Forgotten):
        return Made(letter, problem=Problem.CANNOT_OPEN)
    assert isinstance(to, PostalAddress)
    if not rules.fits_window(name=to.name, address=to.street):
        return Made(letter, problem=Problem.ADDRESS)
    person_key = _person(batch.incident, words_on_paper.read(words))
    code = code_of(person_key) if person_key else ""
    content, pages = printing.printed(words, to, batch=batch, number=letter.running_number, code=code)
    return Made(letter, content, pages, person_key, code)


def _person(incident: Incident, letter: words_on_paper.Letter) -> uuid.UUID | None:
    """As the list names them that answers now, so that a change of keys since the letter was written does no harm."""
    if letter.code_for.get("incident") != incident.slug or incident.active_dataset is None:
        return None
    return keys.index("customer_ref", letter.code_for["customer_ref"], key_id=incident.active_dataset.index_key)


@transaction.atomic
def _record_part(part: Part, made: list[Made], *, key: bytes, storage_name: str) -> bool:
    """Its codes count and its letters are made; False where another worker has it by now or the batch was dropped."""
    at = database_clock()
    # The batch first, as everybody locks it; together, so that no drop comes in between.
    batch = Batch.objects.select_for_update(of=("self",), no_key=True).select_related("mailing").get(pk=part.batch_id)
    held = Part.objects.select_for_update(of=("self",)).get(pk=part.pk)
    if held.done_at is not None or held.tries != part.tries or batch.state != BatchState.MAKING:
        return False
    by_person: dict[uuid.UUID, str] = {}
    for one in made:
        if one.person_key:
            by_person.setdefault(one.person_key, one.code)
    counted = letter_codes.count(mailing=batch.mailing, codes=by_person, at=at)
    rows = []
    for one in made:
        letter, problem = one.letter, one.problem
        # The second letter of one person in one batch would bear a code that does not count.
        pk = counted.pop(one.person_key, None) if one.person_key else None
        if one.person_key and not problem and pk is None:
            problem = Problem.SAME_PERSON
        letter.made_at, letter.problem, letter.code_id = at, problem, pk
        letter.in_hand = problem != Problem.SAME_PERSON
        if not problem:
            letter.pages, letter.sha256 = one.pages, hashlib.sha256(one.content).hexdigest()
        rows.append(letter)
    Letter.objects.bulk_update(rows, ["made_at", "problem", "code", "in_hand", "pages", "sha256"])
    for problem in (Problem.CANNOT_OPEN, Problem.ADDRESS):
        if pks := [letter.message_id for letter in rows if letter.problem == problem]:
            carrying.cannot_be_posted(pks, why=problem, at=at)
    held.done_at, held.lease_until, held.storage_name = at, None, storage_name
    held.sealed_key = keys.seal(key, bound_to=part_key_bound_to(held.file_id.hex))
    held.save(update_fields=["done_at", "lease_until", "storage_name", "sealed_key"])
    return True


# -- the archive -------------------------------------------------------------------------------------------------------


def take_batch(*, at: dt.datetime) -> Batch | None:
    """A batch whose parts are all made, leased to this worker."""
    free = Q(lease_until=None) | Q(lease_until__lte=at)
    unmade = Part.objects.filter(batch=OuterRef("pk"), done_at=None)
    ready = Batch.objects.filter(free, ~Exists(unmade), state=BatchState.MAKING)
    for worn in ready.filter(tries__gte=rules.MOST_TRIES).order_by("pk"):
        _stop(worn, "worker_lost", at=at)
    with transaction.atomic():
        rows = ready.select_related("incident", "mailing").order_by("pk")
        batch = rows.select_for_update(of=("self",), skip_locked=True).first()
        if batch is not None:
            batch.tries, batch.lease_until = batch.tries + 1, at + rules.ARCHIVE_LEASE
            batch.save(update_fields=["tries", "lease_until"])
    return batch


def put_together(batch: Batch) -> None:
    """From the parts to one archive, piece by piece: nothing of it is ever in clear on a disk."""
    key, figures = sealing.new_key(), _Figures()
    pieces = _Pieces(_archive(batch), figures)
    storage_name = _save(sealing.seal(pieces, key=key, file_id=batch.file_id))
    at = database_clock()
    with transaction.atomic():
        held = Batch.objects.select_for_update(of=("self",)).select_related("incident").get(pk=batch.pk)
        if held.state != BatchState.MAKING or held.tries != batch.tries:
            transaction.on_commit(lambda: default_storage.delete(storage_name))
            return
        held.move(
            to=BatchState.MADE,
            made_at=at,
            lease_until=None,
            printed=Letter.objects.filter(batch=held, problem="").count(),
            storage_name=storage_name,
            sealed_key=keys.seal(key, bound_to=batch_key_bound_to(held.file_id.hex)),
            size=figures.size,
            sha256=figures.digest.hexdigest(),
        )
        parts = Part.objects.filter(batch=held)
        names = list(parts.values_list("storage_name", flat=True))
        parts.update(storage_name="", sealed_key=None)
        transaction.on_commit(functools.partial(batches.delete_all, names), robust=True)
        audit.record(kind="mailhouse.made", by=None, about=held.about, at=at, letters=held.printed, sha256=held.sha256)


def _archive(batch: Batch) -> Iterator[bytes]:
    """The ZIP of the letters and the manifest, in the order of their numbers."""
    sink = _Sink()
    moment = batch.gathered_at
    day = (moment.year, moment.month, moment.day, 0, 0, 0)
    manifest = io.StringIO()
    safe_csv.write(manifest, [COLUMNS])
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in Part.objects.filter(batch=batch).order_by("number"):
            with default_storage.open(part.storage_name, "rb") as sealed:
                plain = b"".join(sealing.unseal(sealed, key=unsealed_key(part), file_id=part.file_id))
            with zipfile.ZipFile(io.BytesIO(plain)) as kept:
                for letter in _letters_of(part):
                    if letter.problem:
                        continue
                    name = f"letters/{letter.running_number}.pdf"
                    archive.writestr(_entry(name, day), kept.read(str(letter.pk)))
                    safe_csv.write(manifest, [_line(letter, name)])
                    yield sink.taken()
        archive.writestr(_entry(MANIFEST, day), b"\xef\xbb\xbf" + manifest.getvalue().encode())
    yield sink.taken()


def _line(letter: Letter, name: str) -> tuple[object, ...]:
    to = letter.message.recipient
    assert isinstance(to, PostalAddress)
    facts = (name, letter.pages, letter.sha256, letter.message.language)
    return (letter.running_number, to.name, to.postcode, to.street, *facts)


def _entry(name: str, day: tuple[int, int, int, int, int, int]) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, day)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry


class _Sink(io.RawIOBase):
    """What a ZIP is written to piece by piece: it cannot be gone back in."""

    def __init__(self) -> None:
        super().__init__()
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, piece: object) -> int:
        self._written += bytes(piece)  # type: ignore[call-overload]
        return len(piece)  # type: ignore[arg-type]

    def taken(self) -> bytes:
        piece = bytes(self._written)
        self._written.clear()
        return piece


class _Figures:
    def __init__(self) -> None:
        self.size, self.digest = 0, hashlib.sha256()


class _Pieces:
    """Pieces of any size, read in the sizes that are asked for, and measured on their way."""

    def __init__(self, pieces: Iterator[bytes], figures: _Figures) -> None:
        self._pieces, self._figures, self._rest = pieces, figures, bytearray()

    def read(self, size: int, /) -> bytes:
        while len(self._rest) < size and (piece := next(self._pieces, None)) is not None:
            self._rest += piece
        given = bytes(self._rest[:size])
        del self._rest[:size]
        self._figures.size += len(given)
        self._figures.digest.update(given)
        return given


def read(batch: Batch) -> Iterator[bytes]:
    """The archive in clear. Raises keys.CannotOpen, FileNotFoundError."""
    with default_storage.open(batch.storage_name, "rb") as sealed:
        yield from sealing.unseal(sealed, key=unsealed_key(batch), file_id=batch.file_id)


def _save(chunks: Iterator[bytes]) -> str:
    return default_storage.save(f"{FOLDER}/{secrets.token_hex(16)}", sealing.SealedContent(chunks))


@transaction.atomic
def _stop(batch: Batch, problem: str, *, at: dt.datetime) -> None:
    held = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if held.state == BatchState.MAKING:
        held.move(to=BatchState.STOPPED, problem=problem, lease_until=None)
        audit.record(kind="mailhouse.stopped", by=None, about=held.about, at=at, problem=problem)

"""The ledger as a file: the only writers of it. Two people decide, a worker makes it, whoever takes it is written down."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import secrets
import tempfile
import uuid
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from breachdesk import audit, keys
from breachdesk.accounts.models import User
from breachdesk.files import sealing
from breachdesk.lib import safe_csv
from notices import hints, ladder_rules, rules
from notices.export_models import LedgerExport, key_bound_to
from notices.models import Incident
from notices.states import ProposalEnd

FOLDER = "ledger"
KEPT = dt.timedelta(days=7)
LINES = 5_000
COLUMNS = (
    "person", "notice", "state", "reason", "proof", "proven_at", "listed_at",
    "rung", "channel", "outcome", "outcome_reason", "put_at", "taken_at", "ended_at",
)  # fmt: skip
ROWS = """
    SELECT line.id, line.person_key::text, notice.number, line.state, line.reason, line.proof, line.proven_at,
           line.listed_at, attempt.rung, attempt.channel, attempt.outcome, attempt.reason, attempt.put_at,
           attempt.taken_at, attempt.ended_at
    FROM (
        SELECT * FROM notices_telling WHERE incident_id = %s AND id > %s ORDER BY id LIMIT %s
    ) AS line
    JOIN notices_notice AS notice ON notice.id = line.notice_id
    LEFT JOIN notices_attempt AS attempt ON attempt.line_id = line.id
    ORDER BY line.id, attempt.rung
"""


class Waits(rules.NotAllowed):
    words = _("이 사고의 장부를 파일로 달라는 요청이 이미 확인을 기다리고 있어요.")


class NotOpen(rules.NotAllowed):
    words = _("확인을 기다리는 요청이 아니에요. 그사이 다른 사람이 정했을 수 있어요.")


class NotYours(rules.NotAllowed):
    words = _("요청은 달라고 한 사람만 거둘 수 있어요. 확인할 수 있는 사람은 돌려보낼 수 있어요.")


class NoFile(rules.NotAllowed):
    words = _("받을 파일이 없어요. 아직 만드는 중이거나 이레가 지나 지웠어요.")


def ask(*, incident: Incident, reason: str, by: User, at: dt.datetime) -> LedgerExport:
    """Nothing is made until another person confirms it. Raises rules.NotAllowed."""
    with transaction.atomic():
        rules.refuse_unless_staff(_actor(by))
        if not reason.strip():
            raise ladder_rules.NoReason
        held = Incident.objects.select_for_update(of=("self",), no_key=True).get(pk=incident.pk)
        if LedgerExport.objects.filter(incident=held, closed_at=None).exists():
            raise Waits
        export = LedgerExport.objects.create(
            incident=held, reason=reason.strip()[:200], asked_at=at, asked_by=by, file_id=uuid.uuid4()
        )
        _record("asked", export, by=by, at=at, reason=export.reason)
    return export


def close(*, export: LedgerExport, as_: ProposalEnd, by: User, at: dt.datetime) -> LedgerExport:
    """Another confirms it or sends it back, or whoever asked takes it back. Raises rules.NotAllowed."""
    with transaction.atomic():
        row = _locked(export)
        if row.closed_at is not None:
            raise NotOpen
        rules.refuse_unless_staff(_actor(by))
        if as_ != ProposalEnd.WITHDRAWN:
            rules.refuse_unless_two_staff(by=_actor(row.asked_by), confirmed_by=_actor(by))
        elif by.pk != row.asked_by_id:
            raise NotYours
        row.closed_at, row.closed_by, row.closed_as = at, by, as_
        row.save(update_fields=["closed_at", "closed_by", "closed_as"])
        _record(str(as_), row, by=by, at=at, asked_by=row.asked_by_id)
        if as_ == ProposalEnd.APPROVED:
            transaction.on_commit(hints.hurry_exports, robust=True)
    return row


def make_next(*, at: dt.datetime) -> bool:
    """Makes one that was confirmed. Killed in between, it is made anew; what lies in the storage then is named by nobody."""
    waiting = LedgerExport.objects.filter(closed_as=ProposalEnd.APPROVED, made_at=None)
    export = waiting.select_related("incident").order_by("closed_at", "pk").first()
    if export is None:
        return False
    key, digest = sealing.new_key(), hashlib.sha256()
    with tempfile.TemporaryFile() as file:
        rows = 0
        text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
        safe_csv.write(text, [COLUMNS])
        for some in _rows(export.incident):
            safe_csv.write(text, some)
            rows += len(some)
        text.flush()
        file.seek(0)
        while piece := file.read(1 << 20):
            digest.update(piece)
        file.seek(0)
        sealed = sealing.SealedContent(sealing.seal(file, key=key, file_id=export.file_id))
        storage_name = default_storage.save(f"{FOLDER}/{secrets.token_hex(16)}", sealed)
        text.detach()
    with transaction.atomic():
        row = _locked(export)
        if row.made_at is not None:  # another worker was quicker
            transaction.on_commit(lambda: default_storage.delete(storage_name))
            return True
        row.made_at, row.rows, row.sha256 = at, rows, digest.hexdigest()
        row.expires_at, row.storage_name = at + KEPT, storage_name
        row.sealed_key = keys.seal(key, bound_to=key_bound_to(row.file_id.hex))
        row.save(update_fields=["made_at", "rows", "sha256", "expires_at", "storage_name", "sealed_key"])
        _record("made", row, by=None, at=at, rows=rows, sha256=row.sha256)
    return True


def _rows(incident: Incident) -> Iterator[list[list[Any]]]:
    """In pieces; nothing of millions is held at once, and no transaction either."""
    last = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(ROWS, [incident.pk, last, LINES])
            found = cursor.fetchall()
        if not found:
            return
        last = found[-1][0]
        yield [[pseudonym(incident, row[1]), *map(_text, row[2:])] for row in found]


def pseudonym(incident: Incident, person_key: str) -> str:
    return keys.mac("notices.ledger_export", incident.slug.encode() + uuid.UUID(person_key).bytes)[:8].hex()


def _text(value: Any) -> Any:
    return value.astimezone(dt.UTC).isoformat(timespec="seconds") if isinstance(value, dt.datetime) else value


def take(*, export: LedgerExport, reason: str, by: User, at: dt.datetime) -> Iterator[bytes]:
    """The bytes, for somebody who says why. Raises rules.NotAllowed, keys.CannotOpen, FileNotFoundError."""
    rules.refuse_unless_staff(_actor(by))
    if not reason.strip():
        raise ladder_rules.NoReason
    if not export.storage_name or export.expires_at is None or export.expires_at <= at:
        raise NoFile
    with transaction.atomic():
        _record("taken", export, by=by, at=at, reason=reason.strip()[:200], sha256=export.sha256)
    return _read(export)


def _read(export: LedgerExport) -> Iterator[bytes]:
    with default_storage.open(export.storage_name, "rb") as sealed:
        yield from sealing.unseal(sealed, key=export.file_key, file_id=export.file_id)


def forget_exports(*, at: dt.datetime) -> int:
    """Erases the files whose week has passed; that they were made and taken stays. Returns how many."""
    over = LedgerExport.objects.filter(expires_at__lte=at).exclude(storage_name="")
    gone = 0
    for export in list(over.order_by("pk")):
        with transaction.atomic():
            row = _locked(export)
            storage_name, row.storage_name, row.sealed_key = row.storage_name, "", None
            row.save(update_fields=["storage_name", "sealed_key"])
            _record("forgotten", row, by=None, at=at)
            transaction.on_commit(partial(_erase, storage_name))
        gone += 1
    return gone


def _erase(storage_name: str) -> None:
    if storage_name:
        default_storage.delete(storage_name)


def _locked(export: LedgerExport) -> LedgerExport:
    rows = LedgerExport.objects.select_for_update(of=("self",)).select_related("incident", "asked_by")
    return rows.get(pk=export.pk)


def _record(what: str, export: LedgerExport, *, by: User | None, at: dt.datetime, **data: object) -> None:
    about = f"incident:{export.incident.slug}"
    audit.record(kind=f"notices.ledger_export_{what}", by=by, about=about, at=at, export=export.pk, **data)


def _actor(user: User) -> rules.Actor:
    return rules.Actor(id=user.pk, works_here=user.is_staff and user.is_active)

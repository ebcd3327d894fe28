"""Importing in the background: asked for at the desk, taken by a worker, watched by a lease, settled once.

What a killed worker leaves is no half list (importing.py): its job's lease runs out, the sweep finds it, and another
worker begins anew. The sealed file is erased as soon as the job is settled.
"""

from __future__ import annotations

import contextlib
import csv
import datetime as dt
import io
import logging
import secrets
import tempfile
import threading
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import Q
from django.utils import translation

from breachdesk import audit, keys
from breachdesk.accounts.models import User
from delivery.queries import database_clock
from notices import comparing, importing, states, uploading
from notices.import_models import ImportJob, key_bound_to
from notices.models import Dataset, Incident
from notices.states import ImportState, Mode

log = logging.getLogger(__name__)
# After so many workers died over one list it is not tried again.
MOST_TRIES = 3
# An object in the storage that no job names may be on its way to one for this long.
ORPHANED_AFTER = dt.timedelta(hours=6)


def ask(
    *, incident: Incident, mode: str, upload: uploading.KeptUpload, language: str, by: User, at: dt.datetime
) -> ImportJob:
    """The upload's row. From now on the workers answer for the file."""
    with transaction.atomic():
        job = ImportJob.objects.create(
            incident=incident,
            mode=mode,
            language=language,
            asked_at=at,
            asked_by=by,
            file_name=(upload.name or "")[:200],
            file_id=upload.file_id,
            size=upload.size or 0,
            lines=upload.lines,
            storage_name=upload.storage_name,
            sealed_key=keys.seal(upload.key, bound_to=key_bound_to(upload.file_id.hex)),
        )
        audit.record(
            kind="notices.import_asked",
            by=by,
            about=f"importjob:{job.pk}",
            at=at,
            incident=incident.slug,
            size=job.size,
        )
    upload.taken = True
    return job


def carry_on() -> int:
    """Reads the lists that wait, one after the other. Where another worker is reading one, nothing is done."""
    done = 0
    while job := take(at=database_clock()):
        carry_out(job)
        done += 1
    return done


def take(*, at: dt.datetime) -> ImportJob | None:
    """The next list to read, leased to this worker. Only one is read at a time, so that codes never wait for lists."""
    while True:
        with transaction.atomic():
            # Every open row, so that two workers do not take two lists at the same moment.
            open_jobs = list(
                ImportJob.objects.select_for_update(of=("self",))
                .filter(state__in=states.IMPORT_OPEN)
                .order_by("asked_at", "pk")
            )
            if not open_jobs or any(job.lease_until and job.lease_until > at for job in open_jobs):
                return None
            job = open_jobs[0]
            if job.tries < MOST_TRIES:
                job.state, job.tries = ImportState.READING, job.tries + 1
                job.lease_until = at + settings.DELIVERY_LEASE
                job.rows_read = job.rows_rejected = 0
                job.save(update_fields=["state", "tries", "lease_until", "rows_read", "rows_rejected"])
                return job
        settle(job, state=ImportState.STOPPED, at=at)


def carry_out(job: ImportJob) -> None:
    """One import, from the sealed file to the settled job."""
    file = uploading.SealedList(job.file_name, job.storage_name, job.file_key, job.file_id)
    figures = importing.Figures()
    with alive(job, figures), rejects_kept() as (rejects, report), translation.override(job.language):
        try:
            imported = importing.import_list(
                incident=Incident.objects.get(pk=job.incident_id),
                path=file,
                mode=Mode(job.mode) if job.mode else None,
                report=report,
                by=job.asked_by,
                at=database_clock(),
                figures=figures,
            )
        except importing.Refused as refused:
            why = {"refused_because": refused.reason, "refused_line": refused.line}
            settle(job, state=ImportState.REFUSED, at=database_clock(), **why)
            return
        if imported.dataset is None:
            raise AssertionError("an import that is no dry run has a list")
        # Whoever took the list in and died before saying so did not find it there already.
        own = own_earlier_list(job, imported)
        fields: dict[str, Any] = {
            "dataset": imported.dataset,
            "figures": own.figures if own else imported.figures,
            "already": imported.already is not None and own is None,
            "rejects_name": "" if own else keep_rejects(rejects),
        }
        settle(job, state=ImportState.DONE, at=database_clock(), **fields)
    comparing.prepare(imported.dataset)


def own_earlier_list(job: ImportJob, imported: importing.Imported) -> Dataset | None:
    known = imported.already
    if known is None or job.tries == 1 or known.imported_by_id != job.asked_by_id or known.imported_at < job.asked_at:
        return None
    return known


def settle(job: ImportJob, *, state: ImportState, at: dt.datetime, **fields: Any) -> bool:
    """The job's end, unless another worker has taken it over meanwhile. The sealed file goes with it."""
    with transaction.atomic():
        row = ImportJob.objects.select_for_update(of=("self",)).get(pk=job.pk)
        if row.tries != job.tries or state not in states.IMPORT_MOVES[ImportState(row.state)]:
            return False
        storage_name = row.storage_name
        for name, value in fields.items():
            setattr(row, name, value)
        row.state, row.settled_at = state, at
        row.storage_name, row.sealed_key, row.lease_until = "", None, None
        row.save()
        if state != ImportState.DONE or row.already:
            audit.record(
                kind=f"notices.import_{'already_there' if row.already else state}",
                by=row.asked_by,
                about=f"importjob:{row.pk}",
                at=at,
                incident=row.incident.slug,
                line=row.refused_line,
            )
        transaction.on_commit(lambda: default_storage.delete(storage_name))
    return True


@contextlib.contextmanager
def alive(job: ImportJob, figures: importing.Figures) -> Iterator[None]:
    """While the list is read, a thread says so: it renews the lease and writes down how many rows there were so far."""
    ended = threading.Event()
    lease = settings.DELIVERY_LEASE

    def say() -> None:
        try:
            while not ended.wait(min(1.0, lease.total_seconds() / 3)):
                ImportJob.objects.filter(pk=job.pk, tries=job.tries, state=ImportState.READING).update(
                    lease_until=database_clock() + lease,
                    rows_read=figures.rows,
                    rows_rejected=sum(dict(figures.rejected).values()),
                )
        except Exception as error:
            # The import itself will fail at the same trouble, or the lease runs out and another begins anew.
            log.warning("import %s: no sign of life: %s", job.pk, type(error).__name__)
        finally:
            connection.close()

    thread = threading.Thread(target=say, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextlib.contextmanager
def rejects_kept() -> Iterator[tuple[Any, importing.Report]]:
    """A file for line, reason and column of each row not taken."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        yield file, lambda line, reason, column: writer.writerow((line, reason, column)) and None


def keep_rejects(file: Any) -> str:
    """Where they lie in the storage; empty: there were none."""
    if not file.tell():
        return ""
    file.flush()
    file.seek(0)
    name = f"{uploading.FOLDER}/rejects-{secrets.token_hex(16)}"
    return default_storage.save(name, File(file.buffer, name="rejects"))


def rejects_of(job: ImportJob) -> Iterator[tuple[int, str, str]]:
    """Line, reason, column."""
    with default_storage.open(job.rejects_name, "rb") as file, io.TextIOWrapper(file, "utf-8", newline="") as text:
        for line, reason, column in csv.reader(text):
            yield int(line), reason, column


def read_rejects(*, job: ImportJob, reason: str, by: User, at: dt.datetime) -> Iterator[tuple[int, str, str]]:
    """For download, written down with why."""
    with transaction.atomic():
        audit.record(kind="notices.rejects_read", by=by, about=f"importjob:{job.pk}", at=at, reason=reason)
    return rejects_of(job)


def forget_uploads(*, at: dt.datetime) -> int:
    """Erases objects that no job names: uploads that broke off, reports of workers that died."""
    try:
        names = [f"{uploading.FOLDER}/{name}" for name in default_storage.listdir(uploading.FOLDER)[1]]
    except FileNotFoundError:
        return 0
    known = {
        name
        for pair in ImportJob.objects.filter(Q(storage_name__in=names) | Q(rejects_name__in=names)).values_list(
            "storage_name", "rejects_name"
        )
        for name in pair
    }
    old = [
        name for name in names if name not in known and default_storage.get_modified_time(name) < at - ORPHANED_AFTER
    ]
    for name in old:
        default_storage.delete(name)
    return len(old)

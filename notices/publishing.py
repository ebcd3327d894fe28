"""The published word as files beside the application, so that it can be read when everybody comes at once and when nothing else works.

What a page ought to say is worked out from PostgreSQL each time; its row says what was written last. Nothing is told of a
change: whatever makes a page say something else (a version, an hour, a clock, a colour, a new release of this program) is found
by comparing. One process does it at a time.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import logging
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from django.db import DatabaseError, connection, transaction
from django.utils import translation

from breachdesk import audit
from notices import posting_looks, public_pages, published_files
from notices.models import Notice, PublishedPage

log = logging.getLogger(__name__)
# Any number that nothing else of ours locks by.
LOCK = 7_220_135


@dataclass
class Kept:
    """What keeping the files up came to, by address."""

    pages: int = 0
    written: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    altered: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def keep_up(*, at: dt.datetime) -> Kept:
    """Every public page lies as a file that says what it ought to say now, and no other does."""
    kept = Kept()
    with alone(LOCK):
        wanted = set()
        for page in public_pages.every_page():
            wanted.add(page.address)
            kept.pages += 1
            try:
                _keep(page, kept, at=at)
            except DatabaseError:
                raise
            except Exception:  # one page that cannot be drawn does not hold up the others
                log.exception("the page of %s could not be drawn", page.address)
                kept.failed.append(page.address)
        kept.removed, failed = remove_others(wanted)
        kept.failed += failed
        PublishedPage.objects.filter(path__in=wanted).update(looked_at=at)
    return kept


def _keep(page: public_pages.Page, kept: Kept, *, at: dt.datetime) -> None:
    row, _new = PublishedPage.objects.get_or_create(path=page.address)
    with translation.override(page.language):
        content = page.render(at).encode()
    sha256 = hashlib.sha256(content).hexdigest()
    try:
        lies_there = published_files.hashes(page.address)
    except OSError as error:
        _failed(page.address, error, kept)
        return
    known = {sha256, row.sha256, row.sha256_before}
    if strange := {suffix: found for suffix, found in lies_there.items() if found not in known}:
        note_altered(page.address, page.notice, row, strange, at=at, language=page.language)
        kept.altered.append(page.address)
    if row.sha256 == sha256 and row.written_at and len(lies_there) == 3 and set(lies_there.values()) == {sha256}:
        return
    # Row first: what lies there meanwhile is what it knows as the page before.
    if row.sha256 != sha256:
        row.sha256_before, row.sha256 = row.sha256, sha256
    row.notice, row.written_at = page.notice, None
    row.save()
    try:
        published_files.write(page.address, content)
    except OSError as error:
        _failed(page.address, error, kept)
        return
    row.written_at = at
    row.save(update_fields=["written_at"])
    kept.written.append(page.address)


def note_altered(
    address: str,
    notice: Notice | None,
    row: PublishedPage,
    strange: dict[str, str],
    *,
    at: dt.datetime,
    language: str = "ko",
) -> None:
    """Somebody wrote there who is not us: said loudly, kept for whoever looks into it, and put right by whoever calls this."""
    log.error("ALARM: the file of %s was altered (docs/RUNBOOK.md, The page was altered)", address)
    with transaction.atomic():
        row.altered_at = at
        row.save(update_fields=["altered_at"])
        audit.record(
            kind="notices.page_altered",
            by=None,
            about=f"incident:{notice.incident.slug}" if notice else "site",
            at=at,
            address=address,
            found=strange,
            written=row.sha256,
        )
    if notice and (posting := notice.incident.postings.filter(taken_down_at=None).first()):
        posting_looks.record_on_disk(
            posting=posting, path=address, language=language, notice=notice, strange=strange, at=at
        )
    with contextlib.suppress(OSError):
        published_files.set_aside(address, f"{at:%Y%m%dT%H%M%S}")


def remove_others(wanted: Collection[str], *, papers: bool = False) -> tuple[list[str], list[str]]:
    """Files that nothing stands behind any more: which went, and which could not. `papers`: the PDFs (printing.py)."""
    removed, failed = [], list[str]()
    known = PublishedPage.objects.filter(path__endswith=".pdf") if papers else PublishedPage.objects.exclude(
        path__endswith=".pdf"
    )  # fmt: skip
    for row in known.exclude(path__in=wanted).order_by("path"):
        try:
            published_files.remove(row.path)
        except OSError as error:
            log.error("the file of %s could not be removed: %s", row.path, error.strerror or type(error).__name__)
            failed.append(row.path)
            continue
        removed.append(row.path)
        row.delete()
    return removed, failed


def _failed(address: str, error: OSError, kept: Kept) -> None:
    log.error("the file of %s could not be written: %s", address, error.strerror or type(error).__name__)
    kept.failed.append(address)


@contextlib.contextmanager
def alone(lock: int) -> Iterator[None]:
    """One process at a time; the others wait for it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [lock])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [lock])

"""The notice on paper: a PDF of each version in both languages, and one in large print, made once and kept as a file.

A worker makes them, one at a time (seconds each); whoever asks before it is there is told to come back. The newest version is
made again when what it says changes (a contact point); older ones stay as they were.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from breachdesk.context import issuer
from breachdesk.lib import paper
from notices import pages, public_pages, published_files, publishing, queries
from notices.models import Notice, PublishedPage

log = logging.getLogger(__name__)
# Any number that nothing else of ours locks by.
LOCK = 7_220_136


@dataclass(frozen=True)
class Paper:
    notice: Notice
    language: str
    large: bool
    is_newest: bool

    @property
    def address(self) -> str:
        with translation.override(self.language):
            name = "notices:version_large_pdf" if self.large else "notices:version_pdf"
            return reverse(name, args=[self.notice.incident.slug, self.notice.number])


def papers() -> Iterator[Paper]:
    """All that ought to lie there, the newest versions first: they are what people ask for."""
    published = [list(queries.published_notices(incident)) for incident in queries.open_incidents()]
    for rank in range(max(map(len, published), default=0)):
        for versions in published:
            for notice in versions[rank : rank + 1]:
                for large in (False, True):
                    for language in public_pages.LANGUAGES:
                        yield Paper(notice, language, large, rank == 0)


def html(one: Paper, *, at: dt.datetime) -> str:
    with translation.override(one.language):
        who = issuer()
        page = pages.notice_page(one.notice, issuer=who["name"], at=at)
        return render_to_string("notices/paper/notice.html", {**page, "issuer": who, "large": one.large})


def make_next(*, at: dt.datetime) -> bool:
    """Makes the first that is missing or says something old. False: all of them are there, or none can be made here."""
    if paper.missing():
        return False
    with publishing.alone(LOCK):
        wanted = set()
        for one in papers():
            wanted.add(one.address)
            if _make(one, at=at):
                return True
        publishing.remove_others(wanted, papers=True)
    return False


def _make(one: Paper, *, at: dt.datetime) -> bool:
    row, _new = PublishedPage.objects.get_or_create(path=one.address)
    source = html(one, at=at)
    source_sha256 = hashlib.sha256(source.encode()).hexdigest()
    try:
        lies_there = published_files.hashes(one.address).get("", "")
    except OSError as error:
        return _failed(one, error)
    if lies_there and row.written_at and lies_there not in (row.sha256, row.sha256_before):
        publishing.note_altered(one.address, one.notice, row, {".pdf": lies_there}, at=at)
        lies_there = ""
    if lies_there and lies_there == row.sha256 and (row.source_sha256 == source_sha256 or not one.is_newest):
        PublishedPage.objects.filter(pk=row.pk).update(looked_at=at)
        return False
    content = paper.pdf(source)
    row.sha256_before, row.sha256 = row.sha256, hashlib.sha256(content).hexdigest()
    row.source_sha256, row.notice, row.written_at, row.looked_at = source_sha256, one.notice, None, at
    row.save()
    try:
        published_files.write(one.address, content)
    except OSError as error:
        return _failed(one, error)
    row.written_at = at
    row.save(update_fields=["written_at"])
    return True


def _failed(one: Paper, error: OSError) -> bool:
    log.error("the file of %s could not be written: %s", one.address, error.strerror or type(error).__name__)
    return False


def kept(address: str) -> bytes | None:
    """The file as it was made; None: it is not there, or is not what we made."""
    row = PublishedPage.objects.filter(path=address).exclude(written_at=None).first()
    path = published_files.place(address)
    if row is None or not path.exists():
        return None
    content = path.read_bytes()
    return content if hashlib.sha256(content).hexdigest() == row.sha256 else None

"""Every hour each posted notice is asked for as any reader would, through the site's public address, and what came is written down.

The words that the law wants are compared with the row they were published from, and the whole page, byte by byte, with what we
would publish now. Only PUBLIC_URL is ever asked, no redirect is followed, and no more is read than a page can be.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import logging
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.urls import reverse
from django.utils import translation

from breachdesk import audit
from breachdesk.lib.contacts import Contact
from delivery import outbox
from notices import canonical, posting_letters, posting_rules, public_pages, queries
from notices.models import Notice, Posting, PostingLook, PublishedPage
from notices.states import LookResult

log = logging.getLogger(__name__)

# As readers' browsers ask: a proxy keeps a file for each.
ENCODINGS = ("br, gzip", "gzip", "identity")
TIMEOUT = httpx.Timeout(10, connect=5)
WHOLE_ANSWER_WITHIN_SECONDS = 30
MOST_BYTES = 4 * 1024 * 1024
ORDER = list(LookResult.values)


@dataclass(frozen=True)
class Answer:
    """What came: a status and a page, or why nothing did."""

    status: int | None
    content: bytes = b""
    problem: str = ""


@dataclass(frozen=True)
class Judged:
    result: str
    found: str = ""
    details: dict[str, Any] = field(default_factory=dict)


def look_at_what_is_due(*, at: dt.datetime) -> int:
    """Looks at each posting whose hour has come; two that do it at once share them."""
    looked = 0
    due = Posting.objects.filter(taken_down_at=None, look_at__lte=at)
    for posting in due.select_related("incident").order_by("look_at", "pk"):
        taken = Posting.objects.filter(pk=posting.pk, look_at=posting.look_at, taken_down_at=None)
        if taken.update(look_at=at + posting_rules.LOOK_LEASE):
            look(posting=posting, at=at)
            looked += 1
    return looked


def look(*, posting: Posting, at: dt.datetime) -> str:
    """One round over every address of the notice. What it came to; empty: the page is just being written, so soon again."""
    notice = queries.current_notice(posting.incident)
    if notice is None:
        return ""
    looks = [_one(posting, notice, language, path, at=at) for language, path in addresses(notice)]
    worst = max(looks, key=lambda one: ORDER.index(one.result)).result
    if worst != LookResult.THERE and _is_being_written(posting, at=at):
        Posting.objects.filter(pk=posting.pk, taken_down_at=None).update(look_at=at + posting_rules.SETTLES_WITHIN)
        return ""
    record(posting=posting, looks=looks, at=at)
    pause = posting_rules.LOOK_AGAIN if worst == LookResult.NO_ANSWER else posting_rules.LOOK_EVERY
    Posting.objects.filter(pk=posting.pk, taken_down_at=None).update(look_at=at + pause)
    return worst


def addresses(notice: Notice) -> Iterator[tuple[str, str]]:
    """Where it must be: at its own address, and on the front page where it is the one that stands there."""
    for language in public_pages.LANGUAGES:
        with translation.override(language):
            yield language, reverse("notices:latest", args=[notice.incident.slug])
            if public_pages.on_the_front_page() == notice:
                yield language, reverse("notices:home")


def _one(posting: Posting, notice: Notice, language: str, path: str, *, at: dt.datetime) -> PostingLook:
    expected = canonical.of_notice(notice, language)
    with translation.override(language):
        known = {hashlib.sha256(public_pages.notice(notice, address=path, at=at).encode()).hexdigest()}
    for row in PublishedPage.objects.filter(path=path):
        known.add(row.sha256)
    answers = [(encoding, fetch(path, encoding=encoding)) for encoding in ENCODINGS]
    judged = [(encoding, answer, judge(answer, expected=expected, known=known)) for encoding, answer in answers]
    encoding, answer, worst = max(judged, key=lambda one: ORDER.index(one[2].result))
    details = worst.details | ({"encoding": encoding} if worst.result != LookResult.THERE else {})
    return PostingLook(
        posting=posting,
        at=at,
        path=path,
        language=language,
        notice=notice,
        result=worst.result,
        status=answer.status,
        expected=canonical.sha256(expected),
        found=worst.found,
        details=details,
    )


def _is_being_written(posting: Posting, *, at: dt.datetime) -> bool:
    """The page says something new since a moment ago: a cache may still show what it said before."""
    with translation.override(settings.LANGUAGE_CODE):
        path = reverse("notices:latest", args=[posting.incident.slug])
    written = PublishedPage.objects.filter(path__endswith=path).aggregate(last=Max("written_at"))["last"]
    return written is not None and written > at - posting_rules.SETTLES_WITHIN


def fetch(path: str, *, encoding: str) -> Answer:
    """As any reader: no cookie, no proxy of our own, no redirect."""
    began = time.monotonic()
    headers = {"Accept-Encoding": encoding, "User-Agent": "breachdesk posting guard"}
    try:
        with (
            httpx.Client(trust_env=False, follow_redirects=False, timeout=TIMEOUT) as client,
            client.stream("GET", settings.PUBLIC_URL + path, headers=headers) as response,
        ):
            content = b""
            for part in response.iter_bytes(64 * 1024):
                content += part
                if len(content) > MOST_BYTES:
                    return Answer(response.status_code, problem="too long")
                if time.monotonic() - began > WHOLE_ANSWER_WITHIN_SECONDS:
                    return Answer(None, problem="too slow")
            return Answer(response.status_code, content)
    except httpx.DecodingError:
        return Answer(200, problem="cannot be unpacked")
    except httpx.HTTPError as error:
        return Answer(None, problem=type(error).__name__)


def judge(answer: Answer, *, expected: dict[str, str], known: Collection[str]) -> Judged:
    """`known`: sha256 of the pages that may stand there."""
    if answer.status is None:
        return Judged(LookResult.NO_ANSWER, details={"problem": answer.problem})
    if answer.status != 200 or answer.problem:
        problem = answer.problem or f"HTTP {answer.status}"
        return Judged(LookResult.WRONG_ANSWER, details={"problem": problem})
    found = canonical.of_page(answer.content.decode("utf-8", errors="replace"))
    if found != expected:
        missing = sorted(expected.keys() - found.keys())
        different = sorted(name for name, text in found.items() if expected.get(name) != text)
        return Judged(LookResult.ALTERED, canonical.sha256(found), {"missing": missing, "different": different})
    sha256 = hashlib.sha256(answer.content).hexdigest()
    if sha256 not in known:
        return Judged(LookResult.DIFFERS, canonical.sha256(found), {"page": sha256})
    return Judged(LookResult.THERE, canonical.sha256(found))


# -- written down, and said where it is not well --------------------------------------------------------------------------


def record(*, posting: Posting, looks: list[PostingLook], at: dt.datetime) -> None:
    """The rows of one round; whoever answers for the notice is told when it turns bad, and the audit when it is well again."""
    worst = max(looks, key=lambda one: ORDER.index(one.result))
    with transaction.atomic():
        locked = Posting.objects.select_for_update(of=("self",)).select_related("incident").get(pk=posting.pk)
        if locked.taken_down_at is not None:  # meanwhile: what was seen of it proves nothing
            return
        before = _last_two(locked)
        PostingLook.objects.bulk_create(looks)
        trouble_before = is_trouble(before)
        trouble = is_trouble([worst.result, *before])
        if trouble and not trouble_before:
            _say(locked, worst, at=at)
        elif worst.result == LookResult.THERE and trouble_before:
            _note("posting_well_again", locked, at=at)
            log.warning("alarm over: the notice of %s is there as published", locked.incident.slug)


def record_on_disk(
    *, posting: Posting, path: str, language: str, notice: Notice, strange: dict[str, str], at: dt.datetime
) -> None:
    """Found beside the application rather than through the public address: it counts as a look all the same."""
    expected = canonical.sha256(canonical.of_notice(notice, language))
    look = PostingLook(
        posting=posting,
        at=at,
        path=path,
        language=language,
        notice=notice,
        result=LookResult.ON_DISK,
        expected=expected,
        details={"files": strange},
    )
    record(posting=posting, looks=[look], at=at)


def is_trouble(newest_first: list[str]) -> bool:
    """One round that found something else, or two running that found nothing at all."""
    if not newest_first or newest_first[0] == LookResult.THERE:
        return False
    return newest_first[0] != LookResult.NO_ANSWER or (len(newest_first) > 1 and newest_first[1] != LookResult.THERE)


def _last_two(posting: Posting) -> list[str]:
    rows = posting.looks.order_by("-at", "-pk").values_list("at", "result")[:8]
    return [one.result for one in reversed(posting_rules.rounds(list(rows)))][:2]


def _say(posting: Posting, look: PostingLook, *, at: dt.datetime) -> None:
    log.error(
        "ALARM %s at %s: %s (docs/RUNBOOK.md, The page was altered)",
        look.result,
        look.path,
        look.details or look.status,
    )
    _note("posting_trouble", posting, at=at, result=look.result, path=look.path, details=look.details)
    for user in queries.who_answers_for_postings():
        with translation.override("ko"):
            words = posting_letters.trouble(user, look)
        key = f"posting-trouble:{posting.pk}:{at.timestamp():.0f}:{user.pk}"
        about = f"incident:{posting.incident.slug}"
        outbox.put(words, to=Contact("email", user.email or ""), key=key, about=about, lane="claim", at=at)


def _note(kind: str, posting: Posting, *, at: dt.datetime, **data: object) -> None:
    audit.record(
        kind=f"notices.{kind}", by=None, about=f"incident:{posting.incident.slug}", at=at, posting=posting.pk, **data
    )

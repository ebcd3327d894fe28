"""That a notice was up all the days the law asks: every look at it, the gaps between them, and a hash of it all."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import itertools
import json
from collections import Counter
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import transaction
from django.template.loader import render_to_string

from breachdesk import audit
from breachdesk.accounts.models import User
from breachdesk.context import issuer
from breachdesk.lib import paper, safe_csv
from notices import posting, posting_rules
from notices.models import Posting, PostingLook
from notices.posting_rules import Gap, Round
from notices.states import GapKind, LookResult

COLUMNS = ("moment", "address", "language", "version", "result", "http", "expected_sha256", "found_sha256", "details")


@dataclass(frozen=True)
class Day:
    """One day of the notice's zone: how many rounds, how many of them found the words."""

    day: dt.date
    rounds: int
    good: int


@dataclass(frozen=True)
class Proof:
    posting: Posting
    until_at: dt.datetime
    must_stay_until: dt.datetime
    looks: list[PostingLook]
    rounds: list[Round]
    gaps: list[Gap]

    @property
    def addresses(self) -> list[str]:
        return sorted({look.path for look in self.looks})

    @property
    def good(self) -> int:
        return sum(one.good for one in self.rounds)

    @property
    def not_there(self) -> list[Gap]:
        """Gaps of the posting: the words were not seen as published."""
        return [gap for gap in self.gaps if gap.kind != GapKind.NOT_LOOKED]

    @property
    def not_looked(self) -> list[Gap]:
        """Gaps of the proof: nobody looked, so neither is shown."""
        return [gap for gap in self.gaps if gap.kind == GapKind.NOT_LOOKED]

    @property
    def days_are_full(self) -> bool:
        return self.until_at >= self.must_stay_until

    @property
    def whole(self) -> bool:
        return self.days_are_full and not self.gaps

    @property
    def longest_without_a_look(self) -> dt.timedelta:
        moments = [self.posting.from_at, *(one.at for one in self.rounds), self.until_at]
        return max(later - earlier for earlier, later in itertools.pairwise(moments))

    @property
    def results(self) -> list[tuple[str, int]]:
        counted = Counter(one.result for one in self.rounds)
        return [(str(LookResult(code).label), counted[code]) for code in LookResult.values if counted[code]]

    @property
    def days(self) -> list[Day]:
        zone = ZoneInfo(self.posting.incident.time_zone)
        by_day: dict[dt.date, list[Round]] = {}
        for one in self.rounds:
            by_day.setdefault(one.at.astimezone(zone).date(), []).append(one)
        first, last = self.posting.from_at.astimezone(zone).date(), self.until_at.astimezone(zone).date()
        every = [first + dt.timedelta(days=number) for number in range((last - first).days + 1)]
        return [Day(day, len(by_day.get(day, [])), sum(one.good for one in by_day.get(day, []))) for day in every]


def of(one: Posting, *, until: dt.datetime) -> Proof:
    """`until`: what came later is not in it, so that the same moment gives the same bytes."""
    until_at = min(until, one.taken_down_at or until)
    looks = list(one.looks.filter(at__lte=until_at).select_related("notice").order_by("at", "pk"))
    rounds = posting_rules.rounds([(look.at, look.result) for look in looks])
    gaps = posting_rules.gaps(rounds, from_at=one.from_at, until_at=until_at)
    return Proof(one, until_at, posting.must_stay_until(one), looks, rounds, gaps)


def as_csv(proof: Proof) -> bytes:
    """Every look, in words that no language changes."""
    out = io.StringIO()
    rows = (
        (
            look.at.astimezone(dt.UTC).isoformat(timespec="seconds"),
            look.path,
            look.language,
            look.notice.number,
            look.result,
            look.status or "",
            look.expected,
            look.found,
            json.dumps(look.details, ensure_ascii=False, sort_keys=True) if look.details else "",
        )
        for look in proof.looks
    )
    safe_csv.write(out, [COLUMNS, *rows])
    return out.getvalue().encode()


def as_pdf(proof: Proof) -> bytes:
    """Raises paper.Unavailable."""
    context = {
        "proof": proof,
        "posting": proof.posting,
        "incident": proof.posting.incident,
        "issuer": issuer(),
        "sha256": hashlib.sha256(as_csv(proof)).hexdigest(),
    }
    return paper.pdf(render_to_string("notices/paper/posting_proof.html", context))


def take(proof: Proof, *, kind: str, by: User, at: dt.datetime) -> bytes:
    """The file, and in the audit who took it, with the hash of the looks that are in it. Raises paper.Unavailable."""
    content = {"csv": as_csv, "pdf": as_pdf}[kind](proof)
    with transaction.atomic():
        audit.record(
            kind="notices.posting_proof_taken",
            by=by,
            about=f"incident:{proof.posting.incident.slug}",
            at=at,
            posting=proof.posting.pk,
            file=kind,
            until=proof.until_at.isoformat(),
            looks=len(proof.looks),
            looks_sha256=hashlib.sha256(as_csv(proof)).hexdigest(),
            file_sha256=hashlib.sha256(content).hexdigest(),
            gaps=len(proof.not_there),
            not_looked=len(proof.not_looked),
        )
    return content

"""Whoever has the leaked file types its rows, every word of them right, from two hundred networks.

They hold no phone and no mailbox of the people: no answer, no session and no claim, and no more messages than the budgets allow.
"""

from __future__ import annotations

import collections
import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from bench import people
from breachdesk import limits
from claims.models import Claim, Draft
from delivery.models import Message
from drill import harness
from lookup import rules, spending
from lookup.models import Alarm, Challenge, Person, Proof

ID = "S-a2"
ROWS, NETWORKS = 10_000, 200
LOOKED_EVERY, ALARMED_WITHIN = 5, 60  # seconds


@dataclass
class Seen:
    """What the pages gave the thief."""

    statuses: collections.Counter[str] = field(default_factory=collections.Counter)
    answers: int = 0
    messages: int = 0
    per_network: int = 0


def replay(rows: Sequence[dict[str, str]], *, networks: int, after_each: Callable[[], None] = lambda: None) -> Seen:
    """Each row as its owner would type it: contact, then name and birth date, then the answer and a claim."""
    seen, sent = Seen(), collections.Counter[str]()
    before = Message.objects.filter(lane="code").count()
    for row, network in zip(rows, itertools.cycle(range(networks)), strict=False):
        thief = Client(REMOTE_ADDR=f"100.{64 + network // 256}.{network % 256}.9")
        told = thief.post("/lookup/start/", {"contact": row["phone"]})
        who = thief.post("/lookup/who/", {"name": row["name"], "birth_date": row["birth_date"].replace("-", "")})
        pages = [told, who, thief.get("/lookup/answer/"), thief.get("/claims/new/")]
        seen.statuses[" ".join(str(page.status_code) for page in pages)] += 1
        seen.answers += any(row["name"] in page.content.decode() for page in pages)
        sent[limits.network(f"100.{64 + network // 256}.{network % 256}.9")] += told.status_code == 302
        after_each()
    seen.messages = Message.objects.filter(lane="code").count() - before
    seen.per_network = max(sent.values())
    return seen


class Watch:
    """The watch that beat keeps, every five seconds here."""

    def __init__(self) -> None:
        self.began = self.looked = time.monotonic()
        self.alarmed_after: float | None = None
        self.most_won = 0

    def look(self) -> None:
        now = time.monotonic()
        if now < self.looked + LOOKED_EVERY:
            return
        self.looked, at = now, timezone.now()
        spending.watch(at=at)
        if self.alarmed_after is None and Alarm.objects.filter(ended_at=None).exists():
            self.alarmed_after = now - self.began
        purse = spending.caps().won[0]
        self.most_won = max(self.most_won, purse.allowance - limits.left(purse, subject="all", at=at))


def failures(seen: Seen, *, rows: int) -> list[str]:
    """What should not have been; nobody but the thief has been at the site."""
    kept = {
        "answers": seen.answers,
        "sessions": Session.objects.count(),
        "proofs": Proof.objects.count(),
        "persons": Person.objects.count(),
        "drafts": Draft.objects.count(),
        "claims": Claim.objects.count(),
    }
    wrong = [f"{count} {what}" for what, count in kept.items() if count]
    if seen.messages > rows * rules.CODES_A_MINUTE.allowance:
        wrong.append(f"{seen.messages} messages for {rows} contacts")
    if seen.per_network > rules.CODES_PER_NETWORK.allowance:
        wrong.append(f"{seen.per_network} messages asked for by one network")
    return wrong


def play(run: harness.Run) -> harness.Round:
    path = people.write(run.folder / f"stolen-{run.seed}.csv", ROWS, seed=run.seed)
    harness.bring_in_and_activate(path)
    names, *lines = (line.split(",") for line in path.read_text(encoding="utf-8").splitlines())
    rows = [dict(zip(names, line, strict=True)) for line in lines]
    for table in (Session, Claim, Draft, Proof, Person, Challenge):
        table.objects.all().delete()
    Alarm.objects.filter(ended_at=None).delete()
    watch = Watch()
    seen = replay(rows, networks=NETWORKS, after_each=watch.look)
    wrong = failures(seen, rows=len(rows))
    if watch.alarmed_after is None or watch.alarmed_after > ALARMED_WITHIN:
        wrong.append(f"alarmed after {watch.alarmed_after} seconds, at most {ALARMED_WITHIN}")
    if watch.most_won > settings.CODE_WON_A_MINUTE:
        wrong.append(f"{watch.most_won} won in a minute, at most {settings.CODE_WON_A_MINUTE}")
    return harness.Round(
        load=f"{len(rows):,} right rows from {NETWORKS} networks",
        worst={
            "answers": seen.answers,
            "messages": seen.messages,
            "won_a_minute": watch.most_won,
            "alarmed_after_seconds": watch.alarmed_after and round(watch.alarmed_after),
            "pages": dict(seen.statuses),
        },
        failures=wrong,
    )

"""Twenty thousand numbers (fifty with FULL=1) are asked for codes at 25,000 a minute, and people from elsewhere still get theirs."""

from __future__ import annotations

import datetime as dt
import random
import time

from django.conf import settings
from django.utils import timezone

from breachdesk import limits
from breachdesk.lib.contacts import Contact, NotAContact
from delivery.models import Message
from drill import harness
from lookup import proving, spending, work
from lookup.models import Alarm
from lookup.purses import Effort

ID = "S-g2"
NUMBERS, FULL, NETWORKS = 20_000, 50_000, 4_000
A_MINUTE = 25_000
A_PERSON_EVERY = 200
SLOWEST = 10.0
# What costs somebody dear: premium and shared-cost lines, internet telephones, landlines, satellites, and shapes of each.
DEAR = [
    "060-700-1234",
    "+82 60 700 1234",
    "070-1234-5678",
    "080-123-4567",
    "1588-1234",
    "02-123-4567",
    "030-1234-5678",
    "050-1234-5678",
    "+1 900 555 0100",
    "+1 212 555 0100",
    "+881 6 1234 5678",
    "+882 16 1234567",
    "+371 8100 1234",
    "+8210",
    "010-1234-5678;010-1234-5679",
    "011-9876-5432",
]
DAYS = dt.timedelta(days=2)


def ask(contact: Contact, *, network: str, effort: Effort, ticket: str, at: dt.datetime) -> bool:
    """True: a code is on its way."""
    done = work.Done(effort, ticket=ticket if effort else "")
    try:
        proving.send_code(contact=contact, network=network, language="ko", done=done, at=at)
    except (proving.TooOften, proving.WorkNeeded, proving.NotTexted):
        return False
    return True


def as_a_person(number: int, *, at: dt.datetime, round_number: int) -> tuple[bool, float]:
    """Asks, and does what the page asks for. Says whether a code came, and after how many seconds of ours."""
    contact = Contact.parse(f"010-8{number // 10_000:03d}-{number % 10_000:04d}")
    began = time.perf_counter()
    came = any(
        ask(
            contact,
            network=limits.network(f"198.18.{number % 250}.9"),
            effort=effort,
            ticket=f"person-{round_number}-{number}-{effort}",
            at=at,
        )
        for effort in (Effort.NOTHING, Effort.WORKED, Effort.WORKED_HARD)
    )
    return came, time.perf_counter() - began


def play(run: harness.Run) -> harness.Round:
    numbers = FULL if run.full else NUMBERS
    within = dt.timedelta(minutes=1) * numbers / A_MINUTE
    chance = random.Random(run.seed)  # noqa: S311 - only who comes when
    # Days after what earlier rounds spent.
    began = timezone.now() + DAYS * (run.seed % 1_000)
    before = Message.objects.count()
    hostile = [number for number in DEAR if takes(number, at=began)]
    sent, people, refused, slowest, most = 0, 0, 0, 0.0, 0
    for number in range(numbers):
        at = began + within * number / numbers
        network = f"10.{number % NETWORKS // 250}.{number % NETWORKS % 250}.0/24"
        effort = chance.choices((Effort.NOTHING, Effort.WORKED, Effort.WORKED_HARD), (80, 18, 2))[0]
        contact = Contact.parse(f"010-9{number // 10_000:03d}-{number % 10_000:04d}")
        sent += ask(contact, network=network, effort=effort, ticket=f"pump-{run.seed}-{number}", at=at)
        if number % A_PERSON_EVERY == A_PERSON_EVERY - 1:
            came, seconds = as_a_person(number, at=at, round_number=run.seed)
            people, refused, slowest = people + 1, refused + (not came), max(slowest, seconds)
            caps = spending.caps()
            won = caps.won[0].allowance - limits.left(caps.won[0], subject="all", at=at)
            most = max(most, won)
    spending.watch(at=began + within)
    failures = [f"a code went to {number}" for number in hostile]
    if refused:
        failures.append(f"{refused} of {people} people got no code")
    if slowest > SLOWEST:
        failures.append(f"somebody waited {slowest:.1f} seconds")
    if most > settings.CODE_WON_A_MINUTE:
        failures.append(f"{most} won in a minute, at most {settings.CODE_WON_A_MINUTE}")
    if not Alarm.objects.filter(ended_at=None).exists():
        failures.append("nobody was alarmed")
    total = Message.objects.count() - before
    return harness.Round(
        load=f"{numbers:,} numbers within {within.seconds} seconds from {NETWORKS:,} networks, {people} people among them",
        worst={
            "won_a_minute": most,
            "cap": settings.CODE_WON_A_MINUTE,
            "sent": total,
            "people_refused": refused,
            "slowest_seconds": round(slowest, 2),
        },
        failures=failures,
    )


def takes(number: str, *, at: dt.datetime) -> bool:
    try:
        contact = Contact.parse(number, regions=tuple(settings.CODE_COUNTRIES))
    except NotAContact:
        return False
    return ask(contact, network="203.0.113.0/24", effort=Effort.WORKED_HARD, ticket=number, at=at)

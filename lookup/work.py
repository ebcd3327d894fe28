"""Work of a device for one code to one contact, or its reader's wait. static/js/work.js is the other half.

A ticket names sixteen small puzzles: find a number n such that SHA-256 of "ticket.puzzle.n" begins with so many zero bits.
Sixteen small ones take a device about as long every time, and it can say how many it has done; one large one might take
it ten times as long as it took its neighbour's. The ticket is signed for one contact, which it does not show, and is good once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.core import signing

from lookup import rules
from lookup.purses import Effort

PUZZLES = 16
SPREAD = 4  # sixteen puzzles: each has so many bits less than the whole


@dataclass(frozen=True)
class Ticket:
    """`wait_until`: from then on it is good without the work, too. `text`: what the page carries, signed."""

    id: str
    hard: bool
    bits: int
    wait_until: dt.datetime
    text: str

    @property
    def puzzles(self) -> int:
        return PUZZLES


@dataclass(frozen=True)
class Done:
    """What was done for a code, and the ticket that it was done for."""

    effort: Effort
    ticket: str = ""


NOTHING = Done(Effort.NOTHING)
PROVEN = Done(Effort.PROVEN)


def issue(contact_hash: uuid.UUID, *, hard: bool, at: dt.datetime) -> Ticket:
    # To the minute, because it is said in words.
    wait_until = (at + settings.CODE_WAIT + dt.timedelta(seconds=59)).replace(second=0, microsecond=0)
    bits = (settings.CODE_WORK_BITS_HARD if hard else settings.CODE_WORK_BITS) - SPREAD
    plain = f"{secrets.token_urlsafe(16)}.{bits:02d}.{int(hard)}.{int(wait_until.timestamp())}"
    return _ticket(_signer(contact_hash).sign(plain))


def read(text: str, contact_hash: uuid.UUID, *, at: dt.datetime) -> Ticket | None:
    """A ticket of ours for this contact that is still good; None of any other."""
    try:
        _signer(contact_hash).unsign(text)
    except signing.BadSignature:
        return None
    ticket = _ticket(text)
    return ticket if at < ticket.wait_until + rules.TICKET_LIVES else None


def done(ticket: Ticket, answer: str, *, at: dt.datetime) -> Done | None:
    """None: not worked, and not waited long enough."""
    if is_solved(ticket, answer):
        return Done(Effort.WORKED_HARD if ticket.hard else Effort.WORKED, ticket.id)
    return Done(Effort.WAITED, ticket.id) if at >= ticket.wait_until else None


def is_solved(ticket: Ticket, answer: str) -> bool:
    """`answer`: one number for each puzzle, in their order, with commas between."""
    if not re.fullmatch(rf"[0-9]{{1,10}}(,[0-9]{{1,10}}){{{PUZZLES - 1}}}", answer):
        return False
    return all(
        leading_zeros(hashlib.sha256(f"{ticket.id}.{puzzle}.{number}".encode()).digest()) >= ticket.bits
        for puzzle, number in enumerate(answer.split(","))
    )


def leading_zeros(digest: bytes) -> int:
    return len(digest) * 8 - int.from_bytes(digest, "big").bit_length()


def _ticket(text: str) -> Ticket:
    ticket_id, bits, hard, wait_until, _signature = text.rsplit(".", 4)
    return Ticket(ticket_id, hard == "1", int(bits), dt.datetime.fromtimestamp(int(wait_until), dt.UTC), text)


def _signer(contact_hash: uuid.UUID) -> signing.Signer:
    return signing.Signer(sep=".", salt=f"lookup.work:{contact_hash}")

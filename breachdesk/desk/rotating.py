"""The keys are changed: every room does its own rows, one part after another, while the site answers."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import connection

from breachdesk import keys
from breachdesk.audit import resealing as audit
from breachdesk.desk import resealing as desk
from breachdesk.files import resealing as files
from breachdesk.mailhouse import resealing as mailhouse
from breachdesk.packs import resealing as packs
from breachdesk.resealing import Part
from breachdesk.verify import resealing as verify
from cards import resealing as cards
from claims import resealing as claims
from delivery import resealing as delivery
from lookup import resealing as lookup
from notices import resealing as notices
from support import resealing as support

# From the top of the stair down: a claim's account before the message that tells of it, a person before the lists.
PARTS: list[Part] = [
    *desk.PARTS,
    *packs.PARTS,
    *mailhouse.PARTS,
    *verify.PARTS,
    *support.PARTS,
    *claims.PARTS,
    *cards.PARTS,
    *lookup.PARTS,
    *notices.PARTS,
    *delivery.PARTS,
    *files.PARTS,
    *audit.PARTS,
]

# Hashed with our keys and left as it is, and why nobody misses the old key for it.
NOT_ROTATED = {
    "lookup.Challenge.code_hash": "good for ten minutes, compared under every key of the ring",
    "lookup.Challenge.contact_hash": "gone with its row within a day, and nobody is found by it",
    "lookup.LetterCode.code_hash": "on paper: looked for under every key of the ring, and `keep_old_until` says how long",
    "lookup.Parked.browser_hash": "good for thirty minutes, looked for under every key of the ring",
    "limits.Spent.subject": "a budget of a day at most, counted under every key of the ring",
    "claims.Claim.confirmation": "printed on a receipt: a name from then on, compared as it stands",
}
# So long after the last run the old keys are still needed for those that are no letters.
KEEP_OLD_KEYS = dt.timedelta(hours=26)

# Any constant: one at a time.
ROTATING = 0x6B657973
PASSES = 20

Report = Callable[[str, int, int], None]  # the part, rows done, rows to do


class Refused(Exception):
    """Why nothing was begun, in words."""


@dataclass
class Rotated:
    rows: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    # By part: in one word why, and how many rows.
    left: dict[str, dict[str, int]] = field(default_factory=dict)


def rotate(report: Report) -> Rotated:
    """Raises Refused. What cannot be done is left as it is and named; everything else is done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ROTATING])
        if not cursor.fetchone()[0]:
            raise Refused("the keys are being rotated by another run already")
    try:
        if strangers := without_our_keys():
            raise Refused(
                f"{strangers} connections of the product do not know the active keys "
                f"({keys.data_keys().active}, {keys.index_keys().active}) yet: restart every process first"
            )
        rotated = Rotated()
        for part in PARTS:
            _rotate_one(part, rotated, report)
        return rotated
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ROTATING])


def keep_old_until(at: dt.datetime) -> dt.datetime:
    """The moment from when nothing needs an old key any more, if everything else is done by `at`."""
    return max(at + KEEP_OLD_KEYS, lookup.letters_need_old_keys_until() or at)


def _rotate_one(part: Part, rotated: Rotated, report: Report) -> None:
    to_do = part.behind()
    if not to_do:
        return
    started, done = time.monotonic(), 0
    for _ in range(PASSES):
        for rows in part.batches():
            done += rows
            report(part.name, min(done, to_do), to_do)
        behind = part.behind()
        if not behind or part.left:
            break
        time.sleep(0.2)  # somebody held those rows
    rotated.rows[part.name] = to_do - behind
    rotated.seconds[part.name] = round(time.monotonic() - started, 1)
    if behind:
        rotated.left[part.name] = part.left or {"held_by_others": behind}


def without_our_keys() -> int:
    """Connections that tell, in their name, of a ring without one of the active keys."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT application_name FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name LIKE 'breachdesk keys %'"
        )
        named = [row[0] for row in cursor.fetchall() if len(row[0]) < 63]  # longer ones are cut: nothing to be told
    rings = [set(name.removeprefix("breachdesk keys ").split(",")) for name in named]
    active = {f"d{keys.data_keys().active}", f"i{keys.index_keys().active}"}
    return sum(not active <= ring for ring in rings)

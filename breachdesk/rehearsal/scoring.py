"""The score card of a rehearsal: each legal clock and whether it was met, and who has no proven notice and why.

By the same counting as the desk's front page (notices.proof) and the same lines as an incident's clocks (notices.clock_pages).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import translation

from notices import clock_pages, proof
from notices.models import Incident

TELLING = "pipa_notify"
GREEN, RED, RUNS = "green", "red", "runs"

WHY = """
    SELECT line.state, coalesce(message.state, ''), line.channel, coalesce(message.last_problem, ''),
           record.phone_hash IS NOT NULL, record.email_hash IS NOT NULL, count(*)
    FROM notices_affectedrecord AS record
    LEFT JOIN LATERAL (
        SELECT * FROM notices_telling WHERE incident_id = %(incident)s AND person_key = record.person_key
        ORDER BY id DESC LIMIT 1
    ) AS line ON true
    LEFT JOIN LATERAL (
        SELECT message_key FROM notices_attempt WHERE line_id = line.id AND message_key <> '' ORDER BY rung DESC LIMIT 1
    ) AS attempt ON true
    LEFT JOIN delivery_message AS message ON message.key = attempt.message_key
    WHERE record.dataset_id = %(dataset)s
      AND (line.state IS NULL OR NOT line.state = ANY(%(told)s) AND NOT (line.state = 'sent' AND line.channel = 'email'))
    GROUP BY 1, 2, 3, 4, 5, 6
"""


@dataclass(frozen=True)
class Card:
    """`clocks`: of each its name, law, colour and when it was due; `untold`: why somebody has no proof, and how many."""

    people: int
    proven: int
    by_posting: int
    unproven: int
    clocks: list[dict[str, Any]]
    untold: dict[str, int]

    @property
    def is_green(self) -> bool:
        return all(clock["colour"] != RED for clock in self.clocks)


def card(incident: Incident, *, at: dt.datetime) -> Card:
    """As staff would read it at that moment. Whoever can be told by posting only has been, once the notice is posted."""
    found = proof.counted(incident, at=at)
    by_posting = sum(found.by_state.get(state, 0) for state in proof.BY_POSTING)
    due_at = proof.tell_by(incident)
    # The rehearsal has no days to wait for what a mail server took to come back.
    unproven = found.unproven - by_posting - found.taken_by_mail
    clocks = []
    with translation.override("en"):
        for clock in incident.clocks.order_by("position"):
            line = clock_pages.line(clock, learned_at=incident.learned_at, at=at)
            colour = {"bad": RED, "done": GREEN}.get(line.dot, RUNS)
            if clock.code == TELLING and clock.met_at is None:
                colour = RED if due_at and at >= due_at and unproven else RUNS
            clocks.append(
                {
                    "clock": clock.code,
                    "name": line.name,
                    "law": line.law,
                    "colour": colour,
                    "due_at": line.due_at and line.due_at.isoformat(),
                    "met_at": line.met_at and line.met_at.isoformat(),
                }
            )
    return Card(found.people, found.proven + found.taken_by_mail, by_posting, unproven, clocks, untold(incident))


def untold(incident: Incident) -> dict[str, int]:
    told = [*proof.PROVEN, *proof.BY_POSTING]
    wanted = {"incident": incident.pk, "dataset": incident.active_dataset_id, "told": [str(state) for state in told]}
    with connection.cursor() as cursor:
        cursor.execute(WHY, wanted)
        rows = cursor.fetchall()
    counted: dict[str, int] = {}
    for *facts, people in rows:
        counted[why(*facts)] = counted.get(why(*facts), 0) + people
    return dict(sorted(counted.items(), key=lambda one: -one[1]))


def why(line: str | None, message: str, channel: str, problem: str, has_phone: bool, has_email: bool) -> str:
    """In words for whoever rehearses."""
    if line is None:
        return "in no campaign"
    if line == "waiting":
        return "their turn had not come"
    way = {"email": "e-mail", "letter": "letter"}.get(channel, "phone")
    other = "" if way != "phone" else "; an e-mail is on file" if has_email else "; no e-mail on file"
    if message == "unknown":
        return f"{way}: sent perhaps, no answer ({problem}){other}"
    if message == "failed":
        return f"{way}: refused ({problem}){other}"
    if message == "waiting":
        return f"{way}: no provider took it ({problem or 'not asked yet'}){other}"
    if way == "letter":
        return "a letter was posted; that it arrived is not proven yet"
    return f"{way}: {line}, no receipt{other}" if not has_phone or way == "phone" else f"{way}: {line}"

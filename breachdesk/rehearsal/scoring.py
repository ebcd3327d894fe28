"""The score card of a rehearsal: each legal clock and whether it was met, and who has no proven notice and why.

By the same counting as the desk's front page (notices.proof) and the same lines as an incident's clocks (notices.clock_pages).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import translation

from notices import clock_pages, laddering, proof
from notices.models import Incident
from notices.states import TELLING_PROVEN, Way

TELLING = "pipa_notify"
GREEN, RED, RUNS = "green", "red", "runs"

EARLIER = {
    "no_receipt": "a message left and no receipt came",
    "not_taken": "no provider took it in time",
    "refused": "refused by the provider",
    "returned": "a letter came back",
    "called_back": "called back by staff",
    "wrong_person": "somebody else's contact",
    "no_way": "no way to them",
}
WHY = """
    SELECT line.state, coalesce(message.state, ''), coalesce(line.channel, ''), coalesce(line.reason, ''),
           record.phone_hash IS NOT NULL, record.email_hash IS NOT NULL, count(*)
    FROM notices_affectedrecord AS record
    LEFT JOIN LATERAL (
        SELECT * FROM notices_telling
        WHERE incident_id = %(incident)s AND person_key = record.person_key AND NOT clears
        ORDER BY id DESC LIMIT 1
    ) AS line ON true
    LEFT JOIN LATERAL (
        SELECT message_key FROM notices_attempt WHERE line_id = line.id AND message_key <> '' ORDER BY rung DESC LIMIT 1
    ) AS attempt ON true
    LEFT JOIN delivery_message AS message ON message.key = attempt.message_key
    WHERE record.dataset_id = %(dataset)s AND (line.state IS NULL OR NOT line.state = ANY(%(told)s))
    GROUP BY 1, 2, 3, 4, 5, 6
"""


@dataclass(frozen=True)
class Card:
    """`clocks`: of each its name, law, colour and when it was due; `untold`: why somebody has no proof, and how many;
    `by_way`: how those with proof were told.
    """

    people: int
    proven: int
    by_way: dict[str, int]
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
    unproven = found.unproven - by_posting
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
    by_way = dict(sorted(found.channels.items(), key=lambda one: -one[1]))
    return Card(found.people, found.proven, by_way, by_posting, unproven, clocks, untold(incident))


def untold(incident: Incident) -> dict[str, int]:
    told = [*TELLING_PROVEN, *proof.BY_POSTING]
    wanted = {"incident": incident.pk, "dataset": incident.active_dataset_id, "told": [str(state) for state in told]}
    with connection.cursor() as cursor:
        cursor.execute(WHY, wanted)
        rows = cursor.fetchall()
    by_letter = Way.LETTER in laddering.carried()
    counted: dict[str, int] = {}
    for *facts, people in rows:
        words = why(*facts, by_letter=by_letter)
        counted[words] = counted.get(words, 0) + people
    return dict(sorted(counted.items(), key=lambda one: -one[1]))


def why(
    line: str | None,
    message: str,
    channel: str,
    before: str,
    has_phone: bool,
    has_email: bool,
    *,
    by_letter: bool = False,
) -> str:
    """In words for whoever rehearses. `before`: why an earlier way brought no proof, in the ledger's word; `by_letter`: letters
    can be printed, so that whoever had none has no address.
    """
    if line is None:
        return "in no campaign"
    files = [name for name, there in (("phone", has_phone), ("e-mail", has_email)) if not there]
    if line == "failed" and by_letter and channel != "letter":
        files.append("address")
    missing = f"; no {' and no '.join(files)} on file" if files else ""
    earlier = f"; before that: {EARLIER.get(before, before)}" if before else ""
    if line == "waiting":
        return (f"their next way had not come{earlier}" if before else "their turn had not come") + missing
    if line == "failed":
        return f"every way was tried{earlier}{missing}"
    match channel, message:
        case "letter", "waiting":
            now = "a letter is not posted yet"
        case "letter", _:
            now = "a letter is posted, and only time proves that it was not returned"
        case "email", "accepted":
            now = "an e-mail is out, and only time proves that it did not come back"
        case _, "accepted":
            now = "a phone message is out, and no receipt came"
        case "email", _:
            now = "no mail server has taken the e-mail"
        case _, "unknown":
            now = "a phone message may be out: its provider gave no answer"
        case _:
            now = "no phone provider has taken the message"
    return f"{now}{earlier}{missing}"

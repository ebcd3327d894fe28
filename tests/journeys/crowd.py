"""A leak that concerns ten thousand people, all invented, the same at every call, and the incident that goes with it."""

from __future__ import annotations

import csv
import datetime as dt
import json
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from breachdesk.demo import people, story

PEOPLE = 10_000
# Numbers of the list that are written in it wrongly, besides: they are not taken and are counted by reason.
WRONG = {"birth_date": {"birth_date": "13월 40일"}, "phone": {"phone": "02-12"}, "items": {"items": "shoe_size"}}


def write_incident(path: Path, *, now: dt.datetime) -> Path:
    """As `create_incident` reads it: the demo's story, whose newest notice is a draft until there is a list."""
    facts = story.corrected(now)
    facts["notices"][-1]["lede"] = story.both(
        f"고객 **{PEOPLE:,}명**의 정보가 밖으로 나갔어요. 지켜 드리지 못해 죄송해요.",
        f"Data about **{PEOPLE:,} people** got out. We failed to protect it, and we are sorry.",
        f"{PEOPLE:,}명의 정보가 밖으로 나갔어요. 지켜 드리지 못해 죄송해요.",
    )
    path.write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    return path


def write_list(path: Path) -> Path:
    """The five of the demo who are listed, then everybody else, and at the end the rows that are wrong."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, people.HEADER, restval="")
        writer.writeheader()
        writer.writerows(rows())
    return path


def rows() -> list[dict[str, str]]:
    chance = random.Random(3)
    named = [_named(number, person) for number, person in enumerate(people.PEOPLE) if person.items]
    free = [number for number in range(10_000) if f"010-0000-{number:04d}" not in {row["phone"] for row in named}]
    chance.shuffle(free)
    crowd = [_invented(chance, number) for number in free[: PEOPLE - len(named)]]
    wrong = [{**_invented(chance, 0), "customer_ref": f"W-{reason}", **fields} for reason, fields in WRONG.items()]
    return named + crowd + wrong


def _named(number: int, person: people.Person) -> dict[str, str]:
    row: dict[str, Any] = {name: getattr(person, name, "") for name in people.HEADER}
    return {**row, "customer_ref": f"N-{number}"}


def _invented(chance: random.Random, number: int) -> dict[str, str]:
    """Most are told by text, some by e-mail, a few not at all; one in fifty reads English."""
    has_card = chance.random() < 0.03
    row = {
        "customer_ref": f"C-{number:05d}",
        "name": chance.choice(people.FAMILY) + chance.choice(people.GIVEN),
        "birth_date": f"{chance.randint(1944, 2006)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}",
        "phone": f"010-0000-{number:04d}",
        "email": f"member{number}@mail.example",
        "card_last4": f"{chance.randint(0, 9999):04d}" if has_card else "",
        "items": people.CARD_ITEMS if has_card else people.OTHER_ITEMS,
        "language": "en" if chance.random() < 0.02 else "ko",
    }
    way = chance.random()
    if way < 0.03:
        return {**row, "phone": ""}
    if way < 0.04:
        return {**row, "phone": "", "email": ""}
    return {**row, "member": "deceased"} if way < 0.05 else row


@dataclass(frozen=True)
class Expected:
    """What must become of a campaign, worked out from the list by itself."""

    # Where the provider must have brought a notice, as it writes the addresses down.
    told: set[str]
    no_contact: int
    withheld: int

    @property
    def audience(self) -> int:
        return len(self.told) + self.no_contact + self.withheld


def expected(*, with_card_only: bool) -> Expected:
    concerned = [row for row in rows()[:PEOPLE] if not with_card_only or row["items"] == people.CARD_ITEMS]
    alive = [row for row in concerned if row.get("member") != "deceased"]
    told = {f"+82{row['phone'].replace('-', '')[1:]}" if row["phone"] else row["email"] for row in alive} - {""}
    no_contact = sum(not (row["phone"] or row["email"]) for row in alive)
    return Expected(told, no_contact, len(concerned) - len(alive))

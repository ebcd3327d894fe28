"""Offers an incident's people what it gives beside compensation: one person proposes it, another confirms.

FILE.json: {"offers": [{"benefit": "waiver" | "monitoring" | "instalments", "for_card_data": true, "ask_until": "2027-11-18", "lasts_days": 365}],
            "codes": ["…"]}: the codes of the monitoring that were bought. Run again, what is there stays.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from breachdesk.lib import commands
from cards import benefits
from cards.states import Benefit
from notices.management.staff import incident_named, staff_named

LONGEST_CODE = 60


class Command(commands.Command):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE.json")
        parser.add_argument("--incident", required=True, metavar="SLUG")
        parser.add_argument("--by", required=True, metavar="EMAIL")
        parser.add_argument("--confirmed-by", required=True, metavar="EMAIL")

    def handle(self, *, file: str, by: str, confirmed_by: str, **options: Any) -> None:
        incident = incident_named(self, options["incident"])
        at, proposer = timezone.now(), staff_named(self, by)
        try:
            told = json.loads(Path(file).read_text(encoding="utf-8"))
            terms = [_terms(each) for each in told.get("offers", [])]
            codes = [_code(each) for each in told.get("codes", [])]
        except OSError as error:
            self.refuse(f"{file}: {error.strerror}")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            self.refuse(f"{file} is not understood: {error}")
        try:
            made = benefits.offer(
                incident=incident, terms=terms, by=proposer, confirmed_by=staff_named(self, confirmed_by), at=at
            )
        except benefits.SamePerson:
            self.refuse("what costs money is offered on the word of two people")
        loaded = benefits.load_codes(incident=incident, codes=codes, by=proposer, at=at)
        self.done(
            {"incident": incident.slug, "offers": made, "codes": loaded}, f"{made} offers and {loaded} codes are new"
        )


def _terms(given: dict[str, Any]) -> benefits.Terms:
    days, only = given["lasts_days"], given["for_card_data"]
    if type(days) is not int or not 0 < days <= 3660 or type(only) is not bool:
        raise ValueError("lasts_days is 1 to 3660, for_card_data true or false")
    return benefits.Terms(Benefit(given["benefit"]), only, dt.date.fromisoformat(given["ask_until"]), days)


def _code(given: object) -> str:
    if not isinstance(given, str) or not 0 < len(given.strip()) <= LONGEST_CODE or "\x00" in given:
        raise ValueError(f"a code is a text of up to {LONGEST_CODE}")
    return given.strip()

"""Plays an incident on invented people and prints a score card against each legal clock.

In a database of its own, made on the owner's server and dropped afterwards, with real workers and with rehearsal providers on
127.0.0.1 only: no row, key, provider or message of the real house is touched. One of the two phone providers is dead.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from breachdesk.environment import Environment
from breachdesk.lib import commands
from breachdesk.rehearsal import theatre

# Hours in which nothing is under way are skipped, so most rehearsals are over long before.
SECONDS_AT_LEAST, PEOPLE_A_SECOND = 300, 25
MOST_PEOPLE = 3_000_000
SIGNS = {"green": "met ", "red": "RED ", "runs": "runs"}


class Command(commands.Command):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--people", type=int, default=300, metavar="N", help="on the list; 300 unless given")
        parser.add_argument("--dead-provider", action="store_true", help="every phone provider is dead")
        parser.add_argument(
            "--dead-answer", default="503", metavar="A", help="a dead one's: 503 unless given, 500 or nothing"
        )
        parser.add_argument("--bad-numbers", type=float, default=0.0, metavar="P", help="per cent of numbers that are")
        parser.add_argument("--seconds", type=int, metavar="S", help="how long the 72 hours last")

    def handle(self, *, people: int, bad_numbers: float, seconds: int | None, **options: Any) -> None:
        if not 1 <= people <= MOST_PEOPLE:
            self.wrong_usage(f"--people: 1 to {MOST_PEOPLE:,}")
        if not 0 <= bad_numbers <= 100:
            self.wrong_usage("--bad-numbers: 0 to 100 per cent")
        if seconds is not None and seconds < 1:
            self.wrong_usage("--seconds: 1 or more")
        from breachdesk.rehearsal.playing import DEAD, Script

        if options["dead_answer"] not in DEAD:
            self.wrong_usage(f"--dead-answer: {', '.join(DEAD)}")
        lasts = seconds or SECONDS_AT_LEAST + people // PEOPLE_A_SECOND
        script = Script(people, options["dead_provider"], bad_numbers, lasts, options["dead_answer"])
        surroundings = Environment()
        owner_url, app_url = (surroundings.text(name, "") for name in ("DATABASE_OWNER_URL", "DATABASE_URL"))
        if not owner_url:
            self.refuse("DATABASE_OWNER_URL is not set here: a rehearsal makes a database of its own, as the owner")
        try:
            with (
                tempfile.TemporaryDirectory(prefix="breachdesk-rehearsal-") as folder,
                theatre.own_broker(settings.REDIS_URL) as broker,
                theatre.own_database(owner_url) as database,
            ):
                env = theatre.environment(
                    owner_url=owner_url, app_url=app_url, database=database, broker=broker, folder=Path(folder)
                )
                card = played(script, env)
        except theatre.NoTheatre as error:
            self.refuse(error)
        if card is None:
            self.refuse("the rehearsal ended before its end: what it said stands above")
        card["database"] = database
        self.done(card, in_words(card))
        if not card["green"]:
            raise CommandError(red(card), returncode=1)


def played(script: Any, env: dict[str, str]) -> dict[str, Any] | None:
    command = [sys.executable, "-m", "breachdesk.rehearsal", json.dumps(asdict(script))]
    process = subprocess.Popen(command, env=env, cwd=settings.BASE_DIR, stdout=subprocess.PIPE)
    try:
        said, _nothing = process.communicate()
    except BaseException:
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        raise
    return json.loads(said.splitlines()[-1]) if process.returncode == 0 and said else None


def red(card: dict[str, Any]) -> str:
    late = [clock["name"] for clock in card["clocks"] if clock["colour"] == "red"]
    reasons = "; ".join(f"{people:,}: {why}" for why, people in card["why"].items())
    return f"red: {', '.join(late)}. {card['without_proof']:,} of {card['people']:,} without a proven notice. {reasons}"


def in_words(card: dict[str, Any]) -> str:
    lines = [f"  {SIGNS[clock['colour']]}  {clock['name']} ({clock['law']})" for clock in card["clocks"]]
    reasons = [f"  {people:>9,}  {why}" for why, people in card["why"].items()]
    return "\n".join(
        [
            f"{card['people']:,} people: {card['proven']:,} with proof, {card['by_posting']:,} told by posting, "
            f"{card['without_proof']:,} without; {card['seconds']} seconds",
            f"  with proof by: {', '.join(f'{way} {people:,}' for way, people in card['by_way'].items()) or 'nothing'}",
            f"  letters: {', '.join(f'{count:,} {what}' for what, count in card['letters'].items())}",
            *lines,
            *(["Without a proven notice:", *reasons] if reasons else []),
        ]
    )

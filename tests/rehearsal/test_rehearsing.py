"""`rehearse` as somebody would start it: an incident played by real workers on a database of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import psycopg2
import pytest
from django.conf import settings

from breachdesk.demo.provider import behaviour
from breachdesk.rehearsal import playing, scoring, theatre
from tests import migrated

# manage.py, but the rehearsal's own database is a copy of one that is migrated, instead of half a minute of migrating.
MANAGE_ON_A_COPY = """
import runpy, sys
from psycopg2.sql import SQL, Identifier
from breachdesk.rehearsal import theatre
execute, copied = theatre._execute, sys.argv.pop(1)
def copying(url, statement):
    if statement.seq[0].string.startswith("CREATE DATABASE"):
        statement += SQL(" TEMPLATE {}").format(Identifier(copied))
    execute(url, statement)
theatre._execute = copying
runpy.run_path("manage.py", run_name="__main__")
"""


@pytest.fixture
def migrated_already(django_db_blocker: Any) -> str:
    with django_db_blocker.unblock():
        return migrated.prepare()


def rehearse(*arguments: str, copied: str = "") -> tuple[int, dict[str, Any], str]:
    """Exit code, the score card, and what was said. `copied`: the database to begin with a copy of."""
    manage = ["-c", MANAGE_ON_A_COPY, copied] if copied else ["manage.py"]
    done = subprocess.run(
        [sys.executable, *manage, "rehearse", "--json", *arguments],
        cwd=settings.BASE_DIR,
        env=os.environ,
        capture_output=True,
        text=True,
        timeout=900,
    )
    lines = done.stdout.splitlines()
    assert lines, done.stderr
    return done.returncode, json.loads(lines[-1]), done.stderr


def databases() -> set[str]:
    connection = psycopg2.connect(os.environ["DATABASE_OWNER_URL"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'rehearsal%'")
        found = {name for (name,) in cursor.fetchall()}
    connection.close()
    return found


def colours(card: dict[str, Any]) -> dict[str, str]:
    return {clock["clock"]: clock["colour"] for clock in card["clocks"]}


def test_with_one_provider_dead_everybody_is_told_and_nothing_is_left_behind() -> None:
    code, card, said = rehearse("--people", "60", "--seconds", "1800")
    assert code == 0, said
    assert "One of the two phone providers is dead" in said
    assert "the clock is put forward" in said, "hours in which mail only has to stay away are not waited for"
    assert sum(card["by_way"].values()) == card["proven"]
    assert card["green"]
    assert (card["people"], card["without_proof"], card["why"]) == (60, 0, {})
    assert card["proven"] + card["by_posting"] == 60
    assert colours(card)["pipa_notify"] == "green"
    assert card["database"] not in databases()


def test_with_every_phone_provider_dead_the_72_hours_end_red_and_those_untold_are_named_with_the_reason(
    migrated_already: str,
) -> None:
    arguments = ("--people", "60", "--dead-provider", "--bad-numbers", "2", "--seconds", "1200")
    code, card, said = rehearse(*arguments, copied=migrated_already)
    assert code == 1
    assert not card["green"]
    assert colours(card)["pipa_notify"] == "red"
    assert colours(card)["pipa_report"] == "green"
    assert card["without_proof"] == sum(card["why"].values()) > 0
    assert card["proven"] + card["by_posting"] + card["without_proof"] == 60
    assert "without a proven notice" in said
    assert set(card["by_way"]) == {"email"}, "mail goes out though every phone provider is dead"
    letters = card["letters"]
    assert letters["gathered"] == letters["printed"] == letters["posted"] > letters["returned"] > 0
    # What came back is heard of by the ledger hours later, perhaps not before the end.
    by_letter = "a letter is posted, and only time proves that it was not returned"
    why = {words.partition(";")[0] for words in card["why"]}
    assert by_letter in why <= {by_letter, "every way was tried"}


@pytest.mark.parametrize(
    "arguments", [("--people", "0"), ("--bad-numbers", "101"), ("--seconds", "0"), ("--dead-answer", "404")]
)
def test_what_cannot_be_rehearsed_is_refused_in_words(arguments: tuple[str, str]) -> None:
    code, said, _trouble = rehearse(*arguments)
    assert code == 2
    assert arguments[0] in said["wrong_usage"]


def test_a_rehearsal_knows_no_provider_bank_or_key_of_the_house() -> None:
    kept = theatre.surroundings(
        {
            "PATH": "/bin",
            "ISSUER_PHONE": "1500-0000",
            "LC_ALL": "C.UTF-8",
            "SMTP_URL": "smtp://real",
            "PHONE_PROVIDER_SECRET_FILE": "/run/secrets/phone",
            "SECOND_PHONE_PROVIDER_URL": "https://real",
            "DATA_KEYS": "real",
        }
    )
    assert kept == {"PATH": "/bin", "ISSUER_PHONE": "1500-0000", "LC_ALL": "C.UTF-8"}


def test_a_role_that_may_not_make_databases_is_told_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_arguments: object) -> None:
        raise psycopg2.errors.InsufficientPrivilege

    monkeypatch.setattr(theatre, "_execute", refused)
    with (
        pytest.raises(theatre.NoTheatre, match="ALTER ROLE breachdesk_owner CREATEDB"),
        theatre.own_database("postgres://breachdesk_owner:secret@127.0.0.1:1/breachdesk"),
    ):
        pass


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ((None, "", "", "", True, True), "in no campaign"),
        (("waiting", "", "", "", True, True), "their turn had not come"),
        (("put", "waiting", "lms", "", True, False), "no phone provider has taken the message; no e-mail on file"),
        (
            ("put", "waiting", "letter", "not_taken", True, False),
            "a letter is not posted yet; before that: no provider took it in time; no e-mail on file",
        ),
        (
            ("sent", "accepted", "email", "refused", True, True),
            "an e-mail is out, and only time proves that it did not come back; before that: refused by the provider",
        ),
        (
            ("failed", "failed", "email", "refused", False, True),
            "every way was tried; before that: refused by the provider; no phone on file",
        ),
    ],
)
def test_why_somebody_has_no_proof_is_said_in_words(facts: tuple[Any, ...], words: str) -> None:
    assert scoring.why(*facts) == words


def test_where_letters_are_printed_whoever_had_none_has_no_address() -> None:
    by_phone, by_letter = ("failed", "", "lms", "", True, False), ("failed", "", "letter", "returned", True, False)
    assert scoring.why(*by_phone, by_letter=True) == "every way was tried; no e-mail and no address on file"
    assert scoring.why(*by_letter, by_letter=True).endswith("before that: a letter came back; no e-mail on file")


def test_each_answer_of_a_dead_provider_is_one_that_the_rehearsal_company_can_give() -> None:
    assert set(playing.DEAD.values()) <= set(behaviour.MODES)

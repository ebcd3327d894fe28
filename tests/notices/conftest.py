from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from notices import hours
from notices.models import Incident
from tests import cast

ENGLISH = Path(settings.BASE_DIR, "locale", "en", "LC_MESSAGES", "django.mo")
needs_english = pytest.mark.skipif(not ENGLISH.exists(), reason="the English catalogue is not compiled: make test does")

HEADER = [
    "customer_ref",
    "name",
    "birth_date",
    "phone",
    "email",
    "address",
    "card_last4",
    "items",
    "language",
    "member",
]


@pytest.fixture
def at() -> dt.datetime:
    return timezone.now()


@pytest.fixture(autouse=True)
def nothing_kept_of_the_help_line() -> Iterator[None]:
    hours.forget_help_line()
    yield
    hours.forget_help_line()


@pytest.fixture
def incident(db: None, at: dt.datetime) -> Incident:
    return cast.incident(at=at)


def person(number: int = 1, **fields: str) -> dict[str, str]:
    """A sound row."""
    given = {
        "customer_ref": f"C{number:04d}",
        "name": "김서영",
        "birth_date": "1991-03-14",
        "phone": f"010-0000-{number:04d}",
        "email": f"p{number}@mail.example",
        "items": "name|phone|email",
    }
    return {**given, **fields}


Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(*rows: dict[str, str], name: str = "list.csv", encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        with path.open("w", encoding=encoding, newline="") as file:
            writer = csv.DictWriter(file, HEADER, restval="")
            writer.writeheader()
            writer.writerows(rows)
        return path

    return written


def run(capsys: pytest.CaptureFixture[str], command: str, *arguments: Any) -> tuple[int, dict[str, Any]]:
    """Exit code and the JSON object on the last line."""
    code = 0
    try:
        call_command(command, *map(str, arguments), "--json")
    except CommandError as error:
        code = error.returncode
    return code, json.loads(capsys.readouterr().out.splitlines()[-1])


def figures_add_up(result: dict[str, Any]) -> bool:
    rejected = sum(result["rejected"].values())
    return result["inserted"] + result["updated"] + result["unchanged"] + rejected == result["rows"]

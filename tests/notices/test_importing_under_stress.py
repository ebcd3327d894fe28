"""Imports that race, and imports that are killed: nothing half, nothing twice."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.db import connection
from django.utils import timezone

from notices import importing, loading
from notices.models import Dataset, Incident
from tests import cast
from tests.racing import nobody_writes, race
from tests.servers import Server, database_address, wait_for

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
MANY = 30_000


@pytest.fixture(autouse=True)
def lists_are_dropped(transactional_db: None) -> Iterator[None]:
    """Emptying the tables after a test leaves the partitions: those of other tests go before, those of this one after."""
    drop_lists()
    yield
    drop_lists()


def drop_lists() -> None:
    with connection.cursor() as cursor:
        for name in tables():
            cursor.execute(f"DROP TABLE {name}")


@pytest.fixture
def incident(transactional_db: None) -> Incident:
    return cast.incident(at=timezone.now())


@pytest.fixture
def many(tmp_path: Path) -> Path:
    path = tmp_path / "many.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("customer_ref,name,birth_date,phone,items\n")
        for n in range(MANY):
            file.write(f"C{n},김서영,1991-03-14,010-{n // 10000:04d}-{n % 10000:04d},name|phone\n")
    return path


def tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(r"SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '^notices_affectedrecord_\d+$'")
        return [row[0] for row in cursor.fetchall()]


def rows_of(dataset: Dataset) -> int:
    return loading.count(dataset.pk)


def test_of_two_imports_of_one_list_at_once_one_writes_and_the_other_says_so(incident: Incident, many: Path):
    at = timezone.now()

    def act(number: int) -> importing.Imported:
        return importing.import_list(incident=Incident.objects.get(), path=many, by=None, at=at)

    first, second = sorted(race(2, act), key=lambda one: one.already is not None)
    assert (first.already, first.figures["inserted"]) == (None, MANY)
    assert (second.already, second.figures["inserted"], second.figures["unchanged"]) == (first.dataset, 0, MANY)
    assert [rows_of(one) for one in Dataset.objects.all()] == [MANY]
    assert len(tables()) == 1


class Command(Server):
    def __init__(self, folder: Path, *arguments: object, hands: int = 1) -> None:
        super().__init__(folder, "import")
        address = database_address()
        command = [sys.executable, str(ROOT / "manage.py"), "import_affected", *map(str, arguments), "--json"]
        self.launch(command, {"DATABASE_URL": address, "DATABASE_OWNER_URL": address, "IMPORT_PROCESSES": str(hands)})

    def result(self) -> dict[str, Any]:
        assert self.process is not None
        assert self.process.wait(120) == 0, self.said()
        return json.loads(self.said().splitlines()[-1])


def rows_copied() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(tuples_processed) FROM pg_stat_progress_copy WHERE datname = current_database() AND type = 'PIPE'"
        )
        return cursor.fetchone()[0] or 0


# Late in it one process at work: of three the rest is over before it is seen (at full size: `make drill FAULT=F15`).
@pytest.mark.parametrize(("part", "hands"), [(0.5, 1), (0.9, 1), (0.1, 3), (0.5, 3)])
def test_an_import_that_is_killed_leaves_nothing_half_and_runs_again(
    incident: Incident, many: Path, tmp_path: Path, part: float, hands: int
):
    with nobody_writes(Dataset) as somebody_wants_to:
        killed = Command(tmp_path, "--incident", "demo", many, hands=hands)
        wait_for(
            lambda: rows_copied() >= MANY * part or somebody_wants_to() or not killed.runs, seconds=60, but=killed.said
        )
        assert killed.runs, killed.said()
        killed.kill()
    assert not Dataset.objects.exists()

    result = Command(tmp_path, "--incident", "demo", many).result()
    assert (result["rows"], result["inserted"], result["rejected"]) == (MANY, MANY, {})
    assert rows_of(Dataset.objects.get()) == MANY
    assert tables() == [loading.table_of(Dataset.objects.get().pk)], "what the killed one left is gone"


@pytest.mark.parametrize("hands", [1, 3])
def test_an_import_that_is_interrupted_takes_back_what_it_loaded(
    incident: Incident, many: Path, tmp_path: Path, hands: int
):
    with nobody_writes(Dataset) as somebody_wants_to:
        stopped = Command(tmp_path, "--incident", "demo", many, hands=hands)
        wait_for(
            lambda: rows_copied() >= MANY * 0.3 or somebody_wants_to() or not stopped.runs, seconds=60, but=stopped.said
        )
        assert stopped.runs, stopped.said()
        stopped.send(signal.SIGINT)
    assert stopped.process is not None
    assert stopped.process.wait(30) != 0
    assert (tables(), rows_copied(), Dataset.objects.count()) == ([], 0, 0)


def test_what_a_killed_import_left_is_dropped_by_the_next(incident: Incident, many: Path):
    left = loading.new_id()
    loading.create(left)
    importing.import_list(incident=incident, path=many, by=None, at=timezone.now())
    assert loading.table_of(left) not in tables()


def test_the_running_role_loads_lists_and_can_do_nothing_else_to_them(incident: Incident):
    running = urlsplit(os.environ["DATABASE_URL"])
    if running.username == connection.settings_dict["USER"]:
        pytest.skip("DATABASE_URL names the owner: there is no second role to try")
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT SELECT, INSERT ON notices_affectedrecord TO {running.username}")
    theirs = psycopg2.connect(
        host=running.hostname,
        port=running.port,
        user=running.username,
        password=running.password,
        dbname=connection.settings_dict["NAME"],
    )
    theirs.autocommit = True
    listed = loading.new_id()
    with theirs.cursor() as cursor:
        cursor.execute("SELECT notices_create_list(%s)", [listed])
        cursor.execute(
            f"""
            INSERT INTO notices_affectedrecord_{listed}
                (dataset_id, person_key, content_hash, sealed_in, member, language, items, sealed, line, reachable)
            VALUES ({listed}, gen_random_uuid(), gen_random_uuid(), {listed}, 'current', 'ko', 'name', '', 2, true)
            """
        )
        cursor.execute("SELECT notices_finish_list(%s)", [listed])
        cursor.execute("SELECT count(*) FROM notices_affectedrecord WHERE dataset_id = %s", [listed])
        assert cursor.fetchone() == (1,)
        for statement in (
            f"DELETE FROM notices_affectedrecord_{listed}",
            f"TRUNCATE notices_affectedrecord_{listed}",
            f"DROP TABLE notices_affectedrecord_{listed}",
            f"ALTER TABLE notices_affectedrecord DETACH PARTITION notices_affectedrecord_{listed}",
            f"SELECT notices_drop_unfinished_list({listed})",
            "CREATE TABLE public.mine (id int)",
        ):
            with pytest.raises(psycopg2.Error):
                cursor.execute(statement)
    theirs.close()


def test_an_import_reads_the_clock_of_its_caller_only(incident: Incident, many: Path):
    at = timezone.now() - dt.timedelta(days=3)
    imported = importing.import_list(incident=incident, path=many, by=None, at=at)
    assert imported.dataset is not None
    assert imported.dataset.imported_at == at

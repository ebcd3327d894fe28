"""A list comes in: the figures, what the second time does, what is kept and how."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from breachdesk.audit.models import Event
from breachdesk.lib.contacts import Contact
from notices import loading, queries
from notices.models import Dataset, Incident
from tests import cast
from tests.notices.conftest import Write, figures_add_up, person, run

pytestmark = pytest.mark.django_db
Capture = pytest.CaptureFixture[str]


def import_it(capsys: Capture, path: Path, *options: object) -> tuple[int, dict]:
    return run(capsys, "import_affected", "--incident", "demo", path, *options)


def activate(capsys: Capture, number: int) -> None:
    by, confirmed_by = cast.staff("Importer"), cast.staff("Checker")
    code, _ = run(
        capsys, "activate_dataset", "--incident", "demo", "--dataset", number,
        "--by", by.email, "--confirmed-by", confirmed_by.email,
    )  # fmt: skip
    assert code == 0


def names_listed(email: str) -> list[str]:
    return [one.name for one in queries.listed(Contact.parse(email))]


def unattached_tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            r"SELECT relname FROM pg_class WHERE relname ~ '^notices_affectedrecord_\d+$' AND NOT relispartition"
        )
        return [row[0] for row in cursor.fetchall()]


def test_the_figures_say_what_became_of_every_row(incident: Incident, write: Write, capsys: Capture):
    path = write(
        person(1),
        person(2, phone="", email=""),
        person(3, phone="02-123-4567"),
        person(4, items="passport"),
        person(1, name="이준호"),
        person(5, member="corporate", birth_date=""),
    )
    code, result = import_it(capsys, path)
    assert code == 0
    assert result["rejected"] == {"phone": 1, "items": 1, "conflict": 1}
    assert (result["rows"], result["inserted"], result["updated"], result["unchanged"]) == (6, 3, 0, 0)
    assert result["no_contact"] == 1
    assert figures_add_up(result)
    # The screen, the audit and the database say the same.
    dataset = Dataset.objects.get()
    figures = {name: result[name] for name in dataset.figures}
    assert dataset.figures == figures
    event = Event.objects.get(kind="notices.list_imported")
    assert {name: event.data[name] for name in figures} == figures
    assert dataset.people == 3


def test_of_two_rows_with_one_customer_the_first_counts(incident: Incident, write: Write, capsys: Capture):
    import_it(capsys, write(person(1, name="김하나"), person(1, name="김두나"), person(1, name="김세나")))
    activate(capsys, 1)
    assert names_listed("p1@mail.example") == ["김하나"]


def test_the_reject_report_names_line_reason_and_column_and_repeats_nothing(
    incident: Incident, write: Write, capsys: Capture, tmp_path: Path
):
    path = write(
        person(1, address="서울\n중구\n한빛로"),
        person(2, phone="=1+1"),
        person(3, name="4111-1111-1111-1111"),
        person(4, email="@example"),
        person(1),
    )
    report = tmp_path / "rejects.csv"
    code, result = import_it(capsys, path, "--rejects", report)
    assert code == 0
    assert result["rejected"] == {"phone": 1, "full_card_number": 1, "email": 1, "conflict": 1}
    text = report.read_text(encoding="utf-8-sig")
    rows = list(csv.reader(text.splitlines()))
    assert [row[:3] for row in rows] == [
        ["line", "reason", "column"],
        ["5", "phone", "phone"],
        ["6", "full_card_number", "name"],
        ["7", "email", "email"],
        ["8", "conflict", "customer_ref"],
    ]
    assert all(row[3] for row in rows)
    for given in ("4111", "1+1", "김서영", "mail.example"):
        assert given not in text
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert report.stat().st_mode & 0o077 == 0


def test_the_same_bytes_again_write_nothing_and_say_so(incident: Incident, write: Write, capsys: Capture):
    rows = [person(1), person(2), person(3, phone="no")]
    _, first = import_it(capsys, write(*rows))
    code, again = import_it(capsys, write(*rows, name="renamed.csv"))
    assert code == 0
    assert again["already_imported"] is True
    assert (again["dataset"], again["inserted"], again["unchanged"]) == (first["dataset"], 0, 2)
    assert figures_add_up(again)
    assert Dataset.objects.count() == 1
    call_command("import_affected", "--incident", "demo", str(write(*rows)))
    assert "already imported" in capsys.readouterr().out


def test_the_bytes_of_the_list_that_answers_write_nothing_either(incident: Incident, write: Write, capsys: Capture):
    path = write(person(1), person(2))
    import_it(capsys, path)
    activate(capsys, 1)
    before = loading.new_id()
    code, again = import_it(capsys, path)
    assert code == 0
    assert (again["already_imported"], again["active"], again["dataset"], again["unchanged"]) == (True, True, 1, 2)
    assert loading.new_id() == before + 1, "the file was hashed and not read"


def test_the_same_rows_in_other_bytes_insert_nothing(incident: Incident, write: Write, capsys: Capture):
    import_it(capsys, write(person(1), person(2)))
    code, again = import_it(capsys, write(person(2), person(1), encoding="cp949", name="again.csv"))
    assert code == 0
    assert (again["already_imported"], again["inserted"], again["unchanged"], again["gone"]) == (True, 0, 2, 0)
    assert Dataset.objects.count() == 1
    assert unattached_tables() == []


def test_changes_add_and_correct_and_remove_nobody(incident: Incident, write: Write, capsys: Capture):
    import_it(capsys, write(person(1), person(2), person(3)))
    activate(capsys, 1)
    changes = write(person(2, name="이준호"), person(3), person(4), name="changes.csv")
    code, result = import_it(capsys, changes)
    assert code == 0
    assert (result["inserted"], result["updated"], result["unchanged"]) == (1, 1, 1)
    assert "gone" not in result
    assert names_listed("p2@mail.example") == ["김서영"], "nothing answers from a list that is not active"
    activate(capsys, 2)
    assert names_listed("p1@mail.example") == ["김서영"], "taken over without being opened, and still opens"
    assert names_listed("p2@mail.example") == ["이준호"]
    assert names_listed("p4@mail.example") == ["김서영"]
    assert Dataset.objects.get(number=2).people == 4
    # The same changes on the list that holds them already.
    _, again = import_it(capsys, changes)
    assert (again["already_imported"], again["dataset"], again["inserted"]) == (True, 2, 0)
    # A correction of a correction: rows sealed in the first list are copied a second time.
    import_it(capsys, write(person(5), name="more.csv"))
    activate(capsys, 3)
    assert names_listed("p1@mail.example") == ["김서영"]


def test_a_whole_new_list_also_says_who_is_gone(incident: Incident, write: Write, capsys: Capture):
    import_it(capsys, write(person(1), person(2)))
    activate(capsys, 1)
    code, result = import_it(capsys, write(person(2), person(3), name="new.csv"), "--full")
    assert code == 0
    assert (result["inserted"], result["unchanged"], result["gone"]) == (1, 1, 1)
    activate(capsys, 2)
    assert names_listed("p1@mail.example") == []


def test_changes_need_a_list_that_answers(incident: Incident, write: Write, capsys: Capture):
    code, result = import_it(capsys, write(person(1)), "--changes")
    assert code == 1
    assert "--full" in result["refused"]


def test_a_dry_run_says_the_figures_and_keeps_nothing(incident: Incident, write: Write, capsys: Capture):
    code, result = import_it(capsys, write(person(1), person(2, phone="no")), "--dry-run")
    assert code == 0
    assert (result["rows"], result["inserted"], result["rejected"], result["dataset"]) == (2, 1, {"phone": 1}, None)
    assert not Dataset.objects.exists()
    assert unattached_tables() == []


def test_items_of_the_incident_itself_are_known(at: dt.datetime, write: Write, capsys: Capture):
    cast.incident(
        at=at,
        extra_items=[{"code": "points", "name_ko": "포인트", "name_en": "Points", "group": "internal", "hot": False}],
    )
    code, result = import_it(capsys, write(person(1, items="points|name?")))
    assert (code, result["inserted"]) == (0, 1)


def test_what_is_kept_of_a_person_cannot_be_read_without_the_keys(incident: Incident, write: Write, capsys: Capture):
    import_it(capsys, write(person(1, address="서울특별시 중구 한빛로 1", card_last4="2417")))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT row_to_json(r)::text, sealed FROM notices_affectedrecord r WHERE dataset_id = %s",
            [Dataset.objects.get().pk],
        )
        as_text, sealed = cursor.fetchone()
    everything = as_text.encode() + bytes(sealed)
    for plain in ("김서영", "1991", "10000001", "p1@mail", "한빛로", "2417", "C0001"):
        assert plain.encode() not in everything
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT items, phone_hash IS NOT NULL, email_hash IS NOT NULL FROM notices_affectedrecord WHERE dataset_id = %s",
            [Dataset.objects.get().pk],
        )
        assert cursor.fetchall() == [("name|phone|email", True, True)]


def test_rows_of_a_finished_list_never_change(incident: Incident, write: Write, capsys: Capture):
    _, result = import_it(capsys, write(person(1)))
    dataset = Dataset.objects.get(number=result["dataset"])
    for table in ("notices_affectedrecord", f"notices_affectedrecord_{dataset.pk}"):
        for statement in (
            f"UPDATE {table} SET items = 'cvc'",
            f"DELETE FROM {table}",
            f"INSERT INTO {table} SELECT * FROM {table}",
        ):
            with (
                pytest.raises(DatabaseError, match="never change"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(statement)
    with pytest.raises(DatabaseError, match="finished and stays"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT notices_drop_unfinished_list(%s)", [dataset.pk])
    dataset.figures = {}
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        dataset.save()
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        dataset.delete()


def test_a_partition_has_the_indexes_of_the_whole(incident: Incident, write: Write, capsys: Capture):
    import_it(capsys, write(person(1)))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FROM pg_index AS whole JOIN pg_inherits ON inhparent = whole.indexrelid
            WHERE whole.indrelid = 'notices_affectedrecord'::regclass
            """
        )
        attached = cursor.fetchone()[0]
        cursor.execute(
            f"SELECT count(*) FROM pg_indexes WHERE tablename = 'notices_affectedrecord_{Dataset.objects.get().pk}'"
        )
        assert (attached, cursor.fetchone()[0]) == (3, 3), "none was built a second time while attaching"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--incident", "demo", "/nowhere.csv"],
        ["--incident", "demo", "FILE", "--activate"],
        ["--incident", "demo", "FILE", "--rejects", "/nowhere/rejects.csv"],
        ["--incident", "demo", "FILE", "--rejects", "FILE"],
        ["--incident", "demo", "FILE", "--rejects", "FOLDER"],
        ["--incident", "demo", "FOLDER"],
        ["--incident", "demo", "FILE", "--activate", "--by", "a@issuer.example"],
        [
            "--incident",
            "demo",
            "FILE",
            "--activate",
            "--dry-run",
            "--by",
            "a@issuer.example",
            "--confirmed-by",
            "b@issuer.example",
        ],
    ],
)
def test_wrong_usage_is_exit_2(incident: Incident, write: Write, capsys: Capture, arguments: list[str]):
    path = write(person(1))
    before = path.read_bytes()
    given = {"FILE": path, "FOLDER": path.parent}
    code, said = run(capsys, "import_affected", *[given.get(one, one) for one in arguments])
    assert code == 2
    assert said["wrong_usage"]
    assert not Dataset.objects.exists()
    assert path.read_bytes() == before


def test_an_unknown_incident_is_refused_with_the_known_ones(incident: Incident, write: Write, capsys: Capture):
    code, result = run(capsys, "import_affected", "--incident", "other", write(person(1)))
    assert code == 1
    assert "demo" in result["refused"]


def test_without_json_the_figures_are_said_in_words(incident: Incident, write: Write, capsys: Capture):
    call_command("import_affected", "--incident", "demo", str(write(person(1), person(2, phone="no"))))
    out = capsys.readouterr().out
    assert "2 rows = 1 inserted + 0 updated + 0 unchanged + 1 rejected" in out
    path = write(person(1), name="a.csv")
    path.write_bytes(b"PK\x03\x04" + bytes(100))
    with pytest.raises(CommandError, match="xlsx"):
        call_command("import_affected", "--incident", "demo", str(path))

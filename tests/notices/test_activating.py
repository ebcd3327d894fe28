"""A list answers once one person proposed it and another confirmed."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from breachdesk.audit.models import Event
from breachdesk.lib.contacts import Contact
from notices import actions, queries, rules
from notices.models import Dataset, Incident
from notices.states import Mode
from tests import cast
from tests.notices.conftest import Write, person, run

pytestmark = pytest.mark.django_db
SEOYOUNG = Contact.parse("010-0000-0001")


def test_activating_a_corrected_list_changes_what_is_answered(incident: Incident, at: dt.datetime):
    cast.listed(incident, person(1, items="name|phone"), at=at)
    before = queries.listed(SEOYOUNG)
    corrected = cast.listed(
        incident, person(1, items="name|phone|card_number|cvc?"), at=at, mode=Mode.CHANGES, activate=False
    )
    assert queries.listed(SEOYOUNG) == before
    actions.activate(dataset=corrected, by=cast.staff("Importer"), confirmed_by=cast.staff("Checker"), at=at)
    [after] = queries.listed(SEOYOUNG)
    assert (before[0].items, before[0].possible) == (["name", "phone"], [])
    assert (after.items, after.possible) == (["card_number", "name", "phone"], ["cvc"])
    assert (before[0].dataset_number, after.dataset_number) == (1, 2)
    assert before[0].person_key == after.person_key


def test_one_person_cannot_activate_alone(incident: Incident, at: dt.datetime):
    dataset = cast.listed(incident, person(1), at=at, activate=False)
    with pytest.raises(rules.SamePerson, match="두 사람"):
        actions.activate(dataset=dataset, by=cast.staff("Importer"), confirmed_by=cast.staff("Importer"), at=at)
    assert queries.listed(SEOYOUNG) == []
    assert not Event.objects.filter(kind="notices.list_activated").exists()


def test_the_database_refuses_one_person_too(incident: Incident, at: dt.datetime):
    dataset = cast.listed(incident, person(1), at=at, activate=False)
    alone = cast.staff("Importer")
    for second in (alone, None):
        with pytest.raises(IntegrityError, match="notices_dataset_activated_by_two"), transaction.atomic():
            Dataset.objects.filter(pk=dataset.pk).update(activated_at=at, activated_by=alone, confirmed_by=second)


def test_only_staff_who_work_here_activate(incident: Incident, at: dt.datetime):
    dataset = cast.listed(incident, person(1), at=at, activate=False)
    gone = cast.staff("Gone")
    gone.is_active = False
    gone.save()
    with pytest.raises(rules.NotStaff):
        actions.activate(dataset=dataset, by=cast.staff("Importer"), confirmed_by=gone, at=at)


def test_a_list_of_nobody_is_not_activated(
    incident: Incident, at: dt.datetime, write: Write, capsys: pytest.CaptureFixture[str]
):
    code, result = run(capsys, "import_affected", "--incident", "demo", write(person(1, phone="no")))
    assert (code, result["inserted"], result["dataset"]) == (0, 0, 1)
    with pytest.raises(rules.EmptyList):
        actions.activate(
            dataset=Dataset.objects.get(), by=cast.staff("Importer"), confirmed_by=cast.staff("Checker"), at=at
        )


def test_a_correction_of_a_list_that_answers_no_more_is_refused(incident: Incident, at: dt.datetime):
    cast.listed(incident, person(1), person(2), at=at)
    first = cast.listed(incident, person(1, name="하나"), at=at, mode=Mode.CHANGES, activate=False)
    second = cast.listed(incident, person(2, name="두나"), at=at, mode=Mode.CHANGES, activate=False)
    two = {"by": cast.staff("Importer"), "confirmed_by": cast.staff("Checker"), "at": at}
    actions.activate(dataset=first, **two)
    with pytest.raises(rules.BuiltOnAnotherList):
        actions.activate(dataset=second, **two)
    assert [one.name for one in queries.listed(SEOYOUNG)] == ["하나"]


def test_going_back_to_an_earlier_list_is_possible_and_on_record(incident: Incident, at: dt.datetime):
    first = cast.listed(incident, person(1), at=at)
    cast.listed(incident, person(2), at=at)
    actions.activate(dataset=first, by=cast.staff("Importer"), confirmed_by=cast.staff("Checker"), at=at)
    assert len(queries.listed(SEOYOUNG)) == 1
    events = Event.objects.filter(kind="notices.list_activated").order_by("pk")
    assert [(one.data["before"], one.data["dataset"]) for one in events] == [(None, 1), (1, 2), (2, 1)]


def test_activating_what_answers_already_does_nothing(incident: Incident, at: dt.datetime):
    dataset = cast.listed(incident, person(1), at=at)
    actions.activate(
        dataset=dataset, by=cast.staff("Other"), confirmed_by=cast.staff("Another"), at=at + dt.timedelta(days=1)
    )
    dataset.refresh_from_db()
    assert dataset.activated_at == at
    assert Event.objects.filter(kind="notices.list_activated").count() == 1


# -- by command -----------------------------------------------------------------------------------------------------------


def command(capsys: pytest.CaptureFixture[str], by: str, confirmed_by: str, dataset: int = 1) -> tuple[int, dict]:
    return run(
        capsys, "activate_dataset", "--incident", "demo", "--dataset", dataset, "--by", by, "--confirmed-by", confirmed_by
    )  # fmt: skip


def test_the_command_names_two_members_of_staff(
    incident: Incident, at: dt.datetime, capsys: pytest.CaptureFixture[str]
):
    cast.listed(incident, person(1), at=at, activate=False)
    one, other = cast.staff("Importer").email, cast.staff("Checker").email
    assert command(capsys, one, one)[0] == 1
    assert command(capsys, one, "nobody@issuer.example")[0] == 1
    assert command(capsys, one, other, dataset=9)[0] == 1
    assert queries.listed(SEOYOUNG) == []
    assert command(capsys, one, other) == (0, {"incident": "demo", "dataset": 1, "active": True})
    assert len(queries.listed(SEOYOUNG)) == 1


def test_importing_and_activating_can_be_one_command(
    incident: Incident, write: Write, capsys: pytest.CaptureFixture[str]
):
    one, other = cast.staff("Importer").email, cast.staff("Checker").email
    path = write(person(1))
    alone = ["--activate", "--by", one, "--confirmed-by", one]
    assert run(capsys, "import_affected", "--incident", "demo", path, *alone)[0] == 1
    assert not Dataset.objects.exists(), "refused before anything was read"
    code, result = run(
        capsys, "import_affected", "--incident", "demo", path, "--activate", "--by", one, "--confirmed-by", other
    )
    assert (code, result["active"]) == (0, True)
    assert len(queries.listed(SEOYOUNG)) == 1

"""What the demo's page proposes to do can be done by whom it names, at the place it names."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from breachdesk.accounts.models import User
from breachdesk.demo import walk
from breachdesk.demo.staff import Member
from breachdesk.lib.contacts import Contact
from notices import queries
from tests import staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("told_once")]
STEPS = [step for part in walk.PARTS for step in part.steps]


@pytest.fixture(autouse=True)
def nobody_answers(settings: Any) -> None:
    settings.PHONE_PROVIDER_URL = "http://127.0.0.1:9/phone"


def test_every_place_is_open_to_whom_it_is_given_in_both_languages() -> None:
    for step in STEPS:
        for path in (step.path, f"/en{step.path}"):
            browser, allowed = Client(), {200, 302}  # a cardholder is asked for a code first
            if isinstance(step.who, Member):
                browser, allowed = staff.sign_in(browser, User.objects.get(email=step.who.email)), {200}
            assert browser.get(path).status_code in allowed, (step.who.name, path)


def test_the_page_covers_both_halves_and_leads_to_each_login(client: Client) -> None:
    page = client.get("/demo/").content.decode()
    for step in STEPS:
        assert f'href="#{step.who.key}"' in page
        assert f'id="{step.who.key}"' in page
        assert step.words.split("‘")[0] in page
    roles = {step.who.role for step in STEPS if isinstance(step.who, Member)}
    assert {"privacy_officer", "reviewer", "approver", "payer", "notice_editor"} <= roles


def test_the_late_list_is_a_list_of_changes_that_brings_in_one_more(client: Client, tmp_path: Path) -> None:
    answer = client.get("/demo/late.csv")
    assert answer["Content-Disposition"] == "attachment"
    [row] = csv.DictReader(io.StringIO(answer.content.decode()))
    assert row["name"] == walk.LATE.name
    assert client.post("/demo/late.csv").status_code == 405

    path = tmp_path / "late.csv"
    path.write_bytes(answer.content)
    names = {"by": walk.EDITOR.email, "confirmed_by": walk.APPROVER.email}
    call_command(
        "import_affected", str(path), incident="demo", mode="changes", activate=True, stdout=io.StringIO(), **names
    )
    assert [listing.name for listing in queries.listed(Contact.parse(walk.LATE.phone))] == [walk.LATE.name]

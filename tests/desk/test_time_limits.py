from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.utils import timezone

from breachdesk.desk import session
from tests import staff

pytestmark = pytest.mark.django_db


def after(client, minutes: float):
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=minutes), tick=False):
        return client.get("/admin/")


def test_fifteen_idle_minutes_end_the_session(client):
    staff.sign_in(client, staff.member("auditor"))
    assert after(client, 14.9).status_code == 200
    staff.sign_in(client, staff.member("auditor"))
    response = after(client, 15.1)
    assert response["Location"].startswith("/accounts/login/")
    assert "15분 동안 쓰지 않아" in client.get("/accounts/login/").content.decode()
    assert client.get("/admin/").status_code == 302, "the session is over for good"


def test_work_keeps_the_session_alive_but_no_longer_than_eight_hours(client):
    user = staff.member("auditor")
    staff.sign_in(client, user)
    start = timezone.now()
    for tens in range(1, 48):
        with time_machine.travel(start + dt.timedelta(minutes=10 * tens), tick=False):
            assert client.get("/admin/").status_code == 200, tens
    with time_machine.travel(start + dt.timedelta(hours=8, seconds=5), tick=False):
        assert client.get("/admin/").status_code == 302


def test_a_session_that_does_not_know_when_it_began_is_over(client):
    staff.sign_in(client, staff.member("auditor"))
    kept = client.session
    del kept[session.SINCE]
    kept.save()
    assert client.get("/admin/").status_code == 302


def test_the_cookie_ends_with_the_browser_and_no_script_reads_it(client):
    user = staff.member("auditor")
    client.post("/accounts/login/", {"login": user.email, "password": staff.PASSWORD})
    cookie = client.post("/accounts/2fa/authenticate/", {"code": staff.code_of(user)}).cookies["sessionid"]
    assert cookie["max-age"] == ""
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"

"""A session begins with a right code, belongs to one proof, and runs out."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from breachdesk.accounts.models import User
from lookup import proving, session
from lookup.models import Person, Proof
from tests.lookup.conftest import SEOYOUNG, Visitor

pytestmark = pytest.mark.django_db
SESSION_COOKIE = settings.SESSION_COOKIE_NAME
MINUTE = dt.timedelta(minutes=1)


def is_let_in(visitor: Client) -> bool:
    return visitor.get("/lookup/who/").status_code == 200


def test_before_the_proof_there_is_no_session(incident, visitor):
    visitor.get("/lookup/")
    visitor.ask(SEOYOUNG["phone"])
    visitor.get("/lookup/code/")
    visitor.enter("12")
    assert SESSION_COOKIE not in visitor.cookies
    assert not Session.objects.exists()


def test_a_session_set_by_somebody_else_is_dead_after_the_code(visitor):
    planted = Client()
    planted.session.save()
    planted_key = planted.session.session_key
    visitor.cookies[SESSION_COOKIE] = planted_key

    visitor.prove(SEOYOUNG["phone"])

    assert visitor.cookies[SESSION_COOKIE].value != planted_key
    assert not Session.objects.filter(session_key=planted_key).exists()
    attacker = Client()
    attacker.cookies[SESSION_COOKIE] = planted_key
    assert not is_let_in(attacker)


def test_the_key_changes_again_when_the_account_is_signed_in(visitor):
    visitor.prove(SEOYOUNG["phone"])
    before = visitor.cookies[SESSION_COOKIE].value
    visitor.say_who(SEOYOUNG["name"], "19860412")
    assert visitor.cookies[SESSION_COOKIE].value != before
    assert not Session.objects.filter(session_key=before).exists()
    person = Person.objects.get()
    assert visitor.session["_auth_user_id"] == str(person.user_id)
    assert person.user.email is None
    assert not person.user.has_usable_password()


def test_no_page_of_allauth_that_makes_an_account_can_be_reached():
    for path in ("/accounts/signup/", "/accounts/password/reset/", "/accounts/login/code/"):
        assert Client().get(path).status_code == 404


def test_a_proof_runs_out_after_ten_idle_minutes(visitor, time_machine):
    at = timezone.now()
    time_machine.move_to(at, tick=False)
    visitor.prove("010-0000-9999")
    for minutes in (9, 18, 27):
        time_machine.move_to(at + minutes * MINUTE, tick=False)
        assert is_let_in(visitor)
    time_machine.move_to(at + 37 * MINUTE, tick=False)
    assert not is_let_in(visitor)


def test_and_after_sixty_minutes_however_busy(visitor, time_machine):
    at = timezone.now()
    time_machine.move_to(at, tick=False)
    visitor.prove("010-0000-9999")
    for minutes in range(5, 60, 5):
        time_machine.move_to(at + minutes * MINUTE, tick=False)
        assert is_let_in(visitor)
    time_machine.move_to(at + 60 * MINUTE, tick=False)
    assert not is_let_in(visitor)


def test_a_shared_device_has_three_idle_minutes_and_twenty_at_most(visitor, time_machine):
    at = timezone.now()
    time_machine.move_to(at, tick=False)
    visitor.prove("010-0000-9999", shared_device="on")
    time_machine.move_to(at + 2 * MINUTE, tick=False)
    assert is_let_in(visitor)
    time_machine.move_to(at + 5 * MINUTE, tick=False)
    assert not is_let_in(visitor)


def test_the_idle_clock_is_written_down_at_most_every_thirty_seconds(visitor, time_machine):
    at = timezone.now()
    time_machine.move_to(at, tick=False)
    proof = visitor.prove("010-0000-9999")
    time_machine.move_to(at + dt.timedelta(seconds=29), tick=False)
    is_let_in(visitor)
    proof.refresh_from_db()
    assert proof.last_used_at == at
    time_machine.move_to(at + dt.timedelta(seconds=31), tick=False)
    is_let_in(visitor)
    proof.refresh_from_db()
    assert proof.last_used_at == timezone.now()


def test_staying_is_a_post_that_says_until_when(visitor, time_machine):
    at = timezone.now()
    time_machine.move_to(at, tick=False)
    visitor.prove("010-0000-9999")
    time_machine.move_to(at + 9 * MINUTE, tick=False)
    answer = visitor.post("/lookup/stay/")
    assert dt.datetime.fromisoformat(answer.json()["ends_at"]) == at + 19 * MINUTE


def test_ending_it_leaves_nothing_and_the_old_cookie_opens_nothing(visitor):
    proof = visitor.look_up(SEOYOUNG)
    cookie = visitor.cookies[SESSION_COOKIE].value

    answer = visitor.post("/lookup/end/")

    assert answer.status_code == 302
    assert answer["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert "no-store" in answer["Cache-Control"]
    assert not Session.objects.exists()
    proof.refresh_from_db()
    assert proof.ended_at is not None
    assert proof.identity is None
    thief = Client()
    thief.cookies[SESSION_COOKIE] = cookie
    assert not is_let_in(thief)
    assert visitor.post("/lookup/end/").status_code == 302, "ending twice does nothing"


def test_of_somebody_on_no_list_nothing_is_kept_when_they_end_it(visitor):
    visitor.prove("010-0000-9999")
    visitor.say_who("최도윤")
    visitor.post("/lookup/end/")
    assert not Proof.objects.exists()


def test_revoking_ends_a_person_s_proofs_on_every_device(visitor, now):
    proof = visitor.look_up(SEOYOUNG)
    assert proving.revoke(person=proof.person, by=None, at=now) == 1
    assert not is_let_in(visitor)


def test_a_proof_does_not_outlive_a_sign_in_as_somebody_else(visitor):
    visitor.prove(SEOYOUNG["phone"])
    clerk = User.objects.create_staff(email="clerk@issuer.example", name="Clerk")
    visitor.force_login(clerk, backend="django.contrib.auth.backends.ModelBackend")
    assert not is_let_in(visitor)


def test_every_page_of_a_proof_is_stored_nowhere(visitor):
    visitor.look_up(SEOYOUNG)
    for path in ("/lookup/", "/lookup/who/", "/lookup/answer/", "/lookup/again/"):
        assert "no-store" in visitor.get(path)["Cache-Control"], path


def test_the_session_holds_nothing_personal(visitor):
    visitor.look_up(SEOYOUNG)
    held = dict(visitor.session)
    assert set(held) == {session.PROOF, "_auth_user_id", "_auth_user_backend", "_auth_user_hash"}
    for value in (SEOYOUNG["name"], "1234", "1986"):
        assert value not in held[session.PROOF]


@pytest.mark.parametrize("value", ["", "x", "e30:1:sig", "'; DROP TABLE", "\x00", "é" * 5000])
@pytest.mark.parametrize(
    "name", [session.CHALLENGE_COOKIE, session.WAY_BACK_COOKIE, session.BROWSER_COOKIE, SESSION_COOKIE]
)
def test_a_tampered_cookie_is_the_same_as_none(incident, name, value):
    stranger = Visitor()
    stranger.cookies[name] = value
    for path in ("/lookup/", "/lookup/code/", "/lookup/who/", "/lookup/answer/", "/lookup/again/"):
        assert stranger.get(path).status_code in (200, 302)
    assert stranger.post("/lookup/code/", {"code": "123456"}).headers["Location"] == "/lookup/?no-code=1"

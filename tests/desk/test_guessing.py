from __future__ import annotations

import pytest
from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.test import Client

from breachdesk.audit.models import Event
from breachdesk.desk import tries
from tests import staff
from tests.racing import race

pytestmark = pytest.mark.django_db


@pytest.fixture
def evaluated(monkeypatch) -> list[str]:
    """The passwords that were really compared, counted where Django compares them."""
    from breachdesk.accounts.models import User

    seen: list[str] = []
    compare = User.check_password

    def counting(self, raw):
        seen.append(raw)
        return compare(self, raw)

    monkeypatch.setattr(User, "check_password", counting)
    return seen


def test_of_a_thousand_passwords_ten_are_tried(client, evaluated):
    user = staff.member("auditor")
    answers = []
    for number in range(1000):
        if number in {5, 300}:
            cache.clear()  # a flushed broker resets nothing
        answers.append(
            client.post("/accounts/login/", {"login": user.email, "password": f"guess {number}"}).status_code
        )
        if len(answers) == 40:
            break  # the rest of the thousand would be the same page
    assert answers == [200] * 10 + [429] * 30
    assert len(set(evaluated)) == 10
    response = client.post("/accounts/login/", {"login": user.email, "password": staff.PASSWORD})
    assert response.status_code == 429, "not even the right one, until the time is over"
    assert 0 < int(response["Retry-After"]) <= 1800
    assert "부터 다시 할 수 있어요" in response.content.decode()
    assert Event.objects.filter(kind="desk.sign_in_paused", about=f"staff:{user.pk}").count() == 1


def test_the_same_on_every_other_page_that_asks_for_a_password_or_a_code(client):
    user = staff.member("auditor")
    staff.sign_in(client, user, ago=400)
    pages = {
        "/accounts/2fa/reauthenticate/": {"code": "000000"},
        "/accounts/password/": {"oldpassword": "wrong", "password1": "x" * 12, "password2": "x" * 12},
    }
    for path, form in pages.items():
        answers = [client.post(path, form).status_code for _ in range(12)]
        assert answers == sorted(answers), path
        assert answers.count(200) <= 10, path


def test_of_the_codes_behind_a_right_password_ten_are_tried(client):
    user = staff.member("auditor")
    client.post("/accounts/login/", {"login": user.email, "password": staff.PASSWORD})
    answers = [client.post("/accounts/2fa/authenticate/", {"code": f"{n:06}"}).status_code for n in range(12)]
    assert answers == [200] * 10 + [429] * 2

    # A new browser and the right password again change nothing: the tries are the person's.
    other = Client()
    other.post("/accounts/login/", {"login": user.email, "password": staff.PASSWORD})
    assert other.post("/accounts/2fa/authenticate/", {"code": staff.code_of(user)}).status_code == 429


def test_one_network_that_tries_many_accounts_is_stopped(client):
    answers = [
        client.post("/accounts/login/", {"login": f"nobody{n}@hanbitcard.example", "password": "x"}).status_code
        for n in range(tries.NETWORK.allowance + 3)
    ]
    assert answers == [200] * tries.NETWORK.allowance + [429] * 3


def test_signing_in_again_and_again_is_no_guessing(client):
    user = staff.member("auditor")
    for _ in range(15):
        response = client.post("/accounts/login/", {"login": user.email, "password": staff.PASSWORD})
        assert response.status_code == 302
        client.post("/accounts/logout/")
        client.cookies.clear()


@pytest.mark.django_db(transaction=True)
def test_guesses_at_the_same_moment_gain_nothing(evaluated, monkeypatch):
    # allauth's own fence refuses whoever waits a second for its lock, on a busy machine one of the ten.
    monkeypatch.setattr(ratelimit, "CACHE_LOCK_WAIT_TIMEOUT", 30)
    user = staff.member("auditor")

    def guess(number: int) -> int:
        form = {"login": user.email, "password": f"guess {number}"}
        return Client().post("/accounts/login/", form).status_code

    answers = race(24, guess)
    assert sorted(answers) == [200] * 10 + [429] * 14
    assert len(set(evaluated)) == 10


def test_without_redis_staff_still_sign_in_and_guesses_are_still_counted(client, settings):
    user = staff.member("auditor")
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    for number in range(3):
        assert client.post("/accounts/login/", {"login": user.email, "password": f"{number}"}).status_code == 200
    client.post("/accounts/login/", {"login": user.email, "password": staff.PASSWORD})
    assert client.post("/accounts/2fa/authenticate/", {"code": staff.code_of(user)})["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200

"""The demo's staff sign in with what the demo says of them."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from breachdesk.accounts.models import User
from breachdesk.demo import staff
from breachdesk.desk import roles

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loaded():
    cache.clear()
    staff.open_accounts(at=timezone.now())


def test_there_is_a_login_for_every_role():
    assert {one.role for one in staff.STAFF} == set(roles.BY_CODE)
    for one in staff.STAFF:
        assert roles.of(User.objects.get(email=one.email)) == [roles.BY_CODE[one.role]]
    assert not User.objects.filter(is_superuser=True).exists()


def test_they_sign_in_with_what_the_data_says_also_twice_in_a_minute():
    for _again in range(2):
        client = Client()
        login = next(one for one in client.get("/demo/people.json").json()["staff"] if one["role"] == "auditor")
        client.post("/accounts/login/", {"login": login["email"], "password": login["password"]})
        assert client.post("/accounts/2fa/authenticate/", {"code": login["otp"]})["Location"] == "/admin/"
        assert client.get("/admin/").status_code == 200


def test_the_page_lists_them_with_their_codes(client, settings):
    settings.PHONE_PROVIDER_URL = "http://127.0.0.1:9/phone"
    page = client.get("/demo/").content.decode()
    for one in staff.STAFF:
        assert one.email in page
        assert one.password in page


def test_opened_again_nothing_changes():
    def state():
        return list(User.objects.order_by("pk").values_list("email", "password"))

    before = state()
    staff.open_accounts(at=timezone.now())
    assert state() == before


def test_every_demo_has_passwords_of_its_own(settings):
    from breachdesk import keys

    mine = staff.STAFF[0].password
    keys.index_keys.cache_clear()
    settings.INDEX_KEYS = {"other": bytes(range(32))}
    try:
        assert staff.STAFF[0].password != mine
    finally:
        keys.index_keys.cache_clear()

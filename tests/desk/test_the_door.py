from __future__ import annotations

import re

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from breachdesk.accounts.models import User
from tests import staff

pytestmark = pytest.mark.django_db


def admin_paths() -> list[str]:
    """Every address that the desk answers, with made-up arguments."""
    found: list[str] = []

    def walk(patterns: list[URLPattern | URLResolver], before: str) -> None:
        for pattern in patterns:
            path = before + re.sub(r"<[^>]+>|\(\?P<[^>]+>[^)]*\)", "1", str(pattern.pattern)).strip("^$").replace(
                "\\", ""
            )
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, path)
            else:
                found.append(path)

    root = get_resolver()
    for pattern in root.url_patterns:
        if isinstance(pattern, URLResolver) and not str(pattern.pattern):
            for inner in pattern.url_patterns:
                if isinstance(inner, URLResolver) and str(inner.pattern) == "admin/":
                    walk(inner.url_patterns, "/admin/")
    return sorted(set(found))


@pytest.fixture(scope="module")
def paths() -> list[str]:
    found = [*admin_paths(), "/admin/no/such/page/", "/admin", "/admin/login/", "/admin/../admin/"]
    assert len(found) > 30
    return found


@pytest.mark.parametrize("language", ["", "/en"])
def test_a_stranger_sees_no_page_of_the_desk(client, paths, language):
    for path in paths:
        for ask in (client.get, client.post):
            response = ask(language + path)
            assert response.status_code in {301, 302, 404}, path
            if response.status_code == 302:
                assert "/accounts/login/" in response["Location"], path


def test_a_password_alone_reaches_no_page_of_the_desk(client, paths):
    for member in (staff.member("auditor"), staff.member(is_superuser=True)):
        staff.sign_in(client, member, second_factor=False)
        for path in paths:
            for ask in (client.get, client.post):
                response = ask(path)
                assert response.status_code in {301, 302}, path
                assert response["Location"].startswith(("/accounts/2fa/reauthenticate/", "/admin/")), path


def test_whoever_has_no_second_factor_is_sent_to_set_one_up_superusers_included(client, paths):
    for member in (
        User.objects.create_staff(email="a@hanbitcard.example", name="가"),
        User.objects.create_superuser("b@hanbitcard.example", "나"),
    ):
        staff.sign_in(client, member, second_factor=False)
        for path in paths:
            response = client.get(path)
            assert response.status_code in {301, 302}, path
            assert response["Location"] in {"/accounts/2fa/", "/admin/"}, path


def test_a_cardholder_reaches_no_page_of_the_desk_nor_of_signing_in(client, paths):
    cardholder = User.objects.create_cardholder()
    client.force_login(cardholder)
    for path in [*paths, "/accounts/login/", "/accounts/2fa/", "/accounts/2fa/app/activate/", "/accounts/password/"]:
        for ask in (client.get, client.post):
            response = ask(path)
            assert response.status_code in {301, 403}, path
            assert client.session["_auth_user_id"] == str(cardholder.pk)


def test_a_member_of_staff_who_looked_something_up_ends_that_first(client):
    client.force_login(User.objects.create_cardholder())
    assert "조회를 끝내고 직원으로 로그인" in client.get("/admin/").content.decode()
    response = client.post("/accounts/logout/")
    assert response["Location"] == "/accounts/login/"
    assert '"cookies"' in response["Clear-Site-Data"]
    assert client.get("/accounts/login/").status_code == 200


def test_a_cardholder_whose_session_claims_a_second_factor_is_still_a_cardholder(client):
    staff.sign_in(client, User.objects.create_cardholder())
    assert client.get("/admin/").status_code == 403


def test_with_the_second_factor_the_first_page_opens_and_is_not_kept_by_the_browser(client):
    staff.sign_in(client, staff.member("auditor"))
    response = client.get("/admin/")
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]


def test_a_closed_account_is_out_at_once(client):
    member = staff.member("auditor")
    staff.sign_in(client, member)
    User.objects.filter(pk=member.pk).update(is_active=False)
    assert client.get("/admin/").status_code == 302


def test_somebody_elses_second_factor_in_the_session_does_not_count(client):
    member = staff.member("auditor")
    staff.sign_in(client, member)
    session = client.session
    session["account_authentication_methods_user"] = str(member.pk + 1)
    session.save()
    assert client.get("/admin/")["Location"].startswith("/accounts/2fa/reauthenticate/")

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from django.test import Client

from breachdesk.accounts.models import User
from breachdesk.audit.models import Event
from breachdesk.desk import session
from tests import staff

pytestmark = pytest.mark.django_db
NEW = "/admin/accounts/user/add/"
FORM = {"name": "이새롬", "email": "saerom@hanbitcard.example"}


def again(client, user, to):
    return client.post("/accounts/2fa/reauthenticate/", {"code": staff.code_of(user), "next": to})


def test_within_five_minutes_of_the_second_factor_nobody_is_asked_again(client):
    staff.sign_in(client, staff.member("account_admin"), ago=290)
    assert client.post(NEW, FORM).status_code == 302
    assert User.objects.filter(email=FORM["email"]).exists()


def test_after_five_minutes_the_act_waits_and_nothing_typed_is_lost(client):
    user = staff.member("account_admin")
    staff.sign_in(client, user, ago=310)

    response = client.post(NEW, FORM)
    assert response["Location"] == "/accounts/2fa/reauthenticate/?next=%2Fadmin%2Fgo-on%2F"
    assert not User.objects.filter(email=FORM["email"]).exists()
    assert FORM["name"] not in str(dict(client.session.items())), "what was typed is sealed"

    response = again(client, user, "/admin/go-on/")
    assert response["Location"] == "/admin/go-on/"
    page = client.get("/admin/go-on/").content.decode()
    assert f'action="{NEW}"' in page
    assert f'name="email" value="{FORM["email"]}"' in page
    assert not User.objects.filter(email=FORM["email"]).exists(), "it waits for one more press"
    assert client.get("/admin/go-on/")["Location"] == "/admin/", "offered once"

    client.post(NEW, FORM)
    assert User.objects.filter(email=FORM["email"]).exists()
    assert Event.objects.filter(kind="desk.proved_again", by=user).exists()


def test_a_page_that_is_only_opened_comes_back_to_itself(client):
    user = staff.member("account_admin")
    staff.sign_in(client, user, ago=310)
    response = client.get(NEW + "?x=1")
    assert response["Location"].endswith("?next=%2Fadmin%2Faccounts%2Fuser%2Fadd%2F%3Fx%3D1")
    assert again(client, user, NEW)["Location"] == NEW


def test_a_stolen_cookie_does_no_weighty_act(client):
    user, other = staff.member("account_admin"), staff.member("reviewer")
    staff.sign_in(client, user, ago=600)
    thief = Client()
    thief.cookies["sessionid"] = client.session.session_key
    thief.post(f"/admin/accounts/user/{other.pk}/act/", {"act": "close"})
    assert thief.get("/admin/go-on/")["Location"] == "/admin/", "not without the second factor"
    assert User.objects.get(pk=other.pk).is_active


def test_the_password_alone_does_not_prove_anybody_again(client):
    user = staff.member("account_admin")
    staff.sign_in(client, user, ago=310)
    response = client.post("/accounts/reauthenticate/", {"password": staff.PASSWORD})
    assert response["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert client.post(NEW, FORM)["Location"].startswith("/accounts/2fa/reauthenticate/")


def test_a_form_that_waits_is_nobody_elses(client):
    user, other = staff.member("account_admin"), staff.member("account_admin")
    staff.sign_in(client, user, ago=310)
    client.post(NEW, FORM)
    held = client.session[session.HELD]
    staff.sign_in(client, other)
    kept = client.session
    kept[session.HELD] = held
    kept.save()
    assert client.get("/admin/go-on/")["Location"] == "/admin/"


def post(client, path, form):
    """As a browser posts a form without files."""
    return client.post(path, urlencode(form), content_type="application/x-www-form-urlencoded")


def run_out(client):
    kept = client.session
    kept[session.SEEN] -= 16 * 60
    kept.save()


def test_what_is_typed_while_a_session_runs_out_waits_for_the_next_sign_in_of_the_same_person():
    user, client = staff.member("account_admin"), Client(enforce_csrf_checks=True)
    staff.sign_in(client, user)
    page = client.get(NEW).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page).group(1)
    run_out(client)
    response = post(client, NEW, {**FORM, "csrfmiddlewaretoken": token})
    assert response["Location"].endswith("/accounts/login/?next=%2Fadmin%2Fgo-on%2F")
    assert FORM["name"] not in str(dict(client.session.items())), "what was typed is sealed"
    held = client.session[session.HELD]
    assert not User.objects.filter(email=FORM["email"]).exists()

    client.handler.enforce_csrf_checks = False
    client.post("/accounts/login/?next=/admin/go-on/", {"login": user.email, "password": staff.PASSWORD})
    response = client.post("/accounts/2fa/authenticate/", {"code": staff.code_of(user)}, follow=True)
    assert response.redirect_chain[-1][0] == "/admin/go-on/"
    page = response.content.decode()
    assert f'name="email" value="{FORM["email"]}"' in page
    assert token not in page

    other = staff.sign_in(Client(), staff.member("account_admin"))
    kept = other.session
    kept[session.HELD] = held
    kept.save()
    assert other.get("/admin/go-on/")["Location"] == "/admin/", "it is nobody else's"


def test_a_form_from_another_site_does_not_wait():
    client = Client(enforce_csrf_checks=True)
    staff.sign_in(client, staff.member("account_admin"))
    run_out(client)
    response = post(client, NEW, FORM)
    assert response["Location"].endswith("/accounts/login/")
    assert session.HELD not in client.session


def test_a_form_too_big_to_keep_sends_back_to_its_page(client):
    user = staff.member("account_admin")
    staff.sign_in(client, user, ago=310)
    response = client.post(NEW, {**FORM, "more": "x" * session.HOLD_AT_MOST})
    assert response["Location"].endswith("next=%2Fadmin%2Faccounts%2Fuser%2Fadd%2F")
    assert session.HELD not in client.session


def test_the_decorator_lets_a_fresh_act_through(rf):
    from breachdesk import desk

    client = Client()
    staff.sign_in(client, user := staff.member("account_admin"))
    request = rf.post("/admin/somewhere/")
    request.session, request.user = client.session, user
    assert desk.fresh(lambda request: HttpResponse("done"))(request).content == b"done"

from __future__ import annotations

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.contrib.sessions.models import Session

from breachdesk.accounts.models import User
from breachdesk.audit.models import Event
from tests import staff

pytestmark = pytest.mark.django_db


def password(client, user, **more):
    return client.post("/accounts/login/", {"login": user.email, "password": staff.PASSWORD, **more})


def kinds(user: User) -> list[str]:
    return list(Event.objects.filter(about=f"staff:{user.pk}").order_by("pk").values_list("kind", flat=True))


def test_password_then_code_opens_the_desk(client):
    user = staff.member("auditor")

    response = password(client, user, next="/admin/audit/event/")
    assert response["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/admin/")["Location"].startswith("/accounts/login/")

    response = client.post("/accounts/2fa/authenticate/", {"code": staff.code_of(user)})
    assert response["Location"] == "/admin/audit/event/"
    assert client.get("/admin/audit/event/").status_code == 200
    signed_in = Event.objects.get(kind="desk.signed_in", about=f"staff:{user.pk}")
    assert signed_in.by == user
    assert signed_in.data == {"proved_by": ["password", "totp"]}


def test_the_session_gets_a_new_key_when_somebody_signs_in(client):
    user = staff.member("auditor")
    client.get("/accounts/login/")
    password(client, user)
    before = client.cookies["sessionid"].value
    client.post("/accounts/2fa/authenticate/", {"code": staff.code_of(user)})
    assert client.cookies["sessionid"].value != before
    assert not Session.objects.filter(session_key=before).exists()


def test_a_wrong_code_opens_nothing_and_is_kept_in_the_audit(client):
    user = staff.member("auditor")
    password(client, user)
    wrong = f"{(int(staff.code_of(user)) + 1) % 1_000_000:06}"
    response = client.post("/accounts/2fa/authenticate/", {"code": wrong})
    assert response.status_code == 200
    assert "코드가 맞지 않거나" in response.content.decode()
    assert client.get("/admin/").status_code == 302
    assert kinds(user) == ["desk.second_factor_failed"]


def test_a_code_is_good_once_even_when_the_cache_is_flushed(client, django_user_model):
    from django.core.cache import cache
    from django.test import Client

    user = staff.member("auditor")
    code = staff.code_of(user)
    password(client, user)
    client.post("/accounts/2fa/authenticate/", {"code": code})
    cache.clear()

    thief = Client()
    password(thief, user)
    response = thief.post("/accounts/2fa/authenticate/", {"code": code})
    assert response.status_code == 200
    assert thief.get("/admin/").status_code == 302


def test_a_code_of_the_half_minute_before_or_after_still_counts(client):
    user = staff.member("auditor")
    password(client, user)
    assert client.post("/accounts/2fa/authenticate/", {"code": staff.code_of(user, steps=-1)}).status_code == 302


def test_a_recovery_code_opens_the_desk_once(client):
    user = staff.member("auditor")
    staff.sign_in(client, user)
    client.post("/accounts/2fa/recovery-codes/new/")
    codes = re.findall(r"\b\d{8}\b", client.get("/accounts/2fa/recovery-codes/").content.decode())
    assert len(codes) == 10
    assert not re.search(r"\b\d{8}\b", client.get("/accounts/2fa/recovery-codes/").content.decode()), "shown once"
    client.post("/accounts/logout/")

    password(client, user)
    assert client.post("/accounts/2fa/authenticate/", {"code": codes[3]})["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
    assert "desk.recovery_code_used" in kinds(user)
    client.post("/accounts/logout/")

    password(client, user)
    assert client.post("/accounts/2fa/authenticate/", {"code": codes[3]}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_whoever_has_no_second_factor_sets_one_up_and_is_in(client):
    user = User.objects.create_staff(email="new@hanbitcard.example", name="이새롬", password=staff.PASSWORD)
    user.groups.set(Group.objects.filter(name="auditor"))
    assert password(client, user)["Location"] == "/admin/"
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/accounts/2fa/"

    page = client.get("/accounts/2fa/app/activate/").content.decode()
    secret = re.search(r'class="hash">([A-Z2-7]{32})<', page)[1]
    held = client.session["mfa.totp.secret"]
    assert secret not in held
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    response = client.post("/accounts/2fa/app/activate/", {"code": code})
    assert response["Location"] == "/accounts/2fa/recovery-codes/"
    assert client.get("/admin/").status_code == 200

    stored = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP).data["secret"]
    assert secret not in stored
    assert "desk.second_factor_added" in kinds(user)


def test_while_a_second_factor_is_missing_nothing_else_of_the_account_opens(client):
    user = User.objects.create_staff(email="new@hanbitcard.example", name="이새롬", password=staff.PASSWORD)
    password(client, user)
    for path in (
        "/accounts/password/",
        "/accounts/sessions/",
        "/accounts/2fa/recovery-codes/",
        "/accounts/2fa/passkeys/",
    ):
        assert client.get(path)["Location"] == "/accounts/2fa/", path


def test_the_last_second_factor_cannot_be_removed(client):
    user = staff.member("auditor")
    staff.sign_in(client, user)
    assert client.post("/accounts/2fa/app/remove/").status_code == 409
    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def test_leaving_ends_the_session_on_the_server(client):
    user = staff.member("auditor")
    staff.sign_in(client, user)
    key = client.session.session_key
    assert client.post("/accounts/logout/")["Location"] == "/accounts/login/"
    assert not Session.objects.filter(session_key=key).exists()
    assert kinds(user)[-1] == "desk.signed_out"
    client.cookies["sessionid"] = key
    assert client.get("/admin/").status_code == 302


def test_leaving_wants_a_press_of_the_button(client):
    staff.sign_in(client, staff.member("auditor"))
    assert "나갈까요?" in client.get("/accounts/logout/").content.decode()
    assert client.get("/admin/").status_code == 200


def test_nobody_signs_up(client):
    from django.urls import NoReverseMatch, reverse

    for path in (
        "signup/",
        "email/",
        "confirm-email/",
        "confirm-email/abc/",
        "password/reset/",
        "password/set/",
        "login/code/",
        "login/code/confirm/",
        "phone/verify/",
        "phone/change/",
        "signup/passkey/",
        "2fa/trust/",
        "2fa/recovery-codes/download/",
        "2fa/webauthn/signup/",
        "social/login/",
        "",
    ):
        for ask in (client.get, client.post):
            assert ask(f"/accounts/{path}").status_code == 404, path
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")


def test_a_wrong_password_and_an_unknown_address_read_alike(client):
    user = staff.member("auditor")
    pages = []
    for email in (user.email, "nobody@hanbitcard.example"):
        page = client.post("/accounts/login/", {"login": email, "password": "not the password"}).content.decode()
        pages.append(re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page).replace(email, "…"))
    assert pages[0] == pages[1]
    assert "이메일이나 비밀번호가 맞지 않아요." in pages[0]


def test_other_spellings_of_an_address_are_nobody(client):
    user = staff.member("auditor", email="admin.intake@hanbitcard.example")
    for spelling in (
        "admın.ıntake@hanbitcard.example",
        "ADMIN.INTAKE@hanbıtcard.example",
        "admin.intake@hanbitcard.exampl\u00e9",
    ):
        response = client.post("/accounts/login/", {"login": spelling, "password": staff.PASSWORD})
        assert response.status_code == 200, spelling
    assert password(client, user).status_code == 302


def test_failed_tries_are_in_the_audit_without_what_was_typed(client):
    user = staff.member("auditor")
    client.post("/accounts/login/", {"login": user.email, "password": "a-secret-typed-wrongly"})
    client.post("/accounts/login/", {"login": "nobody@hanbitcard.example", "password": "a-secret-typed-wrongly"})
    known, unknown = Event.objects.filter(kind="desk.sign_in_failed").order_by("pk")
    assert (known.about, known.by, known.data) == (f"staff:{user.pk}", None, {})
    assert (unknown.about, unknown.by, unknown.data) == ("staff:unknown", None, {})


def test_a_closed_account_is_told_so_only_after_the_right_password(client):
    user = staff.member("auditor")
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert client.post("/accounts/login/", {"login": user.email, "password": "wrong wrong wrong"}).status_code == 200
    assert password(client, user)["Location"] == "/accounts/closed/"
    assert client.get("/accounts/closed/").status_code == 200
    assert client.get("/admin/").status_code == 302


def test_a_foreign_way_back_is_not_followed(client):
    user = staff.member("auditor")
    password(client, user, next="https://evil.example/admin/")
    response = client.post("/accounts/2fa/authenticate/", {"code": staff.code_of(user)})
    assert response["Location"] == "/admin/"


def test_a_staff_session_takes_nothing_of_a_look_up_along(client):
    user = staff.member("auditor")
    held = client.session
    held["proof"] = "0f6f4c5e-0000-4000-8000-000000000000"
    held.save()
    client.cookies["sessionid"] = held.session_key
    password(client, user)
    client.post("/accounts/2fa/authenticate/", {"code": staff.code_of(user)})
    assert client.get("/admin/").status_code == 200
    assert "proof" not in client.session


def test_where_somebody_is_signed_in_is_kept_for_staff_only(client):
    user = staff.member("auditor")
    password(client, user)
    client.post("/accounts/2fa/authenticate/", {"code": staff.code_of(user)})
    assert UserSession.objects.filter(user=user).count() == 1
    assert "지금 이곳" in client.get("/accounts/sessions/").content.decode()


def test_a_new_password_ends_the_sessions_elsewhere(client):
    from django.test import Client

    user = staff.member("auditor")
    elsewhere = staff.sign_in(Client(), user)
    staff.sign_in(client, user)
    response = client.post(
        "/accounts/password/",
        {"oldpassword": staff.PASSWORD, "password1": "another long password", "password2": "another long password"},
    )
    assert response.status_code == 302
    assert elsewhere.get("/admin/").status_code == 302
    assert client.get("/admin/").status_code == 200
    assert "desk.password_changed" in kinds(user)


def test_what_is_missing_or_weak_is_said_in_our_words(client):
    user = staff.member("auditor", name="박지안", email="jian.park@hanbitcard.example")
    page = client.post("/accounts/login/", {"login": "x", "password": ""}).content.decode()
    assert "이메일 주소를 적어 주세요." in page
    assert "비밀번호를 적어 주세요." in page
    staff.sign_in(client, user)
    for new, words in (
        ("", "새 비밀번호를 적어 주세요."),
        ("short", "12자 넘게 적어 주세요."),
        ("password1234", "너무 많은 사람이 쓰는 비밀번호예요."),
        ("jian.park@hanbitcard", "이름이나 이메일과 너무 비슷해요."),
    ):
        form = {"oldpassword": staff.PASSWORD, "password1": new, "password2": new}
        page = client.post("/accounts/password/", form).content.decode()
        assert words in page, new
        assert "습니다" not in page, new
    form = {"oldpassword": staff.PASSWORD, "password1": "a long password of mine", "password2": "another of the same"}
    assert "두 번 적은 비밀번호가 서로 달라요." in client.post("/accounts/password/", form).content.decode()

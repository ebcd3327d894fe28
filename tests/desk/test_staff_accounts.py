from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from breachdesk.accounts.models import User
from breachdesk.audit.models import Event
from breachdesk.desk import actions, roles
from breachdesk.desk.models import RoleGrant
from delivery.models import Message
from tests import staff
from tests.racing import race

pytestmark = pytest.mark.django_db


def act(client, user, **form):
    return client.post(f"/admin/accounts/user/{user.pk}/act/", form, follow=True)


def link_of(user: User) -> str:
    """What the last e-mail to the user says."""
    text = Message.objects.filter(about=f"staff:{user.pk}", occasion="one_time_link").latest("put_at").words.text
    return re.search(r"http://127\.0\.0\.1:8000(/\S+)", text)[1]


@pytest.fixture
def admin(client):
    return staff.sign_in(client, staff.member("account_admin", name="오세린"))


def test_a_new_member_of_staff_sets_the_password_by_a_link_that_is_good_once(admin):
    admin.post("/admin/accounts/user/add/", {"name": "이새롬", "email": "Saerom@hanbitcard.example"})
    user = User.objects.get(email="saerom@hanbitcard.example")
    assert (user.is_staff, user.is_superuser, user.has_usable_password(), user.groups.count()) == (
        True,
        False,
        False,
        0,
    )

    stranger = Client()
    link = link_of(user)
    assert stranger.get(link).status_code == 200
    form = {"new_password1": "a rather long one", "new_password2": "a rather long one"}
    assert stranger.post(link, form)["Location"] == "/accounts/login/"
    assert stranger.get(link).status_code == 410
    assert stranger.post(link, form).status_code == 410

    response = stranger.post("/accounts/login/", {"login": user.email, "password": "a rather long one"}, follow=True)
    assert response.redirect_chain[-1][0] == "/accounts/2fa/"


def test_the_link_dies_after_a_day_or_with_a_newer_password_or_a_closed_account(admin):
    user = staff.member("reviewer")
    act(admin, user, act="link")
    link = link_of(user)
    with time_machine.travel((timezone.now() + dt.timedelta(hours=24, minutes=1)).timestamp()):
        assert Client().get(link).status_code == 410
    assert Client().get(link).status_code == 200
    act(admin, user, act="close")
    assert Client().get(link).status_code == 410


@pytest.mark.parametrize("link", ["/accounts/start/MQ/x/", "/accounts/start/!!/x/", "/accounts/start/OTk5OTk/a-b/"])
def test_a_made_up_link_opens_nothing(client, link):
    assert client.get(link).status_code == 410


def test_a_weak_password_is_refused_in_words(admin):
    user = staff.member("reviewer", name="최다온", email="daon.choi@hanbitcard.example")
    act(admin, user, act="link")
    for weak in ("short", "daon.choi@hanbitcard", "password1234"):
        response = Client().post(link_of(user), {"new_password1": weak, "new_password2": weak})
        assert response.status_code == 200, weak
        assert 'class="error' in response.content.decode()


def test_a_second_account_with_the_same_address_is_refused(admin):
    user = staff.member()
    page = admin.post("/admin/accounts/user/add/", {"name": "다른 사람", "email": user.email.upper()}).content.decode()
    assert "이 이메일로 된 직원 계정이 있어요." in page
    assert User.objects.filter(is_staff=True).count() == 2


def test_a_role_is_proposed_by_one_and_confirmed_by_another(admin):
    user = staff.member()
    act(admin, user, act="propose", role="reviewer")
    grant = RoleGrant.objects.get(user=user)
    assert not user.groups.exists()

    assert "제안한 사람은 확인할 수 없어요" in act(admin, user, act="confirm", grant=grant.pk).content.decode()
    assert not user.groups.exists()

    second = staff.sign_in(Client(), staff.member("account_admin"))
    assert "역할을 주었어요." in act(second, user, act="confirm", grant=grant.pk).content.decode()
    assert roles.of(user) == [roles.BY_CODE["reviewer"]]
    event = Event.objects.get(kind="desk.role_given", about=f"staff:{user.pk}")
    assert event.data == {"role": "reviewer", "proposed_by": grant.proposed_by_id}
    assert Message.objects.filter(about=f"staff:{user.pk}", occasion="role_given").exists(), "the person is told"

    assert "이미 정했어요" in act(second, user, act="confirm", grant=grant.pk).content.decode()


def test_nobody_gives_a_role_to_oneself(admin):
    me = User.objects.get(name="오세린")
    act(admin, me, act="propose", role="payer")
    assert not RoleGrant.objects.exists()
    second = staff.sign_in(Client(), staff.member("account_admin"))
    act(second, me, act="propose", role="payer")
    act(admin, me, act="confirm", grant=RoleGrant.objects.get().pk)
    assert not me.groups.filter(name="payer").exists()


def test_the_database_itself_refuses_one_person_in_two_places(admin):
    one, two = staff.member(), staff.member()
    at = timezone.now()
    wrong = [
        ({"user": one, "proposed_by": one}, "desk_rolegrant_not_proposed_for_oneself"),
        (
            {"user": one, "proposed_by": two, "decided_by": two, "decided_at": at, "confirmed": True},
            "desk_rolegrant_confirmed_by_another",
        ),
        (
            {"user": one, "proposed_by": two, "decided_by": one, "decided_at": at, "confirmed": True},
            "desk_rolegrant_confirmed_by_another",
        ),
        ({"user": one, "proposed_by": two, "decided_at": at}, "desk_rolegrant_decided_whole"),
    ]
    for fields, name in wrong:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            RoleGrant.objects.create(role="payer", proposed_at=at, **fields)


def test_a_superuser_is_not_exempt_from_two_persons(client):
    boss = staff.sign_in(client, staff.member(is_superuser=True))
    user = staff.member()
    act(boss, user, act="propose", role="payer")
    act(boss, user, act="confirm", grant=RoleGrant.objects.get().pk)
    assert not user.groups.exists()


def test_whoever_watches_is_told_when_somebody_can_do_more(admin):
    officer, user = staff.member("privacy_officer"), staff.member(name="신유진")
    act(admin, user, act="propose", role="payer")
    assert not Message.objects.filter(about=f"staff:{officer.pk}").exists()
    second = staff.sign_in(Client(), staff.member("account_admin", name="윤도현"))
    act(second, user, act="confirm", grant=RoleGrant.objects.get().pk)
    told = Message.objects.get(about=f"staff:{officer.pk}", occasion="rights_given").words.text
    assert "신유진" in told
    assert "오세린, 윤도현" in told

    boss = User.objects.create_superuser("boss@hanbitcard.example", "박가온", "a long enough password")
    assert Event.objects.filter(kind="desk.superuser_made", about=f"staff:{boss.pk}").count() == 1
    boss.save()
    user.is_superuser = True
    user.save()
    assert Event.objects.filter(kind="desk.superuser_made").count() == 2
    assert Message.objects.filter(about=f"staff:{officer.pk}", occasion="rights_given").count() == 3


def test_a_proposal_is_taken_back_and_a_role_taken_away_by_one(admin):
    user = staff.member("payer")
    act(admin, user, act="propose", role="reviewer")
    act(admin, user, act="refuse", grant=RoleGrant.objects.get().pk)
    act(admin, user, act="take", role="payer")
    assert not user.groups.exists()
    kinds = set(Event.objects.filter(about=f"staff:{user.pk}").values_list("kind", flat=True))
    assert {"desk.role_proposed", "desk.role_refused", "desk.role_taken"} <= kinds


def test_a_closed_account_is_out_everywhere_at_once_and_comes_back_without_rights(admin):
    user = staff.member("reviewer")
    there = Client()
    there.post("/accounts/login/", {"login": user.email, "password": staff.PASSWORD})
    there.post("/accounts/2fa/authenticate/", {"code": staff.code_of(user)})
    assert there.get("/admin/").status_code == 200

    act(admin, user, act="close")
    assert there.get("/admin/").status_code == 302
    assert not UserSession.objects.filter(user=user).exists()

    act(admin, user, act="reopen")
    user.refresh_from_db()
    assert (user.is_active, user.has_usable_password(), user.groups.count()) == (True, False, 0)


def test_a_lost_phone_is_forgotten_and_its_owner_is_told(admin):
    user = staff.member("reviewer")
    act(admin, user, act="forget_second_factor")
    assert not Authenticator.objects.filter(user=user).exists()
    assert Message.objects.filter(about=f"staff:{user.pk}", occasion="second_factor_removed").exists()


def test_nobody_changes_the_own_account_here(admin):
    me = User.objects.get(name="오세린")
    for name in ("link", "close", "reopen", "forget_second_factor", "take"):
        assert "자기 계정은 자기가 바꿀 수 없어요" in act(admin, me, act=name, role="account_admin").content.decode(), (
            name
        )
    assert me.groups.filter(name="account_admin").exists()


def test_others_see_accounts_or_not_and_change_nothing(client):
    user = staff.member()
    staff.sign_in(client, staff.member("auditor"))
    assert client.get(f"/admin/accounts/user/{user.pk}/change/").status_code == 200
    assert "계정 닫기" not in client.get(f"/admin/accounts/user/{user.pk}/change/").content.decode()
    assert act(client, user, act="close").status_code == 403
    assert client.post("/admin/accounts/user/add/", {"name": "x", "email": "x@x.example"}).status_code == 403
    staff.sign_in(client, staff.member("reviewer"))
    assert client.get(f"/admin/accounts/user/{user.pk}/change/").status_code == 403
    assert User.objects.get(pk=user.pk).is_active


def test_cardholders_are_not_among_the_staff(admin):
    cardholder = User.objects.create_cardholder()
    assert admin.get(f"/admin/accounts/user/{cardholder.pk}/change/").status_code == 404
    assert act(admin, cardholder, act="close").status_code == 404
    assert f"/{cardholder.pk}/change/" not in admin.get("/admin/accounts/user/").content.decode()


def test_made_up_acts_and_roles_do_nothing(admin):
    user = staff.member()
    for form in ({"act": "promote"}, {}, {"act": "propose", "role": "is_superuser"}, {"act": "take", "role": "x"}):
        assert act(admin, user, **form).status_code == 404
    assert "이미 정했어요" in act(admin, user, act="confirm", grant="x").content.decode()
    assert admin.get(f"/admin/accounts/user/{user.pk}/act/").status_code == 405
    admin.post(f"/admin/accounts/user/{user.pk}/change/", {"is_superuser": "on", "groups": "1"})
    user.refresh_from_db()
    assert not user.is_superuser


@pytest.mark.django_db(transaction=True)
def test_two_administrators_at_once_confirm_a_role_once():
    user, proposer = staff.member(), staff.member("account_admin")
    deciders = [staff.member("account_admin") for _ in range(4)]
    grant = actions.propose_role(user=user, role="reviewer", by=proposer, at=timezone.now())

    def decide(number: int) -> str:
        try:
            actions.decide_role(grant=grant, confirm=number % 2 == 0, by=deciders[number], at=timezone.now())
        except actions.AlreadyDecided:
            return "late"
        return "decided"

    assert sorted(race(4, decide)) == ["decided", "late", "late", "late"]
    assert user.groups.exists() == RoleGrant.objects.get().confirmed


def test_the_first_accounts_come_from_the_machine(capsys):
    call_command("create_staff", "First@hanbitcard.example", "--name", "박지안", "--role", "account_admin")
    user = User.objects.get(email="first@hanbitcard.example")
    assert roles.of(user) == [roles.BY_CODE["account_admin"]]
    assert link_of(user)
    with pytest.raises(CommandError):
        call_command("create_staff", "first@hanbitcard.example", "--name", "박지안")


def test_where_staff_were_signed_in_is_forgotten_when_no_session_can_be_alive(client):
    user = staff.member()
    UserSession.objects.create(
        user=user, ip="127.0.0.1", session_key="old", user_agent="x", created_at=timezone.now() - dt.timedelta(hours=9)
    )
    UserSession.objects.create(user=user, ip="127.0.0.1", session_key="new", user_agent="x")
    actions.forget_sessions(at=timezone.now())
    assert UserSession.objects.get().session_key == "new"

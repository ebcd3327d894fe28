"""A passkey opens the status of claims, and drafts, and nothing that a code opens."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction

from breachdesk import limits
from breachdesk.audit.models import Event
from delivery.models import Message
from lookup import proving, rules, session
from lookup.models import Parked, Person, Proof
from tests.lookup.conftest import MINJI, SEOYOUNG, Visitor
from tests.passkeys import Phone

pytestmark = pytest.mark.django_db
# What a passkey is for, and what wants a code beside it.
OPENS = [
    "/claims/",
    "/claims/new/kind/",
    "/claims/new/lines/",
    "/claims/new/story/",
    "/claims/new/evidence/",
    "/lookup/passkeys/",
]
WANTS_A_CODE = [
    "/lookup/answer/",
    "/lookup/answer/demo/",
    "/lookup/who/",
    "/lookup/history/",
    "/lookup/again/",
    "/lookup/letter/again/",
    "/lookup/passkeys/add/",
    "/claims/new/",
    "/claims/new/account/",
    "/claims/new/check/",
    "/claims/CLM-7F3K-29QD/withdraw/",
    "/claims/CLM-7F3K-29QD/account/",
    "/claims/CLM-7F3K-29QD/evidence/1/",
]


def add(visitor: Visitor, phone: Phone | None = None, **how: bool) -> Phone:
    phone = phone or Phone()
    assert visitor.get("/lookup/passkeys/add/").status_code == 200
    options = visitor.post("/lookup/passkeys/add/options/").json()
    answer = visitor.post("/lookup/passkeys/add/", {"credential": phone.create(options, **how)})
    phone.taken = answer.status_code == 302
    return phone


def open_with(phone: Phone, visitor: Visitor | None = None, **how: bool):
    visitor = visitor or Visitor()
    assert visitor.get("/lookup/passkey/").status_code == 200
    options = visitor.post("/lookup/passkey/options/").json()
    return visitor, visitor.post("/lookup/passkey/", {"credential": phone.get(options, **how)})


@pytest.fixture
def seoyoung(visitor) -> Visitor:
    visitor.look_up(SEOYOUNG)
    return visitor


@pytest.fixture
def phone(seoyoung) -> Phone:
    """김서영's, with a draft begun."""
    seoyoung.post("/claims/new/", {"incident": "demo"})
    return add(seoyoung)


def test_it_is_added_after_a_code_and_every_proven_contact_is_told(seoyoung):
    asked = seoyoung.post("/lookup/passkeys/add/options/").json()["publicKey"]
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert not [known for known in (SEOYOUNG["name"], "1234", "cardholder") if known in json.dumps(asked)]

    assert add(seoyoung).taken

    assert "에 만든 패스키" in seoyoung.get("/lookup/passkeys/").content.decode()
    person = Person.objects.get()
    assert Event.objects.get(kind="lookup.passkey_added").by == person.user
    told = Message.objects.get(occasion="passkey_added")
    assert "직접 만든 것이 아니면" in told.words.text
    assert SEOYOUNG["name"] not in json.dumps(Authenticator.objects.get().data)


def test_it_opens_status_and_drafts_in_a_session_of_its_own(phone):
    other = Visitor()
    other.get("/lookup/passkey/")
    assert settings.SESSION_COOKIE_NAME not in other.cookies, "before the button there is no session"
    other.post("/lookup/passkey/options/")
    before = other.cookies[settings.SESSION_COOKIE_NAME].value
    other, answer = open_with(phone, other)
    assert answer["Location"] == "/lookup/passkeys/"
    assert other.cookies[settings.SESSION_COOKIE_NAME].value != before
    assert not Session.objects.filter(session_key=before).exists()
    assert set(dict(other.session)) == {session.PROOF, "_auth_user_id", "_auth_user_backend", "_auth_user_hash"}
    for path in OPENS:
        assert other.get(path).status_code == 200, path
        assert "no-store" in other.get(path)["Cache-Control"]
    assert other.post("/lookup/stay/").status_code == 200
    assert "패스키로 열었어요" in other.get("/lookup/passkeys/").content.decode()
    assert other.post("/claims/new/", {"incident": "demo"})["Location"] == "/claims/new/kind/"
    assert Event.objects.filter(kind="lookup.opened_by_passkey").exists()


@pytest.mark.parametrize("path", WANTS_A_CODE)
def test_what_wants_a_code_sends_there_and_comes_back(phone, path):
    other, _answer = open_with(phone)
    assert other.get(path)["Location"] == "/lookup/"
    assert "패스키로는 신청 상태와 적던 신청서만 볼 수 있어요." in other.get("/lookup/").content.decode()
    assert "조회 결과 다시 보기" not in other.get("/lookup/").content.decode()


def test_nothing_typed_is_lost_on_the_way_to_a_code(phone):
    other, _answer = open_with(phone)
    typed = {"bank": "004", "number": "123-45-678901", "holder": "김서영"}
    draft = other.get("/claims/new/kind/").context["draft"]
    assert other.post("/claims/new/account/", {"draft": str(draft.id), **typed})["Location"] == "/lookup/"
    assert Parked.objects.count() == 1
    other.prove(SEOYOUNG["email"])
    assert other.say_who(SEOYOUNG["name"])["Location"] == "/claims/new/account/"
    assert "123-45-678901" in other.get("/claims/new/account/").content.decode()


def test_only_an_unlocked_device_counts(seoyoung):
    assert not add(seoyoung, unlocked=False).taken
    phone = add(seoyoung)
    assert open_with(phone, unlocked=False)[1].status_code == 422
    assert open_with(phone)[1].status_code == 302


def test_a_strangers_passkey_and_an_answer_used_before_open_nothing(phone):
    stranger = Phone()
    stranger.owner = phone.owner
    other, answer = open_with(stranger)
    assert answer.status_code == 422
    assert "이 패스키로는 열 수 없어요." in answer.content.decode()
    assert other.get("/claims/")["Location"] == "/lookup/"

    other = Visitor()
    used = phone.get(other.post("/lookup/passkey/options/").json())
    assert other.post("/lookup/passkey/", {"credential": used}).status_code == 302
    for again in (other, Visitor()):
        assert again.post("/lookup/passkey/", {"credential": used}).status_code == 422
    thief = Visitor()
    thief.post("/lookup/passkey/options/")
    assert thief.post("/lookup/passkey/", {"credential": used}).status_code == 422, "signed for another challenge"


@pytest.mark.parametrize(
    "credential",
    [
        "",
        "x",
        "null",
        "[]",
        "{}",
        '{"response": 1}',
        '{"id": "x", "response": {"userHandle": "MQ"}}',
        "\x00",
        "9" * 5000,
    ],
)
def test_nonsense_is_refused_in_words(phone, credential):
    other = Visitor()
    other.post("/lookup/passkey/options/")
    assert other.post("/lookup/passkey/", {"credential": credential}).status_code == 422


def test_a_member_of_staff_does_not_come_in_here_nor_a_cardholder_at_the_desk(phone):
    user = Person.objects.get().user
    desk = Visitor()
    options = desk.get("/accounts/2fa/passkeys/login/", headers={"accept": "application/json"}).json()[
        "request_options"
    ]
    desk.post("/accounts/2fa/passkeys/login/", {"credential": phone.get(options)})
    assert "_auth_user_id" not in desk.session
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    assert open_with(phone)[1].status_code == 422


def test_nobody_without_a_person_and_nobody_on_a_shared_device_adds_one(visitor):
    visitor.prove("010-0000-9999")
    visitor.say_who("최도윤", "20010914")
    for path in ("/lookup/passkeys/", "/lookup/passkeys/add/"):
        assert visitor.get(path)["Location"] == "/lookup/answer/"
    shared = Visitor()
    shared.prove(SEOYOUNG["phone"], shared_device="on")
    shared.say_who(SEOYOUNG["name"])
    assert "여기서는 패스키를 만들 수 없어요" in shared.get("/lookup/passkeys/").content.decode()
    options = shared.post("/lookup/passkeys/add/options/").json()
    assert (
        shared.post("/lookup/passkeys/add/", {"credential": Phone().create(options)})["Location"] == "/lookup/passkeys/"
    )
    assert not Authenticator.objects.exists()


def test_it_is_removed_by_its_owner_alone_and_what_it_opened_elsewhere_ends(phone, seoyoung):
    number = Authenticator.objects.get().pk
    opened, _answer = open_with(phone)
    minji = Visitor()
    minji.look_up(MINJI)
    assert minji.post(f"/lookup/passkeys/{number}/remove/").status_code == 302
    assert Visitor().post(f"/lookup/passkeys/{number}/remove/")["Location"] == "/lookup/"
    assert seoyoung.get(f"/lookup/passkeys/{number}/remove/")["Location"] == "/lookup/passkeys/"
    assert Authenticator.objects.exists()
    for _ in range(2):
        assert seoyoung.post(f"/lookup/passkeys/{number}/remove/")["Location"] == "/lookup/passkeys/"
    assert not Authenticator.objects.exists()
    assert Event.objects.filter(kind="lookup.passkey_removed").count() == 1
    assert opened.get("/claims/").status_code == 302
    assert open_with(phone)[1].status_code == 422


def test_five_are_enough_and_revoking_takes_them_all(seoyoung, now):
    phones = [add(seoyoung) for _ in range(rules.PASSKEYS_AT_MOST)]
    assert not add(seoyoung).taken
    assert "패스키는 5개까지 만들 수 있어요" in seoyoung.get("/lookup/passkeys/").content.decode()
    opened, _answer = open_with(phones[0])
    assert opened.post("/lookup/passkeys/revoke/")["Location"] == "/lookup/ended/"
    assert not Authenticator.objects.exists()
    assert seoyoung.get("/lookup/answer/").status_code == 302
    assert open_with(phones[0])[1].status_code == 422
    assert Event.objects.get(kind="lookup.revoked").data["passkeys"] == rules.PASSKEYS_AT_MOST
    assert proving.revoke(person=Person.objects.get(), by=None, at=now) == 0, "and nothing the second time"


def test_a_network_has_a_budget_and_a_wrong_method_is_refused(phone, monkeypatch):
    monkeypatch.setattr(rules, "PASSKEYS_PER_NETWORK", limits.Budget("lookup.passkey.network", 1, rules.HOUR))
    answers = [Visitor().post("/lookup/passkey/options/").status_code for _ in range(2)]
    assert answers == [200, 429]
    for path in ("/lookup/passkey/options/", "/lookup/passkeys/add/options/"):
        assert Visitor().get(path).status_code == 405


def test_the_database_knows_no_proof_by_passkey_of_nobody():
    at = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    with pytest.raises(IntegrityError, match="lookup_proof_names_what_was_held"), transaction.atomic():
        Proof.objects.create(method="passkey", proved_at=at, renewed_at=at, last_used_at=at)

""" "This must be wrong": asked by a proven person, listed or not; looked into by the right staff; answered, told, and read by its owner only."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from breachdesk.audit.models import Event
from breachdesk.limits.models import Spent
from delivery.models import Message
from lookup import actions, disputing, rules
from lookup.dispute_models import Dispute
from lookup.states import Dispute as State
from tests import staff
from tests.lookup.conftest import MINJI, SEOYOUNG, Visitor
from tests.racing import race

pytestmark = pytest.mark.django_db
DOYUN = {"name": "최도윤", "birth_date": "2001-09-14", "phone": "010-0000-9999"}
NEW = "/lookup/wrong/demo/"


def come(person: dict[str, str]) -> Visitor:
    Spent.objects.exclude(budget="lookup.dispute.day").delete()
    visitor = Visitor()
    visitor.look_up(person)
    return visitor


def ask(visitor: Visitor, kind: str = "should_be_listed", words: str = "", root: str = "") -> Dispute:
    answer = visitor.post(root + NEW, {"kind": kind, "words": words})
    assert answer.status_code == 302, answer.content.decode()
    dispute = Dispute.objects.latest("pk")
    assert answer["Location"] == f"{root}/lookup/checks/{dispute.reference}/"
    return dispute


def desk(*roles: str, name: str = "") -> tuple[Client, object]:
    member = staff.member(*roles, name=name)
    return staff.sign_in(Client(), member), member


def post(client: Client, dispute: Dispute, act: str, **fields: str):
    dispute.refresh_from_db()
    version = fields.pop("version", str(dispute.version))
    path = f"/admin/disputes/{dispute.reference}/act/"
    return client.post(path, {"act": act, "version": version, **fields})


def letters(occasion: str) -> list[Message]:
    return list(Message.objects.filter(occasion=occasion))


def test_somebody_on_no_list_asks_is_answered_and_reads_it_though_their_first_proof_is_gone(incident):
    visitor = come(DOYUN)
    assert "결과가 이상해요" in visitor.get("/lookup/answer/").content.decode()
    dispute = ask(visitor, words="탈회했지만 작년까지 썼어요. 010-1234-5678")
    page = visitor.get(f"/lookup/checks/{dispute.reference}/").content.decode()
    assert "요청을 받았어요" in page
    assert "탈회했지만" in page
    assert [m.recipient.value for m in letters("dispute_received")] == ["+821000009999"]
    assert b"\xed\x83\x88" not in bytes(dispute.sealed_words)
    visitor.post("/lookup/end/")

    client, member = desk("intake", name="한지우")
    post(client, dispute, "take")
    assert post(client, dispute, "answer", result="corrected", sentence="명단에 넣기로 했어요.").status_code == 302
    [told] = letters("dispute_answered")
    for secret in ("명단", "최도윤", "넣기로"):
        assert secret not in told.words.text
    page = come(DOYUN).get(f"/lookup/checks/{dispute.reference}/").content.decode()
    assert "명단을 바로잡기로 했어요" in page
    assert "명단에 넣기로 했어요." in page
    assert member.name not in page
    moves = list(dispute.moves.order_by("pk").values_list("from_state", "to_state"))
    assert moves == [("", "received"), ("received", "in_review"), ("in_review", "answered")]
    kinds = Event.objects.filter(about=f"dispute:{dispute.reference}").values_list("kind", flat=True)
    assert [kind.removeprefix("lookup.dispute_") for kind in kinds.order_by("pk")] == ["asked", "taken", "answered"]


def test_one_is_open_at_a_time_and_withdrawn_another_may_follow(incident):
    visitor = come(SEOYOUNG)
    dispute = ask(visitor, "item_wrong", "CVC는 바꿨어요.")
    for answer in (visitor.get(NEW), visitor.post(NEW, {"kind": "not_me"})):
        assert answer["Location"] == f"/lookup/checks/{dispute.reference}/"
    for _ in range(2):
        visitor.post(f"/lookup/checks/{dispute.reference}/withdraw/")
    dispute.refresh_from_db()
    assert (dispute.state, dispute.moves.count()) == (State.WITHDRAWN, 2)
    ask(visitor, "not_me", root="/en")
    assert letters("dispute_received")[-1].language == "en"
    visitor.post(f"/lookup/checks/{Dispute.objects.latest('pk').reference}/withdraw/")
    visitor.post(f"/lookup/checks/{ask(visitor, 'not_me').reference}/withdraw/")
    refused = visitor.post(NEW, {"kind": "not_me"})
    assert refused.status_code == 429
    assert "하루에 3번까지" in refused.content.decode()


@pytest.mark.django_db(transaction=True)
def test_pressed_many_times_at_once_it_is_one(incident):
    visitor = come(DOYUN)
    proof = actions.Proof.objects.latest("pk")
    at = proof.proved_at + dt.timedelta(seconds=5)
    asked = {"kind": "not_me", "words": "", "language": "ko", "by": None, "at": at}

    def press(_number: int) -> str:
        try:
            return disputing.ask(proof=proof, incident=incident, **asked).reference
        except (disputing.AskedAlready, disputing.TooOften):
            return ""

    assert sum(bool(reference) for reference in race(4, press)) == 1
    assert Dispute.objects.count() == len(letters("dispute_received")) == 1
    assert visitor.get("/lookup/answer/").status_code == 200


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({}, "무엇이 이상한지 하나를 골라 주세요"),
        ({"kind": "sing"}, "무엇이 이상한지 하나를 골라 주세요"),
        ({"kind": "other"}, "무엇이 실제와 다른지 적어 주세요"),
        ({"kind": "item_wrong", "words": " \u200b "}, "무엇이 실제와 다른지 적어 주세요"),
        ({"kind": "not_me", "words": "가" * 1001}, "너무 길어요"),
    ],
)
def test_what_is_missing_is_said_in_words(incident, typed, words):
    answer = come(MINJI).post(NEW, typed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Dispute.objects.exists()


def test_another_s_is_as_if_there_were_none(incident):
    dispute = ask(come(SEOYOUNG), "not_me")
    path = f"/lookup/checks/{dispute.reference}/"
    for other in (come(MINJI), come(SEOYOUNG | {"name": "최도윤"})):
        assert other.get(path).status_code == other.get("/lookup/checks/CHK-2222-2222/").status_code == 404
        assert other.post(f"{path}withdraw/").status_code == 404
        assert dispute.reference not in other.get("/lookup/answer/").content.decode()
    for stranger in (path, NEW):
        assert Client().get(stranger)["Location"] == "/lookup/"
    assert come(SEOYOUNG).get(f"{path}withdraw/").status_code == 405


def test_masked_until_taken_and_opened_with_a_reason_which_its_owner_reads_too(incident):
    visitor = come(SEOYOUNG)
    dispute = ask(visitor, "other", "010-1234-5678로 전화 주세요. 김서영 님 아니에요.")
    client, member = desk("privacy_officer", name="한지우")
    path = f"/admin/disputes/{dispute.reference}/"
    for secret in ("김서영", "010-1234-5678", "+821000001234"):
        assert secret not in client.get(path).content.decode()
    assert "김*영" in client.get("/admin/lookup/dispute/").content.decode()
    assert post(client, dispute, "reveal", reason="call").status_code == 302
    post(client, dispute, "take")
    assert post(client, dispute, "reveal", reason="curious").status_code == 422
    assert not Event.objects.filter(kind="lookup.dispute_revealed").exists()
    opened = post(client, dispute, "reveal", reason="compare").content.decode()
    for shown in ("김서영", "010-1234-5678", "+821000001234", "카드번호"):
        assert shown in opened
    assert "+821000001234" not in client.get(path).content.decode()
    history = visitor.get("/lookup/history/").content.decode()
    assert "다시 살펴보려고 가린 개인정보를 열어 봤어요" in history
    assert "적은 것과 명단을 견주려고" in history
    assert member.name not in history


def test_two_at_the_desk_do_not_answer_at_once(incident):
    dispute = ask(come(DOYUN))
    (one, _), (two, boram) = desk("intake"), desk("intake")
    seen = str(dispute.version)
    post(one, dispute, "take")
    late = post(two, dispute, "take", version=seen)
    assert late.status_code == 409
    assert "바뀌었어요" in late.content.decode()
    assert post(two, dispute, "answer", result="stands", sentence="맞아요.").status_code == 302
    dispute.refresh_from_db()
    assert dispute.state == State.IN_REVIEW
    post(two, dispute, "take")
    wrong = post(two, dispute, "answer", result="", sentence="맞아요.")
    assert (wrong.status_code, "결과를 골라 주세요" in wrong.content.decode()) == (422, True)
    post(two, dispute, "give_back")
    post(two, dispute, "take")
    post(two, dispute, "answer", result="stands", sentence="지금 명단이 맞아요.")
    post(two, dispute, "answer", result="corrected", sentence="다시.")
    dispute.refresh_from_db()
    assert (dispute.result, dispute.taken_by, len(letters("dispute_answered"))) == ("stands", boram, 1)


def test_other_roles_only_look_or_not_even_that(incident):
    dispute = ask(come(DOYUN))
    path = f"/admin/disputes/{dispute.reference}/"
    auditor, _ = desk("auditor")
    assert auditor.get(path).status_code == 200
    assert post(auditor, dispute, "take").status_code == 403
    for role in ("reviewer", "payer", "notice_editor", "account_admin"):
        client, _ = desk(role)
        assert client.get(path).status_code == 403
        assert post(client, dispute, "take").status_code == 403
    client, _ = desk("intake")
    assert client.get("/admin/disputes/CHK-2222-2222/").status_code == 404
    assert client.get(f"{path}act/")["Location"] == path
    assert client.post(path).status_code == 405
    assert post(client, dispute, "sing").status_code == 404
    dispute.refresh_from_db()
    assert dispute.state == State.RECEIVED


def test_the_promised_day_is_the_third_on_which_people_work():
    friday = dt.date(2026, 11, 20)
    assert rules.dispute_answered_by(friday, is_holiday=lambda day: False) == dt.date(2026, 11, 25)
    holiday = dt.date(2026, 11, 23)
    assert rules.dispute_answered_by(friday, is_holiday=lambda day: day == holiday) == dt.date(2026, 11, 26)


def test_the_database_refuses_an_answer_without_words(incident):
    dispute = ask(come(DOYUN))
    with pytest.raises(IntegrityError, match="answered_whole"), transaction.atomic():
        Dispute.objects.filter(pk=dispute.pk).update(state=State.ANSWERED)


def test_a_year_after_it_was_answered_it_is_forgotten_and_an_open_one_is_not(incident, now):
    first, second = ask(come(DOYUN)), ask(come(MINJI))
    Dispute.objects.filter(pk=first.pk).update(state=State.WITHDRAWN, withdrawn_at=now - dt.timedelta(days=366))
    actions.forget_what_is_over(at=now)
    assert list(Dispute.objects.all()) == [second]

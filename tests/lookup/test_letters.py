"""A code printed in a letter proves the postal address of one person, and tells nobody else anything."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.test import Client

from breachdesk.audit.models import Event
from breachdesk.lib import references
from breachdesk.limits.models import Spent
from delivery.models import Message
from lookup import letter_codes, rules
from lookup.models import LetterCode, Mailing, Person, Proof
from tests import cast, staff
from tests.lookup.conftest import SEOYOUNG, Visitor
from tests.racing import race

pytestmark = pytest.mark.django_db

SUNJA = {"customer_ref": "C-1", "name": "이순자", "birth_date": "1944-01-20", "address": "서울특별시 중구 한빛로 7"}
COMPANY = {"customer_ref": "C-2", "name": "(주)한빛상사", "birth_date": "", "member": "corporate", "address": "부산 1"}
RICH = {**SEOYOUNG, "customer_ref": "C-3", "address": "대전광역시 2"}
GONE = {**SUNJA, "customer_ref": "C-4", "name": "박별세", "member": "deceased"}
NOWHERE = {**SUNJA, "customer_ref": "C-5", "name": "강무소", "address": ""}


@pytest.fixture
def letters(incident, now):
    """The codes of those who are written to, by name."""
    everybody = [one | {"items": one.get("items", "name|card_number")} for one in (SUNJA, COMPANY, RICH, GONE, NOWHERE)]
    cast.listed(incident, *everybody, at=now)
    return cast.codes_on_paper(incident, at=now)


def enter(visitor, code, name=SUNJA["name"], birth_date="19440120", **more):
    return visitor.post("/lookup/letter/", {"code": code, "name": name, "birth_date": birth_date, **more})


def without_tokens(page: bytes) -> str:
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page.decode())


def test_a_newer_letter_makes_the_older_one_void_and_within_one_mailing_nobody_has_two(incident, letters, now):
    assert set(letters) == {"이순자", "(주)한빛상사"}
    again = cast.codes_on_paper(incident, at=now)
    assert set(again.values()).isdisjoint(letters.values())
    assert enter(Visitor(), letters["이순자"]).status_code == 422, "the old one is void"
    assert enter(Visitor(), again["이순자"]).status_code == 302
    kept = LetterCode.objects.get(person_key__in=_keys_of("C-1"), void_at=None)
    assert letter_codes.count(mailing=kept.mailing, codes={kept.person_key: references.new_secret()}, at=now) == {}
    assert enter(Visitor(), again["이순자"]).status_code == 302, "a worker that prints twice changes nothing"
    assert Mailing.objects.get(pk=kept.mailing_id).letters == 2


def test_a_withdrawn_code_opens_nothing(letters, now):
    code = LetterCode.objects.get(person_key__in=_keys_of("C-1"))
    for gone in (1, 0):
        assert letter_codes.withdraw([code.pk], why="returned", at=now) == gone
    assert enter(Visitor(), letters["이순자"]).status_code == 422
    assert Event.objects.get(kind="lookup.letter_codes_withdrawn").data["why"] == "returned"


def test_the_code_is_stored_nowhere_and_it_takes_two_people(letters):
    for row in LetterCode.objects.values():
        assert not [code for code in letters.values() if code in str(row) or code.replace("-", "") in str(row)]
    with pytest.raises(IntegrityError, match="lookup_mailing_takes_two"), transaction.atomic():
        Mailing.objects.update(confirmed_by=F("asked_by"))


def test_the_code_with_name_and_birth_date_opens_the_answer_of_that_person_alone(letters):
    visitor = Visitor()
    assert visitor.get("/lookup/letter/").status_code == 200
    answer = enter(visitor, letters["이순자"].lower().replace("-", " "))
    assert answer["Location"] == "/lookup/answer/"
    page = visitor.get("/lookup/answer/").content.decode()
    assert "이순자 님의 정보 2가지가 유출됐어요" in page
    proof = Proof.objects.get()
    assert (proof.method, proof.contact) == ("letter", None)
    assert proof.person.person_key == LetterCode.objects.get(used_at__isnull=False).person_key
    assert visitor.get("/lookup/who/")["Location"] == "/lookup/answer/"
    for path in ("/lookup/again/", "/lookup/letter/again/", "/claims/", "/claims/new/"):
        visitor.get(path)
    assert Visitor().get("/lookup/letter/again/").status_code == 302, "a stranger is sent to prove a contact"
    assert visitor.delete("/lookup/letter/").status_code == 405


def test_a_company_has_no_birth_date_and_a_person_without_theirs_is_refused(letters):
    assert enter(Visitor(), letters["(주)한빛상사"], "한빛상사(주)", "").status_code == 422
    assert enter(Visitor(), letters["(주)한빛상사"], "(주) 한빛상사", "").status_code == 302
    assert enter(Visitor(), letters["이순자"], birth_date="").status_code == 422


def test_it_opens_again_within_its_life_and_the_person_is_the_same(letters):
    for _ in range(rules.LETTER_TRIES_A_DAY.allowance + 2):
        assert enter(Visitor(), letters["이순자"]).status_code == 302, "what is right is not counted"
    assert Person.objects.count() == 1
    assert LetterCode.objects.get(used_at__isnull=False).tries == 0


def test_whatever_is_wrong_is_answered_in_the_same_words(incident, letters, now):
    expired = letters["(주)한빛상사"]
    company = LetterCode.objects.get(person_key__in=_keys_of("C-2"))
    LetterCode.objects.filter(pk=company.pk).update(expires_at=now - rules.LETTER_LIVES)
    pages = []
    for code, name, birth_date in (
        (letters["이순자"], "이순미", "19440120"),
        (letters["이순자"], "이순자", "19440121"),
        (references.new_secret(), "이순자", "19440120"),
        (expired, "(주)한빛상사", "19440120"),
    ):
        visitor = Visitor()
        answer = enter(visitor, code, name, birth_date)
        assert answer.status_code == 422
        typed = without_tokens(answer.content)
        for value in (code, name, birth_date):
            typed = typed.replace(f'value="{value}"', 'value="…"')
        pages.append((typed, sorted(visitor.cookies), sorted(answer.headers)))
    assert len({str(page) for page in pages}) == 1
    assert not Proof.objects.exists()


def _keys_of(reference: str):
    from breachdesk import keys

    return [keys.index("customer_ref", reference)]


def test_one_code_is_tried_ten_times_a_day_known_or_not_and_one_letter_twenty_times_in_all(letters):
    for code in (letters["이순자"], references.new_secret()):
        answers = [enter(Visitor(), code, "이순미").status_code for _ in range(12)]
        assert answers == [422] * 10 + [429] * 2
    Spent.objects.all().delete()  # a day later
    for _ in range(10):
        enter(Visitor(), letters["이순자"], "이순미")
    Spent.objects.all().delete()
    assert enter(Visitor(), letters["이순자"]).status_code == 422, "its twenty wrong names are spent"


def test_a_network_has_a_budget_of_its_own(letters, monkeypatch):
    from breachdesk import limits

    monkeypatch.setattr(rules, "LETTER_TRIES_PER_NETWORK", limits.Budget("lookup.letter.network", 2, rules.HOUR))
    answers = [enter(Visitor(), references.new_secret()) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [422, 422, 429]
    assert "여러 번 적어서 잠시 멈췄어요." in answers[-1].content.decode()
    assert int(answers[-1]["Retry-After"]) > 0


@pytest.mark.django_db(transaction=True)
def test_of_a_hundred_wrong_names_at_once_no_more_than_the_budget_are_compared(letters, monkeypatch):
    compared: Counter[str] = Counter()
    matches = rules.matches
    monkeypatch.setattr(rules, "matches", lambda listing, identity: (
        compared.update([listing.name]) or matches(listing, identity)
    ))  # fmt: skip

    def guess(number: int) -> list[int]:
        return [enter(Visitor(), letters["이순자"], f"이순{turn}", "19440120").status_code for turn in range(10)]

    answers = [status for some in race(10, guess) for status in some]

    assert Counter(answers) == {422: 10, 429: 90}
    assert compared["이순자"] == 10, "no eleventh was compared"
    assert LetterCode.objects.get(person_key__in=_keys_of("C-1")).tries == 10
    assert not Proof.objects.exists()


def test_what_is_no_code_is_told_so_and_is_no_try(letters):
    page = enter(Visitor(), "7F3K-29QD")
    assert page.status_code == 422
    assert "편지에 적힌 코드 12자리를 그대로 적어 주세요." in page.content.decode()
    assert not Spent.objects.filter(budget__startswith="lookup.letter").exists()


def test_the_letter_once_more_makes_the_proof_fresh_for_the_account_and_nothing_typed_is_lost(
    letters, time_machine, now
):
    visitor = Visitor()
    time_machine.move_to(now, tick=False)
    enter(visitor, letters["이순자"])
    visitor.post("/claims/new/", {"incident": "demo"})
    time_machine.move_to(now + 6 * rules.MINUTE, tick=False)
    draft = visitor.get("/claims/new/kind/").context["draft"]
    typed = {"draft": str(draft.id), "bank": "004", "number": "123-45-678901", "holder": "이순자"}
    assert visitor.post("/claims/new/account/", typed)["Location"] == "/lookup/letter/again/"
    assert "적은 것은 맡아 두었어요" in visitor.get("/lookup/letter/again/").content.decode()
    other = visitor.post("/lookup/letter/again/", {"code": letters["(주)한빛상사"]})
    assert other.status_code == 422, "another person's letter renews nothing"
    assert visitor.post("/lookup/letter/again/", {"code": letters["이순자"]})["Location"] == "/claims/new/account/"
    assert "123-45-678901" in visitor.get("/claims/new/account/").content.decode()


def test_codes_that_nobody_used_are_forgotten_a_month_after_their_end(letters, now):
    enter(Visitor(), letters["이순자"])
    over = now + rules.LETTER_LIVES + rules.KEEP_LETTER_CODE
    assert letter_codes.forget_letters(at=over) == 1
    assert letter_codes.forget_letters(at=over) == 0
    assert LetterCode.objects.get().used_at, "a proof was given by this one"


def test_whoever_has_only_a_letter_says_that_it_is_wrong_and_reads_the_answer_on_the_page(letters):
    visitor = Visitor()
    enter(visitor, letters["(주)한빛상사"], name="(주)한빛상사", birth_date="")
    page = visitor.get("/lookup/answer/").content.decode()
    assert "결과가 이상해요" in page
    assert "알림 받기" not in page, "there is nowhere to send it to"
    assert visitor.post("/lookup/watch/", {"incident": "demo", "act": "begin"})["Location"] == "/lookup/answer/"
    answer = visitor.post("/lookup/wrong/demo/", {"kind": "not_me"})
    assert "편지에 적힌 코드로 다시 조회하면" in visitor.get(answer["Location"]).content.decode()
    assert not Message.objects.filter(occasion="dispute_received").exists()

    client = staff.sign_in(Client(), staff.member("privacy_officer"))
    path = answer["Location"].replace("/lookup/checks/", "/admin/disputes/")
    assert "편지로만 확인했어요." in client.get(path).content.decode()
    client.post(f"{path}act/", {"act": "take", "version": "1"})
    opened = client.post(f"{path}act/", {"act": "reveal", "version": "2", "reason": "compare"}).content.decode()
    assert "(주)한빛상사" in opened
    assert "카드번호" in opened
    client.post(f"{path}act/", {"act": "answer", "version": "2", "result": "stands", "sentence": "명단이 맞아요."})
    assert "명단이 맞아요." in visitor.get(answer["Location"]).content.decode()

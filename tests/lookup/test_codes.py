"""A one-time code proves a contact once, within ten minutes and five tries, however many guesses arrive at once."""

from __future__ import annotations

import datetime as dt

import pytest
import redis
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import F
from django.utils import translation

from breachdesk import limits
from breachdesk.lib.contacts import Contact
from delivery.models import Message
from lookup import proving, rules, session
from lookup.models import Challenge, Proof
from lookup.proving import subject_of
from tests.lookup.conftest import Visitor
from tests.racing import race

PHONE = "010-0000-1234"
CONTACT = Contact.parse(PHONE)


def other_than(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def let_it_expire(challenge: Challenge) -> None:
    """Moves the database's own times back: the clock that judges a code is the database's."""
    Challenge.objects.filter(pk=challenge.pk).update(
        sent_at=F("sent_at") - rules.CODE_LIVES, expires_at=F("expires_at") - rules.CODE_LIVES
    )


def send(now, contact=CONTACT, **more) -> Challenge:
    return proving.send_code(contact=contact, network="192.0.2.0/24", language="ko", at=now, **more)


def code_of(challenge: Challenge) -> str:
    text = Message.objects.get(key=f"one-time-code:{challenge.pk}").words.text
    return next(word for word in text.split() if len(word) == 6 and word.isdigit())


@pytest.mark.django_db
def test_the_right_code_is_a_proof_of_the_contact_that_was_typed(now):
    challenge = send(now)
    proof = proving.prove(challenge_id=challenge.pk, code=code_of(challenge), shared_device=False, at=now)
    assert proof.contact == CONTACT
    assert proof.is_live(now)


@pytest.mark.django_db
def test_the_code_is_stored_nowhere_but_in_the_sealed_message(now):
    challenge = send(now)
    code = code_of(challenge)
    row = Challenge.objects.filter(pk=challenge.pk).values().get()
    assert all(code not in str(bytes(v) if isinstance(v, memoryview) else v) for v in row.values())
    assert PHONE[-4:] not in str({k: bytes(v) if isinstance(v, memoryview) else v for k, v in row.items()})


@pytest.mark.django_db
def test_the_message_carries_no_address_and_is_not_sent_after_the_code_ran_out(now):
    challenge = send(now)
    message = Message.objects.get(key=f"one-time-code:{challenge.pk}")
    assert message.expires_at == challenge.expires_at
    assert message.lane == "code"
    assert len(message.words.text.encode("cp949")) <= 90, "one short text message"


@pytest.mark.django_db
def test_a_wrong_code_says_how_many_tries_are_left_and_the_fifth_that_there_are_none(now):
    challenge = send(now)
    wrong = other_than(code_of(challenge))
    left = []
    for _ in range(4):
        with pytest.raises(proving.WrongCode) as refused:
            proving.prove(challenge_id=challenge.pk, code=wrong, shared_device=False, at=now)
        left.append(refused.value.tries_left)
    assert left == [4, 3, 2, 1]
    for code in (wrong, wrong, code_of(challenge)):
        with pytest.raises(proving.NoTriesLeft):
            proving.prove(challenge_id=challenge.pk, code=code, shared_device=False, at=now)


@pytest.mark.django_db
def test_a_code_is_good_once(now):
    challenge = send(now)
    proving.prove(challenge_id=challenge.pk, code=code_of(challenge), shared_device=False, at=now)
    with pytest.raises(proving.CodeUsed):
        proving.prove(challenge_id=challenge.pk, code=code_of(challenge), shared_device=False, at=now)


@pytest.mark.django_db
def test_an_expired_code_is_refused_by_the_database_s_clock_whatever_the_web_machine_s_says(now):
    challenge = send(now)
    let_it_expire(challenge)
    with pytest.raises(proving.CodeExpired):
        proving.prove(
            challenge_id=challenge.pk, code=code_of(challenge), shared_device=False, at=now - dt.timedelta(minutes=10)
        )
    assert not Proof.objects.exists()


@pytest.mark.django_db
def test_a_code_sent_to_renew_a_proof_does_not_make_another(now):
    first = send(now)
    proof = proving.prove(challenge_id=first.pk, code=code_of(first), shared_device=False, at=now)
    later = now + dt.timedelta(minutes=2)
    step_up = send(later, renews=proof)
    with pytest.raises(proving.CodeExpired):
        proving.prove(challenge_id=step_up.pk, code=code_of(step_up), shared_device=False, at=later)
    proving.renew(proof=proof, challenge_id=step_up.pk, code=code_of(step_up), by=None, at=later)
    assert Proof.objects.get().renewed_at == later


@pytest.mark.django_db
def test_ten_guesses_a_day_are_compared_for_one_contact_over_all_its_codes(now):
    outcomes = []
    for hours in range(3):
        at = now + dt.timedelta(hours=hours)
        challenge = send(at)
        wrong = other_than(code_of(challenge))
        for _ in range(5):
            try:
                proving.prove(challenge_id=challenge.pk, code=wrong, shared_device=False, at=at)
            except proving.Refused as refused:
                outcomes.append(type(refused))
    compared = [each for each in outcomes if each is not proving.TooOften]
    assert len(compared) == 10
    assert outcomes[10:] == [proving.TooOften] * 5


@pytest.mark.django_db(transaction=True)
def test_of_two_hundred_wrong_guesses_at_once_five_are_compared_though_the_broker_is_flushed_between(now):
    asker = Visitor()
    assert asker.ask(PHONE).status_code == 302
    wrong = other_than(asker.last_code)
    cookie = asker.cookies[session.CHALLENGE_COOKIE].value
    broker = redis.Redis.from_url(settings.REDIS_URL)

    def guess(number: int) -> list[str]:
        visitor = Visitor()
        visitor.cookies[session.CHALLENGE_COOKIE] = cookie
        pages = []
        for turn in range(20):
            if turn % 5 == number % 5:
                broker.flushdb()
            pages.append(visitor.enter(wrong).content.decode())
        return pages

    pages = [page for those in race(10, guess) for page in those]

    told_how_many = [page for page in pages if "번 더 입력할 수 있어요" in page]
    told_to_stop = [page for page in pages if "5번 모두 달라서 잠시 멈췄어요" in page]
    assert len(told_how_many) == 4
    assert len(told_how_many) + len(told_to_stop) == 200
    challenge = Challenge.objects.get()
    assert challenge.attempts == 5
    subject = subject_of(challenge.contact)
    spent = rules.TRIES_A_DAY.allowance - limits.left(rules.TRIES_A_DAY, subject=subject, at=now)
    assert spent == 5, "no sixth was compared"
    assert not Proof.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_fifty_right_codes_at_once_one_becomes_a_proof(now):
    asker = Visitor()
    asker.ask(PHONE)
    code, cookie = asker.last_code, asker.cookies[session.CHALLENGE_COOKIE].value

    def enter(_number: int) -> str:
        visitor = Visitor()
        visitor.cookies[session.CHALLENGE_COOKIE] = cookie
        answer = visitor.enter(code)
        return answer.headers.get("Location", "refused")

    answers = [answer for _ in range(5) for answer in race(10, enter)]

    assert sorted(set(answers)) == ["/lookup/who/", "refused"]
    assert answers.count("/lookup/who/") == 1
    assert Session.objects.count() == 1
    assert Proof.objects.count() == 1


@pytest.mark.django_db
def test_one_contact_is_sent_a_code_a_minute_five_an_hour_and_ten_a_day(now):
    send(now)
    with pytest.raises(proving.TooOften) as refused:
        send(now + dt.timedelta(seconds=59))
    assert refused.value.again_at == now + dt.timedelta(seconds=60)
    assert refused.value.of_contact

    for minutes in (2, 4, 6, 8):
        send(now + dt.timedelta(minutes=minutes))
    with pytest.raises(proving.TooOften) as refused:
        send(now + dt.timedelta(minutes=10))
    assert refused.value.again_at == now + dt.timedelta(hours=1)

    for hours in (2, 3, 4, 5, 6):
        send(now + dt.timedelta(hours=hours))
    with pytest.raises(proving.TooOften) as refused:
        send(now + dt.timedelta(hours=7))
    assert refused.value.again_at == now + dt.timedelta(days=1)
    assert Message.objects.filter(occasion="one_time_code").count() == 10


@pytest.mark.django_db
def test_a_network_has_a_budget_of_its_own(now, monkeypatch):
    monkeypatch.setattr(rules, "CODES_PER_NETWORK", limits.Budget("lookup.code.network", 2, rules.HOUR))
    send(now, Contact.parse("010-0000-0001"))
    send(now, Contact.parse("010-0000-0002"))
    with pytest.raises(proving.TooOften) as refused:
        send(now, Contact.parse("010-0000-0003"))
    assert not refused.value.of_contact


@pytest.mark.django_db
def test_a_refused_request_sends_nothing_and_says_when_in_both_languages(now):
    visitor = Visitor()
    visitor.ask(PHONE)
    refused = visitor.ask(PHONE)
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 61
    assert "이 연락처로는 " in refused.content.decode()
    assert "부터 다시 받을 수 있어요." in refused.content.decode()
    assert Message.objects.count() == 1
    with translation.override("ko"):
        assert visitor.post("/lookup/code/again/").status_code == 429


# What the page says.


@pytest.mark.django_db
def test_each_refusal_has_its_words_on_the_page(now):
    visitor = Visitor()
    visitor.ask(PHONE)
    code = visitor.last_code

    page = visitor.enter(other_than(code))
    assert page.status_code == 422
    assert "인증번호가 맞지 않아요. 4번 더 입력할 수 있어요." in page.content.decode()

    page = visitor.enter("12")
    assert page.status_code == 422
    assert "인증번호 6자리를 숫자로 적어 주세요." in page.content.decode()
    assert Challenge.objects.get().attempts == 1, "what is no code is not a try"

    let_it_expire(Challenge.objects.get())
    assert "시간이 지난 인증번호예요. 새로 받아 주세요." in visitor.enter(code).content.decode()


@pytest.mark.django_db
def test_a_used_code_is_told_as_used(now):
    visitor = Visitor()
    visitor.ask(PHONE)
    code, cookie = visitor.last_code, visitor.cookies[session.CHALLENGE_COOKIE].value
    visitor.enter(code)
    other = Visitor()
    other.cookies[session.CHALLENGE_COOKIE] = cookie
    assert "이미 쓴 인증번호예요." in other.enter(code).content.decode()
    assert session.settings.SESSION_COOKIE_NAME not in other.cookies


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["48 21-70", "４８２１７０", " 482170 ", "482170\u200b"])
def test_a_code_is_read_as_people_write_it(typed):
    from lookup.forms import CodeForm

    form = CodeForm({"code": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["code"] == "482170"

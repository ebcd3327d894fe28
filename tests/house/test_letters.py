"""Every letter of every room, in both languages: no address in it, a name for what it is about, and a first line that is nobody's own."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

import claims.letters
import lookup.letters
import support.letters
from breachdesk import context
from breachdesk.lib import links
from breachdesk.lib.contacts import Contact
from delivery import check_codes, occasions, outbox
from delivery.words import size_for_phone

TEMPLATES = Path(settings.BASE_DIR, "templates")
LETTERS = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.glob("*/letters/*.txt"))
# To members of staff, by e-mail, and only there: how they come in.
FOR_STAFF = {"desk/letters/one_time_link.txt", "notices/letters/posting_trouble.txt"}
NOON = dt.datetime(2026, 11, 24, 3, 0, tzinfo=dt.UTC)


def occasion(letter: str) -> str:
    """The leak notice is one letter in two lengths."""
    return Path(letter).stem.removesuffix("_lms").removesuffix("_email")


def somebody(name: str, amount: int, reference: str) -> dict[str, Any]:
    """What any letter may speak of, in one; another somebody differs in all that is theirs."""
    one = SimpleNamespace(
        **dict.fromkeys("changed_at pay_from submitted_at withdrawn_at decided_at settled_at published_at asked_at starts_at ends_at at".split(), NOON),
        **dict.fromkeys("decide_by_date answer_by_date claims_until_date".split(), NOON.date()),
        reference=reference, amount=amount, number=3, name=name, email=f"{amount}@hanbitcard.example", outcome="part",
        get_outcome_display="일부 인정", get_result_display="지금 명단이 맞아요", get_kind_display="카드 멈추기", get_did_display="보상 신청", did="claim", what=reference, state="confirmed", last4="2417", words="확인했어요.", rule="약관 제3조",
        name_ko=name, name_en=name, receiver_ko="누리집", receiver_en="Website", department_ko="대응센터", department_en="Response desk",
        title="할 일", title_ko="사고", title_en="Incident", text="글 1.5배, 3.2판", field="whom_to_ask", value="1500-0000", when="매일 09:00~18:00",
    )  # fmt: skip
    one.incident = one.line = one.slot = one
    things = "claim change decision payout question dispute look user notice incident bank act asked inquiry call_back slot deed consultation".split()
    return {
        **dict.fromkeys(things, one),
        "issuer": context.issuer(),
        "lines": [(one, one)] if reference.startswith("CLM") else [one],
        "steps": [one], "todos": ["카드 비밀번호 바꾸기"], "first_day": NOON.date(), "count": 2, "benefit": "무이자 할부", "ends": NOON.date(), "contacts": [one], "name": name, "number": "••••-7731", "problem": "계좌가 없다고 했어요", "role": "접수",
        "rights": "접수", "link": f"{settings.PUBLIC_URL}/x", "address": f"{settings.PUBLIC_URL}/x", "by": "한지우", "code": "123456", "expires_at": NOON, "decided_by": NOON.date(),
        "sure": "이름, 카드번호", "possible": "CI", "not_leaked": "주민등록번호", "is_minor": True,
    }  # fmt: skip


def words(letter: str, language: str, of: dict[str, Any]) -> outbox.Words:
    with translation.override(language):
        text = render_to_string(letter, {**of, "issuer": context.issuer()})
    subject, _, body = text.strip().partition("\n")
    return outbox.Words(occasion(letter), language, subject, body)


def test_the_letters_were_found():
    assert len(LETTERS) >= 22
    assert set(LETTERS) >= FOR_STAFF


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("letter", LETTERS)
def test_no_letter_holds_an_address_and_all_fit_a_phone_with_their_code(letter: str, language: str):
    said = words(letter, language, somebody("김서영", 1_187_400, "CLM-7F3K-29QD"))
    if letter in FOR_STAFF:
        assert links.first_address(said.text)
        return
    # A member of staff is named by their e-mail in one letter to those who watch.
    text = f"{said.subject}\n{said.text}".replace("(1187400@hanbitcard.example)", "")
    assert links.first_address(text) == ""
    assert size_for_phone(said.text) + check_codes.size_in_phone_message(language) < 2000
    assert "{{" not in text
    assert "None" not in text


@pytest.mark.django_db
@pytest.mark.parametrize("letter", LETTERS)
def test_what_leaves_carries_a_code_unless_it_is_one(letter: str):
    said = words(letter, "ko", somebody("김서영", 1_187_400, "CLM-7F3K-29QD"))
    to = Contact("email", "seoyoung@mail.example")
    message = outbox.put(said, to=to, key="a", lane="claim", at=NOON)
    assert (message.code == "") == (occasion(letter) == "one_time_code")
    assert message.code in message.words.text


@pytest.mark.parametrize("letter", LETTERS)
def test_whoever_checks_a_message_reads_what_it_is_about(letter: str):
    for language in ("ko", "en"):
        with translation.override(language):
            assert occasions.name(occasion(letter)) != occasion(letter)


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize(
    ("room", "alike"),
    [("claims", claims.letters.ALIKE), ("lookup", lookup.letters.ALIKE), ("support", support.letters.ALIKE)],
)
def test_a_first_line_that_strangers_are_shown_is_the_same_for_everybody(room: str, alike: set[str], language: str):
    one, other = somebody("김서영", 1_187_400, "CLM-7F3K-29QD"), somebody("Maria Santos", 25, "CLM-2222-2222")
    for letter in (letter for letter in LETTERS if letter.startswith(f"{room}/")):
        same = words(letter, language, one).subject == words(letter, language, other).subject
        if occasion(letter) in alike:
            assert same, letter
    named = {occasion(letter) for letter in LETTERS if letter.startswith(f"{room}/")}
    assert set(alike) <= named

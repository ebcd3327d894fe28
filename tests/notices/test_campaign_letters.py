"""The notice of a leak as people read it: everything the law asks for, no address, and never longer than a phone takes."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.template.loader import get_template
from django.utils import translation

from breachdesk.demo import story
from breachdesk.lib import links
from breachdesk.lib.contacts import Contact
from delivery import filling
from delivery.states import Channel
from delivery.words import LMS_BYTES, phone_channel, size_for_phone
from notices import actions, catalogue, incident_file, ledger, shortening
from notices.letters import HERE_STANDS_THE_NAME, LeakNotice, Reader
from notices.models import Incident, Notice
from notices.states import ContactKind, Member
from tests import cast

pytestmark = pytest.mark.django_db
CARD = "card_number|card_expiry|name|phone|email|ci"


@pytest.fixture
def notice(at: dt.datetime) -> Notice:
    """The demo's third version, published, with its contacts and its tiers."""
    people = {one["email"]: cast.staff(one["name"]) for one in (story.EDITOR, story.APPROVER)}
    facts = incident_file.read(story.corrected(at))
    incident = actions.create_incident(facts=facts, staff=people, by=None, at=at)
    draft = incident.notices.get(state="draft")
    return actions.publish(notice=draft, by=people[story.APPROVER["email"]], at=at)


@pytest.fixture
def letter(notice: Notice) -> LeakNotice:
    return LeakNotice(notice)


def numbers(text: str, mark: str = " ") -> list[int]:
    return [int(line[0]) for line in text.splitlines() if line[:1].isdigit() and line[1:2] == mark]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_text_message_carries_all_seven_items_numbered_and_no_address(letter: LeakNotice, language: str) -> None:
    words = letter.text_message(Reader(language, CARD, "current"), name="김서영")

    assert numbers(words.text) == [1, 2, 3, 4, 5, 6, 7]
    assert links.first_address(f"{words.subject}\n{words.text}") == ""
    assert phone_channel(words) == Channel.LMS
    assert size_for_phone(words.text) <= LMS_BYTES
    assert words.language == language


def test_a_mail_names_the_day_of_its_notice_by_the_clock_of_the_incident(notice: Notice) -> None:
    notice.published_at = dt.datetime(2026, 11, 20, 1, tzinfo=dt.UTC)
    notice.incident.time_zone = "America/New_York"

    assert "3판 (2026년 11월 19일)" in LeakNotice(notice).email(Reader("ko", CARD, "current"), name="김서영").text


def test_a_text_message_says_what_leaked_of_this_person_where_to_ask_and_where_to_look(letter: LeakNotice) -> None:
    text = letter.text_message(Reader("ko", CARD, "current"), name="김서영").text
    first = text.splitlines()[0]

    assert first.startswith("[한빛카드] 바로잡은 개인정보 유출 안내")
    assert first.endswith("3판")
    assert "김*영 님의 정보가 유출됐어요." in text
    assert "김서영" not in text
    assert "1 유출된 정보: 카드번호, 유효기간, 이름, 휴대전화 번호, 이메일, 연계정보(CI)" in text
    assert "1500-0000" in text
    assert "첫 화면의 ‘유출 조회’" in text
    assert "300만 원 이하" in text


def test_two_people_who_lost_different_things_read_different_things(letter: LeakNotice) -> None:
    card = letter.text_message(Reader("ko", CARD, "current"), name="김서영").text
    contact = letter.text_message(Reader("ko", "name|phone|email?", "current"), name="이준호").text

    assert "카드번호, 유효기간" in card
    assert "1 유출된 정보: 이름, 휴대전화 번호 · 유출됐을 수 있는 정보: 이메일" in contact


def test_who_is_only_possibly_affected_is_not_told_that_their_data_leaked(letter: LeakNotice) -> None:
    reader = Reader("ko", "name?|phone?", "current")
    text = letter.text_message(reader, name="박민지").text

    assert "박*지 님의 정보가 유출됐을 수 있어요. 확인하는 대로 다시 알려 드려요." in text
    assert "1 유출됐을 수 있는 정보: 이름, 휴대전화 번호" in text
    assert "유출됐어요" not in text
    assert "유출됐을 수 있어요" in letter.email(reader, name="박민지").subject


@pytest.mark.parametrize("language", ["ko", "en"])
def test_an_e_mail_carries_the_notice_whole(letter: LeakNotice, notice: Notice, language: str) -> None:
    words = letter.email(Reader(language, CARD, "current"), name="김서영")

    assert numbers(words.text, ".")[:1] == [1]
    assert [number for number in range(1, 8) if f"\n{number}. " in words.text] == [1, 2, 3, 4, 5, 6, 7]
    assert "help@hanbitcard.example" in words.text, "here an address to write to may stand"
    assert "http" not in words.text
    with translation.override(language):
        assert shortening.in_one_line(notice.your_rights_ko if language == "ko" else notice.your_rights_en)[
            -20:
        ] in " ".join(words.text.split())


def test_a_child_s_notice_asks_for_the_guardian(letter: LeakNotice) -> None:
    for words in (
        letter.text_message(Reader("ko", "name", Member.MINOR), name="이하나"),
        letter.email(Reader("ko", "name", Member.MINOR), name="이하나"),
    ):
        assert "보호자와 함께 봐 주세요." in words.text
    assert "보호자" not in letter.text_message(Reader("ko", "name", "current"), name="이하나").text


def test_the_letter_goes_by_phone_first_else_by_e_mail(letter: LeakNotice) -> None:
    phone, email = Contact("phone", "+821000000001"), Contact("email", "a@mail.example")

    def way(phone: Contact | None, email: Contact | None) -> str:
        return letter.to(ledger.Record(uuid.uuid4(), "name", "ko", "current", "김서영", phone, email))[0].kind

    assert (way(phone, email), way(phone, None), way(None, email)) == ("phone", "phone", "email")


# -- what is too long, and what must not be in it --------------------------------------------------------------------------


def a_long_notice(incident: Incident, at: dt.datetime) -> Notice:
    long = {f"{field}_{code}": "아주 긴 문장을 적어요. " * 120 for field in law_fields() for code in ("ko", "en")}
    return cast.notice(incident, at=at, number=9, **long)


def law_fields() -> list[str]:
    from notices import law

    return [item.field for item in law.ITEMS]


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("name", ["김", "남궁" * 40, "Wolfeschlegelsteinhausen " * 3])
def test_the_longest_notice_still_fits_with_every_item_named(
    at: dt.datetime, incident: Incident, language: str, name: str
) -> None:
    letter = LeakNotice(a_long_notice(incident, at))
    everything = "|".join(catalogue.ITEMS)

    words = letter.text_message(Reader(language, everything, Member.MINOR), name=name)

    assert size_for_phone(words.text) <= LMS_BYTES
    assert size_for_phone(words.text) > LMS_BYTES * 3 // 4, "no more was taken out than had to be"
    assert numbers(words.text) == [1, 2, 3, 4, 5, 6, 7]
    with translation.override(language):
        line = next(line for line in words.text.splitlines() if line.startswith("1 "))
        assert all(str(item.name)[1:] in line for item in catalogue.ITEMS.values())


def test_an_e_mail_is_not_shortened(at: dt.datetime, incident: Incident) -> None:
    words = LeakNotice(a_long_notice(incident, at)).email(Reader("ko", "name", "current"), name="김서영")

    assert words.text.count("아주 긴 문장을 적어요.") == 6 * 120
    assert shortening.MORE not in words.text


def test_an_address_in_the_notice_is_named_as_being_in_the_notice(at: dt.datetime, incident: Incident) -> None:
    notice = cast.notice(
        incident, at=at, number=9, what_to_do_ko="금융감독원(pd.fss.or.kr)에 등록하세요. https://x.example/a?b"
    )
    letter = LeakNotice(notice)

    for words in (
        letter.text_message(Reader("ko", "name", "current"), name="김서영"),
        letter.email(Reader("ko", "name", "current"), name="김서영"),
    ):
        assert "pd.fss" not in words.text
        assert "https" not in words.text
        assert "금융감독원(안내문에 적힌 주소)에 등록하세요." in words.text


def test_items_that_leave_no_room_for_the_rest_are_refused(at: dt.datetime, incident: Incident) -> None:
    incident.extra_items = [
        {"code": f"x{n}", "name_ko": "아주 긴 유출 항목의 이름" * 4, "name_en": "x", "group": "internal"}
        for n in range(30)
    ]
    incident.save()
    notice = cast.notice(incident, at=at, number=9)
    everything = "|".join(f"x{n}" for n in range(30))

    with pytest.raises(ValueError, match=r"few|most"):
        LeakNotice(notice).text_message(Reader("ko", everything, "current"), name="김서영")


def test_a_contact_point_with_an_address_is_left_out_of_a_text_message(at: dt.datetime, incident: Incident) -> None:
    incident.contact_points.create(
        position=1, kind=ContactKind.EMAIL, name_ko="메일", name_en="Mail", value="a@b.example"
    )
    incident.contact_points.create(
        position=2, kind=ContactKind.PHONE, name_ko="전화", name_en="Phone", value="1500-0000"
    )
    letter = LeakNotice(cast.notice(incident, at=at, number=9))

    assert "a@b.example" in letter.email(Reader("ko", "name", "current"), name="김서영").text
    assert "전화 1500-0000" in letter.text_message(Reader("ko", "name", "current"), name="김서영").text


# -- shortening ------------------------------------------------------------------------------------------------------------


def test_whole_sentences_go_first_and_only_from_the_longest() -> None:
    texts = ["하나예요. 둘이에요. 셋이에요.", "짧아요."]

    assert shortening.fit(texts, room=100, size=len) == texts
    assert shortening.fit(texts, room=len(texts[0]) + 3, size=len) == ["하나예요. 둘이에요.…", "짧아요."]


def test_what_cannot_fit_is_said_to() -> None:
    with pytest.raises(ValueError, match="few"):
        shortening.fit(["가" * 50, "나" * 50], room=10, size=len)


def test_marks_of_lists_are_not_read_as_numbers_of_items() -> None:
    assert shortening.in_one_line("1. **카드**를 멈춰요.\n2. 살펴봐요.\n\n- 끝") == "카드를 멈춰요. 살펴봐요. 끝"


@pytest.mark.parametrize("language", ["ko", "en"])
def test_it_fills_the_template_that_kakao_is_given(letter: LeakNotice, language: str) -> None:
    words = letter.text_message(Reader(language, CARD, Member.CURRENT), name="김하늘")
    template = get_template(f"delivery/alimtalk/leak_notice.{language}.txt").render().strip()
    assert set(filling.places(template)) <= {*words.variables, filling.CHECK_CODE} == {*filling.PLACES["leak_notice"]}
    made = filling.as_alimtalk(words, text=template, code="KA01", check_code="VRF-2345-6789-BC")
    assert len(made.text) <= filling.LONGEST
    assert "#{" not in made.text
    assert words.variables["이름"] == "김*늘"
    assert HERE_STANDS_THE_NAME not in made.text

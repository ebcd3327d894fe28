"""The page of contact points, asking with and without a proof, and reading the answer after one."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from delivery.models import Message
from notices.models import ContactPoint, Incident, OpeningHours, SpecialHours
from notices.states import ContactKind
from support import contacting, inquiring, rules
from support.models import Inquiry, Satisfaction
from tests import cast, staff
from tests.claims.conftest import JUNHO, SEOYOUNG, browse, prove

pytestmark = pytest.mark.django_db
# A Friday, 14:21 in Seoul.
FRIDAY = dt.datetime(2026, 11, 20, 5, 21, tzinfo=dt.UTC)
ASKED = {"kind": "happened", "words": "모르는 결제가 있어요", "contact": "010-0000-1234"}
FORM = "5d7b6a53-9a5c-4c2b-8f57-0d8c6c7a9d10"


@pytest.fixture
def incident(time_machine) -> Incident:
    time_machine.move_to(FRIDAY, tick=False)
    made = cast.incident(at=FRIDAY)
    cast.notice(made, at=FRIDAY - rules.DAY)
    cast.listed(made, SEOYOUNG, JUNHO, at=FRIDAY - rules.HOUR)
    return made


def point(
    incident: Incident, kind: ContactKind, name: str, *opens: str, position: int, **fields: object
) -> ContactPoint:
    made = ContactPoint.objects.create(
        incident=incident, kind=kind, name_ko=name, name_en=name, position=position, **{"value": "1500-0000", **fields}
    )
    for weekday in range(5):
        for span in opens:
            start, end = (dt.time.fromisoformat(each) for each in span.split("-"))
            OpeningHours.objects.create(contact_point=made, weekday=weekday, opens=start, closes=end)
    return made


def test_open_ones_come_first_and_a_closed_one_says_when_it_opens(incident: Incident):
    point(incident, ContactKind.BRANCH, "카드센터", "09:00-12:00", position=1)
    point(incident, ContactKind.PHONE, "전화 상담", "09:00-12:00", "13:00-18:00", position=2, in_help_strip=True)
    point(incident, ContactKind.PHONE, "분실 신고", position=3, always_open=True)
    noon = point(incident, ContactKind.KAKAO, "카카오톡", "09:00-12:00", "15:00-18:00", position=4)
    SpecialHours.objects.create(contact_point=noon, day=FRIDAY.date() + rules.DAY, opens=None, closes=None)
    shown = [(each.point.name_ko, each.tag) for each in contacting.channels(incident, at=FRIDAY)]
    assert shown == [
        ("전화 상담", "지금 열려 있어요"),
        ("분실 신고", "24시간"),
        ("카드센터", "닫힘 · 월요일 09:00에 열어요"),
        ("카카오톡", "닫힘 · 오늘 15:00에 열어요"),
    ]
    html = Client().get("/support/").content.decode()
    assert html.index("지금 열려 있어요") < html.index("24시간") < html.index("닫힘")
    assert "11월 21일 (토) 쉬어요" in html
    assert "11월 23일 (월) 오후 6시까지" in html


def test_the_waiting_time_is_shown_with_its_moment_and_gone_after_half_an_hour(incident: Incident, time_machine):
    phone = point(incident, ContactKind.PHONE, "전화 상담", "09:00-18:00", position=1, in_help_strip=True)
    contacting.say_waiting(point=phone, minutes=4, by=staff.member("intake"), at=FRIDAY)
    assert "기다리는 시간 약 4분" in (html := Client().get("/support/").content.decode())
    assert "(14:21 상담센터 입력)" in html
    time_machine.move_to(FRIDAY + rules.WAITING_STAYS_FRESH, tick=False)
    assert "기다리는 시간" not in Client().get("/support/").content.decode()


def test_the_numbers_go_into_the_phone_s_contacts(incident: Incident):
    point(incident, ContactKind.PHONE, "전화 상담; 24시간", position=1)
    answer = Client().get("/support/of/demo/card.vcf")
    assert answer["Content-Type"] == "text/vcard; charset=utf-8"
    assert max(len(line) for line in answer.content.split(b"\r\n")) <= 75
    lines = answer.content.decode().replace("\r\n ", "").split("\r\n")
    assert lines[0] == "BEGIN:VCARD"
    assert "item1.TEL;TYPE=WORK:1500-0000" in lines
    assert "item1.X-ABLabel:전화 상담\\; 24시간" in lines


def test_whoever_asked_without_a_proof_reads_the_answer_after_one(incident: Incident):
    stranger = Client()
    answer = stranger.post("/support/ask/", ASKED | {"form": FORM})
    inquiry = Inquiry.objects.get()
    assert inquiry.reference in answer.content.decode()
    assert "010-••••-1234" in answer.content.decode()
    stranger.post("/support/ask/", ASKED | {"form": FORM})
    assert Inquiry.objects.count() == 1, "sent twice, it is one"
    inquiring.answer(inquiry=inquiry, text="카드를 멈춰 주세요", by=staff.member("intake"), at=FRIDAY)
    path = f"/support/inquiries/{inquiry.reference}/"
    assert stranger.get(path).status_code == 302
    assert browse(prove(JUNHO)).get(path).status_code == 404
    hers = browse(prove(SEOYOUNG))
    assert inquiry.reference in hers.get("/support/inquiries/").content.decode()
    assert "카드를 멈춰 주세요" in hers.get(path).content.decode()
    assert hers.post(path, {"words": "고마워요. 하나 더요", "form": FORM}).status_code == 302
    inquiry.refresh_from_db()
    assert inquiry.state == "waiting"
    hers.post(f"{path}rate/", {"rating": "good"})
    assert not Satisfaction.objects.exists(), "nobody is asked before it is closed"
    hers.post(f"{path}close/")
    hers.post(f"{path}rate/", {"rating": "some"})
    hers.post(f"{path}rate/", {"rating": "some", "words": "빨랐어요"})
    hers.post(f"{path}rate/", {"rating": "good"})
    said = Satisfaction.objects.get()
    assert (said.rating, said.words) == ("good", "빨랐어요")
    closed = hers.post(path, {"words": "그리고 이것도요"})
    assert closed.status_code == 409
    assert "그리고 이것도요" in closed.content.decode(), "nothing typed is lost"


def test_a_proven_person_s_inquiry_is_theirs_alone_with_its_picture(incident: Incident):
    drawn = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(drawn, "PNG")
    hers = browse(prove(SEOYOUNG))
    picture = SimpleUploadedFile("결제.png", drawn.getvalue(), "image/png")
    answer = hers.post("/support/ask/", {"kind": "other", "words": "이거요", "form": FORM, "attached": picture})
    inquiry = Inquiry.objects.get()
    assert answer["Location"] == f"/support/inquiries/{inquiry.reference}/"
    assert inquiry.person is not None
    path = f"{answer['Location']}files/{inquiry.posts.get().attachments.get().pk}/"
    assert b"".join(hers.get(path).streaming_content).startswith(b"\x89PNG")
    assert browse(prove(JUNHO)).get(path).status_code == 404


def test_what_is_wrong_is_named_and_what_was_typed_stays(incident: Incident):
    answer = Client().post("/support/ask/", {"words": "오래 적은 글", "contact": "02-123-4567"})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "오래 적은 글" in html
    assert "무엇이 궁금한지 하나를 골라 주세요" in html
    assert "이 번호로는 문자를 보낼 수 없어요" in html
    assert not Inquiry.objects.exists()
    paper = SimpleUploadedFile("글.docx", b"PK\x03\x04", "application/zip")
    answer = Client().post("/support/ask/", ASKED | {"form": FORM, "attached": paper})
    assert answer.status_code == 422
    assert "‘글.docx’" in answer.content.decode()
    assert not Inquiry.objects.exists()


def test_one_contact_is_written_to_only_so_often(incident: Incident):
    for number in range(rules.INQUIRIES_A_DAY.allowance):
        assert Client().post("/support/ask/", ASKED | {"words": f"{number}"}).status_code == 200
    refused = Client().post("/support/ask/", ASKED | {"words": "여섯 번째"})
    assert refused.status_code == 429
    assert "여섯 번째" in refused.content.decode()
    assert Message.objects.filter(key__startswith="inquiry-received").count() == rules.INQUIRIES_A_DAY.allowance

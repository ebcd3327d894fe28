"""Fakes are reported without login, read at the desk without a link to slip on, settled, and forgotten in time."""

from __future__ import annotations

import datetime as dt
import html
import re
import uuid
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client

from breachdesk.audit.models import Event
from breachdesk.files.models import StoredFile
from breachdesk.lib import links, references
from breachdesk.verify import actions, health, rules
from breachdesk.verify.models import FakeReport
from breachdesk.verify.states import Fake
from delivery import check_codes
from tests import staff
from tests.house import hostile
from tests.verify.conftest import Sent

pytestmark = pytest.mark.django_db
ROOTS = ["", "/en"]
FAKE = "[한빛카드] 김서영 님 보상금 30만원 수령: https://hanbit-card.example.top/pay 또는 010-9999-8888"


def shown(page: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())


def post(client: Client, root: str = "", **fields: Any) -> Any:
    given = {
        "form": str(uuid.uuid4()),
        "way": "text",
        "harm": "none",
        "words": FAKE,
        "sender": "010-9999-8888",
    } | fields
    return client.post(f"{root}/verify/report/", given)


def report(client: Client, **fields: Any) -> FakeReport:
    page = post(client, **fields)
    assert page.status_code == 200, shown(page)
    return FakeReport.objects.latest("pk")


def desk(*roles: str, name: str = "") -> Client:
    return staff.sign_in(Client(), staff.member(*roles, name=name))


def act(client: Client, one: FakeReport, what: str, **fields: str) -> Any:
    one.refresh_from_db()
    return client.post(f"/admin/fakes/{one.reference}/act/", {"act": what, "version": str(one.version), **fields})


# Reporting.


@pytest.mark.parametrize("root", ROOTS)
def test_a_fake_is_reported_by_nobody_in_particular(client: Client, root: str) -> None:
    form = client.get(f"{root}/verify/report/").content.decode()
    number = re.search(r'name="form" value="([0-9a-f-]{36})"', form)
    assert number is not None
    page = post(client, root, form=number[1], contact="seoyoung@mail.example")
    one = FakeReport.objects.get()
    assert page.status_code == 200
    assert one.reference in shown(page)
    assert references.is_valid(one.reference)
    assert (one.words, one.sender, one.contact and one.contact.value) == (
        FAKE,
        "010-9999-8888",
        "seoyoung@mail.example",
    )
    assert (one.state, one.language, one.bears_our_code) == (Fake.RECEIVED, root.strip("/") or "ko", False)
    assert "sessionid" not in page.cookies
    assert Event.objects.get(kind="verify.fake_reported").about == f"fake:{one.reference}"


def test_the_same_form_twice_is_one_report_and_other_words_are_another(client: Client) -> None:
    number = str(uuid.uuid4())
    first, second, third = (post(client, form=number, words=words) for words in ("하나", "하나", "둘"))
    assert FakeReport.objects.count() == 2
    assert [re.findall(r"FAK-\w{4}-\w{4}", shown(page))[0] for page in (first, second)] == [
        FakeReport.objects.earliest("pk").reference
    ] * 2
    assert FakeReport.objects.latest("pk").reference in shown(third)


def test_a_picture_is_checked_kept_sealed_and_a_bad_one_loses_no_words(client: Client) -> None:
    bad = post(client, picture=SimpleUploadedFile("a.png", b"MZ\x90\x00 not a picture"), words="그대로")
    assert bad.status_code == 422
    assert "그대로" in bad.content.decode()
    assert "화면 사진은 다시 골라 주세요" in shown(bad)
    assert not FakeReport.objects.exists()
    one = report(client, picture=SimpleUploadedFile("a.png", hostile.png()), words="", sender="")
    assert one.picture is not None
    assert one.picture.content_type == "image/png"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"words": "", "sender": ""}, "받은 내용이나 보낸 번호를 적거나"),
        ({"way": ""}, "어떻게 왔는지 하나를 골라 주세요"),
        ({"harm": "everything"}, "지금까지 무엇을 했는지"),
        ({"contact": "내 전화"}, "휴대전화 번호나 이메일 주소를 적거나 비워 두세요"),
        ({"words": "가" * 3001}, "너무 길어요"),
        ({"sender": "1" * 101}, "너무 길어요"),
        ({"sender": "\0"}, "읽을 수 없는 글자"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_typed_is_lost(client: Client, fields: dict[str, str], said: str) -> None:
    page = post(client, **{"words": "남아 있을 글", **fields})
    assert page.status_code == 422
    assert said in shown(page)
    if "words" not in fields:
        assert "남아 있을 글" in page.content.decode()
    assert not FakeReport.objects.exists()


def test_a_lost_form_number_and_odd_words_are_no_error(client: Client) -> None:
    for words in ("<script>alert(1)</script>", "{{ 7*7 }}", "😀" * 50, "' OR 1=1 --"):
        page = post(client, form="not a number", words=words)
        assert page.status_code == 200
        assert "<script>alert" not in page.content.decode()


def test_whoever_has_already_pressed_is_led_to_what_to_do(client: Client) -> None:
    assert 'button-solid gap" href="/verify/pressed/"' in post(client, harm="paid").content.decode()
    assert "/verify/pressed/" not in post(client, harm="none").content.decode()


def test_a_copied_code_of_ours_is_noticed(client: Client, sent: Sent) -> None:
    assert "보낸 메시지의 것이에요" in shown(post(client, words=f"{FAKE}\n확인 코드 {sent().code}"))
    assert FakeReport.objects.latest("pk").bears_our_code
    assert not report(client, words=f"{FAKE} {check_codes.new()}").bears_our_code


def test_too_many_from_one_network_wait(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "REPORTS_PER_NETWORK", rules.Budget("verify.report.network", 2, rules.HOUR))
    assert [post(client).status_code for _ in range(2)] == [200, 200]
    page = post(client, words="남아 있을 글")
    assert page.status_code == 429
    assert page["Retry-After"]
    assert "남아 있을 글" in page.content.decode()


def test_other_methods_and_strangers_sites_are_refused(client: Client) -> None:
    assert client.delete("/verify/report/").status_code == 405
    assert post(Client(enforce_csrf_checks=True)).status_code == 403
    assert not FakeReport.objects.exists()


def test_nothing_typed_can_be_read_in_the_table(client: Client) -> None:
    one = report(client, contact="seoyoung@mail.example")
    with connection.cursor() as cursor:
        cursor.execute("SELECT f::text, sealed_words, sealed_sender, sealed_contact FROM verify_fakereport f")
        row, *sealed = cursor.fetchone()
    everything = row.encode() + b"".join(bytes(each) for each in sealed)
    for typed in ("김서영", "hanbit-card", "9999", "seoyoung"):
        assert typed.encode() not in everything
    assert not Event.objects.filter(data__icontains="9999").exists()
    assert one.sender_hash is not None


@pytest.mark.parametrize("typed", ["+82 10-9999-8888", "010 9999 8888", "01099998888", "０１０-9999-8888"])
def test_one_sender_however_it_is_typed_is_one(typed: str) -> None:
    assert rules.sender_key(typed) == rules.sender_key("010-9999-8888")
    assert rules.sender_key(typed) != rules.sender_key("010-9999-8887")


# At the desk.


def test_staff_read_it_masked_and_can_open_no_address_in_it(client: Client) -> None:
    one = report(client, contact="seoyoung@mail.example")
    intake = desk("intake")
    page = intake.get(f"/admin/fakes/{one.reference}/").content.decode()
    for hidden in ("김서영", "9999", "seoyoung@"):
        assert hidden not in page
    assert "8888" in page
    assert "https[://]hanbit-card[.]example[.]top/pay" in page
    assert "hanbit-card.example" not in page
    assert "hanbit-card" not in "".join(re.findall(r'(?:href|src|action)="[^"]*"', page))


def test_opening_it_wants_a_reason_and_is_on_record(client: Client) -> None:
    one = report(client, contact="seoyoung@mail.example", picture=SimpleUploadedFile("a.png", hostile.png()))
    officer, path = desk("privacy_officer"), f"/admin/fakes/{one.reference}/"
    assert act(officer, one, "reveal").status_code == 422
    assert not Event.objects.filter(kind="verify.fake_revealed").exists()
    opened = act(officer, one, "reveal", reason="block").content.decode()
    for said in (
        "김서영",
        "010-9999-8888",
        "seoyoung[@]mail[.]example" if "[@]" in opened else "seoyoung@mail.example",
    ):
        assert said in opened
    assert (
        links.first_address(
            re.sub(r"<[^>]+>|seoyoung@mail.example|\S+@hanbitcard.example", " ", opened.split("<main")[-1])
        )
        == ""
    )
    assert Event.objects.get(kind="verify.fake_revealed").data == {"reason": "block"}
    assert "김서영" not in officer.get(path).content.decode()
    picture = officer.get(f"{path}picture/")
    assert picture["Content-Type"] == "image/png"
    assert b"".join(picture.streaming_content)[:4] == b"\x89PNG"
    assert Event.objects.filter(kind="verify.fake_picture_seen").count() == 1


def test_the_queue_groups_by_sender_and_finds_by_it(client: Client) -> None:
    ones = [report(client, words=f"가짜 {n}") for n in range(3)]
    report(client, sender="02-123-4567")
    intake = desk("intake")
    page = shown(intake.get("/admin/verify/fakereport/"))
    assert page.count("3건") == 3
    assert "9999" not in page
    found = shown(intake.get("/admin/verify/fakereport/?q=010-9999-8888"))
    assert all(one.reference in found for one in ones)
    assert "02-123" not in found
    assert ones[0].reference in shown(intake.get(f"/admin/verify/fakereport/?q={ones[0].reference}"))


def test_what_was_done_is_written_for_all_of_one_sender_at_once(client: Client) -> None:
    ones, other = [report(client, words=f"가짜 {n}") for n in range(3)], report(client, sender="02-123-4567")
    intake = desk("intake", name="이보람")
    assert act(intake, ones[0], "settle", to="").status_code == 422
    act(intake, ones[0], "settle", to="passed_on", note="118에 알림", with_alike="on")
    assert [FakeReport.objects.get(pk=one.pk).state for one in ones] == [Fake.PASSED_ON] * 3
    other.refresh_from_db()
    assert other.state == Fake.RECEIVED
    page = shown(intake.get(f"/admin/fakes/{ones[2].reference}/"))
    assert "118에 알림" in page
    assert "이보람" in page
    again = act(intake, ones[0], "settle", to="closed")
    assert again.status_code == 302
    act(intake, ones[0], "reopen")
    ones[0].refresh_from_db()
    assert (ones[0].state, ones[0].settled_by, ones[0].moves.count()) == (Fake.RECEIVED, None, 3)


def test_a_page_that_grew_old_does_nothing(client: Client) -> None:
    one = report(client)
    first, second = desk("intake"), desk("intake")
    act(first, one, "settle", to="closed")
    act(first, one, "reopen")
    late = second.post(f"/admin/fakes/{one.reference}/act/", {"act": "settle", "version": "1", "to": "ours"})
    assert late.status_code == 409
    one.refresh_from_db()
    assert one.state == Fake.RECEIVED


def test_other_roles_only_look_or_not_even_that(client: Client) -> None:
    one = report(client, picture=SimpleUploadedFile("a.png", hostile.png()))
    path = f"/admin/fakes/{one.reference}/"
    auditor = desk("auditor")
    assert auditor.get(path).status_code == 200
    assert act(auditor, one, "settle", to="closed").status_code == 403
    assert auditor.get(f"{path}picture/").status_code == 403
    for role in ("reviewer", "payer", "notice_editor", "account_admin"):
        stranger = desk(role)
        assert stranger.get(path).status_code == 403
        assert stranger.get("/admin/verify/fakereport/").status_code == 403
    assert client.get(path).status_code == 302
    intake = desk("intake")
    assert intake.get("/admin/fakes/FAK-2222-2222/").status_code == 404
    assert intake.post(path).status_code == 405
    assert intake.get(f"{path}act/")["Location"] == path
    assert act(intake, one, "sing").status_code == 404
    assert intake.get("/admin/fakes/FAK-2222-2222/picture/").status_code == 404


# Retention.


def test_after_half_a_year_what_was_typed_and_the_picture_are_gone(client: Client, at: dt.datetime) -> None:
    kept = settings.FAKE_REPORTS_KEPT
    one = report(client, contact="seoyoung@mail.example", picture=SimpleUploadedFile("a.png", hostile.png()))
    act(desk("intake"), one, "settle", to="passed_on", note="118")
    late = at + kept + dt.timedelta(days=1)
    assert actions.forget_reports(at=at + kept - dt.timedelta(days=1)) == 0
    assert health.forgetting(at=late + health.FORGOTTEN_WITHIN) != ""
    assert actions.forget_reports(at=late) == 1
    assert health.forgetting(at=late + health.FORGOTTEN_WITHIN) == ""
    assert actions.forget_reports(at=late) == 0
    one.refresh_from_db()
    assert (one.words, one.sender, one.contact, one.note, one.sender_hash, one.picture) == (
        "",
        "",
        None,
        "",
        None,
        None,
    )
    assert (one.state, one.way) == (Fake.PASSED_ON, "text")
    assert not StoredFile.objects.exists()
    assert "보관 기간이 지나" in shown(desk("intake").get(f"/admin/fakes/{one.reference}/"))


def test_the_database_refuses_a_settled_one_that_nobody_settled(client: Client) -> None:
    one = report(client)
    with pytest.raises(IntegrityError, match="settled_by_somebody"), transaction.atomic():
        FakeReport.objects.filter(pk=one.pk).update(state=Fake.CLOSED)

"""The ladder and the ledger at the desk: who sees and does what, and the pages in a browser."""

from __future__ import annotations

import csv
import datetime as dt
import io

import pytest
from django.test import Client

from breachdesk.accounts.models import User
from breachdesk.audit.models import Event
from delivery.models import Message
from delivery.states import State
from notices import campaigning, climbing, exporting, laddering, wrong_person
from notices.audience import Choice
from notices.campaign_models import Campaign, Telling
from notices.export_models import LedgerExport
from notices.ladder_models import Attempt, Ladder
from notices.models import Incident
from notices.states import ProposalEnd, TellingState
from tests import cast, staff
from tests.browser import People, assert_accessible, picture
from tests.notices.conftest import person
from tests.notices.test_climbing import on, settle

pytestmark = pytest.mark.django_db
MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
LEDGER = "/admin/notices/ledger/"


def inside(role: str) -> tuple[Client, User]:
    user = staff.member(role)
    return staff.sign_in(Client(), user), user


@pytest.fixture
def campaign(incident: Incident, at: dt.datetime) -> Campaign:
    cast.listed(incident, person(1), person(2, phone=""), person(3, phone="", email=""), at=at)
    notice = cast.notice(incident, at=at)
    prepared = campaigning.prepare(notice=notice, choice=Choice(), by=cast.staff("Writer"), at=at)
    return campaigning.release(campaign=prepared, by=cast.staff("Officer"), at=at)


def form(**changes: str) -> dict[str, str]:
    given = {
        "act": "propose",
        "reason": "알림톡을 쓰지 않아요.",
        "alimtalk_place": "",
        "alimtalk_wait": "30",
        "sms_place": "2",
        "sms_wait": "120",
        "email_place": "1",
        "email_wait": "60",
        "email_silence": "12",
        "letter_place": "3",
        "letter_silence": "336",
    }
    return {**given, **changes}


# -- the ladder -----------------------------------------------------------------------------------------------------------


def test_one_proposes_another_confirms_and_a_released_campaign_keeps_its_own(
    campaign: Campaign, incident: Incident, at: dt.datetime
) -> None:
    editor, _ = inside("notice_editor")
    officer, _ = inside("privacy_officer")
    page = f"/admin/notices/incident/{incident.pk}/ladder/"
    assert editor.post(page, form()).status_code == 302
    proposal = Ladder.objects.get(number=1)
    assert [rung.way for rung in proposal.rungs.all()] == ["email", "sms", "letter", "posting"]
    assert editor.post(page, {"act": "confirm", "proposal": proposal.pk}).status_code == 403
    officer.post(page, {"act": "confirm", "proposal": proposal.pk})

    assert laddering.in_force(incident) == proposal
    campaign.refresh_from_db()
    assert campaign.ladder is not None
    assert campaign.ladder.number == 0, "it was released before"
    told = Event.objects.filter(kind__startswith="notices.ladder_").order_by("pk").values_list("kind", flat=True)
    assert list(told) == ["notices.ladder_proposed", "notices.ladder_approved"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reason": ""}, "왜 그렇게 하는지 적어 주세요"),
        ({"sms_place": "1"}, "두 방법이 같은 차례예요"),
        ({"email_place": "", "sms_place": "", "letter_place": ""}, "한 사람씩 알리는 방법이 하나는 있어야 해요"),
        ({"email_wait": "0"}, "1"),
        ({"email_silence": ""}, "필수"),
    ],
)
def test_what_is_wrong_with_a_ladder_is_said_and_nothing_typed_is_lost(
    change: dict[str, str], said: str, incident: Incident
) -> None:
    editor, _ = inside("notice_editor")
    answer = editor.post(f"/admin/notices/incident/{incident.pk}/ladder/", form(**{"sms_wait": "77", **change}))
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert 'value="77"' in answer.content.decode()
    assert not Ladder.objects.exists()


def test_an_auditor_sees_the_ladder_and_changes_nothing(incident: Incident) -> None:
    auditor, _ = inside("auditor")
    page = f"/admin/notices/incident/{incident.pk}/ladder/"
    assert "기본 순서를 써요" in auditor.get(page).content.decode()
    assert auditor.post(page, form()).status_code == 403
    assert inside("payer")[0].get(page).status_code in (403, 404)


# -- the ledger -----------------------------------------------------------------------------------------------------------


def test_one_person_is_found_by_an_exact_contact_with_a_reason_and_nothing_of_it_is_written_down(
    campaign: Campaign, incident: Incident, at: dt.datetime
) -> None:
    on(campaign, at)
    clerk, _ = inside("intake")
    asked = {"incident": incident.pk, "contact": "010-0000-0001", "reason": "고객센터 문의 1042"}
    assert clerk.post(LEDGER, {**asked, "reason": ""}).status_code == 422
    assert clerk.post(LEDGER, {**asked, "contact": "010-0000"}).status_code == 422
    assert not Event.objects.filter(kind="notices.ledger_searched").exists()

    shown = clerk.post(LEDGER, asked).content.decode()
    found = Telling.objects.get(channel="lms")
    assert f"{LEDGER}{found.pk}/" in shown
    assert "0000-0001" not in shown.split("한 사람 찾기")[0], "masked where it is an answer"
    event = Event.objects.get(kind="notices.ledger_searched")
    assert event.data == {"reason": "고객센터 문의 1042", "way": "phone", "lines": 1}
    assert "장부에 없어요" in clerk.post(LEDGER, {**asked, "contact": "010-0000-9999"}).content.decode()

    line = clerk.get(f"{LEDGER}{found.pk}/").content.decode()
    assert "긴 문자" in line
    assert "+821000000001" not in line
    assert Event.objects.filter(kind="notices.ledger_line_read").count() == 1
    assert inside("payer")[0].get(LEDGER).status_code == 403


def test_a_contact_that_is_another_person_s_is_never_used_again_for_that_person(
    campaign: Campaign, incident: Incident, at: dt.datetime
) -> None:
    on(campaign, at)
    settle(State.DELIVERED, at, channel="lms")
    on(campaign, at + MINUTE)
    line = Telling.objects.get(channel="lms")
    assert line.state == TellingState.PROVEN
    clerk, user = inside("intake")
    attempt = Attempt.objects.get(line=line)
    wrong = f"{LEDGER}{line.pk}/not-theirs/"
    assert clerk.post(wrong, {"attempt": attempt.pk, "reason": " "}).status_code == 422
    clerk.post(wrong, {"attempt": attempt.pk, "reason": "받은 분이 자기가 아니래요."})

    line.refresh_from_db()
    attempt.refresh_from_db()
    assert (line.state, line.reason, attempt.outcome) == (TellingState.WAITING, "wrong_person", "wrong")
    on(campaign, at + 2 * MINUTE)
    assert set(Message.objects.values_list("channel", flat=True)) == {"lms", "email"}
    with pytest.raises(wrong_person.AlreadyMarked):
        wrong_person.mark(attempt=attempt, reason="또", by=user, at=at)

    later = cast.notice(incident, at=at + DAY, number=2)
    prepared = campaigning.prepare(notice=later, choice=Choice(), by=cast.staff("Writer"), at=at + DAY)
    second = campaigning.release(campaign=prepared, by=cast.staff("Officer"), at=at + DAY)
    on(second, at + DAY)
    told = Message.objects.filter(about=second.about).order_by("key")
    assert {message.recipient.value for message in told} == {"p1@mail.example", "p2@mail.example"}


def test_the_ledger_as_a_file_takes_two_people_and_goes_after_a_week(
    campaign: Campaign, incident: Incident, at: dt.datetime
) -> None:
    on(campaign, at)
    editor, _ = inside("notice_editor")
    officer, _ = inside("privacy_officer")
    act = f"{LEDGER}export/{incident.pk}/"
    editor.post(act, {"act": "ask", "reason": "개인정보위 자료 요구"})
    export = LedgerExport.objects.get()
    assert editor.post(act, {"act": "confirm", "export": export.pk}).status_code == 403
    assert not exporting.make_next(at=at)
    another, _ = inside("notice_editor")
    refused = another.post(act, {"act": "withdraw", "export": export.pk}, follow=True).content.decode()
    assert "요청은 달라고 한 사람만 거둘 수 있어요." in refused
    officer.post(act, {"act": "confirm", "export": export.pk})
    assert exporting.make_next(at=at)

    assert "받을 파일이 없어요" not in officer.get(LEDGER).content.decode()
    answer = officer.post(act, {"act": "take", "export": export.pk, "reason": "제출"})
    content = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(content)))
    assert {(row["state"], row["channel"], row["outcome"]) for row in rows} == {
        ("put", "lms", "put"),
        ("put", "email", "put"),
        ("no_contact", "posting", "taken"),
    }
    assert len({row["person"] for row in rows}) == 3
    assert not any(
        secret in content for secret in ("김서영", "p1@", "0000", str(Telling.objects.order_by("pk")[0].person_key))
    )
    assert Event.objects.filter(kind="notices.ledger_export_taken").count() == 1

    assert exporting.forget_exports(at=at + 6 * DAY) == 0
    assert exporting.forget_exports(at=at + 8 * DAY) == 1
    with pytest.raises(exporting.NoFile):
        exporting.take(export=LedgerExport.objects.get(), reason="또", by=cast.staff("Officer"), at=at + 8 * DAY)


def test_the_ledger_counts_what_the_first_page_counts(campaign: Campaign, at: dt.datetime) -> None:
    on(campaign, at)
    settle(State.ACCEPTED, at, channel="email")
    settle(State.DELIVERED, at, channel="lms")
    climbing.pull_outcomes(at=at + MINUTE)
    officer, _ = inside("privacy_officer")
    ledger, first = (" ".join(officer.get(page).content.decode().split()) for page in (LEDGER, "/admin/"))
    assert '<p class="big">2<span' in ledger
    assert '<p class="big">2<span' in first
    assert "나갔고 도착한 증거를 기다림" in ledger


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("prefix", "width"), [("", 390), ("/en", 1280), ("/en", 390), ("", 1280)])
def test_the_pages_in_a_browser(
    campaign: Campaign, incident: Incident, people: People, prefix: str, width: int, at: dt.datetime
) -> None:
    on(campaign, at)
    settle(State.FAILED, at, channel="lms")
    on(campaign, at + MINUTE)
    rungs = laddering.rungs_of(campaign.ladder)[1:]
    made = laddering.propose(incident=incident, rungs=rungs, reason="알림톡 없이", by=cast.staff("Writer"), at=at)
    laddering.close(ladder=made, as_=ProposalEnd.SENT_BACK, by=cast.staff("Officer"), at=at)
    line = Telling.objects.filter(attempts__channel="lms").get()
    page = people.come(width=width)
    key = staff.sign_in(Client(), staff.member("notice_editor", "intake")).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": people.site.url}])
    for name, address in (
        ("ladder", f"/admin/notices/incident/{incident.pk}/ladder/"),
        ("ledger", LEDGER),
        ("line", f"{LEDGER}{line.pk}/"),
        ("campaign", f"/admin/notices/campaign/{campaign.pk}/change/"),
    ):
        page.goto(f"{prefix}{address}")
        assert_accessible(page)
        picture(page, f"ladder-{name}{prefix.replace('/', '-')}-{width}")
    assert people.complaints == []

"""Campaigns at the desk: each role sees its half, every button asks first, and what is shown of people is masked."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from breachdesk.accounts.models import User
from delivery.models import Message
from delivery.terms import Terms
from notices import campaigning, rules
from notices.audience import Choice
from notices.campaign_models import Campaign, Telling
from notices.models import ContactPoint, Incident, Notice
from notices.states import CampaignState
from tests import cast, staff
from tests.browser import assert_accessible, picture
from tests.notices.conftest import person

pytestmark = pytest.mark.django_db
NEW = "/admin/notices/campaign/add/"
LIST = "/admin/notices/campaign/"


@pytest.fixture
def notice(incident: Incident, at: dt.datetime) -> Notice:
    for number, name, any_of in ((1, "카드", ["card_number"]), (2, "연락처", [])):
        incident.tiers.create(number=number, name_ko=name, name_en=name, any_of=any_of, advice_ko="", advice_en="")
    cast.listed(
        incident,
        *(person(n) for n in range(1, 8)),
        person(8, items="card_number|name", language="en"),
        person(9, phone=""),
        person(10, phone="", email=""),
        person(11, member="deceased"),
        at=at,
    )
    return cast.notice(incident, at=at)


@pytest.fixture
def editor(db: None) -> User:
    return staff.member("notice_editor", name="이작성")


@pytest.fixture
def officer(db: None) -> User:
    return staff.member("privacy_officer", name="정하윤")


@pytest.fixture
def prepared(notice: Notice, editor: User, at: dt.datetime) -> Campaign:
    return campaigning.prepare(notice=notice, choice=Choice(), by=editor, at=at)


def inside(user: User, **how: float) -> Client:
    return staff.sign_in(Client(), user, **how)


def page(campaign: Campaign) -> str:
    return f"{LIST}{campaign.pk}/change/"


def act(campaign: Campaign, code: str) -> str:
    return reverse("admin:campaign_act", args=[campaign.pk, code])


def text(response: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))  # type: ignore[attr-defined]


def test_the_editor_chooses_looks_and_prepares(notice: Notice, editor: User) -> None:
    client = inside(editor)
    first = text(client.get(NEW))
    assert "누구에게 알릴까요?" in first
    assert "이대로 준비하기" not in first, "only after a look at the letters"

    seen = text(client.get(NEW, {"preview": "1", "tiers": ["1", "2"]}))
    assert "11 명" in seen
    assert "휴대전화로(알림톡이나 문자) 8" in seen
    assert "돌아가신 분의 연락처로는 보내지 않아요." in seen
    assert seen.count("유출된 정보:") + seen.count("What leaked:") >= 3
    assert Campaign.objects.count() == 0

    answer = client.post(f"{NEW}?preview=1", {"tiers": ["1", "2"]}, follow=True)
    [campaign] = Campaign.objects.all()
    assert answer.redirect_chain[-1][0].endswith(page(campaign))
    assert (campaign.tiers, campaign.prepared_by, campaign.state) == ([1, 2], editor, CampaignState.PREPARED)
    assert Message.objects.count() == 0


def test_what_was_looked_at_is_what_is_prepared(notice: Notice, editor: User) -> None:
    client = inside(editor)
    wanted = {"tiers": ["1"], "items": ["card_number"], "unproven": "on", "starts_at": "2027-01-04T09:30"}
    seen = client.get(NEW, {"preview": "1", **wanted})
    posted = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', seen.content.decode())
    form = {name: value for name, value in posted if name in wanted}
    assert form == {"tiers": "1", "items": "card_number", "unproven": "on", "starts_at": "2027-01-04T09:30"}

    client.post(f"{NEW}?preview=1", form)
    [campaign] = Campaign.objects.all()
    assert (campaign.tiers, campaign.any_items, campaign.unproven) == ([1], ["card_number"], True)
    assert campaign.starts_at == dt.datetime(2027, 1, 4, 0, 30, tzinfo=dt.UTC)
    assert campaign.expected["audience"] == 1
    shown = text(client.get(page(campaign)))
    assert "아직 알렸다는 증거가 없는 분만" in shown


def test_the_hour_to_begin_at_is_of_the_clock_of_the_incident(notice: Notice, editor: User) -> None:
    Incident.objects.filter(pk=notice.incident_id).update(time_zone="Europe/Berlin")
    client = inside(editor)
    seen = client.get(NEW, {"preview": "1", "starts_at": "2027-01-04T09:30"}).content.decode()
    assert '<input type="hidden" name="starts_at" value="2027-01-04T09:30">' in seen

    shown = text(client.post(f"{NEW}?preview=1", {"starts_at": "2027-01-04T09:30"}, follow=True))
    assert Campaign.objects.get().starts_at == dt.datetime(2027, 1, 4, 8, 30, tzinfo=dt.UTC)
    assert "1월 4일 (월) 09:30" in shown


def test_whoever_releases_is_told_that_nothing_leaves_yet(
    notice: Notice, editor: User, officer: User, at: dt.datetime
) -> None:
    starts_at = at + dt.timedelta(days=3)
    campaign = campaigning.prepare(notice=notice, choice=Choice(), by=editor, at=at, starts_at=starts_at)
    client = inside(officer)

    assert "아직 시작할 때가 아니에요." in text(client.get(act(campaign, "release")))
    assert "아직 시작할 때가 아니에요." not in text(client.get(act(campaign, "cancel")))


def test_whom_only_a_letter_reaches_gets_a_campaign_at_the_desk_too(
    incident: Incident, editor: User, at: dt.datetime
) -> None:
    address = "04524 서울특별시 중구 세종대로 110, 101동 202호"
    cast.listed(incident, *(person(n, phone="", email="", address=address) for n in (1, 2)), at=at)
    cast.notice(incident, at=at)
    client = inside(editor)

    seen = text(client.get(NEW, {"preview": "1"}))
    assert "우편 · 한국어 김*영, 서울특별시 중구 ••• · 이런 분 2명" in seen
    assert "김*영 님의 개인정보가 유출됐어요" in seen
    assert "김서영" not in seen
    assert "세종대로" not in seen
    client.post(f"{NEW}?preview=1", {})
    campaign = Campaign.objects.get()
    assert campaign.expected["no_contact"] == 2
    tried = text(client.post(reverse("admin:campaign_dry_run", args=[campaign.pk])))
    assert "편지는 우편 묶음으로 부쳐요." in tried


def test_where_nobody_can_be_written_to_the_preview_says_so(incident: Incident, editor: User, at: dt.datetime) -> None:
    cast.listed(incident, person(1, phone="", email=""), at=at)
    cast.notice(incident, at=at)

    seen = text(inside(editor).get(NEW, {"preview": "1"}))
    assert "보여 드릴 글이 없어요." in seen
    assert "이대로 준비하기" in seen


def test_a_text_message_that_does_not_fit_is_said_instead_of_a_letter(
    incident: Incident, editor: User, officer: User, at: dt.datetime
) -> None:
    cast.listed(incident, person(1, email=""), at=at)
    campaign = campaigning.prepare(notice=cast.notice(incident, at=at), choice=Choice(), by=editor, at=at)
    ContactPoint.objects.bulk_create(
        ContactPoint(incident=incident, position=n, kind="phone", name_ko=f"상담 창구 {n:03}", value=f"02-0000-{n:04}")
        for n in range(100, 220)
    )
    does_not_fit = str(rules.LetterDoesNotFit.words)

    assert does_not_fit in text(inside(officer).get(page(campaign)))
    client = inside(editor)
    assert does_not_fit in text(client.get(NEW, {"preview": "1"}))
    assert does_not_fit in text(client.post(f"{NEW}?preview=1", {}))
    assert Campaign.objects.count() == 1


def test_it_is_tried_out_with_everything_but_sending(prepared: Campaign, officer: User) -> None:
    client = inside(officer)
    assert "미리 돌려 보기" in text(client.get(page(prepared)))

    seen = client.post(reverse("admin:campaign_dry_run", args=[prepared.pk]))

    shown = text(seen)
    assert "아무에게도 보내지 않았어요." in shown
    assert dict(seen.context["channels"]) == {"lms": 8, "email": 1}
    assert (seen.context["seen"].not_written_to, seen.context["problems"]) == (2, [])
    assert seen.context["seen"].first_minute.people == 9, "without a pace all at once"
    assert seen.context["total"] == 8 * 30
    assert "김*영" not in shown
    assert Message.objects.count() == Telling.objects.count() == 0
    assert client.get(reverse("admin:campaign_dry_run", args=[prepared.pk])).status_code == 405


def test_samples_show_neither_name_nor_contact(prepared: Campaign, officer: User) -> None:
    shown = inside(officer).get(page(prepared)).content.decode()

    assert "김*영" in shown
    assert "010-••••-" in shown
    assert not re.search(r"김서영|010-0000-\d{4}|\+8210|p\d+@mail", shown)


def test_whoever_prepared_it_is_told_that_another_must_release_it(prepared: Campaign, editor: User) -> None:
    shown = inside(editor).get(page(prepared))

    assert "준비한 사람은 내보낼 수 없어요." in text(shown)
    assert act(prepared, "release") not in shown.content.decode()
    assert inside(editor).post(act(prepared, "release")).status_code == 403


def test_one_with_both_roles_still_cannot_release_their_own(notice: Notice, at: dt.datetime) -> None:
    both = staff.member("notice_editor", "privacy_officer")
    campaign = campaigning.prepare(notice=notice, choice=Choice(), by=both, at=at)

    answer = inside(both).post(act(campaign, "release"), follow=True)

    assert "두 사람이 확인해야 해요." in text(answer)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.PREPARED


def test_the_officer_is_asked_and_then_releases_once(prepared: Campaign, officer: User) -> None:
    client = inside(officer)
    asked = client.get(act(prepared, "release"))
    assert "이 통지를 내보낼까요?" in text(asked)
    assert "11명" in text(asked)
    prepared.refresh_from_db()
    assert prepared.state == CampaignState.PREPARED, "asking does nothing"

    for _twice in range(2):
        answer = client.post(act(prepared, "release"), follow=True)
        assert "내보냈어요." in text(answer)
    prepared.refresh_from_db()
    assert (prepared.state, prepared.released_by, prepared.audience) == (CampaignState.RELEASED, officer, 11)
    assert prepared.moves.count() == 1
    assert "합계 = 대상 11" in text(client.get(page(prepared)))


def test_pause_resume_and_cancel_ask_first_and_end_in_the_history(
    prepared: Campaign, editor: User, officer: User, at: dt.datetime
) -> None:
    campaigning.release(campaign=prepared, by=officer, at=at)
    client = inside(officer)
    for code, state, question in (
        ("pause", "paused", "잠시 멈출까요?"),
        ("resume", "released", "다시 시작할까요?"),
        ("cancel", "cancelled", "취소할까요?"),
    ):
        assert act(prepared, code) in client.get(page(prepared)).content.decode()
        assert question in text(client.get(act(prepared, code)))
        client.post(act(prepared, code))
        prepared.refresh_from_db()
        assert prepared.state == state
    shown = client.get(page(prepared))
    assert all(
        word in text(shown)
        for word in ("준비함", "내보냄", "멈춤", "다시 시작함", "멈춘 뒤 취소함")
        if word != "멈춘 뒤 취소함"
    )
    assert "이미 끝났거나 취소한 통지예요." in text(client.post(act(prepared, "pause"), follow=True))


def test_an_editor_may_pause_but_not_resume(prepared: Campaign, editor: User, officer: User, at: dt.datetime) -> None:
    campaigning.release(campaign=prepared, by=officer, at=at)
    client = inside(editor)

    assert client.post(act(prepared, "pause")).status_code == 302
    assert client.post(act(prepared, "resume")).status_code == 403
    assert client.post(act(prepared, "cancel")).status_code == 403


def test_weighty_acts_want_the_second_factor_anew_but_a_pause_does_not(
    prepared: Campaign, officer: User, at: dt.datetime
) -> None:
    campaigning.release(campaign=prepared, by=officer, at=at)
    late = inside(officer, ago=600)

    assert "reauthenticate" in late.post(act(prepared, "cancel"))["Location"]
    assert late.post(act(prepared, "pause"))["Location"].endswith(page(prepared))
    prepared.refresh_from_db()
    assert prepared.state == CampaignState.PAUSED


@pytest.mark.parametrize("role", ["intake", "reviewer", "approver", "payer", "account_admin"])
def test_others_see_nothing_of_it(role: str, prepared: Campaign) -> None:
    client = inside(staff.member(role))

    for path in (LIST, NEW, page(prepared), act(prepared, "release")):
        assert client.get(path).status_code == 403, path


def test_the_auditor_looks_and_finds_no_button(prepared: Campaign) -> None:
    client = inside(staff.member("auditor"))

    assert client.get(LIST).status_code == 200
    assert f"/{prepared.pk}/act/" not in client.get(page(prepared)).content.decode()
    assert client.post(act(prepared, "cancel")).status_code == 403


def test_a_stranger_and_a_cardholder_are_refused(prepared: Campaign) -> None:
    for path in (LIST, NEW, page(prepared), act(prepared, "release")):
        assert Client().get(path).status_code in (302, 404)
        assert Client().post(path).status_code in (302, 403, 404)


def test_what_is_not_there_is_not_found(prepared: Campaign, officer: User) -> None:
    client = inside(officer)

    for path in (
        f"{LIST}999999/change/",
        act(prepared, "explode"),
        reverse("admin:campaign_act", args=[999999, "pause"]),
    ):
        assert client.get(path).status_code == 404, path
    assert client.delete(act(prepared, "pause")).status_code == 405


def test_without_a_notice_and_a_list_the_page_says_what_is_missing(incident: Incident, editor: User) -> None:
    assert "알릴 수 있는 사고가 아직 없어요." in text(inside(editor).get(NEW))


def test_the_first_page_counts_those_without_proof(
    prepared: Campaign, officer: User, at: dt.datetime, django_assert_max_num_queries: object
) -> None:
    shown = text(inside(officer).get("/admin/"))
    assert "아직 알렸다는 증거가 없는 사람 통지 캠페인 11 명" in shown
    assert "아직 어느 통지에도 들지 않음 11" in shown


@pytest.mark.parametrize("path", [NEW, f"{NEW}?preview=1"])
def test_both_languages_are_whole(path: str, notice: Notice, editor: User) -> None:
    client = inside(editor)
    assert client.get(path).status_code == client.get(f"/en{path}").status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["", "/en"])
def test_the_pages_in_a_browser(
    people: object, prepared: Campaign, editor: User, officer: User, at: dt.datetime, width: int, language: str
) -> None:
    home = people.site.url.replace("127.0.0.1", "localhost")  # type: ignore[attr-defined]
    browser = people.come(width=width)  # type: ignore[attr-defined]
    both = staff.member("notice_editor", "privacy_officer", name="박지안")
    key = staff.sign_in(Client(), both).cookies["sessionid"].value
    browser.context.add_cookies([{"name": "sessionid", "value": key, "url": home}])
    name = f"campaign-{width}{language.replace('/', '-')}"
    for step, path in (
        ("new", f"{NEW}?preview=1"),
        ("prepared", page(prepared)),
        ("act", act(prepared, "release")),
        ("list", LIST),
    ):
        browser.goto(f"{home}{language}{path}")
        picture(browser, f"{name}-{step}")
        assert_accessible(browser)
    campaigning.release(campaign=prepared, by=officer, at=at)
    campaigning.carry_on(campaign=prepared, at=at)
    for step, path in (("running", page(prepared)), ("front", "/admin/")):
        browser.goto(f"{home}{language}{path}")
        picture(browser, f"{name}-{step}")
        assert_accessible(browser)
    assert people.complaints == []  # type: ignore[attr-defined]


def test_what_costs_more_than_a_day_may_is_said_before_it_is_released(
    notice: Notice, editor: User, settings: Any
) -> None:
    client = inside(editor)
    for day, is_said in ((1000, False), (250, True)):
        settings.PHONE_TERMS = Terms(won={"lms": 30}, won_a_minute=100, won_a_day=day, reserve_percent=20)
        assert ("앞으로 하루에 통지에 쓸 수 있는 돈은 200원" in text(client.get(NEW))) is is_said

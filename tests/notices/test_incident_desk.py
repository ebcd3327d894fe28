"""An incident at the desk: facts, own items, tiers, clocks and contact points, and what must not change any more."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from breachdesk.accounts.models import User
from breachdesk.audit.models import Event
from notices import campaigning, editing, hours, queries, rules, snapshots
from notices.audience import Choice
from notices.models import Clock, ContactPoint, Incident
from tests import cast, staff
from tests.browser import People, assert_accessible, picture
from tests.notices.conftest import needs_english, person
from tests.notices.test_notice_desk import come_in, inside, text

pytestmark = pytest.mark.django_db
LIST, NEW = "/admin/notices/incident/", "/admin/notices/incident/add/"
SEOUL = ZoneInfo("Asia/Seoul")
FACTS = {
    "title_ko": "결제 서버 해킹",
    "title_en": "Payment server hacked",
    "department_ko": "대응센터",
    "department_en": "Response centre",
    "leak_started_at": "2026-10-01T02:14",
    "leak_ended_at": "2026-10-20T23:40",
    "learned_at": "2026-10-22T09:20",
    "time_zone": "Asia/Seoul",
    "not_leaked": ["rrn"],
    "claims_until_date": "2027-11-01",
    "claim_cap": "10,000,000",
    "currency": "KRW",
    "decide_within_business_days": "5",
}
PHONE = {
    "kind": "phone",
    "name_ko": "전화 상담",
    "name_en": "Advice by phone",
    "value": "1500-0000",
    "in_help_strip": "on",
    "position": "1",
    "special": "",
}
WEEK = {f"day_{number}": "09:00-12:00, 13:00-18:00" for number in range(5)}
CLOCK = {
    "name_ko": "한 분 한 분께 알리기",
    "name_en": "Telling each person",
    "law_ko": "제34조",
    "law_en": "Art. 34",
    "kind": "do_by",
    "counted_from": "learned",
    "sourced": "on",
    "hours": "72",
    "due_at": "",
    "position": "1",
}
TIER = {"name_ko": "카드", "name_en": "cards", "any_of": ["cvc"], "advice_ko": "글", "advice_en": "t", "number": "1"}
ITEM = {"code": "passport", "name_ko": "여권번호", "name_en": "Passport number", "group": "identity"}


@pytest.fixture
def editor(db: None) -> User:
    return staff.member("notice_editor", name="이작성")


@pytest.fixture
def client(editor: User) -> Client:
    return inside(editor)


@pytest.fixture
def made(client: Client) -> Incident:
    answer = client.post(NEW, {**FACTS, "slug": "made"}, follow=True)
    assert "사고를 만들었어요." in text(answer)
    return Incident.objects.get(slug="made")


def page(incident: Incident) -> str:
    return f"{LIST}{incident.pk}/change/"


def facts(incident: Incident) -> str:
    with translation.override("ko"):
        return reverse("admin:incident_facts", args=[incident.pk])


def part(incident: Incident, kind: str, which: object = "new") -> str:
    with translation.override("ko"):
        return reverse("admin:incident_part", args=[incident.pk, kind, which])


def seen(client: Client, path: str) -> str:
    [found] = re.findall(r'name="seen" value="(\w+)"', client.get(path).content.decode())[:1]
    return str(found)


def send(client: Client, path: str, given: dict[str, object], **other: object) -> object:
    return client.post(path, {"seen": seen(client, path), **given, **other}, follow=True)


def changes(kind: str) -> list[tuple[object, object]]:
    events = Event.objects.filter(kind=f"notices.{kind}").order_by("pk")
    return [(event.data["before"], event.data["after"]) for event in events]


def publish(incident: Incident, **fields: object) -> None:
    cast.notice(incident, at=timezone.now(), **fields)  # type: ignore[arg-type]


# -- facts ----------------------------------------------------------------------------------------------------------------


def test_an_incident_is_made_at_the_desk_in_its_own_zone(made: Incident, client: Client):
    assert made.leak_started_at == dt.datetime(2026, 10, 1, 2, 14, tzinfo=SEOUL)
    assert (made.claim_cap, made.not_leaked) == (10_000_000, ["rrn"])
    assert "이 이름의 사고가 이미 있어요." in text(client.post(NEW, {**FACTS, "slug": "made"}))
    away = client.post(NEW, {**FACTS, "slug": "away", "time_zone": "America/New_York"}, follow=True)
    assert "사고를 만들었어요." in text(away)
    began = Incident.objects.get(slug="away").leak_started_at
    assert began == dt.datetime(2026, 10, 1, 2, 14, tzinfo=ZoneInfo("America/New_York"))


def test_facts_are_changed_once_with_before_and_after(made: Incident, client: Client):
    assert "저장했어요." in text(send(client, facts(made), FACTS, title_ko="고친 제목", claim_cap=""))
    assert "달라진 것이 없어요." in text(send(client, facts(made), FACTS, title_ko="고친 제목", claim_cap=""))
    [(before, after)] = changes("incident_changed")
    assert before == {"title_ko": "결제 서버 해킹", "claim_cap": 10_000_000}
    assert after == {"title_ko": "고친 제목", "claim_cap": None}


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(made: Incident, client: Client):
    for field, typed, said in (
        ("title_en", "", "적어 주세요."),
        ("title_ko", "글" * 121, "120자까지 쓸 수 있어요. 지금은 121자예요."),
        ("leak_ended_at", "2026-09-01T00:00", "끝은 시작보다 뒤여야 해요."),
        ("learned_at", "2026-09-01T00:00", "유출이 시작되기 전에 알 수는 없어요."),
        ("learned_at", "2999-09-01T00:00", "아직 오지 않은 때예요."),
        ("learned_at", "어제", "날짜와 시각을 적어 주세요."),
        ("time_zone", "Mars/Base", "이런 시간대는 없어요."),
        ("time_zone", "../../etc/passwd", "이런 시간대는 없어요."),
        ("claim_cap", "많이", "숫자를 적어 주세요."),
        ("claims_until_date", "soon", "날짜를 적어 주세요."),
        ("currency", "won", "영어 대문자 세 글자로"),
    ):
        answer = client.post(facts(made), {**FACTS, "department_ko": "아직 저장하지 않은 부서", field: typed})
        assert answer.status_code == 422, field
        assert said in text(answer), field
        assert "아직 저장하지 않은 부서" in answer.content.decode()
    assert not changes("incident_changed")


def test_what_goes_into_text_messages_is_saved_without_an_address(made: Incident, client: Client):
    for path, given, field in (
        (facts(made), FACTS, "department_ko"),
        (facts(made), FACTS, "department_en"),
        (part(made, "items"), ITEM, "name_ko"),
    ):
        answer = client.post(path, {**given, field: "hanbitcard.example 대응팀"})
        assert answer.status_code == 422, field
        assert "‘hanbitcard.example’는 빼 주세요" in text(answer), field
    assert not changes("incident_changed")


def test_nobody_saves_over_what_they_have_not_seen(made: Incident, client: Client, at: dt.datetime):
    old = seen(client, facts(made))
    send(client, facts(made), FACTS, title_ko="남이 고친 제목")
    answer = client.post(facts(made), {**FACTS, "title_ko": "내가 고친 제목", "seen": old})
    assert answer.status_code == 409
    assert "남이 고친 제목" in text(answer)
    assert 'value="내가 고친 제목"' in answer.content.decode()
    made.refresh_from_db()
    assert made.title_ko == "남이 고친 제목"


def test_seconds_that_the_box_does_not_show_are_kept(incident: Incident, client: Client):
    zone = timezone.get_current_timezone()
    as_shown = {
        name: f"{getattr(incident, name).astimezone(zone):%Y-%m-%dT%H:%M}"
        for name in ("leak_started_at", "leak_ended_at", "learned_at")
    }
    given = {**FACTS, **as_shown, "not_leaked": ["account", "rrn"]}
    send(client, facts(incident), given)
    [(before, _after)] = changes("incident_changed")
    assert not {"leak_started_at", "learned_at", "not_leaked"} & set(before)


def test_what_was_published_becomes_better_or_stays(made: Incident, client: Client):
    publish(made)
    shown = text(client.get(facts(made)))
    assert "게시한 마감일은 늦출 수만 있어요." in shown
    for field, worse, said in (
        ("time_zone", "Asia/Tokyo", "이 시간대로 세었어요"),
        ("learned_at", "2026-10-23T09:20", "앞당길 수만 있어요. 법이"),
        ("leak_started_at", "2026-10-02T02:14", "앞당길 수만 있어요. 이날부터"),
        ("claims_until_date", "2027-10-31", "늦출 수만"),
        ("claim_cap", "9000000", "올리거나 없앨 수만"),
        ("currency", "USD", "이 통화로 적혀"),
        ("decide_within_business_days", "6", "줄일 수만"),
    ):
        answer = send(client, facts(made), FACTS, **{field: worse})
        assert answer.status_code == 422, field  # type: ignore[attr-defined]
        assert said in text(answer), field
    better = {"claims_until_date": "2027-12-31", "claim_cap": "", "decide_within_business_days": "3"}
    assert "저장했어요." in text(send(client, facts(made), FACTS, **better))


def test_what_leaked_for_somebody_on_the_list_is_not_called_not_leaked(made: Incident, client: Client, at: dt.datetime):
    made.tiers.create(number=1, name_ko="글", name_en="t", advice_ko="", advice_en="")
    cast.listed(made, person(1), at=at)
    answer = send(client, facts(made), FACTS, not_leaked=["rrn", "phone"])
    assert "지금 답하는 명단에 이 정보가 유출된 분이 있어요." in text(answer)


# -- own items, tiers -----------------------------------------------------------------------------------------------------


def test_an_own_item_is_added_once_renamed_and_removed(made: Incident, client: Client):
    for _twice in range(2):
        client.post(part(made, "items"), {**ITEM, "seen": ""})
    made.refresh_from_db()
    assert [one["code"] for one in made.extra_items] == ["passport"]
    assert "이 코드의 항목이 이미 있어요." in text(client.post(part(made, "items"), {**ITEM, "code": "cvc"}))
    assert "이 코드의 항목이 이미 있어요." in text(client.post(part(made, "items"), {**ITEM, "name_ko": "다른 이름"}))
    send(client, part(made, "items", "passport"), ITEM, name_ko="여권")
    assert "여권" in text(client.get(page(made)))
    send(client, part(made, "items", "passport"), {"act": "remove"})
    made.refresh_from_db()
    assert made.extra_items == []
    assert len(changes("item_changed")) == 3
    assert client.get(part(made, "items", "passport")).status_code == 404


def test_an_item_stays_while_something_leans_on_it(made: Incident, client: Client, at: dt.datetime):
    client.post(part(made, "items"), ITEM)
    path = part(made, "items", "passport")
    tier = made.tiers.create(number=1, name_ko="글", name_en="t", any_of=["passport"], advice_ko="", advice_en="")
    assert "거기서 먼저 빼 주세요." in text(send(client, path, {"act": "remove"}))
    tier.delete()
    cast.listed(Incident.objects.get(pk=made.pk), person(1, items="name|passport"), at=at)
    assert "들어온 명단이 이 코드를 써요." in text(send(client, path, ITEM, code="visa"))
    assert "저장했어요." in text(send(client, path, ITEM, name_ko="여권"))
    publish(made)
    made.notices.get()
    cast.notice(made, at=at, number=2, not_leaked=["passport"])  # type: ignore[arg-type]
    assert "이 이름으로 보여 줘요." in text(send(client, path, ITEM, name_ko="패스포트"))


def test_what_another_has_changed_since_is_not_removed_and_is_shown_as_it_is(made: Incident, client: Client):
    for kind, given in (("items", ITEM), ("tiers", TIER), ("clocks", CLOCK), ("contacts", {**PHONE, **WEEK})):
        client.post(part(made, kind), given)
    which = {
        "items": "passport",
        "tiers": made.tiers.get().pk,
        "clocks": made.clocks.get().pk,
        "contacts": made.contact_points.get().pk,
    }
    for root, words in (("", "다른 사람이 고쳤어요"), ("/en", "Somebody changed this")):
        for kind, one in which.items():
            answer = client.post(root + part(made, kind, one), {"act": "remove", "seen": "an earlier one"})
            assert answer.status_code == 409, kind
            assert words in text(answer), kind
            assert not answer.context["form"].errors, "nothing was typed"
            assert answer.context["form"]["name_ko"].value(), "it stands as it is stored"
    made.refresh_from_db()
    assert made.extra_items
    assert (made.tiers.count(), made.clocks.count(), made.contact_points.count()) == (1, 1, 1)


def test_tiers_are_kept_in_order_and_fixed_once_a_campaign_counts_by_them(
    made: Incident, client: Client, editor: User, at: dt.datetime
):
    client.post(part(made, "tiers"), TIER)
    client.post(part(made, "tiers"), {**TIER, "name_ko": "먼저", "any_of": ["rrn"], "number": "1"})
    assert [tier.name_ko for tier in made.tiers.all()] == ["먼저", "카드"]
    assert [tier.number for tier in made.tiers.all()] == [1, 2]
    first = made.tiers.get(number=1)
    remedy = made.remedies.create(position=1, name_ko="글", name_en="t", tiers=[2], how="automatic", lasts_ko="늘")
    answer = send(client, part(made, "tiers", first.pk), {"act": "remove"})
    assert "받을 수 있는 것이 이 묶음의 번호로" in text(answer)
    remedy.delete()
    cast.listed(made, person(1, items="rrn"), at=at)
    publish(made)
    campaigning.prepare(notice=made.notices.get(), choice=Choice(), by=editor, at=at)
    path = part(made, "tiers", first.pk)
    for wrong in ({"any_of": ["cvc"]}, {"number": "2"}, {"act": "remove"}):
        given = {**TIER, "name_ko": "먼저", "any_of": ["rrn"], **wrong}
        assert "준비한 통지가 있어요." in text(send(client, path, given)), wrong
    assert "저장했어요." in text(send(client, path, {**TIER, "name_ko": "새 이름", "any_of": ["rrn"]}))
    assert "준비한 통지가 있어요." in text(client.post(part(made, "tiers"), {**TIER, "name_ko": "또", "number": "1"}))


# -- clocks ---------------------------------------------------------------------------------------------------------------


def test_a_clock_counts_hours_from_when_the_leak_was_learned_of(made: Incident, client: Client):
    client.post(part(made, "clocks"), CLOCK)
    clock = Clock.objects.get()
    assert clock.due_at == made.learned_at + dt.timedelta(hours=72)
    send(client, facts(made), FACTS, learned_at="2026-10-22T08:20")
    clock.refresh_from_db()
    assert clock.due_at == dt.datetime(2026, 10, 25, 8, 20, tzinfo=SEOUL)
    assert len(changes("clock_changed")) == 2


def test_a_missed_clock_is_explained_not_moved(made: Incident, client: Client):
    client.post(part(made, "clocks"), CLOCK)
    publish(made)
    path = part(made, "clocks", Clock.objects.get().pk)
    assert "기한을 늦추는 대신" in text(send(client, path, CLOCK, hours="100"))
    assert "이 시각을 보여 줘요. 그래서 지울 수 없어요." in text(send(client, path, {"act": "remove"}))
    half = {"exception_ko": "침입 경로를 막는 중"}
    assert "적어 주세요." in text(send(client, path, CLOCK, **half))
    whole = {**half, "exception_en": "Blocking the way in", "exception_from_at": "2026-10-22T09:20"}
    before = {"exception_until_at": "2026-10-21T09:20"}
    assert "끝은 시작보다 뒤여야 해요." in text(send(client, path, CLOCK, **whole, **before))
    assert "저장했어요." in text(send(client, path, CLOCK, **whole, exception_until_at="2026-10-26T09:20"))
    public = text(Client().get(f"/notices/{made.slug}/"))
    assert "법이 허락한 늦춤: 침입 경로를 막는 중 (10월 22일 09:20 – 10월 26일 09:20)" in public.replace("\xa0", " ")


# -- contact points -------------------------------------------------------------------------------------------------------


def test_a_contact_point_with_its_week_and_the_days_that_are_not_as_usual(made: Incident, client: Client):
    days = "2026-12-31 09:00-12:00\n2027-01-02 쉼"
    for _twice in range(2):
        client.post(part(made, "contacts"), {**PHONE, **WEEK, "day_7": "10:00-24:00", "special": days})
    point = ContactPoint.objects.get()
    assert point.hours.count() == 11
    path = part(made, "contacts", point.pk)
    shown = client.get(path).content.decode()
    for words in ("09:00-12:00, 13:00-18:00", "10:00-24:00", "2026-12-31 09:00-12:00", "2027-01-02 쉼"):
        assert words in shown
    publish(made)
    at = dt.datetime(2026, 12, 31, 12, 30, tzinfo=SEOUL)
    assert hours.open_now(point, at - dt.timedelta(hours=1)).until == dt.datetime(2026, 12, 31, 12, 0, tzinfo=SEOUL)
    assert not hours.open_now(point, at).open
    assert hours.special_in_words(point, at) == ["12월 31일 (목) 09:00–12:00", "1월 2일 (토) 쉬어요"]
    answer = send(client, path, {"act": "remove"})
    assert "물어볼 곳이 하나는 있어야 해요." in text(answer)
    assert "저장했어요." in text(send(client, path, {**PHONE, **WEEK}, value="1600-0000", special=""))
    [(_new, added), (before, after)] = changes("contact_changed")
    assert added["special"] == {"2026-12-31": [["09:00", "12:00"]], "2027-01-02": []}
    assert (before["value"], after["value"], after["special"]) == ("1500-0000", "1600-0000", {})


def test_wrong_hours_are_named(made: Incident, client: Client):
    for field, typed, said in (
        ("day_0", "아침", "읽을 수 없어요"),
        ("day_0", "18:00-09:00", "닫는 때가 여는 때보다 뒤여야"),
        ("day_0", "09:00-25:00", "없는 시각"),
        ("day_0", "09:00-12:00, 11:00-13:00", "시간이 서로 겹쳐요."),
        ("special", "2026-12-31 09:00-12:00\n31일 쉼", "2번째 줄: 날짜로 시작해 주세요."),
        ("special", "2026-12-31\n", "1번째 줄: 여는 시간이나 ‘쉼’을"),
        ("special", "2026-12-31 쉼\n2026-12-31 쉼", "2번째 줄: 같은 날이 두 번 있어요."),
        ("value", "전화번호", "전화번호를 숫자와 -로"),
        ("name_en", "", "적어 주세요."),
    ):
        answer = client.post(part(made, "contacts"), {**PHONE, **WEEK, field: typed})
        assert answer.status_code == 422, typed
        assert said in text(answer), typed
    assert not made.contact_points.exists()


def test_a_contact_point_opens_where_it_may_be_changed(made: Incident, client: Client):
    client.post(part(made, "contacts"), {**PHONE, **WEEK})
    point = ContactPoint.objects.get()
    path = f"/admin/notices/contactpoint/{point.pk}/change/"
    assert client.get(path)["Location"] == part(made, "contacts", point.pk)
    assert inside(staff.member("auditor")).get(path)["Location"] == page(made)


# -- who may --------------------------------------------------------------------------------------------------------------


def test_other_roles_read_at_most(made: Incident):
    for role in ("intake", "reviewer", "approver", "payer", "privacy_officer", "auditor", "account_admin"):
        client = inside(staff.member(role))
        for path in (NEW, facts(made), part(made, "tiers"), part(made, "contacts")):
            assert client.get(path).status_code == 403, (role, path)
            assert client.post(path, {**FACTS, "slug": "x"}).status_code == 403, (role, path)
        shown = client.get(page(made))
        assert shown.status_code == (403 if role == "account_admin" else 200)
        assert "/facts/" not in shown.content.decode()
    assert Incident.objects.count() == 1


def test_strangers_and_what_is_not_there(made: Incident, client: Client):
    for path in (NEW, page(made), facts(made), part(made, "clocks")):
        assert Client().get(path).status_code == Client().post(path).status_code == 302, path
    for path in (
        f"{LIST}999999/change/",
        f"{LIST}999999/facts/",
        part(made, "clocks", 999999),
        part(made, "clocks", "x"),
        part(made, "weather"),
    ):
        assert client.get(path).status_code == 404, path
    assert client.delete(facts(made)).status_code == client.put(part(made, "clocks")).status_code == 405


def test_a_thing_of_another_incident_is_not_found_here(made: Incident, incident: Incident, client: Client):
    client.post(part(incident, "clocks"), CLOCK)
    assert client.get(part(made, "clocks", Clock.objects.get().pk)).status_code == 404


def test_whoever_no_longer_works_here_changes_nothing(made: Incident, editor: User, at: dt.datetime):
    editor.is_active = False
    stamp = snapshots.stamp(snapshots.of_facts(made))
    with pytest.raises(rules.NotStaff):
        editing.change_facts(incident=made, facts={"title_ko": "x"}, seen=stamp, by=editor, at=at)
    assert not queries.depends_on(made).published


@needs_english
@pytest.mark.django_db(transaction=True)
def test_the_pages_in_a_browser(people: People, editor: User):
    client = inside(editor)
    client.post(NEW, {**FACTS, "slug": "made"})
    made = Incident.objects.get()
    for kind, given in (("items", ITEM), ("tiers", TIER), ("clocks", CLOCK), ("contacts", {**PHONE, **WEEK})):
        client.post(part(made, kind), given)
    publish(made)
    browser = come_in(people, editor, width=1280)
    paths = {
        "one": page(made),
        "facts": facts(made),
        "clock": part(made, "clocks", Clock.objects.get().pk),
        "tier": part(made, "tiers", made.tiers.get().pk),
        "contact": part(made, "contacts", ContactPoint.objects.get().pk),
    }
    for width, prefix in ((1280, ""), (390, "/en")):
        browser.set_viewport_size({"width": width, "height": 844})
        for step, path in paths.items():
            browser.goto(f"{prefix}{path}")
            assert_accessible(browser)
            picture(browser, f"incident-{width}-{step}")
    browser.locator("#id_day_5").fill("nine to five")
    browser.locator("button[value=save]").click()
    browser.locator(".errors").wait_for()
    assert_accessible(browser)
    picture(browser, "incident-390-wrong")
    browser.locator("#id_day_5").fill("09:00-12:00")
    browser.locator("button[value=save]").click()
    browser.locator(".said-success").wait_for()
    # What Chromium says of the page that named the mistake.
    assert [each for each in people.complaints if "422" not in each] == []

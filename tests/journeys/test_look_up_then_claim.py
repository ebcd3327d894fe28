"""Told, looked up, claimed: one person's way through the house, in a real browser, with a real worker and provider."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from breachdesk.demo import people as demo_people
from breachdesk.demo import story
from breachdesk.lib import references
from claims.models import Claim
from tests.browser import People, assert_accessible
from tests.journeys.steps import Cardholder
from tests.servers import Provider, Worker

pytestmark = pytest.mark.django_db(transaction=True)

PEOPLE = {person.name: person for person in demo_people.PEOPLE}
BOTH = pytest.mark.parametrize(("language", "width"), [("ko", 390), ("en", 1280), ("ko", 1280), ("en", 390)])


@pytest.fixture
def told(told_for_real: None, people: People, provider: Provider, worker: Worker) -> People:
    """The demo's incident, published and listed by the product's own commands."""
    return people


def cardholder(
    people: People, provider: Provider, name: str, *, width: int = 390, language: str = "ko", tag: str = ""
) -> Cardholder:
    person = PEOPLE[name]
    page = people.come(width=width, language=language)
    return Cardholder(page, person.name, person.birth_date, person.phone, provider, language, tag)


@BOTH
def test_told_looked_up_and_claimed(told: People, provider: Provider, language: str, width: int) -> None:
    seoyoung = cardholder(told, provider, "김서영", width=width, language=language, tag=f"{language}-{width}")

    answer = seoyoung.look_up()
    assert answer == (
        "김서영 님의 정보 7가지가 유출됐어요" if language == "ko" else "김서영, 7 pieces of your data were leaked"
    )

    seoyoung.begin_claim()
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    seoyoung.fill_in(date=yesterday.strftime("%Y %m %d"), merchant="GLB TECH STORE", amount="612,400", holder="김서영")
    reference = seoyoung.file()
    assert references.is_valid(reference)

    claim = Claim.objects.get(reference=reference)
    assert (claim.amount, claim.lines.count(), claim.evidence.count()) == (612_400, 1, 1)
    told_by_text = provider.wait_for(seoyoung.number, count=2)[0]
    assert reference in told_by_text["text"]
    assert "612,400" in told_by_text["text"]

    seoyoung.page.goto(f"{seoyoung.start}claims/{reference}/")
    seoyoung.look("status")
    expect(seoyoung.page.locator("main")).to_contain_text("GLB TECH STORE")
    seoyoung.page.goto(f"{seoyoung.start}claims/")
    seoyoung.look("claims")
    expect(seoyoung.page.locator("main")).to_contain_text(reference)
    assert told.complaints == []


@pytest.mark.parametrize(
    ("name", "ko", "en"),
    [
        ("박민지", "유출됐을 수 있어요", "may have been leaked"),
        ("최도윤", "유출 명단에 없어요", "not on the list of leaked data"),
        ("이준호", "정보 5가지가 유출됐어요", "5 pieces of your data were leaked"),
    ],
)
def test_each_answer_in_both_languages(told: People, provider: Provider, name: str, ko: str, en: str) -> None:
    person = cardholder(told, provider, name, tag=f"answer-{name}")

    assert ko in person.look_up()
    person.page.goto("/en/lookup/answer/")
    person.look("answer-en")
    assert en in person.heading
    assert told.complaints == []


def test_a_corrected_list_changes_the_same_persons_answer(told: People, provider: Provider, tmp_path: Path) -> None:
    doyun = cardholder(told, provider, "최도윤")
    assert "유출 명단에 없어요" in doyun.look_up()

    columns, *_rows = demo_people.rows()
    person = PEOPLE["최도윤"]
    row = {
        "customer_ref": "LATE-1",
        "name": person.name,
        "birth_date": person.birth_date,
        "phone": person.phone,
        "items": "name|phone|card_number",
    }
    correction = tmp_path / "correction.csv"
    with correction.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, [row.get(column, "") for column in columns]])
    names = {"by": story.EDITOR["email"], "confirmed_by": story.APPROVER["email"]}
    call_command("import_affected", str(correction), incident="demo", activate=True, stdout=io.StringIO(), **names)

    doyun.page.reload()
    assert doyun.heading == "최도윤 님의 정보 3가지가 유출됐어요"
    expect(doyun.page.locator("main")).to_contain_text("3판")
    expect(doyun.page.locator("#changed")).to_contain_text("유출된 것으로 더해졌어요")
    doyun.look("changed")

    doyun.press("^조회 끝내고 모두 지우기$")
    expect(doyun.page).to_have_url(re.compile("/lookup/ended/"))
    doyun.page.go_back()
    expect(doyun.page.locator("body")).not_to_contain_text(person.name)


def test_a_draft_is_there_again_on_another_device(told: People, provider: Provider) -> None:
    at_home = cardholder(told, provider, "김서영", width=1280)
    at_home.look_up()
    at_home.begin_claim()
    at_home.page.locator("input[name=kind][value=card_payment]").check()
    at_home.go_on()
    at_home.page.locator("[name=line-0-merchant]").fill("새벽마트 온라인")
    at_home.page.locator("[name=line-0-amount]").fill("43,210")
    at_home.press("^나중에 이어서 하기$")
    expect(at_home.page).not_to_have_url(re.compile("/lines/"))

    # Another device proves another contact of the same person: codes to one number are a minute apart.
    phone = cardholder(told, provider, "김서영")
    phone.phone = PEOPLE["김서영"].email
    phone.read_the_notice()
    phone.page.locator("input[name=contact]").first.fill(phone.phone)
    phone.page.locator("form[action*='lookup/start'] button[type=submit]").first.click()
    phone.page.locator("input[autocomplete=one-time-code]").fill(provider.code_for(phone.phone))
    phone.press("^확인$")
    phone.say_who()
    expect(phone.page).to_have_url(re.compile("/lookup/answer/"))
    phone.page.goto("/claims/new/lines/")

    assert phone.page.locator("[name=line-0-merchant]").input_value() == "새벽마트 온라인"
    assert phone.page.locator("[name=line-0-amount]").input_value().replace(",", "") == "43210"


def test_the_worker_is_down_and_the_code_leaves_when_it_is_back(
    told: People, provider: Provider, worker: Worker
) -> None:
    worker.stop()
    seoyoung = cardholder(told, provider, "김서영")
    seoyoung.read_the_notice()
    seoyoung.page.locator("input[name=contact]").first.fill(seoyoung.phone)
    seoyoung.page.locator("form[action*='lookup/start'] button[type=submit]").first.click()
    expect(seoyoung.page.locator("input[autocomplete=one-time-code]")).to_be_visible()
    assert provider.received(seoyoung.number) == []

    worker.go_on()
    seoyoung.enter_code()
    seoyoung.say_who()

    assert "7가지가 유출됐어요" in seoyoung.heading


def test_a_long_address_does_not_push_a_narrow_page_sideways(told: People) -> None:
    page = told.come(width=320)
    page.goto("/en/")
    page.locator("input[name=contact]").first.fill("somebody@customer-service.a-company-with-a-long-name.example")
    page.locator("form[action*='lookup/start'] button[type=submit]").first.click()
    expect(page.locator("main")).to_contain_text("long-name.example")
    assert_accessible(page)


def test_a_claims_address_tells_a_stranger_nothing(told: People, provider: Provider) -> None:
    seoyoung = cardholder(told, provider, "김서영")
    seoyoung.look_up()
    seoyoung.begin_claim()
    seoyoung.fill_in(date=timezone.localdate().isoformat(), merchant="GLB TECH STORE", amount="1000", holder="김서영")
    reference = seoyoung.file()

    junho = cardholder(told, provider, "이준호")
    junho.look_up()
    pages = []
    for name in (reference, references.new("CLM")):
        answer = junho.page.goto(f"/claims/{name}/")
        assert answer is not None
        assert answer.status == 404
        pages.append(junho.page.locator("main").inner_text())
    assert pages[0] == pages[1]


def test_the_whole_way_works_without_javascript(told: People, provider: Provider) -> None:
    seoyoung = cardholder(told, provider, "김서영")
    seoyoung.page = told.come(java_script_enabled=False)
    seoyoung.look = lambda name: None  # type: ignore[method-assign]  # axe is JavaScript
    assert "7가지가 유출됐어요" in seoyoung.look_up()
    seoyoung.begin_claim()
    page = seoyoung.page
    page.locator("input[name=kind][value=card_payment]").check()
    seoyoung.go_on()
    page.locator("[name=line-0-kind]").select_option("card_payment")
    page.locator("[name=line-0-day]").fill(timezone.localdate().isoformat())
    page.locator("[name=line-0-merchant]").fill("GLB TECH STORE")
    page.locator("[name=line-0-amount]").fill("612400")
    page.locator(".sum-bar button").click()
    page.locator("textarea[name=story]").fill("모르는 결제예요.")
    seoyoung.go_on()
    expect(page).to_have_url(re.compile("/evidence/"))
    seoyoung.go_on()
    page.locator("select[name=bank]").select_option("088")
    page.locator("input[name=number]").fill("110234567890")
    page.locator("input[name=holder]").fill("김서영")
    seoyoung.go_on()

    assert references.is_valid(seoyoung.file())

"""An older caller, in real browsers: verified on her own phone, then by her letter; a claim is filed for her; she is told."""

from __future__ import annotations

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from claims.models import Claim
from support.consultation_models import Asking, Right
from tests import cast, staff
from tests.browser import People
from tests.journeys.desk_steps import Member
from tests.journeys.steps import Cardholder
from tests.servers import Provider, Worker
from tests.support.conftest import OKSUN, halves, listed_caller

pytestmark = pytest.mark.django_db(transaction=True)


def test_she_rings_is_verified_a_claim_is_filed_for_her_and_she_is_told(
    people: People, provider: Provider, worker: Worker
) -> None:
    incident = listed_caller(timezone.now())
    first, second = halves(cast.codes_on_paper(incident, at=timezone.now(), everybody=True)[OKSUN["name"]])
    agent = Member(people.come(width=1280), staff.member("agent", name="한소리"), tag="caller-desk")
    phone = people.come(width=390)
    oksun = Cardholder(phone, OKSUN["name"], OKSUN["birth_date"], OKSUN["phone"], provider, tag="caller-phone")
    desk = agent.page
    agent.sign_in()

    # Somebody rings.
    desk.goto("/admin/consultations/new/")
    agent.look("new")
    desk.locator("textarea[name=asked]").fill("모르는 결제가 두 건 있다고 하세요. 인터넷은 못 하신대요.")
    desk.locator("main form .button-solid").click()
    desk.locator("input[name=name]").fill(oksun.name)
    desk.locator("input[name=birth_date]").fill("19460508")
    desk.locator("input[name=contact]").fill(oksun.phone)
    agent.look("who")
    agent.act("caller")

    # A code goes to her own phone; she keys it, and nobody at the desk ever sees it.
    agent.act("code")
    agent.says("인증번호를 보냈어요")
    agent.look("code-sent")
    provider.wait_for(oksun.number, count=1)
    secret = provider.code_for(oksun.number)
    assert secret not in desk.content().replace(Asking.objects.get().call_number, "")
    phone.goto("/support/call/")
    oksun.look("keypad")
    phone.locator("input[name=call_number]").fill(Asking.objects.get().call_number)
    phone.locator("input[name=code]").fill(secret)
    phone.locator("main form .button-solid").click()
    expect(phone).to_have_url("/support/call/done/")
    oksun.look("keyed")
    desk.locator("main a.button-solid").click()
    expect(desk.locator(".tag-good").first).to_be_visible()
    agent.act("end_right")
    assert Right.objects.get().ended_at is not None

    # With her letter: we say the first half, she answers with the second.
    agent.act("letter")
    expect(desk.locator(".say")).to_contain_text(first)
    agent.look("first-half")
    desk.locator("input[name=half]").fill(second)
    agent.act("hear")
    agent.says("본인이 맞아요")
    agent.look("verified")

    # The claim, as she tells it; read out to her; filed.
    desk.locator("a[href$='/claim/']").click()
    desk.locator("main form .button-solid").click()
    desk.locator("input[name=kind][value=card_payment]").check()
    desk.locator("select[name=line-0-kind]").select_option("card_payment")
    desk.locator("input[name=line-0-day]").fill(f"{timezone.localdate():%Y %m %d}")
    desk.locator("input[name=line-0-merchant]").fill("GLB TECH STORE")
    desk.locator("input[name=line-0-amount]").fill("612400")
    desk.locator("textarea[name=story]").fill("문자를 보고 알았어요.")
    desk.locator("select[name=bank]").select_option("004")
    desk.locator("input[name=number]").fill("123-45-678901")
    agent.look("claim")
    desk.locator("section button[name=do][value=save]").click()
    agent.look("read-out")
    desk.locator("input[name=heard_yes]").check()
    desk.locator("button[name=do][value=file]").click()
    claim = Claim.objects.get()
    agent.says(claim.reference)
    agent.look("filed")
    assert claim.entered_by == agent.user

    # What was promised, and the end of the call.
    desk.locator("textarea[name=answered]").fill("선보상을 대신 신청했고 결과는 전화로 알려 드리기로 했어요.")
    desk.locator("textarea[name=promised]").fill("결과를 전화로 알리기")
    desk.locator("input[name=promise_by]").fill(f"{timezone.localdate():%Y-%m-%d}")
    agent.act("answer")
    agent.says("상담을 적었어요")
    agent.look("promised")

    told = [row["text"] for row in provider.wait_for(oksun.number, count=3)]
    assert [text for text in told if "대신 해 드렸어요" in text and claim.reference in text]
    assert not any("http" in text for text in told)
    assert people.complaints == []

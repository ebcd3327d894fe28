"""The whole line: a list of ten thousand, those on it told, one of them claims, two people decide, and two people pay."""

from __future__ import annotations

import io
import os
import re
from collections import Counter
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from breachdesk.accounts.models import User
from breachdesk.audit.models import Event
from breachdesk.demo import people as demo_people
from breachdesk.demo import story
from claims import actions as filing
from claims.models import Claim, Payout
from claims.states import State
from notices import ledger
from notices.campaign_models import Campaign
from notices.models import Incident
from notices.states import CampaignState, NoticeState
from tests import cast, staff
from tests.browser import People
from tests.claims.conftest import MARIA, browse, draft_of, filled, picture, prove, submit
from tests.journeys import crowd
from tests.journeys.desk_steps import Member
from tests.journeys.steps import Cardholder
from tests.notices.test_desk_importing import forget_lists_and_files
from tests.servers import Bank, Provider, Worker, wait_for

pytestmark = pytest.mark.django_db(transaction=True)

# A message costs the machine about ten milliseconds, whatever is tested. So the three hundred whose cards leaked are told
# here, as an issuer in a hurry would begin; with EVERYBODY=1 all ten thousand are.
EVERYBODY = bool(os.environ.get("EVERYBODY"))
CARD_TIER = 1
NOTICE = re.compile("개인정보 유출 안내|Data leak notice")


@pytest.fixture(autouse=True)
def nothing_lies_about(transactional_db: None):
    yield
    forget_lists_and_files()


def cardholder(people: People, provider: Provider, name: str, *, language: str = "ko", tag: str = "") -> Cardholder:
    person = next(person for person in demo_people.PEOPLE if person.name == name)
    page = people.come(width=390, language=language)
    return Cardholder(page, person.name, person.birth_date, person.phone, provider, language, tag)


def two_staff(people: People, *, width: int = 1280, language: str = "ko", tag: str = "") -> tuple[Member, Member]:
    """Each in a browser of their own, signed in. One prepares, the other agrees."""
    first = staff.member("notice_editor", "reviewer", "payer", name="한지우")
    second = staff.member("privacy_officer", "approver", "payer", name="정하윤")
    members = [Member(people.come(width=width), user, language, tag) for user in (first, second)]
    for member, name in zip(members, ("prepares", "agrees"), strict=True):
        member.tag = tag and f"{tag}-{name}"
        member.sign_in()
    return members[0], members[1]


def test_from_a_list_of_ten_thousand_to_paid(
    people: People, provider: Provider, bank: Bank, worker: Worker, tmp_path: Path
) -> None:
    for known in (story.EDITOR, story.APPROVER):
        User.objects.create_staff(**known)
    facts = crowd.write_incident(tmp_path / "incident.json", now=timezone.now())
    call_command("create_incident", str(facts), stdout=io.StringIO())
    jiwoo, hayun = two_staff(people, tag="line")

    # Listed.
    jiwoo.upload(crowd.write_list(tmp_path / "people.csv"))
    figures = jiwoo.watch_the_import()
    assert f"{crowd.PEOPLE:,}" in figures
    assert str(len(crowd.WRONG)) in figures
    listed = jiwoo.propose_the_list()
    assert jiwoo.page.locator("button[value=confirm]").count() == 0
    hayun.confirm_the_list(listed)
    incident = Incident.objects.get()
    assert incident.active_dataset is not None
    assert incident.active_dataset.people == crowd.PEOPLE

    # Published.
    draft = incident.notices.latest("number")
    address = jiwoo.propose_the_notice(draft.number)
    assert jiwoo.page.locator("button[value=approve]").count() == 0
    hayun.approve_the_notice(address)
    draft.refresh_from_db()
    assert (draft.state, draft.approved_by) == (NoticeState.PUBLISHED, hayun.user)

    two = {"by": story.EDITOR["email"], "confirmed_by": story.APPROVER["email"]}
    call_command("go_live", incident=incident.slug, reason="모두 맞아요.", stdout=io.StringIO(), **two)

    # Told.
    expected = crowd.expected(with_card_only=not EVERYBODY)
    address = jiwoo.prepare_the_campaign(tier=None if EVERYBODY else CARD_TIER)
    assert jiwoo.page.locator("main a.button-solid").count() == 0
    hayun.release_the_campaign(address)
    campaign = Campaign.objects.get()
    assert campaign.audience == expected.audience == ledger.figures(campaign.pk).sum
    seoyoung = cardholder(people, provider, "김서영", tag="line-claimant")
    told = provider.wait_for(seoyoung.number, seconds=60 if not EVERYBODY else 1800)[0]
    assert "김*영 님의 정보가 유출됐어요" in told["text"]

    # Looked up and claimed, while the others are still being told.
    assert seoyoung.look_up() == "김서영 님의 정보 7가지가 유출됐어요"
    seoyoung.begin_claim()
    today = timezone.localdate().isoformat()
    another = ("기프트나라", "500,000")
    seoyoung.fill_in(date=today, merchant="GLB TECH STORE", amount="612,400", holder="김서영", another=another)
    reference = seoyoung.file()

    # Reviewed by one.
    jiwoo.find_in_the_queue(reference)
    jiwoo.look("new")
    jiwoo.act("take")
    jiwoo.says("신청을 맡았어요.")
    expect(jiwoo.main).not_to_contain_text("김서영")
    jiwoo.read_evidence()
    jiwoo.look("taken")
    jiwoo.reveal("evidence")
    expect(jiwoo.main).to_contain_text("김서영")
    expect(jiwoo.main).to_contain_text("110234567890")
    jiwoo.look("revealed")
    jiwoo.open_the_claim(reference)
    expect(jiwoo.main).not_to_contain_text("김서영")
    assert seoyoung.follow(reference, "in-review") == "1,112,400원 신청을 심사하고 있어요"

    jiwoo.ask("결제를 취소했다는 문자가 있으면 올려 주세요.")
    jiwoo.look("asked")
    assert seoyoung.follow(reference) == "1,112,400원을 심사하려면 답이 필요해요"
    seoyoung.answer("취소 문자를 올렸어요. 20만원은 돌려받았어요.")
    expect(seoyoung.page.locator("h1")).to_have_text("1,112,400원 신청을 심사하고 있어요")

    jiwoo.open_the_claim(reference)
    expect(jiwoo.main).to_contain_text("20만원은 돌려받았어요.")
    jiwoo.read_evidence(2)
    jiwoo.judge(1, "full", "card_data_leaked")
    jiwoo.judge(2, "part", "part_returned", "300,000")
    jiwoo.propose("돌려받은 20만원을 뺀 나머지를 먼저 보내 드려요.")
    jiwoo.says("결정을 제안했어요.")
    assert jiwoo.page.locator("button[value=confirm]").count() == 0
    jiwoo.look("proposed")

    # Decided by the other.
    hayun.find_in_the_queue(reference)
    hayun.read_evidence()
    hayun.look("to-confirm")
    hayun.act("confirm")
    hayun.says("결정했어요.")
    hayun.look("decided")
    assert seoyoung.follow(reference, "decided") == "912,400원을 먼저 드리기로 했어요"

    # Paid by two.
    address = jiwoo.prepare_the_payout(reference)
    jiwoo.says("지급을 준비했어요.")
    jiwoo.look("payout-prepared")
    assert jiwoo.page.locator("button[value=release]").count() == 0
    assert bank.orders() == []
    hayun.page.goto(address)
    hayun.look("payout")
    hayun.act("release")
    hayun.says("내보냈어요.")
    wait_for(lambda: Claim.objects.filter(state=State.PAID).exists(), but=lambda: str(bank.orders()))
    hayun.page.reload()
    expect(hayun.page.locator("h1")).to_contain_text("지급됨")
    hayun.look("payout-paid")
    jiwoo.page.goto(f"{jiwoo.desk}payouts/")
    jiwoo.look("payouts-settled")
    jiwoo.open_the_claim(reference)
    jiwoo.look("paid")
    assert seoyoung.follow(reference, "paid") == "912,400원을 먼저 보내 드렸어요"

    # What each of them has had from it, as the bank, the provider and the record have it.
    [order] = bank.orders()
    assert (order["amount"], order["account"], order["holder"], order["times"]) == (
        912_400,
        "110234567890",
        "김서영",
        1,
    )
    assert str(Payout.objects.get().pk) == order["id"]
    wait_for(lambda: "보내 드렸어요" in seoyoung.messages()[-1])
    letters = ["개인정보 유출 안내", "인증번호", "신청을 받았어요", "심사하기 시작했어요", "더 필요한 것이 있어요"]
    letters += ["답을 받았어요", "912,400원을 먼저 드리기로 했어요", "912,400원을 보내 드렸어요"]
    messages = seoyoung.messages()
    assert [words in text for words, text in zip(letters, messages, strict=True)] == [True] * len(letters), messages
    for kind, by in (("claims.revealed", jiwoo), ("claims.evidence_seen", jiwoo), ("claims.evidence_seen", hayun)):
        assert Event.objects.filter(kind=kind, by=by.user, about=f"claim:{reference}").exists()

    wait_for(lambda: Campaign.objects.get().state == CampaignState.FINISHED, seconds=60 if not EVERYBODY else 1800)
    became = ledger.figures(campaign.pk)
    assert (became.told, became["no_contact"], became["withheld"]) == (
        len(expected.told),
        expected.no_contact,
        expected.withheld,
    )
    assert became.sum == became.audience == expected.audience
    received = Counter(row["to"] for row in provider.received() if NOTICE.search(row["text"]))
    assert received == Counter(expected.told), "nobody is missed, nobody is told twice"
    hayun.page.goto(f"{hayun.desk}notices/campaign/{campaign.pk}/change/")
    hayun.look("campaign-finished")
    assert people.complaints == []


def test_the_second_half_in_english_on_narrow_screens(
    people: People, provider: Provider, bank: Bank, worker: Worker
) -> None:
    incident = cast.incident(at=timezone.now(), claim_cap=3_000_000)
    cast.listed(incident, MARIA, at=timezone.now())
    proof = prove(MARIA)
    draft = draft_of(proof, incident, **filled(MARIA["name"]))
    given = {"person": proof.person, "draft_id": draft.pk, "by": proof.person.user, "at": timezone.now()}
    filing.add_evidence(upload=picture(size=600), **given)
    reference = submit(proof, draft, language="en").claim.reference
    reviewer, approver = two_staff(people, width=390, language="en", tag="narrow")
    maria = cardholder(people, provider, "Maria Santos", language="en", tag="narrow-claimant")
    maria.phone = MARIA["phone"]
    session = {"name": "sessionid", "value": browse(proof).cookies["sessionid"].value, "url": people.site.url}
    maria.page.context.add_cookies([session])

    reviewer.find_in_the_queue(reference)
    reviewer.act("take")
    reviewer.read_evidence()
    reviewer.judge(1, "full", "card_data_leaked")
    reviewer.judge(2, "refused", "own_payment")
    reviewer.propose("We pay you for the first one. The second was made with the family card.")
    reviewer.look("proposed")
    approver.open_the_claim(reference)
    approver.look("to-confirm")
    approver.act("confirm")
    approver.says("Decided.")
    assert maria.follow(reference, "decided") == "We will pay you ₩612,400 in advance"

    address = reviewer.prepare_the_payout(reference)
    reviewer.look("payout-prepared")
    approver.page.goto(address)
    approver.look("payout")
    approver.act("release")
    wait_for(lambda: Claim.objects.filter(state=State.PAID).exists(), but=lambda: str(bank.orders()))
    approver.page.goto(f"{approver.desk}payouts/")
    approver.look("payouts-settled")
    approver.page.get_by_role("link", name=reference).click()
    approver.look("payout-paid")
    reviewer.open_the_claim(reference)
    reviewer.look("paid")
    assert maria.follow(reference, "paid") == "We have paid you ₩612,400 in advance"
    wait_for(lambda: "₩612,400" in maria.messages()[-1])
    assert people.complaints == []

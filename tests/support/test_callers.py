"""An older caller: we prove ourselves to her and she to us, a claim is filed for her, and she is told."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from breachdesk.accounts.models import User
from claims import holding, payouts, reviewing
from claims import rules as claim_rules
from claims.models import Claim, Decision
from claims.rules import Proposed
from claims.states import WhyHeld
from delivery import outbox
from delivery.models import Message
from delivery.states import Channel
from lookup import actions as lookup_actions
from lookup import letter_codes
from lookup.models import LetterCode, Proof
from notices import addresses, letters_on_paper
from notices.models import Incident
from support import acting, consulting, health, verifying
from support import consultation_rules as rules
from support.consultation_models import Asking, Consultation, Deed, Right
from tests import cast, staff
from tests.claims.conftest import filled
from tests.lookup.conftest import Visitor
from tests.lookup.test_letters import enter
from tests.support.conftest import OKSUN, Desk, call, halves, verified

pytestmark = pytest.mark.django_db
WRONG = "22-2222"


@pytest.fixture
def now() -> dt.datetime:
    return timezone.now()


@pytest.fixture
def incident(oksun: Incident) -> Incident:
    return oksun


def posted(steps: dict) -> dict[str, str]:
    lines = {f"line-{place}-{name}": value for place, line in enumerate(steps["lines"]) for name, value in line.items()}
    return {**steps["kind"], **steps["story"], **steps["account"], **lines, "lines": str(len(steps["lines"]))}


def test_she_hears_the_first_half_answers_with_the_second_and_a_claim_is_filed_for_her(incident, code, agent):
    desk, (first, second) = Desk(agent), halves(code)
    reference = call(desk)
    assert first not in desk.seen, "shown only once it is to be said"
    page = desk.act(reference, "letter").content.decode()
    assert first in page
    assert "대신 하기" not in page
    assert "대신 하기" in desk.act(reference, "hear", half=f"{second[:2]} {second[2:]}".lower()).content.decode()

    path, form = f"/admin/consultations/{reference}/claim/", {"incident": incident.slug}
    assert desk.get(path).status_code == 200
    assert desk.post(path, form).status_code == 200
    wrong = desk.post(path, {**form, "do": "save", "kind": "card_payment"})
    assert wrong.status_code == 422
    read_out = desk.post(path, {**form, **posted(filled("정옥순")), "do": "save"})
    assert read_out.status_code == 200
    seen = read_out.context["seen"]
    assert desk.post(path, {**form, "do": "file", "seen": seen}).status_code == 200, "she has not said yes"
    assert not Claim.objects.exists()
    desk.post(path, {**form, "do": "file", "seen": seen, "heard_yes": "1"})

    claim = Claim.objects.get()
    assert (claim.entered_by, claim.entered_in) == (agent, reference)
    assert claim.person == Consultation.objects.get(reference=reference).person
    told = Message.objects.get(occasion="done_for_you")
    assert told.recipient.dialled == OKSUN["phone"]
    assert claim.reference in told.words.text
    assert reference in told.words.text
    assert claim.reference in desk.get(f"/admin/consultations/{reference}/").content.decode()

    assert enter(Visitor(), code, name="정옥순", birth_date="19460508").status_code == 422, "staff have heard it"


def test_whoever_filed_a_claim_for_somebody_never_reviews_it_and_the_database_says_so(incident, code, agent, now):
    desk = Desk(agent)
    reference = verified(desk, code)
    claim = file_for(desk, incident, reference)
    for doing in (
        lambda: reviewing.take(reference=claim.reference, version=claim.version, by=agent, at=now),
        lambda: reviewing.reveal(reference=claim.reference, reason="call", by=agent, at=now),
    ):
        with pytest.raises(claim_rules.NotByWhoEnteredIt):
            doing()
    other = cast.staff("Other")
    with pytest.raises(IntegrityError, match="not_by_whoever_entered_it"), transaction.atomic():
        Decision.objects.create(
            claim=claim,
            stage=1,
            proposal=proposed(claim, by=other, at=now),
            proposer=other,
            confirmer=agent,
            claimant=claim.person.user,
            entered_by=agent,
            amount=1,
            currency="KRW",
            account_hash=claim.account_hash,
            evidence_hash="",
            decided_at=now,
        )


def proposed(claim: Claim, *, by: User, at: dt.datetime):
    made = claim.proposals.model(claim=claim, number=1, proposer=by, made_at=at, account_hash=claim.account_hash)
    made.sentence = "네"
    made.save()
    return made


def file_for(desk: Desk, incident: Incident, reference: str) -> Claim:
    path, form = f"/admin/consultations/{reference}/claim/", {"incident": incident.slug}
    read_out = desk.post(path, {**form, **posted(filled("정옥순")), "do": "save"})
    desk.post(path, {**form, "do": "file", "seen": read_out.context["seen"], "heard_yes": "1"})
    return Claim.objects.get()


def test_the_wrong_half_five_times_and_the_right_one_is_not_heard_any_more(code, agent, now):
    desk = Desk(agent)
    reference = call(desk)
    desk.act(reference, "letter")
    asking = Asking.objects.get()
    for n in range(rules.HALF_TRIES):
        expected = letter_codes.NotThisLetter if n < rules.HALF_TRIES - 1 else verifying.NoTriesLeft
        with pytest.raises(expected):
            verifying.hear_second_half(asking_id=asking.id, heard=WRONG, by=agent, at=now)
    with pytest.raises(verifying.NoTriesLeft):
        verifying.hear_second_half(asking_id=asking.id, heard=halves(code)[1], by=agent, at=now)
    assert not Right.objects.exists()
    assert LetterCode.objects.get(void_at=None).spoken_at is None


def test_a_code_that_is_sent_is_keyed_by_the_caller_and_stands_in_no_answer_to_staff(incident, code, agent):
    desk = Desk(agent)
    reference = call(desk)
    desk.act(reference, "code")
    sent = Message.objects.get(occasion="one_time_code")
    secret = next(word for word in sent.words.text.split() if len(word) == 6 and word.isdigit())
    number = Asking.objects.get().call_number
    assert number in desk.seen

    phone = Client()
    wrong = {"call_number": number, "code": f"{(int(secret) + 1) % 10**6:06d}"}
    assert phone.post("/support/call/", wrong).status_code == 422
    assert not Right.objects.exists()
    assert phone.post("/support/call/", {"call_number": number, "code": secret}).url == "/support/call/done/"
    assert Right.objects.get().agent == agent
    assert "sessionid" not in phone.cookies
    assert phone.post("/support/call/", {"call_number": number, "code": secret}).status_code == 422, "once"

    page = desk.get(f"/admin/consultations/{reference}/").content.decode()
    assert "대신 하기" in page
    assert staff.sign_in(Client(), agent).get(f"/admin/delivery/message/{sent.pk}/change/").status_code in {302, 403}
    assert secret not in desk.seen.replace(number, "")


def test_nobody_acts_without_the_right_after_it_or_in_the_place_of_its_agent(incident, code, agent):
    desk, other = Desk(agent), Desk(staff.member("agent"))
    reference = call(desk)
    look, claim = (f"/admin/consultations/{reference}/{page}/" for page in ("look", "claim"))
    assert [desk.post(path).status_code for path in (look, claim)] == [302, 302], "not verified"
    desk.act(reference, "letter")
    desk.act(reference, "hear", half=halves(code)[1])
    proof = Proof.objects.get(acting=agent)
    assert not proof.is_live(timezone.now()), "it opens nobody's session"
    assert [other.post(path).status_code for path in (look, claim)] == [302, 302], "another's call"
    assert Client().get(look).status_code == 302
    reviewer = Desk(staff.member("reviewer"))
    assert reviewer.get(look).status_code == 403
    assert not Deed.objects.exists()

    assert desk.post(look).status_code == 200
    later = timezone.now() + rules.ACTS_FOR
    with pytest.raises(rules.NoRight):
        acting.look(reference=reference, by=agent, at=later)
    assert verifying.right_of(Consultation.objects.get(reference=reference), by=agent, at=later) is None


def test_whoever_heard_a_code_in_one_call_does_not_hear_it_in_the_next(code, agent):
    desk = Desk(agent)
    verified(desk, code)
    again = call(desk)
    assert "다른 상담원이 확인해야" in desk.act(again, "letter").content.decode()
    other = Desk(staff.member("agent"))
    assert halves(code)[0] in other.act(call(other), "letter").content.decode()


def test_taking_a_call_over_ends_the_right_of_whoever_had_it(code, agent):
    desk = Desk(agent)
    reference = verified(desk, code)
    other = Desk(staff.member("agent"))
    assert "대신 하기" not in other.act(reference, "take").content.decode()
    assert Right.objects.get().ended_at is not None
    assert desk.post(f"/admin/consultations/{reference}/look/").status_code == 302


def test_what_is_promised_stays_due_until_it_is_kept(agent, incident):
    desk = Desk(agent)
    reference = call(desk, known=False)
    said = {"answered": "확인해서 전화드린다고 했어요.", "promised": "결과를 전화로 알리기", "promise_by": ""}
    assert "언제까지 하기로 했는지" in desk.act(reference, "answer", **said).content.decode()
    day = timezone.localdate() + dt.timedelta(days=2)
    desk.act(reference, "answer", **{**said, "promise_by": day.isoformat()})
    kept = Consultation.objects.get(reference=reference)
    assert (kept.state, kept.due_date, kept.promised) == ("promised", day, said["promised"])
    found = desk.get("/admin/support/consultation/", {"q": reference})
    assert reference in found.content.decode()
    desk.act(reference, "keep_promise")
    kept.refresh_from_db()
    assert kept.state == "closed"


def test_whoever_has_neither_phone_nor_email_is_found_by_her_letter_s_check_code_and_told_on_paper(agent, now):
    sunja = {key: OKSUN[key] for key in ("birth_date", "items")} | {
        "customer_ref": "C-SUNJA",
        "name": "이순자",
        "address": "서울특별시 중구 한빛로 7",
    }
    incident = cast.incident(at=now)
    notice = cast.notice(incident, at=now)
    cast.listed(incident, sunja, at=now)
    code = cast.codes_on_paper(incident, at=now)["이순자"]
    [[addressed]] = addresses.addressed(incident.active_dataset)
    to, words = letters_on_paper.LeakLetter(notice).to(addressed)
    with transaction.atomic():
        letter = outbox.put(words, to=to, key="letter:1", lane="campaign", at=now, channel=Channel.LETTER)

    desk = Desk(agent)
    reference = call(desk, known=False)
    said = {"name": "이순자", "birth_date": "19460508", "check_code": letter.code}
    desk.act(reference, "caller", **said)
    assert halves(code)[0] in desk.act(reference, "letter").content.decode()
    assert "전화기로 인증번호 보내기" not in desk.get(f"/admin/consultations/{reference}/").content.decode()
    desk.act(reference, "hear", half=halves(code)[1])
    assert "유출됨" in desk.post(f"/admin/consultations/{reference}/look/").content.decode()
    told = Message.objects.get(occasion="done_for_you")
    assert (told.channel, told.about) == (Channel.LETTER, f"letters:{incident.slug}")
    assert told.recipient.name == "이순자"
    assert reference in told.words.text


def test_a_name_stays_with_the_right_for_half_an_hour_and_goes_after_it(code, agent):
    verified(Desk(agent), code)
    at = timezone.now()
    lookup_actions.forget_what_is_over(at=at + dt.timedelta(minutes=20))
    assert Proof.objects.get(acting=agent).identity is not None
    lookup_actions.forget_what_is_over(at=at + rules.ACTS_FOR + dt.timedelta(minutes=1))
    assert Proof.objects.get(acting=agent).identity is None


def test_what_is_over_is_forgotten_after_its_years_and_what_is_promised_is_not(code, agent):
    desk = Desk(agent)
    over, promised = verified(desk, code), call(desk, known=False)
    desk.act(over, "answer", answered="끝났어요.", promised="", promise_by="")
    day = timezone.localdate().isoformat()
    desk.act(promised, "answer", answered="네.", promised="전화하기", promise_by=day)
    later = timezone.now() + rules.KEEP_CONSULTATION + dt.timedelta(days=3)
    assert health.forgetting(at=later) != ""
    assert consulting.forget_consultations(at=later) == 1
    assert [one.reference for one in Consultation.objects.all()] == [promised]
    assert not Right.objects.exists()
    assert health.forgetting(at=later) == ""


def test_that_was_not_me_ends_the_right_voids_the_code_and_marks_what_was_done(code, agent):
    desk = Desk(agent)
    reference = verified(desk, code)
    desk.post(f"/admin/consultations/{reference}/look/")
    other = Desk(staff.member("intake"))
    assert "본인이 아니라고 함" in other.act(reference, "disown").content.decode()
    assert Deed.objects.get().denied_at is not None
    assert Right.objects.get().ended_at is not None
    assert LetterCode.objects.get().void_at is not None
    assert desk.post(f"/admin/consultations/{reference}/look/").status_code == 302


def test_a_claim_that_was_not_hers_is_held_she_is_told_and_neither_decided_nor_paid(incident, code, agent, now):
    desk = Desk(agent)
    claim = file_for(desk, incident, verified(desk, code))
    reviewer, approver = staff.member("reviewer"), staff.member("approver")
    reviewing.take(reference=claim.reference, version=claim.version, by=reviewer, at=now)
    claim.refresh_from_db()
    lines = [Proposed(line.number, "full", line.amount, "card_data_leaked") for line in claim.lines.all()]
    reviewing.propose(reference=claim.reference, version=claim.version, lines=lines, sentence="네", by=reviewer, at=now)
    Desk(staff.member("intake")).act(claim.entered_in, "disown")

    claim.refresh_from_db()
    held = claim.holds.get()
    assert (held.why, held.about, held.ended_at) == ("disowned", claim.entered_in, None)
    told = Message.objects.get(occasion="claim_held")
    assert told.recipient.dialled == OKSUN["phone"]
    assert claim.reference in told.words.text
    with pytest.raises(claim_rules.OnHold):
        reviewing.confirm(reference=claim.reference, version=claim.version, by=approver, at=now)

    page = f"/admin/claims/review/{claim.reference}/"
    read = Desk(reviewer).get(page).content.decode()
    assert "본인이 연락한 적이 없다고 했어요" in read
    assert 'value="let_go"' not in read, "not a reviewer's to say"
    assert claim.reference in Desk(reviewer).get("/admin/claims/claim/?waits=held").content.decode()
    judge = Desk(approver)
    read = judge.get(page).content.decode()
    assert 'value="let_go"' in read
    assert 'value="confirm"' not in read

    judge.post(f"{page}act/", {"act": "let_go", "version": claim.version})
    assert claim.holds.get().ended_as == "let_go"
    assert Message.objects.get(occasion="hold_over").recipient.dialled == OKSUN["phone"]
    claim.refresh_from_db()
    reviewing.confirm(reference=claim.reference, version=claim.version, by=approver, at=now)
    holding.hold(reference=claim.reference, why=WhyHeld.DISOWNED, about=claim.entered_in, by=agent, at=now)
    claim.refresh_from_db()
    with pytest.raises(claim_rules.OnHold):
        payouts.prepare(claim=claim, by=staff.member("payer"), at=now, version=claim.version)


def test_a_claim_that_was_not_hers_is_taken_away_and_the_way_is_free_for_her_own(incident, code, agent, now):
    desk = Desk(agent)
    claim = file_for(desk, incident, verified(desk, code))
    other = Desk(staff.member("intake"))
    other.act(claim.entered_in, "disown")
    other.act(claim.entered_in, "disown")
    assert claim.holds.count() == Message.objects.filter(occasion="claim_held").count() == 1
    with pytest.raises(IntegrityError, match="claims_hold_ended_by_somebody"), transaction.atomic():
        claim.holds.update(ended_at=now)
    claim.refresh_from_db()
    with pytest.raises(claim_rules.NotByWhoEnteredIt):
        holding.take_away(reference=claim.reference, version=claim.version, by=agent, at=now)

    act, typed = f"/admin/claims/review/{claim.reference}/act/", {"act": "take_away", "version": claim.version}
    Desk(staff.member("reviewer")).post(act, typed)
    claim.refresh_from_db()
    assert claim.state == "submitted", "two rights"
    Desk(staff.member("approver")).post(act, typed)
    claim.refresh_from_db()
    assert (claim.state, claim.holds.get().ended_as) == ("withdrawn", "taken_away")
    assert holding.hold(reference=claim.reference, why=WhyHeld.DISOWNED, about="", by=agent, at=now) is None

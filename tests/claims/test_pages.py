"""Each page: it works, it refuses the wrong method and strangers, it loses nothing that was typed, and it never breaks."""

from __future__ import annotations

import datetime as dt
import html
import json

import pytest
from django.test import Client
from django.utils import timezone

from claims import actions
from claims.models import Claim, Draft
from lookup.models import Proof
from notices.models import Incident
from tests import cast
from tests.claims.conftest import (
    CAP,
    JUNHO,
    MINJI,
    SEOYOUNG,
    browse,
    draft_of,
    filled,
    line,
    picture,
    prove,
    seen,
    submit,
)

STEPS = ["kind", "lines", "story", "evidence", "account", "check"]
DAY = dt.timedelta(days=1)
NUL = "\x00"
HOSTILE = [
    "",
    NUL,
    "💥🇰🇷👨‍👩‍👧",
    "1" + "0" * 30,
    "-1",
    "1e9",
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "{{ settings.SECRET_KEY }}",
    "\u202e\u200b\ufeff",
    "가" * 200_000,
    "%s%s%n",
    "../../etc/passwd",
]


@pytest.fixture
def proof(incident: Incident) -> Proof:
    return prove(SEOYOUNG)


@pytest.fixture
def client(proof: Proof) -> Client:
    return browse(proof)


@pytest.fixture
def draft(proof: Proof, incident: Incident) -> Draft:
    return actions.open_draft(proof=proof, incident=incident, by=proof.person.user, at=timezone.now())


@pytest.fixture
def whole(proof: Proof, incident: Incident) -> Draft:
    return draft_of(proof, incident)


def post(client: Client, draft: Draft, step: str, **fields: object):
    return client.post(f"/claims/new/{step}/", {"draft": str(draft.id), **fields})


def named(*lines: dict[str, str]) -> dict[str, str]:
    return {
        "lines": str(len(lines)),
        **{f"line-{place}-{field}": value for place, one in enumerate(lines) for field, value in one.items()},
    }


def text(answer: object) -> str:
    return html.unescape(answer.content.decode())


# Who comes in.


@pytest.mark.parametrize("page", ["", "new/", *(f"new/{step}/" for step in STEPS), "CLM-7F3K-29QD/"])
def test_whoever_has_not_proved_a_contact_is_led_to_the_proof(db: None, page: str) -> None:
    for answer in (Client().get(f"/claims/{page}"), Client().get(f"/en/claims/{page}")):
        assert answer.status_code == 302
        assert answer.headers["location"].endswith("/lookup/")
        assert "no-store" in answer.headers["cache-control"]


@pytest.mark.parametrize("page", ["", "new/", *(f"new/{step}/" for step in STEPS)])
def test_whoever_is_on_no_list_is_led_to_the_answer(incident: Incident, page: str) -> None:
    stranger = browse(prove({**SEOYOUNG, "name": "최도윤", "phone": "010-0000-9999"}))
    assert stranger.get(f"/claims/{page}").headers["location"].endswith("/lookup/answer/")


@pytest.mark.parametrize("page", ["new/", *(f"new/{step}/" for step in STEPS)])
def test_other_methods_are_refused(client: Client, draft: Draft, page: str) -> None:
    for method in (client.put, client.delete, client.patch):
        assert method(f"/claims/{page}").status_code == 405
    assert client.head(f"/claims/{page}").status_code == 200


def test_reading_pages_are_only_read(client: Client, claim: Claim) -> None:
    for page in ["", f"{claim.reference}/receipt/"]:
        assert client.post(f"/claims/{page}").status_code == 405


@pytest.mark.parametrize("step", STEPS)
def test_a_form_without_its_token_is_refused(proof: Proof, draft: Draft, step: str) -> None:
    strict = browse(proof)
    strict.handler.enforce_csrf_checks = True
    assert post(strict, draft, step, kind="other").status_code == 403
    draft.refresh_from_db()
    assert draft.saved_at is None


# What the offer says.


def test_the_offer_names_term_cap_time_and_rights(client: Client, incident: Incident) -> None:
    page = text(client.get("/claims/new/"))
    assert f"{CAP:,}원까지" in page
    assert "영업일 5일 안" in page
    assert "손해배상·분쟁조정·소송 권리는 그대로예요" in page
    assert not Draft.objects.exists()


def test_beginning_twice_is_one_draft(client: Client, incident: Incident) -> None:
    for _ in range(2):
        assert client.post("/claims/new/", {"incident": incident.slug}).status_code == 302
    assert Draft.objects.count() == 1


@pytest.mark.parametrize("slug", ["", "absent", NUL, "가" * 5000])
def test_beginning_with_no_such_incident_is_not_found(client: Client, slug: str) -> None:
    assert client.post("/claims/new/", {"incident": slug}).status_code == 404


def test_the_offer_says_why_not(client: Client, incident: Incident) -> None:
    def page() -> str:
        answer = client.get("/claims/new/")
        assert answer.status_code == 200
        refused = client.post("/claims/new/", {"incident": incident.slug})
        assert refused.status_code == 409
        assert not Draft.objects.exists()
        return text(answer)

    Incident.objects.update(claims_until_date=timezone.localdate() - DAY)
    assert "선보상 신청 기한이 지났어요" in page()
    Incident.objects.update(claims_until_date=None)
    assert "이 사고에는 선보상이 없어요" in page()
    Incident.objects.update(claims_until_date=timezone.localdate())
    cast.listed(incident, JUNHO, at=timezone.now())
    assert "유출 명단에 없어서 선보상을 신청할 수 없어요" in page()


def test_the_offer_leads_to_the_claim_that_is_open(client: Client, claim: Claim) -> None:
    page = text(client.get("/claims/new/"))
    assert "이미 신청하신 것이 있어요" in page
    assert f"/claims/{claim.reference}/" in page
    assert "새로 신청하기" not in text(client.get("/claims/"))


def test_whoever_may_have_leaked_is_offered_it_too(incident: Incident) -> None:
    assert "신청 시작하기" in text(browse(prove(MINJI)).get("/claims/new/"))


def test_two_incidents_are_offered_each_and_never_mixed_up(incident: Incident) -> None:
    second = cast.incident("second", at=timezone.now(), title_ko="둘째 사고")
    cast.listed(second, SEOYOUNG, at=timezone.now())
    proof = prove(SEOYOUNG)
    client = browse(proof)
    page = text(client.get("/claims/new/"))
    assert "둘째 사고" in page
    assert incident.title_ko in page

    for one in (incident, second):
        client.post("/claims/new/", {"incident": one.slug})
    first = Draft.objects.get(incident=incident)
    post(client, first, "story", story="첫째 이야기")

    assert "첫째 이야기" in text(client.get("/claims/new/story/"))  # saved last, so it is the one in hand
    assert Draft.objects.get(incident=second).steps == {}


# The six steps.


@pytest.mark.parametrize("step", STEPS)
def test_a_step_without_a_draft_leads_to_where_one_begins(client: Client, step: str) -> None:
    assert client.get(f"/claims/new/{step}/").headers["location"] == "/claims/new/"
    for given in ["", "no-uuid", "00000000-0000-0000-0000-000000000000"]:
        assert client.post(f"/claims/new/{step}/", {"draft": given}).headers["location"] == "/claims/new/"
    assert not Draft.objects.exists()


def test_a_form_sent_without_its_draft_changes_no_draft(client: Client, draft: Draft) -> None:
    assert client.post("/claims/new/kind/", {"kind": "other"}).status_code == 302
    assert Draft.objects.get().steps == {}


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("step", ["kind", "story", "account"])
def test_nothing_typed_breaks_a_page(client: Client, draft: Draft, step: str, value: str) -> None:
    fields = {"kind": ["kind"], "story": ["story"], "account": ["bank", "number", "holder"]}[step]
    answer = post(client, draft, step, **dict.fromkeys(fields, value))

    assert answer.status_code in {302, 422}
    assert "<script>alert" not in answer.content.decode()
    assert client.get(f"/claims/new/{step}/").status_code == 200
    assert client.get("/claims/new/check/").status_code == 200


def test_a_megabyte_of_story_is_refused_in_words_and_shown_again(client: Client, draft: Draft) -> None:
    answer = post(client, draft, "story", story="가" * 350_000)
    assert answer.status_code == 422
    assert "4,000자까지 적을 수 있어요. 지금은 350,000자예요." in text(answer)
    assert "가" * 350_000 in text(answer)
    assert Draft.objects.get().steps == {}  # more than a draft keeps


@pytest.mark.parametrize("do", ["continue", "add", "remove-2", "later"])
def test_more_than_a_draft_keeps_is_said_and_shown_again(client: Client, draft: Draft, do: str) -> None:
    padded = line(merchant="가게" + " " * 25_000)  # good once cleaned, but too much to keep as typed
    answer = post(client, draft, "lines", do=do, **named(padded))
    assert answer.status_code == 422
    assert "적은 글이 너무 길어서 저장하지 못했어요" in text(answer)
    answer = post(client, draft, "story", do=do, story="가" + "\n" * 25_000)
    assert answer.status_code == 422
    assert "적은 글이 너무 길어서 저장하지 못했어요" in text(answer)
    assert Draft.objects.get().steps == {}


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize("field", ["kind", "day", "merchant", "amount"])
def test_nothing_typed_breaks_the_lines(client: Client, draft: Draft, field: str, value: str) -> None:
    answer = post(client, draft, "lines", **named({**line(), field: value}))

    assert answer.status_code in ({302, 422} if field == "merchant" else {422})
    assert "<script>alert" not in answer.content.decode()
    assert client.get("/claims/new/lines/").status_code == 200


def test_what_was_typed_comes_back_with_the_words_that_help(client: Client, draft: Draft) -> None:
    answer = post(
        client, draft, "lines", **named(line(amount="이십만", day="2099 12 05"), line(merchant="", amount="0"))
    )

    page = text(answer)
    assert answer.status_code == 422
    assert "<title>오류:" in page
    assert "4가지를 고쳐 주세요" in page
    assert "금액을 숫자로 적어 주세요. 예: 200000" in page
    assert "사이의 날짜를 적어 주세요" in page
    assert "1원 이상을 적어 주세요" in page
    assert 'value="이십만"' in page
    assert 'value="2099 12 05"' in page
    again = text(client.get("/claims/new/lines/"))
    assert 'value="이십만"' in again
    assert "고쳐 주세요" not in again


def test_the_errors_speak_english_too(client: Client, draft: Draft) -> None:
    answer = client.post("/en/claims/new/lines/", {"draft": str(draft.id), **named(line(amount=""))})
    assert answer.status_code == 422
    assert '<html lang="en"' in answer.content.decode()


def test_lines_above_the_cap_together_are_refused_in_words(client: Client, draft: Draft) -> None:
    answer = post(client, draft, "lines", **named(line(amount=str(CAP)), line(amount="1")))
    assert answer.status_code == 422
    assert f"모두 더해 {CAP:,}원까지 신청할 수 있어요" in text(answer)


def test_lines_are_added_and_removed_without_javascript(client: Client, draft: Draft) -> None:
    added = post(client, draft, "lines", do="add", **named(line(merchant="하나")))
    assert added.headers["location"] == "/claims/new/lines/#line-2"
    page = text(client.get("/claims/new/lines/"))
    assert 'id="line-2"' in page
    assert 'value="하나"' in page

    removed = post(client, draft, "lines", do="remove-1", **named(line(merchant="하나"), line(merchant="둘")))
    assert removed.status_code == 302
    page = text(client.get("/claims/new/lines/"))
    assert 'value="하나"' not in page
    assert 'value="둘"' in page


def test_removing_what_is_not_there_removes_nothing(client: Client, draft: Draft) -> None:
    for do in ["remove-9", "remove-", "remove--1", "remove-x"]:
        assert post(client, draft, "lines", do=do, **named(line(merchant="하나"))).status_code == 302
        assert 'value="하나"' in text(client.get("/claims/new/lines/"))


def test_the_last_line_leaves_an_empty_one(client: Client, draft: Draft) -> None:
    post(client, draft, "lines", do="remove-1", **named(line(merchant="하나")))
    assert 'id="line-1"' in text(client.get("/claims/new/lines/"))
    assert post(client, draft, "lines", **named(line(day="", merchant="", amount=""))).status_code == 422


def test_fifty_lines_and_no_more(client: Client, draft: Draft) -> None:
    fifty = [line(amount="1", merchant="가")] * 50
    more = post(client, draft, "lines", do="add", **named(*fifty))
    assert more.status_code == 422
    assert "피해는 50가지까지 적을 수 있어요" in text(more)
    assert post(client, draft, "lines", **named(*fifty)).status_code == 302
    told_many = post(client, draft, "lines", **{**named(line()), "lines": "999999999999"})
    assert told_many.status_code in {302, 422}


def test_an_empty_line_beside_a_written_one_is_left_out(client: Client, draft: Draft) -> None:
    answer = post(client, draft, "lines", **named(line(), line(day="", merchant="", amount="")))
    assert answer.headers["location"] == "/claims/new/story/"
    assert len(Draft.objects.get().steps["lines"]) == 1


def test_finish_later_keeps_what_is_half_written(client: Client, draft: Draft) -> None:
    answer = post(client, draft, "lines", do="later", **named(line(amount="")))
    assert answer.headers["location"] == "/claims/"
    assert "적다 만 신청서가 있어요" in text(client.get("/claims/"))
    assert 'value="GLB TECH STORE"' in text(client.get("/claims/new/lines/"))


def test_going_on_leads_to_the_first_step_that_wants_something(
    client: Client, incident: Incident, whole: Draft
) -> None:
    assert client.post("/claims/new/", {"incident": incident.slug}).headers["location"] == "/claims/new/check/"
    post(client, whole, "story", story="")
    assert client.post("/claims/new/", {"incident": incident.slug}).headers["location"] == "/claims/new/story/"


def test_a_correction_leads_back_to_the_check_page(client: Client, whole: Draft) -> None:
    assert 'name="then" value="check"' in text(client.get("/claims/new/story/?then=check"))
    answer = post(client, whole, "story", story="다시 적었어요.", then="check")
    assert answer.headers["location"] == "/claims/new/check/"
    away = post(client, whole, "story", story="다시", then="https://elsewhere.example/")
    assert away.headers["location"] == "/claims/new/evidence/"


def test_the_draft_is_there_on_another_device(client: Client, whole: Draft) -> None:
    elsewhere = browse(prove(SEOYOUNG, "email"))
    assert "11월 5일에 결제 문자를 받고 알았어요." in text(elsewhere.get("/claims/new/story/"))
    assert "적다 만 신청서가 있어요" in text(elsewhere.get("/claims/"))


def test_the_page_says_which_step_and_when_it_was_saved(client: Client, draft: Draft) -> None:
    assert "저장됨" not in text(client.get("/claims/new/kind/"))
    post(client, draft, "kind", kind="smishing")
    page = text(client.get("/claims/new/lines/"))
    saved = timezone.localtime(Draft.objects.get().saved_at)
    assert "6단계 중 2단계" in page
    assert f"저장됨 {saved:%H:%M}" in page
    assert '<option value="smishing" selected>' in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"bank": "090"}, "카카오뱅크 계좌번호는 숫자 13자리예요. 지금은 11자리예요."),
        ({"bank": "999"}, "목록에서 은행을 골라 주세요"),
        ({"number": "계좌"}, "계좌번호를 숫자로 적어 주세요"),
        ({"number": ""}, "계좌번호를 적어 주세요"),
        ({"holder": "이준호"}, "예금주가 김서영 님이어야 해요"),
        ({"holder": ""}, "예금주 이름을 적어 주세요"),
    ],
)
def test_an_account_that_cannot_be_paid_is_refused(client: Client, draft: Draft, fields: dict, words: str) -> None:
    answer = post(client, draft, "account", **{**filled()["account"], **fields})
    assert answer.status_code == 422
    assert words in text(answer)


# Checking and filing.


def test_the_check_page_names_what_is_missing_and_files_nothing(client: Client, draft: Draft) -> None:
    page = text(client.get("/claims/new/check/"))
    assert "아직 마치지 않은 곳이 있어요" in page
    for step in ["kind", "lines", "story", "account"]:
        assert f"/claims/new/{step}/?then=check" in page
    assert post(client, draft, "check", declared="on", seen="x").status_code == 422
    assert not Claim.objects.exists()


def test_the_check_page_shows_everything_with_the_account_masked(client: Client, whole: Draft) -> None:
    page = text(client.get("/claims/new/check/"))
    for words in [
        "GLB TECH STORE",
        "1,112,400",
        "KB국민은행",
        "••••-8901",
        "결제 문자를 받고 알았어요",
        "권리는 그대로예요",
    ]:
        assert words in page
    assert "12345678901" not in page
    assert "123-45-678901" not in page


def test_without_the_declaration_nothing_is_filed(client: Client, proof: Proof, whole: Draft) -> None:
    answer = post(client, whole, "check", seen=seen(proof, whole))
    assert answer.status_code == 422
    assert "적은 내용이 사실인지 확인하고 표시해 주세요" in text(answer)
    assert not Claim.objects.exists()


def test_sent_twice_it_is_one_claim_and_the_same_receipt(client: Client, proof: Proof, whole: Draft) -> None:
    form = {"declared": "on", "seen": seen(proof, whole)}
    first, second = (post(client, whole, "check", **form) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert first.headers["location"] == second.headers["location"]
    assert Claim.objects.count() == 1


def test_sent_again_with_other_content_the_first_stands_and_it_is_said(
    client: Client, proof: Proof, whole: Draft
) -> None:
    post(client, whole, "check", declared="on", seen=seen(proof, whole))
    answer = post(client, whole, "check", declared="on", seen="0" * 64)
    claim = Claim.objects.get()
    assert answer.status_code == 409
    assert "나중에 보낸 다른 내용은 들어가지 않았어요" in text(answer)
    assert claim.reference in text(answer)


def test_a_step_sent_after_the_filing_leads_to_the_receipt(client: Client, proof: Proof, whole: Draft) -> None:
    reference = submit(proof, whole).claim.reference
    assert post(client, whole, "story", story="늦었어요").headers["location"] == f"/claims/{reference}/receipt/"


def test_what_changed_in_another_window_is_shown_before_it_is_filed(client: Client, proof: Proof, whole: Draft) -> None:
    value = seen(proof, whole)
    post(client, whole, "story", story="다른 창에서 고쳤어요.")
    answer = post(client, whole, "check", declared="on", seen=value)
    assert answer.status_code == 409
    assert "다른 창에서 내용이 바뀌었어요" in text(answer)
    assert "다른 창에서 고쳤어요." in text(answer)
    assert not Claim.objects.exists()


def test_fields_that_nobody_offers_change_nothing(client: Client, proof: Proof, whole: Draft) -> None:
    extra = {"state": "paid", "amount": "99", "person": "1", "reference": "CLM-AAAA-AAAA", "user_id": "1"}
    post(client, whole, "check", declared="on", seen=seen(proof, whole), **extra)
    claim = Claim.objects.get()
    assert (claim.state, claim.amount, claim.person) == ("submitted", 1_112_400, proof.person)


# Time runs out.


def age(proof: Proof, **ages: dt.timedelta) -> None:
    Proof.objects.filter(pk=proof.pk).update(**{field: timezone.now() - back for field, back in ages.items()})


def after_a_new_proof(client: Client) -> Client:
    """The same browser, in which the same person has proved the contact again."""
    renewed = browse(prove(SEOYOUNG))
    session_key = renewed.cookies["sessionid"].value
    renewed.cookies.update(client.cookies)
    renewed.cookies["sessionid"] = session_key
    return renewed


def test_what_is_typed_after_the_proof_ran_out_comes_back_after_the_new_one(
    client: Client, proof: Proof, whole: Draft
) -> None:
    age(proof, last_used_at=dt.timedelta(minutes=11))
    answer = post(client, whole, "story", story="오래 걸려 적은 이야기")
    assert answer.headers["location"].endswith("/lookup/")
    assert "오래 걸려" not in json.dumps(Draft.objects.get().steps, ensure_ascii=False)

    renewed = after_a_new_proof(client)
    page = text(renewed.get("/claims/new/story/"))
    assert "오래 걸려 적은 이야기" in page
    assert "적은 것은 그대로 있어요" in page


def test_files_chosen_after_the_proof_ran_out_are_asked_for_again(client: Client, proof: Proof, whole: Draft) -> None:
    age(proof, last_used_at=dt.timedelta(minutes=11))
    assert post(client, whole, "evidence", files=[picture()]).headers["location"].endswith("/lookup/")

    renewed = after_a_new_proof(client)
    assert "방금 고른 파일이 있으면 받지 못했으니" in text(renewed.get("/claims/new/evidence/"))


def test_the_account_wants_a_proof_of_the_last_five_minutes(client: Client, proof: Proof, whole: Draft) -> None:
    age(proof, renewed_at=dt.timedelta(minutes=6))
    assert client.get("/claims/new/account/").headers["location"].endswith("/lookup/again/")
    answer = post(client, whole, "account", bank="088", number="110234567890", holder="김서영")
    assert answer.headers["location"].endswith("/lookup/again/")
    assert Draft.objects.get().steps["account"]["bank"] == "004"
    assert client.get("/claims/new/story/").status_code == 200

    age(proof, renewed_at=dt.timedelta())
    page = text(client.get("/claims/new/account/"))
    assert 'value="110234567890"' in page
    assert '<option value="088" selected>' in page

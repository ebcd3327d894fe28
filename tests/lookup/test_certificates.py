"""A certificate of one's own answer: made on demand, checked by anybody with its code, revoked by a corrected list at once."""

from __future__ import annotations

import datetime as dt
import html
import io
import re
from typing import Any

import pgtrigger
import pikepdf
import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.test import Client
from django.utils import timezone

from breachdesk.audit.models import Event
from breachdesk.lib import dates, paper, references
from breachdesk.limits.models import Spent
from lookup import actions, certifying, health, rules
from lookup.certificate_models import Certificate
from lookup.models import Proof
from lookup.states import Method
from notices.models import Incident
from notices.states import Mode
from tests import cast
from tests.lookup.conftest import MINJI, SEOYOUNG, Visitor

pytestmark = pytest.mark.django_db
DOYUN = {"name": "최도윤", "birth_date": "2001-09-14", "phone": "010-0000-9999"}
PAGE = "/lookup/certificate/demo/"
HOUR = dt.timedelta(hours=1)


def shown(page: Any) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())


def come(person: dict[str, str]) -> Visitor:
    Spent.objects.exclude(budget__startswith="lookup.certificate").delete()
    visitor = Visitor()
    visitor.look_up(person)
    return visitor


def make(visitor: Visitor, root: str = "") -> Certificate:
    answer = visitor.post(root + PAGE)
    assert (answer.status_code, answer["Location"]) == (302, root + PAGE)
    return Certificate.objects.latest("pk")


def download(visitor: Client, one: Certificate, root: str = "") -> Any:
    return visitor.post(f"{root}/lookup/certificates/{one.number}/paper/")


def check(code: str, root: str = "") -> str:
    page = Client().post(f"{root}/verify/", {"code": code})
    assert page.status_code == 200
    return shown(page)


@pytest.fixture
def papers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is handed to the printer of PDFs, which takes a second for each."""
    seen: list[str] = []
    monkeypatch.setattr(paper, "pdf", lambda text: seen.append(text) or b"%PDF-1.7 a stand-in")
    return seen


# Its owner.


@pytest.mark.parametrize(("root", "title"), [("", "유출 사실 확인서"), ("/en", "Leak certificate")])
def test_from_the_answer_a_person_gets_a_pdf_of_it(incident: Incident, root: str, title: str) -> None:
    visitor = come(SEOYOUNG)
    assert f'href="{PAGE}"' in visitor.get("/lookup/answer/").content.decode()
    assert "김서영 님의 정보 7가지가" in shown(visitor.get(PAGE))
    one = make(visitor, root)
    given = download(visitor, one, root)
    assert (given.status_code, given["Content-Type"]) == (200, "application/pdf")
    assert given["Content-Disposition"].startswith("attachment; filename")
    assert "no-store" in given["Cache-Control"]
    document = pikepdf.open(io.BytesIO(given.content))
    assert (str(document.Root.Lang), str(document.docinfo["/Title"])) == (root.strip("/") or "ko", title)
    assert len(document.pages) == 1


@pytest.mark.parametrize(("root", "items"), [("", "카드번호"), ("/en", "card number")])
def test_it_names_whom_what_when_by_which_list_and_how_to_check_it(
    incident: Incident, papers: list[str], root: str, items: str
) -> None:
    visitor = come(SEOYOUNG)
    one = make(visitor, root)
    download(visitor, one, root)
    said = " ".join(html.unescape(re.sub(r"<style.*?</style>|<[^>]+>", " ", papers[0], flags=re.S)).split())
    for fact in ("김서영", "010-••••-1234", items, one.code):
        assert fact in said
    assert dates.full_day(timezone.localtime(one.issued_at), root.strip("/") or "ko") in said
    assert ("1판" if not root else "Version 1") in said
    assert "+8210" not in said
    assert "0000-1234" not in said
    assert references.CERTIFICATE_CODE.read(one.code) == one.code


def test_of_somebody_on_no_list_and_of_a_possible_leak_it_says_exactly_that(
    incident: Incident, papers: list[str]
) -> None:
    for person, sentence in (
        (DOYUN, "모두 같은 사람이 기준 시각의 유출 명단에 없음을 확인합니다. 이름과 생년월일은 본인이 적은 것입니다."),
        (MINJI, "유출됐을 수 있음을 확인합니다. 유출됐는지는 아직 확인하고 있습니다."),
    ):
        visitor = come(person)
        download(visitor, make(visitor))
        assert sentence in papers[-1]
        assert "유출됐음을 확인합니다" not in papers[-1]
    assert "안전하다는 뜻이 아닙니다" in papers[0]


def test_asked_twice_it_is_one_and_five_new_ones_a_day_are_the_most(incident: Incident, now: dt.datetime) -> None:
    visitor = come(SEOYOUNG)
    first = make(visitor)
    assert make(visitor) == first
    assert Event.objects.filter(kind="lookup.certificate_issued").count() == 1
    items = SEOYOUNG["items"].split("|")
    for number in range(1, 5):  # each list says otherwise
        cast.listed(incident, SEOYOUNG | {"items": "|".join(items[:-number])}, MINJI, at=timezone.now() + number * HOUR)
        assert make(visitor) != first
    cast.listed(incident, SEOYOUNG | {"items": "name"}, MINJI, at=timezone.now() + 9 * HOUR)
    refused = visitor.post(PAGE)
    assert (refused.status_code, Certificate.objects.count()) == (429, 5)
    assert "하루에 5번까지" in shown(refused)
    assert refused["Retry-After"]


def test_its_owner_finds_it_again_by_a_new_proof_and_nobody_else_does(incident: Incident, papers: list[str]) -> None:
    for person in (SEOYOUNG, DOYUN):
        one = make(come(person))
        again = come(person)
        assert one.code in shown(again.get(PAGE))
        assert download(again, one).status_code == 200
        stranger = come(MINJI)
        assert one.code not in shown(stranger.get(PAGE))
        assert download(stranger, one).status_code == 404
        assert download(stranger, Certificate(number="00000000-0000-4000-8000-000000000000")).status_code == 404
    assert len(papers) == 2


def test_without_a_proof_by_code_there_is_none(incident: Incident, papers: list[str]) -> None:
    one = make(come(SEOYOUNG))
    assert Client().get(PAGE)["Location"] == "/lookup/"
    assert download(Client(), one)["Location"] == "/lookup/"
    passkey = come(SEOYOUNG)
    proof = Proof.objects.latest("pk")
    Proof.objects.filter(pk=proof.pk).update(
        method=Method.PASSKEY, contact_hash=None, sealed_contact=None, contact_kind=""
    )
    for answer in (passkey.get(PAGE), passkey.post(PAGE), download(passkey, one)):
        assert (answer.status_code, answer["Location"]) == (302, "/lookup/")
    assert (papers, Certificate.objects.count()) == ([], 1)


def test_other_methods_and_unknown_incidents_are_refused(incident: Incident) -> None:
    visitor = come(SEOYOUNG)
    assert visitor.delete(PAGE).status_code == 405
    assert visitor.get("/lookup/certificate/none/").status_code == 404
    one = make(visitor)
    assert visitor.get(f"/lookup/certificates/{one.number}/paper/").status_code == 302
    assert visitor.get(f"/lookup/certificates/{one.number}/paper/")["Location"] == "/lookup/answer/"


def test_where_no_pdf_can_be_made_the_page_says_so_and_can_be_printed(
    incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper, "missing", lambda: "Pango is not installed")
    visitor = come(SEOYOUNG)
    one = make(visitor)
    page = download(visitor, one)
    assert page.status_code == 503
    for said in ("지금은 PDF를 만들 수 없어요", "김서영", one.code, "카드번호"):
        assert said in shown(page)


def test_downloads_are_counted(incident: Incident, papers: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "PAPERS_AN_HOUR", rules.Budget("lookup.paper.hour", 2, rules.HOUR))
    visitor = come(SEOYOUNG)
    one = make(visitor)
    assert [download(visitor, one).status_code for _ in range(3)] == [200, 200, 429]
    assert len(papers) == 2
    assert Event.objects.filter(kind="lookup.certificate_handed_over").count() == 2


# Anybody.


def test_anybody_with_the_code_is_told_yes_what_and_as_of_when_and_nothing_else(incident: Incident) -> None:
    one = make(come(SEOYOUNG))
    said = check(one.code)
    for fact in ("한빛카드가 내준 확인서가 맞아요", "온라인 결제 서버 해킹", "카드번호", "CVC", "명단 1판"):
        assert fact in said
    assert dates.full_day(timezone.localtime(one.issued_at), "ko") in said
    for secret in ("김서영", "김*영", "서영", "1234", "1986", "2417"):
        assert secret not in said.replace("2234", "")
    assert "card number" in check(one.code.lower().replace("-", ""), "/en").lower()
    assert "내준 기록이 없어요" in check(references.CERTIFICATE_CODE.new())


def test_a_letter_s_secret_code_is_not_taken_for_one(incident: Incident) -> None:
    page = Client().post("/verify/", {"code": references.new_secret()})
    assert page.status_code == 422
    assert "편지에 적힌 비밀 코드예요" in shown(page)


def test_a_corrected_list_that_changes_it_revokes_it_at_once_and_says_since_when(
    incident: Incident, now: dt.datetime, papers: list[str]
) -> None:
    visitor = come(SEOYOUNG)
    one, clear = make(visitor), make(come(DOYUN))
    changed, again = timezone.now() + HOUR, timezone.now() + 2 * HOUR
    cast.listed(incident, SEOYOUNG | {"items": "name|phone"}, MINJI, DOYUN | {"items": "name"}, at=changed)
    cast.listed(incident, MINJI | {"items": "name"}, at=again, mode=Mode.CHANGES)
    for each in (one, clear):
        said = check(each.code)
        assert "바뀐 확인서예요" in said
        assert f"{dates.moment(timezone.localtime(changed), 'ko')}에 바로잡은 명단이" in said
        assert "카드번호" not in said
    assert "Ask for a new one" in check(one.code, "/en")
    assert "더 쓸 수 없어요" in shown(visitor.get(PAGE))
    fresh = make(visitor)
    assert fresh != one
    assert "내준 확인서가 맞아요" in check(fresh.code)


def test_a_list_that_changes_nothing_for_them_revokes_nothing(incident: Incident) -> None:
    certificates = [make(come(person)) for person in (SEOYOUNG, MINJI, DOYUN)]
    turned = SEOYOUNG | {"items": "|".join(reversed(SEOYOUNG["items"].split("|")))}
    cast.listed(
        incident,
        turned,
        {"name": "한가람", "phone": "010-0000-3333", "items": "name"},
        at=timezone.now() + HOUR,
        mode=Mode.CHANGES,
    )
    for one in certificates:
        assert "내준 확인서가 맞아요" in check(one.code)


def test_when_a_possible_leak_is_confirmed_the_certificate_is_replaced(incident: Incident) -> None:
    one = make(come(MINJI))
    cast.listed(incident, MINJI | {"items": "name|phone|ci"}, at=timezone.now() + HOUR, mode=Mode.CHANGES)
    assert "바뀐 확인서예요" in check(one.code)


# The row.


def test_it_is_never_changed_and_nothing_of_it_can_be_read_in_the_table(incident: Incident) -> None:
    one = make(come(SEOYOUNG))
    with pytest.raises((InternalError, IntegrityError)), transaction.atomic():
        Certificate.objects.filter(pk=one.pk).update(list_number=7)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c::text, sealed_identity, sealed_said, sealed_code, sealed_contact FROM lookup_certificate c"
        )
        row, *sealed = cursor.fetchone()
    everything = row.encode() + b"".join(bytes(each) for each in sealed)
    for secret in ("김서영", "card_number", one.code, "+821000001234"):
        assert secret.encode() not in everything


def test_after_three_years_it_is_gone(incident: Incident, now: dt.datetime) -> None:
    one = make(come(DOYUN))
    with pgtrigger.ignore("lookup.Certificate:never_changes"):
        Certificate.objects.filter(pk=one.pk).update(issued_at=now - rules.KEEP_CERTIFICATE - 3 * rules.DAY)
    assert "내준 기록이 없어요" in check(one.code)
    assert health.forgetting(at=now) != ""
    actions.forget_what_is_over(at=now)
    assert health.forgetting(at=now) == ""
    assert not Certificate.objects.exists()


def test_the_moment_it_speaks_of_is_that_of_the_list_then(incident: Incident) -> None:
    facts = certifying.facts(make(come(SEOYOUNG)))
    assert incident.active_dataset is not None
    assert (facts.list_number, facts.list_since) == (1, incident.active_dataset.activated_at)

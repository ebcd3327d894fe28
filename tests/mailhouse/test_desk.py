"""Letters at the desk: each page works for whoever may, refuses the others, and loses nothing that was typed."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from breachdesk.audit.models import Event
from breachdesk.lib import paper
from breachdesk.mailhouse import making, queries
from breachdesk.mailhouse.models import Batch, Taking
from delivery.models import Message
from delivery.states import State
from tests import staff
from tests.browser import People, assert_accessible, picture
from tests.mailhouse.test_returned_letters import today

pytestmark = pytest.mark.django_db
LIST, NEW, WRITE, RETURNED = (
    f"/admin/mailhouse/{page}/" for page in ("batch", "batch/add", "batch/write", "batch/returned")
)
needs_paper = pytest.mark.skipif(bool(paper.missing()), reason=paper.missing())


@pytest.fixture
def editors(editor) -> Client:
    return staff.sign_in(Client(), editor)


@pytest.fixture
def officers(officer) -> Client:
    return staff.sign_in(Client(), officer)


def of(batch: Batch, *more: str) -> str:
    return "/".join([f"{LIST}{batch.pk}", *more]) + "/"


def make(editors: Client) -> Batch:
    assert editors.post(WRITE, {"incident": queries.Incident.objects.get().pk, "who": "otherwise"}).status_code == 302
    answer = editors.post(NEW, {"abouts": ["letters:demo"]})
    batch = Batch.objects.get()
    assert answer["Location"] == of(batch, "change")
    making.carry_on()
    return batch


@pytest.mark.usefixtures("quick", "stored")
def test_from_writing_to_the_last_returned_letter_by_the_pages_alone(incident, editors, officers):
    batch = make(editors)
    assert "모은 사람은 내보낼 수 없어요." in editors.get(of(batch, "change")).content.decode()
    assert editors.get(of(batch, "act", "release")).status_code == 403
    assert officers.post(of(batch, "act", "release")).status_code == 302
    editors.post(of(batch, "ask"), {"reason": "업체에 넘김"})
    wanted = Taking.objects.get()
    assert officers.post(f"/admin/mailhouse/batch/taking/{wanted.pk}/agree/").status_code == 302
    given = editors.post(f"/admin/mailhouse/batch/taking/{wanted.pk}/file/")
    names = zipfile.ZipFile(io.BytesIO(given.getvalue())).namelist()
    assert names[-1] == "manifest.csv"
    assert len(names) == 4
    assert "attachment" in given["Content-Disposition"]
    batch.refresh_from_db()
    day = today(batch.released_at).isoformat()  # a test may run at midnight
    page = editors.post(of(batch, "act", "hand"), {"day": "어제"})
    assert page.status_code == 422
    assert "날짜를 2026-11-30처럼 적어 주세요." in page.content.decode()
    assert 'value="어제"' in page.content.decode()
    editors.post(of(batch, "act", "hand"), {"day": day})
    page = editors.post(of(batch, "act", "post"), {"day": day, "count": "9"})
    assert "묶음에 든 편지보다 많아요." in page.content.decode()
    editors.post(of(batch, "act", "post"), {"day": day, "count": "2"})
    assert "업체가 센 수가 만든 수와 달라요." in editors.get(of(batch, "change")).content.decode()
    back = SimpleUploadedFile("back.csv", f"number,reason\n{batch.pk}-00001,이사\n{batch.pk}-99999,이사\n".encode())
    assert editors.post(RETURNED, {"file": back}).status_code == 302
    assert "그런 번호의 편지가 없어요" in editors.get(RETURNED).content.decode()
    assert Message.objects.get(state=State.FAILED).last_problem == "returned-moved"
    kinds = Event.objects.filter(about=batch.about).order_by("pk").values_list("kind", flat=True)
    assert [kind.removeprefix("mailhouse.") for kind in kinds] == [
        *("gathered", "made", "released", "taking_asked", "taking_agreed", "taken", "handed_over", "posted")
    ]


@pytest.mark.usefixtures("quick", "stored")
def test_whoever_may_not_is_refused_and_a_wrong_method_too(incident, editors, officers):
    batch = make(editors)
    auditors = staff.sign_in(Client(), staff.member("auditor"))
    payers = staff.sign_in(Client(), staff.member("payer"))
    for path in (LIST, of(batch, "change"), RETURNED):
        assert auditors.get(path).status_code == 200
        assert payers.get(path).status_code == 403
        assert Client().get(path).status_code == 302
    for path in (NEW, WRITE):
        assert officers.get(path).status_code == 403
        assert auditors.get(path).status_code == 403
    assert auditors.get(of(batch, "act", "drop")).status_code == 403
    assert officers.post(of(batch, "ask"), {"reason": "x"}).status_code == 403
    assert auditors.post(RETURNED, {}).status_code == 200, "it is only shown"
    assert editors.get(of(batch, "ask")).status_code == 405
    assert editors.get(of(batch, "act", "nothing")).status_code == 404
    assert editors.get(of(Batch(pk=batch.pk + 1), "act", "drop")).status_code == 404


@pytest.mark.usefixtures("quick", "stored")
def test_what_was_typed_stays_and_the_field_is_named(incident, editors):
    page = editors.post(WRITE, {"incident": incident.pk, "who": "one", "customer_ref": ""})
    assert page.status_code == 422
    assert "누구인지 고객 번호를 적어 주세요." in page.content.decode()
    page = editors.post(WRITE, {"incident": incident.pk, "who": "one", "customer_ref": "C-77"})
    assert "편지를 쓸 분이 없어요." in page.content.decode()
    assert 'value="C-77"' in page.content.decode()
    assert "묶음을 기다리는 편지가 없어요." in editors.get(NEW).content.decode()
    batch = make(editors)
    page = editors.post(of(batch, "act", "drop"), {"reason": ""})
    assert "이유를 적어 주세요." in page.content.decode()
    assert "파일을 골라 주세요." in editors.post(RETURNED, {}).content.decode()
    assert "왜 필요한지 적어 주세요." in editors.post(of(batch, "ask"), {"reason": " "}, follow=True).content.decode()


@needs_paper
@pytest.mark.usefixtures("stored")
def test_an_example_is_a_pdf_of_one_or_two_pages(incident, editors):
    batch = make(editors)
    [message, _other] = queries.examples(batch)
    given = editors.get(f"/admin/mailhouse/batch/{batch.pk}/example/{message}.pdf/".removesuffix("/"))
    assert given.content.startswith(b"%PDF-")
    assert Event.objects.filter(kind="mailhouse.example_seen").count() == 1
    assert {letter.pages for letter in batch.letters.all()} <= {1, 2}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("quick", "stored")
@pytest.mark.parametrize("width", [390, 1280])
def test_the_pages_in_a_browser(people: People, incident, editor, officer, width):
    batch = make(staff.sign_in(Client(), editor))
    staff.sign_in(Client(), officer).post(of(batch, "act", "release"))
    staff.sign_in(Client(), editor).post(of(batch, "ask"), {"reason": "업체에 넘김"})
    home = people.site.url.replace("127.0.0.1", "localhost")
    browser = people.come(width=width)
    key = staff.sign_in(Client(), editor).cookies["sessionid"].value
    browser.context.add_cookies([{"name": "sessionid", "value": key, "url": home}])
    pages = {"list": LIST, "new": NEW, "write": WRITE, "one": of(batch, "change"), "returned": RETURNED}
    for name, path in {**pages, "act": of(batch, "act", "hand")}.items():
        for language in ("", "/en"):
            browser.goto(f"{home}{language}{path}")
            picture(browser, f"letters-{name}-{width}{language.replace('/', '-')}")
            assert_accessible(browser)
    assert people.complaints == []

"""A regulator's order: its clock from receipt, its papers, and two people who say that it was answered."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.db import IntegrityError, InternalError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation
from PIL import Image

from breachdesk.accounts.models import User
from breachdesk.audit.models import Event
from notices import clocking, ordering, rules, snapshots
from notices.models import Incident
from notices.order_models import OrderDocument, RegulatorOrder
from notices.states import IllegalMove, OrderState
from tests import staff
from tests.browser import People, assert_accessible, picture
from tests.notices.test_incident_desk import SEOUL, send
from tests.notices.test_notice_desk import inside, text

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
DAY = 24 * HOUR
LIST = "/admin/notices/regulatororder/"


@pytest.fixture
def editor(db: None) -> User:
    return staff.member("notice_editor", name="이작성")


@pytest.fixture
def officer(db: None) -> User:
    return staff.member("privacy_officer", name="정하윤")


@pytest.fixture
def order(incident: Incident, editor: User, at: dt.datetime) -> RegulatorOrder:
    received = at - 2 * DAY
    facts = {
        "authority": "pipc",
        "office": "조사1과",
        "reference": "조사1과-101",
        "asks": "유출 항목을 모두 알리고 결과를 내라.",
        "received_at": received,
        "due_at": ordering.answer_by(incident, received_at=received),
    }
    return ordering.write_down(incident=incident, facts=facts, by=editor, at=at)


def page(order: RegulatorOrder) -> str:
    return f"{LIST}{order.pk}/change/"


def at_desk(name: str, *arguments: object) -> str:
    with translation.override("ko"):
        return reverse(f"admin:order_{name}", args=arguments)


def local(moment: dt.datetime) -> str:
    return f"{moment.astimezone(SEOUL):%Y-%m-%dT%H:%M}"


def say(order: RegulatorOrder, by: User, at: dt.datetime, **other: object) -> None:
    given = {"answer": "알렸고 결과를 냈다.", "sent_at": at - HOUR, "why_late": "", **other}
    ordering.say_answered(order=order, **given, by=by, at=at)  # type: ignore[arg-type]


def test_an_order_is_written_down_once_and_due_seven_days_from_receipt(
    incident: Incident, editor: User, at: dt.datetime
):
    client, new = inside(editor), at_desk("new", incident.pk)
    received = (at - DAY).replace(second=0, microsecond=0)
    given = {"authority": "fss", "asks": "자료를 내라.", "received_at": local(received)}
    for _twice in range(2):
        assert "기한을 세기 시작했어요." in text(client.post(new, given, follow=True))
    [order] = RegulatorOrder.objects.all()
    assert order.due_at == received + 7 * DAY
    assert Event.objects.get(kind="notices.order_received").about == "order:demo-1"
    for field, typed, said in (
        ("asks", "", "적어 주세요."),
        ("received_at", "2999-01-01T00:00", "아직 오지 않은 때를 적을 수 없어요."),
        ("due_at", "2020-01-01T00:00", "기한은 받은 때보다 뒤여야 해요."),
        ("authority", "pope", "올바르게 선택해 주세요"),
    ):
        answer = client.post(new, {**given, "office": "적은 것", field: typed})
        assert answer.status_code == 422
        assert said in text(answer)
        assert "적은 것" in answer.content.decode(), "nothing typed is lost"


def test_the_days_are_the_incidents_own(incident: Incident, editor: User, at: dt.datetime):
    values = snapshots.of_duty(clocking.duties_of(incident)["order_answer"])
    clocking.keep_duty(
        incident=incident,
        code="order_answer",
        values={**values, "hours": 48},
        seen=snapshots.stamp(values),
        by=editor,
        at=at,
    )
    assert ordering.answer_by(incident, received_at=at) == at + 48 * HOUR


def test_it_is_taken_answered_by_one_and_confirmed_by_another(
    order: RegulatorOrder, editor: User, officer: User, at: dt.datetime
):
    client, act = inside(editor), at_desk("act", order.pk)
    assert "이 명령을 맡았어요." in text(client.post(act, {"act": "take"}, follow=True))
    assert "그사이 다른 사람이 상태를 바꿨어요." in text(client.post(act, {"act": "take"}, follow=True))
    answer = {"act": "answer", "answer": "알렸다.", "sent_at": local(at - HOUR)}
    assert "무엇을 답했나요?: 적어 주세요." in text(client.post(act, {**answer, "answer": ""}))
    early = client.post(act, {**answer, "sent_at": local(at - 9 * DAY)})
    assert "명령을 받기 전에 답했을 수는 없어요." in text(early)
    assert "적었어요." in text(client.post(act, answer, follow=True))
    assert "답했다고 적은 사람은 확인할 수 없어요." in text(client.get(page(order)))
    assert client.post(act, {"act": "confirm"}).status_code == 403, "the editor's role confirms nothing"
    second = inside(officer)
    assert "왜 돌려보내는지 적어 주세요." in text(second.post(act, {"act": "send_back"}, follow=True))
    assert "답한 것을 확인했어요." in text(second.post(act, {"act": "confirm"}, follow=True))
    order.refresh_from_db()
    assert (order.state, order.answered_by, order.confirmed_by) == (OrderState.ANSWERED, editor, officer)
    kinds = Event.objects.filter(about=order.about).order_by("pk").values_list("kind", flat=True)
    assert [kind.removeprefix("notices.order_") for kind in kinds] == ["received", "taken", "said_answered", "answered"]
    assert [one.went_to for one in order.moves.all()] == ["in_hand", "to_confirm", "answered"]


def test_one_person_never_does_both_whatever_their_roles(order: RegulatorOrder, officer: User, at: dt.datetime):
    ordering.take_on(order=order, by=officer, at=at)
    say(order, officer, at)
    with pytest.raises(rules.OwnAnswer):
        ordering.confirm(order=order, by=officer, at=at)
    whole = {"state": OrderState.ANSWERED, "confirmed_at": at, "confirmed_by": officer}
    with pytest.raises(IntegrityError), transaction.atomic():
        RegulatorOrder.objects.filter(pk=order.pk).update(**whole)


def test_an_answer_that_is_late_says_why_and_what_was_answered_never_changes(
    order: RegulatorOrder, editor: User, officer: User, at: dt.datetime
):
    ordering.take_on(order=order, by=editor, at=at)
    later = at + 9 * DAY
    with pytest.raises(rules.NoReasonForLateness):
        say(order, editor, later)
    say(order, editor, later, why_late="접수 창구가 닫혀 있었다.")
    ordering.send_back(order=order, reason="서류가 빠졌다.", by=officer, at=later)
    with pytest.raises(IllegalMove):
        ordering.confirm(order=order, by=officer, at=later)
    say(order, editor, later, why_late="접수 창구가 닫혀 있었다.")
    ordering.confirm(order=order, by=officer, at=later)
    shown = text(inside(officer).get("/admin/"))
    assert "개인정보 보호위원회의 명령 1" in shown
    assert "접수 창구가 닫혀 있었다." in shown
    with pytest.raises(InternalError), transaction.atomic():
        RegulatorOrder.objects.filter(pk=order.pk).update(answer="다른 말")


def test_what_was_typed_wrong_is_corrected_and_a_day_that_passed_stays(
    order: RegulatorOrder, editor: User, at: dt.datetime
):
    client, path = inside(editor), at_desk("facts", order.pk)
    given = {"authority": "pipc", "asks": "고친 말", "received_at": local(order.received_at), "due_at": ""}
    assert "저장했어요." in text(send(client, path, given))
    assert Event.objects.get(kind="notices.order_corrected").data["after"]["asks"] == "고친 말"
    RegulatorOrder.objects.filter(pk=order.pk).update(received_at=at - 9 * DAY, due_at=at - 2 * DAY)
    moved = {**given, "received_at": local(at - 9 * DAY), "due_at": local(at + DAY)}
    assert "기한이 이미 지났어요." in text(send(client, path, moved))


def test_papers_are_kept_once_and_given_back_as_downloads(order: RegulatorOrder, editor: User):
    client, path = inside(editor), at_desk("papers", order.pk)
    assert "올릴 파일을 먼저 골라 주세요." in text(client.post(path))
    wrong = io.BytesIO(b"MZ not a paper")
    wrong.name = "order.exe"
    refused = client.post(path, {"file": wrong})
    assert (refused.status_code, "받을 수 없는 종류" in text(refused)) == (422, True)
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(drawn, "PNG")
    for _twice in range(2):
        drawn.seek(0)
        drawn.name = "명령서.png"
        assert "서류를 붙였어요." in text(client.post(path, {"file": drawn}, follow=True))
    [document] = OrderDocument.objects.all()
    got = client.get(at_desk("paper", order.pk, document.pk))
    assert got["Content-Disposition"].startswith("attachment")
    assert client.get(at_desk("paper", order.pk + 1, document.pk)).status_code == 404


def test_strangers_and_other_roles_get_nothing(order: RegulatorOrder, incident: Incident):
    auditor, reviewer = inside(staff.member("auditor")), inside(staff.member("reviewer"))
    assert auditor.get(page(order)).status_code == 200
    paths = (at_desk("act", order.pk), at_desk("papers", order.pk), at_desk("new", incident.pk))
    for client in (auditor, reviewer):
        assert {client.post(path).status_code for path in paths[1:]} == {403}
        assert client.post(paths[0], {"act": "take"}).status_code == 403
    assert reviewer.get(page(order)).status_code == reviewer.get(LIST).status_code == 403
    assert Client().get(page(order)).status_code == 302
    editor = inside(staff.member("notice_editor"))
    assert {editor.get(path).status_code for path in paths[:2]} == {405}
    assert editor.post(paths[0], {"act": "burn"}).status_code == 404
    assert editor.get(f"{LIST}999999/change/").status_code == 404
    assert (
        inside(staff.member("notice_editor"), ago=600)
        .post(paths[0], {"act": "take"})["Location"]
        .startswith("/accounts/2fa/reauthenticate/")
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["", "/en"])
def test_the_pages_in_a_browser(
    people: People, incident: Incident, order: RegulatorOrder, editor: User, at: dt.datetime, width: int, language: str
):
    home = people.site.url.replace("127.0.0.1", "localhost")
    browser = people.come(width=width)
    key = staff.sign_in(Client(), editor).cookies["sessionid"].value
    browser.context.add_cookies([{"name": "sessionid", "value": key, "url": home}])
    ordering.take_on(order=order, by=editor, at=at)
    paths = {
        "list": LIST,
        "one": page(order),
        "new": at_desk("new", incident.pk),
        "law": f"/admin/notices/incident/{incident.pk}/law/",
        "front": "/admin/",
    }
    for name, path in paths.items():
        answer = browser.goto(f"{home}{language}{path}")
        assert answer is not None
        assert answer.status == 200, name
        picture(browser, f"orders-{name}-{width}{language.replace('/', '-')}")
        assert_accessible(browser)
    assert people.complaints == []

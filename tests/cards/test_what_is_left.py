"""After a report and with a new card: the checklist, what has to be moved, and the reminders of both."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from cards import actions, afterwards, asking, checklist, queries, reminding, rules, sheets
from cards.after_models import Sheet, Tie, TodoMark
from cards.models import Act
from cards.states import Kind, Todo, TodoState
from delivery.models import Message
from lookup.models import Proof
from lookup.states import Later
from tests.cards.conftest import ask, first_card
from tests.claims.conftest import browse, prove
from tests.servers import Issuer

pytestmark = pytest.mark.django_db
SEOUL = ZoneInfo("Asia/Seoul")
NOTICED = actions.Report(dt.date(2026, 11, 5))


def local(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour), SEOUL)


def reported(proof: Proof, card: str = "") -> Act:
    return asking.ask_now(act=ask(proof, Kind.LOST, card=card, report=NOTICED), at=timezone.now())


def states(act: Act) -> dict[str, str]:
    return {line.todo.value: line.state for line in checklist.of(act)}


def said(occasion: str) -> list[Message]:
    return list(Message.objects.filter(occasion=occasion).order_by("put_at", "pk"))


def test_what_the_issuer_knows_marks_itself_and_the_rest_its_owner_marks(
    browser: Client, seoyoung: Proof, issuer: Issuer
):
    issuer.tell(mode="error", times=1)
    act = reported(seoyoung)
    assert states(act)["blocked"] == "wait"
    asking.ask_due(at=timezone.now() + dt.timedelta(minutes=2))
    act.refresh_from_db()
    assert states(act) == {"blocked": "done", "reissue": "todo", "payments": "todo", "ties": "todo", "pin": "todo"}

    browser.post(f"/cards/{act.card}/reissue/")
    browser.post(f"/cards/acts/{act.reference}/todo/", {"todo": "pin", "state": "done"})

    assert states(act) == {"blocked": "done", "reissue": "done", "payments": "todo", "ties": "todo", "pin": "done"}
    # Seen from another device, under another proof.
    page = browse(prove({"name": "김서영", "birth_date": "1986-04-12", "email": "seoyoung@mail.example"}, "email"))
    assert "2가지가 남았어요" in page.get(f"/cards/acts/{act.reference}/").content.decode()
    assert "2가지가 남았어요" in page.get("/cards/").content.decode()
    browser.post(f"/cards/acts/{act.reference}/todo/", {"todo": "pin", "state": "todo"})
    assert states(act)["pin"] == "todo"


def test_whether_a_card_is_stopped_nobody_marks_and_another_persons_list_is_not_there(
    browser: Client, seoyoung: Proof, doyun: Proof
):
    own, theirs = reported(seoyoung), reported(doyun)
    blocked = ask(seoyoung, card=queries.acts_of(seoyoung.person)[0].card[:-1] + "2")
    wrong = [(own, {"todo": "blocked", "state": "done"}), (own, {"todo": "eat", "state": "done"}), (own, {"todo": "pin", "state": "eaten"}), (own, {}),
             (theirs, {"todo": "pin", "state": "done"}), (blocked, {"todo": "pin", "state": "done"})]  # fmt: skip
    for act, typed in wrong:
        assert browser.post(f"/cards/acts/{act.reference}/todo/", typed).status_code == 404, typed
    assert not TodoMark.objects.exists()


def test_what_was_put_off_is_said_once_at_the_day_chosen_by_day(seoyoung: Proof, browser: Client, issuer: Issuer):
    act = reported(seoyoung)
    at = local(dt.date(2026, 12, 1), 3)
    for todo in (Todo.PIN, Todo.PAYMENTS):
        afterwards.mark(act=act, todo=todo, state=TodoState.LATER, remind=Later.TOMORROW, by=None, at=at)
    assert reminding.remind_next_batch(at=local(dt.date(2026, 12, 2), 9)) == 0
    assert reminding.remind_next_batch(at=local(dt.date(2026, 12, 2), 22)) == 0

    assert reminding.remind_next_batch(at=local(dt.date(2026, 12, 2), 10)) == 2
    assert reminding.remind_next_batch(at=local(dt.date(2026, 12, 2), 11)) == 0

    [message] = said("card_todo_reminder")
    assert "카드 비밀번호 바꾸기" in message.words.text
    assert "내가 쓰지 않은 결제 살펴보기" in message.words.text
    assert act.reference in message.words.text
    # Done before its day: nothing is said.
    afterwards.mark(act=act, todo=Todo.TIES, state=TodoState.LATER, remind=Later.TOMORROW, by=None, at=at)
    afterwards.mark(act=act, todo=Todo.TIES, state=TodoState.DONE, by=None, at=at)
    assert reminding.remind_next_batch(at=local(dt.date(2026, 12, 3), 10)) == 0


def test_the_page_offers_the_days_and_says_which_was_chosen(browser: Client, seoyoung: Proof, issuer: Issuer):
    act = reported(seoyoung)
    assert "언제 다시 알려 드릴까요" in browser.get(f"/cards/acts/{act.reference}/").content.decode()
    browser.post(f"/cards/acts/{act.reference}/todo/", {"todo": "payments", "state": "next_week"})
    mark = TodoMark.objects.get()
    assert timezone.localdate(mark.remind_at) == timezone.localdate(mark.at) + dt.timedelta(days=7)
    assert "에 다시 알려 드려요" in browser.get(f"/cards/acts/{act.reference}/").content.decode()


def test_the_database_reminds_only_of_what_is_put_off(seoyoung: Proof, issuer: Issuer):
    act, at = reported(seoyoung), timezone.now()
    with pytest.raises(IntegrityError, match="cards_todomark_reminds_of_what_is_put_off"), transaction.atomic():
        TodoMark.objects.create(act=act, todo=Todo.PIN, state=TodoState.DONE, language="ko", at=at, remind_at=at)


def test_a_new_card_has_a_sheet_of_what_to_move_which_is_ticked_off(browser: Client, seoyoung: Proof, issuer: Issuer):
    card = first_card(seoyoung)
    browser.post(f"/cards/{card}/reissue/")
    page = browser.get("/cards/moving/").content.decode()
    for name in ("한빛이동통신", "도시가스", "구름영상 구독", "페이온 간편결제"):
        assert name in page
    assert "아직 4곳이 남았어요" in browser.get("/cards/").content.decode()
    sheet = Sheet.objects.get()

    browser.post("/cards/moving/", {"sheet": sheet.pk, "moved": [f"{card}-T1", f"{card}-T4", "of-another"]})
    assert "아직 2곳이 남았어요" in browser.get("/cards/moving/").content.decode()
    browser.post("/cards/moving/", {"sheet": sheet.pk, "moved": [f"{card}-T1"]})
    assert set(Tie.objects.filter(moved_at__isnull=False).values_list("item", flat=True)) == {f"{card}-T1"}

    report = reported(seoyoung, card)
    assert states(report)["ties"] == "todo"
    browser.post("/cards/moving/", {"sheet": sheet.pk, "moved": [f"{card}-T{number}" for number in range(1, 5)]})
    assert states(report)["ties"] == "done"
    assert Sheet.objects.count() == 1


def test_somebody_elses_sheet_cannot_be_ticked(browser: Client, doyun: Proof, issuer: Issuer):
    reported(doyun)
    sheets.read_due(at=timezone.now())
    theirs = Sheet.objects.get()
    for named in (theirs.pk, 0, "", "x", "9" * 30, "²"):
        assert browser.post("/cards/moving/", {"sheet": named, "moved": [f"{theirs.card}-T1"]}).status_code == 404
    assert not Tie.objects.filter(moved_at__isnull=False).exists()


def test_with_the_issuer_away_the_sheet_is_read_later_once(browser: Client, seoyoung: Proof, issuer: Issuer):
    act = reported(seoyoung)
    issuer.tell(mode="error", reads=True)
    at = timezone.now()
    assert sheets.read_due(at=at) == 1
    assert "아직 카드 시스템에서 읽지 못했어요" in browser.get("/cards/moving/").content.decode()
    issuer.tell(mode="ok")
    assert sheets.read_due(at=at) == 0
    assert sheets.read_due(at=at + dt.timedelta(minutes=2)) == 1
    assert Tie.objects.filter(sheet__act=act).count() == 4
    assert sheets.read_due(at=at + dt.timedelta(minutes=4)) == 0


def test_before_the_old_card_is_charged_its_owner_hears_of_it_once(seoyoung: Proof, issuer: Issuer):
    reported(seoyoung)
    sheets.read_due(at=timezone.now())
    day = dt.date(2026, 12, 20)
    Tie.objects.update(next_on=None, remind_at=None)
    for item, ahead in (("T1", 0), ("T2", 1), ("T3", 0)):
        due = rules.remind_of_charge(day + dt.timedelta(days=ahead), local=local(dt.date(2026, 12, 10), 12))
        Tie.objects.filter(item__endswith=item).update(next_on=day + dt.timedelta(days=ahead), remind_at=due)
    Tie.objects.filter(item__endswith="T3").update(moved_at=timezone.now())

    assert reminding.remind_next_batch(at=local(dt.date(2026, 12, 17), 9)) == 0
    assert reminding.remind_next_batch(at=local(dt.date(2026, 12, 18), 10)) == 2

    [message] = said("card_charge_reminder")
    assert "12월 20일" in message.words.text
    assert "2곳" in message.words.text
    assert "한빛이동통신" not in message.words.text
    assert reminding.remind_next_batch(at=local(dt.date(2026, 12, 19), 10)) == 0


@pytest.mark.parametrize(
    ("next_on", "hour", "told"),
    [
        (dt.date(2026, 12, 20), 12, local(dt.date(2026, 12, 17), 10)),
        (dt.date(2026, 12, 12), 12, local(dt.date(2026, 12, 10), 12)),
        (dt.date(2026, 12, 10), 12, None),
        (None, 12, None),
    ],
)
def test_a_charge_is_told_three_days_before_or_at_once(next_on, hour, told):
    assert rules.remind_of_charge(next_on, local=local(dt.date(2026, 12, 10), hour)) == told

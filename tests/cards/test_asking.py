"""An act and the issuer, against the rehearsal card system as a process of its own."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cards import actions, asking, breaker, knowing, rules
from cards.models import Act, ActMove, Breaker
from cards.states import Kind, State
from delivery.models import Message
from lookup.models import Proof
from tests.cards.conftest import ask, first_card
from tests.servers import Issuer

# Past every pause, and within what a signature is good for.
LATER = dt.timedelta(minutes=2)
pytestmark = pytest.mark.django_db


def states(act: Act) -> list[str]:
    return [move.state for move in ActMove.objects.filter(act=act).order_by("pk")]


def occasions(act: Act) -> list[str]:
    return sorted(Message.objects.filter(about=f"card-act:{act.reference}").values_list("occasion", flat=True))


def blocked(proof: Proof) -> bool:
    return knowing.know(proof=proof, by=None, at=timezone.now()).cards[0].blocked


def test_a_block_is_confirmed_only_by_the_issuers_word(seoyoung, issuer: Issuer):
    act = ask(seoyoung)
    assert (act.state, blocked(seoyoung)) == (State.ASKED, False)

    act = asking.ask_now(act=act, at=timezone.now())

    assert (act.state, blocked(seoyoung)) == (State.CONFIRMED, True)
    assert act.issuer_reference == issuer.acts()[0]["reference"]
    assert states(act) == ["asked", "sending", "confirmed"]
    assert occasions(act) == ["card_act_settled"]


def test_an_answer_lost_on_its_way_is_asked_for_under_the_same_id_and_done_once(seoyoung, issuer: Issuer):
    issuer.tell(mode="drop_after_accept", times=1)
    act = asking.ask_now(act=ask(seoyoung), at=timezone.now())
    assert act.state == State.UNKNOWN

    asking.ask_due(at=timezone.now() + LATER)

    act.refresh_from_db()
    assert act.state == State.CONFIRMED
    assert [row["times"] for row in issuer.acts()] == [1]
    assert occasions(act) == ["card_act_asked", "card_act_settled"]


def test_a_call_that_was_never_heard_is_told_again(seoyoung, issuer: Issuer, settings):
    asked = ask(seoyoung)
    issuer.tell(mode="hang", seconds=2, times=1)
    patience, settings.CARDS_TIMEOUT = settings.CARDS_TIMEOUT, dt.timedelta(seconds=1)
    act = asking.ask_now(act=asked, at=timezone.now())
    settings.CARDS_TIMEOUT = patience
    assert (act.state, issuer.acts()) == (State.UNKNOWN, [])

    asking.ask_due(at=timezone.now() + LATER)

    act.refresh_from_db()
    assert act.state == State.CONFIRMED
    assert states(act) == ["asked", "sending", "unknown", "sending", "confirmed"]


def test_a_system_that_is_closed_for_a_moment_has_taken_nothing(seoyoung, issuer: Issuer):
    issuer.tell(mode="error", times=1)
    act = asking.ask_now(act=ask(seoyoung), at=timezone.now())
    assert (act.state, act.code) == (State.ASKED, "http-503")

    asking.ask_due(at=timezone.now() + LATER)

    act.refresh_from_db()
    assert act.state == State.CONFIRMED


def test_one_that_answers_late_is_waited_for(seoyoung, issuer: Issuer):
    issuer.tell(mode="late", seconds=0, times=1)
    act = asking.ask_now(act=ask(seoyoung), at=timezone.now())
    assert (act.state, act.is_open) == (State.TAKEN, True)

    asking.ask_due(at=timezone.now() + LATER)

    act.refresh_from_db()
    assert act.state == State.CONFIRMED


def test_one_that_carries_an_act_out_twice_changes_nothing(seoyoung, issuer: Issuer):
    issuer.tell(mode="twice", times=1)
    act = asking.ask_now(act=ask(seoyoung), at=timezone.now())

    assert (act.state, blocked(seoyoung)) == (State.CONFIRMED, True)
    assert [row["times"] for row in issuer.acts()] == [2]


def test_a_refusal_says_why_and_the_card_is_not_called_stopped(seoyoung, issuer: Issuer):
    issuer.tell(mode="refuse", code="unknown_card", times=1)
    act = asking.ask_now(act=ask(seoyoung), at=timezone.now())

    assert (act.state, act.code, blocked(seoyoung)) == (State.REFUSED, "unknown_card", False)
    words = Message.objects.get(about=f"card-act:{act.reference}").words
    assert "하지 못했어요" in words.text
    assert "카드 시스템이 확인했어요" not in words.text


def test_whoever_dies_between_the_call_and_the_record_leaves_no_act_behind(seoyoung, issuer: Issuer, settings):
    act = ask(seoyoung)
    at = timezone.now()
    assert asking._take_next(Act.objects.all(), lease=act.id, at=at) is not None

    asking.ask_due(at=at + settings.CARDS_LEASE + dt.timedelta(seconds=1))

    act.refresh_from_db()
    assert act.state == State.CONFIRMED
    assert states(act)[:3] == ["asked", "sending", "unknown"]


def test_pressed_twice_is_asked_once(seoyoung, issuer: Issuer):
    issuer.tell(mode="error")
    first = asking.ask_now(act=ask(seoyoung), at=timezone.now())

    assert ask(seoyoung) == first
    assert Act.objects.count() == 1


def test_nothing_overtakes_its_own_opposite_but_a_report_is_never_turned_away(seoyoung, issuer: Issuer):
    asking.ask_now(act=ask(seoyoung), at=timezone.now())
    ask(seoyoung, Kind.UNBLOCK)
    with pytest.raises(rules.OtherActOpen):
        ask(seoyoung, Kind.BLOCK)

    assert ask(seoyoung, Kind.LOST, report=actions.Report(dt.date(2026, 11, 30))).kind == Kind.LOST


def test_the_database_keeps_one_open_act_of_a_kind(seoyoung, issuer: Issuer):
    act = ask(seoyoung)
    act.pk, act.reference = None, "CRD-2222-2222"
    with pytest.raises(IntegrityError, match="cards_act_one_open_of_a_kind"), transaction.atomic():
        act.save(force_insert=True)


def test_another_persons_card_cannot_be_asked_for(seoyoung, doyun, issuer: Issuer):
    with pytest.raises(rules.NoSuchCard):
        ask(seoyoung, card=first_card(doyun))


def test_somebody_on_no_list_becomes_a_person_by_the_issuers_records(doyun, issuer: Issuer):
    assert doyun.person is None

    assert asking.ask_now(act=ask(doyun, Kind.LOST), at=timezone.now()).state == State.CONFIRMED

    doyun.refresh_from_db()
    assert doyun.person is not None
    assert knowing.know(proof=doyun, by=None, at=timezone.now()).cards[0].reported


def test_after_some_failures_the_issuer_is_left_alone_and_then_one_goes_first(db, settings):
    at = timezone.now()
    for _ in range(rules.FAILURES_TO_OPEN):
        assert breaker.lets_through(at=at)
        breaker.failed(at=at)

    assert not breaker.lets_through(at=at)
    later = at + rules.LEFT_ALONE
    assert breaker.lets_through(at=later)
    assert not breaker.lets_through(at=later)
    breaker.worked()
    assert breaker.lets_through(at=later)
    assert Breaker.objects.get().failures == 0


def test_with_the_issuer_away_the_cards_are_as_they_were_and_can_be_stopped(seoyoung, issuer: Issuer):
    card = first_card(seoyoung)
    issuer.tell(mode="error", reads=True)

    known = knowing.know(proof=seoyoung, by=None, at=timezone.now())
    assert (known.away, known.cards[0].id) == (True, card)
    act = asking.ask_now(act=ask(seoyoung, card=card), at=timezone.now())
    assert act.state == State.ASKED

    issuer.tell(mode="ok")
    asking.ask_due(at=timezone.now() + LATER)
    act.refresh_from_db()
    assert act.state == State.CONFIRMED


def test_whoever_was_never_found_before_can_have_all_cards_stopped_later(seoyoung, issuer: Issuer):
    issuer.tell(mode="error", reads=True)
    act = asking.ask_now(act=ask(seoyoung, card=rules.ALL_CARDS), at=timezone.now())
    assert act.state == State.ASKED
    assert act.asked["find"]["name"] == "김서영"

    issuer.tell(mode="ok")
    asking.ask_due(at=timezone.now() + LATER)

    act.refresh_from_db()
    assert act.state == State.CONFIRMED
    assert "find" not in act.asked
    assert all(card.blocked for card in knowing.know(proof=seoyoung, by=None, at=timezone.now()).cards)


def test_acts_are_forgotten_after_five_years_and_looks_of_cards_after_a_day(seoyoung, issuer: Issuer):
    act = asking.ask_now(act=ask(seoyoung), at=timezone.now())
    assert actions.forget_old_acts(at=act.settled_at + dt.timedelta(days=2)) == {
        "acts": 0,
        "places": 0,
        "denied": 0,
        "cards": 1,
    }
    assert actions.forget_old_acts(at=act.settled_at + rules.KEEP_ACT) == {
        "acts": 1,
        "places": 0,
        "denied": 0,
        "cards": 0,
    }
    assert not Act.objects.exists()

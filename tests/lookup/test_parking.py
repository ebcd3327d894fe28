"""What was typed comes back after a new proof: to the same person, on the same browser, once."""

from __future__ import annotations

import datetime as dt

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_protect

from breachdesk import urls
from lookup import session
from lookup.models import Parked, Proof
from tests import cast
from tests.lookup.conftest import SEOYOUNG, Visitor

JUNHO = {"name": "이준호", "birth_date": "1986-07-02", "phone": "010-0000-7777", "items": "name|phone"}
MINUTE = dt.timedelta(minutes=1)


@session.proven_person
def diary(request):
    if request.method == "POST":
        return HttpResponse(f"saved {request.POST['story']}")
    typed = session.parked(request)
    return HttpResponse("|".join(typed.getlist("story")) if typed else "empty")


@session.freshly_proven
def safe(request):
    if request.method == "POST":
        return HttpResponse("opened")
    typed = session.parked(request)
    return HttpResponse(typed["story"] if typed else "closed")


urlpatterns = [path("diary/", csrf_protect(diary)), path("safe/", csrf_protect(safe)), *urls.urlpatterns]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def listed_junho(incident, now):
    cast.listed(incident, SEOYOUNG, JUNHO, at=now)


@pytest.fixture
def clock(time_machine):
    """Moves on by minutes."""
    begun = timezone.now()
    time_machine.move_to(begun, tick=False)
    return lambda minutes: time_machine.move_to(begun + minutes * MINUTE, tick=False)


def post_too_late(visitor, clock, story=("먹은 것", "없음")):
    visitor.look_up(SEOYOUNG)
    clock(12)
    answer = visitor.post("/diary/", {"story": list(story)})
    assert answer.status_code == 302
    assert answer["Location"] == "/lookup/"
    return answer


def test_the_same_person_is_led_back_and_finds_what_was_typed_once(visitor, clock):
    post_too_late(visitor, clock)
    assert "적은 것은 30분 동안 맡아 둘게요." in visitor.get("/lookup/").content.decode()

    visitor.prove(SEOYOUNG["phone"])
    answer = visitor.say_who(SEOYOUNG["name"], "19860412")

    assert answer["Location"] == "/diary/"
    assert visitor.get("/diary/").content.decode() == "먹은 것|없음"
    assert visitor.get("/diary/").content.decode() == "empty"
    assert not Parked.objects.exists()


def test_it_lies_sealed(visitor, clock):
    post_too_late(visitor, clock, story=["아주 사사로운 일"])
    row = Parked.objects.values().get()
    assert "사사로운".encode() not in bytes(row["sealed_form"])
    assert "csrf" not in str(row)


def test_another_person_on_the_same_browser_neither_gets_it_nor_is_led_there(visitor, clock, listed_junho):
    post_too_late(visitor, clock)
    visitor.prove(JUNHO["phone"])
    answer = visitor.say_who(JUNHO["name"], "19860702")
    assert answer["Location"] == "/lookup/answer/"
    assert visitor.get("/diary/").content.decode() == "empty"
    assert Parked.objects.count() == 1


def test_the_same_person_on_another_browser_does_not_get_it(visitor, clock):
    post_too_late(visitor, clock)
    other = Visitor()
    other.look_up(SEOYOUNG)
    assert other.get("/diary/").content.decode() == "empty"


def test_after_thirty_minutes_it_is_gone(visitor, clock):
    post_too_late(visitor, clock)
    clock(12 + 31)
    visitor.look_up(SEOYOUNG)
    assert visitor.get("/diary/").content.decode() == "empty"


def test_the_newest_of_a_page_is_the_one_that_is_kept(visitor, clock):
    post_too_late(visitor, clock, story=["first"])
    visitor.post("/diary/", {"story": "second"})
    visitor.look_up(SEOYOUNG)
    assert visitor.get("/diary/").content.decode() == "second"


def test_nothing_is_parked_for_whoever_never_proved_anything(incident):
    stranger = Client()
    assert stranger.post("/diary/", {"story": "x"})["Location"] == "/lookup/"
    assert not Parked.objects.exists()


def test_nothing_is_parked_after_the_person_ended_it(visitor):
    visitor.look_up(SEOYOUNG)
    visitor.post("/lookup/end/")
    visitor.post("/diary/", {"story": "x"})
    assert not Parked.objects.exists()


def test_ending_it_erases_what_was_parked(visitor, clock):
    post_too_late(visitor, clock)
    visitor.look_up(SEOYOUNG)
    visitor.post("/lookup/end/")
    assert not Parked.objects.exists()


def test_a_huge_form_is_not_parked_and_nothing_breaks(visitor, clock):
    visitor.look_up(SEOYOUNG)
    clock(12)
    assert visitor.post("/diary/", {"story": "가" * 300_000})["Location"] == "/lookup/"
    assert not Parked.objects.exists()


def test_a_form_without_a_token_is_refused_whether_or_not_the_proof_ran_out(incident, clock):
    visitor = Visitor(enforce_csrf_checks=True)
    visitor.get("/lookup/")
    token = {"headers": {"x-csrftoken": visitor.cookies["csrftoken"].value}}
    visitor.ask(SEOYOUNG["phone"])
    visitor.post("/lookup/code/", {"code": visitor.last_code}, **token)
    assert Proof.objects.count() == 1
    clock(12)
    assert visitor.post("/diary/", {"story": "x"}).status_code == 403
    assert not Parked.objects.exists()
    # The token is a cookie of its own: it outlives the proof, so an honest form still arrives and is kept.
    assert visitor.post("/diary/", {"story": "x"}, **token).status_code == 302
    assert Parked.objects.count() == 1


def test_a_page_asked_for_without_a_proof_is_where_one_goes_after_it(visitor):
    assert visitor.get("/diary/")["Location"] == "/lookup/"
    assert "본인 확인을 한 뒤에 볼 수 있는 화면이에요." in visitor.get("/lookup/").content.decode()
    visitor.prove(SEOYOUNG["phone"])
    assert visitor.say_who(SEOYOUNG["name"], "19860412")["Location"] == "/diary/"


def test_whoever_matches_nobody_is_told_so_instead(visitor):
    visitor.get("/diary/")
    visitor.prove("010-0000-9999")
    assert visitor.say_who("최도윤")["Location"] == "/lookup/answer/"


def test_something_that_matters_asks_for_a_code_again_and_keeps_what_was_typed(visitor, clock):
    visitor.look_up(SEOYOUNG)
    assert visitor.post("/safe/", {"story": "x"}).content == b"opened"
    clock(6)
    assert visitor.post("/safe/", {"story": "110-1234"})["Location"] == "/lookup/again/"
    assert "한 번 더 확인할게요" in visitor.get("/lookup/again/").content.decode()

    assert visitor.post("/lookup/again/send/")["Location"] == "/lookup/again/"
    assert "010-••••-1234" in visitor.get("/lookup/again/").content.decode()
    key = visitor.cookies["sessionid"].value
    answer = visitor.post("/lookup/again/", {"code": visitor.last_code})

    assert answer["Location"] == "/safe/"
    assert visitor.cookies["sessionid"].value != key
    assert visitor.get("/safe/").content.decode() == "110-1234"
    assert visitor.post("/safe/", {"story": "x"}).content == b"opened"


def test_a_wrong_code_at_the_step_up_has_its_words_and_the_code_opens_no_other_session(visitor, clock):
    visitor.look_up(SEOYOUNG)
    clock(6)
    visitor.post("/lookup/again/send/")
    page = visitor.post("/lookup/again/", {"code": "000000"})
    assert page.status_code == 422
    assert "4번 더 입력할 수 있어요." in page.content.decode()
    thief = Visitor()
    thief.cookies[session.CHALLENGE_COOKIE] = visitor.cookies[session.CHALLENGE_COOKIE].value
    assert thief.enter(visitor.last_code)["Location"] == "/lookup/?no-code=1"

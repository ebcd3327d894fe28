"""Nobody learns anything about a contact they do not hold, and of one they hold only what its own person is told."""

from __future__ import annotations

import re

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from breachdesk.limits.models import Spent
from tests import cast
from tests.lookup.conftest import Visitor

pytestmark = pytest.mark.django_db
PAIRS = 25
# Tokens against forgery, and what the database's own clock says of a code (the test's clock stands still, that one does not).
PASSING = re.compile(
    r'CHK-\w{4}-\w{4}|(csrfmiddlewaretoken" value|data-token|data-seconds)="[^"]*"|\d+초 뒤에|<b class="nowrap">[^<]*까지</b>'
)


def number(middle: int) -> str:
    """All of one mask: 010-••••-5678."""
    return f"010-{middle:04d}-5678"


@pytest.fixture
def listed(incident, now, time_machine):
    """Half of the contacts are on the list, under another name, another birth date, or both."""
    cast.listed(
        incident,
        *(
            {
                "name": "김지우" if pair % 3 else "이하은",
                "birth_date": "1990-01-01" if pair % 2 else "1986-04-12",
                "phone": number(2000 + pair),
                "items": ["card_number|cvc|name", "name?|phone?", "name|ci"][pair % 3],
                "member": ["current", "former", "supplementary", "deceased"][pair % 4],
            }
            for pair in range(PAIRS)
        ),
        at=now,
    )
    time_machine.move_to(timezone.now(), tick=False)
    Visitor().get("/lookup/")  # what a process reads once and keeps is read


def what_is_seen(answer, typed: str = "") -> dict[str, object]:
    return {
        "status": answer.status_code,
        "body": PASSING.sub("", answer.content.decode()).replace(f'value="{typed}"', ""),
        "headers": {name: PASSING.sub("", value) for name, value in answer.headers.items() if name != "Content-Length"},
        "cookies": sorted(
            (name, len(morsel.value), morsel["max-age"], morsel["path"]) for name, morsel in answer.cookies.items()
        ),
    }


def walk(contact: str) -> list[dict[str, object]]:
    """Every page from the first to the answer and to a second try, with the number of statements each took."""
    Spent.objects.all().delete()
    visitor = Visitor()
    seen = []

    def step(act, *args, **more):
        with CaptureQueriesContext(connection) as statements:
            answer = act(*args, **more)
        shape = [re.sub(r"'[^']*'|\d+|\\x\w+", "?", each["sql"])[:60] for each in statements.captured_queries]
        seen.append(what_is_seen(answer) | {"statements": shape})

    step(visitor.get, "/lookup/")
    step(visitor.ask, contact)
    step(visitor.get, "/lookup/code/")
    step(visitor.enter, "000000")
    step(visitor.enter, visitor.last_code)
    step(visitor.get, "/lookup/who/")
    step(visitor.say_who, "이하은", "19900101")
    step(visitor.get, "/lookup/answer/")
    step(visitor.get, "/lookup/answer/")
    step(visitor.get, "/claims/new/")
    step(visitor.post, "/lookup/steps/", {"incident": "demo", "step": "beware", "state": "done"})
    step(visitor.get, "/lookup/history/")
    step(visitor.post, "/lookup/watch/", {"incident": "demo", "act": "begin"})
    step(visitor.get, "/lookup/answer/")
    step(visitor.get, "/lookup/wrong/demo/")
    step(visitor.post, "/lookup/wrong/demo/", {"kind": "should_be_listed"})
    step(visitor.get, "/lookup/wrong/demo/")
    step(visitor.get, "/lookup/answer/")
    step(visitor.get, "/lookup/who/")
    for _ in range(5):
        step(visitor.say_who, "이하은", "19900101")
    row = Session.objects.get(session_key=visitor.session.session_key)
    step(visitor.get, "/lookup/answer/")
    seen.append({"session": len(row.session_data), "keys": sorted(row.get_decoded())})
    step(visitor.post, "/lookup/end/")
    return seen


def test_a_contact_listed_for_somebody_else_is_answered_like_one_that_is_not_listed(listed):
    of_nobody = walk(number(7000))
    assert "이하은 님의 정보는 유출 명단에 없어요" in of_nobody[7]["body"]
    differing = []
    for pair in range(PAIRS):
        if pair % 6 == 3:
            continue  # these are the person who was typed
        of_listed = walk(number(2000 + pair))
        differing += [
            (pair, place, key, one[key], other[key])
            for place, (one, other) in enumerate(zip(of_nobody, of_listed, strict=True))
            for key in one
            if one[key] != other[key]
        ]
    assert not differing, differing[:2]


def test_before_the_proof_a_listed_and_an_unlisted_contact_are_one_branch(listed):
    seen = []
    for contact in (number(2000), number(2001), number(7000), number(7001)):
        Spent.objects.all().delete()
        visitor = Visitor()
        with CaptureQueriesContext(connection) as statements:
            answers = [visitor.ask(contact), visitor.get("/lookup/code/"), visitor.ask(contact)]
        assert not [each for each in statements.captured_queries if "affectedrecord" in each["sql"]]
        seen.append([what_is_seen(answer, contact) for answer in answers] + [len(statements)])
    for other in seen[1:]:
        for one, another in zip(seen[0], other, strict=True):
            assert one == another


def test_the_budgets_refuse_a_listed_and_an_unlisted_contact_with_the_same_words(listed):
    refusals = []
    for contact in (number(2000), number(7000)):
        visitor = Visitor()
        visitor.ask(contact)
        refusals.append(what_is_seen(visitor.ask(contact), contact))
    assert refusals[0] == refusals[1]
    assert refusals[0]["status"] == 429


def test_five_names_a_day_are_tried_and_the_count_goes_on_over_new_codes(listed):
    for contact in (number(2001), number(7000)):
        statuses = []
        for _ in range(2):
            Spent.objects.filter(budget__startswith="lookup.code").delete()
            visitor = Visitor()
            visitor.prove(contact)
            statuses += [visitor.say_who("아무개").status_code for _ in range(3)]
        assert statuses == [302] * 5 + [429], contact
        page = visitor.say_who("아무개").content.decode()
        assert "이름과 생년월일은 하루에 5번까지 적을 수 있어요." in page


def test_whoever_was_matched_may_come_back_as_often_as_they_like(listed):
    for _ in range(7):
        Spent.objects.filter(budget__startswith="lookup.code").delete()
        Spent.objects.filter(budget__startswith="lookup.try").delete()
        visitor = Visitor()
        visitor.prove(number(2000))
        assert visitor.say_who("이하은", "19860412").status_code == 302
        assert "유출됐어요" in visitor.get("/lookup/answer/").content.decode()


def test_right_rows_without_the_contact_are_worth_nothing(listed):
    thief = Visitor()
    for pair in range(PAIRS):
        Spent.objects.all().delete()
        thief.ask(number(2000 + pair))
        assert thief.say_who("김지우", "19900101")["Location"] == "/lookup/"
        assert thief.get("/lookup/answer/")["Location"] == "/lookup/"
    assert not Session.objects.exists()

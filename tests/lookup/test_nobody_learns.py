"""Nobody learns anything about a contact they do not hold, and of one they hold only what its own person is told."""

from __future__ import annotations

import re

import pytest
from django.contrib.sessions.models import Session
from django.db import connection, reset_queries
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from breachdesk import limits
from breachdesk.lib.contacts import Contact
from breachdesk.limits.models import Spent
from lookup import rules
from lookup.proving import subject_of
from tests import cast
from tests.lookup.conftest import Visitor

pytestmark = pytest.mark.django_db
PAIRS = 200
LONG_WALKS = range(0, PAIRS, 17)  # of every kind some
# Tokens against forgery, and what the database's own clock says of a code (the test's clock stands still, that one does not).
PASSING = re.compile(
    r'CHK-\w{4}-\w{4}|(csrfmiddlewaretoken" value|data-token|data-seconds)="[^"]*"|\d+초 뒤에|<b class="nowrap">[^<]*까지</b>'
)


def number(middle: int) -> str:
    """All of one mask: 010-••••-5678."""
    return f"010-{middle:04d}-5678"


def row(pair: int) -> dict[str, str]:
    return {
        "name": "김지우" if pair % 3 else "이하은",
        "birth_date": "1990-01-01" if pair % 2 else "1986-04-12",
        "phone": number(2000 + pair),
        "items": ["card_number|cvc|name", "name?|phone?", "name|ci"][pair % 3],
        "member": ["current", "former", "supplementary", "deceased"][pair % 4],
    }


def is_who_was_typed(pair: int) -> bool:
    return pair % 6 == 3


def is_erased(pair: int) -> bool:
    """On the first list and not on the one that is active."""
    return pair % 10 == 7


def is_blocked(pair: int) -> bool:
    """All names and birth dates of the day were tried."""
    return pair % 10 == 4


@pytest.fixture
def listed(incident, now, time_machine):
    """The contacts are on the list under another name, another birth date, or both, or were on an earlier one."""
    cast.listed(incident, *(row(pair) for pair in range(PAIRS)), at=now)
    cast.listed(incident, *(row(pair) for pair in range(PAIRS) if not is_erased(pair)), at=now)
    time_machine.move_to(timezone.now(), tick=False)
    short_walk(number(9000))  # what a process reads once and keeps is read
    Session.objects.all().delete()


def what_is_seen(answer, typed: str = "") -> dict[str, object]:
    return {
        "status": answer.status_code,
        "body": PASSING.sub("", answer.content.decode()).replace(f'value="{typed}"', ""),
        "headers": {name: PASSING.sub("", value) for name, value in answer.headers.items() if name != "Content-Length"},
        "cookies": sorted(
            (name, len(morsel.value), morsel["max-age"], morsel["path"]) for name, morsel in answer.cookies.items()
        ),
    }


class Walk:
    """Pages one after the other, and of each what a stranger sees and which statements it took."""

    def __init__(self) -> None:
        reset_queries()  # Django keeps nine thousand
        self.visitor, self.seen = Visitor(), list[dict[str, object]]()

    def step(self, act, *args, **more) -> None:
        with CaptureQueriesContext(connection) as statements:
            answer = act(*args, **more)
        shape = [re.sub(r"'[^']*'|\d+|\\x\w+", "?", each["sql"])[:60] for each in statements.captured_queries]
        self.seen.append(what_is_seen(answer) | {"statements": shape})

    def look_at_the_session(self) -> None:
        held = Session.objects.get(session_key=self.visitor.session.session_key)
        self.seen.append({"session": len(held.session_data), "keys": sorted(held.get_decoded())})


def short_walk(contact: str, *, blocked: bool = False) -> list[dict[str, object]]:
    """To the answer."""
    Spent.objects.all().delete()
    if blocked:
        whose = subject_of(Contact.parse(contact))
        spent = limits.take(
            rules.IDENTITIES_A_DAY.of(whose, amount=rules.IDENTITIES_A_DAY.allowance), at=timezone.now()
        )
        assert spent.ok
    walk = Walk()
    walk.step(walk.visitor.ask, contact)
    walk.step(walk.visitor.enter, walk.visitor.last_code)
    walk.step(walk.visitor.say_who, "이하은", "19900101")
    walk.step(walk.visitor.get, "/lookup/answer/")
    walk.look_at_the_session()
    return walk.seen


def long_walk(contact: str) -> list[dict[str, object]]:
    """Every page from the first to the answer, to a second try and to the end."""
    Spent.objects.all().delete()
    walk = Walk()
    step, visitor = walk.step, walk.visitor
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
    step(visitor.get, "/lookup/answer/")
    walk.look_at_the_session()
    step(visitor.post, "/lookup/end/")
    return walk.seen


def differing(one: list[dict[str, object]], other: list[dict[str, object]]) -> list[object]:
    return [
        (place, key, here[key], there[key])
        for place, (here, there) in enumerate(zip(one, other, strict=True))
        for key in here
        if here[key] != there[key]
    ]


def test_two_hundred_listed_contacts_are_answered_like_one_that_is_not_listed(listed):
    """Blocked ones like a blocked one. The person who was typed is the one in six who is told more, and nobody else is."""
    of_nobody = {blocked: short_walk(number(7000 + blocked), blocked=blocked) for blocked in (False, True)}
    assert "이하은 님의 정보는 유출 명단에 없어요" in of_nobody[False][3]["body"]
    assert (of_nobody[False][2]["status"], of_nobody[True][2]["status"]) == (302, 429)
    told_more = []
    for pair in range(PAIRS):
        seen = short_walk(number(2000 + pair), blocked=is_blocked(pair))
        if wrong := differing(of_nobody[is_blocked(pair)], seen):
            told_more.append(pair)
            assert is_who_was_typed(pair), (pair, wrong[:2])
    assert told_more == [
        pair for pair in range(PAIRS) if is_who_was_typed(pair) and not (is_erased(pair) or is_blocked(pair))
    ]


def test_every_page_after_it_is_alike_too(listed):
    of_nobody = long_walk(number(7000))
    for pair in LONG_WALKS:
        if not is_who_was_typed(pair):
            assert not (wrong := differing(of_nobody, long_walk(number(2000 + pair)))), (pair, wrong[:2])


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
    for pair in range(0, PAIRS, 8):
        Spent.objects.all().delete()
        thief.ask(number(2000 + pair))
        assert thief.say_who("김지우", "19900101")["Location"] == "/lookup/"
        assert thief.get("/lookup/answer/")["Location"] == "/lookup/"
    assert not Session.objects.exists()

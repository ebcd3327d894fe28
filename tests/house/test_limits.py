"""Budgets are kept exactly, whoever comes at once, and nobody's contact can be read from them."""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.test import RequestFactory
from hypothesis import given, settings
from hypothesis import strategies as st

from breachdesk import limits
from breachdesk.limits import actions, rules
from breachdesk.limits.models import Spent
from tests.racing import race

NOON = dt.datetime(2026, 11, 20, 3, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
HOURLY = limits.Budget("test.hourly", 3, dt.timedelta(hours=1))
DAILY = limits.Budget("test.daily", 5, dt.timedelta(days=1))
WON = limits.Budget("test.won", 1000, dt.timedelta(minutes=1))


@pytest.mark.django_db
def test_the_allowance_is_granted_and_then_refused_with_the_time_to_come_back():
    moments = [NOON, NOON + 5 * SECOND, NOON + 9 * SECOND]
    assert [limits.take(HOURLY, subject="a", at=moment).left for moment in moments] == [2, 1, 0]

    refused = limits.take(HOURLY, subject="a", at=NOON + 10 * SECOND)

    assert not refused.ok
    assert refused.budget == HOURLY
    assert refused.again_at == NOON + dt.timedelta(hours=1)
    assert refused.left == 0
    assert limits.take(HOURLY, subject="b", at=NOON).ok, "another subject has its own"


@pytest.mark.django_db
def test_the_promised_time_holds_and_a_moment_before_it_does_not():
    for moment in (NOON, NOON + SECOND, NOON + 2 * SECOND):
        limits.take(HOURLY, subject="a", at=moment)
    again_at = limits.take(HOURLY, subject="a", at=NOON + 3 * SECOND).again_at

    assert not limits.take(HOURLY, subject="a", at=again_at - dt.timedelta(microseconds=1)).ok
    assert limits.take(HOURLY, subject="a", at=again_at).ok
    assert not limits.take(HOURLY, subject="a", at=again_at).ok, "only the oldest came back"


@pytest.mark.django_db
def test_what_is_given_back_can_be_taken_again_and_nothing_else_comes_back():
    for moment in (NOON, NOON + SECOND, NOON + 2 * SECOND):
        limits.take(HOURLY, subject="a", at=moment)

    limits.give_back(HOURLY, subject="a", at=NOON + SECOND)
    limits.give_back(HOURLY, subject="a", at=NOON + 7 * SECOND)  # nothing was taken then
    limits.give_back(HOURLY, subject="stranger", at=NOON)

    assert limits.take(HOURLY, subject="a", at=NOON + 3 * SECOND).ok
    assert not limits.take(HOURLY, subject="a", at=NOON + 4 * SECOND).ok


@pytest.mark.django_db
def test_giving_all_back_leaves_the_whole_allowance():
    limits.take(HOURLY.of("a"), WON.of("all", amount=300), at=NOON)
    limits.give_back(HOURLY.of("a"), WON.of("all", amount=300), at=NOON)

    assert limits.left(HOURLY, subject="a", at=NOON) == 3
    assert limits.left(WON, subject="all", at=NOON) == 1000


@pytest.mark.django_db
def test_a_refusal_spends_nothing_of_the_other_budgets():
    for _ in range(3):
        assert limits.take(HOURLY, DAILY, subject="a", at=NOON).ok
    for _ in range(4):
        assert limits.take(HOURLY, DAILY, subject="a", at=NOON).budget == HOURLY

    assert limits.left(DAILY, subject="a", at=NOON) == 2


@pytest.mark.django_db
def test_of_two_refusing_budgets_the_one_that_lasts_longer_is_named():
    for _ in range(3):
        limits.take(HOURLY, subject="a", at=NOON)
    for _ in range(5):
        limits.take(DAILY, subject="a", at=NOON)

    refused = limits.take(HOURLY, DAILY, subject="a", at=NOON)

    assert refused.budget == DAILY
    assert refused.again_at == NOON + dt.timedelta(days=1)


@pytest.mark.django_db
def test_one_take_may_draw_on_several_subjects():
    everybody = limits.Budget("test.everybody", 4, dt.timedelta(hours=1))
    for person in "abcd":
        assert limits.take(HOURLY.of(person), everybody.of("all"), at=NOON).ok

    refused = limits.take(HOURLY.of("e"), everybody.of("all"), at=NOON)

    assert refused.budget == everybody
    assert limits.left(HOURLY, subject="e", at=NOON) == 3


@pytest.mark.django_db
def test_inside_a_transaction_a_refusal_does_not_break_it_and_a_rollback_gives_the_budget_back():
    with transaction.atomic():
        for _ in range(4):
            taken = limits.take(HOURLY, subject="a", at=NOON)
        assert not taken.ok
        assert Spent.objects.count() == 1
        transaction.set_rollback(True)

    assert limits.left(HOURLY, subject="a", at=NOON) == 3


@pytest.mark.django_db
def test_won_are_spent_by_amount_and_others_leave_the_reserve():
    campaign = WON.leaving(400)
    assert limits.take(campaign.of("all", amount=600), at=NOON).left == 0
    refused = limits.take(campaign.of("all", amount=1), at=NOON)
    assert not refused.ok
    assert refused.again_at > NOON
    assert limits.take(WON.of("all", amount=400), at=NOON).ok, "the reserve is there for the codes"
    assert not limits.take(WON.of("all", amount=1), at=NOON).ok


@pytest.mark.django_db
def test_more_than_the_allowance_is_never_granted_and_no_time_is_promised():
    refused = limits.take(WON.of("all", amount=1001), at=NOON)

    assert (refused.ok, refused.again_at) == (False, None)
    assert not Spent.objects.exists()


@pytest.mark.django_db
def test_a_big_budget_keeps_a_short_row():
    big = limits.Budget("test.big", 100_000, dt.timedelta(hours=1))
    for second in range(0, 7200, 7):
        limits.take(big, subject="all", at=NOON + second * SECOND)

    assert len(Spent.objects.get(budget="test.big").moments) <= rules.SLICES + 3


@pytest.mark.django_db
@pytest.mark.parametrize("allowance", [3, rules.EXACT + 1])
def test_no_stretch_of_the_period_ever_holds_more_than_the_allowance(allowance):
    """Also with clocks that differ by less than the overlap."""

    @settings(max_examples=25, deadline=None)
    @given(
        st.lists(
            st.tuples(st.integers(0, 4000), st.integers(0, 59), st.integers(1, allowance)),
            min_size=1,
            max_size=40,
        )
    )
    def holds(takes):
        budget = limits.Budget("test.window", allowance, dt.timedelta(minutes=20))
        granted: list[tuple[dt.datetime, int]] = []
        with transaction.atomic():
            for second, late, amount in sorted(takes):
                at = NOON + (second - late) * SECOND
                if limits.take(budget.of("a", amount=amount), at=at).ok:
                    granted.append((at, amount))
            transaction.set_rollback(True)
        for start, _ in granted:
            within = sum(amount for at, amount in granted if start <= at < start + budget.period)
            assert within <= allowance

    holds()


@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_get_exactly_the_allowance():
    budget = limits.Budget("test.race", 5, dt.timedelta(hours=1))

    taken = race(50, lambda number: limits.take(budget, subject="a", at=NOON + number * dt.timedelta(microseconds=1)))

    assert sum(each.ok for each in taken) == 5
    assert limits.left(budget, subject="a", at=NOON + SECOND) == 0


@pytest.mark.django_db(transaction=True)
def test_takes_that_name_the_same_budgets_in_opposite_order_do_not_block_each_other():
    one = limits.Budget("test.one", 1000, dt.timedelta(hours=1))
    two = limits.Budget("test.two", 30, dt.timedelta(hours=1))

    def take(number: int) -> int:
        order = [one, two] if number % 2 else [two, one]
        return sum(limits.take(*order, subject="a", at=NOON).ok for _ in range(4))

    assert sum(race(20, take)) == 30
    assert limits.left(one, subject="a", at=NOON) == 1000 - 30


@pytest.mark.django_db
def test_the_subject_cannot_be_read_from_the_table():
    limits.take(HOURLY, subject="+821000001234", at=NOON)

    with connection.cursor() as cursor:
        cursor.execute("SELECT limits_spent::text FROM limits_spent")
        assert "1000001234" not in cursor.fetchone()[0]


@pytest.mark.django_db
def test_only_rows_that_no_budget_looks_at_are_forgotten():
    limits.take(HOURLY, subject="a", at=NOON)
    limits.take(DAILY, subject="a", at=NOON)

    assert actions.forget_spent(at=NOON + dt.timedelta(hours=22)) == 1
    assert limits.left(DAILY, subject="a", at=NOON + dt.timedelta(hours=22)) == 4
    assert actions.forget_spent(at=NOON + dt.timedelta(days=3), batch=1) == 1
    assert actions.forget_spent(at=NOON + dt.timedelta(days=3)) == 0


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("unknown", "unknown"),
        ("999.1.1.1", "unknown"),
    ],
)
def test_budgets_count_by_network(address, network):
    assert limits.network(address) == network


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "address"),
    [
        (0, "192.0.2.1", "203.0.113.9", "192.0.2.1"),
        (1, "10.0.0.1", "203.0.113.9, 198.51.100.4", "198.51.100.4"),
        (2, "10.0.0.1", "203.0.113.9, 198.51.100.4, 10.0.0.2", "198.51.100.4"),
        (2, "10.0.0.1", "198.51.100.4", "10.0.0.1"),
        (1, "10.0.0.1", "203.0.113.9, nonsense", "10.0.0.1"),
        (1, "10.0.0.1", "198.51.100.4:4711", "198.51.100.4"),
        (1, "10.0.0.1", "[2001:db8::1]:4711", "2001:db8::1"),
        (0, "::ffff:192.0.2.1", "", "192.0.2.1"),
        (0, "", "", "unknown"),
    ],
)
def test_a_caller_is_believed_only_as_far_as_our_own_proxies_saw_it(settings, proxies, remote, forwarded, address):
    settings.TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get("/", REMOTE_ADDR=remote, HTTP_X_FORWARDED_FOR=forwarded)

    assert limits.client_address(request) == address

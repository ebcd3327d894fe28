"""Groups under ten are not shown, and none that is not shown can be worked out from what is."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Hashable

from hypothesis import given
from hypothesis import strategies as st

from breachdesk.statistics.suppressing import LIMIT, OUTSIDE, Flow, crossed, hidden, parts, steps

SMALL = st.integers(min_value=0, max_value=14) | st.integers(min_value=0, max_value=60)
PARTS = st.dictionaries(st.sampled_from("abcdef"), SMALL, min_size=1)
ROWS, COLUMNS = ["r", "s", "t"], ["x", "y", "z"]


def other_value(key: Hashable, flows: dict[Hashable, Flow], gone: set[Hashable]) -> bool:
    """Whether the hidden figure could be another whole number, tried by hand: all ways to fill what is hidden, one by one."""
    unknown = [key, *sorted(gone - {key}, key=str)]
    nodes = {node for flow in flows.values() for node in (flow.tail, flow.head)} - {OUTSIDE}

    def fits(values: dict[Hashable, int], *, whole: bool) -> bool:
        for node in nodes:
            left, open_in, open_out = 0, False, False
            for name, flow in flows.items():
                for side, sign in ((flow.head, 1), (flow.tail, -1)):
                    if side != node:
                        continue
                    if name in gone and name not in values:
                        open_in, open_out = open_in or sign > 0, open_out or sign < 0
                    else:
                        left += sign * values.get(name, flow.value)
            if (left > 0 and not open_out) or (left < 0 and not open_in):
                return False
            if whole and left:
                return False
        return True

    def fill(place: int, values: dict[Hashable, int]) -> bool:
        if place == len(unknown):
            return fits(values, whole=True)
        true = flows[unknown[place]].value
        # One more or fewer here is made good by at most one elsewhere: the network says so, and so the search is short.
        near = [true + 1, true - 1] if place == 0 else [true, true + 1, true - 1]
        return any(
            fits({**values, unknown[place]: value}, whole=False) and fill(place + 1, {**values, unknown[place]: value})
            for value in near
            if value >= 0
        )

    return fill(0, {})


def assert_safe(flows: dict[Hashable, Flow]) -> None:
    gone = hidden(flows)
    small = {key for key, flow in flows.items() if 0 < flow.value < LIMIT and not flow.stays}
    assert small <= gone
    assert all(other_value(key, flows, gone) for key in gone if flows[key].value)
    if gone != {key for key, flow in flows.items() if not flow.stays}:
        assert all(rest == 0 or rest >= LIMIT for rest in rests(flows, gone))


def rests(flows: dict[Hashable, Flow], gone: set[Hashable]) -> list[int]:
    """What is left of each total when the parts that are shown are taken away."""
    found = []
    for node in {node for flow in flows.values() for node in (flow.tail, flow.head)} - {OUTSIDE}:
        shown = sum(flow.value for key, flow in flows.items() if key not in gone and flow.head == node)
        shown -= sum(flow.value for key, flow in flows.items() if key not in gone and flow.tail == node)
        sides = {flow.head == node for key, flow in flows.items() if key in gone and node in (flow.tail, flow.head)}
        if len(sides) == 1:
            found.append(abs(shown))
    return found


@given(PARTS)
def test_no_part_of_a_whole_can_be_worked_out(of: dict[str, int]):
    assert_safe(parts("whole", of))  # type: ignore[arg-type]


@given(PARTS, st.dictionaries(st.sampled_from("uvw"), SMALL, min_size=1))
def test_nor_of_a_whole_within_a_whole(of: dict[str, int], within: dict[str, int]):
    flows = parts("whole", {**of, "inner": sum(within.values())})
    assert_safe(flows | parts("inner", within, within="whole"))  # type: ignore[arg-type]


@given(st.dictionaries(st.tuples(st.sampled_from(ROWS), st.sampled_from(COLUMNS)), SMALL))
def test_nor_a_cell_of_a_table_with_its_sums(values: dict[tuple[str, str], int]):
    flows = crossed(ROWS, COLUMNS, values)
    # What hides is found whole by whole: a table of nine cells has at most sixteen figures.
    assert_safe(flows)  # type: ignore[arg-type]


@given(st.dictionaries(st.tuples(st.sampled_from(ROWS), st.sampled_from(COLUMNS)), SMALL))
def test_a_sum_that_is_known_elsewhere_is_shown_and_still_gives_nothing_away(values: dict[tuple[str, str], int]):
    flows = crossed(ROWS, COLUMNS, values, total_stays=True)
    gone = hidden(flows)
    assert ("", "") not in gone
    if sum(values.values()) >= LIMIT:
        # All hidden but the sum of ten or more: only that is known.
        assert_safe(flows)  # type: ignore[arg-type]


def test_nothing_is_hidden_where_every_group_is_large_enough():
    assert hidden(parts("whole", {"a": 10, "b": 250, "c": 0})) == set()


def test_one_small_group_takes_the_smallest_other_along():
    assert hidden(parts("whole", {"a": 3, "b": 250, "c": 40, "d": 0})) == {"a", "c"}


def test_small_groups_that_together_are_a_few_take_another_along():
    assert hidden(parts("whole", {"a": 3, "b": 4, "c": 40, "d": 50})) == {"a", "b", "c"}
    assert hidden(parts("whole", {"a": 7, "b": 4, "c": 40, "d": 50})) == {"a", "b"}


def test_one_small_kind_hides_no_more_of_another_than_it_must():
    table = {("card", "full"): 14, ("card", "part"): 11, ("sms", "full"): 11, ("sms", "no"): 10, ("cost", "full"): 3}
    gone = hidden(crossed(["card", "sms", "cost"], ["full", "part", "no"], table, total_stays=True))
    assert gone == {("cost", "full"), ("cost", ""), ("sms", "full"), ("sms", "")}


@given(st.lists(SMALL, max_size=12))
def test_a_growing_figure_never_steps_by_a_few(grown: list[int]):
    found = steps(itertools.accumulate(grown))
    taken = [later - before for before, later in itertools.pairwise([0, *found])]
    assert all(step == 0 or step >= LIMIT for step in taken[:-1])
    assert not found or found[-1] == sum(grown)
    if sum(grown) >= LIMIT:
        assert all(step == 0 or step >= LIMIT for step in taken)
    counted = defaultdict(int)
    for number in found:
        counted[number] += 1
    assert list(counted) == sorted(counted)

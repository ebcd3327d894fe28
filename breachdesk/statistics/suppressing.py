"""Which figures may not be shown, so that nobody can work out a group of fewer than ten people. Pure.

Figures that belong together are a network: each is a flow, and at every node what comes in is what goes out (a total comes in,
its parts go out). A group of one to nine is hidden; then more are, until none of the hidden ones follows from what is shown.
Nor may hidden ones together be a group under ten that is the rest of a shown total.
A hidden figure follows from the others exactly when no other whole numbers, none below zero, fit everything shown: when it lies
on no cycle of the network of what is hidden along which one person more here could be one person fewer there.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

LIMIT = 10
# Beyond the figures: what leaves here is asked of nobody.
OUTSIDE = "outside"

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True)
class Flow:
    """One figure: out of the node `tail` into the node `head`. `stays`: it is shown in any case, because it is known elsewhere."""

    tail: Hashable
    head: Hashable
    value: int
    stays: bool = False


def hidden(flows: Mapping[Key, Flow], *, limit: int = LIMIT) -> set[Key]:
    """The figures to leave out: those of a group under the limit, and others that would give one of them away."""
    found = {key for key, flow in flows.items() if 0 < flow.value < limit and not flow.stays}
    while True:
        given_away = next((key for key in flows if key in found and follows(key, flows, found)), None)
        if given_away is not None:
            more = _beside(given_away, flows, found)
        elif node := _few(flows, found, limit):
            more = _smallest(node, flows, found)
        else:
            return found
        if not more:
            # Nothing is left that could stand beside it: all of it goes.
            return {key for key, flow in flows.items() if not flow.stays}
        found |= more


def follows(key: Key, flows: Mapping[Key, Flow], hidden: set[Key]) -> bool:
    """Whether a hidden figure can be worked out from those that are shown."""
    flow = flows[key]
    more = _leads(flow.head, flow.tail, flows, hidden - {key})
    fewer = flow.value > 0 and _leads(flow.tail, flow.head, flows, hidden - {key})
    return not (more or fewer)


def _leads(start: Hashable, goal: Hashable, flows: Mapping[Key, Flow], hidden: set[Key]) -> bool:
    """Whether one person more can go from one node to another along hidden figures: with a flow, or against one that has any."""
    seen, waiting = {start}, [start]
    while waiting:
        node = waiting.pop()
        if node == goal:
            return True
        for key in hidden:
            flow = flows[key]
            for here, there, possible in ((flow.tail, flow.head, True), (flow.head, flow.tail, flow.value > 0)):
                if possible and here == node and there not in seen:
                    seen.add(there)
                    waiting.append(there)
    return False


def _beside(key: Key, flows: Mapping[Key, Flow], hidden: set[Key]) -> set[Key]:
    """The fewest figures, and of those the smallest, that must be hidden too so that this one no longer follows: the cheapest
    way round through the network, along what is hidden already where that can be. Along an empty group nobody can go."""
    flow = flows[key]
    waiting: list[tuple[int, int, int, Hashable, frozenset[Key]]] = [(0, 0, 0, flow.head, frozenset())]
    seen: set[Hashable] = set()
    counter = itertools.count(1)
    while waiting:
        many, people, _turn, node, taken = heapq.heappop(waiting)
        if node == flow.tail:
            return set(taken)
        if node in seen:
            continue
        seen.add(node)
        for other, way in flows.items():
            if other == key or way.stays or (not way.value and other not in hidden):
                continue
            for here, there, possible in ((way.tail, way.head, True), (way.head, way.tail, way.value > 0)):
                if here == node and possible and there not in seen:
                    new = other not in hidden
                    cost = (many + new, people + new * way.value)
                    heapq.heappush(waiting, (*cost, next(counter), there, taken | {other} if new else taken))
    return set()


def _few(flows: Mapping[Key, Flow], hidden: set[Key], limit: int) -> Hashable | None:
    """A node where what is hidden adds up to a few, and that sum can be read off what is shown."""
    for node in {node: None for flow in flows.values() for node in (flow.tail, flow.head) if node != OUTSIDE}:
        out = [flows[key].value for key in hidden if flows[key].tail == node]
        come_in = [flows[key].value for key in hidden if flows[key].head == node]
        if bool(out) != bool(come_in) and 0 < sum(out + come_in) < limit:
            return node
    return None


def _smallest(node: Hashable, flows: Mapping[Key, Flow], hidden: set[Key]) -> set[Key]:
    """The smallest figure of a node that may be hidden too."""
    open_ones = [
        key
        for key, flow in flows.items()
        if node in (flow.tail, flow.head) and key not in hidden and flow.value and not flow.stays
    ]
    return {min(open_ones, key=lambda key: flows[key].value)} if open_ones else set()


# -- the shapes that figures come in --------------------------------------------------------------------------------------


def parts(total: Key, of: Mapping[Key, int], *, within: Hashable = OUTSIDE) -> dict[Key, Flow]:
    """A total and what it is made of. `within`: the total is itself a part of that one."""
    whole = {total: Flow(OUTSIDE if within == OUTSIDE else ("of", within), ("of", total), sum(of.values()))}
    return whole | {key: Flow(("of", total), OUTSIDE, value) for key, value in of.items()}


def crossed(
    rows: Sequence[str], columns: Sequence[str], values: Mapping[tuple[str, str], int], *, total_stays: bool = False
) -> dict[tuple[str, str], Flow]:
    """A table of two ways with its sums: `("", column)`, `(row, "")`, `("", "")`."""
    across = {row: sum(values.get((row, column), 0) for column in columns) for row in rows}
    down = {column: sum(values.get((row, column), 0) for row in rows) for column in columns}
    flows = {
        (row, column): Flow(("row", row), ("column", column), values.get((row, column), 0))
        for row in rows
        for column in columns
    }
    flows |= {(row, ""): Flow(("column", ""), ("row", row), number) for row, number in across.items()}
    flows |= {("", column): Flow(("column", column), ("row", ""), number) for column, number in down.items()}
    flows["", ""] = Flow(("row", ""), ("column", ""), sum(across.values()), stays=total_stays)
    return flows


def steps(grown: Iterable[int], *, limit: int = LIMIT) -> list[int]:
    """A figure that only grows, at one moment after the other: it takes a step only when that is of ten or more, or of nobody.

    The last one is always true, so the steps before it leave ten or nobody for it.
    """
    wanted = list(grown)
    if not wanted:
        return []
    last, shown = wanted[-1], 0
    found = []
    for number in wanted[:-1]:
        if number - shown >= limit and (last - number >= limit or last == number):
            shown = number
        found.append(shown)
    return [*found, last]

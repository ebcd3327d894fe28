"""Where the lines and bars of the charts lie. Pure: figures in, places on a canvas out; the template draws and names them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# The curve's canvas, and the part of it where the curve lies.
LEFT, RIGHT, TOP, BOTTOM = 62, 470, 34, 214
BAR = 1000
DUE_HOURS = 72


@dataclass(frozen=True)
class Point:
    x: float
    y: float
    hours: int
    people: int
    percent: str


@dataclass(frozen=True)
class Curve:
    points: list[Point]
    # Where the 72 hours end; None: not yet on the canvas.
    due_x: float | None
    due_y: float | None
    marks: list[tuple[float, int]]

    @property
    def due_is_right(self) -> bool:
        """Its words would leave the canvas."""
        return self.due_x is not None and self.due_x > RIGHT - 60

    @property
    def line(self) -> str:
        """A step is not a slope: nobody was told in between as far as is shown."""
        return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in self.points)

    @property
    def area(self) -> str:
        first, last = self.points[0], self.points[-1]
        return f"{first.x:.1f},{BOTTOM} {self.line} {last.x:.1f},{BOTTOM}"


def curve(shown: Sequence[Sequence[int]], people: int) -> Curve | None:
    """`shown`: (hours, people) from figures; of `people` on the list."""
    if not shown or not people:
        return None
    longest = max(shown[-1][0], DUE_HOURS)
    points = [
        Point(_x(hours, longest), BOTTOM - (BOTTOM - TOP) * told / people, hours, told, percent(told, people))
        for hours, told in shown
    ]
    due = next((point for point in points if point.hours == DUE_HOURS), None)
    apart = 24 if longest <= 96 else 24 * -(-longest // 96)
    marks = [(_x(hours, longest), hours) for hours in range(0, longest + 1, apart)]
    return Curve(points, _x(DUE_HOURS, longest), due.y if due else None, marks)


def _x(hours: int, longest: int) -> float:
    return LEFT + (RIGHT - LEFT) * hours / longest


def percent(part: int | None, whole: int | None) -> str:
    """94.5 — never 100.0 where somebody is missing."""
    if part is None or not whole:
        return ""
    tenths = 1000 * part // whole if part < whole else 1000
    return f"{tenths / 10:.1f}".removesuffix(".0")


@dataclass(frozen=True)
class Piece:
    code: str
    number: int
    percent: str
    start: int
    width: int

    @property
    def middle(self) -> int:
        return self.start + self.width // 2

    @property
    def has_room(self) -> bool:
        return self.width >= 70


def pieces(row: Mapping[str, Any], codes: Sequence[str]) -> list[Piece]:
    """A bar of one row; nothing where one of its figures or its sum may not be shown."""
    whole = row[""]
    if not whole or any(row[code] is None for code in codes):
        return []
    found, before = [], 0
    for code in codes:
        start, end = (round(BAR * edge / whole) for edge in (before, before + row[code]))
        if row[code]:
            found.append(Piece(code, row[code], percent(row[code], whole), start, end - start))
        before += row[code]
    return found


@dataclass(frozen=True)
class Days:
    name: Any
    days: float
    width: float
    down: int


@dataclass(frozen=True)
class DaysChart:
    lines: list[Days]
    # Where the promised day lies.
    promised: float
    high: int


DAYS_WIDE, DAYS_APART = 480, 66


def days(shown: Sequence[tuple[Any, float]], *, promised: int) -> DaysChart | None:
    """A line for each kind on a canvas 480 wide."""
    if not shown:
        return None
    longest = max([promised * 1.5, *(number for _name, number in shown)])
    lines = [
        Days(name, number, DAYS_WIDE * number / longest, DAYS_APART * place)
        for place, (name, number) in enumerate(shown)
    ]
    return DaysChart(lines, DAYS_WIDE * promised / longest, DAYS_APART * len(shown) + 34)

"""Draws what a row and a page cost as lists grow (the `cost.…` figures of results.json) as an SVG; nothing is needed to draw it."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 340, 240, 52, 46, 200
Points = list[dict[str, Any]]


def draw(results: Path, target: Path) -> None:
    """One panel a figure; each shows its median and its range at every size that was measured."""
    panels: dict[str, Points] = defaultdict(list)
    for one in json.loads(results.read_text(encoding="utf-8"))["results"]:
        if one["id"].startswith("cost."):
            panels[one["id"]].append(one)
    drawn = [
        panel(name, sorted(points, key=lambda one: one["size"]), n) for n, (name, points) in enumerate(panels.items())
    ]
    if not drawn:
        return
    target.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH * len(drawn)} {HEIGHT}" '
        f'font-family="sans-serif" font-size="11" fill="#1b1f24">\n'
        f'<rect width="100%" height="100%" fill="#fff"/>\n{"".join(drawn)}</svg>\n',
        encoding="utf-8",
    )


def panel(name: str, points: Points, place: int) -> str:
    top = nice(max(one["high"] for one in points))
    sizes = [math.log10(one["size"]) for one in points]
    first, span = min(4.3, *sizes), max(6.7, *sizes) - min(4.3, *sizes)

    def x(size: float) -> float:
        return round(LEFT + (math.log10(size) - first) / span * (WIDTH - LEFT - 24), 1)

    def y(value: float) -> float:
        return round(BOTTOM - value / top * (BOTTOM - TOP), 1)

    parts = [f'<text x="{LEFT}" y="18" font-weight="bold">{escape(name.removeprefix("cost."))}</text>']
    parts.append(f'<text x="{LEFT}" y="34" fill="#59636e">{escape(points[0]["against"])}</text>')
    for value in (0, top / 2, top):
        parts.append(f'<path d="M{LEFT} {y(value)}H{WIDTH - 12}" stroke="#d1d9e0"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y(value) + 4}" text-anchor="end">{value:g}</text>')
    for one in points:
        at = x(one["size"])
        parts.append(f'<path d="M{at} {y(one["low"])}V{y(one["high"])}" stroke="#9bb8f0" stroke-width="6"/>')
        parts.append(f'<text x="{at}" y="{BOTTOM + 18}" text-anchor="middle">{one["size"]:,}</text>')
    line = " ".join(f"{x(one['size'])},{y(one['value'])}" for one in points)
    parts.append(f'<polyline points="{line}" fill="none" stroke="#256ef4" stroke-width="2"/>')
    parts += [f'<circle cx="{x(one["size"])}" cy="{y(one["value"])}" r="3.5" fill="#256ef4"/>' for one in points]
    return f'<g transform="translate({place * WIDTH} 0)">{"".join(parts)}</g>\n'


def nice(value: float) -> float:
    """The next of 1, 2, 4, 6, 8, 10 times a power of ten."""
    power = 10 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 4, 6, 8, 10) if step * power >= value)

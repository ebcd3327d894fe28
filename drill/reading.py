"""People who read pages all the while a fault is done: what they were answered, how soon, and whether it was in words."""

from __future__ import annotations

import statistics
import threading
import time
from collections import Counter
from collections.abc import Sequence

import httpx

# What a page says while the database is away, by the beginning of its address.
AWAY = {"/en/": "You cannot check right now", "/": "지금 조회를 할 수 없어요"}


class Reader:
    """One of them: page after page, a moment between two."""

    def __init__(self, place: str, *, paths: Sequence[str] = ("/lookup/",), every: float = 0.2) -> None:
        self.place, self.paths, self.every = place, paths, every
        self.seconds: list[float] = []
        self.statuses: Counter[int] = Counter()
        # 503 that say nothing, or not when to come back.
        self.wordless = 0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self) -> None:
        with httpx.Client(trust_env=False, timeout=30) as client:
            while not self.over.wait(self.every):
                path = self.paths[len(self.seconds) % len(self.paths)]
                began = time.monotonic()
                try:
                    answer = client.get(f"http://{self.place}{path}")
                    self.statuses[answer.status_code] += 1
                    self.wordless += answer.status_code == 503 and not in_words(path, answer)
                except httpx.HTTPError:
                    self.statuses[0] += 1
                self.seconds.append(time.monotonic() - began)

    def end(self) -> dict[int, int]:
        self.over.set()
        self.thread.join(60)
        return dict(self.statuses)

    def p95(self) -> float:
        return statistics.quantiles(self.seconds, n=20)[-1] if len(self.seconds) > 1 else 0.0


def in_words(path: str, answer: httpx.Response) -> bool:
    """Says in the reader's language that it is our fault and when to come back, and nobody keeps it."""
    words = next(said for beginning, said in AWAY.items() if path.startswith(beginning))
    again = answer.headers.get("Retry-After", "")
    return (
        words in answer.text and again.isdecimal() and int(again) > 0 and "no-store" in answer.headers["Cache-Control"]
    )

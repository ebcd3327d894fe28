"""How the provider answers: as it should, or as it was told to fail.

{"phone": MODE, "email": MODE, "seconds": 5, "times": 3}     `times` requests, else until told otherwise
{"phone": "flaky", "p": 0.3, "seed": 7, "troubles": [MODE, …]}
{"receipts": RECEIPTS, "seconds": 30}
{"dedupe": false}           a message asked for again is delivered again
{"bad_numbers": 2}          so many per cent of the numbers are refused for good, always the same ones
{"without_app": 10}         so many per cent have no messenger: what is sent there is refused
{"stuck": "+8210…"}         whoever asks for this number gets no answer, and the message is not taken; "": nobody
{"release": true}           those who are held are let go: their answers come now
"""

from __future__ import annotations

import random
import threading
import zlib
from typing import Any

# refuse: the message itself, for good · busy: 429 with Retry-After · error: 503 · break_down: 500, not taken · hang: no answer
# after `seconds` · drop_after_accept: taken, and the line goes dead · break_after_accept: taken, and a 500 · slow: taken after
# `seconds` · late_answer: taken at once, answered after `seconds` · flaky: one of FLAKY with probability `p`
MODES = (
    "ok", "refuse", "busy", "error", "break_down", "hang", "drop_after_accept", "break_after_accept", "slow", "late_answer", "flaky",
)  # fmt: skip
FLAKY = ("busy", "error", "break_down", "drop_after_accept", "break_after_accept")
# twice: each event two times · reversed: delivered, then a failure of before · corrected: failed, then delivered · forged: by
# somebody who lacks the secret · replayed: signed long ago · late: after `seconds` · hold: kept until told otherwise · none
RECEIPTS = ("normal", "twice", "reversed", "corrected", "forged", "replayed", "late", "hold", "none")
CHANNELS = ("phone", "email")
DETAILS = {"seconds", "times", "p", "seed", "troubles"}


class Behaviour:
    def __init__(self, without_app: str = "") -> None:
        """`without_app`: whoever's number ends so has no messenger."""
        self.without_app = without_app
        self.lock = threading.Lock()
        self.told: dict[str, dict[str, Any]] = {channel: {"mode": "ok"} for channel in CHANNELS}
        self.receipts: dict[str, Any] = {"mode": "normal", "seconds": 0.0}
        self.dedupe = True
        self.percent = {"bad_numbers": 0.0, "without_app": 0.0}
        self.stuck = ""
        self.released = threading.Event()
        self.chance = random.Random(0)

    def tell(self, order: dict[str, Any]) -> dict[str, Any]:
        """Raises ValueError: nothing of it is done."""
        known = {*CHANNELS, "receipts", "dedupe", *self.percent, "stuck", "release", *DETAILS}
        if unknown := order.keys() - known:
            raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
        for channel in order.keys() & set(CHANNELS):
            if order[channel] not in MODES:
                raise ValueError(f"{channel}: one of {', '.join(MODES)}")
        troubles = order.get("troubles", FLAKY)
        if not troubles or not set(troubles) <= set(MODES):
            raise ValueError(f"troubles: some of {', '.join(MODES)}")
        if order.get("receipts", "normal") not in RECEIPTS:
            raise ValueError(f"receipts: one of {', '.join(RECEIPTS)}")
        seconds, times, p = float(order.get("seconds", 30)), order.get("times"), float(order.get("p", 0.5))
        percent = {name: float(order[name]) for name in order.keys() & self.percent.keys()}
        with self.lock:
            if "seed" in order:
                self.chance.seed(order["seed"])
            for channel in order.keys() & set(CHANNELS):
                times = None if times is None else int(times)
                self.told[channel] = {
                    "mode": order[channel],
                    "seconds": seconds,
                    "times": times,
                    "p": p,
                    "troubles": troubles,
                }
            if "receipts" in order:
                self.receipts = {"mode": order["receipts"], "seconds": float(order.get("seconds", 0))}
            self.dedupe = bool(order.get("dedupe", self.dedupe))
            self.percent |= percent
            self.stuck = str(order.get("stuck", self.stuck))
            if order.get("release"):
                self.released.set()
                self.released = threading.Event()
            return {
                **{channel: dict(told) for channel, told in self.told.items()},
                "receipts": dict(self.receipts),
                "dedupe": self.dedupe,
                **self.percent,
            }

    def next(self, channel: str) -> tuple[str, float]:
        """The mode of this one request and how long it may take."""
        with self.lock:
            told = self.told[channel]
            mode, seconds, times = told["mode"], told.get("seconds", 0.0), told.get("times")
            if times is not None:
                told["times"] = times - 1
                if times <= 1:
                    self.told[channel] = {"mode": "ok"}
            if mode == "flaky":
                mode = self.chance.choice(told["troubles"]) if self.chance.random() < told["p"] else "ok"
            return mode, seconds

    def refuses(self, message: dict[str, Any]) -> str:
        """Why a message to this number never arrives; empty where it does."""
        drawn = zlib.crc32(message["to"].encode()) % 10_000 / 100
        if drawn < self.percent["bad_numbers"]:
            return "no such number"
        if message["channel"] == "alimtalk":
            by_number = bool(self.without_app) and message["to"].endswith(self.without_app)
            if by_number or 100 - drawn <= self.percent["without_app"]:
                return "no messenger"
        return ""

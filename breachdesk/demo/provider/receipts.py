"""Tells the product what became of each phone message, until it is heard; or lies to it, where told to."""

from __future__ import annotations

import collections
import contextlib
import hashlib
import hmac
import itertools
import json
import logging
import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from breachdesk.demo.provider.behaviour import Behaviour
from breachdesk.demo.provider.ledger import Ledger, now

AT_ONCE = 8
TOGETHER = 50  # receipts in one request, where so many are due
FIRST_AFTER = 0.3
MOST_TRIES = 12
REPLAYED_AFTER = 600  # seconds

log = logging.getLogger("breachdesk.demo.provider")


def sign(secret: str, timestamp: str, body: bytes) -> str:
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


@dataclass(frozen=True)
class Event:
    name: str
    state: str
    # How it is signed: "right", "forged" or "replayed".
    signed: str = "right"

    @property
    def is_heard_by(self) -> set[int]:
        """A lie is told once, whatever the answer."""
        return {200, 201, 204, 409} if self.signed == "right" else set(range(100, 600))


DELIVERED, FAILED = Event("delivered", "delivered"), Event("failed", "failed")
EVENTS: dict[str, Sequence[Event]] = {
    "normal": [DELIVERED],
    "late": [DELIVERED],
    "twice": [DELIVERED, DELIVERED],
    "reversed": [DELIVERED, FAILED],
    "corrected": [FAILED, DELIVERED],
    "forged": [Event("forged", "failed", "forged")],
    "replayed": [Event("replayed", "failed", "replayed")],
}


# When, in which order, of which message, as the provider names it, what is still to be told (None: all of it), how often tried.
Item = tuple[float, int, str, str, Sequence[Event] | None, int]


class Receipts:
    def __init__(self, url: str, secret: str, ledger: Ledger, behaviour: Behaviour) -> None:
        self.url, self.secret, self.ledger, self.behaviour = url, secret, ledger, behaviour
        self.order = itertools.count()
        self.due: queue.PriorityQueue[Item] = queue.PriorityQueue()
        # How they were answered, as "delivered 200".
        self.answers: collections.Counter[str] = collections.Counter()
        for message in ledger.without_receipt():
            self.put(message)

    def start(self) -> None:
        for number in range(AT_ONCE):
            threading.Thread(target=self.run, name=f"receipts-{number}", daemon=True).start()

    def put(self, message: dict[str, Any]) -> None:
        told = self.behaviour.receipts
        if self.url and told["mode"] != "none":
            after = told["seconds"] if told["mode"] == "late" else FIRST_AFTER
            self._put(after, message["id"], message["provider_id"], None, 0)

    def _put(self, after: float, message_id: str, provider_id: str, events: Sequence[Event] | None, tries: int) -> None:
        self.due.put((time.monotonic() + after, next(self.order), message_id, provider_id, events, tries))

    def run(self) -> None:
        with httpx.Client(timeout=10, trust_env=False) as client:
            while True:
                item = self.due.get()
                due_at, _number, message_id, provider_id, events, tries = item
                mode = self.behaviour.receipts["mode"]
                if (early := due_at - time.monotonic()) > 0 or mode in ("hold", "none"):
                    self.due.put(item)
                    time.sleep(min(early, 0.2) if early > 0 else 0.1)
                    continue
                if mode == "normal" and events is None and not tries and (more := self._due_too()):
                    self.send_together(client, [item, *more])
                    continue
                events = EVENTS.get(mode, EVENTS["normal"]) if events is None else events
                if self.send(client, events[0], message_id, provider_id):
                    events, tries = events[1:], 0
                else:
                    tries += 1
                if not events:
                    self.ledger.receipted(message_id)
                elif tries > MOST_TRIES:
                    log.warning("no receipt was taken for %s", provider_id)
                else:
                    self._put(
                        min(60.0, FIRST_AFTER * 2**tries) if tries else 0.0, message_id, provider_id, events, tries
                    )

    def _due_too(self) -> list[Item]:
        """What else is due now and was not told of yet."""
        found: list[Item] = []
        with contextlib.suppress(queue.Empty):
            while len(found) < TOGETHER - 1:
                item = self.due.get_nowait()
                if item[0] > time.monotonic() or item[4] is not None or item[5]:
                    self.due.put(item)
                    break
                found.append(item)
        return found

    def send_together(self, client: httpx.Client, items: Sequence[Item]) -> None:
        """In one request. Where it is not understood or one of them is not known, each is told by itself."""
        told = [_receipt(DELIVERED, item[2], item[3]) for item in items]
        with contextlib.suppress(httpx.HTTPError, ValueError, KeyError):
            answer = self._post(client, {"receipts": told}, signed="right")
            counted = answer.json() if answer.status_code == 200 else {}
            if counted and not counted["unknown"]:
                self.answers["delivered 200"] += counted["recorded"]
                self.answers["delivered 409"] += counted["heard_before"]
                for item in items:
                    self.ledger.receipted(item[2])
                return
        for item in items:
            self._put(0.0, item[2], item[3], EVENTS["normal"], 0)

    def send(self, client: httpx.Client, event: Event, message_id: str, provider_id: str) -> bool:
        with contextlib.suppress(httpx.HTTPError):
            answer = self._post(client, _receipt(event, message_id, provider_id), signed=event.signed)
            self.answers[f"{event.name} {answer.status_code}"] += 1
            return answer.status_code in event.is_heard_by
        self.answers[f"{event.name} no answer"] += 1
        return False

    def _post(self, client: httpx.Client, told: dict[str, Any], *, signed: str) -> httpx.Response:
        body = json.dumps(told).encode()
        timestamp = str(int(time.time()) - (REPLAYED_AFTER if signed == "replayed" else 0))
        secret = "somebody else's" if signed == "forged" else self.secret
        headers = {
            "Content-Type": "application/json",
            "X-Timestamp": timestamp,
            "X-Signature": sign(secret, timestamp, body),
        }
        return client.post(self.url, content=body, headers=headers)


def _receipt(event: Event, message_id: str, provider_id: str) -> dict[str, str]:
    return {
        "event_id": f"{event.name}-{provider_id}",
        "id": message_id,
        "provider_id": provider_id,
        "state": event.state,
        "at": now(),
    }

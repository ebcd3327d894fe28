"""What the rehearsal card system was asked, what it did, and where the new cards are: kept in a file that survives it."""

from __future__ import annotations

import threading
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from breachdesk.demo.issuer_customers import Customers, new_card
from breachdesk.demo.issuer_line import LINE, MOVES_ON, Slots
from breachdesk.demo.journal import Journal

ACT_FIELDS: dict[str, tuple[type, Any]] = {
    "id": (str, ""),
    "customer": (str, ""),
    "card": (str, ""),
    "kind": (str, ""),
    "noticed_on": (str, ""),
    "last_used": (str, ""),
    "waived": (bool, False),
    "slot": (str, ""),
}
# What each act does to a card, or to an account.
EFFECTS: dict[str, dict[str, bool]] = {
    "lost": {"blocked": True, "reported": True},
    "stolen": {"blocked": True, "reported": True},
    "block": {"blocked": True},
    "unblock": {"blocked": False},
    "abroad-off": {"abroad": False},
    "abroad-on": {"abroad": True},
    "online-off": {"online": False},
    "online-on": {"online": True},
    "reissue": {},
    "pickup": {},
    "activate": {"active": True},
    "freeze": {"frozen": True},
    "unfreeze": {"frozen": False},
}
OF_ACCOUNTS = ("freeze", "unfreeze")
FOR_ALL_CARDS = ("lost", "stolen", "block")
# A new card is made, sent and there; seconds for each, where nothing else was told (`delivery`).
STAGES = ("making", "sent", "arrived")
STAGE_SECONDS = 15
# Of this card there are too few to send one to everybody at once.
SHORT = "한빛 체크"


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class OtherAct(Exception):
    """The same id with other contents."""


class Ledger:
    """Every act, and what happened to it."""

    def __init__(self, path: Path, customers: Customers) -> None:
        self.lock = threading.RLock()
        self.customers = customers
        self.acts: dict[str, dict[str, Any]] = {}
        # Cards that are being replaced: whose, and since when.
        self.renewals: dict[str, tuple[str, float]] = {}
        self.slots = Slots()
        self.stage_seconds = float(STAGE_SECONDS)
        self.journal = Journal(path)
        for line in self.journal.found:
            self._apply(line)

    def take(self, act: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
        """Keeps the act with what becomes of it; the same id again is counted and keeps the first. Raises OtherAct."""
        with self.lock:
            known = self.acts.get(act["id"])
            if known is None:
                made = {"reference": f"HC{uuid.uuid4().hex[:10].upper()}", "asked_at": now()}
                self._write({**act, **self._fate(act, told), **made})
            elif any(known.get(name, empty) != act[name] for name, (_type, empty) in ACT_FIELDS.items()):
                raise OtherAct
            else:
                self._write({"again": act["id"]})
            return dict(self.acts[act["id"]])

    def find(self, act_id: str) -> dict[str, Any] | None:
        with self.lock:
            self._do_due()
            return dict(self.acts[act_id]) if act_id in self.acts else None

    def newest_first(self) -> list[dict[str, Any]]:
        with self.lock:
            self._do_due()
            return [dict(act) for act in reversed(self.acts.values())]

    def cards(self, ref: str) -> list[dict[str, Any]] | None:
        with self.lock:
            self._do_due()
            self._deliver()
            found = self.customers.cards.get(ref)
            return None if found is None else [dict(card) for card in found]

    def line(self, act: dict[str, Any]) -> dict[str, Any]:
        """Of a new card that is waited for: the place in line, and by when; else nothing."""
        if act["kind"] != "reissue" or act["state"] != "done":
            return {}
        card = next((card for card in self.cards(act["customer"]) or [] if card["id"] == act["card"]), {})
        return {name: card[name] for name in ("place", "renewal_by")} if card.get("renewal") == "queued" else {}

    def accounts(self, ref: str) -> list[dict[str, Any]]:
        with self.lock:
            return [dict(account) for account in self.customers.accounts.get(ref, [])]

    def free_slots(self) -> list[dict[str, Any]]:
        with self.lock:
            return self.slots.told()

    def customer(self, key: tuple[str, str, str]) -> str | None:
        with self.lock:
            return self.customers.found.get(key)

    def meet(self, customers: list[dict[str, Any]]) -> None:
        with self.lock:
            for one in customers:
                self._write({"customer_met": one})

    def _fate(self, act: dict[str, Any], told: dict[str, Any]) -> dict[str, Any]:
        code = told.get("code", "") if told["mode"] == "refuse" else self._why_not(act)
        if code:
            return {"state": "refused", "code": code, "due": 0}
        if told["mode"] == "late":
            return {"state": "taken", "code": "", "due": time.time() + told["seconds"]}
        return {"state": "done", "code": "", "due": 0}

    def _why_not(self, act: dict[str, Any]) -> str:
        cards = self.customers.cards.get(act["customer"])
        if cards is None:
            return "no_such_customer"
        held = self.customers.accounts[act["customer"]] if act["kind"] in OF_ACCOUNTS else cards
        chosen = [one for one in held if act["card"] in (one["id"], "all")]
        if not chosen or (act["card"] == "all" and act["kind"] not in FOR_ALL_CARDS):
            return "unknown_card"
        if act["kind"] == "pickup":
            self._deliver()
            if chosen[0]["renewal"] != "queued":
                return "not_in_line"
            return "" if self.slots.left(act["slot"]) else "full"
        may_be_reported = (*FOR_ALL_CARDS, *OF_ACCOUNTS, "reissue")
        return "reported" if act["kind"] not in may_be_reported and any(each["reported"] for each in chosen) else ""

    def _do_due(self) -> None:
        for act in [each for each in self.acts.values() if each["state"] == "taken" and each["due"] <= time.time()]:
            self._write({"done": act["id"]})

    def _write(self, line: dict[str, Any]) -> None:
        self.journal.add(line)
        self._apply(line)

    def _apply(self, line: dict[str, Any]) -> None:
        if "customer_met" in line:
            return self.customers.add(line["customer_met"])
        if "again" in line:
            self.acts[line["again"]]["times"] += 1
            return None
        if "done" in line:
            self.acts[line["done"]]["state"] = "done"
            return self._carry_out(self.acts[line["done"]])
        self.acts[line["id"]] = {**line, "times": 1}
        return self._carry_out(line) if line["state"] == "done" else None

    def _carry_out(self, act: dict[str, Any]) -> None:
        self._deliver()
        held = self.customers.accounts if act["kind"] in OF_ACCOUNTS else self.customers.cards
        for one in held.get(act["customer"], []):
            if act["card"] in (one["id"], "all"):
                one.update(EFFECTS[act["kind"]])
        cards = self.customers.cards.get(act["customer"], [])
        if act["kind"] == "reissue":
            self.renewals[act["card"]] = (act["customer"], datetime.fromisoformat(act["asked_at"]).timestamp())
        if act["kind"] == "pickup":
            self.slots.book(act["card"], act["slot"])
        if act["kind"] == "activate":  # the card that it replaces is none any more
            cards[:] = [card for card in cards if card["id"] + "N" != act["card"]]
        self._deliver()

    def _deliver(self) -> None:
        """New cards go from stage to stage; one that has arrived stands beside the old one."""
        for card_id, (ref, since) in self.renewals.items():
            cards = self.customers.cards.get(ref, [])
            old = next((card for card in cards if card["id"] == card_id), None)
            if old is None:  # whose cards were told anew, or whose new card is in use
                continue
            old.update(self._where(old, since))
            if old["renewal"] == "arrived" and not any(card["id"] == card_id + "N" for card in cards):
                last4 = f"{1000 + (int(old['last4']) * 31 + 7) % 9000}"
                cards.append(new_card({"id": card_id + "N", "name": old["name"], "last4": last4, "active": False}))

    def _where(self, old: dict[str, Any], since: float) -> dict[str, Any]:
        """Where the card is that replaces this one, asked for at `since`."""
        passed = time.time() - since
        pickup, begins = self.slots.of(old["id"]), datetime.fromtimestamp(since, UTC)
        if old["name"] == SHORT:
            place = LINE - int(passed / MOVES_ON)
            if place > 0:
                by = f"{begins + timedelta(days=10):%Y-%m-%d}"
                return {"renewal": "queued", "renewal_by": by, "place": place, "pickup": pickup}
            passed -= LINE * MOVES_ON
        stage = min(int(passed / self.stage_seconds), len(STAGES) - 1) if self.stage_seconds else len(STAGES) - 1
        if pickup:
            stage = len(STAGES) - 1  # it lies at the branch
        sent = f"HB{int(since) % 10**10:010d}" if STAGES[stage] != "making" and not pickup else ""
        by = f"{begins + timedelta(days=3):%Y-%m-%d}"
        return {"renewal": STAGES[stage], "renewal_by": by, "place": 0, "pickup": pickup, "tracking": sent}

"""Whom the rehearsal card system knows, and what they have: cards, accounts, payments, and what is tied to a card. All invented."""

from __future__ import annotations

import contextlib
from datetime import date, datetime, timedelta, timezone
from typing import Any

from breachdesk.demo import people
from breachdesk.lib import names
from breachdesk.lib.contacts import Contact, NotAContact

SEOUL = timezone(timedelta(hours=9))


def today() -> date:
    return datetime.now(SEOUL).date()


def payments_of(card: dict[str, Any]) -> list[dict[str, Any]]:
    """The same for every card: three of everyday, and two in the night abroad that nobody knows."""
    paid = [
        (1, "GLB TECH STORE", 612_400, True, True),
        (1, "기프트나라", 500_000, False, True),
        (2, "한빛마트 중구점", 38_200, False, False),
        (4, "서울교통공사", 1_500, False, False),
        (9, "한빛이동통신", 69_000, False, False),
    ]
    return [
        {
            "id": f"{card['id']}-P{number}",
            "last4": card["last4"],
            "day": (today() - timedelta(days=back)).isoformat(),
            "merchant": merchant,
            "amount": amount,
            "abroad": abroad,
            "suspect": suspect,
        }
        for number, (back, merchant, amount, abroad, suspect) in enumerate(paid, start=1)
    ]


def ties_of(card: dict[str, Any]) -> list[dict[str, Any]]:
    """The same for every card: three that charge it by themselves, and a wallet that holds it."""
    tied = [
        ("standing", "한빛이동통신", 69_000, 5),
        ("standing", "도시가스", 0, 12),
        ("standing", "구름영상 구독", 14_900, 19),
        ("wallet", "페이온 간편결제", 0, 0),
    ]
    return [
        {
            "id": f"{card['id']}-T{number}",
            "card": card["id"],
            "kind": kind,
            "name": name,
            "amount": amount,
            "next_on": (today() + timedelta(days=ahead)).isoformat() if ahead else "",
        }
        for number, (kind, name, amount, ahead) in enumerate(tied, start=1)
    ]


def contact_key(text: str) -> str:
    with contextlib.suppress(NotAContact):
        contact = Contact.parse(text)
        return f"{contact.kind}:{contact.value}"
    return ""


class Customers:
    """Who has which cards and accounts: those of the demo's list and its people who are on none, and whoever is told of later."""

    def __init__(self) -> None:
        self.cards: dict[str, list[dict[str, Any]]] = {}
        self.accounts: dict[str, list[dict[str, Any]]] = {}
        self.found: dict[tuple[str, str, str], str] = {}
        header, *listed = people.rows()
        for row in listed:
            self.add({**dict(zip(header, row, strict=True)), "ref": row[0]})
        for one in (*people.PEOPLE, *people.CALLERS):
            self.add({**one.__dict__, "ref": people.customer_ref(one)})

    def add(self, one: dict[str, Any]) -> None:
        ref = one["ref"]
        if ref not in self.cards or one.get("cards"):
            self.cards[ref] = [new_card(card) for card in one.get("cards") or _invented(ref, one)]
            account = {
                "id": f"{self.cards[ref][0]['id']}A",
                "name": "한빛은행 결제 계좌",
                "last4": f"{1000 + _sum(ref) * 3 % 9000}",
            }
            self.accounts[ref] = [{**account, "frozen": False}]
        for contact in (one.get("phone"), one.get("email")):
            if contact and (key := contact_key(contact)):
                self.found[key, names.fold(one["name"]), one.get("birth_date", "")] = ref


def new_card(card: dict[str, Any]) -> dict[str, Any]:
    state = {"blocked": False, "abroad": True, "online": True, "reported": False, "active": True}
    renewal = {"renewal": "none", "renewal_by": "", "place": 0, "tracking": "", "pickup": ""}
    return {**state, **renewal, **card}


def _invented(ref: str, one: dict[str, Any]) -> list[dict[str, Any]]:
    number = _sum(ref)
    first = {"id": f"{ref}-1", "name": "한빛 데일리", "last4": one.get("card_last4") or f"{1000 + number % 9000}"}
    second = {"id": f"{ref}-2", "name": "한빛 체크", "last4": f"{1000 + number * 7 % 9000}"}
    return [first, second] if number % 2 else [first]


def _sum(ref: str) -> int:
    return sum(ord(mark) * place for place, mark in enumerate(ref, start=1))

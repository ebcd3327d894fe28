"""What the issuer knows of whoever holds a proof: who they are there, and their cards. Calls it with no transaction open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from breachdesk import limits
from breachdesk.accounts.models import User
from cards import actions, breaker, issuer
from cards.issuer import Away, NoSuchCustomer
from cards.models import Cardholder
from cards.told import Account, Card, Payment, Slot
from lookup.models import Proof
from lookup.proving import subject_of
from lookup.queries import matching_of
from lookup.states import Method
from notices.lines import customer_ref

T = TypeVar("T")

# Asking the issuer whether it knows a name: as often as names may be tried, and a page be opened, but no machine's pace.
FINDS_A_DAY = limits.Budget("cards.finds.day", 30, dt.timedelta(days=1))


@dataclass(frozen=True)
class Known:
    """`away`: the issuer does not answer, and the cards are as they were at `as_of`. `nobody`: it has no such customer.
    `no_way`: a letter was proved, and its person is on no list any more."""

    cards: list[Card] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    as_of: dt.datetime | None = None
    away: bool = False
    nobody: bool = False
    no_way: bool = False

    def card(self, card_id: str) -> Card | None:
        return next((each for each in self.cards if each.id == card_id), None)

    def account(self, account_id: str) -> Account | None:
        return next((each for each in self.accounts if each.id == account_id), None)


def know(*, proof: Proof, by: User | None, at: dt.datetime) -> Known:
    try:
        cardholder = cardholder_of(proof, by=by, at=at)
    except NoSuchCustomer:
        return Known(nobody=True)
    except Away:
        return Known(away=True)
    if cardholder is None:
        return Known(no_way=True)
    try:
        cards, accounts = through_breaker(lambda: issuer.cards(cardholder.ref, at=at), at=at)
    except NoSuchCustomer:
        return Known(nobody=True)
    except Away:
        seen = cardholder.look
        cards, accounts = [Card(**each) for each in seen["cards"]], [Account(**each) for each in seen["accounts"]]
        return Known(cards, accounts, as_of=cardholder.cards_at, away=True)
    actions.keep_cards(cardholder=cardholder, cards=cards, accounts=accounts, at=at)
    return Known(cards, accounts, as_of=at)


def payments(*, proof: Proof, by: User | None, at: dt.datetime) -> list[Payment]:
    """The latest first, those that the issuer finds odd before all. Raises NoSuchCustomer, Away."""
    cardholder = cardholder_of(proof, by=by, at=at)
    if cardholder is None:
        raise NoSuchCustomer
    found = through_breaker(lambda: issuer.payments(cardholder.ref, at=at), at=at)
    return sorted(found, key=lambda each: not each.suspect)


def pickups(*, proof: Proof, card: str, by: User | None, at: dt.datetime) -> list[Slot]:
    """The hours at which this card can be fetched, those that are full too. Raises NoSuchCustomer, Away."""
    cardholder = cardholder_of(proof, by=by, at=at)
    if cardholder is None:
        raise NoSuchCustomer
    found = through_breaker(lambda: issuer.pickups(cardholder.ref, card=card, at=at), at=at)
    return sorted(found, key=lambda slot: (slot.day, slot.opens, slot.place_ko))


def cardholder_of(proof: Proof, *, by: User | None, at: dt.datetime) -> Cardholder | None:
    """None where there is nothing to ask by. Raises NoSuchCustomer, Away."""
    if proof.person_id and (held := Cardholder.objects.filter(person=proof.person_id).first()):
        return held
    contact, identity = proof.contact, proof.identity
    if proof.method == Method.LETTER:
        ref = _ref_of_letter(proof)
        return actions.recognise(proof=proof, customer_ref=ref, by=by, at=at) if ref else None
    if contact is None or identity is None:
        return None
    if not limits.take(FINDS_A_DAY, subject=subject_of(contact), at=at).ok:
        raise Away(code="too-often")
    ref = through_breaker(
        lambda: issuer.find(contact, name=identity.name, birth_date=identity.birth_date, at=at), at=at
    )
    return actions.recognise(proof=proof, customer_ref=ref, by=by, at=at)


def _ref_of_letter(proof: Proof) -> str:
    """As the list has it that the letter was written from: no call is needed. Empty where no line of theirs agrees any more."""
    for listing in matching_of(proof, proof.identity):
        if proof.person and proof.person.person_key in (listing.person_key, *listing.former_keys):
            return customer_ref(listing)
    return ""


def through_breaker(call: Callable[[], T], *, at: dt.datetime) -> T:
    """Raises Away at once where the issuer is left alone, and what `call` raises."""
    if not breaker.lets_through(at=at):
        raise Away(code="left-alone")
    try:
        answer = call()
    except Away:
        breaker.failed(at=at)
        raise
    except NoSuchCustomer:
        breaker.worked()
        raise
    breaker.worked()
    return answer

"""What the issuer's card system tells, as values; each read strictly, so that nothing odd of another machine goes any further."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from cards.states import Stage

ID = re.compile(r"[A-Za-z0-9-]{1,40}")
LAST4 = re.compile(r"\d{4}")
CLOCK = re.compile(r"\d\d:\d\d")
MOST_WON = 10**12
MOST_PLACES = 10**6


@dataclass(frozen=True)
class Card:
    """A card as the issuer has it now. `reported`: lost or stolen, never to be used again."""

    id: str
    name: str
    last4: str
    blocked: bool
    abroad: bool
    online: bool
    reported: bool
    # A new card is not in use before its owner has said that they hold it.
    active: bool = True
    # Where the card that replaces it is, and by which day it is to come.
    renewal: str = Stage.NONE
    renewal_by: str = ""
    # While cards are short: the place in line, and the hour that was chosen to fetch it; when sent: the parcel's number.
    place: int = 0
    pickup: str = ""
    tracking: str = ""

    @property
    def renewal_words(self) -> Any:
        return Stage(self.renewal).label

    @property
    def renewal_day(self) -> dt.date | None:
        return dt.date.fromisoformat(self.renewal_by) if self.renewal_by else None

    @property
    def waits_in_line(self) -> bool:
        return self.renewal == Stage.QUEUED

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Account:
    """What the cards are paid from. `frozen`: nothing leaves it."""

    id: str
    name: str
    last4: str
    frozen: bool

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Payment:
    """Paid with one of the cards, in whole won. `suspect`: the issuer itself finds it odd."""

    id: str
    last4: str
    day: str
    merchant: str
    amount: int
    abroad: bool
    suspect: bool

    @property
    def on(self) -> dt.date:
        return dt.date.fromisoformat(self.day)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Tie:
    """What must be moved when a card's number changes: who charges it by themselves, or a wallet that holds it."""

    id: str
    card: str
    kind: str
    name: str
    # Whole won; 0: it depends.
    amount: int
    # The day of the next charge; empty where none is known.
    next_on: str

    @property
    def day(self) -> dt.date | None:
        return dt.date.fromisoformat(self.next_on) if self.next_on else None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Slot:
    """An hour at a branch at which a card can be fetched, and how many still may."""

    id: str
    place_ko: str
    place_en: str
    day: str
    opens: str
    closes: str
    left: int

    @property
    def on(self) -> dt.date:
        return dt.date.fromisoformat(self.day)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Line:
    """While cards are short: the place that a new card has just been given in line, and the day by which it is to come."""

    place: int
    by: dt.date


T = TypeVar("T", Card, Account, Payment, Tie, Slot)


def card(given: dict[str, Any]) -> Card:
    """Raises ValueError, KeyError, TypeError; as all here do."""
    read = _read(Card, given, texts=60)
    _want(LAST4.fullmatch(read.last4) and read.renewal in Stage.values and 0 <= read.place < MOST_PLACES)
    _day(read.renewal_by, or_none=True)
    return read


def account(given: dict[str, Any]) -> Account:
    read = _read(Account, given, texts=60)
    _want(LAST4.fullmatch(read.last4))
    return read


def payment(given: dict[str, Any]) -> Payment:
    read = _read(Payment, given, texts=100)
    _want(0 < read.amount < MOST_WON)
    _day(read.day)
    return read


def tie(given: dict[str, Any]) -> Tie:
    read = _read(Tie, given, texts=60)
    _want(read.kind in ("standing", "wallet") and read.name and 0 <= read.amount < MOST_WON)
    _day(read.next_on, or_none=True)
    return read


def slot(given: dict[str, Any]) -> Slot:
    read = _read(Slot, given, texts=80)
    _want(CLOCK.fullmatch(read.opens) and CLOCK.fullmatch(read.closes) and 0 <= read.left < 10**6)
    _day(read.day)
    return read


def line(given: dict[str, Any]) -> Line:
    place = given["place"]
    _want(type(place) is int and 0 < place < MOST_PLACES)
    return Line(place, dt.date.fromisoformat(given["renewal_by"]))


TYPES = {"str": str, "bool": bool, "int": int}


def _read(kind: type[T], given: dict[str, Any], *, texts: int) -> T:
    """Every field of its very type, texts no longer than that; what is not asked for is left out."""
    fields = kind.__dataclass_fields__
    values = {name: given[name] for name in fields}
    for name, value in values.items():
        wanted = TYPES[str(fields[name].type)]
        _want(type(value) is wanted)
        _want(not isinstance(value, str) or (len(value) <= texts and "\x00" not in value))
    _want(ID.fullmatch(values["id"]))
    return kind(**values)


def _want(true: object) -> None:
    if not true:
        raise ValueError("not as it was agreed")


def _day(text: str, *, or_none: bool = False) -> None:
    if text or not or_none:
        dt.date.fromisoformat(text)

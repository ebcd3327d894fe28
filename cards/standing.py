"""How each of somebody's cards stands, for the page: what the issuer has confirmed, what is asked and has no answer yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from cards import rules
from cards.after_models import LinePlace
from cards.models import Act
from cards.states import TURNED, Kind, Stage, State, Switch
from cards.told import Account, Card, Slot

RENEWING = (Switch.RENEWAL, Switch.USE, Switch.PICKUP)
OFF = {
    Switch.ALL: Kind.BLOCK,
    Switch.ABROAD: Kind.ABROAD_OFF,
    Switch.ONLINE: Kind.ONLINE_OFF,
    Switch.MONEY: Kind.FREEZE,
}
ON = {
    Switch.ALL: Kind.UNBLOCK,
    Switch.ABROAD: Kind.ABROAD_ON,
    Switch.ONLINE: Kind.ONLINE_ON,
    Switch.MONEY: Kind.UNFREEZE,
}


@dataclass(frozen=True)
class Row:
    """One switch of one card or account. `waits`: the act that has no answer yet; `settled`: the latest that the issuer confirmed."""

    title: Any
    is_off: bool
    kind: Kind
    waits: Act | None
    settled: Act | None


@dataclass(frozen=True)
class Standing:
    card: Card
    rows: list[Row]
    # Lost or stolen: asked, or known to the issuer.
    report: Act | None
    # A new card that was asked for, or said to have come, and has no answer yet.
    renewal: Act | None
    # In line: what they were told first; and where and when they fetch it (cards.told.Slot), where that is so.
    first_told: LinePlace | None
    pickup: Slot | None
    # Where the new card is: the words of each stage, and "done", "now" or "todo".
    stages: list[tuple[Any, str]]


def of(cards: Iterable[Card], acts: Iterable[Act], places: Iterable[LinePlace]) -> list[Standing]:
    """`acts`: the latest first; `places`: what was told of the line, the first first."""
    acts, places = list(acts), list(places)
    return [
        _of(
            card,
            [act for act in acts if act.card in (card.id, rules.ALL_CARDS)],
            next((place for place in places if place.card == card.id), None),
        )
        for card in cards
    ]


def of_accounts(accounts: Iterable[Account], acts: Iterable[Act]) -> list[tuple[Account, Row]]:
    acts = list(acts)
    return [
        (one, _switch(Switch.MONEY, [act for act in acts if act.card == one.id], is_off=one.frozen)) for one in accounts
    ]


def _of(card: Card, acts: list[Act], first_told: LinePlace | None) -> Standing:
    report = next((act for act in acts if act.is_report and act.state != State.REFUSED), None)
    renewal = next((act for act in acts if act.is_open and act.switch in RENEWING), None)
    rows = [_row(card, switch, acts) for switch in TURNED]
    return Standing(card, rows, report, renewal, first_told, _pickup(card, acts), _stages(card))


def _pickup(card: Card, acts: list[Act]) -> Slot | None:
    """The hour that the issuer confirmed, in the words of the act that asked for it."""
    if not card.pickup:
        return None
    asked = (act.asked["slot"] for act in acts if act.kind == Kind.PICKUP and act.state == State.CONFIRMED)
    return next((Slot(**slot) for slot in asked if slot["id"] == card.pickup), None)


def _stages(card: Card) -> list[tuple[Any, str]]:
    if card.renewal == Stage.NONE:
        return []
    way: list[Stage] = [
        stage for stage in Stage if stage != Stage.NONE and (stage != Stage.QUEUED or card.waits_in_line)
    ]
    now = way.index(Stage(card.renewal))
    last = len(way) - 1
    return [
        (stage.label, "done" if number < now or number == now == last else "now" if number == now else "todo")
        for number, stage in enumerate(way)
    ]


def _row(card: Card, switch: Switch, acts: list[Act]) -> Row:
    is_off = {Switch.ALL: card.blocked, Switch.ABROAD: not card.abroad, Switch.ONLINE: not card.online}[switch]
    return _switch(switch, acts, is_off=is_off)


def _switch(switch: Switch, acts: list[Act], *, is_off: bool) -> Row:
    own = [act for act in acts if act.switch == switch]
    waits = next((act for act in own if act.is_open), None)
    settled = next((act for act in own if act.state == State.CONFIRMED), None)
    # What was confirmed long ago and turned elsewhere since says nothing of now.
    says_so = settled is not None and (Kind(settled.kind) != ON[switch]) == is_off
    return Row(OFF[switch].label, is_off, ON[switch] if is_off else OFF[switch], waits, settled if says_so else None)

"""What may be asked of a card, until when it is answered for, and when the issuer is asked again. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from cards.states import LETTING_MORE, REPORTS, STOPPING, Kind
from lookup.rules import REMIND_FROM

ALL_CARDS = "all"
# Leaked, they make a card payable by strangers: it is replaced without a fee.
CARD_DATA = {"card_number", "card_expiry", "cvc", "pin2", "payment_code"}
# 여신전문금융업법 제16조 제2항, 시행령 제6조의9 제1항: use from so many days before the notice is answered for.
LOOK_BACK = dt.timedelta(days=60)
LONGEST_SILENCE = dt.timedelta(minutes=1)
# 전자금융거래법 시행령 제12조: records of what was asked of a card.
KEEP_ACT = dt.timedelta(days=5 * 365 + 1)
# How the cards looked: good for the hour in which the issuer cannot be asked.
KEEP_CARDS = dt.timedelta(hours=24)
CARDS_STAY_FRESH = dt.timedelta(minutes=10)
# Before the day on which the old card is charged again; in the zone whose days are meant.
CHARGE_TOLD_BEFORE = dt.timedelta(days=3)
# Before a benefit ends.
END_TOLD_BEFORE = dt.timedelta(days=14)
# Calls that fail one after the other before the issuer is left alone, and for how long.
FAILURES_TO_OPEN = 3
LEFT_ALONE = dt.timedelta(seconds=15)


class Refusal(Exception):
    """Why something cannot be asked now."""


class NoSuchCard(Refusal):
    """The person has no card or account of this id."""


class OneCardOnly(Refusal):
    """It cannot be asked of all cards at once."""


class OtherActOpen(Refusal):
    """Something else was asked of the same switch and has no answer yet."""


class AlreadySo(Refusal):
    """The card is as it is asked to be."""


class ReportedCard(Refusal):
    """A card that was reported lost or stolen is not used again."""


class NotInUse(Refusal):
    """A new card is activated before anything else."""


class NotInLine(Refusal):
    """No new card is waited for in line."""


class ByLetter(Refusal):
    """A letter's code opens nothing that lets a card do more."""


class NotForThem(Refusal):
    """Nothing of theirs leaked that this is given for."""


class TooLate(Refusal):
    """The last day on which it could be taken is over."""


class NotYet(Refusal):
    """The moment lies ahead."""


def may_ask(
    kind: Kind,
    *,
    card: str,
    known: bool,
    reported: bool,
    in_use: bool,
    already: bool,
    open_kinds: set[Kind],
    by_letter: bool = False,
) -> None:
    """`known`: the card is one of theirs; `open_kinds`: what else is open on the same switch; `by_letter`: who asks has proved
    a letter and no contact. Raises Refusal."""
    if by_letter and kind in LETTING_MORE:
        raise ByLetter
    if card == ALL_CARDS:
        if kind not in STOPPING:
            raise OneCardOnly
    elif not known:
        raise NoSuchCard
    if open_kinds - {kind} and kind not in REPORTS:
        # A report is never turned away: what is open is answered first, and the report stands after it.
        raise OtherActOpen
    if reported and kind not in (*REPORTS, Kind.REISSUE, Kind.PICKUP):
        raise ReportedCard
    if not in_use and kind not in (*REPORTS, Kind.ACTIVATE):
        raise NotInUse
    if already:
        raise AlreadySo


def fee_is_waived(leaked: Iterable[str]) -> bool:
    """Whoever's card data leaked, certainly or possibly, pays nothing for another number. `leaked`: of both."""
    return bool(CARD_DATA & set(leaked))


def answered_for_since(noticed: dt.date) -> dt.date:
    """The first day whose payments the issuer answers for: sixty days before the notice."""
    return noticed - LOOK_BACK


def check_noticed(noticed: dt.date, *, today: dt.date) -> None:
    """Raises NotYet."""
    if noticed > today:
        raise NotYet


def remind_of_charge(next_on: dt.date | None, *, local: dt.datetime) -> dt.datetime | None:
    """When to say that the old card will be charged: three days before, at once where it is nearer, never on the day itself.

    `local`: the moment of asking, in the zone whose days are meant.
    """
    if next_on is None or next_on <= local.date():
        return None
    early = dt.datetime.combine(next_on - CHARGE_TOLD_BEFORE, REMIND_FROM, local.tzinfo)
    return max(early, local)


def check_benefit(*, for_card_data: bool, leaked: Iterable[str], until: dt.date, today: dt.date) -> None:
    """`leaked`: for certain and possibly. Raises NotForThem, TooLate."""
    leaked = set(leaked)
    if not (fee_is_waived(leaked) if for_card_data else leaked):
        raise NotForThem
    if today > until:
        raise TooLate


def may_have(*, for_card_data: bool, leaked: Iterable[str], until: dt.date, today: dt.date) -> bool:
    try:
        check_benefit(for_card_data=for_card_data, leaked=leaked, until=until, today=today)
    except Refusal:
        return False
    return True


def benefit_ends(granted: dt.date, *, lasts_days: int) -> dt.date:
    """The last day on which it is theirs."""
    return granted + dt.timedelta(days=lasts_days)


def remind_of_end(ends: dt.date, *, local: dt.datetime) -> dt.datetime | None:
    """Two weeks before; not at all of what is shorter. `local`: the moment of granting, in the zone whose days are meant."""
    wanted = dt.datetime.combine(ends - END_TOLD_BEFORE, REMIND_FROM, local.tzinfo)
    return wanted if wanted > local else None


def ask_again(*, tries: int, first: dt.timedelta) -> dt.timedelta:
    """How long after `tries` calls to ask the issuer once more: doubled each time up to a minute, and never given up."""
    return min(first * 2 ** min(max(tries - 1, 0), 30), LONGEST_SILENCE)

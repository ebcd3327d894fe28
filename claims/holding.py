"""Something about a claim is to be looked at before it is decided and paid: put on hold, and let go or taken away. Actions."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from breachdesk import audit
from breachdesk.accounts.models import User
from breachdesk.lib.contacts import Contact
from claims import letters, queries, reviewing, telling
from claims.models import Claim, Hold
from claims.states import CANNOT_BE_HELD, HoldEnd, IllegalMove, State, WhyHeld
from notices import queries as notices


@transaction.atomic
def hold(*, reference: str, why: WhyHeld, about: str, by: User, at: dt.datetime) -> Claim | None:
    """Nothing is decided about it or paid until somebody has looked. None where it is over, or held already. Tells nobody: whoever
    holds it knows to whom it must be said. Raises Claim.DoesNotExist."""
    claim = Claim.objects.select_for_update(of=("self",)).get(reference=reference)
    if claim.state in CANNOT_BE_HELD or queries.hold_of(claim) is not None:
        return None
    Hold.objects.create(claim=claim, why=why, about=about, by=by, at=at)
    claim.changed()
    audit.record(kind="claims.held", by=by, about=f"claim:{claim.reference}", at=at, why=why, of=about)
    return claim


@transaction.atomic
def let_go(*, reference: str, version: int, by: User, at: dt.datetime) -> Claim:
    """It is the claimant's after all: it goes on, and they are told. Raises ChangedSince, IllegalMove, rules.Refusal."""
    claim = reviewing.hold_as_seen(reference, version, by=by)
    held = _held(claim)
    end(held, HoldEnd.LET_GO, by=by, at=at)
    claim.changed()
    audit.record(kind="claims.let_go", by=by, about=f"claim:{claim.reference}", at=at)
    telling.tell(claim, letters.hold_over(claim), at=at, of=str(held.pk), also=_on_the_list(claim))
    return claim


@transaction.atomic
def take_away(*, reference: str, version: int, by: User, at: dt.datetime) -> Claim:
    """It is not the claimant's: withdrawn in their name, so that they may file their own. Undecided ones only.

    Raises ChangedSince, IllegalMove, rules.Refusal.
    """
    claim = reviewing.hold_as_seen(reference, version, by=by)
    held = _held(claim)
    claim.move(to=State.WITHDRAWN, by=by, at=at, note="not_theirs")
    reviewing.void_open_proposal(claim, by=by, at=at)
    end(held, HoldEnd.TAKEN_AWAY, by=by, at=at)
    audit.record(kind="claims.withdrawn", by=by, about=f"claim:{claim.reference}", at=at, why=held.why)
    telling.tell(claim, letters.claim_withdrawn(claim), at=at, also=_on_the_list(claim))
    return claim


def end(held: Hold, how: HoldEnd, *, by: User, at: dt.datetime) -> None:
    """The claim's row is locked."""
    held.ended_as, held.ended_by, held.ended_at = how, by, at
    held.save(update_fields=["ended_as", "ended_by", "ended_at"])


def _on_the_list(claim: Claim) -> list[Contact]:
    """Who disputes a claim may have proved nothing but a letter: they were told at these that it is on hold."""
    return [contact for listing in notices.listed_person(claim.person.person_key) for contact in listing.contacts]


def _held(claim: Claim) -> Hold:
    held = queries.hold_of(claim)
    if held is None:
        raise IllegalMove("it is not held")
    return held

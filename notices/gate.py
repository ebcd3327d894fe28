"""What lets a campaign's next people through: the incident is live, its hour has come, nobody sleeps, the pace allows it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, replace

from django.db import transaction

from breachdesk import keys, limits
from breachdesk.lib.contacts import Contact
from delivery import actions as delivery
from delivery.states import Channel
from notices import taking_turns
from notices.campaign_models import Campaign
from notices.ledger import Record
from notices.models import Incident
from notices.pacing import HOUR, MINUTE
from notices.plan_models import Guest, SendingPlan
from notices.states import CampaignState

TEXT = tuple(channel for channel in Channel if channel not in (Channel.EMAIL, Channel.LETTER))
# After this a message of a campaign is tried no more (delivery.rules).
STILL_TRIED = dt.timedelta(days=3)


def plan_of(incident: Incident) -> SendingPlan:
    """As staff set it, else as it is by default; not kept by reading it."""
    return SendingPlan.objects.select_related("incident").filter(pk=incident.pk).first() or SendingPlan(
        incident=incident
    )


@dataclass(frozen=True)
class Opening:
    """How far the gate is open for one batch of a campaign."""

    plan: SendingPlan
    # So many people at most.
    room: int
    # Hashes of those who are told before the incident is live; None: it is live, everybody is told.
    guests: frozenset[uuid.UUID] | None

    def take(self, people: int, *, at: dt.datetime) -> bool:
        """Counts them against the pace. False: another worker was quicker, nobody of them may be told now."""
        draws = _draws(self.plan, amount=people)
        return not draws or limits.take(*draws, at=at).ok

    def reachable(self, record: Record) -> Record | None:
        """The record with the contacts that may be used now; nothing where there is none."""
        if self.guests is None:
            return record
        phone, email = (one if one and self._is_guest(one) else None for one in (record.phone, record.email))
        return replace(record, phone=phone, email=email) if phone or email else None

    def _is_guest(self, contact: Contact) -> bool:
        assert self.guests is not None
        return not self.guests.isdisjoint(keys.indexes(contact.kind, contact.value))

    def due_at(self, contact: Contact, *, at: dt.datetime) -> dt.datetime | None:
        """Not before this, where it is quiet for that way."""
        quiet = self.plan.quiet("email" if contact.kind == "email" else "text")
        return quiet.ends_after(at) if quiet else None


def opening(campaign: Campaign, *, most: int, at: dt.datetime) -> Opening:
    """At most so many; none before its hour, in the quiet hours of texts, and where the pace is used up."""
    plan = plan_of(campaign.incident)
    if why_not_now(campaign, plan, at=at):
        return Opening(plan, 0, None)
    room = min([most, *(limits.left(draw, at=at) for draw in _draws(plan))])
    return Opening(plan, max(room, 0), None if plan.is_live else guests_of(campaign.incident))


@dataclass(frozen=True)
class NotNow:
    why: str  # not_yet or quiet
    until: dt.datetime


def why_not_now(campaign: Campaign, plan: SendingPlan, *, at: dt.datetime) -> NotNow | None:
    if campaign.starts_at and at < campaign.starts_at:
        return NotNow("not_yet", campaign.starts_at)
    quiet = plan.quiet("text")
    over = quiet.ends_after(at) if quiet else None
    return NotNow("quiet", over) if over else None


def guests_of(incident: Incident) -> frozenset[uuid.UUID]:
    """Their contacts, hashed with every key we hold: a list may be under another than the active one."""
    told = Guest.objects.filter(incident=incident, removed_at__isnull=True)
    return frozenset(found for guest in told for found in keys.indexes(guest.contact.kind, guest.contact.value))


def _draws(plan: SendingPlan, *, amount: int = 1) -> list[limits.Draw]:
    pace, subject = plan.pace, str(plan.pk)
    budgets = [
        limits.Budget("notices.told.minute", pace.a_minute, MINUTE) if pace.a_minute else None,
        limits.Budget("notices.told.hour", pace.an_hour, HOUR) if pace.an_hour else None,
    ]
    return [budget.of(subject, amount=amount) for budget in budgets if budget]


# -- what is on its way when the quiet hours begin -------------------------------------------------------------------------


def keep_quiet(*, at: dt.datetime) -> None:
    """Holds back what campaigns have put and what has not left when it becomes quiet, and lets it go afterwards."""
    going = Campaign.objects.filter(
        state__in=[CampaignState.RELEASED, CampaignState.FINISHED], released_at__gte=at - STILL_TRIED * 10
    )
    for one in going.order_by("pk"):
        with transaction.atomic():
            taking_turns.beside_others(one)
            # What somebody paused or cancelled meanwhile is theirs to hold.
            campaign = going.select_related("incident").filter(pk=one.pk).first()
            if campaign is not None:
                let_go_what_may(campaign, at=at)


def let_go_what_may(campaign: Campaign, *, at: dt.datetime) -> None:
    """Of what a campaign has put, the ways on which it is quiet now are held back and the others let go."""
    plan = plan_of(campaign.incident)
    # A letter wakes nobody.
    for quiet, channels in (
        (plan.quiet("text"), TEXT),
        (plan.quiet("email"), (Channel.EMAIL,)),
        (None, (Channel.LETTER,)),
    ):
        if quiet and quiet.ends_after(at):
            delivery.hold(about=campaign.about, channels=channels, at=at)
        else:
            delivery.let_go(about=campaign.about, channels=channels, at=at)

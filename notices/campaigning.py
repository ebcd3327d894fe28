"""Tells everybody: the writers of campaigns and of the proof-of-notice ledger.

    prepare (one person) -> release (another) -> list_next_batch … -> tell_next_batch … -> finished

What became of the messages, and who is told by the next rung of the ladder, is looked at in climbing.py.
Every batch is a transaction of its own. Whoever is killed in between leaves lines that are still waiting, or put together with
their message: started again, nobody is missed and nobody is told twice.
"""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import asdict

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from breachdesk import audit
from breachdesk.accounts.models import User
from delivery import actions as delivery
from delivery import queries as messages
from notices import (
    audience,
    gate,
    hints,
    ladder_rules,
    laddering,
    ledger,
    looking_again,
    looking_ahead,
    queries,
    rules,
    superseding,
    taking_turns,
    telling,
)
from notices.campaign_models import Campaign, Telling
from notices.models import Incident, Notice
from notices.states import CampaignState, TellingState

# Lines told in one transaction.
BATCH = 500
# So many messages of a campaign may stand in the outbox: more would not leave sooner, and a pause must reach them all.
AHEAD = 5_000

# -- two people decide ----------------------------------------------------------------------------------------------------


def prepare(
    *,
    notice: Notice,
    choice: audience.Choice,
    by: User,
    at: dt.datetime,
    starts_at: dt.datetime | None = None,
    to_cleared: bool = False,
) -> Campaign:
    """Writes down who is to be told of the newest notice. Nobody is told until another person releases it.

    `to_cleared`: of an all-clear, those whom it clears, instead of those who stand on the list. Raises rules.NotAllowed.
    """
    with transaction.atomic():
        incident = Incident.objects.select_for_update(of=("self",), no_key=True).get(pk=notice.incident_id)
        rules.refuse_unless_staff(_actor(by))
        active, newest = incident.active_dataset, queries.current_notice(incident)
        if active is None:
            raise rules.NoList
        _refuse_outdated(notice.pk, incident, active.pk)
        if newest is None or not looking_ahead.has_a_letter(newest, to_cleared=to_cleared):
            raise rules.NoLetterForThisKind
        ahead = looking_ahead.look_ahead(notice=newest, dataset=active, choice=choice, to_cleared=to_cleared)
        seen = ahead.seen
        if not seen.audience:
            raise rules.NobodyToTell
        try:
            looking_ahead.letter_of(newest, to_cleared=to_cleared).try_all(ahead.readers)
        except ValueError:
            raise rules.LetterDoesNotFit from None
        campaign = Campaign.objects.create(
            incident=incident,
            notice=newest,
            dataset=ahead.dataset,
            cleared_by=active if to_cleared else None,
            tiers=sorted(ahead.choice.tiers),
            languages=sorted(choice.languages),
            members=sorted(choice.members),
            any_items=sorted(choice.items),
            unproven=ahead.choice.unproven,
            items=seen.items,
            expected={name: value for name, value in asdict(seen).items() if name != "items"},
            starts_at=starts_at,
            prepared_at=at,
            prepared_by=by,
        )
        _record(campaign, "prepared", by=by, at=at, notice=newest.number, list=active.number, people=seen.audience)
    return campaign


def release(*, campaign: Campaign, by: User, at: dt.datetime) -> Campaign:
    """From now on its people are told, on the word of a second person. One that is being told: nothing happens.

    Raises rules.NotAllowed.
    """
    with transaction.atomic():
        campaign = taking_turns.alone(campaign)
        if campaign.state == CampaignState.RELEASED:
            return campaign
        _refuse_if_over(campaign)
        if campaign.released_at is not None:
            raise rules.Paused
        rules.refuse_unless_two_staff(by=_actor(campaign.prepared_by), confirmed_by=_actor(by))
        incident = Incident.objects.select_for_update(of=("self",), no_key=True).get(pk=campaign.incident_id)
        _refuse_outdated(campaign.notice_id, incident, campaign.cleared_by_id or campaign.dataset_id)
        campaign.ladder = laddering.to_follow(incident, at=at)
        campaign.save(update_fields=["ladder"])
        campaign.move(to=CampaignState.RELEASED, by=by, at=at)
        _list_next(campaign, at=at)
        _record(campaign, "released", by=by, at=at, prepared_by=campaign.prepared_by_id)
        transaction.on_commit(hints.hurry, robust=True)
    return campaign


def pause(*, campaign: Campaign, by: User, at: dt.datetime) -> Campaign:
    """Nothing more leaves but what a provider is being asked about now. Raises rules.NotAllowed."""
    with transaction.atomic():
        campaign = taking_turns.alone(campaign)
        rules.refuse_unless_staff(_actor(by))
        if campaign.state == CampaignState.PAUSED:
            return campaign
        if not ledger.may_climb(campaign):
            _refuse_if_over(campaign)
        if campaign.released_at is None:
            raise rules.NotReleased
        campaign.move(to=CampaignState.PAUSED, by=by, at=at)
        delivery.hold(about=campaign.about, at=at)
        _record(campaign, "paused", by=by, at=at)
    return campaign


def resume(*, campaign: Campaign, by: User, at: dt.datetime) -> Campaign:
    """Goes on where it was paused. Raises rules.NotAllowed."""
    with transaction.atomic():
        campaign = taking_turns.alone(campaign)
        rules.refuse_unless_staff(_actor(by))
        if campaign.state == CampaignState.RELEASED:
            return campaign
        _refuse_if_over(campaign)
        if campaign.released_at is None:
            raise rules.NotReleased
        campaign.move(to=CampaignState.RELEASED, by=by, at=at)
        gate.let_go_what_may(campaign, at=at)
        _record(campaign, "resumed", by=by, at=at)
        transaction.on_commit(hints.hurry, robust=True)
    return campaign


def cancel(*, campaign: Campaign, by: User, at: dt.datetime) -> Campaign:
    """Ends it: whoever has not been told will not be, by this campaign. Raises rules.NotAllowed."""
    with transaction.atomic():
        campaign = taking_turns.alone(campaign)
        rules.refuse_unless_staff(_actor(by))
        if campaign.state == CampaignState.CANCELLED:
            return campaign
        _refuse_if_over(campaign)
        campaign.move(to=CampaignState.CANCELLED, by=by, at=at)
        _record(campaign, "cancelled", by=by, at=at)
        _cancel_next(campaign, at=at)
        transaction.on_commit(hints.hurry, robust=True)
    return campaign


# -- the work -------------------------------------------------------------------------------------------------------------


def with_work() -> QuerySet[Campaign]:
    """Released ones, cancelled ones of which something has still to be called back, finished ones where the next rung is due."""
    lines = Telling.objects.filter(campaign=OuterRef("pk"))
    to_call_back = lines.filter(state__in=[TellingState.WAITING, TellingState.PUT])
    return Campaign.objects.filter(
        Q(state=CampaignState.RELEASED)
        | (Q(state=CampaignState.CANCELLED) & Exists(to_call_back))
        | (Q(state=CampaignState.FINISHED) & Exists(lines.filter(state=TellingState.WAITING)))
    ).order_by("released_at", "pk")


def carry_on(
    *, campaign: Campaign, at: dt.datetime, lasting: dt.timedelta | None = None, ahead: int | None = AHEAD
) -> int:
    """Batch after batch, until there is nothing to do now or the time is up. Returns how many messages were put."""
    started, put = time.monotonic(), 0
    reopen_if_anybody_waits(campaign=campaign, at=at)
    while True:
        passed = dt.timedelta(seconds=time.monotonic() - started)
        if lasting is not None and passed > lasting:
            return put
        now = at + passed
        more = list_next_batch(campaign=campaign, at=now)
        told = tell_next_batch(campaign=campaign, at=now, ahead=ahead)
        put += told.put
        if not (more or told.lines or cancel_next_batch(campaign=campaign, at=now)):
            end_if_done(campaign=campaign, at=now)
            return put


def still_listing() -> QuerySet[Campaign]:
    """Those whose list has not been gone through."""
    return Campaign.objects.filter(state=CampaignState.RELEASED, listed_at__isnull=True)


def list_next_batch(*, campaign: Campaign, at: dt.datetime) -> bool:
    """Writes the next lines into the ledger. Returns whether there is more of the list, though nobody of this batch was new."""
    if not still_listing().filter(pk=campaign.pk).exists():
        return False
    with transaction.atomic():
        locked = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
        if locked.state != CampaignState.RELEASED or locked.listed_at is not None:
            return False
        return _list_next(locked, at=at)


def _list_next(campaign: Campaign, *, at: dt.datetime) -> bool:
    rungs = laddering.rungs_of(campaign.ladder) if campaign.ladder else []
    posting = ladder_rules.posting_of(rungs)
    listed = ledger.list_next(
        campaign,
        by_letter=laddering.posts_letters(rungs),
        posting=posting.position if posting else None,
        at=at,
    )
    campaign.audience += listed.lines
    campaign.listed_up_to = listed.up_to
    campaign.listed_at = None if listed.more else at
    campaign.save(update_fields=["audience", "listed_up_to", "listed_at"])
    if not listed.more:
        superseding.look_at_older(campaign, at=at)
    return listed.more


def tell_next_batch(*, campaign: Campaign, at: dt.datetime, ahead: int | None = AHEAD) -> telling.Told:
    """Puts the messages of the next people who wait; nothing where it is paused, over, or the outbox is full.

    `ahead`: so many messages of it may be on their way at once; None: any number.
    """
    with transaction.atomic():
        taking_turns.beside_others(campaign)
        campaign = Campaign.objects.select_related("notice__incident", "ladder").get(pk=campaign.pk)
        if campaign.state != CampaignState.RELEASED:
            return telling.NOBODY
        room = BATCH if ahead is None else min(BATCH, ahead - messages.unsettled(about=campaign.about))
        opening = gate.opening(campaign, most=room, at=at)
        if opening.room <= 0:
            return telling.NOBODY
        waiting = Telling.objects.filter(campaign=campaign, state=TellingState.WAITING).order_by("pk")
        if opening.guests is not None:
            waiting = waiting.filter(person_key__in=ledger.person_keys(campaign.dataset_id, opening.guests))
        lines = list(waiting.select_for_update(skip_locked=True, of=("self",))[: opening.room])
        if not lines or not opening.take(len(lines), at=at):
            return telling.NOBODY
        return telling.tell(campaign, lines, opening=opening, at=at)


def cancel_next_batch(*, campaign: Campaign, at: dt.datetime) -> int:
    """Calls back what a cancelled campaign has not said. Returns how many lines that concerned."""
    with transaction.atomic():
        locked = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
        return _cancel_next(locked, at=at) if locked.state == CampaignState.CANCELLED else 0


def _cancel_next(campaign: Campaign, *, at: dt.datetime) -> int:
    delivery.cancel(about=campaign.about, at=at)
    # It holds the messages now, and whoever holds a line may want them: those are looked at by the next call.
    looking_again.look_now(at_campaigns=[campaign], at=at, but_held=True)
    waiting = Telling.objects.filter(campaign=campaign, state=TellingState.WAITING).order_by("pk")
    held = waiting.select_for_update(skip_locked=True, of=("self",))
    pks = list(held.values_list("pk", flat=True)[: ledger.BATCH])
    return Telling.objects.filter(pk__in=pks).move(to=TellingState.CANCELLED, at=at) if pks else 0


def end_if_done(*, campaign: Campaign, at: dt.datetime) -> bool:
    """A released campaign is finished when its list was gone through and nobody waits or is being told."""
    with transaction.atomic():
        locked = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
        unfinished = Telling.objects.filter(campaign=locked, state__in=[TellingState.WAITING, TellingState.PUT])
        if locked.state != CampaignState.RELEASED or locked.listed_at is None or unfinished.exists():
            return False
        locked.move(to=CampaignState.FINISHED, by=None, at=at)
        _record(locked, "finished", by=None, at=at, audience=locked.audience)
    return True


def reopen_if_anybody_waits(*, campaign: Campaign, at: dt.datetime) -> bool:
    """A finished campaign goes on by itself when somebody of it has to be told by the next rung."""
    with transaction.atomic():
        locked = Campaign.objects.select_for_update(of=("self",)).select_related("incident").get(pk=campaign.pk)
        waiting = Telling.objects.filter(campaign=locked, state=TellingState.WAITING)
        if locked.state != CampaignState.FINISHED or not waiting.exists():
            return False
        locked.move(to=CampaignState.RELEASED, by=None, at=at)
        _record(locked, "climbed_on", by=None, at=at)
    return True


def stand_still(incident: Incident) -> None:
    """Until the caller's transaction ends nobody of this incident is listed or told, and no other campaign begins."""
    for campaign in Campaign.objects.filter(incident=incident).order_by("pk"):
        taking_turns.alone(campaign)
    # Not FOR UPDATE: whoever looks something up writes down which incident it was.
    Incident.objects.select_for_update(of=("self",), no_key=True).get(pk=incident.pk)


# -- within ---------------------------------------------------------------------------------------------------------------


def _refuse_if_over(campaign: Campaign) -> None:
    if campaign.ended_at is not None:
        raise rules.Over


def _refuse_outdated(notice_id: int, incident: Incident, dataset_id: int) -> None:
    newest = queries.current_notice(incident)
    rules.refuse_campaign(
        notice=notice_id,
        newest_notice=newest.pk if newest else None,
        list_id=dataset_id,
        active_list=incident.active_dataset_id,
    )


def _record(campaign: Campaign, what: str, *, by: User | None, at: dt.datetime, **data: int) -> None:
    about = f"incident:{campaign.incident.slug}"
    audit.record(kind=f"notices.campaign_{what}", by=by, about=about, at=at, campaign=campaign.pk, **data)


def _actor(user: User) -> rules.Actor:
    return rules.Actor(id=user.pk, works_here=user.is_staff and user.is_active)

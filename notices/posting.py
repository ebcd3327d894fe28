"""A notice goes up with its first version and comes down by two people and a reason. The only writer of postings."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max

from breachdesk import audit
from breachdesk.accounts.models import User
from notices import clocking, hints, posting_rules, queries, rules
from notices.models import Incident, Notice, Posting, TakeDown
from notices.states import ClockKind, ProposalEnd

DUTY = "pipa_post"
HOURS = 30 * 24


def post(*, notice: Notice, at: dt.datetime) -> Posting:
    """A version is public: its notice is up from now on, or stays up longer. Within the transaction that publishes it."""
    incident = notice.incident
    shown_at = notice.published_at or at
    duty = clocking.duties_of(incident)[DUTY]
    hours = duty.hours or HOURS
    keep_until_at = posting_rules.keep_until(shown_at, hours=hours, zone=ZoneInfo(incident.time_zone))
    posting = Posting.objects.select_for_update(of=("self",)).filter(incident=incident, taken_down_at=None).first()
    if posting is None:
        return Posting.objects.create(
            incident=incident,
            from_at=shown_at,
            keep_until_at=keep_until_at,
            keep_hours=hours,
            law_ko=duty.law_ko,
            law_en=duty.law_en,
            look_at=at + posting_rules.SETTLES_WITHIN,
        )
    if keep_until_at > posting.keep_until_at:
        posting.keep_until_at, posting.keep_hours, posting.law_ko, posting.law_en = (
            keep_until_at,
            hours,
            duty.law_ko,
            duty.law_en,
        )
        posting.save(update_fields=["keep_until_at", "keep_hours", "law_ko", "law_en"])
    return posting


def record_what_is_up(*, at: dt.datetime) -> int:
    """Notices that were published before there were postings: up since their first version. Found again each time."""
    found = 0
    for incident in Incident.objects.filter(pk__in=queries.open_incidents().values("pk"), postings=None):
        with transaction.atomic():
            incident = Incident.objects.select_for_update(of=("self",), no_key=True).get(pk=incident.pk)
            if not incident.postings.exists():
                for notice in queries.published_notices(incident).reverse():
                    post(notice=notice, at=at)
                found += 1
    return found


def must_stay_until(posting: Posting) -> dt.datetime:
    """The posting's own moment, or a clock of the incident that asks for longer."""
    asked = posting.incident.clocks.filter(kind=ClockKind.KEEP_UP).aggregate(last=Max("due_at"))["last"]
    return max(posting.keep_until_at, asked or posting.keep_until_at)


def propose_take_down(*, posting: Posting, reason: str, by: User, at: dt.datetime) -> TakeDown:
    """One person says that it should come down, and why. Raises rules.NotAllowed."""
    with transaction.atomic():
        posting = _locked(posting)
        rules.refuse_unless_staff(_actor(by))
        if not (reason := reason.strip()):
            raise posting_rules.NoReasonToTakeDown
        if posting.take_downs.filter(closed_at=None).exists():
            raise posting_rules.TakeDownWaits
        proposal = TakeDown.objects.create(
            posting=posting, reason=reason, keep_until_at=must_stay_until(posting), proposed_at=at, proposed_by=by
        )
        _record("takedown_proposed", posting, by=by, at=at, reason=reason)
    return proposal


def confirm_take_down(*, proposal: TakeDown, by: User, at: dt.datetime) -> Posting:
    """Another person agrees: nobody sees the notice from now on. Raises rules.NotAllowed."""
    with transaction.atomic():
        posting, proposal = _locked_proposal(proposal)
        rules.refuse_unless_two_staff(by=_actor(proposal.proposed_by), confirmed_by=_actor(by))
        keep_until_at = must_stay_until(posting)
        if proposal.keep_until_at != keep_until_at:
            raise posting_rules.MustStayLonger
        _close(proposal, ProposalEnd.APPROVED, by=by, at=at)
        posting.taken_down_at, posting.reason = at, proposal.reason
        posting.taken_down_by, posting.take_down_confirmed_by = proposal.proposed_by, by
        posting.save(update_fields=["taken_down_at", "reason", "taken_down_by", "take_down_confirmed_by"])
        _record(
            "notice_taken_down",
            posting,
            by=by,
            at=at,
            proposed_by=proposal.proposed_by_id,
            reason=proposal.reason,
            keep_until=keep_until_at.isoformat(),
            before_its_days_were_full=at < keep_until_at,
        )
        transaction.on_commit(hints.hurry_pages)
    return posting


def drop_take_down(*, proposal: TakeDown, by: User, at: dt.datetime) -> None:
    """It stays up after all. Raises rules.NotAllowed."""
    with transaction.atomic():
        posting, proposal = _locked_proposal(proposal)
        rules.refuse_unless_staff(_actor(by))
        own = by.pk == proposal.proposed_by_id
        _close(proposal, ProposalEnd.WITHDRAWN if own else ProposalEnd.SENT_BACK, by=by, at=at)
        _record("takedown_dropped", posting, by=by, at=at)


def _locked(posting: Posting) -> Posting:
    """The incident's row first, as everywhere. Raises posting_rules.AlreadyDown."""
    Incident.objects.select_for_update(of=("self",), no_key=True).get(pk=posting.incident_id)
    posting = Posting.objects.select_for_update(of=("self",)).select_related("incident").get(pk=posting.pk)
    if posting.taken_down_at is not None:
        raise posting_rules.AlreadyDown
    return posting


def _locked_proposal(proposal: TakeDown) -> tuple[Posting, TakeDown]:
    """Raises rules.DecidedAlready and posting_rules.AlreadyDown."""
    posting = _locked(proposal.posting)
    found = TakeDown.objects.select_for_update(of=("self",)).select_related("proposed_by").get(pk=proposal.pk)
    if found.closed_at is not None:
        raise rules.DecidedAlready
    return posting, found


def _close(proposal: TakeDown, closed_as: ProposalEnd, *, by: User, at: dt.datetime) -> None:
    proposal.closed_as, proposal.closed_at, proposal.closed_by = closed_as, at, by
    proposal.save(update_fields=["closed_as", "closed_at", "closed_by"])


def _record(kind: str, posting: Posting, *, by: User, at: dt.datetime, **data: object) -> None:
    about = f"incident:{posting.incident.slug}"
    audit.record(kind=f"notices.{kind}", by=by, about=about, at=at, posting=posting.pk, **data)


def _actor(user: User) -> rules.Actor:
    return rules.Actor(id=user.pk, works_here=user.is_staff and user.is_active)

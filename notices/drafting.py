"""A version on its way to the public: begun as a copy, written, proposed by one and approved by another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from breachdesk import audit
from breachdesk.accounts.models import User
from notices import actions, kinds, law, proofreading, queries, rules, snapshots
from notices.draft_models import NoticeProposal
from notices.linting import Finding
from notices.models import Incident, Notice
from notices.states import NoticeKind, NoticeState, ProposalEnd


def begin(*, incident: Incident, by: User, at: dt.datetime) -> Notice:
    """The next version: as the newest one reads, what changed still to be written. The first is empty.

    Raises rules.NotAllowed: one version at a time is written.
    """
    with transaction.atomic():
        rules.refuse_unless_staff(_actor(by))
        newest = queries.current_notice(incident)
        texts: dict[str, Any] = _as_before(newest) if newest else {"kind": NoticeKind.CONFIRMED}
        texts["not_leaked"] = list(incident.not_leaked)
        day = at.astimezone(ZoneInfo(incident.time_zone)).date()
        # The stored sentence is true of a day: it is brought up to the one on which the copy is made.
        if newest is None or _says_nothing_prescribed(newest):
            texts |= {f"further_matters_{code}": words for code, words in law.nothing_prescribed(day).items()}
        notice = actions.draft_notice(incident=incident, texts=texts, by=by, at=at)
        _record("notice_drafted", notice, by=by, at=at, copied_from=newest.number if newest else None)
    return notice


def _as_before(newest: Notice) -> dict[str, Any]:
    told = queries.published_notices(newest.incident).order_by("number").values_list("kind", "cleared")
    kind = kinds.next_kind(list(told))
    # What changed is said anew, and for whom a version is an all-clear belongs to that version.
    anew = {"changes_ko": "", "changes_en": "", "changes_easy": "", "cleared": "", "cleared_tiers": []}
    return {**snapshots.of_notice(newest), "kind": kind, **anew}


def _says_nothing_prescribed(notice: Notice) -> bool:
    zone = ZoneInfo(notice.incident.time_zone)
    days = {moment.astimezone(zone).date() for moment in (notice.prepared_at, notice.published_at) if moment}
    said = [notice.further_matters_ko.strip(), notice.further_matters_en.strip()]
    return any([law.nothing_prescribed(day)[code] for code in ("ko", "en")] == said for day in days)


def write(*, notice: Notice, words: Mapping[str, Any], seen: str, by: User, at: dt.datetime) -> bool:
    """Keeps what was written; False where nothing is different. A proposal of other words is void from then on.

    `seen`: the stamp of the words that the writer had before them. Raises rules.NotADraft and rules.ChangedSince.
    """
    with transaction.atomic():
        rules.refuse_unless_staff(_actor(by))
        notice = _held(notice, seen=seen)
        before = snapshots.of_notice(notice)
        for name, value in words.items():
            if name not in snapshots.WORDS:
                raise KeyError(name)
            setattr(notice, name, value)
        if notice.kind != NoticeKind.NOT_LEAKED:
            words = {**words, "cleared": "", "cleared_tiers": []}
            notice.cleared, notice.cleared_tiers = "", []
        different = snapshots.changed(before, snapshots.of_notice(notice))
        if not different:
            return False
        notice.prepared_by, notice.prepared_at = by, at
        notice.save(update_fields=[*words, "prepared_by", "prepared_at"])
        _record("notice_changed", notice, by=by, at=at, **different)
        for proposal in notice.proposals.select_for_update(of=("self",)).filter(closed_at=None):
            _close(proposal, ProposalEnd.VOID, by=by, at=at)
            _record("notice_proposal_void", notice, by=by, at=at)
    return True


def propose(
    *, notice: Notice, seen: str, by: User, at: dt.datetime, set_aside: Mapping[str, str] | None = None
) -> NoticeProposal:
    """One person says that these very words should be published. Raises rules.NotAllowed.

    `set_aside`: reasons, by the key of a finding that may be set aside, why the words stay as they are.
    """
    with transaction.atomic():
        rules.refuse_unless_staff(_actor(by))
        notice = _held(notice, seen=seen)
        if notice.proposals.filter(closed_at=None).exists():
            raise rules.WaitsForApproval
        found = proofreading.findings(notice, at=at)
        reasons = {key: reason.strip() for key, reason in (set_aside or {}).items() if reason.strip()}
        if stands := proofreading.in_the_way(found, set_aside=reasons):
            raise rules.Blocked(stands)
        aside = [_aside(one, reasons[one.key]) for one in found if one.may_be_set_aside]
        proposal = NoticeProposal.objects.create(
            notice=notice, words=seen, set_aside=aside, proposed_at=at, proposed_by=by
        )
        _record("notice_proposed", notice, by=by, at=at, words=seen, **({"set_aside": aside} if aside else {}))
    return proposal


def approve(*, proposal: NoticeProposal, seen: str, by: User, at: dt.datetime) -> Notice:
    """Another person agrees, also with what was set aside, and the version is public from now on. Raises rules.NotAllowed.

    The linter reads it again, against the list that answers now.
    """
    with transaction.atomic():
        proposal = _locked(proposal)
        notice = proposal.notice
        rules.refuse_own_words(by=_actor(by), wrote=notice.prepared_by_id, proposed=proposal.proposed_by_id)
        if snapshots.stamp(snapshots.of_notice(notice)) != proposal.words:
            raise rules.WordsChanged
        if seen != proposal.words:
            raise rules.ChangedSince
        _close(proposal, ProposalEnd.APPROVED, by=by, at=at)
        return actions.publish(notice=notice, by=by, at=at, set_aside=proposal.set_aside)


def send_back(*, proposal: NoticeProposal, reason: str, by: User, at: dt.datetime) -> None:
    """Not like this; whoever writes reads why. Raises rules.NotAllowed."""
    with transaction.atomic():
        rules.refuse_unless_staff(_actor(by))
        if not (reason := reason.strip()):
            raise rules.NoReason
        proposal = _locked(proposal)
        proposal.reason = reason
        _close(proposal, ProposalEnd.SENT_BACK, by=by, at=at)
        _record("notice_sent_back", proposal.notice, by=by, at=at, reason=reason)


def withdraw(*, proposal: NoticeProposal, by: User, at: dt.datetime) -> None:
    """Whoever writes takes the proposal back. Raises rules.NotAllowed."""
    with transaction.atomic():
        rules.refuse_unless_staff(_actor(by))
        proposal = _locked(proposal)
        _close(proposal, ProposalEnd.WITHDRAWN, by=by, at=at)
        _record("notice_proposal_withdrawn", proposal.notice, by=by, at=at)


def _held(notice: Notice, *, seen: str) -> Notice:
    """The draft, locked and as it was seen. Raises rules.NotADraft and rules.ChangedSince."""
    notice = _lock(notice.pk, notice.incident_id)
    if notice.state != NoticeState.DRAFT:
        raise rules.NotADraft
    if snapshots.stamp(snapshots.of_notice(notice)) != seen:
        raise rules.ChangedSince
    return notice


def _locked(proposal: NoticeProposal) -> NoticeProposal:
    """With its version, both locked. Raises rules.DecidedAlready."""
    notice = _lock(proposal.notice_id, proposal.notice.incident_id)
    proposal = NoticeProposal.objects.select_for_update(of=("self",)).select_related("proposed_by").get(pk=proposal.pk)
    if proposal.closed_at is not None:
        raise rules.DecidedAlready
    proposal.notice = notice
    return proposal


def _lock(notice_id: int, incident_id: int) -> Notice:
    """The incident's row first, as everywhere."""
    Incident.objects.select_for_update(of=("self",), no_key=True).get(pk=incident_id)
    return (
        Notice.objects.select_for_update(of=("self",), no_key=True)
        .select_related("incident", "prepared_by")
        .get(pk=notice_id)
    )


def _aside(finding: Finding, reason: str) -> dict[str, str]:
    return {
        "key": finding.key,
        "where": f"{finding.field}_{finding.language}".rstrip("_"),
        "words": finding.words,
        "reason": reason,
    }


def _close(proposal: NoticeProposal, closed_as: ProposalEnd, *, by: User, at: dt.datetime) -> None:
    proposal.closed_as, proposal.closed_at, proposal.closed_by = closed_as, at, by
    proposal.save(update_fields=["closed_as", "closed_at", "closed_by", "reason"])


def _record(what: str, notice: Notice, *, by: User, at: dt.datetime, **data: Any) -> None:
    about = f"incident:{notice.incident.slug}"
    audit.record(kind=f"notices.{what}", by=by, about=about, at=at, notice=notice.number, **data)


def _actor(user: User) -> rules.Actor:
    return rules.Actor(id=user.pk, works_here=user.is_staff and user.is_active)

"""The writers of this room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max

from breachdesk import audit
from breachdesk.accounts.models import User
from notices import clocking, hints, hours, posting, proofreading, queries, rules
from notices.import_models import ActivationProposal
from notices.incident_file import IncidentFacts
from notices.models import (
    Clock,
    ContactPoint,
    Dataset,
    Incident,
    Notice,
    OpeningHours,
    Remedy,
    SendingPlan,
    ThirdParty,
    Tier,
)
from notices.states import Mode, NoticeState


class AlreadyThere(Exception):
    """An incident of this slug exists; nothing was changed."""


def activate(*, dataset: Dataset, by: User, confirmed_by: User, at: dt.datetime) -> Dataset:
    """From now on this list answers for its incident. Raises rules.NotAllowed. The list that answers already: nothing happens."""
    with transaction.atomic():
        incident = Incident.objects.select_for_update(of=("self",), no_key=True).get(pk=dataset.incident_id)
        dataset = Dataset.objects.select_for_update(of=("self",)).get(pk=dataset.pk)
        if incident.active_dataset_id == dataset.pk:
            return dataset
        rules.refuse_unless_two_staff(by=_actor(by), confirmed_by=_actor(confirmed_by))
        _refuse_wrong_list(dataset, incident)
        before = incident.active_dataset
        dataset.activated_at, dataset.activated_by, dataset.confirmed_by = at, by, confirmed_by
        dataset.save(update_fields=["activated_at", "activated_by", "confirmed_by"])
        incident.active_dataset = dataset
        incident.save(update_fields=["active_dataset"])
        audit.record(
            kind="notices.list_activated",
            by=by,
            about=f"incident:{incident.slug}",
            at=at,
            dataset=dataset.number,
            before=before.number if before else None,
            confirmed_by=confirmed_by.pk,
        )
    return dataset


def propose_activation(*, dataset: Dataset, by: User, at: dt.datetime) -> ActivationProposal:
    """One person says that this list should answer. Raises rules.NotAllowed."""
    with transaction.atomic():
        incident = Incident.objects.select_for_update(of=("self",), no_key=True).get(pk=dataset.incident_id)
        dataset = Dataset.objects.get(pk=dataset.pk)
        if incident.active_dataset_id == dataset.pk:
            raise rules.AnswersAlready
        if not _actor(by).works_here:
            raise rules.NotStaff
        if dataset.proposals.filter(decided_at=None).exists():
            raise rules.ProposedAlready
        _refuse_wrong_list(dataset, incident)
        proposal = ActivationProposal.objects.create(
            dataset=dataset, against=incident.active_dataset, proposed_at=at, proposed_by=by
        )
        _record_list("list_proposed", proposal, incident, by=by, at=at)
    return proposal


def confirm_activation(*, proposal: ActivationProposal, by: User, at: dt.datetime) -> Dataset:
    """Another person agrees, and the list answers from now on. Raises rules.NotAllowed."""
    with transaction.atomic():
        incident, proposal = _locked_proposal(proposal)
        rules.refuse_unless_two_staff(by=_actor(proposal.proposed_by), confirmed_by=_actor(by))
        if incident.active_dataset_id != proposal.against_id:
            raise rules.ComparedWithAnother
        _decide(proposal, by=by, at=at, confirmed=True)
        return activate(dataset=proposal.dataset, by=proposal.proposed_by, confirmed_by=by, at=at)


def drop_proposal(*, proposal: ActivationProposal, by: User, at: dt.datetime) -> None:
    """The list is not to answer after all. Raises rules.NotAllowed."""
    with transaction.atomic():
        incident, proposal = _locked_proposal(proposal)
        _decide(proposal, by=by, at=at, confirmed=False)
        _record_list("list_proposal_dropped", proposal, incident, by=by, at=at)


def _locked_proposal(proposal: ActivationProposal) -> tuple[Incident, ActivationProposal]:
    """The incident's row first, as everywhere. Raises rules.DecidedAlready."""
    incident = Incident.objects.select_for_update(of=("self",), no_key=True).get(pk=proposal.dataset.incident_id)
    proposal = (
        ActivationProposal.objects.select_for_update(of=("self",))
        .select_related("dataset", "proposed_by")
        .get(pk=proposal.pk)
    )
    if proposal.decided_at is not None:
        raise rules.DecidedAlready
    return incident, proposal


def _decide(proposal: ActivationProposal, *, by: User, at: dt.datetime, confirmed: bool) -> None:
    proposal.decided_at, proposal.decided_by, proposal.confirmed = at, by, confirmed
    proposal.save(update_fields=["decided_at", "decided_by", "confirmed"])


def _record_list(what: str, proposal: ActivationProposal, incident: Incident, *, by: User, at: dt.datetime) -> None:
    about = f"incident:{incident.slug}"
    audit.record(kind=f"notices.{what}", by=by, about=about, at=at, dataset=proposal.dataset.number)


def _refuse_wrong_list(dataset: Dataset, incident: Incident) -> None:
    rules.refuse_wrong_list(
        people=dataset.people,
        is_correction=dataset.mode == Mode.CHANGES,
        base_id=dataset.base_id,
        active_id=incident.active_dataset_id,
    )


def create_incident(*, facts: IncidentFacts, staff: Mapping[str, User], by: User | None, at: dt.datetime) -> Incident:
    """An incident with everything the file says of it; its notices are published where two people are named for them.

    `staff` by e-mail. Raises rules.NotAllowed and AlreadyThere.
    """
    with transaction.atomic():
        if Incident.objects.filter(slug=facts.incident["slug"]).exists():
            raise AlreadyThere(facts.incident["slug"])
        incident = Incident.objects.create(**facts.incident, created_at=at, created_by=by)
        Tier.objects.bulk_create(
            Tier(incident=incident, number=number, **tier) for number, tier in enumerate(facts.tiers, start=1)
        )
        for position, contact in enumerate(facts.contact_points, start=1):
            point = ContactPoint.objects.create(incident=incident, position=position, **contact.fields)
            OpeningHours.objects.bulk_create(OpeningHours(contact_point=point, **vars(span)) for span in contact.hours)
        ThirdParty.objects.bulk_create(
            ThirdParty(incident=incident, position=position, **one)
            for position, one in enumerate(facts.third_parties, start=1)
        )
        Remedy.objects.bulk_create(
            Remedy(incident=incident, position=position, **remedy)
            for position, remedy in enumerate(facts.remedies, start=1)
        )
        Clock.objects.bulk_create(
            _clock(incident, position, clock) for position, clock in enumerate(facts.clocks, start=1)
        )
        SendingPlan.objects.create(incident=incident, **facts.sending)
        audit.record(kind="notices.incident_created", by=by, about=f"incident:{incident.slug}", at=at)
        for one in facts.notices:
            prepared_at = one.fields.pop("prepared_at") or one.published_at or at
            notice = draft_notice(incident=incident, texts=one.fields, by=staff[one.prepared_by], at=prepared_at)
            if one.approved_by:
                publish(notice=notice, by=staff[one.approved_by], at=at, shown_since=one.published_at)
    return incident


def _clock(incident: Incident, position: int, fields: Mapping[str, Any]) -> Clock:
    clock = Clock(incident=incident, position=position, **fields)
    clock.due_at = clocking.due(incident, counted_from=clock.counted_from, hours=clock.hours, typed=clock.due_at)
    return clock


def draft_notice(*, incident: Incident, texts: Mapping[str, Any], by: User, at: dt.datetime) -> Notice:
    """The next version, not yet shown to anybody. Raises rules.DraftAlready."""
    with transaction.atomic():
        Incident.objects.select_for_update(of=("self",), no_key=True).get(pk=incident.pk)
        if incident.notices.filter(state=NoticeState.DRAFT).exists():
            raise rules.DraftAlready
        newest = incident.notices.aggregate(newest=Max("number"))["newest"] or 0
        return Notice.objects.create(incident=incident, number=newest + 1, prepared_at=at, prepared_by=by, **texts)


def publish(
    *,
    notice: Notice,
    by: User,
    at: dt.datetime,
    shown_since: dt.datetime | None = None,
    set_aside: Sequence[Mapping[str, str]] = (),
) -> Notice:
    """Shows a version to the public, on the word of a second person. A published one: nothing happens.

    `shown_since`: it was already shown elsewhere from that moment on. `set_aside`: findings of the linter that both people
    did not follow, each with a `key` and a `reason`. Raises rules.NotAllowed; rules.Blocked names what is in the way.
    """
    with transaction.atomic():
        notice = (
            Notice.objects.select_for_update(of=("self",), no_key=True)
            .select_related("incident", "prepared_by")
            .get(pk=notice.pk)
        )
        if notice.state == NoticeState.PUBLISHED:
            return notice
        incident = notice.incident
        rules.refuse_unless_two_staff(by=_actor(notice.prepared_by), confirmed_by=_actor(by))
        if shown_since is not None and shown_since > at:
            raise rules.NotYet
        found = proofreading.findings(notice, at=shown_since or at)
        if stands := proofreading.in_the_way(found, set_aside=[one["key"] for one in set_aside]):
            raise rules.Blocked(stands)
        notice.counted = queries.counted_now(incident)
        notice.cleared_people = queries.cleared_now(notice)
        notice.move(to=NoticeState.PUBLISHED, by=by, at=shown_since or at)
        clocking.count_from_posting(incident=incident)
        audit.record(
            kind="notices.notice_published",
            by=by,
            about=f"incident:{incident.slug}",
            at=at,
            notice=notice.number,
            prepared_by=notice.prepared_by_id,
            shown_since=(shown_since or at).isoformat(),
            **({"set_aside": list(set_aside)} if set_aside else {}),
        )
        posting.post(notice=notice, at=at)
        transaction.on_commit(hints.hurry_pages)
    hours.forget_help_line()
    return notice


def _actor(user: User) -> rules.Actor:
    return rules.Actor(id=user.pk, works_here=user.is_staff and user.is_active)

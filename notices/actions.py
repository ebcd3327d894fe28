"""The writers of this room."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from breachdesk import audit
from breachdesk.accounts.models import User
from notices import rules
from notices.models import Dataset, Incident
from notices.states import Mode


def activate(*, dataset: Dataset, by: User, confirmed_by: User, at: dt.datetime) -> Dataset:
    """From now on this list answers for its incident. Raises rules.NotAllowed. The list that answers already: nothing happens."""
    with transaction.atomic():
        incident = Incident.objects.select_for_update(of=("self",)).get(pk=dataset.incident_id)
        dataset = Dataset.objects.select_for_update(of=("self",)).get(pk=dataset.pk)
        if incident.active_dataset_id == dataset.pk:
            return dataset
        rules.refuse_unless_two_staff(by=_actor(by), confirmed_by=_actor(confirmed_by))
        rules.refuse_wrong_list(
            people=dataset.people,
            is_correction=dataset.mode == Mode.CHANGES,
            base_id=dataset.base_id,
            active_id=incident.active_dataset_id,
        )
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


def _actor(user: User) -> rules.Actor:
    return rules.Actor(id=user.pk, works_here=user.is_staff and user.is_active)

"""A draft that nobody opens any more goes, with its files, after ninety days; nothing else does."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from breachdesk.audit.models import Event
from breachdesk.celery import app
from breachdesk.files.models import StoredFile
from claims import actions, health, tasks
from claims.models import Claim, Draft
from notices.models import Incident
from tests.claims.conftest import JUNHO, SEOYOUNG, draft_of, picture, prove, submit

DAY = dt.timedelta(days=1)


@pytest.mark.django_db(transaction=True)
def test_an_abandoned_draft_goes_with_its_files(incident: Incident) -> None:
    at = timezone.now()
    proof = prove(SEOYOUNG)
    draft = draft_of(proof, incident)
    held, _new = actions.add_evidence(
        person=proof.person, draft_id=draft.id, upload=picture(), by=proof.person.user, at=at
    )
    other = prove(JUNHO)
    claim = submit(other, draft_of(other, incident)).claim

    assert actions.forget_abandoned_drafts(at=at + settings.CLAIM_DRAFTS_KEPT) == 0
    assert health.forgetting(at=at + settings.CLAIM_DRAFTS_KEPT + DAY) == ""
    assert health.forgetting(at=at + settings.CLAIM_DRAFTS_KEPT + 3 * DAY)
    assert actions.forget_abandoned_drafts(at=at + settings.CLAIM_DRAFTS_KEPT + DAY) == 1
    assert actions.forget_abandoned_drafts(at=at + settings.CLAIM_DRAFTS_KEPT + DAY) == 0

    assert health.forgetting(at=at + settings.CLAIM_DRAFTS_KEPT + 3 * DAY) == ""
    assert not Draft.objects.exists()
    assert not StoredFile.objects.exists()
    assert not default_storage.exists(held.file.storage_name)
    assert Claim.objects.get() == claim
    assert Event.objects.get(kind="claims.draft_forgotten").about == f"draft:{draft.id}"


def test_opening_a_draft_keeps_it(incident: Incident) -> None:
    proof = prove(SEOYOUNG)
    draft = draft_of(proof, incident)
    later = timezone.now() + settings.CLAIM_DRAFTS_KEPT - DAY
    actions.open_draft(proof=proof, incident=incident, by=proof.person.user, at=later)

    assert actions.forget_abandoned_drafts(at=later + 2 * DAY) == 0
    assert Draft.objects.get().saved_at == draft.saved_at


def test_the_clock_asks_for_it(db: None) -> None:
    assert settings.CLAIM_DRAFTS_KEPT == 90 * DAY
    scheduled = [entry["task"] for entry in app.conf.beat_schedule.values()]
    assert tasks.forget_abandoned_drafts.name in scheduled
    tasks.forget_abandoned_drafts()

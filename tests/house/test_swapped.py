"""What was sealed for one row opens in no other: whoever may write into the database cannot give one person another's words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, models
from django.utils import timezone

from breachdesk import keys
from breachdesk.files.models import StoredFile
from breachdesk.lib.contacts import Contact
from claims import actions
from claims.models import Claim, Draft, Line
from delivery.models import Message
from lookup import proving
from lookup.models import Challenge, Proof
from notices import queries
from notices.models import Incident
from tests import cast
from tests.claims.conftest import JUNHO, SEOYOUNG, draft_of, picture, prove, submit

SEALED: dict[str, tuple[type[models.Model], str, Callable[[Any], object]]] = {
    "a challenge's contact": (Challenge, "sealed_contact", lambda row: row.contact),
    "a proof's contact": (Proof, "sealed_contact", lambda row: row.contact),
    "a proof's name and birth date": (Proof, "sealed_identity", lambda row: row.identity),
    "a message's address": (Message, "sealed_recipient", lambda row: row.recipient),
    "a message's words": (Message, "sealed_words", lambda row: row.words),
    "a draft's steps": (Draft, "sealed_steps", lambda row: row.steps),
    "a claimant": (Claim, "sealed_claimant", lambda row: row.claimant),
    "a story": (Claim, "sealed_story", lambda row: row.story),
    "an account": (Claim, "sealed_account", lambda row: row.account),
    "a merchant": (Line, "sealed_merchant", lambda row: row.merchant),
    "a file's name": (StoredFile, "sealed_name", lambda row: row.name),
    "a file's key": (StoredFile, "sealed_key", lambda row: row.data_key),
}


@pytest.fixture
def two_of_everything(db: None) -> Incident:
    at = timezone.now()
    incident = cast.incident(at=at, claim_cap=3_000_000)
    cast.listed(incident, SEOYOUNG, JUNHO, at=at)
    for who in (SEOYOUNG, JUNHO):
        proving.send_code(contact=Contact.parse(who["phone"]), network="192.0.2.0/24", language="ko", at=at)
        proof = prove(who)
        by = proof.person.user
        submit(proof, draft_of(proof, incident))
        other = cast.incident(f"other-{by.pk}", at=at + dt.timedelta(0), claim_cap=1_000_000)
        cast.listed(other, who, at=at)
        draft = draft_of(proof, other)
        actions.add_evidence(person=proof.person, draft_id=draft.id, upload=picture(), by=by, at=at)
    return incident


@pytest.mark.parametrize("what", SEALED)
def test_two_sealed_values_that_changed_places_do_not_open(what: str, two_of_everything: Incident) -> None:
    model, column, read = SEALED[what]
    one, other = model._default_manager.exclude(**{column: None}).order_by("pk")[:2]
    assert read(one)
    assert read(other)
    held = getattr(one, column), getattr(other, column)
    one, other = (model._default_manager.get(pk=each.pk) for each in (one, other))
    setattr(one, column, held[1])
    setattr(other, column, held[0])
    for row in (one, other):
        with pytest.raises(keys.CannotOpen):
            read(row)


def test_two_rows_of_a_list_that_changed_places_do_not_open(two_of_everything: Incident) -> None:
    contact = Contact.parse(SEOYOUNG["phone"])
    assert queries.listed(contact)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE notices_affectedrecord DISABLE TRIGGER USER")  # a list never changes: see its tests
        cursor.execute(
            """
            UPDATE notices_affectedrecord AS one SET sealed = other.sealed, sealed_in = other.sealed_in
            FROM notices_affectedrecord AS other
            WHERE one.dataset_id = %s AND other.dataset_id = one.dataset_id AND one.person_key <> other.person_key
            """,
            [two_of_everything.active_dataset_id],
        )
        assert cursor.rowcount == 2
    with pytest.raises(keys.CannotOpen):
        queries.listed(contact)

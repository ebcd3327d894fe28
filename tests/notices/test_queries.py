"""Who is listed, and how many of each."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from breachdesk import keys
from breachdesk.lib.contacts import Contact
from breachdesk.lib.crypto import CannotOpen
from notices import queries, sealing
from notices.models import AffectedRecord, Incident, Tier
from tests import cast
from tests.notices.conftest import person

pytestmark = pytest.mark.django_db


def test_a_listing_says_everything_that_the_row_said(incident: Incident, at: dt.datetime):
    row = person(
        1, address="서울", card_last4="2417|0001", items="card_number|name|cvc?", language="en", member="former"
    )
    dataset = cast.listed(incident, row, at=at)
    for contact in (Contact.parse("010-0000-0001"), Contact.parse("P1@mail.example")):
        [listing] = queries.listed(contact)
        assert (listing.incident_id, listing.dataset_id, listing.dataset_number) == (incident.pk, dataset.pk, 1)
        assert listing.activated_at == at
        assert (listing.name, listing.birth_date) == ("김서영", dt.date(1991, 3, 14))
        assert (listing.items, listing.possible) == (["card_number", "name"], ["cvc"])
        assert (listing.card_last4, listing.member, listing.language) == (["0001", "2417"], "former", "en")
        assert listing.contacts == [Contact("phone", "+821000000001"), Contact("email", "p1@mail.example")]


@pytest.mark.parametrize("lists", [0, 1, 2])
@pytest.mark.parametrize("contact", ["010-0000-0001", "p1@mail.example", "010-9999-9999"])
def test_it_is_one_statement_whatever_there_is_to_find(at: dt.datetime, lists: int, contact: str):
    for number in range(lists):
        cast.listed(cast.incident(f"incident-{number}", at=at), person(1), person(2), at=at)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        found = queries.listed(Contact.parse(contact))
    assert len(captured) == 1
    assert captured[0]["sql"].lstrip().startswith("WITH told AS")
    assert len(found) == (0 if contact.endswith("9999") else lists)


def test_several_people_with_one_phone_are_all_found(incident: Incident, at: dt.datetime):
    cast.listed(incident, person(1, phone="010-0000-0009"), person(2, name="이준호", phone="010-0000-0009"), at=at)
    assert {one.name for one in queries.listed(Contact.parse("010-0000-0009"))} == {"김서영", "이준호"}


def test_a_company_has_no_birth_date(incident: Incident, at: dt.datetime):
    cast.listed(incident, person(1, member="corporate", birth_date=""), at=at)
    assert queries.listed(Contact.parse("010-0000-0001"))[0].birth_date is None


def test_what_was_sealed_for_one_person_does_not_open_for_another(incident: Incident, at: dt.datetime):
    dataset = cast.listed(incident, person(1), person(2), at=at)
    one, other = AffectedRecord.objects.filter(dataset_id=dataset.pk)
    with pytest.raises(CannotOpen):
        keys.unseal(one.sealed, bound_to=sealing.bound_to(dataset.pk, other.person_key.hex))
    with pytest.raises(CannotOpen):
        keys.unseal(one.sealed, bound_to=sealing.bound_to(dataset.pk + 1, one.person_key.hex))


def test_everybody_counts_in_the_first_tier_that_fits(incident: Incident, at: dt.datetime):
    texts = {"name_ko": "글", "name_en": "text", "advice_ko": "글", "advice_en": "text"}
    Tier.objects.create(incident=incident, number=1, any_of=["card_number", "cvc"], **texts)
    Tier.objects.create(incident=incident, number=2, any_of=[], **texts)
    assert queries.people_by_tier(incident) == []
    cast.listed(
        incident,
        person(1, items="card_number|name"),
        person(2, items="cvc|phone"),
        person(3, items="name|phone"),
        person(4, items="name|card_number?"),
        person(5, items="name?|email?"),
        at=at,
    )
    assert queries.people_by_tier(incident) == [
        {"tier": 1, "people": 2, "items": ["card_number", "cvc", "name", "phone"]},
        {"tier": 2, "people": 2, "items": ["name", "phone"]},
        {"tier": 0, "people": 1, "items": ["name", "email"]},
    ]


def test_an_incident_is_open_to_the_public_once_a_notice_is_published(incident: Incident, at: dt.datetime):
    assert list(queries.open_incidents()) == []
    assert queries.current_notice(incident) is None
    cast.notice(incident, at=at)
    newest = cast.notice(incident, at=at, number=2)
    assert list(queries.open_incidents()) == [incident]
    assert queries.current_notice(incident) == newest
    assert [one.number for one in queries.published_notices(incident)] == [2, 1]

"""What can leak, in words, and what helps against it."""

from __future__ import annotations

import pytest
from django.utils import translation

from notices import catalogue
from tests.notices.conftest import needs_english

CONTRACT = "name phone email address birth_date rrn ci card_number card_expiry cvc pin2 account payment_code wallet internal_id"


def test_every_item_of_the_contract_is_there_with_its_group():
    assert set(catalogue.ITEMS) == set(CONTRACT.split())
    assert {item.group for item in catalogue.ITEMS.values()} == set(catalogue.GROUPS)
    assert {item.code for item in catalogue.ITEMS.values() if item.hot} == {"card_number", "card_expiry", "cvc", "pin2"}


@pytest.mark.parametrize("code", list(catalogue.ITEMS))
def test_every_item_has_something_to_be_done_about_it(code: str):
    assert catalogue.steps_for([code])


def test_the_most_urgent_step_comes_first():
    steps = [step.code for step in catalogue.steps_for(["name", "phone", "card_number", "cvc", "ci"])]
    assert steps[0] == "stop_card"
    assert steps[-1] == "move_payments"
    assert catalogue.steps_for([]) == []
    assert "stop_card" not in [step.code for step in catalogue.steps_for(["name", "phone"])]


def test_items_come_in_groups():
    grouped = catalogue.in_groups(["name", "cvc", "card_number", "unknown"])
    assert [(group.code, [item.code for item in items]) for group, items in grouped] == [
        ("payment", ["card_number", "cvc"]),
        ("contact", ["name"]),
    ]


def test_an_incident_adds_items_in_both_languages():
    extra = [{"code": "points", "name_ko": "포인트", "name_en": "Reward points", "group": "internal", "hot": True}]
    item = catalogue.items(extra)["points"]
    with translation.override("ko"):
        assert str(item.name) == "포인트"
    with translation.override("en"):
        assert str(item.name) == "Reward points"
    assert catalogue.codes(extra)[-1] == "points"
    assert "points" not in catalogue.codes()


@needs_english
def test_all_of_it_is_there_in_english():
    with translation.override("en"):
        texts = [str(item.name) for item in catalogue.ITEMS.values()]
        texts += [str(text) for group in catalogue.GROUPS.values() for text in (group.name, group.misuse)]
        for step in catalogue.STEPS:
            texts += map(str, [step.title, step.line, *step.todo, *(place.name for place in step.places)])
    # Names of Korean services stand in quotes or brackets.
    for text in texts:
        outside = text
        for opens, closes in ("‘’", "()"):
            while opens in outside and closes in outside:
                outside = outside[: outside.index(opens)] + outside[outside.index(closes) + 1 :]
        assert outside.isascii() or not any("가" <= mark <= "힣" for mark in outside), text

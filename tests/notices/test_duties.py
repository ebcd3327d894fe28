"""What the law asks of a leak: which duties apply to what is known, and what is not known counts as if it were so."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from notices import duties
from notices.duties import DUTIES, Facts, verdict
from notices.states import OF_A_CASE

KNOWN = Facts(acts=[*duties.ACTS], people=999, unique_ids=False, outside_access=False, no_contact=0)


def applying(**known: Any) -> set[str]:
    facts = dataclasses.replace(KNOWN, **known)
    return {code for code, duty in DUTIES.items() if verdict(duty, facts).applies}


def test_a_small_leak_from_inside_is_told_to_its_people_and_reported_to_nobody():
    assert applying() == {"pipa_notify", "card_review", "efin_error", "order_answer"}


@pytest.mark.parametrize(
    ("known", "more"),
    [
        ({"people": 1_000}, {"pipa_report"}),
        ({"unique_ids": True}, {"pipa_report"}),
        ({"outside_access": True}, {"pipa_report", "efin_report"}),
        ({"people": 10_000}, {"pipa_report", "credit_report", "credit_publicise"}),
        ({"no_contact": 1}, {"pipa_post"}),
    ],
)
def test_each_condition_is_enough_by_itself(known: dict[str, Any], more: set[str]):
    assert applying(**known) - applying() == more


def test_what_is_not_known_counts_as_if_it_were_so_and_says_that_it_is_not_sure():
    nothing = {"people": None, "unique_ids": None, "outside_access": None, "no_contact": None}
    assert applying(**nothing) == set(DUTIES) - {"pipa_automated"}
    unsure = verdict(DUTIES["credit_report"], dataclasses.replace(KNOWN, people=None))
    assert (unsure.applies, unsure.sure) == (True, False)
    assert verdict(DUTIES["pipa_report"], dataclasses.replace(KNOWN, people=None, outside_access=True)).sure


def test_an_act_that_does_not_apply_asks_nothing():
    assert applying(acts=["credit"]) == set()
    assert applying(acts=[], people=10_000) == set()


def test_an_incident_may_keep_values_of_its_own():
    values = {name: getattr(DUTIES["pipa_report"], name) for name in duties.VALUES}
    own = duties.own(DUTIES["pipa_report"], {**values, "people_from": 500, "hours": 24})
    assert (own.hours, verdict(own, KNOWN).applies) == (24, True)


def test_what_no_text_of_law_says_is_a_setting_with_its_note():
    assert {code for code, duty in DUTIES.items() if not duty.sourced} == {"credit_publicise", "order_answer"}
    assert all(bool(duty.note) != duty.sourced for duty in DUTIES.values())
    assert all(duty.hours for duty in DUTIES.values() if duty.counted_from in OF_A_CASE)

"""May they claim, for what, until when: each rule at its edge."""

from __future__ import annotations

import datetime as dt

import pytest

from claims import rules
from claims.banks import BANKS
from tests.claims.conftest import CAP, terms

TODAY = dt.date(2026, 11, 24)


def test_an_affected_person_may_claim_until_the_last_day_itself() -> None:
    rules.may_claim(terms(), affected=True, open_claim=False)
    rules.may_claim(terms(until=TODAY), affected=True, open_claim=False)


@pytest.mark.parametrize(
    ("given", "affected", "open_claim", "refusal"),
    [
        ({}, False, False, rules.NotAffected),
        ({"until": None}, True, False, rules.NotOffered),
        ({"until": TODAY - dt.timedelta(days=1)}, True, False, rules.TooLate),
        ({}, True, True, rules.AlreadyClaimed),
        ({"until": TODAY - dt.timedelta(days=1)}, True, True, rules.AlreadyClaimed),
    ],
)
def test_a_claim_is_refused_for_a_reason_with_a_name(
    given: dict, affected: bool, open_claim: bool, refusal: type[rules.Refusal]
) -> None:
    with pytest.raises(refusal):
        rules.may_claim(terms(**given), affected=affected, open_claim=open_claim)


def test_a_loss_lies_between_the_first_day_of_the_leak_and_today() -> None:
    rules.check_day(dt.date(2026, 9, 21), terms())
    rules.check_day(TODAY, terms())
    for day in [dt.date(2026, 9, 20), TODAY + dt.timedelta(days=1), dt.date.min, dt.date.max]:
        with pytest.raises(rules.OutsideDays):
            rules.check_day(day, terms())


def test_a_sum_lies_between_one_won_and_the_cap() -> None:
    rules.check_amount(1, terms())
    rules.check_amount(CAP, terms())
    with pytest.raises(rules.NothingClaimed):
        rules.check_amount(0, terms())
    with pytest.raises(rules.AboveCap):
        rules.check_amount(CAP + 1, terms())
    with pytest.raises(rules.AboveCap):
        rules.check_amount(10**15, terms(cap=None))


def test_the_lines_together_stay_under_the_cap() -> None:
    rules.check_lines([(TODAY, CAP - 1), (TODAY, 1)], terms())
    with pytest.raises(rules.AboveCap):
        rules.check_lines([(TODAY, CAP), (TODAY, 1)], terms())


def test_a_claim_has_one_to_fifty_lines() -> None:
    with pytest.raises(rules.NothingClaimed):
        rules.check_lines([], terms())
    rules.check_lines([(TODAY, 1)] * 50, terms())
    with pytest.raises(rules.TooMany):
        rules.check_lines([(TODAY, 1)] * 51, terms())


def test_a_claim_has_at_most_twenty_files() -> None:
    rules.may_add_file(held=19)
    with pytest.raises(rules.TooMany):
        rules.may_add_file(held=20)


@pytest.mark.parametrize("holder", ["김서영", " 김 서 영 ", "김서영."])
def test_the_account_is_in_the_proven_name(holder: str) -> None:
    rules.check_account(takes=True, holder=holder, proven_name="김서영")


def test_a_foreign_name_may_stand_as_banks_write_it() -> None:
    assert rules.same_holder("SANTOS MARIA", "Maria Santos")
    assert not rules.same_holder("Maria", "Maria Santos")


def test_another_name_or_a_number_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(rules.NotTheirAccount):
        rules.check_account(takes=True, holder="이준호", proven_name="김서영")
    with pytest.raises(rules.NotTheirAccount):
        rules.check_account(takes=True, holder="", proven_name="김서영")
    with pytest.raises(rules.NotSuchAnAccount):
        rules.check_account(takes=False, holder="김서영", proven_name="김서영")


def test_every_bank_has_both_names_and_a_range() -> None:
    for code, bank in BANKS.items():
        assert len(code) == 3
        assert bank.name_ko
        assert bank.name_en.isascii()
        assert 9 < bank.fewest <= bank.most < 16
    assert not BANKS["090"].takes("1" * 12)
    assert BANKS["090"].takes("1" * 13)


def test_business_days_leave_out_weekends_and_holidays() -> None:
    assert rules.business_day(TODAY, 5) == dt.date(2026, 12, 1)
    assert rules.business_day(dt.date(2026, 9, 23), 1) == dt.date(2026, 9, 28)  # Chuseok on Thursday and Friday
    assert rules.business_day(dt.date(2026, 12, 31), 1) == dt.date(2027, 1, 4)
    assert rules.business_day(TODAY, 1, closed=[dt.date(2026, 11, 25)]) == dt.date(2026, 11, 26)


def test_the_evidence_is_seen_before_the_decision_or_on_its_day() -> None:
    assert rules.evidence_seen_by(TODAY, 5) == dt.date(2026, 11, 27)
    assert rules.evidence_seen_by(TODAY, 2) == rules.decided_by(TODAY, 2) == dt.date(2026, 11, 26)
    assert terms().decided_by == dt.date(2026, 12, 1)

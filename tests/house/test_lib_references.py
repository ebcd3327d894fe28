"""A reference survives being read over the phone, and a wrong one is noticed before anything is looked up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breachdesk.lib import references
from breachdesk.lib.references import ALPHABET

bodies = st.text(ALPHABET, min_size=7, max_size=7)


def made(body, prefix="CLM"):
    marks = body + references.check_character(prefix, body)
    return f"{prefix}-{marks[:4]}-{marks[4:]}"


def test_a_new_one_is_valid_and_has_the_promised_shape():
    for _ in range(200):
        reference = references.new("CLM")
        assert references.is_valid(reference)
        assert len(reference) == len("CLM-7F3K-29QD")


def test_two_are_hardly_ever_the_same():
    assert len({references.new("CLM") for _ in range(2000)}) == 2000


@given(bodies, st.data())
def test_any_single_wrong_character_is_caught(body, data):
    reference = made(body)
    place = data.draw(st.sampled_from([4, 5, 6, 7, 9, 10, 11, 12]))
    wrong = data.draw(st.sampled_from([mark for mark in ALPHABET if mark != reference[place]]))

    assert not references.is_valid(reference[:place] + wrong + reference[place + 1 :])


@given(bodies, st.integers(0, 6))
def test_any_swap_of_two_neighbours_is_caught(body, place):
    marks = list(body + references.check_character("CLM", body))
    if marks[place] == marks[place + 1]:
        return
    marks[place], marks[place + 1] = marks[place + 1], marks[place]
    text = "".join(marks)

    assert not references.is_valid(f"CLM-{text[:4]}-{text[4:]}")


@given(bodies, st.sampled_from(["", " ", "-", "–", " - "]), st.booleans())
def test_it_is_known_however_it_is_typed(body, between, small):
    reference = made(body)
    typed = between.join(reference.split("-"))

    assert references.normalise(f"  {typed.lower() if small else typed} ") == reference


@given(st.text(max_size=40))
def test_nonsense_is_never_valid_and_never_breaks_anything(text):
    assert not references.is_valid(references.normalise(text)) or len(text) >= 11


@pytest.mark.parametrize("text", ["", "CLM", "CLM-7F3K", "CLM-7F3K-29QD-1", "CLM-0000-0000", "CLM-7f3k-29qd"])
def test_another_shape_is_not_valid(text):
    assert not references.is_valid(text)

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


# Secrets from paper.

secret_bodies = st.text(ALPHABET, min_size=11, max_size=11)


def test_a_new_secret_has_the_promised_shape_and_reads_as_it_was_printed():
    made = {references.new_secret() for _ in range(500)}
    assert len(made) == 500
    assert all(len(secret) == len("7F3K-29QD-XW4M") and references.read_secret(secret) == secret for secret in made)


@given(secret_bodies, st.sampled_from(["", " ", "-", " – ", "."]), st.booleans())
def test_a_secret_is_known_however_it_is_typed(body, between, small):
    secret = references.secret_of(body)
    typed = between.join(secret.split("-"))
    assert references.read_secret(f" {typed.lower() if small else typed} ") == secret


@given(secret_bodies, st.integers(0, 11), st.data())
def test_one_wrong_character_of_a_secret_is_noticed(body, place, data):
    marks = references.secret_of(body).replace("-", "")
    wrong = data.draw(st.sampled_from([mark for mark in ALPHABET if mark != marks[place]]))
    assert references.read_secret(marks[:place] + wrong + marks[place + 1 :]) is None


@given(secret_bodies, st.sampled_from(["O", "o", "0"]))
def test_an_o_is_forgiven_where_a_q_or_d_was_printed_and_never_becomes_another_secret(body, typed):
    secret = references.secret_of(body)
    place = next((place for place, mark in enumerate(secret) if mark in "QD"), None)
    if place is not None:
        assert references.read_secret(secret[:place] + typed + secret[place + 1 :]) == secret


@given(st.text(max_size=60))
def test_nonsense_is_no_secret_and_breaks_nothing(text):
    read = references.read_secret(text)
    assert read is None or references.read_secret(read) == read

"""A sealed value opens only where it was put, with a key that we hold; a hash says nothing without our key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breachdesk import keys
from breachdesk.lib.crypto import CannotOpen, Keyring

OLD, NEW = b"o" * 32, b"n" * 32


@given(st.binary(max_size=300), st.text(max_size=40))
def test_what_was_sealed_opens_in_its_place(plain, place):
    ring = Keyring({"k1": OLD})

    assert ring.unseal(ring.seal(plain, bound_to=place), bound_to=place) == plain


@given(st.binary(max_size=60), st.text(max_size=20), st.text(max_size=20))
def test_a_value_moved_to_another_place_does_not_open(plain, place, other):
    if place == other:
        return
    ring = Keyring({"k1": OLD})
    with pytest.raises(CannotOpen):
        ring.unseal(ring.seal(plain, bound_to=place), bound_to=other)


@given(st.binary(max_size=60), st.data())
def test_an_altered_value_does_not_open(plain, data):
    ring = Keyring({"k1": OLD})
    sealed = bytearray(ring.seal(plain, bound_to="here"))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(CannotOpen):
        ring.unseal(bytes(sealed), bound_to="here")


@given(st.binary(max_size=60))
def test_nonsense_does_not_open(nonsense):
    with pytest.raises(CannotOpen):
        Keyring({"k1": OLD}).unseal(nonsense, bound_to="here")


def test_after_a_rotation_old_values_open_and_new_ones_use_the_new_key():
    sealed = Keyring({"k1": OLD}).seal(b"010", bound_to="here")
    both = Keyring({"k2": NEW, "k1": OLD})

    assert both.unseal(sealed, bound_to="here") == b"010"
    assert both.seal(b"010", bound_to="here").startswith(b"v1:k2:")
    with pytest.raises(CannotOpen):
        Keyring({"k2": NEW}).unseal(sealed, bound_to="here")


def test_after_a_rotation_old_hashes_are_still_ours():
    mac = Keyring({"k1": OLD}).mac("audit", b"row")
    both = Keyring({"k2": NEW, "k1": OLD})

    assert both.same_mac(mac, "audit", b"row")
    assert not both.same_mac(mac, "audit", b"other row")
    assert not Keyring({"k2": NEW}).same_mac(mac, "audit", b"row")
    assert both.index("phone", "+821000001234", key_id="k1") == Keyring({"k1": OLD}).index("phone", "+821000001234")


def test_the_same_value_is_sealed_differently_each_time_and_hashed_the_same():
    assert keys.seal("010", bound_to="here") != keys.seal("010", bound_to="here")
    assert keys.index("phone", "010") == keys.index("phone", "010")


def test_a_hash_depends_on_what_it_is_of():
    assert keys.index("phone", "010") != keys.index("customer_ref", "010")
    assert keys.secret_hash("code:1", "123456") != keys.secret_hash("code:2", "123456")
    assert keys.same_secret(keys.secret_hash("code:1", "123456"), "code:1", "123456")
    assert not keys.same_secret(keys.secret_hash("code:1", "123456"), "code:1", "123457")


def test_structured_values_come_back_as_they_were():
    value = {"이름": "김서영", "items": ["phone", "email"], "n": 3}

    assert keys.unseal_json(keys.seal_json(value, bound_to="here"), bound_to="here") == value


def test_a_keyring_without_keys_is_refused():
    with pytest.raises(ValueError, match="at least one key"):
        Keyring({})

"""One contact has one spelling inside, however it was typed; what cannot be reached is refused."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breachdesk.lib import contacts, names
from breachdesk.lib.contacts import Contact, NotAContact


@pytest.mark.parametrize(
    "typed",
    [
        "010-0000-1234",
        "01000001234",
        "010 0000 1234",
        "010.0000.1234",
        "+82 10-0000-1234",
        "+82 010-0000-1234",
        "82 10 0000 1234",
        "０１０－００００－１２３４",
        "010–0000–1234",
        "\u200b010-0000-1234\u3164",
        "\u202d010-0000-1234\u202c",
        "(010) 0000-1234",
    ],
)
def test_a_phone_number_has_one_spelling(typed):
    assert Contact.parse(typed) == Contact("phone", "+821000001234")


@pytest.mark.parametrize(
    "typed",
    ["Seo.Young@Mail.Example", " seo.young@mail.example ", "seo.young @ mail.example", "ｓｅｏ.young＠mail.example"],
)
def test_an_email_has_one_spelling(typed):
    assert Contact.parse(typed) == Contact("email", "seo.young@mail.example")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "김서영",
        "02-123-4567",
        "1588-0000",
        "070-1234-5678",
        "050-1234-1234",
        "011-234-5678",
        "010-123-4567",
        "010-0000-12345",
        "060-700-1234",
        "+1 202 555 0100",
        "+82 10 0000 1234 ext 5",
        "tel:01000001234",
        "010-0000-1234,010-0000-5678",
        "٠١٠٠٠٠٠١٢٣٤",
        "a@b",
        "@mail.example",
        "a@",
        "a@@mail.example",
        ".a@mail.example",
        "a.@mail.example",
        "a..b@mail.example",
        "seo young@mail.example",
        "a@mail.example\r\nBcc: b@mail.example",
        "a@mail.example,b@mail.example",
        "<a@mail.example>",
        "straße@mail.example",
        "a@-mail.example",
        "a@mail.example\x00",
        "a@127.0.0.1",
        "a@[127.0.0.1]",
        "x" * 65 + "@mail.example",
        "a@" + "m" * 250 + ".example",
        "' OR 1=1 --",
    ],
)
def test_what_is_no_contact_of_a_person_is_refused(typed):
    with pytest.raises(NotAContact):
        Contact.parse(typed)


@given(st.text(max_size=60))
def test_nothing_typed_breaks_the_reading(text):
    try:
        contact = Contact.parse(text)
    except NotAContact:
        return
    assert Contact.parse(contact.value) == contact


@given(st.emails())
def test_an_address_read_twice_is_the_same(address):
    try:
        contact = Contact.parse(address)
    except NotAContact:
        return
    assert Contact.parse(contact.value) == contact
    assert contact.value == contact.value.lower()


def test_a_list_may_hold_numbers_that_we_would_not_text():
    assert contacts.mobile("011-234-5678") == "+82112345678"
    assert contacts.mobile("+1 650-253-0000", regions=None) == "+16502530000"


def test_a_number_as_it_is_dialled_in_its_country():
    assert contacts.national("+821012345678") == ("82", "01012345678")
    assert contacts.national("+16502530000") == ("1", "6502530000")


def test_what_is_printed_by_accident_is_masked():
    assert str(Contact.parse("010-0000-1234")) == "010-••••-1234"
    assert str(Contact.parse("seoyoung@mail.example")) == "s•••••@mail.example"


@pytest.mark.parametrize(
    "typed", ["김서영", " 김 서 영 ", unicodedata.normalize("NFD", "김서영"), "김\u3000서영", "김서영."]
)
def test_a_name_is_compared_as_people_mean_it(typed):
    assert names.fold(typed) == names.fold("김서영")


def test_latin_names_are_compared_without_case_and_spaces():
    assert names.fold("SANTOS, Maria-Luz") == names.fold("Santos maria luz")
    assert names.fold("Maria Santos") != names.fold("Mario Santos")

"""Phone numbers and e-mail addresses as people type them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

import phonenumbers

from breachdesk.lib import masks

Kind = Literal["phone", "email"]

EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")
# Spaces of every kind, with the fillers of Hangul, which look like one.
ODD_SPACES = re.compile(r"[\s\u115f\u1160\u3164]+")
# Marks without a shape: zero-width ones, soft hyphens, turns of the writing's direction.
UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
KOREAN_MOBILE = re.compile(r"\+8210\d{8}")
DASHES = re.compile(r"[\u2010-\u2015\u2212\ufe58\ufe63\uff0d\u30fc]")


class NotAContact(ValueError):
    """Neither a mobile number we can text nor an e-mail address."""


class NotAMobile(NotAContact):
    """A telephone number, but one that no text is sent to: a landline, 070, a premium or a company's number."""


class OtherCountry(NotAContact):
    """A mobile number of a country that is sent nothing."""


def tidy(text: str) -> str:
    """Full-width forms made ordinary (NFKC), marks without a shape gone, spaces gone at the ends and folded to one inside."""
    return ODD_SPACES.sub(" ", UNSEEN.sub("", unicodedata.normalize("NFKC", text))).strip()


@dataclass(frozen=True)
class Contact:
    """A place a person can be reached: `phone` in E.164 (+821012345678) or `email` in lower case."""

    kind: Kind
    value: str

    @classmethod
    def parse(cls, text: str, *, regions: tuple[str, ...] = ("KR",)) -> Contact:
        """Raises NotAContact, NotAMobile, OtherCountry. `regions`: the countries whose mobiles we text; of Korea's only 010, the others are gone."""
        typed = tidy(text)
        if "@" in typed:
            return cls("email", email(typed))
        number = mobile(typed, regions=regions)
        if number.startswith("+82") and not KOREAN_MOBILE.fullmatch(number):
            raise NotAContact(text) if number.startswith("+8210") else NotAMobile(text)
        return cls("phone", number)

    @property
    def country(self) -> str:
        """Whose number it is ("KR"); nothing of an e-mail address."""
        if self.kind == "email":
            return ""
        return phonenumbers.region_code_for_number(phonenumbers.parse(self.value)) or ""

    @property
    def hashed(self) -> str:
        """What messages to it are found by."""
        return self.value

    @property
    def masked(self) -> str:
        return masks.phone(self.value) if self.kind == "phone" else masks.email(self.value)

    @property
    def dialled(self) -> str:
        """In full, as somebody here would dial or write to it: 010-1234-5678."""
        return re.sub(r"^\+8210(\d{4})(\d{4})$", r"010-\1-\2", self.value)

    def __str__(self) -> str:
        # What is printed by accident is masked.
        return self.masked


def email(text: str) -> str:
    """Raises NotAContact."""
    # `lower`, not `casefold`: that would make strasse of straße, another person's address.
    value = re.sub(r" ?@ ?", "@", tidy(text)).lower()
    user = value.partition("@")[0]
    if (
        len(value) > 254
        or len(user) > 64
        or not EMAIL.fullmatch(value)
        or ".." in value
        or user[0] == "."
        or user[-1] == "."
    ):
        raise NotAContact(text)
    return value


def mobile(text: str, *, regions: tuple[str, ...] | None = ("KR",)) -> str:
    """E.164 of a mobile number; `regions=None` takes any country's. Raises NotAContact, NotAMobile, OtherCountry."""
    typed = DASHES.sub("-", tidy(text))
    if not re.fullmatch(r"\+?[0-9 ().-]{7,24}", typed):
        raise NotAContact(text)
    try:
        number = phonenumbers.parse(typed, "KR")
    except phonenumbers.NumberParseException:
        raise NotAContact(text) from None
    mobile_types = {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}
    if not phonenumbers.is_valid_number(number):
        raise NotAContact(text)
    if phonenumbers.number_type(number) not in mobile_types:
        raise NotAMobile(text)
    if regions is not None and phonenumbers.region_code_for_number(number) not in regions:
        raise OtherCountry(text)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def national(number: str) -> tuple[str, str]:
    """Of a number in E.164: its country's code, and how it is dialled there ("82", "01012345678")."""
    parsed = phonenumbers.parse(number)
    digits = phonenumbers.national_significant_number(parsed)
    return str(parsed.country_code), f"0{digits}" if parsed.country_code == 82 else digits

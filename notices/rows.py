"""One row of a list of affected people: is it sound, and what does it say? Pure: no database, no clock, no keys."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import unicodedata
from collections.abc import Collection, Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

import phonenumbers
from django.utils.translation import gettext_lazy as _

from breachdesk.lib import contacts
from notices.forbidden import ANY_LONG_NUMBER, holds_card_number, holds_resident_number, may_hold_one
from notices.states import Member

COLUMNS = (
    "customer_ref",
    "name",
    "birth_date",
    "phone",
    "email",
    "address",
    "card_last4",
    "items",
    "language",
    "member",
)
NEEDED = ("customer_ref", "name", "items")
LONGEST = {"customer_ref": 64, "name": 80, "address": 300}
LANGUAGES = ("ko", "en")
# Of wrong columns, so many are named.
MOST_NAMED = 5
OLDEST_BIRTH = dt.date(1880, 1, 1)

# Stands where another program could not read a letter.
NO_LETTER = "\N{REPLACEMENT CHARACTER}"

# What a reject report says to each reason.
REASONS = {
    "columns": _("칸 수가 머리글과 달라요."),
    "quotes": _("따옴표가 어긋났거나 칸이 너무 길어요. 칸 안의 따옴표는 두 번 적어 주세요."),
    "encoding": _("읽을 수 없는 글자가 있어요. UTF-8이나 CP949로 저장해 주세요."),
    "customer_ref": _(
        "고객 번호가 없거나, 너무 길거나, 엑셀이 바꿔 쓴 값이에요. 칸을 텍스트로 두고 다시 내보내 주세요."
    ),
    "name": _("이름이 없거나, 너무 길거나, 글자가 아니거나, 엑셀의 오류값이에요."),
    "birth_date": _("생년월일을 2001-09-14처럼 적어 주세요. 법인 회원만 비워 둘 수 있어요."),
    "phone": _("휴대전화 번호가 아니에요. 010-1234-5678이나 +82 10 1234 5678처럼 적어 주세요."),
    "email": _("이메일 주소가 아니에요."),
    "address": _("주소가 너무 길거나, 엑셀의 오류값이에요."),
    "card_last4": _("카드 끝 네 자리만 적어 주세요. 여러 장이면 1234|5678처럼 적어요."),
    "items": _("유출 항목이 없거나, 모르는 항목이 있어요."),
    "language": _("언어는 ko나 en이에요."),
    "member": _("회원 구분을 알 수 없어요."),
    "full_card_number": _("카드번호 전체로 보이는 숫자가 있어요. 이 시스템은 카드번호를 받지 않아요."),
    "resident_number": _("주민등록번호로 보이는 숫자가 있어요. 이 시스템은 주민등록번호를 받지 않아요."),
    "conflict": _("같은 고객 번호가 앞줄에 이미 있어요."),
}


class Rejected(Exception):
    """One row is not taken: why, and in which column. Never carries what stood there."""

    def __init__(self, reason: str, column: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.column = column


class WrongHeader(Exception):
    """The first line does not name the columns of a list; the message says what is wrong with it."""


class Row(NamedTuple):
    customer_ref: str
    name: str
    birth_date: str  # ISO, or empty for a company
    phone: str  # E.164 or empty
    email: str
    address: str
    card_last4: str  # 1234|5678
    items: str  # codes in the catalogue's order, a ? after a possibly leaked one
    language: str
    member: str

    @property
    def has_contact(self) -> bool:
        return bool(self.phone or self.email or self.address)


class Reader:
    """Reads the rows that stand under one header."""

    def __init__(self, header: Sequence[str], *, codes: Collection[str], today: dt.date) -> None:
        """Raises WrongHeader. `codes`: the leaked items this incident knows, in the order they are shown."""
        self.columns = columns_named(header)
        self.places = [self.columns.index(name) if name in self.columns else None for name in COLUMNS]
        self.codes = {code: place for place, code in enumerate(codes)}
        self.today = today
        self._plain = re.compile(",".join(f"({PLAIN[name]})" for name in self.columns), re.ASCII).fullmatch
        # Of the groups that it finds, with an empty one behind them for columns that are not there.
        self._in_order = itemgetter(*(len(self.columns) if place is None else place for place in self.places))
        self._items_seen: dict[str, str] = {}
        self._births_seen: dict[str, str] = {}

    def read(self, cells: Sequence[str]) -> Row:
        """Raises Rejected."""
        return self.read_plain(",".join(cells)) or self.read_any(cells)

    def read_plain(self, line: str) -> Row | None:
        """A row with nothing out of the ordinary, as nearly all are, by one look at its line. None: it must be looked at closely."""
        found = self._plain(line)
        if found is None:
            return None
        ref, name, birth, phone, email, address, last4, items, language, member = self._in_order((*found.groups(), ""))
        if name in NOTHING or len(address) > LONGEST["address"] or ANY_LONG_NUMBER.search(address):
            return None
        member = member or MEMBERS[0]
        try:
            if member not in MEMBERS:
                return None
            return Row(
                ref,
                name,
                self._birth_date(birth) if birth or member != Member.CORPORATE else "",
                f"+8210{phone[3:].replace('-', '')}" if phone else "",
                email,
                address,
                last4 if len(last4) < 5 else last_four(last4),
                self._items(items),
                language or LANGUAGES[0],
                member,
            )
        except Rejected:
            return None

    def read_any(self, cells: Sequence[str]) -> Row:
        """Raises Rejected."""
        if len(cells) != len(self.columns):
            raise Rejected("columns")
        whole = ",".join(cells)
        # Nearly every row is in ordinary form already; only the others are looked at mark by mark.
        if (
            whole.isprintable()
            and "  " not in whole
            and NO_LETTER not in whole
            and unicodedata.is_normalized("NFKC", whole)
        ):
            if may_hold_one(whole):
                self._refuse_forbidden_numbers(cells)
            tidied = [cell.strip(" ") for cell in cells]
        else:
            self._refuse_unreadable(cells)
            self._refuse_forbidden_numbers(cells)
            tidied = [as_written(cell) if name == "name" else contacts.tidy(cell) for name, cell in self._named(cells)]
        if "'" in whole:
            tidied = [TEXT_MARK.sub("", cell) for cell in tidied]
        ref, name, birth, phone, email, address, last4, items, language, member = (
            "" if place is None else tidied[place] for place in self.places
        )
        member = one_of(member, MEMBERS, "member")
        return Row(
            customer_ref=customer_ref(ref),
            name=person_name(name),
            birth_date=birth_date(birth, today=self.today, optional=member == Member.CORPORATE),
            phone=phone_number(phone),
            email=email_address(email),
            address=words(address, "address"),
            card_last4=last_four(last4),
            items=self._items(items),
            language=one_of(language, LANGUAGES, "language"),
            member=member,
        )

    def _named(self, cells: Sequence[str]) -> Iterator[tuple[str, str]]:
        return zip(self.columns, cells, strict=True)

    def _birth_date(self, text: str) -> str:
        known = self._births_seen.get(text)
        if known is None:
            known = birth_date(text, today=self.today, optional=False)
            if len(self._births_seen) < 50_000:
                self._births_seen[text] = known
        return known

    def _items(self, text: str) -> str:
        known = self._items_seen.get(text)
        if known is None:
            known = leaked_items(text, self.codes)
            if len(self._items_seen) < 1000:
                self._items_seen[text] = known
        return known

    def _refuse_unreadable(self, cells: Sequence[str]) -> None:
        for column, cell in self._named(cells):
            if any(mark == "\0" or "\ud800" <= mark <= "\udfff" or mark == NO_LETTER for mark in cell):
                raise Rejected("encoding", column)

    def _refuse_forbidden_numbers(self, cells: Sequence[str]) -> None:
        for column, cell in self._named(cells):
            if column == "phone" and is_phone_number(cell):
                continue
            if holds_resident_number(cell):
                raise Rejected("resident_number", column)
            if holds_card_number(cell):
                raise Rejected("full_card_number", column)


# A cell as it stands in nearly every row: ordinary letters, single spaces, no comma, and nowhere thirteen digits but perhaps
# in an address. Whatever matches is sound as it is, but for dates, items and numbers that `read_plain` looks at.
MAIL_WORDS = "[a-z][a-z0-9]{0,12}(?:[._-][a-z][a-z0-9]{0,12}){0,5}"
PLAIN = {
    "customer_ref": r"[A-Za-z]{0,16}-?\d{1,12}",
    "name": "[가-힣]{1,40}|[A-Za-z]{1,19}(?: [A-Za-z]{1,19}){0,3}",
    "birth_date": r"(?:\d{4}-\d\d-\d\d)?",
    "phone": r"(?:010-?(?:[0-46-9]\d|5[0-8])\d\d-?\d{4})?",
    "email": rf"(?:{MAIL_WORDS}@{MAIL_WORDS.replace('_', '')}\.[a-z]{{2,20}})?",
    "address": "(?:[가-힣A-Za-z0-9()~.-]+(?: [가-힣A-Za-z0-9()~.-]+)*)?",
    "card_last4": r"(?:\d{4}(?:\|\d{4})*)?",
    "items": "[a-z0-9_|?]+",
    "language": "(?:ko|en)?",
    "member": "[a-z]*",
}


def columns_named(header: Sequence[str]) -> list[str]:
    """Raises WrongHeader. It repeats a name only where the line surely is a header: else it may be somebody's data."""
    named = [contacts.tidy(name).lower() for name in header]
    if len(set(named) & set(COLUMNS)) < 2:
        raise WrongHeader(
            _("첫 줄에 칸 이름이 없어요. 쉼표로 나눈 CSV여야 하고, 다음 칸이 꼭 있어야 해요: %s") % ", ".join(NEEDED)
        )
    unknown = [name or "?" for name in named if name not in COLUMNS]
    if unknown:
        raise WrongHeader(_("모르는 칸이 있어요: %s") % some_of(unknown))
    twice = sorted({name for name in named if named.count(name) > 1})
    if twice:
        raise WrongHeader(_("같은 칸이 두 번 있어요: %s") % ", ".join(twice))
    missing = [name for name in NEEDED if name not in named]
    if "birth_date" not in named and "member" not in named:
        missing.append("birth_date")
    if missing:
        raise WrongHeader(_("꼭 있어야 하는 칸이 없어요: %s") % ", ".join(missing))
    return named


def some_of(names: Sequence[str]) -> str:
    """The first few, short, with nothing in them that cannot be shown, and no number that may be somebody's."""
    shown = ("".join(mark if mark.isprintable() else "?" for mark in re.sub(r"\d", "•", name)[:30]) for name in names)
    return ", ".join(itertools.islice(shown, MOST_NAMED)) + (" …" if len(names) > MOST_NAMED else "")


# What follows reads one cell each, which comes tidied: ordinary forms, single spaces, none at the ends.


def as_written(text: str) -> str:
    """A name keeps the forms its owner uses; only its letters are composed and its spaces made ordinary."""
    return contacts.ODD_SPACES.sub(" ", contacts.UNSEEN.sub("", unicodedata.normalize("NFC", text))).strip()


# A spreadsheet's sign that what follows is text; of a name such as ’t Hooft it is a part.
TEXT_MARK = re.compile(r"^'(?=[0-9+=가-힣])")
# What programs write where they have nothing; and digits that a spreadsheet took for a quantity, so that some are lost.
NOTHING = {"NULL", "(NULL)", "N/A", r"\N"}
ERROR_VALUE = re.compile(r"#(?:N/A|REF!|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|SPILL!|CALC!|#+)")
QUANTITY = re.compile(r"\d(?:\.\d+)?E\+\d+", re.ASCII)


def words(text: str, column: str) -> str:
    if len(text) > LONGEST[column] or ERROR_VALUE.fullmatch(text):
        raise Rejected(column, column)
    return text


def customer_ref(text: str) -> str:
    if not text or text[0] == "=" or text in NOTHING or QUANTITY.fullmatch(text):
        raise Rejected("customer_ref", "customer_ref")
    return words(text, "customer_ref")


def person_name(text: str) -> str:
    if text in NOTHING or ERROR_VALUE.fullmatch(text):
        raise Rejected("name", "name")
    if not text or len(text) > LONGEST["name"] or not text.isprintable() or not any(map(str.isalpha, text)):
        raise Rejected("name", "name")
    return text


ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def birth_date(text: str, *, today: dt.date, optional: bool) -> str:
    value = contacts.DASHES.sub("-", text)
    if not value and optional:
        return ""
    try:
        if not ISO_DATE.fullmatch(value) or not OLDEST_BIRTH <= dt.date.fromisoformat(value) <= today:
            raise Rejected("birth_date", "birth_date")
    except ValueError:
        raise Rejected("birth_date", "birth_date") from None
    return value


# The numbers that make up nearly every list, read without the phone library's 50 microseconds; it agrees (see the tests).
PLAIN_MOBILE = re.compile(r"010-?((?:[0-46-9]\d|5[0-8])\d\d)-?(\d{4})", re.ASCII)


def phone_number(text: str) -> str:
    if not text:
        return ""
    plain = PLAIN_MOBILE.fullmatch(text)
    if plain:
        return f"+8210{plain[1]}{plain[2]}"
    value = contacts.DASHES.sub("-", text)
    try:
        return contacts.mobile(value, regions=None)
    except contacts.NotAContact:
        pass
    # Written with its country, any number that exists is taken: a line that gets no texts is still a way to call.
    try:
        number = phonenumbers.parse(value, None)
    except phonenumbers.NumberParseException:
        raise Rejected("phone", "phone") from None
    if not re.fullmatch(r"\+[0-9 ().-]{7,24}", value) or not phonenumbers.is_valid_number(number):
        raise Rejected("phone", "phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_phone_number(text: str) -> bool:
    try:
        return bool(phone_number(contacts.tidy(text)))
    except Rejected:
        return False


PLAIN_EMAIL = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*@[a-z0-9]+(?:[.-][a-z0-9]+)*\.[a-z]{2,}")


def email_address(text: str) -> str:
    if not text or (len(text) < 200 and PLAIN_EMAIL.fullmatch(text)):
        return text
    try:
        return contacts.email(text)
    except contacts.NotAContact:
        raise Rejected("email", "email") from None


FOUR_DIGITS = re.compile(r"(?:\d{4}(?:\|\d{4})*)?", re.ASCII)


def last_four(text: str) -> str:
    value = text.replace(" ", "")
    if not FOUR_DIGITS.fullmatch(value) or len(value) > 100:
        raise Rejected("card_last4", "card_last4")
    return "|".join(sorted(set(value.split("|")))) if "|" in value else value


def leaked_items(text: str, codes: dict[str, int]) -> str:
    """Once each, in the catalogue's order; what is both surely and possibly leaked is surely leaked."""
    sure: dict[str, bool] = {}
    for part in text.lower().split("|"):
        code = part.strip()
        possible = code.endswith("?")
        code = code.removesuffix("?").strip()
        if code not in codes:
            raise Rejected("items", "items")
        sure[code] = sure.get(code, False) or not possible
    return "|".join(code if sure[code] else code + "?" for code in sorted(sure, key=codes.__getitem__))


MEMBERS = (Member.CURRENT.value, *(value for value in Member.values if value != Member.CURRENT))


def one_of(text: str, allowed: Sequence[str], column: str) -> str:
    """The first is meant where nothing is said."""
    if not text:
        return allowed[0]
    value = text.lower()
    if value not in allowed:
        raise Rejected(column, column)
    return value

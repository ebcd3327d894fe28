"""What this room says to people: the notice of a leak, as a text message and as an e-mail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from breachdesk.context import issuer
from breachdesk.lib import links, markup, masks, particles
from breachdesk.lib.contacts import Contact
from breachdesk.lib.tags import in_language
from delivery import check_codes
from delivery.words import LMS_BYTES, Words, phone_channel, size_for_phone
from notices import kinds, law, ledger, pages, queries, shortening
from notices.models import Incident, Notice
from notices.states import DIALLED, Member, NoticeKind, Way

OCCASION = "leak_notice"
# A number passes from hand to hand, so the name is masked: its owner knows it, a stranger learns none.
NAME_LETTERS = 20
HERE_STANDS_THE_NAME = "\N{OBJECT REPLACEMENT CHARACTER}"
NAME_BYTES = 2 * NAME_LETTERS

# The statutory items as a text message calls them.
SHORT_TITLES = {
    "what_leaked": gettext_lazy("유출된 정보"),
    "when_and_how": gettext_lazy("때와 경위"),
    "what_to_do": gettext_lazy("지금 할 일"),
    "what_we_do": gettext_lazy("회사가 하는 일"),
    "whom_to_ask": gettext_lazy("신고와 상담"),
    "your_rights": gettext_lazy("내 권리"),
    "further_matters": gettext_lazy("그 밖의 사항"),
}

# The same in an AlimTalk template, and how many letters of its thousand they may have together.
IN_PLACES = {
    "when_and_how": "때와경위",
    "what_to_do": "지금할일",
    "what_we_do": "회사가하는일",
    "whom_to_ask": "신고와상담",
    "your_rights": "내권리",
}
ALIMTALK_LETTERS = 330


def tells_of_a_leak(notice: Notice) -> bool:
    """That nothing leaked after all is another letter; an all-clear for some still tells those on the list."""
    return not kinds.clears_everybody(notice.kind, notice.cleared)


@dataclass(frozen=True)
class Reader:
    """What a letter depends on besides the name; people alike get the same words."""

    language: str
    items: str  # as in the list
    member: str

    @property
    def sure(self) -> list[str]:
        return [code for code in self.items.split("|") if not code.endswith("?")]

    @property
    def possible(self) -> list[str]:
        return [code.removesuffix("?") for code in self.items.split("|") if code.endswith("?")]


class LeakNotice:
    """The letters of one notice. Words that many people share are made once."""

    occasion = OCCASION

    def __init__(self, notice: Notice) -> None:
        self.notice = notice
        self.incident: Incident = notice.incident
        self._contact_points = queries.contact_points(self.incident)
        self._text_message = lru_cache(maxsize=2000)(self._make_text_message)
        self._email = lru_cache(maxsize=2000)(self._make_email)

    def by(self, way: Way, record: ledger.Record) -> tuple[Contact, Words]:
        """Whom by this way, and in which words. Raises ValueError where the words do not fit or there is no such contact."""
        reader = Reader(record.language, record.items, record.member)
        if way in (Way.ALIMTALK, Way.PHONE) and record.phone is not None:
            return record.phone, self.text_message(reader, name=record.name)
        if way == Way.EMAIL and record.email is not None:
            return record.email, self.email(reader, name=record.name)
        raise ValueError(f"no contact for {way}")

    def to(self, record: ledger.Record) -> tuple[Contact, Words]:
        """By phone where there is one, else by e-mail: the letter that is shown before anything leaves."""
        try:
            return self.by(Way.PHONE, record)
        except ValueError:
            return self.by(Way.EMAIL, record)

    def try_all(self, readers: Iterable[Reader]) -> None:
        """Raises ValueError where some text message cannot be made."""
        for reader in readers:
            self.text_message(reader, name="")

    def text_message(self, reader: Reader, *, name: str) -> Words:
        """Raises ValueError where the items of the person leave no room for the rest."""
        return _named(self._text_message(reader), name)

    def email(self, reader: Reader, *, name: str) -> Words:
        return _named(self._email(reader), name)

    def _make_text_message(self, reader: Reader) -> Words:
        with translation.override(reader.language):
            numbered = [(item, text) for item, text in self._items(reader) if item.field != "what_leaked"]
            texts = [shortening.in_one_line(without_addresses(text)) for _item, text in numbered]

            def filled(texts: list[str]) -> Words:
                lines = [
                    {"number": item.number, "title": SHORT_TITLES[item.field], "field": item.field, "text": text}
                    for (item, _whole), text in zip(numbered, texts, strict=True)
                ]
                return self._render(
                    "notices/letters/leak_notice_lms.txt", reader, lines=lines, contacts=self._by_phone()
                )

            room = LMS_BYTES - NAME_BYTES - check_codes.size_in_phone_message(reader.language)
            room -= size_for_phone(filled([""] * len(texts)).text)
            words = filled(shortening.fit(texts, room=room, size=size_for_phone))
            phone_channel(words)  # refuses what no phone may be sent
            return replace(words, variables=self._places(reader, {item.field: text for item, text in numbered}))

    def _places(self, reader: Reader, said: dict[str, str]) -> dict[str, str]:
        """What fills an AlimTalk template (delivery/filling.py): the same as the text message says, none of it empty."""
        whom = ", ".join(f"{one.name} {one.value}" for one in self._by_phone())
        told = [name for name in IN_PLACES if name != "whom_to_ask"]
        texts = [shortening.in_one_line(without_addresses(said.get(name, ""))) for name in told]
        room = max(ALIMTALK_LETTERS - len(whom), 0)
        short = dict(zip(told, shortening.fit(texts, room=room, size=len), strict=True))
        return {
            "회사": str(issuer()["name"]),
            "판": str(self.notice.number),
            "이름": HERE_STANDS_THE_NAME,
            "유출된정보": self._in_a_row(reader.sure) or _("없음"),
            "유출됐을수있는정보": self._in_a_row(reader.possible) or _("없음"),
            **{place: (whom if name == "whom_to_ask" else short[name]) or "–" for name, place in IN_PLACES.items()},
        }

    def _in_a_row(self, codes: list[str]) -> str:
        return pages.in_a_row(pages.known_items(self.incident, codes))

    def _make_email(self, reader: Reader) -> Words:
        with translation.override(reader.language):
            who = issuer()["name"]
            who = who if reader.language == "en" else particles.with_particle(who, "은/는")
            lines = [
                {
                    "number": item.number,
                    "title": str(item.question) % {"who": who},
                    "field": item.field,
                    "text": markup.plain(without_addresses(text)),
                }
                for item, text in self._items(reader)
                if item.field != "what_leaked"
            ]
            contacts = [pages.contact(point) for point in self._contact_points]
            return self._render("notices/letters/leak_notice_email.txt", reader, lines=lines, contacts=contacts)

    def _items(self, reader: Reader) -> list[tuple[law.StatutoryItem, str]]:
        """Those that the notice carries, with its words."""
        return [(item, text) for item in law.ITEMS if (text := in_language(self.notice, item.field))]

    def _by_phone(self) -> list[pages.Contact]:
        told = [pages.contact(point) for point in self._contact_points if point.kind in DIALLED]
        return [one for one in told if not links.first_address(f"{one.name} {one.value} {one.when}")]

    def _render(self, template: str, reader: Reader, **lines: Any) -> Words:
        return self.render(
            template,
            reader,
            sure=self._in_a_row(reader.sure),
            possible=self._in_a_row(reader.possible),
            not_leaked=self._in_a_row(self.notice.not_leaked),
            only_possible=self.notice.kind == NoticeKind.POSSIBLE,
            corrects=self.notice.kind == NoticeKind.CORRECTION,
            **lines,
        )

    def render(self, template: str, reader: Reader, **lines: Any) -> Words:
        """In the language of the moment and the incident's zone; `lines`: what this letter says besides whom it is from, about and to."""
        said = {
            "issuer": issuer(),
            "incident": self.incident,
            "notice": self.notice,
            "name": HERE_STANDS_THE_NAME,
            "is_minor": reader.member == Member.MINOR,
            **lines,
        }
        with timezone.override(ZoneInfo(self.incident.time_zone)):
            subject, _line, body = render_to_string(template, said).partition("\n")
        # The first line below the subject names the notice and nobody.
        opening = body.strip().partition("\n")[0]
        return Words(self.occasion, translation.get_language() or "ko", subject, body, opening=opening)


def _named(words: Words, name: str) -> Words:
    masked = masks.name(name)
    if len(masked) > NAME_LETTERS:
        masked = masked[: NAME_LETTERS - 1] + shortening.MORE
    return Words(
        words.occasion,
        words.language,
        words.subject.replace(HERE_STANDS_THE_NAME, masked),
        words.text.replace(HERE_STANDS_THE_NAME, masked),
        words.opening,
        {place: said.replace(HERE_STANDS_THE_NAME, masked) for place, said in words.variables.items()},
    )


def without_addresses(text: str) -> str:
    """Our messages never carry an address to open, however well meant."""
    return links.without_addresses(text, instead=_("안내문에 적힌 주소"))

"""The notice of a leak as a letter on paper: to whoever an address is known of.

letter = letters_on_paper.LeakLetter(notice)
to, words = letter.to(one)          # an addresses.Addressed; raises postal.NotAnAddress
outbox.put(words, to=to, channel=Channel.LETTER, …)
"""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _

from breachdesk.context import issuer
from breachdesk.lib import dates, particles
from breachdesk.lib.postal import PostalAddress
from breachdesk.lib.tags import in_language
from delivery import paper
from delivery.words import Words
from notices import law, letters, pages, queries
from notices.addresses import Addressed
from notices.letters import Reader
from notices.models import Notice
from notices.states import Member, NoticeKind


class LeakLetter:
    """The letters of one notice. What people who are alike are told is made once."""

    occasion, has_code = letters.OCCASION, True

    def __init__(self, notice: Notice) -> None:
        self.notice, self.incident = notice, notice.incident
        self._contact_points = queries.contact_points(self.incident)
        self._alike = lru_cache(maxsize=2000)(self._make)

    def to(self, one: Addressed) -> tuple[PostalAddress, Words]:
        """Raises postal.NotAnAddress."""
        to = PostalAddress.parse(one.name, one.address)
        alike = self._alike(Reader(one.language, one.items, one.member))
        with translation.override(one.language):
            letter = paper.Letter(
                title=self._title(alike, to.name),
                code_for={"incident": self.incident.slug, "customer_ref": one.customer_ref} if self.has_code else {},
                **alike,
            )
        return to, letter.as_words(occasion=self.occasion, language=one.language)

    def _title(self, alike: dict, name: str) -> str:
        if self.notice.kind == NoticeKind.NOT_LEAKED and not (alike["leaked"] or alike["possible"]):
            return _("%(name)s 님의 개인정보는 유출되지 않았어요") % {"name": name}
        if alike["leaked"]:
            return _("%(name)s 님의 개인정보가 유출됐어요") % {"name": name}
        return _("%(name)s 님의 개인정보가 유출됐을 수 있어요") % {"name": name}

    def _make(self, reader: Reader) -> dict:
        with translation.override(reader.language):
            notice, incident = self.notice, self.incident
            named = [
                tuple(str(item.name) for item in pages.known_items(incident, codes))
                for codes in (reader.sure, reader.possible)
            ]
            # The notice's own opening speaks of the page that it stands on.
            what = in_language(notice, "title").rstrip(". ")
            greeting = _("%(what)s. 지켜 드리지 못해 죄송해요. 법이 알리라고 한 것을 아래에 모두 적었어요.") % {
                "what": what
            }
            if reader.member == Member.MINOR:
                greeting += "\n\n" + _("이 편지는 보호자와 함께 읽어 주세요.")
            return {
                "about": in_language(notice, "title"),
                "greeting": greeting,
                "facts": self._facts(reader),
                "leaked": named[0],
                "possible": named[1],
                "not_leaked": pages.in_a_row(pages.known_items(incident, notice.not_leaked)),
                "items": self._items(reader),
                "contacts": self._contacts(),
                "foot": in_language(notice, "next_word"),
            }

    def _items(self, reader: Reader, *, only: Collection[str] = ()) -> tuple[paper.Item, ...]:
        """Item 1 is this person's own: what leaked of everybody is on the page."""
        who = issuer()["name"]
        who = who if reader.language == "en" else particles.with_particle(who, "은/는")
        return tuple(
            paper.Item(
                item.number,
                str(item.question) % {"who": who},
                str(item.law),
                "" if item.field == "what_leaked" else in_language(self.notice, item.field),
            )
            for item in law.ITEMS
            if in_language(self.notice, item.field) and (not only or item.field in only)
        )

    def _contacts(self) -> tuple[tuple[str, str, str], ...]:
        return tuple((each.name, each.value, each.when) for each in map(pages.contact, self._contact_points))

    def _facts(self, reader: Reader) -> tuple[tuple[str, str], ...]:
        language, notice = reader.language, self.notice
        local = notice.published_at and notice.published_at.astimezone(ZoneInfo(self.incident.time_zone))
        when = f" ({dates.long_day(local, language)} {dates.clock(local)})" if local else ""
        # A version that clears some still tells the others, by what the law asks for them.
        kind = notice.kind
        if kind == NoticeKind.NOT_LEAKED and (reader.sure or reader.possible):
            kind = NoticeKind.CONFIRMED if reader.sure else NoticeKind.POSSIBLE
        return (
            (_("안내문"), _("%(number)d판") % {"number": notice.number} + when),
            (_("근거"), str(law.duty(kind, notice.cleared).law)),
        )

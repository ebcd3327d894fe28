"""What this room says to those whom an all-clear is for: that nothing of theirs leaked after all, what changed, whom to ask."""

from __future__ import annotations

from dataclasses import replace

from django.utils import translation
from django.utils.translation import gettext as _

from breachdesk.context import issuer
from breachdesk.lib import markup
from breachdesk.lib.tags import in_language
from delivery import check_codes
from delivery.words import LMS_BYTES, Words, phone_channel, size_for_phone
from notices import letters, letters_on_paper, pages, shortening
from notices.letters import HERE_STANDS_THE_NAME, NAME_BYTES, Reader, without_addresses
from notices.states import Member

OCCASION = "all_clear"
# What an AlimTalk may say of what changed.
CHANGED_LETTERS = 400


class AllClear(letters.LeakNotice):
    """The letters of one all-clear, to those whom it clears. Which items the list once named for them is said no more."""

    occasion = OCCASION

    def _make_text_message(self, reader: Reader) -> Words:
        with translation.override(reader.language):
            changed = shortening.in_one_line(self._what_changed())

            def filled(changed: str) -> Words:
                return self.render(
                    "notices/letters/all_clear_lms.txt", reader, changed=changed, contacts=self._by_phone()
                )

            room = LMS_BYTES - NAME_BYTES - check_codes.size_in_phone_message(reader.language)
            room -= size_for_phone(filled("").text)
            [short] = shortening.fit([changed], room=room, size=size_for_phone)
            words = filled(short)
            phone_channel(words)  # refuses what no phone may be sent
            [in_place] = shortening.fit([changed], room=CHANGED_LETTERS, size=len)
            places = {
                "회사": str(issuer()["name"]),
                "판": str(self.notice.number),
                "이름": HERE_STANDS_THE_NAME,
                "달라진것": in_place or "–",
                "신고와상담": ", ".join(f"{one.name} {one.value}" for one in self._by_phone()) or "–",
            }
            return replace(words, variables=places)

    def _make_email(self, reader: Reader) -> Words:
        with translation.override(reader.language):
            contacts = [pages.contact(point) for point in self._contact_points]
            changed = markup.plain(self._what_changed())
            return self.render("notices/letters/all_clear_email.txt", reader, changed=changed, contacts=contacts)

    def _what_changed(self) -> str:
        """A first version has nothing before it, so there its opening."""
        said = in_language(self.notice, "changes") or in_language(self.notice, "lede")
        return without_addresses(said)


class AllClearLetter(letters_on_paper.LeakLetter):
    """The same on paper. It has no code: there is nothing of theirs to look up."""

    occasion, has_code = OCCASION, False

    def _title(self, alike: dict, name: str) -> str:
        return _("%(name)s 님의 개인정보는 유출되지 않았어요") % {"name": name}

    def _make(self, reader: Reader) -> dict:
        with translation.override(reader.language):
            greeting = [
                _("앞서 개인정보가 유출됐거나 유출됐을 수 있다고 알려 드린 일을 끝까지 확인해 보니 그렇지 않았어요. 걱정을 끼쳐 죄송해요."),
                in_language(self.notice, "changes") or in_language(self.notice, "lede"),
            ]  # fmt: skip
            if reader.member == Member.MINOR:
                greeting.append(_("이 편지는 보호자와 함께 읽어 주세요."))
            return {
                "about": _("개인정보 유출 아님 안내"),
                "greeting": "\n\n".join(greeting),
                "facts": self._facts(Reader(reader.language, "", reader.member)),
                "leaked": (),
                "possible": (),
                "not_leaked": "",
                "items": self._items(reader, only={"whom_to_ask"}),
                "contacts": self._contacts(),
                "foot": "",
            }

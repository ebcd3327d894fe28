"""Words as people type them, without what nobody can see. Pure."""

from __future__ import annotations

import re
import unicodedata

SPACES = re.compile(r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u3164]+")
# Control characters and marks nobody sees or types on purpose: NUL, escapes, text-direction overrides, tag characters.
# The joiner of emoji (U+200D) stays.
UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffc"
    r"\ud800-\udfff\U000e0000-\U000e007f]"
)


def line(text: str) -> str:
    """One line of words: composed (NFC), unseen characters gone, spaces folded."""
    shown = UNSEEN.sub("", unicodedata.normalize("NFC", text.replace("\r", "\n")))
    return SPACES.sub(" ", shown.replace("\n", " ")).strip()


def paragraphs(text: str) -> str:
    """Words over several lines: as `line`, keeping line ends and at most one empty line between."""
    lines = [line(each) for each in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()

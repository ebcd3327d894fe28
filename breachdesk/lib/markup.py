"""The light markup of notices: blank lines part paragraphs, `- ` and `1. ` make lists, `**` makes bold. Nothing else.

Dates, times, sums and phone numbers are kept on one line. Texts are escaped before anything is read from them, so that no notice can carry HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

BOLD = re.compile(r"\*\*(.+?)\*\*")
NEVER_BROKEN = re.compile(
    r"(?:\d{4}년 )?\d{1,2}월 \d{1,2}일(?: \d{1,2}:\d\d)?"
    r"|\b\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December)(?: \d{4})?"
    r"|(?<![\d-])\d{2,4}(?:-\d{3,4}){1,2}(?![\d-])"
    r"|[\d,]+(?:만|억)? ?원"
)


def html(text: str) -> SafeString:
    blocks = [block for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()) if block.strip()]
    return mark_safe("\n".join(_block([line.strip() for line in block.split("\n")]) for block in blocks))


def plain(text: str) -> str:
    """The same words without marks, for a text message."""
    return BOLD.sub(r"\1", text.replace("\r\n", "\n").strip())


def _block(lines: list[str]) -> str:
    if all(line.startswith("- ") for line in lines):
        return f'<ul class="points">{_items(line[2:] for line in lines)}</ul>'
    if all(re.match(r"\d+\. ", line) for line in lines):
        return f'<ol class="steps-plain">{_items(line.split(". ", 1)[1] for line in lines)}</ol>'
    return f"<p>{_words(' '.join(lines))}</p>"


def _items(lines: Iterable[str]) -> str:
    return "".join(f"<li>{_words(line)}</li>" for line in lines)


def _words(line: str) -> str:
    unbroken = NEVER_BROKEN.sub(r'<span class="nowrap">\g<0></span>', str(escape(line)))
    return BOLD.sub(r"<strong>\1</strong>", unbroken)

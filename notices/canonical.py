"""The words by which a page is known to say what was published: the text of the elements that carry `data-words`. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from html.parser import HTMLParser

from breachdesk.lib import markup
from notices import law
from notices.models import Notice

MARK = "data-words"
EMPTY = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
# Between two of these stands no letter, but a reader sees a gap.
BLOCKS = frozenset({"p", "li", "ul", "ol", "div", "br", "dl", "dt", "dd", "section", "table", "tr", "td", "h2", "h3"})


def of_notice(notice: Notice, language: str) -> dict[str, str]:
    """As the row has them: the title, the lede and every statutory item that is written."""
    fields = ["title", "lede", *(item.field for item in law.ITEMS)]
    texts = {field: _in(notice, field, language) for field in fields}
    return {field: text if field == "title" else text_of(markup.html(text)) for field, text in texts.items() if text}


def _in(notice: Notice, field: str, language: str) -> str:
    korean: str = getattr(notice, f"{field}_ko")
    return (getattr(notice, f"{field}_en") or korean) if language == "en" else korean


def of_page(html: str) -> dict[str, str]:
    """What a page says in its marked elements. One that stands there twice says both, which nothing published does."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return {name: " ".join("".join(parts).split()) for name, parts in reader.found.items()}


def text_of(html: str) -> str:
    return of_page(f"<div {MARK}=it>{html}</div>")["it"]


def sha256(words: Mapping[str, str]) -> str:
    whole = json.dumps(words, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(whole.encode()).hexdigest()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, list[str]] = {}
        self.open: list[tuple[str, int]] = []  # marked elements we are in, each with the depth at which it began
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in BLOCKS:
            self.handle_data(" ")
        if tag in EMPTY:
            return
        self.depth += 1
        if name := dict(attrs).get(MARK):
            self.open.append((name, self.depth))
            self.found.setdefault(name, []).append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in EMPTY:
            return
        if tag in BLOCKS:
            self.handle_data(" ")
        while self.open and self.open[-1][1] >= self.depth:
            self.open.pop()
        self.depth -= 1

    def handle_data(self, data: str) -> None:
        for name, _depth in self.open:
            self.found[name].append(data)

"""The notice in easy-read Korean (쉬운 글): what its page shows, in the order in which it is read aloud."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from breachdesk.lib import particles
from notices import law, pages, queries
from notices.models import Notice

LIST = re.compile(r"- |\d+\. ")
SENTENCE_END = re.compile(r"(?<=[.?])\s+|\n")


def is_there(notice: Notice) -> bool:
    return bool(notice.title_easy and notice.lede_easy)


def page(notice: Notice, *, issuer: str, at: dt.datetime) -> dict[str, Any]:
    who = particles.with_particle(issuer, "은/는")
    published = list(queries.published_notices(notice.incident))
    newest = published[0] if published else notice
    return {
        "incident": notice.incident,
        "notice": notice,
        "newest": newest,
        "is_newest": notice.number >= newest.number,
        "newest_is_easy": is_there(newest),
        "tag": pages.tag(notice.kind, notice.cleared, pages.told_before(notice, published)),
        "lede": a_sentence_a_line(notice.lede_easy),
        "changes": a_sentence_a_line(notice.changes_easy),
        "items": [
            {"number": item.number, "question": str(item.question) % {"who": who}, "text": a_sentence_a_line(text)}
            for item in law.ITEMS
            if (text := getattr(notice, f"{item.field}_easy"))
        ],
        "contacts": [pages.contact(point, at=at) for point in queries.contact_points(notice.incident)],
    }


def a_sentence_a_line(text: str) -> str:
    """Each sentence a paragraph of its own; lists stay lists."""
    blocks = [block for block in re.split(r"\n\s*\n", text.strip()) if block]
    return "\n\n".join(
        block if all(LIST.match(line) for line in block.split("\n")) else "\n\n".join(_sentences(block))
        for block in blocks
    )


def _sentences(block: str) -> list[str]:
    return [sentence.strip() for sentence in SENTENCE_END.split(block) if sentence.strip()]

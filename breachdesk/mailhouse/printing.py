"""One letter as a PDF: A4 for a window envelope, in the language of its reader, with the code that only this paper says."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import timezone, translation

from breachdesk.context import issuer
from breachdesk.lib import masks, paper
from breachdesk.lib.postal import PostalAddress
from breachdesk.mailhouse import rules
from breachdesk.mailhouse.models import Batch
from delivery import paper as words_on_paper
from delivery.words import Words

# In the place of a code where a letter is only looked at.
NO_CODE = "XXXX-XXXX-XXXX"


def html(words: Words, to: PostalAddress, *, batch: Batch, number: str, code: str) -> str:
    letter = words_on_paper.read(words)
    zone = ZoneInfo(batch.incident.time_zone)
    with translation.override(words.language), timezone.override(zone):
        return render_to_string(
            "mailhouse/paper/letter.html",
            {
                "letter": letter,
                "language": words.language,
                "to": to,
                "long": rules.is_long(name=to.name, address=to.street),
                "number": number,
                "code": code,
                "until": batch.mailing.expires_at,
                "day": batch.gathered_at,
                "issuer": issuer(),
                "large": batch.large_print,
            },
        )


def printed(words: Words, to: PostalAddress, *, batch: Batch, number: str, code: str) -> tuple[bytes, int]:
    """The PDF and its pages. Raises paper.Unavailable."""
    return paper.pdf_and_pages(html(words, to, batch=batch, number=number, code=code))


def example(words: Words, to: PostalAddress, *, batch: Batch) -> bytes:
    """As it will look, with name and address masked and no code. Raises paper.Unavailable."""
    letter = words_on_paper.read(words)
    shown = masks.name(to.name)
    text = words.text.replace(to.name, shown)
    hidden = PostalAddress(shown, f"{to.street.split()[0]} ••••••••")
    code = NO_CODE if letter.code_for else ""
    masked = Words(words.occasion, words.language, words.subject, text)
    return printed(masked, hidden, batch=batch, number="0-00000", code=code)[0]

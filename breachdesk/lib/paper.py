"""PDF pages from HTML of our own: notices, certificates, letters, reports.

WeasyPrint is imported inside the functions: its import ends where Pango, which has no wheel, is not installed.
"""

from __future__ import annotations

import functools
import gc
import re
import shutil
import subprocess

# Families that hold Hangul; the names of LOOK.md first, then what Debian's fonts-noto-cjk is called.
FAMILIES = '"Pretendard", "Apple SD Gothic Neo", "Noto Sans KR", "Noto Sans CJK KR", "Malgun Gothic", sans-serif'

# WeasyPrint knows no `word-break: keep-all`: it would break a Korean word anywhere. U+2060 between its characters forbids it.
_MARKUP = re.compile(r"(<(?:style|title)\b.*?</(?:style|title)\s*>|<[^>]*>|&#?\w+;)", re.DOTALL | re.IGNORECASE)
_WITHIN_A_WORD = re.compile(r"(?<=[\uac00-\ud7a3\d])(?=[\uac00-\ud7a3\d])")


class Unavailable(Exception):
    """This machine cannot make a PDF: the words say what is missing. A page offers printing instead, and answers 503."""


def pdf(html: str) -> bytes:
    """A PDF of one whole HTML document of ours, tagged for screen readers (PDF/UA-1), with the fonts inside.

    Nothing is fetched: style stands in the document, pictures as `data:` addresses. The language comes from `<html lang>`,
    the document's title from `<title>`. Raises Unavailable.
    """
    return pdf_and_pages(html)[0]


def pdf_and_pages(html: str) -> tuple[bytes, int]:
    """The same, and on how many pages it stands. Raises Unavailable."""
    if problem := missing():
        raise Unavailable(problem)
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    document = HTML(string=keep_words_whole(html), url_fetcher=URLFetcher(allowed_protocols={"data"})).render(
        pdf_variant="pdf/ua-1"
    )
    made: bytes = document.write_pdf(pdf_variant="pdf/ua-1")
    pages = len(document.pages)
    # A document's parts hold one another, and with them whole fonts of twenty megabytes: a worker that printed three hundred
    # letters had grown to 1.2 GB before Python looked for such circles by itself.
    del document
    gc.collect()
    return made, pages


@functools.cache
def missing() -> str:
    """What keeps this machine from making PDFs with Korean in them; empty: nothing."""
    try:
        import weasyprint  # noqa: F401
    except OSError:
        return "Pango is not installed (Debian: libpango-1.0-0 and libpangoft2-1.0-0), so no PDF can be made"
    lister = shutil.which("fc-list")
    found = lister and subprocess.run([lister, ":lang=ko", "family"], capture_output=True, text=True).stdout.strip()
    return "" if found else "no font with Korean is installed (Debian: fonts-noto-cjk), so no PDF can be made"


def keep_words_whole(html: str) -> str:
    """The same document in which no line ends inside a Korean word or a number."""
    return "".join(
        part if index % 2 else _WITHIN_A_WORD.sub("\u2060", part) for index, part in enumerate(_MARKUP.split(html))
    )

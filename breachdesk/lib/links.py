"""Finds addresses in text, the way a telephone does when it makes them tappable.

A criminal's copy of our message differs from ours by its link, so a message to a phone carries none: no URL, no bare
domain, no e-mail address, no IP address. Strict on purpose: what only looks like a domain ("Card.We") is one for a phone.
"""

from __future__ import annotations

import re
import unicodedata

# Marks that are not seen but keep a pattern from matching; telephones skip them.
UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\u3164]")
# The dots that domain names know (RFC 3490): after NFKC the full-width one is ordinary already.
DOTS = re.compile(r"[\u3002\uff61]")

ADDRESS = re.compile(
    r"""
      [a-z][a-z0-9+.-]*://\S*                                    # with a scheme, whatever follows
    | \b(?:www|m)\.[^\s.]\S*
    | [\w.+-]+@[\w-]+                                            # an e-mail address
    | (?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])                 # an IP address; the year of a date has four digits
    | [\w-]+\.(?:xn--[a-z0-9-]+|[a-z]{2,}|한국|닷컴|닷넷|삼성)(?![a-z0-9-])
    | [\w-]+\.[\u0370-\u10ff\u3040-\u30ff\u3400-\u9fff]{2,}              # endings of other scripts: рф, 中国, コム
    """,
    re.VERBOSE | re.IGNORECASE,
)
# What every address has somewhere: where a text has none of it, the long look can be spared.
HINT = re.compile(r"://|@[\w-]|\.[^\s.]")
# Of what an address may be made, so that it goes as a whole.
RUN = re.compile(r"[a-z0-9_@.:/?&=%#+~-]+", re.IGNORECASE)


def first_address(text: str) -> str:
    """The first address in the text, or nothing."""
    read = _as_a_telephone_reads(text)
    found = ADDRESS.search(read) if HINT.search(read) else None
    return found.group() if found else ""


def without_addresses(text: str, *, instead: str) -> str:
    """The text with words in the place of each address; one that holds none is given back as it is."""
    if not first_address(text):
        return text
    plain = RUN.sub(lambda run: instead if ADDRESS.search(run[0]) else run[0], _as_a_telephone_reads(text))
    while ADDRESS.search(plain):
        plain = ADDRESS.sub(instead, plain)
    return plain


def unlinked(text: str) -> str:
    """The text with its addresses still to be read and no longer to be opened: https[://]bit[.]ly/x."""
    plain = _as_a_telephone_reads(text)
    while ADDRESS.search(plain):
        plain = ADDRESS.sub(lambda found: _broken(found[0]), plain)
    return plain


def _broken(address: str) -> str:
    return re.sub(r"://|[.@]", r"[\g<0>]", address)


def _as_a_telephone_reads(text: str) -> str:
    return DOTS.sub(".", unicodedata.normalize("NFKC", UNSEEN.sub("", text)))

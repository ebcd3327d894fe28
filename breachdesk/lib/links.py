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
    """,
    re.VERBOSE | re.IGNORECASE,
)


def first_address(text: str) -> str:
    """The first address in the text, or nothing."""
    plain = DOTS.sub(".", unicodedata.normalize("NFKC", UNSEEN.sub("", text)))
    found = ADDRESS.search(plain)
    return found.group() if found else ""

"""What this room says to people."""

from __future__ import annotations

import datetime as dt

from django.template.loader import render_to_string
from django.utils import translation

from breachdesk.context import issuer
from delivery.words import Words


def one_time_code(code: str, *, expires_at: dt.datetime, language: str) -> Words:
    with translation.override(language):
        text = render_to_string(
            "lookup/letters/one_time_code.txt", {"issuer": issuer(), "code": code, "expires_at": expires_at}
        )
    subject, _, body = text.partition("\n")
    return Words(occasion="one_time_code", language=language, subject=subject, text=body)

"""What every page knows: whose site this is, who answers the phone now, and how the reader wants it shown."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from breachdesk import brand, display
from notices import hours, open_now


def issuer() -> dict[str, str]:
    language = "en" if (get_language() or "ko").startswith("en") else "ko"
    host = urlsplit(settings.PUBLIC_URL)
    return {
        "name": settings.ISSUER["name"][language],
        "service": _("개인정보 유출 안내"),
        "phone": settings.ISSUER["phone"],
        "address": settings.ISSUER["address"][language],
        "privacy_officer": settings.ISSUER["privacy_officer"][language],
        "host": host.netloc,
        "brand_css": brand.address(),
    }


def _elsewhere(path: str, language: str) -> str:
    """The same page's address in that language; empty where it has none of its own."""
    found = translate_url(path, language)
    return found if found != path else ""


def site(request: HttpRequest) -> dict[str, Any]:
    other = "ko" if (get_language() or "ko").startswith("en") else "en"
    return {
        "issuer": issuer(),
        "other_language": other,
        "other_language_url": _elsewhere(request.path, other),
        # Where this page is, whatever host the visitor's browser names.
        "here": settings.PUBLIC_URL + request.path,
        "demo": settings.DEMO,
        # Asked for by the strip only: a page in words for a database that is away must not wait for it.
        "help_line": SimpleLazyObject(lambda: hours.help_line(timezone.now())),
        "display": display.chosen(request),
    }


def shared(path: str, *, at: dt.datetime) -> dict[str, Any]:
    """The same for a page that is one file for everybody: nothing of the visitor, and who answers is worked out by the browser.

    `path`: its address, in the language that is active. For a template that is rendered without a request.
    """
    other = "ko" if (get_language() or "ko").startswith("en") else "en"
    return {
        "issuer": issuer(),
        "other_language": other,
        "other_language_url": _elsewhere(path, other),
        "here": settings.PUBLIC_URL + path,
        "demo": settings.DEMO,
        "shared_line": open_now.help_line(at),
        "display": {"shared": True},
    }

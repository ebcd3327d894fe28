"""Signed cookies of this room. A tampered or stale one is the same as none."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

# A browser keeps a __Host- cookie only if it is Secure and of this host alone; the demo speaks plain HTTP.
PREFIX = "__Host-" if settings.SESSION_COOKIE_SECURE else ""


def attributes(lives: dt.timedelta) -> dict[str, Any]:
    return {
        "max_age": int(lives.total_seconds()),
        "secure": settings.SESSION_COOKIE_SECURE,
        "httponly": True,
        "samesite": "Lax",
    }


def put(response: HttpResponse, name: str, value: str, *, lives: dt.timedelta) -> None:
    response.set_cookie(name, signing.dumps(value, salt=f"lookup.{name}"), **attributes(lives))


def read(request: HttpRequest, name: str, *, lives: dt.timedelta) -> str:
    """Empty where there is none."""
    try:
        return signing.loads(request.COOKIES.get(name, ""), salt=f"lookup.{name}", max_age=lives)
    except signing.BadSignature:
        return ""


def drop(response: HttpResponse, *names: str) -> None:
    for name in names:
        response.delete_cookie(name, samesite="Lax")

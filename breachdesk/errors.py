"""Pages for what went wrong, in words, that need neither database nor session.

Django's own handlers check the form's token first, and with that read the form: one that cannot be read would be a 500.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

TRY_AGAIN_AFTER = timedelta(seconds=60)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def wrong_methods_in_words(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """A page asked for in a way it does not answer to: Django would send an empty one."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == 405 and not response.content:
            worded = render(request, "400.html", status=405)
            worded["Allow"] = response["Allow"]
            return worded
        return response

    return middleware


def server_error(request: HttpRequest) -> HttpResponse:
    """PostgreSQL away for a moment is 503 with Retry-After wherever it was noticed; anything else is our mistake, a 500."""
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError)):
        again_at = timezone.now() + TRY_AGAIN_AFTER
        response = render(request, "503.html", {"without_database": True, "again_at": again_at}, status=503)
        response["Retry-After"] = str(int(TRY_AGAIN_AFTER.total_seconds()))
    else:
        response = render(request, "500.html", {"without_database": True}, status=500)
    response["Cache-Control"] = "no-store"
    return response

"""Pages for what went wrong, in words, that need neither database nor session."""

from __future__ import annotations

import sys
from datetime import timedelta

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

TRY_AGAIN_AFTER = timedelta(seconds=60)


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

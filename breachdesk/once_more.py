"""A form that a page of ours sent with a token that counts no longer: shown once more, with all that was typed.

The token changes with every new proof and every signing in, so a window that was open before sends the old one.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.shortcuts import render

from lookup import session

# Never written into a page. Without them the rest of such a form is worth nothing.
SECRETS = {"password", "password1", "password2", "oldpassword", "code", "credential"}


def refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW. Only what the browser says came from here comes back with a token that counts."""
    page = render(request, "403_csrf.html", {"typed": _typed(request), "place": request.get_full_path()}, status=403)
    page["Cache-Control"] = "no-store"
    return page


def _typed(request: HttpRequest) -> list[tuple[str, str]] | None:
    """Every field of the form; None where it must not or cannot come back."""
    if request.method != "POST" or not session.comes_from_us(request):
        return None
    try:
        form, files = request.POST, request.FILES
    except UnreadablePostError:
        return None
    if files or SECRETS & form.keys():  # a page cannot hand a file back
        return None
    return [(name, value) for name, values in form.lists() if name != "csrfmiddlewaretoken" for value in values]

"""How the reader wants pages shown: dark or light, ordinary or large text. Two cookies, no script, no session."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

KEPT_FOR = timedelta(days=365)
CHOICES = {"theme": {"dark", "light"}, "large": {"1", "0"}}


def chosen(request: HttpRequest) -> dict[str, str | bool]:
    """What templates read; nothing chosen means the device's own setting."""
    theme = request.COOKIES.get("theme", "")
    return {"theme": theme if theme in CHOICES["theme"] else "", "large": request.COOKIES.get("large") == "1"}


# Without a CSRF token, because a token in every footer would forbid caching the public pages; all that a foreign page
# could do here is to make this one darker.
@csrf_exempt
@require_POST
def display(request: HttpRequest) -> HttpResponse:
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None) or not back.startswith("/"):
        back = "/"
    response = HttpResponseRedirect(back)
    response.status_code = 303
    for name, allowed in CHOICES.items():
        if (value := request.POST.get(name)) in allowed:
            response.set_cookie(
                name, value, max_age=KEPT_FOR, samesite="Lax", httponly=True, secure=settings.SESSION_COOKIE_SECURE
            )
    return response

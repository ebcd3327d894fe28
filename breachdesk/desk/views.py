"""Pages of the desk's own beside allauth's: the one-time link, and going on after the second factor was asked again."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.models import Authenticator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from breachdesk.desk import actions, queries, session
from breachdesk.desk.forms import FirstPasswordForm


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def first_password(request: HttpRequest, whom: str, token: str) -> HttpResponse:
    """The one-time link that a new member of staff, or one who forgot the password, gets by e-mail."""
    user = queries.owner_of_link(whom, token)
    if user is None:
        return render(request, "desk/link_over.html", status=410)
    form = FirstPasswordForm(user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.set_password(user=user, password=form.cleaned_data["new_password1"], at=session.now(request))
        return redirect("account_login")
    return render(request, "desk/first_password.html", {"form": form, "staff": user})


def not_the_last(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Whoever removed the last second factor would be let in by the password alone, to set up a new one."""

    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        own = Authenticator.objects.filter(user_id=request.user.pk).exclude(type=Authenticator.Type.RECOVERY_CODES)
        if own.count() < 2:
            return render(request, "desk/keep_the_last.html", status=409)
        return view(request, *args, **kwargs)

    return kept


@require_GET
def go_on(request: HttpRequest) -> HttpResponse:
    """What was posted before the second factor was asked for, to be sent by one more press."""
    held = session.take_held(request) if session.is_fresh(request, at=session.now(request)) else None
    if held is None:
        return redirect("admin:index")
    path, form = held
    return render(request, "desk/go_on.html", {"path": path, "form": list(form.lists())})

"""What staff are told by e-mail."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import get_language

from breachdesk import context
from breachdesk.accounts.models import User
from delivery.words import Words


def one_time_link(user: User) -> Words:
    whom = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("desk_first_password", args=[whom, default_token_generator.make_token(user)])
    return _render("one_time_link", user=user, link=settings.PUBLIC_URL + path)


def second_factor_removed(user: User) -> Words:
    return _render("second_factor_removed", user=user)


def role_given(user: User, role_name: str) -> Words:
    return _render("role_given", user=user, role=role_name)


def rights_given(user: User, rights: str, *, by: str) -> Words:
    """To those who watch: somebody can do more than before."""
    return _render("rights_given", user=user, rights=rights, by=by)


def _render(occasion: str, **values: object) -> Words:
    text = render_to_string(f"desk/letters/{occasion}.txt", {"issuer": context.issuer(), **values})
    subject, _break, body = text.strip().partition("\n")  # which is the same for all of them
    return Words(occasion, (get_language() or "ko")[:2], subject, body, opening=subject)

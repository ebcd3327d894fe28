"""What those who answer for a posted notice are told by e-mail."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import get_language

from breachdesk.accounts.models import User
from breachdesk.context import issuer
from delivery.words import Words
from notices.models import PostingLook


def trouble(user: User, look: PostingLook) -> Words:
    """Somebody who opens the notice does not read what was published."""
    occasion = "posting_trouble"
    desk = settings.PUBLIC_URL + reverse("admin:notices_posting_change", args=[look.posting_id])
    values = {"issuer": issuer(), "user": user, "look": look, "address": settings.PUBLIC_URL + look.path, "desk": desk}
    text = render_to_string(f"notices/letters/{occasion}.txt", values)
    subject, _break, body = text.strip().partition("\n")
    return Words(occasion, (get_language() or "ko")[:2], subject, body, opening=subject)

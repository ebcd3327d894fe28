"""E-mail through any of Django's mail backends (MAIL_BACKEND names its class): django-anymail for a provider's API, or another.

Which of its own settings it needs, it says itself. Nothing of it is imported but by that name, so that it need not be installed. What a
backend raises is read by its HTTP status, where it has one, as anymail's errors do; anything else leaves it open whether the mail left.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from delivery.channels import Accepted, Answer, NotSent, OutcomeUnknown, answering, asking
from delivery.channels.mail import compose
from delivery.routes import Route
from delivery.taking import Outgoing
from delivery.words import Words


def send(message: Outgoing, words: Words, *, route: Route) -> Accepted:
    [answer] = send_many([(message, words)], route=route)
    if isinstance(answer, Accepted):
        return answer
    raise answer


def send_many(pairs: Sequence[tuple[Outgoing, Words]], *, route: Route) -> list[Answer]:
    """Over one connection, each by itself."""
    try:
        backend = get_connection(settings.MAIL_BACKEND, fail_silently=False)
        backend.open()
    except Exception as error:
        raise NotSent(permanent=False, code=type(error).__name__, trouble=True) from None
    try:
        return answering.each(pairs, lambda message, words: hand_over(backend, compose(message, words)))
    finally:
        backend.close()


def hand_over(backend: Any, mail: EmailMultiAlternatives) -> Answer:
    try:
        taken = backend.send_messages([mail])
    except Exception as error:
        status = getattr(error, "status_code", None)
        if type(error).__name__ == "AnymailRecipientsRefused":
            return NotSent(permanent=True, code="recipients-refused")
        if not isinstance(status, int):
            # A connection that broke is the provider's; anything else may be the words' or the settings'.
            return OutcomeUnknown(code=type(error).__name__, trouble=isinstance(error, OSError))
        response: Any = getattr(error, "response", None)
        return asking.refusal(status, retry_after=None if response is None else asking.retry_after(response))
    if not taken:
        return OutcomeUnknown(code="no-result")
    told = getattr(getattr(mail, "anymail_status", None), "message_id", None)
    return Accepted(str(told or mail.extra_headers["Message-ID"])[:200])

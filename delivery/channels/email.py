"""E-mail over SMTP: the words as plain text and as one plain page of HTML.

SMTP knows no idempotency key. The Message-ID is made from the message's id, so a mail sent twice after an unknown outcome is
one mail for every mailbox that looks at it.
"""

from __future__ import annotations

import contextlib
import smtplib
import time
from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.template.loader import render_to_string
from django.utils import translation

from delivery.channels import Accepted, Answer, NotSent, OutcomeUnknown
from delivery.models import Message
from delivery.routes import Route
from delivery.words import Words


def send(message: Message, words: Words, *, route: Route) -> Accepted:
    [answer] = send_many([(message, words)], route=route)
    if isinstance(answer, Accepted):
        return answer
    raise answer


def send_many(pairs: Sequence[tuple[Message, Words]], *, route: Route) -> list[Answer]:
    """All over one connection. Once it breaks, or a third of the lease is gone, the rest is left for another time."""
    server, answers = Server.from_url(route.url), list[Answer]()
    until = time.monotonic() + settings.DELIVERY_LEASE.total_seconds() / 3
    try:
        for message, words in pairs:
            try:
                answers.append(hand_over(server, compose(message, words)))
            except (NotSent, OutcomeUnknown) as answer:
                answers.append(answer)
            if server.connection is None or time.monotonic() > until:
                break
    finally:
        server.hang_up()
    return answers + [NotSent(permanent=False, code="not-asked")] * (len(pairs) - len(answers))


def hand_over(server: Server, mail: EmailMultiAlternatives) -> Accepted:
    try:
        server.open()
        server.begin()
        server.send_messages([mail])
    except smtplib.SMTPRecipientsRefused as error:
        (code, _answer), *_rest = error.recipients.values()
        raise NotSent(permanent=code >= 500, code=f"smtp-{code}") from None
    except smtplib.SMTPDataError as error:
        raise NotSent(permanent=error.smtp_code >= 500, code=f"smtp-{error.smtp_code}") from None
    except smtplib.SMTPResponseException as error:
        # Our greeting, our password or our sender was refused: that is no fault of this mail's.
        server.hang_up()
        raise NotSent(permanent=False, code=f"smtp-{error.smtp_code}") from None
    except (smtplib.SMTPException, OSError) as error:
        gave_the_body = server.gave_the_body
        server.hang_up()
        if gave_the_body:
            raise OutcomeUnknown(code=type(error).__name__) from None
        raise NotSent(permanent=False, code=type(error).__name__) from None
    return Accepted(str(mail.extra_headers["Message-ID"]))


def compose(message: Message, words: Words) -> EmailMultiAlternatives:
    domain = parseaddr(settings.EMAIL_FROM)[1].rpartition("@")[2]
    mail = EmailMultiAlternatives(
        subject=words.subject,
        body=words.text,
        from_email=settings.EMAIL_FROM,
        to=[message.recipient.value],
        headers={
            "Message-ID": f"<{message.id}@{domain}>",
            "X-Breachdesk-Id": str(message.id),
            "Auto-Submitted": "auto-generated",
            "Content-Language": words.language,
        },
    )
    mail.attach_alternative(page(words), "text/html")
    return mail


def page(words: Words) -> str:
    with translation.override(words.language):
        issuer = {
            "name": settings.ISSUER["name"][words.language],
            "phone": settings.ISSUER["phone"],
            "brand": settings.ISSUER["brand"],
            "address": settings.ISSUER["address"][words.language],
        }
        return render_to_string("delivery/email.html", {"words": words, "issuer": issuer})


class Conversation(smtplib.SMTP):
    """Remembers whether the mail itself was handed over: from then on a silence may mean yes."""

    gave_the_body = False

    def data(self, msg: Any) -> tuple[int, bytes]:
        self.gave_the_body = True
        return super().data(msg)


class SecureConversation(Conversation, smtplib.SMTP_SSL):
    pass


class Server(EmailBackend):
    """Django's SMTP, reached by one address: smtp://, smtps:// (TLS at once) or smtp+starttls://, with user:password@."""

    talk: Conversation | None = None

    @classmethod
    def from_url(cls, url: str) -> Server:
        parts = urlsplit(url)
        secure = parts.scheme == "smtps"
        return cls(
            host=parts.hostname,
            port=parts.port or {"smtps": 465, "smtp+starttls": 587}.get(parts.scheme, 25),
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            use_ssl=secure,
            use_tls=parts.scheme == "smtp+starttls",
            timeout=settings.DELIVERY_TIMEOUT.total_seconds(),
        )

    @property
    def connection_class(self) -> type[Conversation]:
        return SecureConversation if self.use_ssl else Conversation

    def open(self) -> bool | None:
        opened = super().open()
        assert isinstance(self.connection, Conversation)
        self.talk = self.connection
        return opened

    def begin(self) -> None:
        """The next mail: nothing of it was handed over yet."""
        if self.talk is not None:
            self.talk.gave_the_body = False

    @property
    def gave_the_body(self) -> bool:
        return self.talk is not None and self.talk.gave_the_body

    def hang_up(self) -> None:
        """After the answer nothing can go wrong that concerns the message."""
        with contextlib.suppress(smtplib.SMTPException, OSError):
            self.close()

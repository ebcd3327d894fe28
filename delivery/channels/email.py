"""E-mail over SMTP: many mails in one conversation, each with its own answer.

SMTP knows no idempotency key. The Message-ID is made from the message's id, so a mail sent twice after an unknown outcome is
one mail for every mailbox that looks at it.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import time
from collections.abc import Sequence
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend

from delivery import routes
from delivery.channels import Accepted, Answer, NotSent, OutcomeUnknown, mail
from delivery.models import Message
from delivery.routes import Route
from delivery.words import Words

LINE_END = b"\r\n"
# SMTP doubles it, because a line of one dot ends a mail.
FIRST_DOT = re.compile(rb"^\.", re.MULTILINE)


def send(message: Message, words: Words, *, route: Route) -> Accepted:
    [answer] = send_many([(message, words)], route=route)
    if isinstance(answer, Accepted):
        return answer
    raise answer


def send_many(pairs: Sequence[tuple[Message, Words]], *, route: Route) -> list[Answer]:
    """All over one connection. Once it breaks, or a third of the lease is gone, the rest is left for another time."""
    server, answers = Server.from_url(route.url), list[Answer]()
    until = time.monotonic() + settings.DELIVERY_LEASE.total_seconds() / 3
    recipients = [mail.address(message.recipient.value) for message, _words in pairs]
    try:
        talk = server.call()
        talk.envelope(recipients[0])
        for place, (message, words) in enumerate(pairs):
            body = mail.as_bytes(message, words, to=recipients[place])
            goes_on = place + 1 < len(pairs) and time.monotonic() < until
            answer = talk.hand_over(body, then_to=recipients[place + 1] if goes_on else None)
            answers.append(answer or Accepted(mail.message_id(message)))
            if not goes_on:
                break
    except smtplib.SMTPResponseException as error:
        # Our greeting, our password or our sender was refused: that is no fault of this mail's.
        answers.append(NotSent(permanent=False, code=f"smtp-{error.smtp_code}"))
    except (smtplib.SMTPException, OSError) as error:
        code = type(error).__name__
        answers.append(OutcomeUnknown(code=code) if server.gave_the_body else NotSent(permanent=False, code=code))
    finally:
        server.hang_up()
    return answers + [NotSent(permanent=False, code="not-asked")] * (len(pairs) - len(answers))


class Conversation(smtplib.SMTP):
    """Mail after mail. Where the server allows it (PIPELINING, RFC 2920) each body leaves together with the next mail's envelope:
    one round trip a mail, and the next one is made while the server thinks.
    """

    # The mail itself was handed over and nothing heard since: a silence may mean yes.
    gave_the_body = False
    _asked = 0  # lines of the envelope that the server has not answered

    def envelope(self, to: str) -> None:
        """Says whom the next mail is from and to; where the server does not pipeline, `hand_over` asks line by line."""
        eight = " BODY=8BITMIME" if self.has_extn("8bitmime") else ""
        self._lines = [f"MAIL FROM:<{routes.mail_sender()}>{eight}", f"RCPT TO:<{to}>", "DATA"]
        self._asked = 0
        if self.has_extn("pipelining"):
            self._say(*self._lines)

    def _say(self, *lines: str) -> None:
        self._asked += len(lines)
        self.send(b"".join(line.encode("ascii") + LINE_END for line in lines))

    def _hear(self) -> int:
        """The code of the next answer. Raises SMTPServerDisconnected."""
        code, _words = self.getreply()
        if not 200 <= code < 600:
            raise smtplib.SMTPServerDisconnected("nonsense")
        return code

    def _hear_of_envelope(self) -> list[int]:
        """The answers to its lines, as far as it was worth asking."""
        heard: list[int] = []
        for place, line in enumerate(self._lines):
            if self._asked == place:
                if heard and is_no(heard[-1]):
                    break
                self._say(line)
            heard.append(self._hear())
        return heard

    def hand_over(self, body: bytes, *, then_to: str | None) -> NotSent | None:
        """The mail whose envelope was said, and the next one's envelope. None: the server took it.

        Raises smtplib.SMTPSenderRefused where it will take nothing from us, or what a broken connection raises.
        """
        heard = self._hear_of_envelope()
        refused = next(filter(is_no, heard), None)
        if is_no(heard[0]):
            raise smtplib.SMTPSenderRefused(heard[0], b"", "")
        if refused is not None:
            if heard[-1] == 354:  # it waits for a mail to nobody
                self.send(b"." + LINE_END)
                self._hear()
            self.rset()
            if then_to is not None:
                self.envelope(then_to)
            return NotSent(permanent=refused >= 500, code=f"smtp-{refused}")
        self.gave_the_body = True
        self.send(FIRST_DOT.sub(b"..", body) + b"." + LINE_END)
        if then_to is not None:
            self.envelope(then_to)
        code = self._hear()
        self.gave_the_body = False
        return NotSent(permanent=code >= 500, code=f"smtp-{code}") if is_no(code) else None


def is_no(code: int) -> bool:
    return code >= 400


class SecureConversation(Conversation, smtplib.SMTP_SSL):
    pass


class Server(EmailBackend):
    """Django's SMTP, reached by one address: smtp://, smtps:// (TLS at once) or smtp+starttls://, with user:password@."""

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

    def call(self) -> Conversation:
        self.open()
        assert isinstance(self.connection, Conversation)
        self.connection.ehlo_or_helo_if_needed()
        return self.connection

    @property
    def gave_the_body(self) -> bool:
        return isinstance(self.connection, Conversation) and self.connection.gave_the_body

    def hang_up(self) -> None:
        """After the answer nothing can go wrong that concerns the message."""
        with contextlib.suppress(smtplib.SMTPException, OSError):
            self.close()

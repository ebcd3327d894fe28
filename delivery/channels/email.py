"""E-mail over SMTP: many mails in one conversation, each with its own answer.

SMTP knows no idempotency key. The Message-ID is made from the message's id, so a mail sent twice after an unknown outcome is
one mail for every mailbox that looks at it.
"""

from __future__ import annotations

import contextlib
import logging
import smtplib
import threading
import time
from collections.abc import Sequence
from functools import cached_property
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend

from delivery import codes, routes
from delivery.channels import Accepted, Answer, NotSent, OutcomeUnknown, answering, mail
from delivery.codes import Says
from delivery.routes import Route
from delivery.taking import Outgoing
from delivery.words import Words

log = logging.getLogger(__name__)
LINE_END = b"\r\n"
LONGEST_ANSWER = 8192
# A connection is given up after so many: some servers take no more.
MOST_MAILS = 500

_of_this_thread = threading.local()


def send(message: Outgoing, words: Words, *, route: Route) -> Accepted:
    [answer] = send_many([(message, words)], route=route)
    if isinstance(answer, Accepted):
        return answer
    raise answer


def send_many(pairs: Sequence[tuple[Outgoing, Words]], *, route: Route) -> list[Answer]:
    """All over one connection, which stays open until `hang_up`. Once it breaks, or a third of the lease is gone, the rest is
    left for another time. Raises NotSent where there is no connection.
    """
    server, answers = _server(route.url), list[Answer]()
    until = answering.time_is_up_at()
    recipients = [mail.address(message.recipient.value) for message, _words in pairs]
    talk = _call(server)
    try:
        talk.envelope(recipients[0])
        for place, (message, words) in enumerate(pairs):
            body = mail.as_bytes(message, words, to=recipients[place])
            goes_on = place + 1 < len(pairs) and time.monotonic() < until
            answer = talk.hand_over(body, then_to=recipients[place + 1] if goes_on else None)
            answers.append(answer or Accepted(mail.message_id(message)))
            if not goes_on:
                break
    except smtplib.SMTPResponseException as error:
        answers.append(_refusal_of_us(error))
        server.hang_up()
    except Exception as error:
        code, trouble = type(error).__name__, isinstance(error, smtplib.SMTPException | OSError)
        if not trouble:  # a mistake of ours, which must not cost the others the answers that they have
            log.error("message %s: %s", pairs[len(answers)][0].id, code)
        answers.append(
            OutcomeUnknown(code=code, trouble=trouble)
            if server.gave_the_body
            else NotSent(permanent=False, code=code, trouble=trouble)
        )
        server.hang_up()
    except BaseException:
        server.hang_up()  # nobody knows what is still to be heard
        raise
    return answering.with_the_rest(answers, pairs)


def _call(server: Server) -> Conversation:
    try:
        return server.call()
    except smtplib.SMTPResponseException as error:
        server.hang_up()
        raise _refusal_of_us(error) from None
    except (smtplib.SMTPException, OSError) as error:
        server.hang_up()
        raise NotSent(permanent=False, code=type(error).__name__, trouble=True) from None
    except BaseException:
        server.hang_up()
        raise


def _refusal(status: int) -> NotSent:
    """Of one mail. What the table does not say is as its first digit has it."""
    code = f"smtp-{status}"
    meaning = codes.SMTP.get(code)
    permanent = status >= 500 if meaning is None else meaning.says == Says.NEVER
    return NotSent(permanent=permanent, code=code, trouble=not permanent and codes.fault(code) == codes.PROVIDER)


def _refusal_of_us(error: smtplib.SMTPResponseException) -> NotSent:
    """Our greeting, our password or our sender was refused: that is no fault of any mail's."""
    code = f"smtp-{error.smtp_code}"
    return NotSent(permanent=False, code=code, trouble=codes.fault(code) != codes.OURS)


def _server(url: str) -> Server:
    """The one of this thread's last mails, where it is still the same."""
    kept: Server | None = getattr(_of_this_thread, "server", None)
    if kept is None or kept.url != url:
        hang_up()
        kept = _of_this_thread.server = Server.from_url(url)
    return kept


def hang_up() -> None:
    """Nothing more is to be sent for now."""
    if kept := getattr(_of_this_thread, "server", None):
        kept.hang_up()


class Conversation(smtplib.SMTP):
    """Mail after mail. Where the server allows it (PIPELINING, RFC 2920) each body leaves together with the next mail's envelope:
    one round trip a mail.
    """

    mails = 0
    # The mail itself was handed over and nothing heard since: a silence may mean yes.
    gave_the_body = False
    _asked = 0  # lines of the envelope that the server has not answered

    def envelope(self, to: str) -> None:
        """Says whom the next mail is from and to; where the server does not pipeline, `hand_over` asks line by line."""
        if lines := self._envelope(to):
            self.send(lines)

    def _envelope(self, to: str) -> bytes:
        """What of it can be said at once."""
        self._lines = (self._from, f"RCPT TO:<{to}>\r\n".encode("ascii"), b"DATA\r\n")
        self._asked = len(self._lines) if self._pipelines else 0
        return b"".join(self._lines[: self._asked])

    @cached_property
    def _from(self) -> bytes:
        eight = " BODY=8BITMIME" if self.has_extn("8bitmime") else ""
        return f"MAIL FROM:<{routes.mail_sender()}>{eight}\r\n".encode("ascii")

    @cached_property
    def _pipelines(self) -> bool:
        return self.has_extn("pipelining")

    def _hear(self) -> int:
        """The code of the next answer. Raises SMTPServerDisconnected."""
        assert self.file is not None  # since the greeting
        line = b"250-"
        while line[3:4] == b"-":
            try:
                line = self.file.readline(LONGEST_ANSWER)
            except ConnectionError:
                line = b""
        if not (line.endswith(b"\n") and line[:3].isdigit() and 200 <= (code := int(line[:3])) < 600):
            raise smtplib.SMTPServerDisconnected("gone, or nonsense")
        return code

    def _hear_of_envelope(self) -> list[int]:
        """The answers to its lines, as far as it was worth asking."""
        heard: list[int] = []
        for place, line in enumerate(self._lines):
            if self._asked == place:
                if heard and is_no(heard[-1]):
                    break
                self._asked += 1
                self.send(line)
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
            return _refusal(refused)
        self.gave_the_body = True
        self.mails += 1
        # SMTP doubles a dot that begins a line, because a line of one dot ends a mail. Ours begin with a header.
        whole = body.replace(b"\n.", b"\n..") + b"." + LINE_END
        self.send(whole if then_to is None else whole + self._envelope(then_to))
        code = self._hear()
        self.gave_the_body = False
        return _refusal(code) if is_no(code) else None


def is_no(code: int) -> bool:
    return code >= 400


class SecureConversation(Conversation, smtplib.SMTP_SSL):
    pass


class Server(EmailBackend):
    """Django's SMTP, reached by one address: smtp://, smtps:// (TLS at once) or smtp+starttls://, with user:password@."""

    url = ""

    @classmethod
    def from_url(cls, url: str) -> Server:
        parts = urlsplit(url)
        secure = parts.scheme == "smtps"
        server = cls(
            host=parts.hostname,
            port=parts.port or {"smtps": 465, "smtp+starttls": 587}.get(parts.scheme, 25),
            username=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            use_ssl=secure,
            use_tls=parts.scheme == "smtp+starttls",
            timeout=settings.DELIVERY_TIMEOUT.total_seconds(),
        )
        server.url = url
        return server

    @property
    def connection_class(self) -> type[Conversation]:
        return SecureConversation if self.use_ssl else Conversation

    def call(self) -> Conversation:
        """The conversation that goes on, or a new one."""
        if isinstance(self.connection, Conversation) and not self._goes_on(self.connection):
            self.hang_up()
        self.open()
        assert isinstance(self.connection, Conversation)
        self.connection.ehlo_or_helo_if_needed()
        return self.connection

    def _goes_on(self, talk: Conversation) -> bool:
        try:
            return talk.mails < MOST_MAILS and talk.noop()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False

    @property
    def gave_the_body(self) -> bool:
        return isinstance(self.connection, Conversation) and self.connection.gave_the_body

    def hang_up(self) -> None:
        """After the answer nothing can go wrong that concerns the message."""
        with contextlib.suppress(smtplib.SMTPException, OSError):
            self.close()

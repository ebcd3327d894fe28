from __future__ import annotations

import datetime as dt
import email.parser
import email.policy
import socket
import socketserver
import threading
import uuid
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
from django.conf import settings

from breachdesk.lib.contacts import Contact
from delivery import routes
from delivery.channels import Answer, NotSent, OutcomeUnknown, mail
from delivery.channels import email as email_channel
from delivery.models import Message
from delivery.words import Words


def composed(words: Words) -> tuple[Message, EmailMessage]:
    message = Message(id=uuid.uuid4(), channel="email", put_at=dt.datetime.now(dt.UTC))
    message.recipient = Contact("email", "maria@mail.example")
    to = mail.address(message.recipient.value)
    sent = email.parser.BytesParser(policy=email.policy.default).parsebytes(mail.as_bytes(message, words, to=to))
    assert isinstance(sent, EmailMessage)
    assert not sent.defects
    return message, sent


@pytest.mark.parametrize(("language", "issuer"), [("ko", "한빛카드"), ("en", "Hanbit Card")])
def test_a_mail_says_the_same_in_plain_text_and_on_a_page(language: str, issuer: str) -> None:
    text = "Dear Maria <b>Santos</b> & co,\n\nfirst line\nsecond line"
    message, sent = composed(Words("claim_received", language, "We have your claim <1>", text))
    plain, page = sent.get_payload()
    assert plain.get_content_type() == "text/plain"
    assert plain.get_content().replace("\r\n", "\n").strip() == text
    html = page.get_payload(decode=True).decode()
    assert page.get_content_type() == "text/html"
    assert f'<html lang="{language}">' in html
    assert ">We have your claim &lt;1&gt;</h1>" in html
    assert "Dear Maria &lt;b&gt;Santos&lt;/b&gt; &amp; co," in html
    assert "first line<br>\r\nsecond line" in html
    assert issuer in html
    assert "href=" not in html
    assert "http" not in html
    assert sent["To"] == "maria@mail.example"
    assert sent["From"] == settings.EMAIL_FROM
    domain = settings.EMAIL_FROM.partition("@")[2]
    assert (sent["Message-ID"], sent["X-Breachdesk-Id"]) == (f"<{message.id}@{domain}>", str(message.id))
    assert sent["Auto-Submitted"] == "auto-generated"


def test_a_mail_is_what_djangos_own_would_be() -> None:
    """Headers and parts, read back: also of lines too long for SMTP, of lines of dots, and of a subject with its breaks."""
    text = "안내\n.\n..두 점\n" + "가" * 600 + "\n끝"
    words = Words("claim_received", "ko", "개인정보 유출 안내 " * 8, text)
    message, sent = composed(words)
    policy = email.policy.default
    expected = email.message_from_bytes(mail.compose(message, words).message().as_bytes(), policy=policy)
    for name in ("From", "To", "Subject", "Message-ID", "X-Breachdesk-Id", "Auto-Submitted", "Content-Language"):
        assert sent[name].strip() == expected[name].strip(), name
    assert sent["Date"].datetime.tzinfo is not None
    for ours, djangos in zip(sent.iter_parts(), expected.iter_parts(), strict=True):
        assert ours.get_content().split() == djangos.get_content().split()
        assert ours.get_content_type() == djangos.get_content_type()
    assert max(map(len, mail.as_bytes(message, words, to="a@mail.example").splitlines())) <= mail.LONGEST_LINE


REFUSED = {"nobody": "550 nobody", "stranger": "530 who are you?"}


class PostOffice(socketserver.ThreadingTCPServer):
    """A mail server that says no to nobody@, asks for a password at stranger@, and hangs up on silent@ when it has the whole mail."""

    daemon_threads = True

    def __init__(self, extensions: list[str], *, waits_for_a_mail_to_nobody: bool) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.extensions, self.generous = extensions, waits_for_a_mail_to_nobody
        self.taken: list[tuple[str, bytes]] = []
        self.calls = 0


class Talk(socketserver.StreamRequestHandler):
    server: PostOffice

    def say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    def handle(self) -> None:
        self.server.calls += 1
        self.say("220 here")
        to: list[str] = []
        while line := self.rfile.readline().decode().strip():
            match line.split()[0].upper():
                case "EHLO":
                    *rest, last = ["here", *self.server.extensions]
                    self.say(*(f"250-{one}" for one in rest), f"250 {last}")
                case "RCPT":
                    address = line.partition("<")[2].strip(">")
                    answer = REFUSED.get(address.partition("@")[0], "250 ok")
                    self.say(answer)
                    to += [address] if answer == "250 ok" else []
                case "DATA":
                    self.say("354 go on" if to or self.server.generous else "554 to whom?")
                    if to or self.server.generous:
                        body = b"".join(iter(self.rfile.readline, b".\r\n"))
                        if to:
                            self.server.taken.append((to[0], body))
                        if to and to[0].startswith("silent"):
                            return
                        self.say("250 kept" if to else "554 to nobody")
                    to = []
                case "RSET" | "MAIL" | "NOOP" as verb:
                    to = [] if verb == "RSET" else to
                    self.say("250 ok")
                case "QUIT":
                    self.say("221 bye")
                    return


@pytest.fixture(params=["pipelined", "pipelined, waits for a mail to nobody", "line by line"])
def post_office(request: pytest.FixtureRequest, settings: Any) -> Iterator[PostOffice]:
    extensions = ["8BITMIME"] if request.param == "line by line" else ["PIPELINING", "8BITMIME"]
    with PostOffice(extensions, waits_for_a_mail_to_nobody="waits" in request.param) as server:
        settings.SMTP_URL = f"smtp://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        email_channel.hang_up()
        server.shutdown()


def told(*users: str) -> list[str]:
    """What becomes of mails to these, in one conversation."""
    return [getattr(answer, "code", "taken") for answer in answered(*users)]


def answered(*users: str) -> list[Answer]:
    pairs = []
    for user in users:
        message = Message(id=uuid.uuid4(), channel="email")
        message.recipient = Contact("email", f"{user}@mail.example")
        pairs.append((message, Words("claim_received", "ko", "안내", f"{user}\n.\n..끝")))
    [route] = routes.for_channel("email")
    return email_channel.send_many(pairs, route=route)


def test_each_mail_of_a_conversation_has_its_own_answer(post_office: PostOffice) -> None:
    assert told("a", "nobody", "b", "c", "nobody", "d") == ["taken", "smtp-550", "taken", "taken", "smtp-550", "taken"]
    assert [to.partition("@")[0] for to, _body in post_office.taken] == ["a", "b", "c", "d"]
    assert post_office.calls == 1
    for to, body in post_office.taken:
        plain = email.message_from_bytes(body.replace(b"\r\n..", b"\r\n."), policy=email.policy.default).get_body(
            ("plain",)
        )
        assert plain is not None
        assert plain.get_content().replace("\r\n", "\n").strip() == f"{to.partition('@')[0]}\n.\n..끝"


def test_whether_a_no_is_for_good_stands_in_the_table_of_codes(post_office: PostOffice) -> None:
    refused = [answer for answer in answered("stranger", "nobody", "a") if isinstance(answer, NotSent)]
    assert [(answer.code, answer.permanent) for answer in refused] == [("smtp-530", False), ("smtp-550", True)]


def test_a_mail_that_cannot_be_made_costs_the_others_no_answer(
    post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = mail.as_bytes

    def as_bytes(message: Message, words: Words, *, to: str) -> bytes:
        if to.startswith("odd"):
            raise UnicodeError
        return made(message, words, to=to)

    monkeypatch.setattr(mail, "as_bytes", as_bytes)
    assert told("a", "odd", "b") == ["taken", "UnicodeError", "not-asked"]
    assert told("b") == ["taken"]
    assert [to.partition("@")[0] for to, _body in post_office.taken] == ["a", "b"]


def test_only_the_mail_that_was_handed_over_is_in_doubt_when_the_server_hangs_up(post_office: PostOffice) -> None:
    assert told("a", "silent", "b", "c") == ["taken", "SMTPServerDisconnected", "not-asked", "not-asked"]
    [route] = routes.for_channel("email")
    message = Message(id=uuid.uuid4(), channel="email")
    message.recipient = Contact("email", "silent@mail.example")
    [answer] = email_channel.send_many([(message, Words("claim_received", "ko", "안내", "끝"))], route=route)
    assert isinstance(answer, OutcomeUnknown)


def test_a_connection_is_kept_for_the_next_mails_and_made_anew_where_it_is_gone(
    post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert told("a", "nobody") == ["taken", "smtp-550"]
    assert told("b", "c") == ["taken", "taken"]
    assert post_office.calls == 1
    email_channel.hang_up()
    assert told("d") == ["taken"]
    assert post_office.calls == 2
    kept = email_channel._server(settings.SMTP_URL).connection
    assert kept is not None
    kept.sock.shutdown(socket.SHUT_RDWR)
    assert told("e") == ["taken"]
    assert post_office.calls == 3
    monkeypatch.setattr(email_channel, "MOST_MAILS", 1)
    assert told("f") == ["taken"]
    assert post_office.calls == 4
    assert [to.partition("@")[0] for to, _body in post_office.taken] == ["a", "b", "c", "d", "e", "f"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://mail.example", ("mail.example", 25, "", False, False)),
        ("smtp://127.0.0.1:18026", ("127.0.0.1", 18026, "", False, False)),
        ("smtps://post:p%40ss@mail.example", ("mail.example", 465, "p@ss", True, False)),
        ("smtp+starttls://post:word@mail.example", ("mail.example", 587, "word", False, True)),
    ],
)
def test_one_address_says_how_the_mail_server_is_reached(url: str, expected: tuple[object, ...]) -> None:
    server = email_channel.Server.from_url(url)
    assert (server.host, server.port, server.password, server.use_ssl, server.use_tls) == expected

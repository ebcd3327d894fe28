from __future__ import annotations

import datetime as dt
import uuid
from email.message import EmailMessage

import pytest
from django.conf import settings

from breachdesk.lib.contacts import Contact
from delivery.channels import email
from delivery.models import Message
from delivery.words import Words


def composed(words: Words) -> tuple[Message, EmailMessage]:
    message = Message(id=uuid.uuid4(), channel="email", put_at=dt.datetime.now(dt.UTC))
    message.recipient = Contact("email", "maria@mail.example")
    return message, email.compose(message, words).message()


@pytest.mark.parametrize(("language", "issuer"), [("ko", "한빛카드"), ("en", "Hanbit Card")])
def test_a_mail_says_the_same_in_plain_text_and_on_a_page(language: str, issuer: str) -> None:
    text = "Dear Maria <b>Santos</b> & co,\n\nfirst line\nsecond line"
    message, mail = composed(Words("claim_received", language, "We have your claim <1>", text))
    plain, page = mail.get_payload()
    assert plain.get_content_type() == "text/plain"
    assert plain.get_payload(decode=True).decode() == text
    html = page.get_payload(decode=True).decode()
    assert page.get_content_type() == "text/html"
    assert f'<html lang="{language}">' in html
    assert ">We have your claim &lt;1&gt;</h1>" in html
    assert "Dear Maria &lt;b&gt;Santos&lt;/b&gt; &amp; co," in html
    assert "first line<br>second line" in html
    assert issuer in html
    assert "href=" not in html
    assert "http" not in html
    assert mail["To"] == "maria@mail.example"
    assert mail["From"] == settings.EMAIL_FROM
    domain = settings.EMAIL_FROM.partition("@")[2]
    assert (mail["Message-ID"], mail["X-Breachdesk-Id"]) == (f"<{message.id}@{domain}>", str(message.id))
    assert mail["Auto-Submitted"] == "auto-generated"


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
    server = email.Server.from_url(url)
    assert (server.host, server.port, server.password, server.use_ssl, server.use_tls) == expected

"""How a mail looks: the words as plain text and as one plain page of HTML, as an object of Django's or as the bytes that SMTP sends.

The bytes are made here and not by Python's email package because a campaign makes millions: what is the same in every mail is made
once, and the rest is put in its place.
"""

from __future__ import annotations

import base64
import html
import re
import time
from email.header import Header
from email.utils import formatdate
from functools import lru_cache

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address
from django.template.loader import render_to_string
from django.utils import translation

from delivery import routes
from delivery.taking import Outgoing
from delivery.words import Words

# What a line of a mail may hold (RFC 5322); a part with a longer one is sent as base64.
LONGEST_LINE = 998
# An address that stands in a header as it is.
PLAIN = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", re.ASCII)
# Where the text stands in the page, on lines of its own: a letter that Unicode gives to nobody.
TEXT = "\ue001"


def headers(message: Outgoing, words: Words) -> dict[str, str]:
    """What our mails have besides sender, recipient, subject and date."""
    return {
        "Message-ID": message_id(message),
        "X-Breachdesk-Id": str(message.id),
        **_never_differ(words.language),
    }


def _never_differ(language: str) -> dict[str, str]:
    return {"Auto-Submitted": "auto-generated", "Content-Language": language}


def message_id(message: Outgoing) -> str:
    return f"<{message.id}@{routes.mail_sender().rpartition('@')[2]}>"


def compose(message: Outgoing, words: Words) -> EmailMultiAlternatives:
    """For a mail backend."""
    mail = EmailMultiAlternatives(
        subject=words.subject,
        body=words.text,
        from_email=settings.EMAIL_FROM,
        to=[message.recipient.value],
        headers=headers(message, words),
    )
    mail.attach_alternative(page(words), "text/html")
    return mail


def as_bytes(message: Outgoing, words: Words, *, to: str) -> bytes:
    """For SMTP; `to`: as `address` gave it. The dots that SMTP doubles are not doubled yet."""
    boundary = f"=_{message.id.hex}"
    head = (
        f"{_always(words.language, settings.EMAIL_FROM)}To: {to}\r\nSubject: {_in_a_header(words.subject)}\r\n"
        f"Date: {_date(int(time.time()))}\r\nMessage-ID: {message_id(message)}\r\nX-Breachdesk-Id: {message.id}\r\n"
        f'Content-Type: multipart/alternative; boundary="{boundary}"\r\n'
    )
    text = _with_one_line_end(words.text)
    before, after = _page_around(words.language, words.subject, **_issuer(words.language))
    between = f"\r\n--{boundary}\r\n"
    return b"".join(
        (
            f"{head}{between}".encode("ascii"),
            _part("plain", text),
            between.encode("ascii"),
            _part("html", _in_paragraphs(text), before, after),
            f"\r\n--{boundary}--\r\n".encode("ascii"),
        )
    )


@lru_cache(maxsize=8)
def _always(language: str, sender: str) -> str:
    """The headers that every mail in this language has."""
    always = {"From": address(sender), **_never_differ(language), "MIME-Version": "1.0"}
    return "".join(f"{name}: {value}\r\n" for name, value in always.items())


@lru_cache(maxsize=1)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


@lru_cache(maxsize=1024)
def _in_a_header(words: str) -> str:
    return Header(words, None if words.isascii() else "utf-8", header_name="Subject").encode(linesep="\r\n")


def address(written: str) -> str:
    """As it stands in a header: a name encoded, a domain of other letters in its plain form."""
    return written if PLAIN.fullmatch(written) else sanitize_address(written, "utf-8")


def _part(kind: str, text: str, before: bytes = b"", after: bytes = b"") -> bytes:
    """`before`, `after`: the lines that the text stands between; they are never too long."""
    encoding, middle = "8bit", text.replace("\n", "\r\n").encode()
    body = before + middle + after
    if max(map(len, middle.split(b"\n"))) > LONGEST_LINE:
        encoding, body = "base64", base64.encodebytes(body).replace(b"\n", b"\r\n")
    head = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode("ascii") + body


def page(words: Words) -> str:
    before, after = _page_around(words.language, words.subject, **_issuer(words.language))
    text = _in_paragraphs(_with_one_line_end(words.text))
    return _with_one_line_end(before.decode() + text + after.decode())


def _with_one_line_end(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _in_paragraphs(text: str) -> str:
    paragraphs = re.split(r"\n{2,}", html.escape(text))
    return "\n\n".join("<p>" + each.replace("\n", "<br>\n") + "</p>" for each in paragraphs)


def _issuer(language: str) -> dict[str, str]:
    issuer = settings.ISSUER
    return {
        "name": issuer["name"][language],
        "phone": issuer["phone"],
        "brand": issuer["brand"],
        "address": issuer["address"][language],
    }


@lru_cache(maxsize=64)
def _page_around(language: str, subject: str, **issuer: str) -> tuple[bytes, bytes]:
    """The page of every mail with this subject, before and after its text."""
    with translation.override(language):
        page = render_to_string(
            "delivery/email.html", {"language": language, "subject": subject, "text": TEXT, "issuer": issuer}
        )
    before, _text, after = page.replace("\n", "\r\n").encode().rpartition(TEXT.encode())
    return before, after

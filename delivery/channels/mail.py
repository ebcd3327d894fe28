"""How a mail looks: the words as plain text and as one plain page of HTML, as an object of Django's or as the bytes that SMTP sends.

The bytes are made here and not by Python's email package because a campaign makes millions: what is the same in every mail is made
once, and the rest is put in its place.
"""

from __future__ import annotations

import base64
import html
import re
from email.header import Header
from email.utils import formatdate
from functools import lru_cache

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address
from django.template.loader import render_to_string
from django.utils import translation

from delivery import routes
from delivery.models import Message
from delivery.words import Words

# What a line of a mail may hold (RFC 5322); a part with a longer one is sent as base64.
LONGEST_LINE = 998
# An address that stands in a header as it is.
PLAIN = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+", re.ASCII)
# Where subject and text stand in the page: letters that Unicode gives to nobody.
SUBJECT, TEXT = "\ue000", "\ue001"


def headers(message: Message, words: Words) -> dict[str, str]:
    """What our mails have besides sender, recipient, subject and date."""
    return {
        "Message-ID": message_id(message),
        "X-Breachdesk-Id": str(message.id),
        "Auto-Submitted": "auto-generated",
        "Content-Language": words.language,
    }


def message_id(message: Message) -> str:
    return f"<{message.id}@{routes.mail_sender().rpartition('@')[2]}>"


def compose(message: Message, words: Words) -> EmailMultiAlternatives:
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


def as_bytes(message: Message, words: Words, *, to: str) -> bytes:
    """For SMTP; `to`: as `address` gave it. The dots that SMTP doubles are not doubled yet."""
    boundary = f"=_{message.id.hex}"
    first = {
        "From": address(settings.EMAIL_FROM),
        "To": to,
        "Subject": _in_a_header(words.subject),
        "Date": formatdate(usegmt=True),
        **headers(message, words),
        "MIME-Version": "1.0",
        "Content-Type": f'multipart/alternative; boundary="{boundary}"',
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in first.items())
    between = f"\r\n--{boundary}\r\n".encode()
    parts = [head.encode("ascii"), _part("plain", words.text), _part("html", page(words))]
    return between.join(parts) + f"\r\n--{boundary}--\r\n".encode()


@lru_cache(maxsize=1024)
def _in_a_header(words: str) -> str:
    return Header(words, None if words.isascii() else "utf-8", header_name="Subject").encode(linesep="\r\n")


def address(written: str) -> str:
    """As it stands in a header: a name encoded, a domain of other letters in its plain form."""
    return written if PLAIN.fullmatch(written) else sanitize_address(written, "utf-8")


def _part(kind: str, text: str) -> bytes:
    lines = text.encode().splitlines()
    encoding = "8bit"
    if max(map(len, lines), default=0) > LONGEST_LINE:
        encoding, lines = "base64", base64.encodebytes(b"\r\n".join(lines)).splitlines()
    head = f"Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode() + b"\r\n".join(lines)


def page(words: Words) -> str:
    issuer = settings.ISSUER
    frame = _frame(
        words.language,
        issuer["name"][words.language],
        issuer["phone"],
        issuer["brand"],
        issuer["address"][words.language],
    )
    return frame.replace(SUBJECT, html.escape(words.subject)).replace(TEXT, _in_paragraphs(words.text))


def _in_paragraphs(text: str) -> str:
    paragraphs = re.split(r"\n{2,}", html.escape(text.replace("\r\n", "\n")))
    return "\n\n".join("<p>" + each.replace("\n", "<br>\n") + "</p>" for each in paragraphs)


@lru_cache(maxsize=8)
def _frame(language: str, name: str, phone: str, brand: str, address: str) -> str:
    """The page of every mail in this language, with two places left open."""
    with translation.override(language):
        issuer = {"name": name, "phone": phone, "brand": brand, "address": address}
        return render_to_string(
            "delivery/email.html", {"language": language, "subject": SUBJECT, "text": TEXT, "issuer": issuer}
        )

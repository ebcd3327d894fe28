"""This room's rows when the keys are changed."""

from __future__ import annotations

from typing import Any

from breachdesk import keys
from breachdesk.resealing import Part, Table
from support.models import CallBack, Consultation, Inquiry, PaperEntry, Post, Satisfaction


def _hashed(inquiry: Inquiry) -> dict[str, Any]:
    contact = inquiry.contact
    return {"contact_hash": keys.index(contact.kind, contact.value) if contact else None}


PARTS: list[Part] = [
    Table(
        Inquiry,
        sealed={"sealed_contact": lambda inquiry: inquiry.bound("contact")},
        indexed=_hashed,
        hashes=("contact_hash",),
    ),
    Table(
        CallBack,
        sealed={"sealed_contact": lambda call_back: call_back.bound},
        indexed=lambda call_back: {"contact_hash": keys.index("phone", call_back.contact.value)},
        hashes=("contact_hash",),
    ),
    Table(Satisfaction, sealed={"sealed_words": lambda said: said.bound}),
    Table(Post, sealed={"sealed_text": lambda post: post.bound}),
    Table(PaperEntry, sealed={"sealed_content": lambda entry: entry.bound}),
    Table(
        Consultation,
        sealed={
            "sealed_caller": lambda consultation: consultation.bound("caller"),
            "sealed_asked": lambda consultation: consultation.bound("asked"),
            "sealed_answered": lambda consultation: consultation.bound("answered"),
            "sealed_promised": lambda consultation: consultation.bound("promised"),
        },
    ),
]

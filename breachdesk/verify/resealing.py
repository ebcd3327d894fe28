"""Reports of fakes when the keys are changed."""

from __future__ import annotations

from typing import Any

from breachdesk import keys
from breachdesk.resealing import Part, Table
from breachdesk.verify import rules
from breachdesk.verify.actions import SENDER
from breachdesk.verify.models import FakeReport


def _hashes(report: FakeReport) -> dict[str, Any]:
    sender = rules.sender_key(report.sender)
    return {"sender_hash": keys.index(SENDER, sender) if sender else None}


PARTS: list[Part] = [
    Table(
        FakeReport,
        sealed={
            "sealed_words": lambda report: report.bound("words"),
            "sealed_sender": lambda report: report.bound("sender"),
            "sealed_contact": lambda report: report.bound("contact"),
            "sealed_note": lambda report: report.bound("note"),
        },
        indexed=_hashes,
        hashes=("sender_hash",),
    )
]

"""E-mail over SMTP."""

from __future__ import annotations

import asyncio
import email
import email.policy
import uuid
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from breachdesk.demo.provider.behaviour import Behaviour
from breachdesk.demo.provider.ledger import Ledger

REFUSED = {
    "refuse": "550 5.1.1 No such mailbox",
    "busy": "450 4.2.1 Too many at once, try later",
    "error": "421 4.3.2 Out of order, try later",
    "break_down": "421 4.3.2 Out of order, try later",
}


class Mail:
    """aiosmtpd calls these by name."""

    def __init__(self, ledger: Ledger, behaviour: Behaviour) -> None:
        self.ledger, self.behaviour = ledger, behaviour

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        mode, seconds = self.behaviour.next("email")
        if mode in REFUSED:
            return REFUSED[mode]
        if mode in ("hang", "slow"):
            await asyncio.sleep(seconds)
        if mode == "hang":
            server.transport.abort()
            return "421 4.4.2 Gone"
        parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)  # the default policy makes these
        text = parsed.get_body(("plain",))
        for recipient in envelope.rcpt_tos:  # one: delivery writes to one person at a time
            message = {
                "id": str(parsed["X-Breachdesk-Id"] or f"{parsed['Message-ID'] or uuid.uuid4()} {recipient}"),
                "channel": "email",
                "to": recipient,
                "from": envelope.mail_from,
                "subject": str(parsed["Subject"] or ""),
                "text": text.get_content().replace("\r\n", "\n") if text else "",
            }
            self.ledger.receive_many([message], dedupe=self.behaviour.dedupe)
        if mode == "late_answer":
            await asyncio.sleep(seconds)
        if mode == "drop_after_accept":
            server.transport.abort()
        return "451 4.3.0 Broke down" if mode == "break_after_accept" else "250 2.0.0 Kept"


def listen(place: tuple[str, int], ledger: Ledger, behaviour: Behaviour) -> None:
    host, port = place
    Controller(Mail(ledger, behaviour), hostname=host, port=port).start()

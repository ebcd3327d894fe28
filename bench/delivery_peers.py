"""How messages are usually sent from Django: a Celery task for each recipient; and bare loops, the limit."""

from __future__ import annotations

import json
import smtplib
import socket
from collections.abc import Sequence
from functools import cache
from typing import Any

import httpx
from celery import shared_task
from django.utils import timezone

from delivery import routes
from delivery.channels import Accepted, phone
from delivery.models import Message
from delivery.states import State


@shared_task(name="bench.send_one")
def send_one(pk: str) -> None:
    """The row's id in, one HTTP request out on a kept connection, the row saved: as tutorials have it."""
    message = Message.objects.get(pk=pk)
    [route] = routes.for_channel(message.channel)
    answer = phone.send(message, message.words, route=route)
    assert isinstance(answer, Accepted)
    message.state, message.sent_at, message.settled_at = State.ACCEPTED, timezone.now(), timezone.now()
    message.provider_id = answer.provider_id
    message.save(update_fields=["state", "sent_at", "settled_at", "provider_id"])


# Bare loops over what is made already: nothing is read, opened, rendered or written down.


def smtp_loop(port: int, mails: Sequence[tuple[str, bytes]]) -> None:
    with smtplib.SMTP("127.0.0.1", port) as server:
        for to, body in mails:
            server.sendmail("safe@hanbitcard.example", [to], body)


def smtp_pipelined(port: int, mails: Sequence[tuple[str, bytes]]) -> None:
    """The envelope in one write, and with each body the next mail's envelope: one round trip a mail."""

    def envelope(to: str) -> bytes:
        return f"MAIL FROM:<safe@hanbitcard.example>\r\nRCPT TO:<{to}>\r\nDATA\r\n".encode()

    with socket.create_connection(("127.0.0.1", port)) as server, server.makefile("rb") as said:
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def hear(count: int) -> None:
            while count:
                line = said.readline()
                assert line[:1] in b"23", line
                count -= line[3:4] != b"-"

        hear(1)
        server.sendall(b"EHLO bench\r\n")
        hear(1)
        server.sendall(envelope(mails[0][0]))
        hear(3)
        for place, (_to, body) in enumerate(mails):
            following = envelope(mails[place + 1][0]) if place + 1 < len(mails) else b"QUIT\r\n"
            server.sendall(body + b"\r\n.\r\n" + following)
            hear(4 if place + 1 < len(mails) else 2)


def http_batches(url: str, batches: Sequence[bytes]) -> None:
    for body in batches:
        assert len(_client().post(url, content=body).json()["results"]) > 0


@cache
def _client() -> httpx.Client:
    return httpx.Client(trust_env=False)


def as_batches(orders: Sequence[dict[str, Any]], size: int) -> list[bytes]:
    return [
        json.dumps({"messages": orders[at : at + size]}, ensure_ascii=False).encode()
        for at in range(0, len(orders), size)
    ]

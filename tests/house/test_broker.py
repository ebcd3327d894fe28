"""A worker takes as many messages as it has places; one that could not be acknowledged must not keep its place."""

from __future__ import annotations

import socket
import socketserver
import threading
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from kombu import Connection, Consumer, Producer, Queue

from breachdesk.celery import app


class Relay(socketserver.ThreadingTCPServer):
    """Stands before the real broker; frozen, it takes what is said to it and passes nothing on."""

    daemon_threads = True

    def __init__(self, broker: tuple[str, int]) -> None:
        self.broker = broker
        self.flows = threading.Event()
        self.flows.set()
        super().__init__(("127.0.0.1", 0), Passing)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Passing(socketserver.BaseRequestHandler):
    server: Relay

    def handle(self) -> None:
        with socket.create_connection(self.server.broker) as broker:
            back = threading.Thread(target=self.pass_on, args=(broker, self.request), daemon=True)
            back.start()
            self.pass_on(self.request, broker)
            back.join()

    def pass_on(self, one: socket.socket, other: socket.socket) -> None:
        try:
            while said := one.recv(65536):
                self.server.flows.wait()
                other.sendall(said)
            other.shutdown(socket.SHUT_WR)
        except OSError:
            return  # one of them has hung up


@pytest.fixture
def relay() -> Iterator[Relay]:
    broker = urlsplit(settings.REDIS_URL)
    assert broker.hostname
    with Relay((broker.hostname, broker.port or 6379)) as relay:
        yield relay
        relay.flows.set()
        relay.shutdown()


def test_a_message_that_a_frozen_broker_did_not_let_go_keeps_no_place_of_the_worker(relay: Relay) -> None:
    broker = urlsplit(settings.REDIS_URL)
    through = broker._replace(netloc=f":{broker.password}@127.0.0.1:{relay.server_address[1]}").geturl()
    taken: list[Any] = []
    with Connection(
        through,
        transport=app.conf.broker_transport,
        transport_options={"socket_timeout": 0.2, "socket_connect_timeout": 5, "max_retries": 0},
    ) as connection:
        queue = Queue(f"places-{uuid.uuid4()}", channel=connection.default_channel)
        queue.declare()
        for n in range(2):
            Producer(connection.default_channel).publish(n, routing_key=queue.name, serializer="json")
        channel = connection.channel()
        try:
            with Consumer(channel, [queue], callbacks=[lambda body, message: taken.append(message)], prefetch_count=1):
                connection.drain_events(timeout=60)
                relay.flows.clear()
                with pytest.raises(connection.connection_errors):
                    taken[0].ack()
                relay.flows.set()
                connection.drain_events(timeout=60)
                assert len(taken) == 2
                taken[1].ack()
        finally:
            queue(connection.default_channel).delete()

"""Celery's Redis transport, mended in one place: an acknowledgement that fails gives its place in the worker back."""

from __future__ import annotations

from typing import Any

from kombu.transport import redis


class QoS(redis.QoS):
    """The original forgets a message only when the broker has answered. Every acknowledgement that a frozen or slow broker did not
    answer in time would keep one of the worker's few places for good, until it takes nothing more: alive, connected and silent.

    The message itself comes again after the visibility timeout. It is a hint; twice is as good as once.
    """

    def ack(self, delivery_tag: Any) -> None:
        try:
            super().ack(delivery_tag)
        except Exception:
            self._quick_ack(delivery_tag)
            raise

    def reject(self, delivery_tag: Any, requeue: bool = False) -> None:
        try:
            super().reject(delivery_tag, requeue=requeue)
        except Exception:
            self._quick_ack(delivery_tag)
            raise


class Channel(redis.Channel):
    QoS = QoS


class Transport(redis.Transport):
    Channel = Channel

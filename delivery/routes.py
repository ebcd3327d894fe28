"""The providers by which messages leave, from the settings: two at most for the phone, one for e-mail."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr
from types import ModuleType

from django.conf import settings

from delivery.states import Channel

MAILS_A_CONNECTION = 50


class NoSuchRoute(Exception):
    """A provider that was asked is in the settings no more."""


@dataclass(frozen=True)
class Route:
    """One provider. `name` stands in each attempt and must not be given to another provider later."""

    name: str
    adapter: str  # a module of delivery.channels
    url: str
    secret: str
    sender: str
    # So many messages may be asked for at once (channels: send_many); 1: one by one.
    batch: int = 1

    @property
    def channel(self) -> ModuleType:
        from delivery.channels import email, phone

        return {"phone": phone, "smtp": email}[self.adapter]


def for_channel(channel: str) -> list[Route]:
    """Those that carry it: the first is the one of the share (steering.py)."""
    if channel in (Channel.ALIMTALK, Channel.LETTER):
        return []
    if channel == Channel.EMAIL:
        return [Route("smtp", "smtp", settings.SMTP_URL, "", parseaddr(settings.EMAIL_FROM)[1], MAILS_A_CONNECTION)]
    first = Route(
        "phone",
        "phone",
        settings.PHONE_PROVIDER_URL,
        settings.PHONE_PROVIDER_SECRET,
        settings.PHONE_SENDER,
        settings.PHONE_PROVIDER_BATCH,
    )
    if not settings.SECOND_PHONE_PROVIDER_URL:
        return [first]
    second = Route(
        "phone-2",
        "phone",
        settings.SECOND_PHONE_PROVIDER_URL,
        settings.SECOND_PHONE_PROVIDER_SECRET,
        settings.SECOND_PHONE_SENDER or settings.PHONE_SENDER,
        settings.SECOND_PHONE_PROVIDER_BATCH,
    )
    return [first, second]


def carries(channel: str) -> bool:
    """Whether words can leave this way at all, as the house is set up."""
    return bool(for_channel(channel))


def named(name: str, *, channel: str) -> Route:
    """Raises NoSuchRoute."""
    for route in for_channel(channel):
        if route.name == name:
            return route
    raise NoSuchRoute(name)

"""The providers by which messages leave, from the settings: two at most for each way by phone, one for e-mail."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.utils import parseaddr
from functools import lru_cache
from types import ModuleType

from django.conf import settings

from delivery.states import Channel
from delivery.terms import Terms

# What a worker that is killed may have mailed without having written down the answers.
MAILS_AT_ONCE = 50
# The ways out of the house that providers carry, each with its channels: what goes one way is shared out, and out of order, together.
PHONE, ALIMTALK, EMAIL = "phone", "alimtalk", "email"
WAYS: dict[str, tuple[Channel, ...]] = {
    PHONE: (Channel.SMS, Channel.LMS),
    ALIMTALK: (Channel.ALIMTALK,),
    EMAIL: (Channel.EMAIL,),
}
WAY_OF: dict[str, str] = {channel: way for way, channels in WAYS.items() for channel in channels}
# The places of the settings (PHONE_PROVIDER_URL, …), and how each is named in attempts.
PLACES = {
    PHONE: {"PHONE": "phone", "SECOND_PHONE": "phone-2"},
    ALIMTALK: {"ALIMTALK": "alimtalk", "SECOND_ALIMTALK": "alimtalk-2"},
}


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
    terms: Terms = field(default_factory=Terms)

    @property
    def channel(self) -> ModuleType:
        from delivery.channels import email, mail_backend, phone, plain, solapi

        channels = {"breachdesk": phone, "solapi": solapi, "http": plain, "smtp": email, "backend": mail_backend}
        return channels[self.adapter]

    def won(self, channel: str) -> int:
        """What one message costs."""
        return self.terms.won.get(channel, 0)


def for_channel(channel: str) -> list[Route]:
    """Those that carry it: the first is the one of the share (steering.py)."""
    way = WAY_OF.get(channel)
    if way == EMAIL:
        if settings.MAIL_BACKEND:
            return [Route("mail", "backend", "", "", mail_sender(), MAILS_AT_ONCE)]
        return [Route("smtp", "smtp", settings.SMTP_URL, "", mail_sender(), MAILS_AT_ONCE)]
    return [
        _route(place, name)
        for place, name in PLACES.get(way or "", {}).items()
        if getattr(settings, f"{place}_PROVIDER_URL")
    ]


def _route(place: str, name: str) -> Route:
    url, secret, sender, batch, terms = (
        getattr(settings, f"{place}_{what}")
        for what in ("PROVIDER_URL", "PROVIDER_SECRET", "SENDER", "PROVIDER_BATCH", "TERMS")
    )
    first_sender = getattr(settings, f"{place.removeprefix('SECOND_')}_SENDER")
    return Route(name, terms.adapter, url, secret, sender or first_sender, batch, terms)


def mail_sender() -> str:
    """The bare address that mails are from."""
    return _bare(settings.EMAIL_FROM)


@lru_cache(maxsize=8)
def _bare(written: str) -> str:
    return parseaddr(written)[1]


def all_of_them() -> list[Route]:
    return [*for_channel(Channel.SMS), *for_channel(Channel.ALIMTALK), *for_channel(Channel.EMAIL)]


def carries(channel: str) -> bool:
    """Whether words can leave this way at all, as the house is set up."""
    return bool(for_channel(channel))


def named(name: str, *, channel: str) -> Route:
    """Raises NoSuchRoute."""
    for route in for_channel(channel):
        if route.name == name:
            return route
    raise NoSuchRoute(name)

"""Which of two providers is asked: by share, and away from one that is in trouble.

One row a way (text messages, AlimTalk) holds the first provider's share in percent. Each trouble moves ten points to the other provider, at most
once a minute; after five quiet minutes ten points drift back towards the share that the settings name.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Greatest, Least

from delivery import routes, rules
from delivery.models import Attempt, Share
from delivery.routes import Route
from delivery.states import Channel, Outcome
from delivery.taking import Outgoing

PHONE, ALIMTALK = "phone", "alimtalk"


def way_of(channel: str) -> str:
    return ALIMTALK if channel == Channel.ALIMTALK else PHONE


def rest_of(way: str) -> int:
    """The first provider's percent while both are well."""
    return settings.ALIMTALK_SHARE if way == ALIMTALK else settings.PHONE_SHARE


def choose(message: Outgoing, *, at: dt.datetime, chance: float) -> Route:
    """The provider to ask for this message now; `chance`: 0 to 1, drawn by the caller. Raises NoSuchRoute."""
    ways = routes.for_channel(message.channel)
    if not ways:
        raise routes.NoSuchRoute(message.channel)
    if len(ways) == 1:
        return ways[0]
    last = next((way for way in ways if way.name == message.provider), None)
    if last is None or not message.tries:
        return ways[0] if chance * 100 < first_share(way_of(message.channel)) else ways[1]
    since = _in_doubt_since(message, last) if message.in_doubt else None
    if since is not None and rules.stays_in_doubt(lane=message.lane, since=since, at=at):
        return last  # it alone knows whether it has the message
    return next(way for way in ways if way != last)


def _in_doubt_since(message: Outgoing, way: Route) -> dt.datetime | None:
    """None: it is in doubt at the other one, and this one has certainly not taken it."""
    doubtful = Attempt.objects.filter(message_id=message.id, provider=way.name).exclude(
        outcome__in=[Outcome.TEMPORARY, Outcome.ACCEPTED]
    )
    return doubtful.order_by("number").values_list("started_at", flat=True).first()


def first_share(way: str = PHONE) -> int:
    """In percent, of all messages of this way."""
    kept = Share.objects.filter(way=way).values_list("first", flat=True).first()
    return rest_of(way) if kept is None else kept


def trouble(message: Outgoing, *, at: dt.datetime) -> None:
    """Its provider broke down or kept silent. One statement decides, however many workers say so at once."""
    ways, way = routes.for_channel(message.channel), way_of(message.channel)
    if len(ways) < 2:
        return
    Share.objects.get_or_create(way=way, defaults={"first": rest_of(way)})
    step = -rules.SWING if message.provider == ways[0].name else rules.SWING
    swung = Greatest(Value(0), Least(Value(100), F("first") + step))
    may_move = Q(moved_at=None) | Q(moved_at__lte=at - rules.SWINGS_AT_MOST_EVERY)
    if not Share.objects.filter(may_move, way=way).update(first=swung, moved_at=at, trouble_at=at):
        Share.objects.filter(way=way, trouble_at__lt=at).update(trouble_at=at)


def drift(*, at: dt.datetime) -> None:
    """Ten points back towards rest, where nothing went wrong for a while."""
    quiet = at - rules.QUIET_FOR
    for way in (PHONE, ALIMTALK):
        rest = rest_of(way)
        towards = Case(
            When(first__lt=rest, then=Least(Value(rest), F("first") + rules.SWING)),
            default=Greatest(Value(rest), F("first") - rules.SWING),
        )
        Share.objects.filter(way=way, moved_at__lte=quiet, trouble_at__lte=quiet).exclude(first=rest).update(
            first=towards, moved_at=at
        )

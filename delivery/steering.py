"""Which of two providers is asked: by share, and away from one that is in trouble.

One row a way (text messages, AlimTalk) holds the first provider's share in percent. Each trouble moves ten points to the other provider, at most
once a minute; after five quiet minutes ten points drift back towards the share that the settings name.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.conf import settings
from django.db.models import Case, Count, F, Min, Q, Value, When
from django.db.models.functions import Greatest, Least

from delivery import routes, rules
from delivery.models import Attempt, Share
from delivery.routes import ALIMTALK, PHONE, WAY_OF, Route
from delivery.states import Outcome
from delivery.taking import Outgoing, Taken

# A try that may have reached its provider without our hearing its yes.
DOUBTFUL = ~Q(outcome__in=[Outcome.TEMPORARY, Outcome.ACCEPTED])


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
        return ways[0] if chance * 100 < first_share(WAY_OF[message.channel]) else ways[1]
    if stays_until(message, at=at) is not None:
        return last  # it alone knows whether it has the message
    # Sent again by hand: whoever took it once would answer as before, and send nothing.
    took = who_took(message)
    others = [*(way for way in ways if way != last), last]
    return next((way for way in others if way.name not in took), others[0])


def who_took(message: Outgoing) -> set[str]:
    """The providers that have said of it that they took it."""
    taken = Attempt.objects.filter(message_id=message.id, outcome=Outcome.ACCEPTED)
    return set(taken.order_by().values_list("provider", flat=True))


def stays_until(message: Outgoing, *, at: dt.datetime) -> dt.datetime | None:
    """Until when the provider of the last try alone is asked for it. None: that is over, or it is in doubt at the other one only."""
    if not message.in_doubt:
        return None
    doubtful = Attempt.objects.filter(DOUBTFUL, message_id=message.id, provider=message.provider)
    since = doubtful.order_by("number").values_list("started_at", flat=True).first()
    if since is None or not rules.stays_in_doubt(lane=message.lane, since=since, at=at):
        return None
    return rules.doubt_ends(lane=message.lane, since=since)


def moving_on(messages: Sequence[Taken], *, at: dt.datetime) -> set[uuid.UUID]:
    """Of those in doubt: for which the other provider, never asked for it before, is to be asked now."""
    doubtful = [each for each in messages if each.in_doubt and len(routes.for_channel(each.channel)) > 1]
    if not doubtful:
        return set()
    tried = Attempt.objects.filter(message__in=[each.id for each in doubtful]).order_by().values("message")
    elsewhere = Count("pk", filter=~Q(provider=F("message__provider")))
    found = tried.annotate(since=Min("started_at", filter=DOUBTFUL), elsewhere=elsewhere)
    since = dict(found.filter(since__isnull=False, elsewhere=0).values_list("message", "since"))
    return {
        each.id
        for each in doubtful
        if each.id in since and not rules.stays_in_doubt(lane=each.lane, since=since[each.id], at=at)
    }


def first_share(way: str = PHONE) -> int:
    """In percent, of all messages of this way."""
    kept = Share.objects.filter(way=way).values_list("first", flat=True).first()
    return rest_of(way) if kept is None else kept


def trouble(message: Outgoing, *, at: dt.datetime) -> None:
    """Its provider broke down or kept silent. One statement decides, however many workers say so at once."""
    ways, way = routes.for_channel(message.channel), WAY_OF[message.channel]
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

"""How messages leave: rows taken by lease, asked for, recorded, and found again where a worker died.

A worker takes rows by lease, asks the provider with no transaction open, and records the answer only if the lease is still
its own. Whoever dies in between leaves a row that the sweep takes for unknown, to be asked for again with the same id.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from random import SystemRandom
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Value, When

from delivery import budgets, outages, routes, rules, steering, taking, together, writing_down
from delivery.channels import Accepted, Answer, NotSent, OutcomeUnknown, answering, email
from delivery.models import Attempt, Message
from delivery.routes import Route
from delivery.states import ORDER, Channel, Lane, Outcome, State

log = logging.getLogger(__name__)
chance = SystemRandom()
T = TypeVar("T")

# Rows taken at once where each goes by itself. Few codes, so that several workers share them while a provider is slow.
BATCH = {Lane.CODE: 4, Lane.CLAIM: 20, Lane.CAMPAIGN: 20}
# After this long within a batch the rest is given back and the lanes are looked at anew: a code waits no longer.
SLICE = dt.timedelta(seconds=2)
# After this long a run ends, so that sweep and heartbeat need not wait where every hand sends; the next one is called for.
RUN = dt.timedelta(seconds=10)
SWEEP_BATCH = 500


@dataclass
class Watch:
    """Moments after `at`, by the monotonic clock: a run takes time, and the caller read the clock once."""

    at: dt.datetime
    started: float = field(default_factory=time.monotonic)
    # Channels for which there was no money left for a campaign: this run looks for no more of them.
    too_dear: set[str] = field(default_factory=set)
    # Ways out of order that this run has tried again.
    tried: set[str] = field(default_factory=set)

    def passed(self) -> dt.timedelta:
        return dt.timedelta(seconds=time.monotonic() - self.started)

    def now(self) -> dt.datetime:
        return self.at + self.passed()


# -- sending -----------------------------------------------------------------------------------------------------------


def send_due(*, lane: Lane, at: dt.datetime) -> int:
    """Sends what is due in this lane and in those before it; codes first, whatever else is waiting. Returns how many were asked."""
    watch, asked = Watch(at), 0
    try:
        while watch.passed() < RUN:
            lease = uuid.uuid4()
            taken = _take_next(lane, lease=lease, watch=watch)
            if not taken:
                break
            if isinstance(taken, together.Part):
                asked += _send_together(taken, lease=lease, watch=watch)
            else:
                asked += _send_each(taken, lease=lease, watch=watch)
    finally:
        email.hang_up()
    return asked


def _take_next(last: Lane, *, lease: uuid.UUID, watch: Watch) -> together.Part | Sequence[Message]:
    """From the first lane where something is due: some rows to be sent each by itself, or, of a campaign, many for one request."""
    for lane, channel in taking.lanes_with_work(ORDER[: ORDER.index(last) + 1], at=watch.now()).items():
        take = partial(_take_of_campaign, channel) if lane == Lane.CAMPAIGN else partial(_take_some, lane)
        while taken := take(lease=lease, watch=watch):
            if not isinstance(taken, together.Refused):
                return taken
            _wait_until_there_is_money(taken, watch=watch)
    return []


@transaction.atomic
def _take_some(lane: Lane, *, lease: uuid.UUID, watch: Watch) -> Sequence[Message]:
    due = Message.objects.due(at=watch.now()).filter(lane=lane).order_by("due_at")
    return _lease(due.select_for_update(skip_locked=True, of=("self",))[: BATCH[lane]], lease=lease, watch=watch)


@transaction.atomic
def _take_of_campaign(
    first: Channel, *, lease: uuid.UUID, watch: Watch
) -> together.Part | together.Refused | Sequence[Message]:
    """As many as a provider of the `first` channel takes in one request."""
    at = watch.now()
    rows = together.due(tried=watch.tried, never=watch.too_dear, most=together.most_by(first), at=at)
    if not rows:
        return []
    if together.may_go(rows[0]):
        begun = together.begin(rows, lease=lease, at=at, chance=chance.random())
        if isinstance(begun, together.Part) or not rows[0].moves_on:
            return begun
        alone = [row.id for row in rows if row.moves_on]  # no money for them there: each waits for it by itself
    else:
        alone = [row.id for row in rows if not together.may_go(row)]
    return _lease(
        Message.objects.filter(pk__in=alone[: BATCH[Lane.CAMPAIGN]]).order_by("due_at"), lease=lease, watch=watch
    )


def _lease(locked: Iterable[Message], *, lease: uuid.UUID, watch: Watch) -> Sequence[Message]:
    rows = list(locked)
    Message.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=State.SENDING, lease=lease, leased_until=watch.now() + settings.DELIVERY_LEASE
    )
    return rows


def _wait_until_there_is_money(refused: together.Refused, *, watch: Watch) -> None:
    """Nothing was asked and no try is counted: what would have been next is due again when there will be money for all of it."""
    due = Message.objects.due(at=watch.now()).filter(lane=Lane.CAMPAIGN, channel__in=refused.channels)
    next_ones = due.order_by("due_at").values("pk")[: together.most()]
    untouched = Message.objects.filter(pk__in=next_ones, state=State.WAITING, in_doubt=False)
    untouched.update(due_at=refused.why.again_at, last_problem=refused.why.code)
    watch.too_dear |= refused.channels


def _send_each(batch: Sequence[Message], *, lease: uuid.UUID, watch: Watch) -> int:
    began, begun = watch.passed(), set[uuid.UUID]()
    try:
        for message in batch:
            if begun and watch.passed() - began > SLICE:
                break
            begun.add(message.pk)
            _send(message, lease=lease, watch=watch)
    finally:
        _put_back([message for message in batch if message.pk not in begun], lease=lease)
    return len(begun)


def _send_together(part: together.Part, *, lease: uuid.UUID, watch: Watch) -> int:
    answers = together.ask(part)
    rest = _surely(lambda: together.record(part, answers, lease=lease, at=watch.now()))
    if rest:
        _surely(lambda: _record_each(rest, lease=lease, watch=watch))
    free = [message for message, answer in zip(part.messages, answers, strict=True) if not may_cost(answer)]
    budgets.give_back(part.paid, free)
    troubled = [message for message, _attempt, answer in rest if not isinstance(answer, Accepted) and answer.trouble]
    for message in troubled[:1]:  # of one provider, so the first speaks for all
        steering.trouble(message, at=watch.now())
    return len(part.messages)


@transaction.atomic
def _record_each(rest: Sequence[tuple[taking.Taken, Attempt, Answer]], *, lease: uuid.UUID, watch: Watch) -> None:
    for _message, attempt, answer in rest:
        _record(attempt, answer, lease=lease, at=watch.now())


def _surely(write: Callable[[], T]) -> T:
    return writing_down.surely(write, within=settings.DELIVERY_LEASE)


def may_cost(answer: Answer) -> bool:
    return not isinstance(answer, NotSent)


def _with_others(route: Route, message: Message) -> list[Route]:
    """This provider, and where it has no money left, the other."""
    return [route, *(way for way in routes.for_channel(message.channel) if way != route)]


def _wait_for_money(messages: Sequence[Message], refused: budgets.TooDear, *, lease: uuid.UUID, watch: Watch) -> None:
    """Nothing was asked and no try is counted: they are due again when there will be money for all of them."""
    _put_back(messages, lease=lease, due_at=refused.again_at, last_problem=refused.code)
    watch.too_dear |= {message.channel for message in messages if message.lane == Lane.CAMPAIGN}


def _put_back(rest: Sequence[Message], *, lease: uuid.UUID, **changes: object) -> None:
    if rest:
        held = Message.objects.held(lease=lease).filter(pk__in=[message.pk for message in rest])
        before = Case(When(in_doubt=True, then=Value(State.UNKNOWN)), default=Value(State.WAITING))
        held.update(state=before, lease=None, leased_until=None, **changes)


def _send(taken: Message, *, lease: uuid.UUID, watch: Watch) -> None:
    """One by itself. What it is asked for again under the same id has been paid."""
    try:
        route = steering.choose(taken, at=watch.now(), chance=chance.random())
    except routes.NoSuchRoute:
        _no_route(taken.pk, lease=lease, at=watch.now())
        return
    ways = [route] if taken.in_doubt or taken.sent_at else _with_others(route, taken)
    asked_before = taken.in_doubt and route.name == taken.provider
    paid = budgets.Paid(route, (), watch.now()) if asked_before else budgets.pay([taken], ways, at=watch.now())
    if isinstance(paid, budgets.TooDear):
        _wait_for_money([taken], paid, lease=lease, watch=watch)
        return
    begun = _begin(taken.pk, paid.route, lease=lease, at=watch.now())
    if begun is None:
        budgets.give_back(paid, [taken])
        return
    message, attempt = begun
    answer = _ask(message)
    _surely(lambda: _record(attempt, answer, lease=lease, at=watch.now()))
    if not may_cost(answer):
        budgets.give_back(paid, [taken])
    if not isinstance(answer, Accepted) and answer.trouble:
        steering.trouble(message, at=watch.now())


def _no_route(pk: uuid.UUID, *, lease: uuid.UUID, at: dt.datetime) -> None:
    """Put while there was a provider of it: whoever chose the way must learn that it leads nowhere."""
    with transaction.atomic():
        message = _held(pk, lease=lease)
        if message is None:
            return
        message.last_problem = "no-route"
        if message.in_doubt:
            _give_up(message, at=at)
        else:
            message.move(State.FAILED, at=at)


def _begin(pk: uuid.UUID, route: Route, *, lease: uuid.UUID, at: dt.datetime) -> tuple[Message, Attempt] | None:
    """Writes that the provider is going to be asked, and renews the lease; nothing where the row is no longer ours or of use."""
    with transaction.atomic():
        message = _held(pk, lease=lease)
        if message is None:
            return None
        if rules.has_expired(expires_at=message.expires_at, at=at):
            _expire(message, at=at)
            return None
        if message.held_at is not None:
            message.move(State.UNKNOWN if message.in_doubt else State.WAITING, at=at)
            return None
        before = message.provider
        message.provider = route.name
        # A message that may have left once is asked for again from where it left.
        if not (message.in_doubt and message.sender and route.name == before):
            message.sender = route.sender
        message.tries += 1
        message.leased_until = at + settings.DELIVERY_LEASE
        message.save(update_fields=["tries", "provider", "sender", "leased_until"])
        attempt = Attempt.objects.create(
            message=message, number=message.tries, provider=message.provider, started_at=at
        )
        return message, attempt


def _ask(message: Message) -> Answer:
    """The call itself: no transaction is open, and whatever goes wrong is an answer."""

    def ask() -> Answer:
        route = routes.named(message.provider, channel=message.channel)
        return route.channel.send(message, message.words, route=route)

    return answering.answer_to(message, ask)


def _record(attempt: Attempt, answer: Answer, *, lease: uuid.UUID, at: dt.datetime) -> None:
    with transaction.atomic():
        message = _held(attempt.message_id, lease=lease)
        _end(attempt, answer, at=at)
        if isinstance(answer, Accepted):
            outages.somebody_took(message.channel if message else attempt.message.channel)
        if message is None:
            log.warning("message %s: the lease was lost before the answer came", attempt.message_id)
        elif isinstance(answer, Accepted):
            message.move(State.ACCEPTED, at=at, sent_at=at, provider_id=answer.provider_id, last_problem="")
        elif isinstance(answer, NotSent) and answer.permanent:
            message.last_problem = answer.code
            if message.in_doubt:  # it may have arrived by an earlier try, whatever is said of this one
                _give_up(message, at=at)
            else:
                message.move(State.FAILED, at=at)
        else:
            _try_again(message, answer, at=at)


def _held(pk: uuid.UUID, *, lease: uuid.UUID) -> Message | None:
    held = Message.objects.held(lease=lease).select_related("template").select_for_update(of=("self",))
    return held.filter(pk=pk).first()


def _end(attempt: Attempt, answer: Answer, *, at: dt.datetime) -> None:
    attempt.ended_at = at
    attempt.code = "" if isinstance(answer, Accepted) else answer.code
    match answer:
        case Accepted():
            attempt.outcome = Outcome.ACCEPTED
        case NotSent(permanent=True):
            attempt.outcome = Outcome.PERMANENT
        case NotSent():
            attempt.outcome = Outcome.TEMPORARY
        case OutcomeUnknown():
            attempt.outcome = Outcome.UNKNOWN
    attempt.save(update_fields=["ended_at", "code", "outcome"])


def _try_again(message: Message, answer: NotSent | OutcomeUnknown, *, at: dt.datetime) -> None:
    message.in_doubt = message.in_doubt or isinstance(answer, OutcomeUnknown)
    message.last_problem = answer.code
    if answer.code == answering.NOT_ASKED:
        _take_back(message, at=at)
        return
    ways = len(routes.for_channel(message.channel)) or 1
    rounds = rules.rounds(tries=message.tries, ways=ways)
    if not message.in_doubt and message.tries % ways:
        # It has certainly not left: the other provider is asked at once, and its place in the queue is the old one.
        message.move(State.WAITING, at=at)
        return
    if answer.trouble and _every_provider_was_asked(message, ways=ways):
        outages.nobody_took(message, at=at)
    if rules.may_try_again(tries=rounds):
        message.due_at = at + rules.pause(
            tries=rounds,
            first=settings.DELIVERY_FIRST_PAUSE,
            jitter=chance.random(),
            asked=answer.retry_after if isinstance(answer, NotSent) else None,
            lane=message.lane,
        )
        # The other provider is asked as soon as this one's time is over, however long the pause would be.
        if ways > 1 and (over_at := steering.stays_until(message, at=at)) is not None:
            message.due_at = min(message.due_at, over_at)
        message.move(State.UNKNOWN if message.in_doubt else State.WAITING, at=at)
    elif message.in_doubt:
        _give_up(message, at=at)
    else:
        message.move(State.FAILED, at=at)


def _take_back(message: Message, *, at: dt.datetime) -> None:
    """Its turn did not come before the time was up or the connection broke: that is no try, however often it happens."""
    message.attempts.filter(number=message.tries).delete()
    last = message.attempts.order_by("-number").values_list("provider", flat=True).first()
    message.tries, message.provider = message.tries - 1, last or ""
    message.move(State.UNKNOWN if message.in_doubt else State.WAITING, at=at, due_at=at + settings.DELIVERY_FIRST_PAUSE)


def _every_provider_was_asked(message: Message, *, ways: int) -> bool:
    """One in doubt stays with the provider that may have it: the other may be well."""
    if not message.in_doubt:
        return True
    return ways <= Attempt.objects.filter(message=message).values("provider").distinct().count()


def _give_up(message: Message, *, at: dt.datetime) -> None:
    """Not asked for again, though it may or may not have arrived: listed for staff, settled only by a receipt."""
    message.settle(at=at)
    if message.state == State.UNKNOWN:
        message.save()
    else:
        message.move(State.UNKNOWN, at=at)


def _expire(message: Message, *, at: dt.datetime) -> None:
    if message.in_doubt:
        _give_up(message, at=at)
    else:
        message.move(State.EXPIRED, at=at)


# -- sweeping ----------------------------------------------------------------------------------------------------------


def sweep(*, at: dt.datetime) -> list[Lane]:
    """Frees what dead workers held, ends what has expired, and returns the lanes where something is due."""
    steering.drift(at=at)
    while _free_lost_leases(at=at) == SWEEP_BATCH:
        pass
    while _end_expired(at=at) == SWEEP_BATCH:
        pass
    return list(taking.lanes_with_work(ORDER, at=at))


@transaction.atomic
def _free_lost_leases(*, at: dt.datetime) -> int:
    lost = Message.objects.filter(state=State.SENDING, leased_until__lte=at).order_by("leased_until")
    rows = list(lost.select_for_update(skip_locked=True, of=("self",))[:SWEEP_BATCH])
    # Only the attempt that was open when its worker fell silent says that the provider may have been asked.
    open_attempts = {
        (attempt.message_id, attempt.number): attempt
        for attempt in Attempt.objects.filter(message__in=rows, ended_at__isnull=True)
    }
    for message in rows:
        attempt = open_attempts.get((message.pk, message.tries))
        if attempt is None:
            message.move(State.UNKNOWN if message.in_doubt else State.WAITING, at=at)
            continue
        _end(attempt, OutcomeUnknown(code="worker-lost"), at=at)
        message.lost_leases += 1
        message.in_doubt, message.last_problem = True, "worker-lost"
        if rules.is_poison(lost_leases=message.lost_leases):
            log.error("message %s is set aside: its sender was lost %s times", message.pk, message.lost_leases)
            _give_up(message, at=at)
        else:
            message.move(State.UNKNOWN, at=at)  # its place in the queue is the old one: before all that came later
    return len(rows)


@transaction.atomic
def _end_expired(*, at: dt.datetime) -> int:
    expired = Message.objects.open().filter(expires_at__lte=at).order_by("expires_at")
    rows = list(expired.select_for_update(skip_locked=True, of=("self",))[:SWEEP_BATCH])
    for message in rows:
        _expire(message, at=at)
    return len(rows)

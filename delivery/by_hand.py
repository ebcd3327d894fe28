"""What a person decides about one message, with a reason: to ask for it once more, or to call it back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from breachdesk import audit
from breachdesk.accounts.models import User
from delivery import routes, rules, steering, tasks
from delivery.models import Message
from delivery.states import Channel, Lane, State

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class NotNow(Exception):
    """It stands otherwise by now, or was never one for this: nothing was done. `words`: for whoever wanted it."""

    words: StrOrPromise = _("지금 상태로는 할 수 없어요. 그사이 바뀌었을 수 있어요.")


class AtTheMailHouse(NotNow):
    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.words = _(
            "우편 대행사에 넘긴 편지라 여기서 거둘 수 없어요. 대행사에 %(number)s번을 빼 달라고 하세요. 앞의 수가 묶음 번호예요."
        ) % {"number": number}


class TakenBefore(NotNow):
    words = _(
        "업체가 받고 나서 전하지 못한 메시지예요. 업체는 한 번 받은 것을 다시 보내지 않으니 다시 보내기로는 가지 않아요. 다른 방법으로 알려 주세요."
    )


def send_again(*, message: Message, reason: str, by: User, at: dt.datetime) -> Message:
    """Asked for again as the sweep would, under the same id, of a provider that has not taken it yet. Raises NotNow."""
    with transaction.atomic():
        message = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
        if not rules.may_send_again(stands := standing(message), at=at):
            raise TakenBefore if stands.taken_before else NotNow
        was = message.state
        changes = {"due_at": at - rules.CLOCKS_DIFFER_BY, "held_at": None, "lost_leases": 0, "settled_at": None}
        if was == State.FAILED:
            message.move(State.UNKNOWN if message.in_doubt else State.WAITING, at=at, by_hand=True, **changes)
        else:
            for name, value in changes.items():
                setattr(message, name, value)
            message.save(update_fields=list(changes))
        _record("sent_again", message, reason=reason, was=was, by=by, at=at)
        transaction.on_commit(lambda: tasks.hurry(Lane(message.lane)), robust=True)
    return message


def call_back(*, message: Message, reason: str, by: User, at: dt.datetime) -> Message:
    """Not sent, or where it may have left not asked for again. Raises NotNow."""
    with transaction.atomic():
        message = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
        if not rules.may_call_back(standing(message)):
            raise AtTheMailHouse(message.provider_id) if message.handed else NotNow
        was = message.state
        if was == State.WAITING:
            message.move(State.CANCELLED, at=at)
        else:
            message.settle(at=at)
            message.save(update_fields=["settled_at"])
        _record("called_back", message, reason=reason, was=was, by=by, at=at)
    return message


def standing(message: Message) -> rules.Standing:
    return rules.Standing(
        lane=message.lane,
        state=message.state,
        settled=message.settled_at is not None,
        expires_at=message.expires_at,
        forgotten=message.sealed_words is None or message.sealed_recipient is None,
        handed=message.handed,
        taken_before=message.state == State.FAILED and _taken_before(message),
    )


def _taken_before(message: Message) -> bool:
    """By all that carry it. A mail is sent again: no mail server knows an id of ours."""
    if message.channel == Channel.EMAIL:
        return False
    took = steering.who_took(message)
    return bool(took) and all(way.name in took for way in routes.for_channel(message.channel))


def obstacles(message: Message) -> list[StrOrPromise]:
    """What somebody may look for here in vain, in words: why it is not offered."""
    stands = standing(message)
    found: list[StrOrPromise] = []
    if stands.handed and not stands.settled:
        found.append(AtTheMailHouse(message.provider_id).words)
    if stands.taken_before and stands.settled and not stands.forgotten and message.lane == Lane.CLAIM:
        found.append(TakenBefore.words)
    return found


def _record(what: str, message: Message, *, reason: str, was: str, by: User, at: dt.datetime) -> None:
    audit.record(
        kind=f"delivery.{what}",
        by=by,
        about=f"message:{message.pk}",
        at=at,
        reason=reason,
        was=was,
        tries=message.tries,
    )

"""What codes cost, who is told when it is too much. The only writer of alarms."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count

from breachdesk import audit, limits
from breachdesk.lib.contacts import Contact
from delivery.states import Channel
from delivery.words import Words, phone_channel
from lookup import rules
from lookup.models import Alarm, Challenge
from lookup.purses import Caps, Spending, Use
from lookup.states import AlarmKind

logger = logging.getLogger(__name__)


def price(words: Words, *, to: Contact) -> int | None:
    """Won. An e-mail costs nothing; None: a number of a country that is sent no codes."""
    if to.kind == "email":
        return 0
    prices = settings.CODE_COUNTRIES.get(to.country)
    if prices is None:
        return None
    short, long = prices
    return short if phone_channel(words) == Channel.SMS else long


def caps() -> Caps:
    return Caps(
        won_a_minute=settings.CODE_WON_A_MINUTE,
        won_a_day=settings.CODE_WON_A_DAY,
        reserve_percent=settings.CODE_RESERVE_PERCENT,
        free_of_contact=settings.CODE_FREE_OF_CONTACT,
        free_of_network=settings.CODE_FREE_OF_NETWORK,
    )


# Watching.


def spendings(*, at: dt.datetime) -> dict[AlarmKind, Spending]:
    """Of the minute and of the day that end now."""
    known = caps()
    return {
        kind: Spending(purse, known.reserve(purse), purse.allowance - limits.left(purse, subject="all", at=at))
        for kind, purse in zip((AlarmKind.MINUTE, AlarmKind.DAY), known.won, strict=True)
    }


def use(*, at: dt.datetime) -> Use:
    """Of the codes of the last minutes."""
    sent = Challenge.objects.filter(sent_at__gte=at - rules.USE_LOOKED_AT, sent_at__lt=at - rules.TYPED_WITHIN)
    return Use(**sent.aggregate(sent=Count("pk"), entered=Count("used_at")))


def causes(*, at: dt.datetime) -> dict[AlarmKind, dict[str, int]]:
    """What there is to be alarmed about at this moment, with its figures."""
    found: dict[AlarmKind, dict[str, int]] = {}
    for kind, spending in spendings(at=at).items():
        if spending.is_near:
            found[kind] = {"won": spending.spent, "cap": spending.purse.allowance, "of_reserve": spending.in_reserve}
    used = use(at=at)
    if used.is_suspicious:
        found[AlarmKind.UNUSED] = {"sent": used.sent, "entered": used.entered}
    return found


def watch(*, at: dt.datetime) -> None:
    """Raises the alarm once for each cause, and ends it when the cause has been gone for ten minutes."""
    present = causes(at=at)
    with transaction.atomic():
        ringing = {alarm.kind: alarm for alarm in Alarm.objects.select_for_update(of=("self",)).filter(ended_at=None)}
        for kind, figures in present.items():
            if kind in ringing:
                Alarm.objects.filter(pk=ringing[kind].pk).update(last_seen_at=at, figures=figures)
            else:
                _raise(kind, figures, at=at)
        for alarm in ringing.values():
            if alarm.kind not in present and alarm.last_seen_at <= at - rules.QUIET_FOR:
                Alarm.objects.filter(pk=alarm.pk).update(ended_at=at)
                audit.record(
                    kind="lookup.alarm_ended", by=None, about=f"alarm:{alarm.pk}", at=at, alarm=str(alarm.kind)
                )
                logger.warning("alarm over: %s", alarm.kind)


def _raise(kind: AlarmKind, figures: dict[str, Any], *, at: dt.datetime) -> None:
    try:
        with transaction.atomic():
            alarm = Alarm.objects.create(kind=kind, began_at=at, last_seen_at=at, figures=figures)
    except IntegrityError:  # another watch raised it at the same moment
        return
    audit.record(kind="lookup.alarm_raised", by=None, about=f"alarm:{alarm.pk}", at=at, alarm=kind, **figures)
    logger.warning("ALARM %s: %s (docs/RUNBOOK.md, Codes cost too much)", kind, figures)

"""Template filters for what only claims show."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils import timezone
from django.utils.translation import get_language

from breachdesk.lib import dates
from claims.states import DESK_WORDS, Kind, State

register = template.Library()


@register.filter
def kind_words(kind: str) -> str:
    return str(Kind(kind).label)


@register.filter
def exact_moment(value: dt.datetime) -> str:
    """11월 24일 14:44:08: to the second, for what a machine received."""
    local = timezone.localtime(value)
    joint = ", " if (get_language() or "ko").startswith("en") else " "
    return f"{dates.short_day(local, get_language() or 'ko')}{joint}{local:%H:%M:%S}"


@register.filter
def fours(value: str) -> str:
    """The first sixteen marks of a hash in groups of four: enough to compare by eye."""
    return " ".join(value[place : place + 4] for place in range(0, 16, 4))


@register.filter
def desk_state(state: str) -> str:
    """How staff call a state."""
    return str(DESK_WORDS[State(state)])

"""Reading budgets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q

from breachdesk import keys
from breachdesk.limits import rules
from breachdesk.limits.models import Spent


def subject_hashes(draw: rules.Draw) -> list[UUID]:
    """Under each key of ours, the active one first: what was taken before keys were changed still counts."""
    return keys.indexes("limits", draw.subject)


def subject_hash(draw: rules.Draw) -> UUID:
    return subject_hashes(draw)[0]


def common_hash(draw: rules.Draw) -> UUID:
    """The same in every process that holds the same keys, whichever of them is its active one."""
    return keys.index("limits", draw.subject, key_id=min(keys.index_keys().key_ids))


def spent(draws: Sequence[rules.Draw]) -> list[tuple[rules.Draw, list[rules.Entry]]]:
    """Each draw with what was taken of its budget before, under whichever key of ours; one statement."""
    keys_of = [[(draw.budget.name, subject) for subject in subject_hashes(draw)] for draw in draws]
    rows = reduce(or_, (Q(budget=name, subject=subject) for each in keys_of for name, subject in each))
    found = {
        (name, subject): [rules.Entry(*pair) for pair in zip(moments, amounts, strict=True)]
        for name, subject, moments, amounts in Spent.objects.filter(rows).values_list(
            "budget", "subject", "moments", "amounts"
        )
    }
    return [
        (draw, [entry for key in each for entry in found.get(key, [])])
        for draw, each in zip(draws, keys_of, strict=True)
    ]


def left(draw: rules.Draw, *, at: dt.datetime) -> int:
    return rules.amount_left(draw.budget, spent([draw])[0][1], at)


def would_grant(draws: Sequence[rules.Draw], *, at: dt.datetime) -> rules.Taken:
    return rules.judged(spent(draws), at)


def overdue(*, at: dt.datetime) -> bool:
    """Whether a row is still there that should have been forgotten by then."""
    return Spent.objects.filter(forget_on__lte=at.astimezone(dt.UTC).date()).exists()

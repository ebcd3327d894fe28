"""The only writers of budgets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from breachdesk.limits import queries, rules

# One statement decides and writes. A take that meets another on the same row waits for it and is judged on what it left.
TAKE = """
INSERT INTO limits_spent AS spent (budget, subject, moments, amounts, forget_on)
VALUES (%(budget)s, %(subject)s, ARRAY[%(moment)s::timestamptz], ARRAY[%(amount)s::bigint], %(forget_on)s)
ON CONFLICT (budget, subject) DO UPDATE SET
    (moments, amounts) = (
        SELECT array_agg(moment ORDER BY moment), array_agg(amount ORDER BY moment)
        FROM (
            SELECT moment, sum(amount)::bigint AS amount
            FROM unnest(spent.moments || excluded.moments, spent.amounts || excluded.amounts) AS entry (moment, amount)
            WHERE moment > %(kept_after)s
            GROUP BY moment
        ) AS kept
    ),
    forget_on = greatest(spent.forget_on, excluded.forget_on)
WHERE %(amount)s + (
        SELECT coalesce(sum(amount), 0)
        FROM unnest(spent.moments, spent.amounts) AS entry (moment, amount)
        WHERE moment > %(counts_after)s
    ) + %(elsewhere)s <= %(allowance)s
RETURNING moments, amounts
"""

# While we hold several keys, the same subject may have a row under each; whoever takes is then alone with them all.
UNDER_OTHER_KEYS = """
SELECT coalesce(sum(amount), 0)::bigint
FROM limits_spent, unnest(moments, amounts) AS entry (moment, amount)
WHERE budget = %(budget)s AND subject = ANY(%(others)s::uuid[]) AND moment > %(counts_after)s
"""
ALONE = "SELECT pg_advisory_xact_lock(hashtextextended(%(budget)s || %(common)s, 0))"

GIVE_BACK = """
UPDATE limits_spent SET (moments, amounts) = (
    SELECT coalesce(array_agg(moment ORDER BY moment), '{}'), coalesce(array_agg(amount ORDER BY moment), '{}')
    FROM (
        SELECT moment, amount - CASE WHEN moment = %(moment)s THEN %(amount)s ELSE 0 END AS amount
        FROM unnest(moments, amounts) AS entry (moment, amount)
    ) AS kept
    WHERE amount > 0
)
WHERE budget = %(budget)s AND subject = %(subject)s
"""


class _Refused(Exception):
    """Undoes what was taken of the other budgets."""

    def __init__(self, taken: rules.Taken) -> None:
        self.taken = taken


def take(draws: Sequence[rules.Draw], *, at: dt.datetime) -> rules.Taken:
    if not draws:
        raise ValueError("a take names at least one budget")
    # Always in the same order, so that two takes never wait for each other.
    ordered = sorted(draws, key=lambda draw: (draw.budget.name, queries.common_hash(draw)))
    try:
        with transaction.atomic():
            left = [_take_one(draw, ordered[place:], at) for place, draw in enumerate(ordered)]
    except _Refused as refused:
        return refused.taken
    return rules.Taken(ok=True, budget=None, again_at=None, left=min(left))


def give_back(draws: Sequence[rules.Draw], *, at: dt.datetime) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for draw in sorted(draws, key=lambda draw: (draw.budget.name, queries.common_hash(draw))):
            values: dict[str, Any] = {
                "budget": draw.budget.name,
                "subject": queries.subject_hash(draw),
                "amount": draw.amount,
                "moment": rules.kept_moment(draw.budget, at),
            }
            cursor.execute(GIVE_BACK, values)


def _take_one(draw: rules.Draw, untaken: Sequence[rules.Draw], at: dt.datetime) -> int:
    """What is left afterwards. Raises _Refused."""
    budget = draw.budget
    subject, *others = queries.subject_hashes(draw)
    elsewhere = _under_other_keys(draw, others, at) if others else 0
    if draw.amount + elsewhere <= budget.allowance:
        values: dict[str, Any] = {
            "budget": budget.name,
            "subject": subject,
            "elsewhere": elsewhere,
            "amount": draw.amount,
            "allowance": budget.allowance,
            "moment": rules.kept_moment(budget, at),
            "kept_after": rules.kept_after(budget, at),
            "counts_after": rules.counts_after(budget, at),
            "forget_on": rules.forget_on(budget, at),
        }
        with connection.cursor() as cursor:
            cursor.execute(TAKE, values)
            row = cursor.fetchone()
        if row:
            left = rules.amount_left(budget, [rules.Entry(*pair) for pair in zip(*row, strict=True)], at)
            return left - elsewhere
    raise _Refused(rules.refusal(queries.spent(untaken), at))


def _under_other_keys(draw: rules.Draw, others: Sequence[UUID], at: dt.datetime) -> int:
    values: dict[str, Any] = {
        "budget": draw.budget.name,
        "common": str(queries.common_hash(draw)),
        "others": [str(each) for each in others],
        "counts_after": rules.counts_after(draw.budget, at),
    }
    with connection.cursor() as cursor:
        cursor.execute(ALONE, values)
        cursor.execute(UNDER_OTHER_KEYS, values)
        return cursor.fetchone()[0]


def forget_spent(*, at: dt.datetime, batch: int = 5000) -> int:
    """Deletes the rows that no budget looks at any more, each batch in its own transaction. Says how many."""
    gone = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                """
                DELETE FROM limits_spent WHERE (budget, subject) IN (
                    SELECT budget, subject FROM limits_spent WHERE forget_on <= %s LIMIT %s FOR UPDATE SKIP LOCKED
                )
                """,
                [at.astimezone(dt.UTC).date(), batch],
            )
            count = cursor.rowcount
        gone += count
        if count < batch:
            return gone

"""What the rows add up to for one incident: who was told and how, what was claimed, decided and paid, and how long it took."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from notices import proof
from notices.models import Incident
from notices.states import TELLING_PROVEN

# Of each person on the list that answers: whether there is proof, by which way, since when; else how they stand.
TOLD = """
    WITH line AS (
        SELECT person_key,
               min(settled_at) FILTER (WHERE state = ANY(%(proven)s)) AS proven_at,
               min(channel) FILTER (WHERE state = ANY(%(proven)s)) AS channel,
               min(array_position(%(best_first)s::text[], state::text)) AS place
        FROM notices_telling WHERE incident_id = %(incident)s AND NOT clears GROUP BY person_key
    )
    SELECT line.place, line.channel,
           CASE WHEN line.proven_at IS NULL THEN NULL
                ELSE greatest(0, floor(extract(epoch FROM line.proven_at - %(learned_at)s) / 3600)) END::int AS hour,
           count(*)
    FROM notices_affectedrecord AS record LEFT JOIN line ON line.person_key = record.person_key
    WHERE record.dataset_id = %(dataset)s GROUP BY 1, 2, 3
"""
STANDING = """
    SELECT count(*), count(decided_at), count(*) FILTER (WHERE state = 'withdrawn')
    FROM claims_claim WHERE incident_id = %s
"""
# The last decision of each claim, against what was asked for.
OUTCOMES = """
    SELECT kind, CASE WHEN decided = 0 THEN 'refused' WHEN decided < asked THEN 'part' ELSE 'full' END, count(*)
    FROM (
        SELECT DISTINCT ON (claim.id) claim.kind, claim.amount AS asked, decision.amount AS decided
        FROM claims_claim AS claim JOIN claims_decision AS decision ON decision.claim_id = claim.id
        WHERE claim.incident_id = %s ORDER BY claim.id, decision.stage DESC
    ) AS last
    GROUP BY 1, 2
"""
DAYS = """
    SELECT kind, count(*), percentile_cont(0.5) WITHIN GROUP (
        ORDER BY extract(epoch FROM decided_at - submitted_at) / 86400
    ) FROM claims_claim WHERE incident_id = %s AND decided_at IS NOT NULL GROUP BY ROLLUP (kind)
"""
PAID = """
    SELECT count(*), coalesce(sum(payout.amount), 0)::bigint,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY payout.amount),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM claim.paid_at - claim.submitted_at) / 86400)
    FROM claims_payout AS payout JOIN claims_claim AS claim ON claim.id = payout.claim_id
    WHERE claim.incident_id = %s AND payout.state = 'paid'
"""


@dataclass
class Counted:
    """Raw: nothing of it is shown before `figures.shown`."""

    people: int = 0
    by_phone: int = 0
    by_email: int = 0
    by_letter: int = 0
    posted: int = 0
    under_way: int = 0
    by_posting: int = 0
    not_told: int = 0
    # How many were told within so many whole hours of when the leak was learned of.
    told_in_hour: dict[int, int] = field(default_factory=dict)
    received: int = 0
    decided: int = 0
    withdrawn: int = 0
    outcomes: dict[tuple[str, str], int] = field(default_factory=dict)
    # By kind ("" for all): how many, and the middle one's days.
    days: dict[str, tuple[int, float]] = field(default_factory=dict)
    paid: int = 0
    paid_amount: int = 0
    paid_middle: float = 0.0
    paid_days: float = 0.0


def count(incident: Incident) -> Counted:
    counted = Counted()
    _told(counted, incident)
    counted.received, counted.decided, counted.withdrawn = _rows(STANDING, [incident.pk])[0]
    counted.outcomes = {(kind, outcome): number for kind, outcome, number in _rows(OUTCOMES, [incident.pk])}
    counted.days = {
        kind or "": (number, float(middle)) for kind, number, middle in _rows(DAYS, [incident.pk]) if number
    }
    counted.paid, counted.paid_amount, middle, days = _rows(PAID, [incident.pk])[0]
    counted.paid_middle, counted.paid_days = float(middle or 0), float(days or 0)
    return counted


def _told(counted: Counted, incident: Incident) -> None:
    wanted: dict[str, Any] = {
        "incident": incident.pk,
        "dataset": incident.active_dataset_id,
        "learned_at": incident.learned_at,
        "proven": list(TELLING_PROVEN),
        "best_first": list(proof.BEST_FIRST),
    }
    for place, channel, hour, people in _rows(TOLD, wanted):
        counted.people += people
        state = proof.BEST_FIRST[place - 1] if place else None
        if state in TELLING_PROVEN:
            counted.told_in_hour[hour] = counted.told_in_hour.get(hour, 0) + people
            match channel:
                case "email":
                    counted.by_email += people
                case "letter":
                    counted.by_letter += people
                case "posting":
                    counted.posted += people
                case _:
                    counted.by_phone += people
        elif state in proof.UNDER_WAY:
            counted.under_way += people
        elif state in proof.BY_POSTING:
            counted.by_posting += people
        else:
            counted.not_told += people


def _rows(sql: str, values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()

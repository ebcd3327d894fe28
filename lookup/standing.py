"""How whoever holds a proof stands: what they were told, which steps they marked, what they asked to be looked at again and
what they watch. All that an answer's page asks of them, in one statement; of somebody on no list it is the same one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from lookup import queries, states
from lookup.models import Look, Proof

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Row = TypeVar("Row", "Told", "Mark", "Asked", "Watched")


@dataclass(frozen=True)
class Told:
    """The latest answer by one list: under this proof (`here`), or under those before it."""

    id: int
    incident_id: int
    here: bool
    list_number: int
    outcome: str
    at: dt.datetime


@dataclass(frozen=True)
class Mark:
    """A guided step, and when they are told of it again at which kind of contact."""

    incident_id: int
    step: str
    state: str
    remind_at: dt.datetime | None
    reminded_at: dt.datetime | None
    contact_kind: str | None


@dataclass(frozen=True)
class Asked:
    """A look again."""

    incident_id: int
    reference: str
    state: str

    @property
    def words(self) -> StrOrPromise:
        return states.Dispute(self.state).label

    @property
    def is_open(self) -> bool:
        return self.state in states.DISPUTE_OPEN


@dataclass(frozen=True)
class Watched:
    incident_id: int
    begun_at: dt.datetime
    told_at: dt.datetime | None


@dataclass(frozen=True)
class Standing:
    """Of every incident; `asked` the newest first."""

    told: list[Told]
    marks: list[Mark]
    asked: list[Asked]
    watched: list[Watched]


# What they were told as the person they are, and before they were matched with anybody. A union, each half by its own index:
# with OR over the join PostgreSQL would read both tables from end to end.
OWN_LOOKS = """
    SELECT look.id FROM lookup_look AS look JOIN lookup_proof AS proof ON proof.id = look.proof_id
    WHERE look.person_id IS NULL AND {alike}
    UNION
    SELECT id FROM lookup_look WHERE person_id = %s
"""
BY_CONTACT = "(proof.contact_hash, proof.identity_hash) IN (SELECT * FROM unnest(%s::uuid[], %s::uuid[]))"
BY_LETTER = "proof.letter_id = %s AND proof.identity_hash = ANY(%s::uuid[])"

STANDING = """
    SELECT
    (SELECT json_agg(told) FROM (
        SELECT DISTINCT ON (incident_id, proof_id = %s, dataset_number)
               id, incident_id, proof_id = %s AS here, dataset_number AS list_number, outcome, at
        FROM lookup_look WHERE id IN ({own_looks})
        ORDER BY incident_id, proof_id = %s, dataset_number, id DESC
    ) AS told),
    (SELECT json_agg(mark) FROM (
        SELECT mark.incident_id, step, state, remind_at, reminded_at, contact_kind
        FROM lookup_stepmark AS mark LEFT JOIN lookup_proof AS proof ON proof.id = mark.proof_id
        WHERE mark.person_id = %s
    ) AS mark),
    (SELECT json_agg(asked) FROM (
        SELECT incident_id, reference, state FROM lookup_dispute
        WHERE identity_hash = ANY(%s::uuid[]) OR person_id = %s ORDER BY id DESC
    ) AS asked),
    (SELECT json_agg(watched) FROM (
        SELECT incident_id, begun_at, told_at FROM lookup_watch WHERE identity_hash = ANY(%s::uuid[])
    ) AS watched)
"""


def of(proof: Proof) -> Standing:
    own_looks, params = _own_looks(proof)
    asked_by = [str(each) for each in queries.own_hashes(proof)]
    with connection.cursor() as cursor:
        cursor.execute(
            STANDING.format(own_looks=own_looks),
            [proof.pk, proof.pk, *params, proof.pk, proof.person_id, asked_by, proof.person_id, asked_by],
        )
        told, marks, asked, watched = cursor.fetchone()
    return Standing(_rows(Told, told), _rows(Mark, marks), _rows(Asked, asked), _rows(Watched, watched))


def looks_of(proof: Proof) -> QuerySet[Look]:
    """What whoever holds this proof was told."""
    return Look.objects.filter(pk__in=RawSQL(*_own_looks(proof)))  # noqa: S611 - the text above


def _own_looks(proof: Proof) -> tuple[str, list[Any]]:
    identity = proof.identity
    hashes = queries.identity_hashes(identity, contact=proof.contact, letter_id=proof.letter_id) if identity else []
    both = [str(each) for _contact, each in hashes]
    if proof.letter_id is not None:
        return OWN_LOOKS.format(alike=BY_LETTER), [proof.letter_id, both, proof.person_id]
    return OWN_LOOKS.format(alike=BY_CONTACT), [[str(each) for each, _both in hashes], both, proof.person_id]


def _rows(kind: Callable[..., Row], found: list[dict[str, Any]] | None) -> list[Row]:
    return [
        kind(
            **{
                name: dt.datetime.fromisoformat(value) if value and name in MOMENTS else value
                for name, value in row.items()
            }
        )
        for row in found or ()
    ]


MOMENTS = {"at", "remind_at", "reminded_at", "begun_at", "told_at"}

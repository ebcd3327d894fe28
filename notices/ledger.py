"""The proof-of-notice ledger in SQL: who comes into it, what it adds up to, and the records that belong to its lines."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from breachdesk import keys
from breachdesk.lib.contacts import Contact
from notices import ladder_rules, sealing
from notices.audience import WITHHELD_FROM, Alike
from notices.campaign_models import Campaign
from notices.clearing import CLEARED
from notices.models import Dataset, Notice
from notices.states import TELLING_LIVE, TELLING_PROVEN, CampaignState, TellingState

# Lines written in one transaction.
BATCH = 20_000

# Of a record: told of this notice, or on the way to be, by an earlier campaign. That somebody is cleared by it is another word.
TOLD = """EXISTS (
    SELECT FROM notices_telling AS line
    WHERE line.incident_id = %(incident)s AND line.person_key = record.person_key
      AND line.notice_id = %(notice)s AND line.state = ANY(%(live)s)
      AND line.clears = (%(cleared_by)s::bigint IS NOT NULL)
)"""
# Told of the leak, by whatever version, and there is proof.
PROVEN = """EXISTS (
    SELECT FROM notices_telling AS line
    WHERE line.incident_id = %(incident)s AND line.person_key = record.person_key
      AND line.state = ANY(%(proven)s) AND NOT line.clears
)"""
# Who belongs to a campaign, and who of those is to be told: as audience.Choice says it of those alike.
CHOSEN = f"""record.dataset_id = %(dataset)s AND record.items = ANY(%(items)s)
  AND (cardinality(%(languages)s::text[]) = 0 OR record.language = ANY(%(languages)s::text[]))
  AND (cardinality(%(members)s::text[]) = 0 OR record.member = ANY(%(members)s::text[]))
  AND {CLEARED}"""
TO_TELL = f"NOT {TOLD} AND NOT (%(unproven)s AND {PROVEN})"

ALIKE = f"""
    SELECT record.items, record.language, record.member, record.phone_hash IS NOT NULL, record.email_hash IS NOT NULL,
           {TOLD} AS told, {PROVEN} AS proven, count(*)
    FROM notices_affectedrecord AS record
    WHERE record.dataset_id = %(dataset)s AND {CLEARED}
    GROUP BY 1, 2, 3, 4, 5, 6, 7
"""  # noqa: S608 - the conditions named above


def alike(*, dataset: Dataset, notice: Notice, cleared_by: Dataset | None = None) -> list[Alike]:
    """Everybody on a list, counted by what decides how they are told. `cleared_by`: of an earlier one, those it clears."""
    with connection.cursor() as cursor:
        wanted: dict[str, Any] = {
            "dataset": dataset.pk,
            "incident": notice.incident_id,
            "notice": notice.pk,
            "live": list(TELLING_LIVE),
            "proven": list(TELLING_PROVEN),
            "cleared_by": cleared_by and cleared_by.pk,
        }
        cursor.execute(ALIKE, wanted)
        return [Alike(*row) for row in cursor.fetchall()]


def _of(campaign: Campaign) -> dict[str, Any]:
    """What CHOSEN and TO_TELL ask of a campaign."""
    return {
        "dataset": campaign.dataset_id,
        "items": campaign.items,
        "languages": campaign.languages,
        "members": campaign.members,
        "cleared_by": campaign.cleared_by_id,
        "incident": campaign.incident_id,
        "notice": campaign.notice_id,
        "live": list(TELLING_LIVE),
        "unproven": campaign.unproven,
        "proven": list(TELLING_PROVEN),
    }


# In the order of the keys, so that two campaigns that list the same people never wait for each other in a circle.
LIST_NEXT = f"""
    WITH next AS (
        SELECT person_key, member, phone_hash, email_hash
        FROM notices_affectedrecord AS record
        WHERE {CHOSEN} AND (%(after)s::uuid IS NULL OR person_key > %(after)s::uuid)
        ORDER BY person_key LIMIT %(limit)s
    ), begun AS (
        SELECT person_key,
               CASE WHEN member = ANY(%(withheld_from)s) THEN %(withheld)s
                    WHEN phone_hash IS NULL AND email_hash IS NULL AND NOT %(by_letter)s THEN %(no_contact)s
                    ELSE %(waiting)s END AS state,
               CASE WHEN member = ANY(%(withheld_from)s) THEN member ELSE '' END AS reason
        FROM next AS record
        WHERE {TO_TELL}
        ORDER BY person_key
    ), listed AS (
        INSERT INTO notices_telling
            (incident_id, notice_id, campaign_id, person_key, clears, state, reason, channel, listed_at, settled_at)
        SELECT %(incident)s, %(notice)s, %(campaign)s, person_key, %(cleared_by)s::bigint IS NOT NULL, state, reason, '', %(at)s,
               CASE WHEN state = %(waiting)s THEN NULL ELSE %(at)s END
        FROM begun
        ON CONFLICT DO NOTHING
        RETURNING id, state
    ), posted AS (
        INSERT INTO notices_attempt (line_id, rung, channel, message_key, outcome, reason, put_at, taken_at, look_again_at)
        SELECT id, %(posting)s, 'posting', '', 'taken', '', %(at)s, %(at)s, %(look_at_posting)s
        FROM listed WHERE state <> %(waiting)s AND %(posting)s IS NOT NULL
    )
    SELECT (SELECT count(*) FROM listed), (SELECT count(*) FROM next),
           (SELECT person_key FROM next ORDER BY person_key DESC LIMIT 1)
"""  # noqa: S608 - the conditions named above
FIRST = f"""
    SELECT person_key FROM notices_affectedrecord AS record WHERE {CHOSEN} AND {TO_TELL}
    ORDER BY person_key LIMIT %(limit)s
"""  # noqa: S608 - the conditions named above


def first(campaign: Campaign, *, most: int) -> list[uuid.UUID]:
    """Whom a campaign would tell first."""
    with connection.cursor() as cursor:
        cursor.execute(FIRST, {**_of(campaign), "limit": most})
        return [row[0] for row in cursor.fetchall()]


@dataclass(frozen=True)
class Listed:
    lines: int
    # False: the list has been gone through.
    more: bool
    up_to: uuid.UUID | None


def list_next(campaign: Campaign, *, by_letter: bool, posting: int | None, at: dt.datetime) -> Listed:
    """Writes the next lines of a campaign into the ledger: everybody of its audience who is not told of its notice yet.

    `by_letter`: letters are posted, so that an address may be a contact; only an opened record shows whether it has one.
    `posting`: the rung on which the posted notice stands for whoever is not written to.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            LIST_NEXT,
            {
                **_of(campaign),
                "campaign": campaign.pk,
                "after": campaign.listed_up_to and str(campaign.listed_up_to),
                "limit": BATCH,
                "at": at,
                "withheld_from": list(WITHHELD_FROM),
                "withheld": TellingState.WITHHELD,
                "no_contact": TellingState.NO_CONTACT,
                "waiting": TellingState.WAITING,
                "by_letter": by_letter,
                "posting": posting,
                "look_at_posting": at + ladder_rules.LOOK_AT_POSTINGS,
            },
        )
        lines, seen, up_to = cursor.fetchone()
    return Listed(lines, more=seen == BATCH, up_to=up_to or campaign.listed_up_to)


@dataclass(frozen=True)
class Figures:
    """Of one campaign, from one look at the rows: the states add up to the audience at every moment."""

    audience: int
    by_state: dict[TellingState, int]
    by_rung: dict[tuple[TellingState, int | None], int] = field(default_factory=dict)

    def on_rung(self, state: str, position: int) -> int:
        return self.by_rung.get((TellingState(state), position), 0)

    def __getitem__(self, state: str) -> int:
        return self.by_state[TellingState(state)]

    @property
    def sum(self) -> int:
        return sum(self.by_state.values())

    @property
    def told(self) -> int:
        """To whom it has left: with proof, or on the way to it."""
        return self["sent"] + self["proven"]

    @property
    def proven(self) -> int:
        return self["proven"]


FIGURES = """
    SELECT campaign.audience, line.state, line.rung, count(line.id)
    FROM notices_campaign AS campaign LEFT JOIN notices_telling AS line ON line.campaign_id = campaign.id
    WHERE campaign.id = %s GROUP BY campaign.audience, line.state, line.rung
"""


def figures(campaign_id: int) -> Figures:
    with connection.cursor() as cursor:
        cursor.execute(FIGURES, [campaign_id])
        rows = cursor.fetchall()
    by_rung = {(TellingState(state), rung): people for _audience, state, rung, people in rows if state}
    counted = Counter[str]()
    for (state, _rung), people in by_rung.items():
        counted[state] += people
    return Figures(rows[0][0], {state: counted.get(state, 0) for state in TellingState}, by_rung)


def may_climb(campaign: Campaign) -> bool:
    """Of a finished campaign: somebody may yet have to be told by the next rung."""
    open_ones = [TellingState.WAITING, TellingState.SENT, TellingState.UNKNOWN]
    return (
        campaign.state == CampaignState.FINISHED
        and campaign.ladder_id is not None
        and campaign.tellings.filter(state__in=open_ones).exists()
    )


def reasons(campaign_id: int) -> list[tuple[str, int]]:
    """Of the lines that carry one: each reason, and how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reason, count(*) FROM notices_telling "
            "WHERE campaign_id = %s AND state IN ('failed', 'withheld', 'cancelled') AND reason <> '' GROUP BY 1 ORDER BY 2 DESC",
            [campaign_id],
        )
        return cursor.fetchall()


@dataclass(frozen=True)
class Record:
    """What a letter needs of one record, opened."""

    person_key: uuid.UUID
    items: str
    language: str
    member: str
    name: str
    phone: Contact | None
    email: Contact | None
    address: str = ""
    customer_ref: str = ""


RECORDS = """
    SELECT person_key, items, language, member, sealed_in, sealed
    FROM notices_affectedrecord WHERE dataset_id = %s AND person_key = ANY(%s::uuid[])
"""


def records(dataset_id: int, person_keys: Iterable[uuid.UUID]) -> dict[uuid.UUID, Record | None]:
    """By person; nothing where a record cannot be opened."""
    with connection.cursor() as cursor:
        cursor.execute(RECORDS, [dataset_id, [str(key) for key in person_keys]])
        return {row[0]: _opened(*row) for row in cursor.fetchall()}


def _opened(
    person_key: uuid.UUID, items: str, language: str, member: str, sealed_in: int, sealed: memoryview
) -> Record | None:
    try:
        plain = keys.unseal_json(bytes(sealed), bound_to=sealing.bound_to(sealed_in, person_key.hex))
    except keys.CannotOpen:
        return None
    phone, email = (Contact(kind, plain[kind]) if plain.get(kind) else None for kind in ("phone", "email"))
    return Record(
        person_key,
        items,
        language,
        member,
        plain["name"],
        phone,
        email,
        plain.get("address", ""),
        plain["customer_ref"],
    )


def person_keys(dataset_id: int, contacts: Iterable[uuid.UUID]) -> list[uuid.UUID]:
    """Of the people of a list who have one of these contacts, given as hashes."""
    with connection.cursor() as cursor:
        hashes = [str(each) for each in contacts]
        cursor.execute(
            "SELECT person_key FROM notices_affectedrecord WHERE dataset_id = %s"
            " AND (phone_hash = ANY(%s::uuid[]) OR email_hash = ANY(%s::uuid[]))",
            [dataset_id, hashes, hashes],
        )
        return [row[0] for row in cursor.fetchall()]


EXAMPLE = """
    SELECT person_key, items, language, member, sealed_in, sealed FROM notices_affectedrecord AS record
    WHERE dataset_id = %s AND items = %s AND language = %s AND member = %s
      AND (phone_hash IS NOT NULL) = %s AND (email_hash IS NOT NULL) = %s
      AND NOT EXISTS (
          SELECT FROM notices_affectedrecord AS still
          WHERE still.dataset_id = %s AND still.person_key = record.person_key
      )
    LIMIT %s
"""
# Whether somebody has an address is seen only in an opened record.
OPENED_FOR_AN_ADDRESS = 50


def example(
    dataset_id: int, group: Alike, *, cleared_by: Dataset | None = None, addressed: bool = False
) -> Record | None:
    """Somebody of this group, opened; not on the list that clears them. `addressed`: somebody with an address."""
    of_group: list[Any] = [group.items, group.language, group.member, group.has_phone, group.has_email]
    most = OPENED_FOR_AN_ADDRESS if addressed else 1
    with connection.cursor() as cursor:
        cursor.execute(EXAMPLE, [dataset_id, *of_group, cleared_by.pk if cleared_by else 0, most])
        opened = (_opened(*row) for row in cursor.fetchall())
        return next((one for one in opened if one and (one.address or not addressed)), None)

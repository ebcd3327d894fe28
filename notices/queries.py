"""Reads of this room, named for the answer."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterator
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Exists, Max, OuterRef, QuerySet

from breachdesk import keys
from breachdesk.accounts.models import User
from breachdesk.lib.contacts import Contact
from notices import catalogue, lines, protected, sealing
from notices.lines import Listing
from notices.models import ContactPoint, Dataset, Incident, Notice, Posting, Remedy, Tier
from notices.states import IMPORT_OPEN, CampaignState, Cleared, ClockKind, NoticeKind, NoticeState

# Where those are counted of whom nothing is sure to have leaked.
POSSIBLY = 0
# And those whom no tier takes in.
NO_TIER = -1


def listed(contact: Contact) -> list[Listing]:
    """Every record with this contact in every list that answers now: one SELECT, whatever there is to find."""
    return [listing for said in lines.of_contact(contact) for listing in said.listings]


def listed_person(person_key: uuid.UUID) -> list[Listing]:
    """This person's record in every list that answers now."""
    return [listing for said in lines.of_person(person_key) for listing in said.listings]


OF_PERSONS = """
    SELECT DISTINCT ON (person_key) person_key, sealed_in, sealed
    FROM notices_affectedrecord
    WHERE dataset_id = ANY(%s) AND person_key = ANY(%s::uuid[])
    ORDER BY person_key
"""


def keyed_anew(person_keys: list[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """By the key that a person has in some list: the one under the active key of ours. Raises keys.CannotOpen."""
    lists = list(Dataset.objects.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(OF_PERSONS, [lists, [str(key) for key in person_keys]])
        found = cursor.fetchall()
    anew = {}
    for person_key, sealed_in, sealed in found:
        plain = keys.unseal_json(bytes(sealed), bound_to=sealing.bound_to(sealed_in, person_key.hex))
        anew[person_key] = keys.index("customer_ref", plain["customer_ref"])
    return anew


def who_it_was(person_key: uuid.UUID) -> Iterator[tuple[str, dt.date | None]]:
    """Every name and birth date (none of a company) under which a person stands in some list."""
    lists = list(Dataset.objects.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sealed_in, sealed FROM notices_affectedrecord WHERE dataset_id = ANY(%s) AND person_key = %s",
            [lists, str(person_key)],
        )
        found = cursor.fetchall()
    for sealed_in, sealed in found:
        plain = keys.unseal_json(bytes(sealed), bound_to=sealing.bound_to(sealed_in, person_key.hex))
        born = plain.get("birth_date")
        yield plain["name"], dt.date.fromisoformat(born) if born else None


def open_incidents() -> QuerySet[Incident]:
    """Every incident that people were told of and whose notice is up, the newest first."""
    told = Incident.objects.filter(notices__state=NoticeState.PUBLISHED).distinct()
    return told.exclude(pk__in=_taken_down()).order_by("-learned_at", "-pk")


def _taken_down() -> QuerySet[Incident]:
    """Incidents that had their notice up and have it no more."""
    return Incident.objects.filter(
        Exists(Posting.objects.filter(incident=OuterRef("pk"))),
        ~Exists(Posting.objects.filter(incident=OuterRef("pk"), taken_down_at=None)),
    )


def was_taken_down(slug: str) -> bool:
    return _taken_down().filter(slug=slug).exists()


def who_answers_for_postings() -> QuerySet[User]:
    """Members of staff who may take a notice down: they are told when it is not there as published."""
    rights = ("propose_takedown", "confirm_takedown")
    may = User.objects.filter(
        groups__permissions__codename__in=rights, groups__permissions__content_type__app_label="notices"
    )
    return may.filter(is_staff=True, is_active=True).exclude(email=None).distinct().order_by("pk")


def running_incidents() -> QuerySet[Incident]:
    """Those of them about which something is still being done."""
    return open_incidents().filter(ended_date=None)


def current_notice(incident: Incident) -> Notice | None:
    """The newest published version."""
    return published_notices(incident).first()


def published_notices(incident: Incident) -> QuerySet[Notice]:
    """Every published version, the newest first."""
    return incident.notices.filter(state=NoticeState.PUBLISHED).order_by("-number")


def depends_on(incident: Incident) -> protected.Depends:
    """What leans on this incident by now, so that it must not change."""
    published = list(published_notices(incident))
    draft = incident.notices.filter(state=NoticeState.DRAFT).first()
    named = {code for one in published for code in (*one.not_leaked, *_counted_codes(one))}
    used = {code for tier in incident.tiers.all() for code in tier.any_of} | {*incident.not_leaked}
    used |= {code for one in incident.third_parties.all() for code in one.items}
    return protected.Depends(
        published=bool(published),
        lists=incident.datasets.exists() or incident.import_jobs.filter(state__in=IMPORT_OPEN).exists(),
        campaign=incident.campaigns.exclude(state=CampaignState.CANCELLED).exists(),
        remedies=frozenset(number for tiers in incident.remedies.values_list("tiers", flat=True) for number in tiers),
        published_items=frozenset(named),
        used_items=frozenset(used | {*(draft.not_leaked if draft else [])}),
        kept_up_until=_kept_up_until(incident),
    )


def _kept_up_until(incident: Incident) -> dt.date | None:
    last = incident.clocks.filter(kind=ClockKind.KEEP_UP).aggregate(last=Max("due_at"))["last"]
    return None if last is None else last.astimezone(ZoneInfo(incident.time_zone)).date()


def _counted_codes(notice: Notice) -> list[str]:
    return [code for box in notice.counted for code in box["items"]]


def leaked_on_the_list(incident: Incident) -> set[str]:
    """Codes that somebody on the list that answers has lost."""
    return {code for tier in people_by_tier(incident) if tier["tier"] != POSSIBLY for code in tier["items"]}


def contact_points(incident: Incident) -> list[ContactPoint]:
    points = list(incident.contact_points.prefetch_related("hours", "special_hours"))
    for point in points:
        point.incident = incident
    return points


def help_line_contact() -> ContactPoint | None:
    """Of the newest incident that people were told of, the contact point whose number stands on every page."""
    return (
        ContactPoint.objects.filter(
            Exists(Notice.objects.filter(incident=OuterRef("incident"), state=NoticeState.PUBLISHED)),
            in_help_strip=True,
        )
        .select_related("incident")
        .prefetch_related("hours", "special_hours")
        .order_by("-incident__learned_at", "-incident_id", "position")
        .first()
    )


def tier_of(items: str, tiers: list[Tier]) -> int:
    """The number of the first tier that fits these leaked items, as `people_by_tier` counts."""
    sure = {code for code in items.split("|") if not code.endswith("?")}
    if not sure:
        return POSSIBLY
    return next((tier.number for tier in tiers if not tier.any_of or sure & set(tier.any_of)), NO_TIER)


def tier(incident: Incident, leaked: Collection[str]) -> tuple[int, Tier | None]:
    """The number of the tier somebody belongs to whose leaked items these are, and what is said to them."""
    tiers = list(incident.tiers.all())
    number = tier_of("|".join(leaked), tiers)
    return number, next((each for each in tiers if each.number == number), None)


def remedies(incident: Incident, tier: int, *, today: dt.date) -> list[Remedy]:
    """What somebody of this tier may still have."""
    return [
        remedy
        for remedy in incident.remedies.all()
        if (not remedy.tiers or tier in remedy.tiers)
        and (remedy.ask_until_date is None or today <= remedy.ask_until_date)
        and (remedy.ends_date is None or today <= remedy.ends_date)
    ]


def combinations(incident: Incident) -> list[tuple[str, int]]:
    """What leaks together on the list that answers, as the list writes it, and of how many people."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT items, count(*) FROM notices_affectedrecord WHERE dataset_id = %s GROUP BY items",
            [incident.active_dataset_id],
        )
        return cursor.fetchall()


GONE = """
    SELECT items, count(*) FROM (
        SELECT DISTINCT ON (record.person_key) record.items
        FROM notices_affectedrecord AS record JOIN notices_dataset AS dataset ON dataset.id = record.dataset_id
        WHERE record.dataset_id = ANY(%s) AND NOT EXISTS (
            SELECT FROM notices_affectedrecord AS still
            WHERE still.dataset_id = %s AND still.person_key = record.person_key
        )
        ORDER BY record.person_key, dataset.activated_at DESC
    ) AS gone GROUP BY items
"""


def gone_from_the_lists(incident: Incident, *, since: dt.datetime | None) -> list[tuple[str, int]]:
    """What was last said to have leaked of those who stood on an earlier list and do not on the one that answers.

    `since`: only those who still stood on the list that answered at that moment, or on a later one.
    """
    activated = incident.datasets.exclude(activated_at=None)
    if since is not None and (then := activated.filter(activated_at__lte=since).order_by("-activated_at").first()):
        activated = activated.filter(activated_at__gte=then.activated_at)
    earlier = list(activated.exclude(pk=incident.active_dataset_id or 0).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(GONE, [earlier, incident.active_dataset_id])
        return cursor.fetchall()


def cleared_now(notice: Notice) -> int | None:
    """For how many people this is an all-clear, by the lists; None: no list answers, or it is for everybody."""
    incident = notice.incident
    if incident.active_dataset_id is None or notice.cleared not in (Cleared.OFF_LIST, Cleared.TIERS):
        return None
    before = published_notices(incident).filter(kind=NoticeKind.NOT_LEAKED, number__lt=notice.number).first()
    gone = gone_from_the_lists(incident, since=before.published_at if before else None)
    if notice.cleared == Cleared.OFF_LIST:
        return sum(people for _items, people in gone)
    tiers = list(incident.tiers.all())
    return sum(people for items, people in gone if tier_of(items, tiers) in notice.cleared_tiers)


def people_by_tier(incident: Incident) -> list[dict[str, Any]]:
    """How many on the list that answers belong to each tier, and which items leaked there: {tier, people, items}.

    A person counts in the first tier that fits; those of whom nothing is sure to have leaked are tier 0, the last.
    """
    if incident.active_dataset_id is None:
        return []
    listed = [(items.split("|"), people) for items, people in combinations(incident)]
    sure = [(codes, people) for codes, people in listed if any(not code.endswith("?") for code in codes)]
    unsure = [(codes, people) for codes, people in listed if (codes, people) not in sure]
    counted = []
    for tier in incident.tiers.all():
        mine = [one for one in sure if not tier.any_of or set(tier.any_of) & set(one[0])]
        sure = [one for one in sure if one not in mine]
        counted.append(_counted(incident, tier.number, mine, leaked=lambda code: not code.endswith("?")))
    if unsure:
        counted.append(_counted(incident, POSSIBLY, unsure, leaked=lambda code: True))
    return counted


TIER_WORDS = ("name_ko", "name_en", "advice_ko", "advice_en")


def counted_now(incident: Incident) -> list[dict[str, Any]]:
    """people_by_tier with each tier's words, as a version keeps it: a tier may be called otherwise later."""
    tiers = {tier.number: tier for tier in incident.tiers.all()}
    return [
        {**one, **({name: getattr(tiers[one["tier"]], name) for name in TIER_WORDS} if one["tier"] in tiers else {})}
        for one in people_by_tier(incident)
    ]


def _counted(
    incident: Incident, tier: int, mine: list[tuple[list[str], int]], *, leaked: Callable[[str], bool]
) -> dict[str, Any]:
    codes = {code.removesuffix("?") for items, _people in mine for code in items if leaked(code)}
    known = catalogue.codes(incident.extra_items)
    return {
        "tier": tier,
        "people": sum(people for _items, people in mine),
        "items": [code for code in known if code in codes],
    }

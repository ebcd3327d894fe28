"""Reads for the desk and the workers, named for the answer."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from breachdesk.mailhouse import rules
from breachdesk.mailhouse.models import Batch, Letter
from breachdesk.mailhouse.states import BatchState, Problem, Return
from delivery import queries as delivery
from delivery.models import Message
from delivery.states import State
from notices.models import Campaign, Incident

# What letters that were asked for here tell of; a campaign's have its name.
DIRECT = "letters:"


@dataclass(frozen=True)
class Source:
    """Letters that wait and tell of one thing."""

    about: str
    incident: Incident
    campaign: Campaign | None
    waiting: int


def sources(*, at: dt.datetime) -> list[Source]:
    """What a batch could be gathered from now; what belongs to no incident is not here."""
    waiting = Counter(delivery.letters_waiting(at=at))
    for about, count in taken_but_waiting():
        waiting[about] -= count
    by_slug = {incident.slug: incident for incident in Incident.objects.order_by("pk")}
    numbers = [int(about.partition(":")[2]) for about in waiting if about.startswith("campaign:")]
    campaigns = Campaign.objects.select_related("incident", "notice").in_bulk(numbers)
    found = []
    for about, count in sorted(waiting.items()):
        kind, _colon, which = about.partition(":")
        if count <= 0:
            continue
        if about.startswith(DIRECT) and which in by_slug:
            found.append(Source(about, by_slug[which], None, count))
        elif kind == "campaign" and (campaign := campaigns.get(int(which))):
            found.append(Source(about, campaign.incident, campaign, count))
    return found


def taken_but_waiting() -> list[tuple[str, int]]:
    """Letters that a batch holds already and that the mail house has not posted yet."""
    held = Letter.objects.filter(in_hand=True, message__state=State.WAITING)
    return list(held.order_by().values_list("message__about").annotate(Count("pk")))


def waiting_letters(abouts: list[str], *, at: dt.datetime) -> QuerySet[Message]:
    """In no batch. Looked for by each letter's own index entry: a batch keeps its letters for ever, and a list of millions that
    does not fit into memory would be read anew for every letter that waits.
    """
    held = Letter.objects.filter(in_hand=True, message=OuterRef("pk"))
    waiting = Message.objects.letters_waiting(at=at).filter(~Exists(held), about__in=abouts)
    return waiting.order_by("put_at", "pk")


@dataclass(frozen=True)
class Figures:
    """Of one batch, counted from its letters: gathered == in_archive + left_out + to_make."""

    gathered: int
    made: int
    in_archive: int
    left_out: list[tuple[str, int]]
    arrived: int
    returned: list[tuple[str, int]]
    posted: int

    @property
    def returned_count(self) -> int:
        return sum(count for _reason, count in self.returned)


def figures(batch: Batch) -> Figures:
    letters = Letter.objects.filter(batch=batch)
    counted = letters.aggregate(
        gathered=Count("pk"),
        made=Count("pk", filter=Q(made_at__isnull=False)),
        in_archive=Count("pk", filter=Q(made_at__isnull=False, problem="")),
        arrived=Count("pk", filter=Q(arrived_at__isnull=False)),
        posted=Count("pk", filter=Q(message__provider_id__startswith=f"{batch.pk}-", message__sent_at__isnull=False)),
    )
    problems = letters.exclude(problem="").order_by("problem").values_list("problem").annotate(Count("pk"))
    returned = letters.exclude(returned="").order_by("returned").values_list("returned").annotate(Count("pk"))
    return Figures(
        left_out=[(str(Problem(problem).label), count) for problem, count in problems],
        returned=[(str(Return(reason).label), count) for reason, count in returned],
        **counted,
    )


def to_take_out(batch: Batch) -> list[str]:
    """Numbers of printed letters whose message was called back meanwhile: somebody must take them off the pile."""
    called_back = Letter.objects.filter(batch=batch, problem="", message__state__in=[State.CANCELLED, State.EXPIRED])
    numbers = called_back.order_by("number").values_list("number", flat=True)
    return [rules.running_number(batch.pk, number) for number in numbers]


def examples(batch: Batch) -> list[uuid.UUID]:
    """One message in each language."""
    letters = Letter.objects.filter(batch=batch).order_by("message__language", "number")
    return list(letters.distinct("message__language").values_list("message_id", flat=True))


def archives_to_forget(*, at: dt.datetime) -> QuerySet[Batch]:
    """Handed over so long ago, or never and its codes have run out."""
    handed_over = Q(handed_at__lte=at - rules.KEEP_ARCHIVE)
    return Batch.objects.filter(handed_over | Q(mailing__expires_at__lte=at), sealed_key__isnull=False)


def unfinished() -> QuerySet[Batch]:
    return Batch.objects.filter(state=BatchState.MAKING)

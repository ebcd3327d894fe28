"""One person across all rooms: told, looked up, cards, claims, inquiries, consultations, letters. Reads only, the newest first."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from breachdesk import keys
from cards.models import ActMove
from cards.states import DESK_WORDS as CARD_WORDS
from cards.states import State as CardState
from claims.models import Move
from claims.states import DESK_WORDS as CLAIM_WORDS
from claims.states import State as ClaimState
from delivery.states import Channel
from lookup.models import DisputeMove, LetterCode, Look, Person
from lookup.states import DISPUTE_DESK_WORDS, Dispute
from notices import queries as notices
from notices.ladder_models import Attempt
from notices.models import Campaign, Incident
from notices.states import Way
from support.consultation_models import ConsultationMove, Deed
from support.inquiry_models import InquiryMove
from support.seeing_models import Seeing
from support.states import INQUIRY_DESK_WORDS, Inquiry

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CHANNELS: dict[str, StrOrPromise] = {**dict(Channel.choices), Way.POSTING: Way.POSTING.label}


@dataclass(frozen=True)
class Entry:
    """`room` and `what` in words; `kind` and `reference` lead to the thing, where it has a page."""

    at: dt.datetime
    room: StrOrPromise
    what: StrOrPromise
    kind: str = ""
    reference: str = ""
    by: str = ""


def page(person: Person, *, before: dt.datetime | None, most: int) -> tuple[list[Entry], dt.datetime | None]:
    """So many entries older than a moment, and from which moment on the next page goes; None: there is none.

    Entries of one moment are never parted.
    """
    wanted = most + 1
    found = sorted(
        chain(*(_some(rows, before, wanted) for rows in _sources(person))), key=lambda one: one.at, reverse=True
    )
    if len(found) <= most:
        return found, None
    last = found[most - 1].at
    shown = [one for one in found if one.at >= last]
    return shown, last if any(one.at < last for one in found) else None


@dataclass(frozen=True)
class Source:
    rows: QuerySet
    moment: str
    entry: Any


def _some(source: Source, before: dt.datetime | None, most: int) -> Iterator[Entry]:
    rows = source.rows.filter(**({f"{source.moment}__lt": before} if before else {})).order_by(
        f"-{source.moment}", "-pk"
    )
    taken = list(rows[:most])
    if len(taken) == most:  # all that share the last moment
        last = getattr(taken[-1], source.moment)
        kept = {row.pk for row in taken}
        taken += [row for row in source.rows.filter(**{source.moment: last}) if row.pk not in kept]
    return (source.entry(row) for row in taken)


def _sources(person: Person) -> list[Source]:
    person_keys = _keys_of(person)
    told = Attempt.objects.filter(
        line__campaign__in=list(Campaign.objects.values_list("pk", flat=True)), line__person_key__in=person_keys
    )
    letters = LetterCode.objects.filter(
        incident__in=list(Incident.objects.values_list("pk", flat=True)), person_key__in=person_keys
    )
    deeds = Deed.objects.filter(right__proof__person=person).select_related("right__consultation", "right__agent")
    return [
        Source(told, "put_at", _told),
        Source(letters, "made_at", lambda row: Entry(row.made_at, _("편지"), _("코드가 든 편지를 만듦"))),
        Source(Look.objects.filter(person=person).select_related("proof"), "at", _looked),
        Source(DisputeMove.objects.filter(dispute__person=person).select_related("dispute", "by"), "at", _disputed),
        Source(ActMove.objects.filter(act__person=person).select_related("act"), "at", _card),
        Source(Move.objects.filter(claim__person=person).select_related("claim", "by"), "at", _claim),
        Source(InquiryMove.objects.filter(inquiry__person=person).select_related("inquiry", "by"), "at", _inquiry),
        Source(
            ConsultationMove.objects.filter(consultation__person=person).select_related("consultation", "by"),
            "at",
            _consulted,
        ),
        Source(deeds, "at", _deed),
        Source(
            Seeing.objects.filter(person=person).select_related("by"),
            "at",
            lambda row: Entry(row.at, _("직원"), _("이분이 보는 화면을 봄"), by=row.by.name),
        ),
    ]


def _keys_of(person: Person) -> list[uuid.UUID]:
    """As this person is called in every list, under whichever key of ours."""
    found = [person.person_key]
    try:
        for listing in notices.listed_person(person.person_key):
            found += [listing.person_key, *listing.former_keys]
    except keys.CannotOpen:
        pass
    return list(dict.fromkeys(found))


def _told(row: Attempt) -> Entry:
    what = _("%(channel)s로 알림: %(outcome)s") % {
        "channel": CHANNELS.get(row.channel, row.channel),
        "outcome": row.get_outcome_display(),
    }
    return Entry(row.put_at, _("통지"), what)


def _looked(row: Look) -> Entry:
    what = _("조회함: %(outcome)s") % {"outcome": row.get_outcome_display()}
    if row.proof.acting_in:
        return Entry(row.at, _("조회"), what, "consultation", row.proof.acting_in)
    return Entry(row.at, _("조회"), what)


def _disputed(row: DisputeMove) -> Entry:
    words = DISPUTE_DESK_WORDS[Dispute(row.to_state)]
    return Entry(row.at, _("결과가 이상하다는 요청"), words, "dispute", row.dispute.reference, _name(row.by))


def _card(row: ActMove) -> Entry:
    what = f"{row.act.get_kind_display()}: {CARD_WORDS[CardState(row.state)]}"
    return Entry(row.at, _("카드"), what, "", row.act.reference)


def _claim(row: Move) -> Entry:
    return Entry(
        row.at, _("선보상"), CLAIM_WORDS[ClaimState(row.to_state)], "claim", row.claim.reference, _name(row.by)
    )


def _inquiry(row: InquiryMove) -> Entry:
    words = INQUIRY_DESK_WORDS[Inquiry(row.to_state)]
    return Entry(row.at, _("문의"), words, "inquiry", row.inquiry.reference, _name(row.by))


def _consulted(row: ConsultationMove) -> Entry:
    what = row.get_to_state_display()
    return Entry(row.at, _("상담 기록"), what, "consultation", row.consultation.reference, row.by.name)


def _deed(row: Deed) -> Entry:
    what = _("대신 함: %(what)s") % {"what": f"{row.get_did_display()} {row.what}".strip()}
    return Entry(row.at, _("상담 기록"), what, "consultation", row.right.consultation.reference, row.right.agent.name)


def _name(user: Any) -> str:
    """Of staff only: whoever is no member of staff is the person themselves."""
    return user.name if user is not None and user.is_staff else ""

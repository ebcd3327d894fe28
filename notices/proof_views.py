"""The desk's first page says one thing above all: of how many people there is no proof that they were told, and until when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from breachdesk.desk import frame
from notices import proof, queries
from notices.proof import NOT_LISTED, Proof
from notices.states import TellingState

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

WIDTH = 1000


@dataclass(frozen=True)
class Piece:
    """One reason why there is no proof: a piece of the bar and a row of the table."""

    code: str
    name: StrOrPromise
    people: int
    start: int
    width: int


PIECES: tuple[tuple[str, StrOrPromise, tuple[str, ...]], ...] = (
    ("waiting", _("보낼 차례를 기다리거나 보내는 중"), (TellingState.WAITING, TellingState.PUT)),
    ("sent", _("나갔고 도착한 증거를 기다림"), (TellingState.SENT,)),
    ("unknown", _("갔는지 확인하는 중"), (TellingState.UNKNOWN,)),
    ("by-posting", _("연락처가 없거나 보내지 않음 → 게시로 대신"), proof.BY_POSTING),
    ("not-listed", _("아직 어느 통지에도 들지 않음"), (NOT_LISTED,)),
    ("failed", _("보내지 못했거나 취소함"), (TellingState.FAILED, TellingState.CANCELLED)),
)


def pieces(found: Proof) -> list[Piece]:
    """Those of the unproven, in the order of the bar; a piece of nobody is left out."""
    number = {**found.by_state, NOT_LISTED: found.not_listed}
    drawn, before = [], 0
    for code, name, states in PIECES:
        people = sum(number.get(state, 0) for state in states)
        start, end = (
            round(WIDTH * edge / found.unproven) if found.unproven else 0 for edge in (before, before + people)
        )
        if people:
            drawn.append(Piece(code, name, people, start, end - start))
        before += people
    return drawn


@frame.panel("untold", may="notices.view_campaign", template="notices/desk/untold.html", order=1)
def untold(request: HttpRequest, at: dt.datetime) -> dict[str, Any] | None:
    """Of the newest incident that people were told of and that has a list."""
    incident = next((one for one in queries.open_incidents() if one.active_dataset_id), None)
    if incident is None:
        return None
    found, due_at = proof.proof(incident, at=at), proof.tell_by(incident)
    done_at = found.done_at
    return {
        "incident": incident,
        "proof": found,
        "pieces": pieces(found),
        "due_at": due_at,
        "left": due_at - at if due_at and due_at > at else None,
        "late": at - due_at if due_at and due_at <= at and found.unproven else None,
        "done_at": done_at,
        "before": due_at - done_at if done_at and due_at and done_at <= due_at else None,
        "after": done_at - due_at if done_at and due_at and done_at > due_at else None,
    }

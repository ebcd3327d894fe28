"""A ladder in words, and how many people of a campaign are on each rung: plain values, ready for a template."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notices import laddering, ledger
from notices.ladder_rules import Rung
from notices.states import ProofBy, TellingState, Way

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Not written to any more, if ever: the posted notice stands for them where the ladder has it.
BY_POSTING = (TellingState.FAILED, TellingState.NO_CONTACT, TellingState.WITHHELD)
ON_A_RUNG = (TellingState.PUT, TellingState.SENT, TellingState.UNKNOWN)


@dataclass(frozen=True)
class Line:
    """One rung as staff read it. `skipped`: the house is not set up for it."""

    position: int
    way: str
    name: StrOrPromise
    means: str
    skipped: bool
    on_it: int = 0
    proven: int = 0


def lines(rungs: Sequence[Rung], figures: ledger.Figures | None = None) -> list[Line]:
    carried = {*laddering.carried(), Way.POSTING}
    return [
        Line(
            rung.position,
            rung.way,
            Way(rung.way).label,
            means(rung),
            rung.way not in carried,
            _on_it(rung, figures) if figures else 0,
            figures.on_rung(TellingState.PROVEN, rung.position) if figures else 0,
        )
        for rung in rungs
    ]


def _on_it(rung: Rung, figures: ledger.Figures) -> int:
    if rung.way == Way.POSTING:
        return sum(figures[state] for state in BY_POSTING)
    return sum(figures.on_rung(state, rung.position) for state in ON_A_RUNG)


def means(rung: Rung) -> str:
    """How long it is given, and what counts as proof."""
    match rung.proof:
        case ProofBy.DELIVERED:
            return _("도착했다는 확인이 증거예요. %(wait)s 안에 없으면 다음 방법으로 알려요.") % {"wait": long(rung)}
        case ProofBy.NOT_BOUNCED:
            facts = {"wait": long(rung), "silence": hours(rung.silence_hours)}
            return (
                _(
                    "메일 서버가 받고 %(silence)s 안에 되돌아오지 않으면 증거예요. %(wait)s 안에 받지 않으면 다음 방법으로 알려요."
                )
                % facts
            )
        case ProofBy.NOT_RETURNED:
            return _("부치고 %(silence)s 안에 반송되지 않으면 증거예요.") % {"silence": hours(rung.silence_hours)}
    return _("앞의 방법으로 알릴 수 없는 분께는 게시가 대신해요. 법이 정한 날을 끊김 없이 채운 증명이 증거예요.")


def long(rung: Rung) -> str:
    if rung.wait_minutes % 60:
        return ngettext("%(n)d분", "%(n)d분", rung.wait_minutes) % {"n": rung.wait_minutes}
    return hours(rung.wait_minutes // 60)


def hours(number: int) -> str:
    if number % 24 == 0 and number > 24:
        return ngettext("%(n)d일", "%(n)d일", number // 24) % {"n": number // 24}
    return ngettext("%(n)d시간", "%(n)d시간", number) % {"n": number}

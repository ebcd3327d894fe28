"""What has happened to a claim and what comes next, as rows its owner reads. A row to come carries a promised day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from breachdesk.lib import dates
from claims import rules
from claims.models import Claim
from claims.states import State


@dataclass(frozen=True)
class Row:
    """`state` as the dot's: done, now, todo. `passed`: the way to the next row has been walked."""

    state: str
    title: str
    when: str
    words: str = ""
    passed: bool = False


def rows(claim: Claim, *, at: dt.datetime) -> list[Row]:
    zone = ZoneInfo(claim.incident.time_zone)
    language = get_language() or "ko"
    receiver = claim.receiver_en if language.startswith("en") and claim.receiver_en else claim.receiver_ko
    submitted_at = claim.submitted_at.astimezone(zone)
    received = Row("done", _("신청을 받았어요"), dates.moment(submitted_at, language), receiver, passed=True)
    if claim.state == State.WITHDRAWN:
        withdrawn_at = claim.withdrawn_at.astimezone(zone)  # type: ignore[union-attr]
        return [received, Row("done", _("신청을 취소했어요"), dates.moment(withdrawn_at, language))]

    today = at.astimezone(zone).date()
    within = claim.incident.decide_within_business_days
    seen_by = rules.evidence_seen_by(submitted_at.date(), within)
    decided_by = rules.decided_by(submitted_at.date(), within)
    return [
        received,
        Row(
            "now",
            _("자료를 확인하고 있어요"),
            _by(seen_by, language),
            _late(seen_by, today) or _("더 필요한 것이 있으면 여기와 문자로 알려 드려요."),
        ),
        Row(
            "todo",
            _("두 사람이 심사해요"),
            _by(decided_by, language),
            _late(decided_by, today) or _("한 사람이 심사하고 다른 사람이 다시 확인해요."),
        ),
        Row("todo", _("먼저 지급해요"), _("결정한 다음 영업일까지")),
        Row("todo", _("최종 금액을 정해요"), _("결정한 날부터 %(days)s일 안에") % {"days": rules.FINAL_WITHIN_DAYS}),
    ]


def _by(day: dt.date, language: str) -> str:
    return _("%(day)s까지") % {"day": dates.day(day, language)}


def _late(day: dt.date, today: dt.date) -> str:
    """A promise that was not kept is said, not hidden."""
    return (
        _("약속한 날이 지났어요. 늦어서 죄송해요. 전화하시면 지금 어디까지 왔는지 알려 드려요.") if today > day else ""
    )

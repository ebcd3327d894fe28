"""What has happened to a claim and what comes next, as rows its owner reads. A row to come carries a promised day."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from breachdesk.lib import dates
from claims import rules, states
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
    """Walked so far, where it stands, what comes next."""
    language = get_language() or "ko"
    zone = ZoneInfo(claim.incident.time_zone)
    state = State(claim.state)
    receiver = claim.receiver_en if language.startswith("en") and claim.receiver_en else claim.receiver_ko
    if claim.entered_in:
        receiver = _("%(receiver)s · 상담원이 대신 적었어요 (상담 %(reference)s)") % {
            "receiver": receiver,
            "reference": claim.entered_in,
        }
    received = _done(_("신청을 받았어요"), claim.submitted_at, zone, receiver)
    if state == State.WITHDRAWN:
        return [received, _done(_("신청을 취소했어요"), claim.withdrawn_at, zone)]
    today = at.astimezone(zone).date()
    undecided = state in states.UNDECIDED
    found = [received, *_evidence_rows(claim, today, zone), _decision_row(claim, today, zone)]
    if state == State.REFUSED:
        return found
    return [*found, *_money_rows(claim, state, zone, undecided=undecided)]


def _evidence_rows(claim: Claim, today: dt.date, zone: ZoneInfo) -> list[Row]:
    state = State(claim.state)
    language = get_language() or "ko"
    received = claim.submitted_at.astimezone(zone).date()
    seen_by = rules.evidence_seen_by(received, claim.incident.decide_within_business_days)
    found = []
    if state == State.SUBMITTED and claim.review_at is None:
        found.append(
            Row(
                "now",
                _("자료를 확인하고 있어요"),
                _by(seen_by, language),
                _late(seen_by, today) or _("더 필요한 것이 있으면 이 화면에서 여쭤봐요."),
            )
        )
    else:
        began = claim.moves.filter(to_state=State.IN_REVIEW).order_by("pk").first()
        began_at = began.at if began else claim.review_at
        found.append(_done(_("심사를 시작했어요"), began_at, zone, _("한 사람이 자료를 하나씩 확인해요.")))
    for question in claim.questions.all():
        if question.answered_at is None and state == State.NEEDS_MORE:
            when = _by(question.answer_by_date, language)
            found.append(Row("now", _("더 여쭤볼 것이 있어요"), when, _("이 화면에서 답해 주세요.")))
        elif question.answered_at is not None:
            answered = question.sealed_answer is not None
            title = _("여쭤본 것에 답해 주셨어요") if answered else _("답을 받지 못해 있는 자료로 이어 가요")
            found.append(_done(title, question.answered_at, zone))
    return found


def _decision_row(claim: Claim, today: dt.date, zone: ZoneInfo) -> Row:
    state = State(claim.state)
    if state not in states.UNDECIDED:
        title = _("두 사람이 심사해서 인정하지 않기로 했어요") if state == State.REFUSED else _("두 사람이 심사했어요")
        return _done(title, claim.decided_at, zone, _("한 사람이 심사하고 다른 사람이 다시 확인했어요."))
    late = "" if state == State.NEEDS_MORE else _late(claim.decide_by_date, today)
    words = late or _("한 사람이 심사하고 다른 사람이 다시 확인해요.")
    when = _by(claim.decide_by_date, get_language() or "ko")
    if state == State.NEEDS_MORE:
        when, words = _("답하신 뒤에"), _("답을 기다린 날만큼 결과를 알려 드릴 날이 늦춰져요.")
    elif state == State.PROPOSED:
        words = late or _("한 사람이 심사를 마쳤고, 다른 사람이 다시 확인하고 있어요.")
    now = state == State.PROPOSED or (state != State.NEEDS_MORE and claim.review_at is not None)
    return Row("now" if now else "todo", _("두 사람이 심사해요"), when, words)


def _money_rows(claim: Claim, state: State, zone: ZoneInfo, *, undecided: bool) -> list[Row]:
    final = Row("todo", _("최종 금액을 정해요"), _("결정한 날부터 %(days)s일 안에") % {"days": rules.FINAL_WITHIN_DAYS})
    changes = [] if undecided else list(claim.account_changes.all())
    changed = [_done(_("받을 계좌를 바꿔 주셨어요"), change.changed_at, zone) for change in changes]
    if state == State.PAID:
        return [*changed, _done(_("먼저 지급했어요"), claim.paid_at, zone), final]
    if state == State.ACCOUNT_WRONG:
        when = _when(claim.account_wrong_at, zone)
        refused = Row("bad", _("은행이 계좌를 받지 않았어요"), when, _("받을 계좌를 다시 적어 주세요."))
        return [*changed, refused, final]
    when, words = _("결정한 다음 영업일까지"), ""
    if state == State.PAYING:
        when, words = _when(claim.paying_at, zone), _("은행에 보냈어요. 은행이 확인하면 알려 드려요.")
    elif changes:
        when = _("%(moment)s이 지난 다음에") % {"moment": _when(changes[-1].pay_from, zone)}
        words = _("두 사람이 새 계좌를 다시 확인해요.")
    return [*changed, Row("todo" if undecided else "now", _("먼저 지급해요"), when, words), final]


def _done(title: str, moment: dt.datetime | None, zone: ZoneInfo, words: str = "") -> Row:
    return Row("done", title, _when(moment, zone), words, passed=True)


def _when(moment: dt.datetime | None, zone: ZoneInfo) -> str:
    return dates.moment(moment.astimezone(zone), get_language() or "ko") if moment else ""


def _by(day: dt.date, language: str) -> str:
    return _("%(day)s까지") % {"day": dates.day(day, language)}


def _late(day: dt.date, today: dt.date) -> str:
    """A promise that was not kept is said, not hidden."""
    return (
        _("약속한 날이 지났어요. 늦어서 죄송해요. 전화하시면 지금 어디까지 왔는지 알려 드려요.") if today > day else ""
    )

"""Letters that came back, from the list that the mail house or whoever opens the post keeps. Writers.

A CSV with `number` (as in the window above the address) and `reason`, perhaps `returned_on` (2026-11-30). UTF-8 or CP949. The same
list again changes nothing.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from breachdesk import audit
from breachdesk.accounts.models import User
from breachdesk.mailhouse import rules
from breachdesk.mailhouse.models import Letter, ReturnedFile
from breachdesk.mailhouse.states import BatchState, Return
from delivery import carrying
from delivery.states import State
from lookup import letter_codes

MOST_BYTES = 4 << 20
NEEDED, OPTIONAL = ("number", "reason"), ("returned_on",)
# As somebody may call the columns.
CALLED = {"번호": "number", "일련번호": "number", "사유": "reason", "반송사유": "reason", "반송일": "returned_on"}

WHY = {
    "number": _("번호를 읽을 수 없어요"),
    "reason": _("까닭을 읽을 수 없어요"),
    "returned_on": _("날짜를 읽을 수 없거나 넘긴 날보다 이르거나 오늘보다 늦어요"),
    "unknown_letter": _("그런 번호의 편지가 없어요"),
    "not_handed_over": _("아직 업체에 넘기지 않은 편지예요"),
    "called_back": _("그사이 취소한 편지예요"),
    "arrived": _("받는 분이 코드를 쓴 편지예요. 돌아온 봉투를 다시 봐 주세요"),
}


class NotThisFile(rules.NotAllowed):
    """The file as a whole is refused: nothing was changed."""

    def __init__(self, words: object) -> None:
        Exception.__init__(self, str(words))


@dataclass
class Result:
    rows: int = 0
    returned: int = 0
    repeated: int = 0
    rejects: list[tuple[int, str]] = field(default_factory=list)


def bring(*, content: bytes, by: User, at: dt.datetime) -> ReturnedFile:
    """All of a list in one transaction. Raises rules.NotAllowed."""
    rules.refuse_unless_staff(works_here=by.is_staff and by.is_active)
    lines = _lines(content)
    result = Result(rows=len(lines))
    codes: list[int] = []
    with transaction.atomic():
        for line, row in lines:
            outcome = _one(row, codes, at=at)
            if outcome == "returned":
                result.returned += 1
            elif outcome == "repeated":
                result.repeated += 1
            else:
                result.rejects.append((line, outcome))
        letter_codes.withdraw(codes, why="returned", at=at)
        brought = ReturnedFile.objects.create(
            brought_by=by,
            brought_at=at,
            sha256=hashlib.sha256(content).hexdigest(),
            rows=result.rows,
            returned=result.returned,
            repeated=result.repeated,
            rejected=len(result.rejects),
            rejects=[list(each) for each in result.rejects],
        )
        audit.record(
            kind="mailhouse.returned",
            by=by,
            about=f"returned:{brought.pk}",
            at=at,
            rows=brought.rows,
            returned=brought.returned,
            repeated=brought.repeated,
            rejected=brought.rejected,
        )
    return brought


def _one(row: dict[str, str], codes: list[int], *, at: dt.datetime) -> str:
    """`returned`, `repeated`, or why not."""
    place, reason = rules.read_running_number(row["number"]), rules.read_reason(row["reason"])
    if place is None:
        return "number"
    if reason is None:
        return "reason"
    rows = Letter.objects.select_for_update(of=("self",)).select_related("batch__incident", "message", "code")
    letter = rows.filter(batch=place[0], number=place[1], problem="").first()
    if letter is None:
        return "unknown_letter"
    batch = letter.batch
    if batch.state not in (BatchState.HANDED, BatchState.POSTED):
        return "not_handed_over"
    if letter.returned_at is not None:
        return "repeated"
    assert batch.handed_date is not None
    zone = ZoneInfo(batch.incident.time_zone)
    moment = _moment(row.get("returned_on", ""), zone, at=at)
    if moment is None or moment.astimezone(zone).date() < batch.handed_date:
        return "returned_on"
    if letter.message.state in (State.CANCELLED, State.EXPIRED):
        return "called_back"
    if letter.code is not None and letter.code.used_at is not None:
        return "arrived"
    if not carrying.came_back(pk=letter.message_id, reason=reason, returned_at=moment, at=at):
        return "arrived"
    _mark(letter, reason, moment)
    if letter.code_id:
        codes.append(letter.code_id)
    return "returned"


def _mark(letter: Letter, reason: Return, moment: dt.datetime) -> None:
    letter.returned, letter.returned_at = reason, moment
    letter.save(update_fields=["returned", "returned_at"])


def _moment(text: str, zone: ZoneInfo, *, at: dt.datetime) -> dt.datetime | None:
    if not text.strip():
        return at
    try:
        day = dt.date.fromisoformat(text.strip().replace(".", "-").strip("-"))
    except ValueError:
        return None
    noon = dt.datetime.combine(day, dt.time(12), zone)
    return min(noon, at) if day <= at.astimezone(zone).date() else None


def _lines(content: bytes) -> list[tuple[int, dict[str, str]]]:
    """Each with the line of the file it stands on. Raises NotThisFile."""
    if len(content) > MOST_BYTES:
        raise NotThisFile(_("파일이 너무 커요. 4MB까지 올릴 수 있어요."))
    for encoding in ("utf-8-sig", "cp949"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise NotThisFile(_("읽을 수 없는 파일이에요. UTF-8이나 CP949로 저장한 CSV를 올려 주세요."))
    if "\0" in text:
        raise NotThisFile(_("읽을 수 없는 파일이에요. UTF-8이나 CP949로 저장한 CSV를 올려 주세요."))
    reader = csv.reader(io.StringIO(text))
    try:
        header = [CALLED.get(name.strip(), name.strip().lower()) for name in next(reader, [])]
        if missing := [name for name in NEEDED if name not in header]:
            raise NotThisFile(_("첫 줄에 이 열이 없어요: %(columns)s") % {"columns": ", ".join(missing)})
        if unknown := [name for name in header if name not in (*NEEDED, *OPTIONAL)]:
            raise NotThisFile(_("모르는 열이 있어요: %(columns)s") % {"columns": ", ".join(unknown)[:80]})
        found = []
        for values in reader:
            if any(value.strip() for value in values):
                padded = [*values, *[""] * len(header)]
                found.append((reader.line_num, dict(zip(header, padded, strict=False))))
    except csv.Error:
        raise NotThisFile(_("CSV로 읽을 수 없는 줄이 있어요: %(line)d번째 줄") % {"line": reader.line_num}) from None
    if not found:
        raise NotThisFile(_("돌아온 편지가 한 줄도 없어요."))
    if len(found) > rules.MOST_RETURNED_ROWS:
        raise NotThisFile(_("줄이 너무 많아요. 20,000줄까지 나누어 올려 주세요."))
    return found

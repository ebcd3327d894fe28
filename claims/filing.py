"""A draft read as the claim it would become. Pure: typed text in, plain values or the first thing still wanting out.

A draft keeps what was typed, word for word, so that it comes back as typed; what it means is read here each time.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from claims import rules, typed
from claims.banks import BANKS
from claims.states import Kind

# In the order of the pages. Evidence may stay empty: what happened, told in words, is evidence too.
STEPS = ("kind", "lines", "story", "evidence", "account", "check")
LINE_FIELDS = ("kind", "day", "merchant", "amount")

Steps = Mapping[str, Any]


class NotFinished(Exception):
    """A step that still wants something, by its name."""

    def __init__(self, step: str) -> None:
        super().__init__(step)
        self.step = step


@dataclass(frozen=True)
class Line:
    kind: str
    loss_date: dt.date
    merchant: str
    amount: int


@dataclass(frozen=True)
class Account:
    bank: str
    number: str
    holder: str


@dataclass(frozen=True)
class Filing:
    kind: str
    lines: Sequence[Line]
    story: str
    account: Account

    @property
    def amount(self) -> int:
        return sum(line.amount for line in self.lines)


def unfinished(steps: Steps, *, terms: rules.Terms, proven_name: str) -> list[str]:
    """The steps that still want something, in the order of the pages."""
    wanting = []
    for step, read in READERS.items():
        try:
            read(steps, terms, proven_name)
        except NotFinished:
            wanting.append(step)
    return wanting


def read(steps: Steps, *, terms: rules.Terms, proven_name: str) -> Filing:
    """Raises NotFinished with the first step that still wants something."""
    return Filing(
        kind=_kind(steps, terms, proven_name),
        lines=_read_lines(steps, terms, proven_name),
        story=_story(steps, terms, proven_name),
        account=_account(steps, terms, proven_name),
    )


def started_lines(steps: Steps) -> list[dict[str, str]]:
    """The lines in which anything was written, as typed. A kind alone is not yet a line."""
    return [line for line in _lines(steps) if any(line[field].strip() for field in LINE_FIELDS if field != "kind")]


def canonical(filing: Filing, *, draft_id: object, files: Iterable[str]) -> bytes:
    """The bytes that a confirmation value is over: the same for the same content, however it was typed."""
    content = {
        "draft": str(draft_id),
        "kind": filing.kind,
        "lines": [[line.kind, line.loss_date.isoformat(), line.merchant, line.amount] for line in filing.lines],
        "story": filing.story,
        "account": [filing.account.bank, filing.account.number, filing.account.holder],
        "files": sorted(files),
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _kind(steps: Steps, terms: rules.Terms, proven_name: str) -> str:
    kind = _text(_part(steps, "kind"), "kind")
    if kind not in Kind.values:
        raise NotFinished("kind")
    return kind


def _read_lines(steps: Steps, terms: rules.Terms, proven_name: str) -> list[Line]:
    try:
        lines = [_line(line) for line in started_lines(steps)]
        rules.check_lines([(line.loss_date, line.amount) for line in lines], terms)
    except (ValueError, rules.Refusal):
        raise NotFinished("lines") from None
    return lines


def _line(line: Mapping[str, str]) -> Line:
    merchant = typed.line(line["merchant"])
    if line["kind"] not in Kind.values or not 0 < len(merchant) <= rules.MERCHANT_LENGTH:
        raise ValueError
    return Line(line["kind"], typed.day(line["day"]), merchant, typed.amount(line["amount"]))


def _story(steps: Steps, terms: rules.Terms, proven_name: str) -> str:
    story = typed.paragraphs(_text(_part(steps, "story"), "story"))
    if not 0 < len(story) <= rules.STORY_LENGTH:
        raise NotFinished("story")
    return story


def _account(steps: Steps, terms: rules.Terms, proven_name: str) -> Account:
    part = _part(steps, "account")
    bank = BANKS.get(_text(part, "bank"))
    holder = typed.line(_text(part, "holder"))
    try:
        number = typed.account_number(_text(part, "number"))
        if bank is None:
            raise NotFinished("account")
        rules.check_account(takes=bank.takes(number), holder=holder, proven_name=proven_name)
    except (ValueError, rules.Refusal):
        raise NotFinished("account") from None
    return Account(bank.code, number, holder)


READERS: dict[str, Callable[[Steps, rules.Terms, str], object]] = {
    "kind": _kind,
    "lines": _read_lines,
    "story": _story,
    "account": _account,
}


def _part(steps: Steps, step: str) -> Mapping[str, Any]:
    part = steps.get(step)
    return part if isinstance(part, Mapping) else {}


def _text(part: Mapping[str, Any], field: str) -> str:
    value = part.get(field)
    return value if isinstance(value, str) else ""


def _lines(steps: Steps) -> list[dict[str, str]]:
    lines = steps.get("lines")
    return [{field: _text(line, field) for field in LINE_FIELDS} for line in lines] if isinstance(lines, list) else []

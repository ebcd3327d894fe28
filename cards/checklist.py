"""How each thing to do after a report stands: by what the issuer confirmed, or by what its owner said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from cards.after_models import Sheet, TodoMark
from cards.models import Act
from cards.rules import ALL_CARDS
from cards.states import Kind, State, Todo, TodoState


@dataclass(frozen=True)
class Line:
    """`by_itself`: nobody needs to mark it; `state` is "done", "later", "wait" (for the issuer) or "todo"."""

    todo: Todo
    state: str
    by_itself: bool
    mark: TodoMark | None

    @property
    def title(self) -> Any:
        return self.todo.label


def of(act: Act) -> list[Line]:
    """Of a report of loss or theft, in the order of doing."""
    marks = {mark.todo: mark for mark in act.marks.all()}
    seen = {Todo.BLOCKED: _blocked(act), Todo.REISSUE: _reissued(act), Todo.TIES: _moved(act)}
    return [_line(todo, seen.get(todo, ""), marks.get(todo)) for todo in Todo]


def left(lines: list[Line]) -> int:
    return sum(line.state != "done" for line in lines)


def _line(todo: Todo, seen: str, mark: TodoMark | None) -> Line:
    if seen:
        return Line(todo, seen, True, None)
    if mark is None:
        return Line(todo, "todo", False, None)
    return Line(todo, "done" if mark.state == TodoState.DONE else "later", False, mark)


def _blocked(act: Act) -> str:
    """Never by hand: only the issuer knows."""
    if act.is_open:
        return "wait"
    return "done" if act.state == State.CONFIRMED else "bad"


def _reissued(act: Act) -> str:
    """Of this very card. Of all cards its owner says it."""
    if act.card == ALL_CARDS:
        return ""
    asked = Act.objects.filter(person=act.person_id, card=act.card, kind=Kind.REISSUE)
    if asked.filter(state=State.CONFIRMED).exists():
        return "done"
    return "wait" if asked.open().exists() else ""


def _moved(act: Act) -> str:
    """Once every one on the card's own sheet is ticked; of a card with nothing tied to it at once."""
    sheet = Sheet.objects.filter(person=act.person_id, card=act.card, read_at__isnull=False).first()
    if sheet is None or sheet.ties.filter(moved_at=None).exists():
        return ""
    return "done"

"""What is left to do once a card was reported missing or is replaced. Actions; what the clock asks is in reminding.py."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence

from django.db import transaction
from django.utils import timezone

from breachdesk import audit, keys
from breachdesk.accounts.models import User
from cards import rules, told
from cards.after_models import LinePlace, Sheet, Tie, TodoMark
from cards.models import Act
from cards.states import Todo, TodoState
from delivery.rules import CLOCKS_DIFFER_BY
from lookup import rules as lookup_rules
from lookup.models import Person
from lookup.states import Later


def mark(
    *,
    act: Act,
    todo: Todo,
    state: TodoState | None,
    remind: Later | None = None,
    language: str = "ko",
    by: User | None,
    at: dt.datetime,
) -> None:
    """`state` None: not yet after all; `remind` only with LATER. An earlier reminder is void."""
    with transaction.atomic():
        if state is None:
            TodoMark.objects.filter(act=act, todo=todo).delete()
        else:
            wanted = lookup_rules.remind_at(remind, local=timezone.localtime(at)) if remind else None
            values = {"state": state, "at": at, "language": language, "remind_at": wanted, "reminded_at": None}
            TodoMark.objects.update_or_create(act=act, todo=todo, defaults=values)
        audit.record(
            kind="cards.todo_marked", by=by, about=f"card-act:{act.reference}", at=at, todo=todo, state=state or ""
        )


def open_sheet(*, act: Act, at: dt.datetime) -> None:
    """What is tied to a card whose number changes is read next. Once a card, by whichever act is confirmed first."""
    sheet = Sheet(act=act, person_id=act.person_id, card=act.card, opened_at=at, due_at=at - CLOCKS_DIFFER_BY)
    Sheet.objects.bulk_create([sheet], ignore_conflicts=True)


def fill_sheet(*, sheet: Sheet, ties: Sequence[told.Tie], at: dt.datetime) -> None:
    """Writes down what the issuer says is tied to this card; told twice, it is written once."""
    local, rows = timezone.localtime(at), []
    for one in ties:
        row = Tie(sheet=sheet, item=one.id, next_on=one.day, seal_id=uuid.uuid4())
        row.sealed_tie = keys.seal_json(one.as_json(), bound_to=row.bound)
        row.remind_at = rules.remind_of_charge(one.day, local=local)
        rows.append(row)
    with transaction.atomic():
        if not Sheet.objects.filter(pk=sheet.pk, read_at=None).update(read_at=at):
            return
        Tie.objects.bulk_create(rows, ignore_conflicts=True)
        audit.record(kind="cards.ties_read", by=None, about=f"card-act:{sheet.act.reference}", at=at, ties=len(rows))


def keep_place(*, act: Act, line: told.Line, at: dt.datetime) -> None:
    """What somebody was told as their new card was asked for: the place in line, and the day. In the act's transaction."""
    kept = LinePlace(person_id=act.person_id, card=act.card, place=line.place, by_date=line.by, told_at=at)
    LinePlace.objects.bulk_create([kept], ignore_conflicts=True)


def tick(*, person: Person, sheet: int, moved: Collection[str], by: User | None, at: dt.datetime) -> bool:
    """Of one sheet of this person: those moved, and no others. False where it is none of theirs."""
    with transaction.atomic():
        held = (
            Sheet.objects.select_for_update(of=("self",)).select_related("act").filter(person=person, pk=sheet).first()
        )
        if held is None:
            return False
        ties = Tie.objects.filter(sheet=held)
        changed = ties.filter(item__in=moved, moved_at=None).update(moved_at=at)
        changed += ties.exclude(item__in=moved).exclude(moved_at=None).update(moved_at=None)
        if changed:
            left = ties.filter(moved_at=None).count()
            audit.record(kind="cards.ties_marked", by=by, about=f"card-act:{held.act.reference}", at=at, left=left)
    return True

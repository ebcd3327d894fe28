"""What is left to do once a card was reported missing or is replaced: the checklist, and what has to be moved to the new card."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from breachdesk import keys
from cards import told
from cards.models import Act
from cards.states import Todo, TodoState
from lookup.models import Person


class TodoMark(models.Model):
    """What somebody said of one thing to do after a report. No row: nothing yet."""

    act = models.ForeignKey(Act, on_delete=models.CASCADE, related_name="marks")
    todo = models.CharField(max_length=10, choices=Todo.choices)
    state = models.CharField(max_length=5, choices=TodoState.choices)
    language = models.CharField(max_length=2)
    at = models.DateTimeField()
    # Put off until then: one message goes to the contact they proved last.
    remind_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("act", "todo", name="cards_todomark_once"),
            models.CheckConstraint(
                name="cards_todomark_reminds_of_what_is_put_off",
                condition=Q(remind_at=None) | Q(state=TodoState.LATER),
            ),
        ]
        indexes = [
            models.Index(
                "remind_at", name="cards_todomark_to_remind", condition=Q(remind_at__isnull=False, reminded_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.todo} {self.state}"


class LinePlace(models.Model):
    """What somebody was told while cards were short: their place, and the day by which theirs comes. Never changed."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="line_places")
    card = models.CharField(max_length=40)
    place = models.PositiveIntegerField()
    by_date = models.DateField()
    told_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("person", "card", "by_date", name="cards_lineplace_once_a_day")]

    def __str__(self) -> str:
        return f"place {self.place}"


class Sheet(models.Model):
    """Of one card whose number changes: what is tied to it. Read from the issuer once, in the background."""

    # The report or the reissue that opened it.
    act = models.OneToOneField(Act, on_delete=models.CASCADE, related_name="sheet")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="card_sheets")
    card = models.CharField(max_length=40)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("person", "card", name="cards_sheet_once")]
        indexes = [models.Index("due_at", name="cards_sheet_to_read", condition=Q(read_at=None))]

    def __str__(self) -> str:
        return f"sheet {self.pk}"


class Tie(models.Model):
    """One who charges the old card by themselves, or a wallet that holds it."""

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="ties")
    seal_id = models.UUIDField(default=uuid.uuid4, editable=False)
    # The issuer's own id of it.
    item = models.CharField(max_length=40)
    # JSON: as the issuer told it.
    sealed_tie = models.BinaryField()
    next_on = models.DateField(null=True)
    moved_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint("sheet", "item", name="cards_tie_once")]
        indexes = [
            models.Index(
                "remind_at",
                name="cards_tie_to_remind",
                condition=Q(remind_at__isnull=False, reminded_at=None, moved_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"tie {self.pk}"

    @property
    def bound(self) -> str:
        return f"cards.tie.tie:{self.seal_id}"

    @property
    def told(self) -> told.Tie:
        plain: dict[str, Any] = keys.unseal_json(self.sealed_tie, bound_to=self.bound)
        return told.Tie(**plain)

    def is_due(self, day: dt.date) -> bool:
        return self.moved_at is None and self.next_on is not None and self.next_on >= day

"""Who somebody is at the issuer, what they asked of a card, and whether the issuer answers at all."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from breachdesk import keys
from cards import states
from cards.rules import ALL_CARDS
from cards.states import IllegalMove, Kind, Refusal, State, Switch
from lookup.models import Person, Proof


class Cardholder(models.Model):
    """A person's number at the issuer, and how their cards looked when the issuer was last asked."""

    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="cardholder")
    seal_id = models.UUIDField(default=uuid.uuid4, editable=False)
    sealed_ref = models.BinaryField()
    # JSON; null once it is too old to be shown.
    sealed_cards = models.BinaryField(null=True)
    found_at = models.DateTimeField()
    cards_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"cardholder {self.pk}"

    def bound(self, what: str) -> str:
        return f"cards.cardholder.{what}:{self.seal_id}"

    @property
    def ref(self) -> str:
        return keys.unseal(self.sealed_ref, bound_to=self.bound("ref")).decode()

    @property
    def look(self) -> dict[str, list[dict[str, Any]]]:
        """Cards and accounts as they were last seen."""
        if self.sealed_cards is None:
            return {"cards": [], "accounts": []}
        seen = keys.unseal_json(self.sealed_cards, bound_to=self.bound("cards"))
        # Kept for a day, and before there were accounts it was the cards alone.
        return seen if isinstance(seen, dict) else {"cards": seen, "accounts": []}


class ActQuerySet(models.QuerySet["Act"]):
    def open(self) -> ActQuerySet:
        return self.filter(state__in=states.OPEN)

    def due(self, *, at: dt.datetime) -> ActQuerySet:
        free = Q(leased_until=None) | Q(leased_until__lte=at)
        return self.filter(free, state__in=states.OPEN, due_at__lte=at).exclude(state=State.SENDING)


class Act(models.Model):
    """One thing asked of a card. Its id is what the issuer knows it by, however often it is told."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # The receipt number: 여신전문금융업법 제16조 제4항.
    reference = models.CharField(max_length=13, unique=True)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="card_acts")
    # By which proof: its contact, and the name that finds them at the issuer where that is still to be done.
    proof = models.ForeignKey(Proof, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    switch = models.CharField(max_length=6, choices=Switch.choices)
    # The issuer's own id of the card or account, which is no number of it; "all": every card.
    card = models.CharField(max_length=40)
    state = models.CharField(max_length=9, choices=State.choices, default=states.FIRST)
    language = models.CharField(max_length=2)
    # JSON: the card's name and last four, when it was missed, and the name to find the person by, until they are found.
    sealed_asked = models.BinaryField()
    receiver_ko = models.CharField(max_length=80)
    receiver_en = models.CharField(max_length=80)
    asked_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    issuer_reference = models.CharField(max_length=40, blank=True)
    # Why it was refused, or why there is no answer yet.
    code = models.CharField(max_length=40, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    lease = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)

    objects = ActQuerySet.as_manager()

    class Meta:
        constraints = [
            # Pressed twice, asked once; and nothing overtakes its own opposite. A report stands beside what is open.
            models.UniqueConstraint(
                "person",
                "card",
                "kind",
                name="cards_act_one_open_of_a_kind",
                condition=Q(state__in=states.OPEN),
            ),
            models.CheckConstraint(
                name="cards_act_settled_has_its_moment",
                condition=Q(state__in=states.OPEN, settled_at__isnull=True)
                | Q(state__in=states.SETTLED, settled_at__isnull=False),
            ),
            models.CheckConstraint(
                name="cards_act_sending_is_leased",
                condition=~Q(state=State.SENDING) | Q(lease__isnull=False, leased_until__isnull=False),
            ),
        ]
        indexes = [
            models.Index("due_at", name="cards_act_to_do", condition=Q(state__in=states.OPEN)),
            models.Index(fields=["person", "-asked_at"], name="cards_act_of_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.state}"

    @property
    def bound(self) -> str:
        return f"cards.act.asked:{self.id}"

    @property
    def asked(self) -> dict[str, Any]:
        return keys.unseal_json(self.sealed_asked, bound_to=self.bound)

    @property
    def is_open(self) -> bool:
        return self.state in states.OPEN

    @property
    def is_report(self) -> bool:
        return self.kind in states.REPORTS

    @property
    def is_stopping(self) -> bool:
        return self.kind in states.STOPPING

    @property
    def changes_number(self) -> bool:
        """Whether what is tied to this one card has to be moved to another."""
        return self.kind in (*states.REPORTS, Kind.REISSUE) and self.card != ALL_CARDS

    @property
    def is_of_account(self) -> bool:
        return self.kind in states.OF_ACCOUNTS

    @property
    def why(self) -> str:
        """Why it was refused, in words."""
        return str(Refusal(self.code).label) if self.code in Refusal.values else ""

    def move(self, to: State, *, at: dt.datetime, **changed: Any) -> None:
        """Raises IllegalMove."""
        if to not in states.MOVES[State(self.state)]:
            raise IllegalMove(f"act {self.pk}: {self.state} -> {to}")
        self.state = to
        if to != State.SENDING:
            self.lease = self.leased_until = None
        if to in states.SETTLED:
            self.settled_at = at
        for name, value in changed.items():
            setattr(self, name, value)
        self.save()
        ActMove.objects.create(act=self, state=to, code=self.code, at=at)


class ActMove(models.Model):
    """Each state an act has been in, never changed."""

    act = models.ForeignKey(Act, on_delete=models.CASCADE, related_name="moves")
    state = models.CharField(max_length=9, choices=State.choices)
    code = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.act_id} {self.state}"


class Denied(models.Model):
    """A payment whose owner says that it was not theirs. A claim may begin with these; nothing here is judged."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="denied_payments")
    seal_id = models.UUIDField(default=uuid.uuid4, editable=False)
    # The issuer's own id of the payment.
    payment = models.CharField(max_length=40)
    # JSON: the payment as the issuer told it.
    sealed_payment = models.BinaryField()
    denied_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint("person", "payment", name="cards_denied_once")]

    def __str__(self) -> str:
        return f"denied {self.pk}"

    @property
    def bound(self) -> str:
        return f"cards.denied.payment:{self.seal_id}"

    @property
    def told(self) -> dict[str, Any]:
        return keys.unseal_json(self.sealed_payment, bound_to=self.bound)


class Breaker(models.Model):
    """Whether the issuer is left alone for a moment: one row, known to every process."""

    name = models.CharField(max_length=10, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    open_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


# Django finds a room's tables by this module.
from cards.benefit_models import Entitlement, MonitoringCode, Offer  # noqa: E402, F401  # isort: skip
from cards.after_models import LinePlace, Sheet, Tie, TodoMark  # noqa: E402, F401

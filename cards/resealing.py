"""Cards when the keys are changed. Somebody on no list is hashed anew from the issuer's own number, which only this room has."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from django.db import transaction
from django.db.models import QuerySet

from breachdesk import keys
from breachdesk.resealing import Part, Table
from cards.after_models import Tie
from cards.benefit_models import MonitoringCode
from cards.models import Act, Cardholder, Denied
from lookup.models import Person

BATCH = 500


class Unlisted:
    """People whom the issuer knows, before lookup looks for them in the lists."""

    name = "lookup.Person of a cardholder"
    covers: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.left: dict[str, int] = {}

    def behind(self) -> int:
        return sum(1 for held in self._waiting().iterator() if self._hashed_anew(held))

    def batches(self) -> Iterator[int]:
        self.left, last = {}, 0
        while taken := list(self._waiting().filter(pk__gt=last)[:BATCH]):
            with transaction.atomic():
                yield sum(self._do(held) for held in taken)
            last = taken[-1].pk

    def _waiting(self) -> QuerySet[Cardholder]:
        behind = Cardholder.objects.exclude(person__index_key=keys.index_keys().active)
        return behind.select_related("person").order_by("pk")

    def _do(self, held: Cardholder) -> int:
        anew = self._hashed_anew(held)
        if anew is None:
            return 0
        return Person.objects.filter(pk=held.person_id).update(person_key=anew, index_key=keys.index_keys().active)

    def _hashed_anew(self, held: Cardholder) -> uuid.UUID | None:
        """None of whoever is known by a list under another number, or cannot be opened: lookup's own part says why."""
        try:
            person_keys = keys.indexes("customer_ref", held.ref)
        except keys.CannotOpen:
            return None
        taken = Person.objects.filter(person_key=person_keys[0]).exclude(pk=held.person_id).exists()
        return person_keys[0] if held.person.person_key in person_keys and not taken else None


PARTS: list[Part] = [
    Unlisted(),
    Table(
        Cardholder,
        sealed={"sealed_ref": lambda held: held.bound("ref"), "sealed_cards": lambda held: held.bound("cards")},
    ),
    Table(Denied, sealed={"sealed_payment": lambda denied: denied.bound}),
    Table(Tie, sealed={"sealed_tie": lambda tie: tie.bound}),
    Table(
        MonitoringCode,
        sealed={"sealed_code": lambda code: code.bound},
        indexed=lambda code: {"code_hash": keys.index("cards.monitoring", code.words)},
        hashes=("code_hash",),
    ),
    Table(Act, sealed={"sealed_asked": lambda act: act.bound}),
]

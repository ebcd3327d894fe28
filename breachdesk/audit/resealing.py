"""The audit when the keys are changed: no event is touched; each is countersigned under the new key."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from breachdesk import keys
from breachdesk.audit import actions
from breachdesk.audit.models import Countersign, Event
from breachdesk.resealing import Part

BATCH = 2000


class Countersigning:
    name = "audit.Event"
    covers = ("audit.Event.mac", "audit.Countersign.mac")

    def __init__(self) -> None:
        self.left: dict[str, int] = {}

    def behind(self) -> int:
        return self._unsigned().count()

    def batches(self) -> Iterator[int]:
        """An event that no key of ours made is not signed: whoever checks the audit is told of it, as before."""
        self.left, last = {}, 0
        while batch := list(self._unsigned().filter(pk__gt=last).order_by("pk")[:BATCH]):
            ours = [event for event in batch if actions.is_ours(event)]
            if len(ours) < len(batch):
                self.left["not_ours"] = self.left.get("not_ours", 0) + len(batch) - len(ours)
            active = keys.index_keys().active
            signed = [
                Countersign(event=event, mac=keys.mac("audit", actions.canonical(event)), mac_key=active)
                for event in ours
            ]
            with transaction.atomic():
                Countersign.objects.bulk_create(signed, ignore_conflicts=True)
            last = batch[-1].pk
            yield len(batch)

    @staticmethod
    def _unsigned() -> QuerySet[Event]:
        active = keys.index_keys().active
        signed = Countersign.objects.filter(event=OuterRef("pk"), mac_key=active)
        return Event.objects.exclude(mac_key=active).filter(~Exists(signed))


PARTS: list[Part] = [Countersigning()]

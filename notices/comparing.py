"""What would change for whom if a list answered in the place of the one that answers now: figures only, nobody is opened."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.db import connection

from notices import queries
from notices.models import Dataset, Incident, Tier

# Both lists never change, so what was counted once stays true.
KEPT_SECONDS = 7 * 24 * 3600


@dataclass
class Line:
    """One tier: before + new - gone + moved in - moved out == after."""

    tier: int
    before: int = 0
    new: int = 0
    changed: int = 0
    gone: int = 0
    after: int = 0


@dataclass
class Comparison:
    lines: list[Line] = field(default_factory=list)
    # Of the changed: how many are in another tier than before.
    moved: int = 0

    @property
    def total(self) -> Line:
        names = ("before", "new", "changed", "gone", "after")
        return Line(0, **{name: sum(getattr(line, name) for line in self.lines) for name in names})


BOTH = """
    SELECT before.items, now.items, now.content_hash IS DISTINCT FROM before.content_hash, count(*)
    FROM (SELECT person_key, items, content_hash FROM notices_affectedrecord WHERE dataset_id = %s) AS before
    FULL JOIN (SELECT person_key, items, content_hash FROM notices_affectedrecord WHERE dataset_id = %s) AS now
        ON now.person_key = before.person_key
    GROUP BY 1, 2, 3
"""


def with_the_active(dataset: Dataset) -> Comparison:
    """With the list that answers for the incident now; where none does, everybody is new."""
    active = Incident.objects.values_list("active_dataset_id", flat=True).get(pk=dataset.incident_id)
    tiers = list(dataset.incident.tiers.all())
    # A tier's meaning can be edited: it is part of the name under which the figures are kept.
    meaning = "|".join(f"{tier.number}:{','.join(sorted(tier.any_of))}" for tier in tiers)
    key = f"notices.compared:{active}:{dataset.pk}:{meaning}".replace(" ", "")
    kept = cache.get(key)
    if kept is None:
        kept = _count(active, dataset.pk, tiers)
        cache.set(key, kept, KEPT_SECONDS)
    return Comparison([Line(**line) for line in kept["lines"]], kept["moved"])


def prepare(dataset: Dataset) -> None:
    """Counted by the worker, so that the page need not."""
    with_the_active(dataset)


def _count(active_id: int | None, dataset_id: int, tiers: list[Tier]) -> dict[str, Any]:
    counted = {tier.number: Counter[str]() for tier in tiers}
    counted[queries.POSSIBLY] = Counter()
    moved = 0
    with connection.cursor() as cursor:
        cursor.execute(BOTH, [active_id, dataset_id])
        for before, now, differs, people in cursor.fetchall():
            old = queries.tier_of(before, tiers) if before is not None else None
            new = queries.tier_of(now, tiers) if now is not None else None
            if old is not None:
                counted.setdefault(old, Counter())["before"] += people
            if new is None and old is not None:
                counted[old]["gone"] += people
            if new is not None:
                line = counted.setdefault(new, Counter())
                line["after"] += people
                line["new"] += people if old is None else 0
                line["changed"] += people if old is not None and differs else 0
                moved += people if old is not None and old != new else 0
    lines = [{"tier": number, **line} for number, line in counted.items() if line]
    return {"lines": lines, "moved": moved}

"""Batches when the keys are changed: their bytes lie under keys of their own, which are sealed in the rows."""

from __future__ import annotations

from breachdesk.mailhouse.models import Batch, Part, batch_key_bound_to, part_key_bound_to
from breachdesk.resealing import Part as Resealed
from breachdesk.resealing import Table

PARTS: list[Resealed] = [
    Table(Batch, sealed={"sealed_key": lambda batch: batch_key_bound_to(batch.file_id.hex)}),
    Table(Part, sealed={"sealed_key": lambda part: part_key_bound_to(part.file_id.hex)}),
]

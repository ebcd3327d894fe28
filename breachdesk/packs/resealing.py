"""Packs when the keys are changed: their bytes lie under keys of their own, which are sealed in the rows."""

from __future__ import annotations

from breachdesk.packs.models import Pack, key_bound_to
from breachdesk.resealing import Part, Table

PARTS: list[Part] = [Table(Pack, sealed={"sealed_key": lambda pack: key_bound_to(pack.file_id.hex)})]

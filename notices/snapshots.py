"""What a thing says, as plain values: to see what somebody changed, and whether anybody did since it was opened."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from notices import law
from notices.models import Notice

# Of a notice, without _ko and _en, in the order of the page.
TEXTS = ("title", "lede", "changes", *(item.field for item in law.ITEMS), "next_word")
WORDS = ("kind", *(f"{name}_{code}" for name in TEXTS for code in ("ko", "en")), "not_leaked")


def of_notice(notice: Notice) -> dict[str, Any]:
    """Everything of a version that somebody wrote."""
    return {name: getattr(notice, name) for name in WORDS}


def stamp(values: Mapping[str, Any]) -> str:
    """The same for the same values, and for no others."""
    whole = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(whole.encode()).hexdigest()


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What differs, as the audit keeps it: {"before": {field: value}, "after": {field: value}}; empty where nothing does."""
    fields = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if not fields:
        return {}
    return {
        "before": {name: plain(before.get(name)) for name in fields},
        "after": {name: plain(after.get(name)) for name in fields},
    }


def plain(value: Any) -> Any:
    """As JSON knows it: moments and days as ISO words."""
    return value.isoformat() if hasattr(value, "isoformat") else value

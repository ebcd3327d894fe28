"""A list that stays fast at three million rows: no page numbers, no full count, only "the next fifty after this row"."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Paginator
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Q
from django.http import HttpRequest

AFTER, BEFORE = "after", "before"
# Beyond this we say "more than", because counting would read every row.
COUNTED = 1000


class KeysetChangeList(ChangeList):
    """Orders by the admin's `keyset`: fields that are never null, all in one direction, the last of them unique."""

    model_admin: Any

    def __init__(self, request: HttpRequest, *args: Any, **options: Any) -> None:
        super().__init__(request, *args, **options)
        # Links to anything but the neighbours begin at the first page again.
        for name in (AFTER, BEFORE):
            self.params.pop(name, None)
            self.filter_params.pop(name, None)

    def get_filters_params(self, params: dict[str, Any] | None = None) -> dict[str, Any]:
        found = super().get_filters_params(params)
        return {name: value for name, value in found.items() if name not in {AFTER, BEFORE}}

    def get_ordering(self, request: HttpRequest, queryset: Any) -> list[Any]:
        return list(self.model_admin.keyset)

    def get_results(self, request: HttpRequest) -> None:
        keyset = list(self.model_admin.keyset)
        after, before = (_read(request.GET.get(name), len(keyset)) for name in (AFTER, BEFORE))
        rows = self.queryset
        if before:
            keyset = [_turned(name) for name in keyset]
            rows = rows.filter(_beyond(keyset, before)).order_by(*keyset)
        elif after:
            rows = rows.filter(_beyond(keyset, after))
        found = list(rows[: self.list_per_page + 1])
        more = len(found) > self.list_per_page
        del found[self.list_per_page :]
        if before:
            found.reverse()
        self.result_list = found
        self.next_link = self._link(AFTER, found[-1]) if found and (more or before) else ""
        self.previous_link = self._link(BEFORE, found[0]) if found and (after or (before and more)) else ""
        self.counted = self.queryset.order_by()[: COUNTED + 1].count()
        self.more_than = COUNTED if self.counted > COUNTED else 0
        # What the rest of the admin reads.
        self.result_count, self.full_result_count = self.counted, None
        self.show_full_result_count = self.show_admin_actions = bool(self.counted)
        self.can_show_all = self.multi_page = False
        self.paginator = Paginator(found, self.list_per_page)

    def _link(self, name: str, row: Model) -> str:
        values = [getattr(row, field.removeprefix("-")) for field in self.model_admin.keyset]
        written = base64.urlsafe_b64encode(json.dumps(values, cls=_Exact).encode()).decode().rstrip("=")
        return self.get_query_string({name: written, **dict.fromkeys({AFTER, BEFORE} - {name})})


class _Exact(DjangoJSONEncoder):
    """Django's encoder cuts microseconds to three digits, which would lose or repeat rows."""

    def default(self, value: Any) -> Any:
        return value.isoformat() if hasattr(value, "isoformat") else super().default(value)


def _read(written: str | None, fields: int) -> list[Any] | None:
    """A place in the list as one of our links wrote it; None for anything else, which shows the first page."""
    if not written:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(written + "=" * (-len(written) % 4)))
    except (binascii.Error, ValueError):
        return None
    plain = isinstance(values, list) and len(values) == fields and all(isinstance(v, (str, int)) for v in values)
    return values if plain else None


def _turned(name: str) -> str:
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"


def _beyond(keyset: list[str], values: list[Any]) -> Q:
    """Rows that come later in this order: (a, b) beyond (x, y)."""
    found = Q()
    for place, name in enumerate(keyset):
        equal = {field.removeprefix("-"): value for field, value in zip(keyset[:place], values, strict=False)}
        lookup = f"{name.removeprefix('-')}__{'lt' if name.startswith('-') else 'gt'}"
        found |= Q(**equal, **{lookup: values[place]})
    return found

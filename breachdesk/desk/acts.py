"""What a button of a desk page asks for: each posts which act, and the version of the thing that it was pressed on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from breachdesk.lib import typed_text

Row = TypeVar("Row", bound=tuple[Any, ...])


def pressed(request: HttpRequest, acts: Mapping[str, Row]) -> Row:
    """The row of that act; the first thing in it is the right that it wants. Raises Http404, PermissionDenied."""
    row = acts.get(request.POST.get("act", ""))
    if row is None:
        raise Http404
    if not request.user.has_perm(row[0]):
        raise PermissionDenied
    return row


def version(request: HttpRequest) -> int:
    return typed_text.number(request.POST.get("version"), digits=8)

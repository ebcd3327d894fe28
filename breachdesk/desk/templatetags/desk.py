"""Drawing the frame's lists."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.contrib.admin.utils import display_for_field, label_for_field, lookup_field
from django.core.exceptions import ObjectDoesNotExist
from django.utils.safestring import SafeString

from breachdesk.desk.admin_base import EMPTY
from breachdesk.lib import tags

register = template.Library()


@register.simple_tag
def columns(cl: Any) -> list[dict[str, Any]]:
    return [_head(cl, name) for name in cl.list_display]


@register.simple_tag
def rows(cl: Any) -> list[dict[str, Any]]:
    """Each row with its cells; a cell carries its column's words, which stand beside it where the table is stacked."""
    heads = [_head(cl, name) for name in cl.list_display]
    found = []
    for result in cl.result_list:
        cells = [
            {**head, "html": _value(cl, name, result), "linked": name in (cl.list_display_links or ())}
            for name, head in zip(cl.list_display, heads, strict=True)
        ]
        found.append({"url": cl.url_for_result(result), "cells": cells, "result": result})
    return found


def _head(cl: Any, name: Any) -> dict[str, Any]:
    label, column = label_for_field(name, cl.model, model_admin=cl.model_admin, return_attr=True)
    key = name.__name__ if callable(name) else name
    return {
        "name": key,
        "label": cl.model_admin.labels.get(key, label),
        "side": getattr(column, "side", ""),
        "box": name == "action_checkbox",
    }


def _value(cl: Any, name: Any, result: Any) -> Any:
    try:
        field, _column, value = lookup_field(name, result, cl.model_admin)
    except ObjectDoesNotExist:
        return EMPTY
    if value is None or value == "":
        return EMPTY
    if isinstance(value, dt.datetime):
        return tags.moment(value)
    if field is None or isinstance(value, SafeString):
        return value
    return display_for_field(value, field, EMPTY)

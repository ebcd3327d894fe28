"""Template filters for what only look-ups show."""

from __future__ import annotations

from django import template

from lookup import origin

register = template.Library()


@register.filter
def device_words(code: str) -> str:
    return origin.device_words(code)

"""Template filters for words, dates, money and masks; built into every template."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.urls import translate_url
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from breachdesk.lib import dates, icons, kept, markup, masks, money, particles

register = template.Library()
register.tag("kept", kept.tag)


def _language() -> str:
    return get_language() or "ko"


def _local(value: Any) -> Any:
    return timezone.localtime(value) if isinstance(value, dt.datetime) and timezone.is_aware(value) else value


@register.filter
def drawing(icon: str) -> SafeString:
    """The inside of an icon's <svg>; nothing where no icon is named."""
    return SafeString(icons.DRAWINGS.get(icon, ""))


@register.filter
def in_language(thing: Any, field: str) -> str:
    """`{{ incident|in_language:"title" }}`: title_en in English where there is one, else title_ko."""
    english = getattr(thing, f"{field}_en", "") if _language().startswith("en") else ""
    return english or getattr(thing, f"{field}_ko")


@register.filter
def won(amount: int | None) -> str:
    return "" if amount is None else money.won(amount, _language())


@register.filter
def counted(number: int | None) -> str:
    """1,234"""
    return "" if number is None else f"{number:,}"


@register.filter
def day(value: dt.date | None) -> str:
    return "" if value is None else dates.day(_local(value), _language())


@register.filter
def short_day(value: dt.date | None) -> str:
    return "" if value is None else dates.short_day(_local(value), _language())


@register.filter
def full_day(value: dt.date | None) -> str:
    return "" if value is None else dates.full_day(_local(value), _language())


@register.filter
def long_day(value: dt.date | None) -> str:
    return "" if value is None else dates.long_day(_local(value), _language())


@register.filter
def moment(value: dt.datetime | None) -> str:
    return "" if value is None else dates.moment(_local(value), _language())


@register.filter
def clock(value: dt.datetime | None) -> str:
    return "" if value is None else dates.clock(_local(value))


@register.filter
def spoken_time(value: dt.datetime | dt.time | None) -> str:
    return "" if value is None else dates.spoken_time(_local(value), _language())


@register.filter
def span(value: dt.timedelta | None) -> str:
    return "" if value is None else dates.span(value, _language())


@register.filter
def paragraphs(text: str) -> SafeString:
    return markup.html(text)


@register.filter
def without_marks(text: str) -> str:
    return markup.plain(text)


@register.filter
def masked_name(value: str) -> str:
    return masks.name(value)


@register.filter
def masked_account(value: str) -> str:
    return masks.account(value)


@register.filter
def particle(word: str, pair: str) -> str:
    """`{{ name|particle:"이/가" }}` in Korean; the bare word in English, which has none."""
    return word if _language().startswith("en") else particles.with_particle(word, pair)


@register.filter
def read_in(address: str, language: str) -> str:
    """The same page in that language."""
    return translate_url(address, language)

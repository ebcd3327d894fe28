"""What hangs in the frame: pages, panels of the first page, and the list on the left. breachdesk/desk/__init__.py shows how."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORK, TELL, FIND, KEEP = "work", "tell", "find", "keep"
GROUPS = {WORK: _("일하기"), TELL: _("알리기"), FIND: _("찾기"), KEEP: _("지키기")}
EVERYBODY: tuple[str, ...] = ()
COUNTS_LIVE_SECONDS = 30

Words = str | Promise
Count = Callable[[HttpRequest], int | None]


@dataclass(frozen=True)
class Entry:
    """One line of the list on the left. `count` is asked at most every half minute; say `own_count` where it differs by person."""

    title: Words
    url_name: str
    group: str
    order: int = 50
    may: tuple[str, ...] = EVERYBODY
    count: Count | None = None
    own_count: bool = False


@dataclass(frozen=True)
class Page:
    path: str
    name: str
    view: Callable[..., HttpResponseBase]
    may: tuple[str, ...]


@dataclass(frozen=True)
class Panel:
    name: str
    template: str
    context: Callable[[HttpRequest, dt.datetime], dict[str, Any] | None]
    may: tuple[str, ...]
    order: int
    wide: bool


@dataclass
class Frame:
    pages: dict[str, Page] = field(default_factory=dict)
    panels: dict[str, Panel] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)


frame = Frame()


def page(
    path: str,
    *,
    name: str,
    may: str | Sequence[str],
    title: Words = "",
    group: str = "",
    order: int = 50,
    count: Count | None = None,
    own_count: bool = False,
) -> Callable[..., Any]:
    """Hangs a view at /admin/<path>, named `admin:<name>`, for whoever has one of the permissions in `may`.

    With a `group` it also stands in the list on the left. Its template extends `admin/base_site.html`.
    """

    def hang(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        rights = _rights(may)
        frame.pages[name] = Page(path, name, view, rights)
        if group:
            frame.entries[name] = Entry(title, f"admin:{name}", group, order, rights, count, own_count)
        return view

    return hang


def panel(
    name: str, *, may: str | Sequence[str], template: str, order: int = 50, wide: bool = False
) -> Callable[..., Any]:
    """Hangs a panel on the first page. The function gets the request and the moment; None: nothing to show."""

    def hang(context: Callable[..., Any]) -> Callable[..., Any]:
        frame.panels[name] = Panel(name, template, context, _rights(may), order, wide)
        return context

    return hang


def may(request: HttpRequest, rights: Sequence[str]) -> bool:
    return not rights or any(request.user.has_perm(right) for right in rights)


def _rights(may: str | Sequence[str]) -> tuple[str, ...]:
    return (may,) if isinstance(may, str) else tuple(may)


@dataclass(frozen=True)
class Line:
    title: Words
    url: str
    count: int | None
    current: bool


def lines(request: HttpRequest, entries: Sequence[Entry]) -> list[tuple[Words, list[Line]]]:
    """The list on the left as this person sees it: by group, with what is waiting in each."""
    visible = [entry for entry in entries if may(request, entry.may)]
    urls = {entry.url_name: reverse(entry.url_name) for entry in visible}
    here = max((url for url in urls.values() if request.path.startswith(url)), key=len, default="")
    found: list[tuple[Words, list[Line]]] = []
    for group, words in GROUPS.items():
        of_group = sorted((entry for entry in visible if entry.group == group), key=lambda entry: entry.order)
        drawn = [
            Line(entry.title, urls[entry.url_name], _count(request, entry), urls[entry.url_name] == here)
            for entry in of_group
        ]
        if drawn:
            found.append((words, drawn))
    return found


def _count(request: HttpRequest, entry: Entry) -> int | None:
    if entry.count is None:
        return None
    key = f"desk.count:{entry.url_name}:{request.user.pk if entry.own_count else ''}"
    stored = cache.get(key)
    if stored is None:
        stored = entry.count(request) or 0
        cache.set(key, stored, COUNTS_LIVE_SECONDS)
    return stored

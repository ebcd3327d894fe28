"""The public pages of the word itself, each the same for everybody: one renderer for what Django answers and for the files beside it.

Rendered without a request, so that nothing of a visitor can get in: no token, no cookie's choice of display, no nonce.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from breachdesk.context import issuer, shared
from notices import easy_pages, history, pages, queries, side_pages
from notices.models import Incident, Notice

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


@dataclass(frozen=True)
class Page:
    """`render` answers in the language that is active: make it so with `translation.override(language)`."""

    address: str
    language: str
    notice: Notice | None
    render: Callable[[dt.datetime], str]


def every_page() -> Iterator[Page]:
    """All that ought to lie as files, in both languages."""
    incidents = list(queries.open_incidents())
    for language in LANGUAGES:
        with translation.override(language):
            front, home, all_of_them = on_the_front_page(), reverse("notices:home"), reverse("notices:catalogue")
            yield _page(home, language, front) if front else _catalogue(home, language)
            yield _catalogue(all_of_them, language)
            yield Page(_away(language), language, None, lambda at: away(at=at))
            yield _beside(reverse("notices:rights"), language, side_pages.rights)
            for incident in incidents:
                published = list(queries.published_notices(incident))
                yield _page(reverse("notices:latest", args=[incident.slug]), language, published[0])
                for one in published:
                    yield _page(reverse("notices:version", args=[incident.slug, one.number]), language, one)
                yield from _in_easy_words(incident, published, language)
                yield from _beside_the_notice(incident, published, language)


def _page(address: str, language: str, one: Notice) -> Page:
    return Page(address, language, one, lambda at: notice(one, address=address, at=at))


def _in_easy_words(incident: Incident, published: list[Notice], language: str) -> Iterator[Page]:
    if language != settings.LANGUAGE_CODE:  # written in Korean only
        return
    for one in published:
        if easy_pages.is_there(one):
            own = [reverse("notices:easy", args=[incident.slug])] if one == published[0] else []
            for address in (*own, reverse("notices:easy_version", args=[incident.slug, one.number])):
                yield _easy_page(address, language, one)


def _easy_page(address: str, language: str, one: Notice) -> Page:
    return Page(address, language, one, lambda at: easy(one, address=address, at=at))


def _beside_the_notice(incident: Incident, published: list[Notice], language: str) -> Iterator[Page]:
    def at_its_place(name: str, *rest: int) -> str:
        return reverse(f"notices:{name}", args=[incident.slug, *rest])

    yield _beside(at_its_place("versions"), language, partial(side_pages.versions, incident))
    if incident.third_parties.exists():
        yield _beside(at_its_place("others"), language, partial(side_pages.others, incident))
    for after, before in pairwise(published):
        yield _beside(at_its_place("changes", after.number), language, partial(side_pages.changes, before, after))


def _beside(address: str, language: str, render: Callable[..., str]) -> Page:
    return Page(address, language, None, lambda at: render(at=at))


def _catalogue(address: str, language: str) -> Page:
    return Page(address, language, None, lambda at: catalogue(address=address, at=at))


def on_the_front_page() -> Notice | None:
    """The newest word, where there is one incident that is not over."""
    running = list(queries.running_incidents()[:2])
    return queries.current_notice(running[0]) if len(running) == 1 else None


def catalogue(*, address: str, at: dt.datetime) -> str:
    rows = history.catalogue_page(list(queries.open_incidents()))
    own = settings.PUBLIC_URL + reverse("notices:catalogue")
    return render_to_string("notices/catalogue.html", {**shared(address, at=at), "rows": rows, "address": own})


def _away(language: str) -> str:
    """Where the proxy finds what it says while the application does not answer (deploy/nginx.conf)."""
    return "/away.html" if language == settings.LANGUAGE_CODE else f"/{language}/away.html"


def away(*, at: dt.datetime) -> str:
    return render_to_string("away.html", shared(reverse("notices:home"), at=at))


def easy(one: Notice, *, address: str, at: dt.datetime) -> str:
    page = easy_pages.page(one, issuer=issuer()["name"], at=at)
    return render_to_string(
        "notices/easy.html", {**shared(address, at=at), **page, "address": settings.PUBLIC_URL + address}
    )


def notice(one: Notice, *, address: str, at: dt.datetime) -> str:
    """`address`: where it is shown, in the active language."""
    page = pages.notice_page(one, issuer=issuer()["name"], at=at)
    # One address for what is shown at two: the newest version is also the front page.
    own = reverse("notices:latest", args=[one.incident.slug])
    if not page["is_newest"]:
        own = reverse("notices:version", args=[one.incident.slug, one.number])
    context = {**shared(address, at=at), **page, "address": settings.PUBLIC_URL + own}
    return render_to_string("notices/notice.html", context)

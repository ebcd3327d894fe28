"""What was published, newest first, for programs that tell their reader of something new: Atom 1.0 (RFC 4287), nobody's name asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language, gettext

from breachdesk.context import issuer
from breachdesk.lib import markup
from breachdesk.lib.tags import in_language
from notices import pages, queries
from notices.models import Incident, Notice
from notices.states import NoticeState

MOST_ENTRIES = 50
BEFORE_ANYTHING = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Feed(Atom1Feed):
    def latest_post_date(self) -> dt.datetime:
        """Of what was published last: a feed that says nothing new says the same bytes."""
        return max((item["updateddate"] for item in self.items), default=BEFORE_ANYTHING)


def of_all() -> str:
    told = queries.open_incidents()
    published = Notice.objects.filter(incident__in=told, state=NoticeState.PUBLISHED).select_related("incident")
    title = f"{issuer()['name']} · {gettext('유출 안내문 전체')}"
    newest = published.order_by("-published_at", "-pk")[:MOST_ENTRIES]
    return _feed(title, newest, page=reverse("notices:catalogue"), own=reverse("notices:feed"), name="notices")


def of_incident(incident: Incident) -> str:
    published = queries.published_notices(incident)[:MOST_ENTRIES]
    return _feed(
        f"{issuer()['name']} · {in_language(incident, 'title')}",
        published,
        page=reverse("notices:latest", args=[incident.slug]),
        own=reverse("notices:feed_of", args=[incident.slug]),
        name=f"notices/{incident.slug}",
    )


def _feed(title: str, notices: Iterable[Notice], *, page: str, own: str, name: str) -> str:
    feed = Feed(
        title=title,
        link=settings.PUBLIC_URL + page,
        description="",
        language=_language(),
        author_name=issuer()["name"],
        subtitle=gettext("새로 올린 안내문과 달라진 점이에요."),
        feed_url=settings.PUBLIC_URL + own,
        feed_guid=_id(name),
    )
    for notice in notices:
        tag = pages.tag(notice.kind, notice.cleared).words
        number = gettext("%(number)d판") % {"number": notice.number}
        feed.add_item(
            title=f"[{tag}] {in_language(notice, 'title')} ({number})",
            link=settings.PUBLIC_URL + reverse("notices:version", args=[notice.incident.slug, notice.number]),
            description=str(markup.html(in_language(notice, "changes") or in_language(notice, "lede"))),
            unique_id=_id(f"notices/{notice.incident.slug}/v/{notice.number}"),
            author_name=issuer()["name"],
            pubdate=notice.published_at,
            updateddate=notice.published_at,
            categories=[notice.get_kind_display()],
        )
    return feed.writeString("utf-8")


def _id(name: str) -> str:
    """A name, not an address (RFC 4151): the same for as long as the site has its host."""
    return f"tag:{urlsplit(settings.PUBLIC_URL).hostname},2026:{name}/{_language()}"


def _language() -> str:
    return "en" if (get_language() or "ko").startswith("en") else "ko"

"""What /readyz says about the published word, in words; nothing where all is well."""

from __future__ import annotations

import datetime as dt

from django.db.models import Count, Min

from notices import posting_queries
from notices.ladder_models import Attempt
from notices.models import PublishedPage
from notices.states import LookResult

PAGES_LOOKED_AT_WITHIN = dt.timedelta(minutes=10)


def posting(*, at: dt.datetime) -> str:
    """Notices that are up and not as published, or that nobody looks at; pages that do not lie as files."""
    found = []
    for one in posting_queries.up():
        if wrong := posting_queries.trouble(one, at=at):
            if wrong.look:
                where = f"{wrong.look.path} at {wrong.look.at:%F %H:%M} UTC"
                found.append(f"the posted notice is not there as published ({where}: {LookResult(wrong.look.result)})")
            else:
                found.append(
                    f"nobody has looked at the posted notice of {one.incident.slug} since {wrong.not_looked_since:%F %H:%M} UTC: are a worker and beat running?"
                )
    pages = PublishedPage.objects.all()
    if pages.filter(written_at=None).exists():
        found.append("public pages could not be written as files: the proxy still has the ones before")
    if pages.exclude(path__endswith=".pdf").filter(looked_at__lt=at - PAGES_LOOKED_AT_WITHIN).exists():
        found.append("public pages have not been compared with their files for ten minutes")
    return "; ".join(found)


def climbing() -> str:
    """Messages of campaigns of which nobody can say what became: each look at them breaks off."""
    stuck = Attempt.objects.filter(stuck_since__isnull=False).aggregate(many=Count("pk"), since=Min("stuck_since"))
    if not stuck["many"]:
        return ""
    return f"{stuck['many']} attempts of campaigns cannot be judged, the first since {stuck['since']:%F %H:%M} UTC: the log says why"

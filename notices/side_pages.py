"""The pages beside the notice: its versions, how two differ, everybody's rights, and whoever stands in somebody else's record.

Rendered without a request, as those of public_pages.py are, so that they can lie as files too. `address`: where the page is
shown, in the active language.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse

from breachdesk.context import issuer, shared
from notices import catalogue, history, pages, queries
from notices import rights as the_rights
from notices.models import Incident, Notice


def versions(incident: Incident, *, at: dt.datetime) -> str:
    address = reverse("notices:versions", args=[incident.slug])
    return _page("notices/versions.html", address, history.versions_page(incident), at=at)


def changes(before: Notice, after: Notice, *, at: dt.datetime) -> str:
    """One address for what may be asked for at two: the version right before is not named."""
    slug = after.incident.slug
    address = reverse("notices:diff", args=[slug, before.number, after.number])
    if before == queries.published_notices(after.incident).filter(number__lt=after.number).first():
        address = reverse("notices:changes", args=[slug, after.number])
    return _page("notices/changes.html", address, history.changes_page(before, after, issuer=issuer()["name"]), at=at)


def rights(*, at: dt.datetime) -> str:
    """What anybody may do after a leak, and what is theirs to do; then what the notices of running incidents add."""
    running = [(incident, queries.current_notice(incident)) for incident in queries.running_incidents()]
    own = [
        {"notice": notice, "incident": incident, "takes_claims": pages.takes_claims(incident, at=at)}
        for incident, notice in running
        if notice and notice.your_rights_ko
    ]
    return _page("notices/rights.html", reverse("notices:rights"), {"chapters": the_rights.CHAPTERS, "own": own}, at=at)


def others(incident: Incident, *, at: dt.datetime) -> str:
    """For people who are no customers: what of theirs may have leaked with a customer's record, how to ask, what to do."""
    kinds = list(incident.third_parties.all())
    codes = {code for one in kinds for code in one.items}
    page = {
        "incident": incident,
        "kinds": [(one, pages.known_items(incident, one.items)) for one in kinds],
        "steps": catalogue.steps_for(codes),
        "contacts": [pages.contact(point, at=at) for point in queries.contact_points(incident)],
        "searched": incident.active_dataset_id is not None,
    }
    return _page("notices/others.html", reverse("notices:others", args=[incident.slug]), page, at=at)


def _page(template: str, address: str, page: dict[str, Any], *, at: dt.datetime) -> str:
    own = {"address": settings.PUBLIC_URL + address}
    return render_to_string(template, {**shared(address, at=at), **page, **own})

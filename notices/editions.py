"""What answers say of an incident itself: the same for everybody, so a process reads it once for each edition of it.

Which edition there is now stands in the statement that a look-up makes anyway: where PostgreSQL keeps the incident's rows and
which transaction wrote them. Whoever changes one of them, by whatever way, makes another edition, at once and in every process.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from notices.models import Incident, Notice
from notices.states import NoticeState

# Of a statement's `incident`.
MARK = """
    concat_ws(
        ' ', incident.xmin, incident.ctid,
        (SELECT concat(xmin, ctid) FROM notices_dataset WHERE id = incident.active_dataset_id),
        (SELECT string_agg(concat(xmin, ctid), ' ' ORDER BY id) FROM notices_notice WHERE incident_id = incident.id),
        (SELECT string_agg(concat(xmin, ctid), ' ' ORDER BY id) FROM notices_tier WHERE incident_id = incident.id),
        (SELECT string_agg(concat(xmin, ctid), ' ' ORDER BY id) FROM notices_remedy WHERE incident_id = incident.id)
    )
"""


@dataclass(frozen=True)
class Edition:
    """`incident` with its active list, tiers and remedies read. Shared by all who ask: nobody changes it."""

    incident: Incident
    # The newest published version.
    notice: Notice | None


@lru_cache(maxsize=32)
def edition(incident_id: int, mark: str) -> Edition:
    """Read after its mark, so it is never older than that says."""
    incident = (
        Incident.objects.select_related("active_dataset").prefetch_related("tiers", "remedies").get(pk=incident_id)
    )
    notice = incident.notices.filter(state=NoticeState.PUBLISHED).order_by("-number").first()
    return Edition(incident, notice)

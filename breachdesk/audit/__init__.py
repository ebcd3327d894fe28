"""What was done, by whom, to what: rows that can be added and never changed.

    audit.record(kind="claims.submitted", by=request.user, about="claim:CLM-7F3K-29QD", at=now, lines=3)

Data carries names of things and figures, never personal data: the audit outlives what it speaks of.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from breachdesk.accounts.models import User
    from breachdesk.audit.models import Event


def record(*, kind: str, by: User | None, about: str, at: dt.datetime, **data: Any) -> Event:
    """Writes one event in the act's own transaction. Raises NotInTransaction outside one.

    kind: `room.what_was_done`; by: None where the system itself acts; about: `thing:name`; data: JSON values.
    """
    # Imported late: a package that is an app cannot import its models while apps are loading.
    from breachdesk.audit import actions

    return actions.record(kind=kind, by=by, about=about, at=at, data=data)

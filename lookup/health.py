"""What /readyz says about codes, promised messages and retention, in words; nothing where all is well."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from lookup import rules, spending
from lookup.models import Certificate, Look, StepMark, Watch
from lookup.states import AlarmKind

# A night lies between, in which nobody is reminded.
REMINDED_WITHIN = dt.timedelta(hours=20)
FORGOTTEN_WITHIN = dt.timedelta(days=2)

WORDS = {
    AlarmKind.MINUTE: "codes cost {won} of {cap} won in a minute, {of_reserve} of them from the reserve",
    AlarmKind.DAY: "codes cost {won} of {cap} won in a day, {of_reserve} of them from the reserve",
    AlarmKind.UNUSED: "of {sent} codes of the last minutes {entered} were entered: somebody asks for codes of others",
}


def codes(*, at: dt.datetime) -> str:
    """Looked at anew, so that it holds also while no beat runs."""
    return "; ".join(WORDS[kind].format(**figures) for kind, figures in spending.causes(at=at).items())


def reminders(*, at: dt.datetime) -> str:
    late = StepMark.objects.filter(remind_at__lte=at - REMINDED_WITHIN, reminded_at=None).count()
    return f"{late} reminders that were asked for have not left: are a worker and beat running?" if late else ""


def forgetting(*, at: dt.datetime) -> str:
    """One action erases all that is over in this room, so three things with an index speak for the rest."""
    late = at - FORGOTTEN_WITHIN
    origins = Look.objects.filter(~Q(network="", device=""), at__lte=late - rules.KEEP_ORIGIN)
    watches = Watch.objects.filter(begun_at__lte=late - rules.KEEP_WATCH)
    certificates = Certificate.objects.filter(issued_at__lte=late - rules.KEEP_CERTIFICATE)
    overdue = origins.exists() or watches.exists() or certificates.exists()
    return "what look-ups leave behind has not been forgotten in time" if overdue else ""

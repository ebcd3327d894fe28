"""What /readyz says about codes, in words; nothing where all is well."""

from __future__ import annotations

import datetime as dt

from lookup import spending
from lookup.states import AlarmKind

WORDS = {
    AlarmKind.MINUTE: "codes cost {won} of {cap} won in a minute, {of_reserve} of them from the reserve",
    AlarmKind.DAY: "codes cost {won} of {cap} won in a day, {of_reserve} of them from the reserve",
    AlarmKind.UNUSED: "of {sent} codes of the last minutes {entered} were entered: somebody asks for codes of others",
}


def codes(*, at: dt.datetime) -> str:
    """Looked at anew, so that it holds also while no beat runs."""
    return "; ".join(WORDS[kind].format(**figures) for kind, figures in spending.causes(at=at).items())

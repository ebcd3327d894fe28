"""How an incident's notices go out, as `create_incident` reads it: the object `sending`, all of it optional.

    "sending": {"quiet_hours": {"text": {"from": "21:00", "until": "08:00"}}, "pace_a_minute": 600,
                "contact_centre": {"agents": 40, "minutes_a_call": 6, "calls_a_hundred": 8}}

Without `quiet_hours` they are as by default; a way that is not named in it has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from notices.incident_file import Fields

WAYS = ("text", "email")


def read(top: Fields) -> dict[str, Any]:
    sending = top.inside("sending", needed=False)
    if sending is None:
        return {}
    found: dict[str, Any] = {"pace_a_minute": _number(sending, "pace_a_minute", default=None)}
    if quiet := sending.inside("quiet_hours", needed=False):
        for way in WAYS:
            hours = quiet.inside(way, needed=False)
            begins, until = (hours.time("from"), hours.time("until")) if hours else (None, None)
            if hours and begins == until:
                hours.wrong("until", "must be another time than from")
            found |= {f"{way}_quiet_from": begins, f"{way}_quiet_until": until}
            if hours:
                hours.refuse_unknown()
        quiet.refuse_unknown()
    if centre := sending.inside("contact_centre", needed=False):
        found |= {name: _number(centre, name) for name in ("agents", "minutes_a_call", "calls_a_hundred")}
        centre.refuse_unknown()
    sending.refuse_unknown()
    return found


def _number(fields: Fields, name: str, *, default: Any = ...) -> int | None:
    value = fields.get(name, int, "must be a whole number", default=default)
    if value is not None and value < 1:
        fields.wrong(name, "must be one at least")
    return value

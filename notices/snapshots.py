"""What a thing says, as plain values: to see what somebody changed, and whether anybody did since it was opened."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from typing import Any

from notices import duties, hours, timetable
from notices.models import Clock, ContactPoint, Incident, Notice, ThirdParty, Tier
from notices.plan_models import SendingPlan
from notices.texts import EASY, TEXTS

WORDS = (
    *("kind", "cleared", "cleared_tiers"),
    *(f"{name}_{code}" for name in TEXTS for code in ("ko", "en")),
    *(f"{name}_easy" for name in EASY),
    "not_leaked",
)


def of_notice(notice: Notice) -> dict[str, Any]:
    """Everything of a version that somebody wrote."""
    return {name: getattr(notice, name) for name in WORDS}


FACTS = (
    *("title_ko", "title_en", "department_ko", "department_en", "leak_started_at", "leak_ended_at", "learned_at"),
    *("time_zone", "legal_acts", "people_estimate", "outside_access", "unique_ids"),
    *("not_leaked", "claims_until_date", "claim_cap", "currency", "decide_within_business_days"),
    "ended_date",
)
ITEM = ("code", "name_ko", "name_en", "group", "hot")
TIER = ("number", "name_ko", "name_en", "any_of", "advice_ko", "advice_en")
CLOCK = (
    *("position", "kind", "name_ko", "name_en", "law_ko", "law_en", "sourced", "read_on"),
    *("counted_from", "hours", "due_at"),
    *("reason_missed_ko", "reason_missed_en"),
    *("exception_ko", "exception_en", "exception_from_at", "exception_until_at"),
)
MEETING = ("met_at", "evidence", "evidence_file_id")
CONTACT = ("position", "kind", "name_ko", "name_en", "value", "note_ko", "note_en", "always_open", "in_help_strip")


def of_facts(incident: Incident) -> dict[str, Any]:
    return {name: getattr(incident, name) for name in FACTS}


THIRD_PARTY = ("position", "name_ko", "name_en", "items", "known", "words_ko", "words_en")


def of_third_party(one: ThirdParty) -> dict[str, Any]:
    return {name: getattr(one, name) for name in THIRD_PARTY}


SERVICE = ("claims_closed_at", "claims_opens_at", "claims_message_ko", "claims_message_en", "claims_until_date")


def of_service(incident: Incident) -> dict[str, Any]:
    return {name: getattr(incident, name) for name in SERVICE}


PLAN = (
    *("text_quiet_from", "text_quiet_until", "email_quiet_from", "email_quiet_until"),
    *("pace_a_minute", "agents", "minutes_a_call", "calls_a_hundred"),
)


def of_plan(plan: SendingPlan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in PLAN}


def of_item(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: item.get(name, False if name == "hot" else "") for name in ITEM}


def of_tier(tier: Tier) -> dict[str, Any]:
    return {name: getattr(tier, name) for name in TIER}


def of_clock(clock: Clock) -> dict[str, Any]:
    """What is typed of it, and whether it was met: that is another act."""
    return {name: getattr(clock, name) for name in (*CLOCK, "met_at")}


def of_meeting(clock: Clock) -> dict[str, Any]:
    return {name: getattr(clock, name) for name in MEETING}


def of_duty(duty: duties.Duty) -> dict[str, Any]:
    return {name: getattr(duty, name) for name in duties.VALUES}


def of_contact(point: ContactPoint) -> dict[str, Any]:
    """With its week (a list for each weekday, 7 for public holidays) and the days that are not as usual."""
    week: list[list[Any]] = [[] for _day in range(8)]
    for span in point.hours.all():
        week[span.weekday].append((span.opens, span.closes))
    special = hours.special_of(point)
    return {
        **{name: getattr(point, name) for name in CONTACT},
        "week": [timetable.plain(spans) for spans in week],
        "special": {day.isoformat(): timetable.plain(special[day]) for day in sorted(special)},
    }


def stamp(values: Mapping[str, Any]) -> str:
    """The same for the same values, and for no others."""
    whole = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(whole.encode()).hexdigest()


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What differs, as the audit keeps it: {"before": {field: value}, "after": {field: value}}; empty where nothing does."""
    fields = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if not fields:
        return {}
    return {
        "before": {name: plain(before.get(name)) for name in fields},
        "after": {name: plain(after.get(name)) for name in fields},
    }


def plain(value: Any) -> Any:
    """As JSON knows it: moments and days as ISO words."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value) if isinstance(value, uuid.UUID) else value

"""The shape of the JSON that `create_incident` reads. Every wrong field is named, all at once; unknown fields are wrong.

`breachdesk/demo/story.py` builds a whole example. Texts come as {"ko": …, "en": …}, moments as ISO 8601 with an offset.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from notices import catalogue, duties, hours, law, plan_file
from notices.states import Cleared, ClockKind, ContactKind, CountedFrom, HowToGet, Known, NoticeKind

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "holiday")


DUTY_SAYS = ("kind", "name_ko", "name_en", "law_ko", "law_en", "sourced", "read_on", "counted_from", "hours")


class WrongFile(Exception):
    """`problems` are lines of `field: what is wrong`."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass
class ContactFacts:
    fields: dict[str, Any]
    hours: list[hours.Span]


@dataclass
class NoticeFacts:
    fields: dict[str, Any]
    prepared_by: str
    # Both or neither: without them the version stays a draft.
    approved_by: str | None
    published_at: dt.datetime | None


@dataclass
class IncidentFacts:
    """Fields as the models call them."""

    incident: dict[str, Any]
    tiers: list[dict[str, Any]]
    contact_points: list[ContactFacts]
    third_parties: list[dict[str, Any]]
    remedies: list[dict[str, Any]]
    clocks: list[dict[str, Any]]
    notices: list[NoticeFacts]
    sending: dict[str, Any]
    created_by: str | None


@dataclass
class Fields:
    """One JSON object while it is read: what is asked for is noted, what is left over is unknown."""

    values: dict[str, Any]
    path: str
    problems: list[str]
    known: set[str] = field(default_factory=set)

    def wrong(self, name: str, words: str) -> None:
        self.problems.append(f"{self.path}{name}: {words}")

    def get(self, name: str, kinds: type | tuple[type, ...], words: str, *, default: Any = ...) -> Any:
        self.known.add(name)
        value = self.values.get(name)
        if value is None:
            if default is ...:
                self.wrong(name, "is missing")
                return None
            return default
        if not isinstance(value, kinds) or (isinstance(value, bool) and kinds is int):
            self.wrong(name, words)
            return None
        return value

    def text(self, name: str, *, longest: int = 100_000, default: Any = ...) -> Any:
        value = self.get(name, str, "must be a text", default=default)
        if isinstance(value, str):
            value = value.strip()
            if not value and default is ...:
                self.wrong(name, "is empty")
            if len(value) > longest:
                self.wrong(name, f"is longer than {longest} characters")
        return value

    def both(self, name: str, *, longest: int = 100_000, needed: bool = True, easy: bool = False) -> dict[str, str]:
        """{"ko": …, "en": …} as <name>_ko and <name>_en; `easy`: beside them, where it is there, <name>_easy."""
        inner = self.inside(name, needed=needed)
        if inner is None:
            return {f"{name}_ko": "", f"{name}_en": ""}
        default: Any = ... if needed else ""
        found = {f"{name}_{code}": inner.text(code, longest=longest, default=default) for code in ("ko", "en")}
        return {**found, f"{name}_easy": inner.text("easy", longest=longest, default="")} if easy else found

    def moment(self, name: str, *, needed: bool = True) -> dt.datetime | None:
        value = self.text(name, default=... if needed else None)
        if not value:
            return None
        try:
            moment = dt.datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            self.wrong(name, "must be a moment with its offset, such as 2026-11-18T09:20:00+09:00")
            return None
        return moment

    def day(self, name: str) -> dt.date | None:
        value = self.text(name, default=None)
        try:
            return dt.date.fromisoformat(value) if value else None
        except ValueError:
            self.wrong(name, "must be a day, such as 2027-11-18")
            return None

    def time(self, name: str) -> dt.time | None:
        value = self.text(name)
        if value == "24:00":
            return hours.MIDNIGHT
        try:
            return dt.datetime.strptime(value or "", "%H:%M").time()  # noqa: DTZ007 - a time of day
        except ValueError:
            self.wrong(name, "must be a time, such as 08:00 or 24:00")
            return None

    def choice(self, name: str, allowed: Collection[str]) -> Any:
        value = self.text(name)
        if value and value not in allowed:
            self.wrong(name, f"must be one of {', '.join(allowed)}")
        return value

    def codes(self, name: str, known: Collection[str]) -> list[str]:
        values = self.get(name, list, "must be a list of item codes", default=[]) or []
        for value in values:
            if value not in known:
                self.wrong(name, f"{value!r} is no known item")
        return values

    def inside(self, name: str, *, needed: bool = True) -> Fields | None:
        value = self.get(name, dict, "must be an object", default=... if needed else None)
        return None if value is None else self._child(value, f"{name}.")

    def each(self, name: str, read: Callable[[Fields], Any]) -> list[Any]:
        values = self.get(name, list, "must be a list", default=[]) or []
        found = []
        for place, value in enumerate(values):
            if not isinstance(value, dict):
                self.wrong(f"{name}[{place}]", "must be an object")
                continue
            child = self._child(value, f"{name}[{place}].")
            found.append(read(child))
            child.refuse_unknown()
        return found

    def _child(self, values: dict[str, Any], path: str) -> Fields:
        return Fields(values, self.path + path, self.problems)

    def refuse_unknown(self) -> None:
        for name in self.values.keys() - self.known:
            self.wrong(name, "is not known")


def read(values: Any) -> IncidentFacts:
    """Raises WrongFile."""
    if not isinstance(values, dict):
        raise WrongFile(["the file must hold one object"])
    top = Fields(values, "", [])
    extra = top.each("extra_items", _extra_item)
    codes = catalogue.codes(one for one in extra if one["code"])
    facts = IncidentFacts(
        incident={
            "slug": _slug(top),
            **top.both("title", longest=120),
            **top.both("department", longest=80),
            "leak_started_at": top.moment("leak_started_at"),
            "leak_ended_at": top.moment("leak_ended_at"),
            "learned_at": top.moment("learned_at"),
            "time_zone": _zone(top),
            "extra_items": extra,
            "not_leaked": top.codes("not_leaked", codes),
            "ended_date": top.day("ended"),
            **_legal(top),
            **_claims(top),
        },
        tiers=top.each("tiers", lambda tier: _tier(tier, codes)),
        contact_points=top.each("contact_points", _contact_point),
        third_parties=top.each("third_parties", lambda one: _third_party(one, codes)),
        remedies=top.each("remedies", _remedy),
        clocks=top.each("clocks", _clock),
        notices=top.each("notices", lambda one: _notice(one, codes)),
        sending=plan_file.read(top),
        created_by=top.text("created_by", default=None),
    )
    top.refuse_unknown()
    began, ended = facts.incident["leak_started_at"], facts.incident["leak_ended_at"]
    if began and ended and began >= ended:
        top.wrong("leak_ended_at", "must be after leak_started_at")
    if top.problems:
        raise WrongFile(top.problems)
    return facts


def _slug(top: Fields) -> Any:
    slug = top.text("slug", longest=40)
    if slug and not all(mark.isascii() and (mark.isalnum() or mark in "-_") for mark in slug):
        top.wrong("slug", "may hold letters a-z, digits and hyphens only")
    return slug


def _zone(top: Fields) -> str:
    name = top.text("time_zone", default="Asia/Seoul")
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, TypeError):
        top.wrong("time_zone", "is no known zone")
    return name


def _claims(top: Fields) -> dict[str, Any]:
    claims = top.inside("claims", needed=False)
    if claims is None:
        return {}
    found = {
        "claims_until_date": claims.day("until"),
        "claim_cap": claims.get("cap", int, "must be a whole number", default=None),
        "currency": claims.text("currency", longest=3, default="KRW"),
        "decide_within_business_days": claims.get("decide_within_business_days", int, "must be a number", default=5),
    }
    claims.refuse_unknown()
    return found


def _extra_item(one: Fields) -> dict[str, Any]:
    return {
        "code": one.text("code", longest=30),
        **one.both("name", longest=60),
        "group": one.choice("group", catalogue.GROUPS),
        "hot": one.get("hot", bool, "must be true or false", default=False),
    }


def _tier(one: Fields, codes: Collection[str]) -> dict[str, Any]:
    return {**one.both("name", longest=80), "any_of": one.codes("any_of", codes), **one.both("advice")}


def _third_party(one: Fields, codes: Collection[str]) -> dict[str, Any]:
    found = {
        **one.both("name", longest=80),
        "items": one.codes("items", codes),
        "known": one.choice("known", Known.values),
        **one.both("words", needed=False),
    }
    if not found["items"]:
        one.wrong("items", "is empty")
    return found


def _remedy(one: Fields) -> dict[str, Any]:
    found = {
        **one.both("name", longest=80),
        **one.both("words", needed=False),
        "tiers": one.get("tiers", list, "must be a list of tiers' numbers", default=[]) or [],
        "how": one.choice("how", HowToGet.values),
        "ask_until_date": one.day("ask_until"),
        "ends_date": one.day("ends"),
        **one.both("lasts", longest=80, needed=False),
    }
    if any(not isinstance(number, int) or number < 0 for number in found["tiers"]):
        one.wrong("tiers", "must be numbers, 0 for those of whom nothing is sure")
    if not found["ends_date"] and not found["lasts_ko"]:
        one.wrong("ends", "is missing: a remedy ends on a day, or says in `lasts` how long it lasts")
    return found


def _contact_point(one: Fields) -> ContactFacts:
    fields = {
        "kind": one.choice("kind", ContactKind.values),
        **one.both("name", longest=80),
        "value": one.text("value", longest=120),
        **one.both("note", longest=120, needed=False),
        "always_open": one.get("always_open", bool, "must be true or false", default=False),
        "in_help_strip": one.get("in_help_strip", bool, "must be true or false", default=False),
    }
    spans = [span for spans in one.each("hours", _hours) for span in spans]
    return ContactFacts(fields, spans)


def _hours(one: Fields) -> list[hours.Span]:
    days = one.get("days", list, "must be a list of days", default=list(DAYS)) or []
    opens, closes = one.time("opens"), one.time("closes")
    wrong = [day for day in days if day not in DAYS]
    if wrong:
        one.wrong("days", f"must be of {', '.join(DAYS)}")
    if opens is None or closes is None or wrong:
        return []
    if opens >= closes:
        one.wrong("closes", "must be after opens")
    return [hours.Span(DAYS.index(day), opens, closes) for day in days]


def _legal(top: Fields) -> dict[str, Any]:
    legal = top.inside("legal", needed=False)
    if legal is None:
        return {}
    acts = legal.get("acts", list, "must be a list of acts", default=list(duties.ACTS)) or []
    if wrong := [str(act) for act in acts if act not in duties.ACTS]:
        legal.wrong("acts", f"{', '.join(wrong)}: must be of {', '.join(duties.ACTS)}")
    found = {
        "legal_acts": acts,
        "people_estimate": legal.get("people", int, "must be a whole number", default=None),
        "outside_access": legal.get("outside_access", bool, "must be true or false", default=None),
        "unique_ids": legal.get("unique_ids", bool, "must be true or false", default=None),
    }
    legal.refuse_unknown()
    return found


def _clock(one: Fields) -> dict[str, Any]:
    """With `duty`, what is not given is the table's."""
    code = one.choice("duty", duties.DUTIES) if "duty" in one.values else ""
    duty = duties.DUTIES.get(code)
    if duty and duty.counted_from == CountedFrom.ORDER:
        one.wrong("duty", "counts from an order, which has a clock of its own")
    if duty:
        return {
            "code": code,
            **{name: getattr(duty, name) for name in DUTY_SAYS},
            "met_at": one.moment("met_at", needed=False),
            **one.both("reason_missed", needed=False),
        }
    return {
        "kind": one.choice("kind", ClockKind.values) if "kind" in one.values else ClockKind.DO_BY,
        **one.both("name", longest=80),
        **one.both("law", longest=120),
        "due_at": one.moment("due_at", needed=False),
        "met_at": one.moment("met_at", needed=False),
        **one.both("reason_missed", needed=False),
    }


def _notice(one: Fields, codes: Collection[str]) -> NoticeFacts:
    fields: dict[str, Any] = {
        "kind": one.choice("kind", NoticeKind.values),
        **one.both("title", longest=160, easy=True),
    }
    # Whether a text may be empty is for publishing to judge: a draft may be unfinished.
    for name in ("lede", "changes", "next_word", *(item.field for item in law.ITEMS)):
        is_short = name == "next_word"
        fields.update(one.both(name, longest=120 if is_short else 100_000, needed=False, easy=not is_short))
    fields["not_leaked"] = one.codes("not_leaked", codes)
    if fields["kind"] == NoticeKind.NOT_LEAKED:
        fields["cleared"] = one.choice("cleared", Cleared.values)
        fields["cleared_tiers"] = one.get("cleared_tiers", list, "must be a list of tiers' numbers", default=[]) or []
    fields["prepared_at"] = one.moment("prepared_at", needed=False)
    approved_by = one.text("approved_by", default=None)
    published_at = one.moment("published_at", needed=False)
    if published_at and not approved_by:
        one.wrong("published_at", "needs approved_by: a version is published by two people")
    return NoticeFacts(fields, one.text("prepared_by"), approved_by, published_at)

"""What the public pages of this room show, worked out from the rows: plain values, ready for a template."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from breachdesk.lib import dates, particles
from breachdesk.lib.tags import in_language
from notices import catalogue, hours, kinds, law, queries, service
from notices.kinds import Standing
from notices.models import Clock, ContactPoint, Incident, Notice, Tier
from notices.states import OF_A_CASE, Cleared, ClockKind, CountedFrom, NoticeKind

UNBROKEN = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Tag:
    words: str
    kind: str  # as templates/components/tag.html
    icon: str


@dataclass(frozen=True)
class Box:
    """People told the same: how many, what leaked, what that means for them."""

    tier: int
    people: int
    name: str
    items: list[catalogue.Item]
    advice: str


@dataclass(frozen=True)
class ClockLine:
    name: str
    law: str
    state: str  # as templates/components/dot.html
    words: str
    reason: str

    @property
    def missed(self) -> bool:
        return self.state == "bad"


@dataclass(frozen=True)
class Contact:
    name: str
    kind: str
    value: str
    when: str
    # Coming days that are not as usual.
    special: Sequence[str] = ()


# A correction and an all-clear for some leave it as it stood, and so do their colour and shape.
LOOKS = {Standing.POSSIBLE: ("now", "half"), Standing.CLEARED: ("good", "check")}
FOR_SOME = {Standing.POSSIBLE: gettext_lazy("유출 가능성 · 일부는 아님")}


def tag(kind: str, cleared: str = "", before: Sequence[kinds.Told] = ()) -> Tag:
    """`cleared`: for whom an all-clear is; `before`: the versions before it, the oldest first (none: the leak is confirmed)."""
    stands = kinds.standing(before)
    look = LOOKS.get(stands, ("danger", "warn"))
    if kind == NoticeKind.POSSIBLE:
        return Tag(_("유출 가능성"), "now", "half")
    if kind == NoticeKind.NOT_LEAKED and cleared in (Cleared.OFF_LIST, Cleared.TIERS):
        return Tag(str(FOR_SOME.get(stands, _("유출 확인 · 일부는 아님"))), *look)
    if kind == NoticeKind.NOT_LEAKED:
        return Tag(_("유출 아님"), "good", "check")
    if kind == NoticeKind.CORRECTION:
        return Tag(_("바로잡음"), *look)
    return Tag(_("유출 확인"), "danger", "warn")


def notice_page(notice: Notice, *, issuer: str, at: dt.datetime) -> dict[str, Any]:
    incident = notice.incident
    published = list(queries.published_notices(incident))
    if notice not in published:  # a draft, shown to its writers as it would be
        published.insert(0, notice)
    newest, first = published[0], published[-1]
    return {
        "incident": incident,
        "notice": notice,
        "tag": tag(notice.kind, notice.cleared, told_before(notice, published)),
        "legal_basis": law.REFERENCE,
        "is_newest": notice == newest,
        "newest": newest,
        "before": next((one for one in published if one.number < notice.number), None),
        "earlier": [one for one in published if one.number < notice.number],
        "record": record(notice, first=first),
        "items": statutory_items(notice, issuer=issuer),
        "boxes": boxes(notice),
        "not_leaked": in_a_row(known_items(incident, notice.not_leaked)),
        "contacts": [contact(point, at=at) for point in queries.contact_points(incident)],
        "clocks": [clock_line(clock, incident, at=at) for clock in incident.clocks.all()],
        "takes_claims": takes_claims(incident, at=at),
        "others": incident.third_parties.exists(),
        "claims": service.standing(incident, at=at),
    }


def told_before(notice: Notice, published: Sequence[Notice]) -> list[kinds.Told]:
    """What the versions before this one told, the oldest first. `published`: the newest first."""
    return [(one.kind, one.cleared) for one in reversed(published) if one.number < notice.number]


def record(notice: Notice, *, first: Notice) -> list[tuple[str, str]]:
    zone = ZoneInfo(notice.incident.time_zone)
    pairs = [
        (_("안내문"), _("%(number)d판") % {"number": notice.number}),
        (_("이 판을 올린 때"), _moment(notice.published_at, zone)),
        (_("처음 알린 때"), _moment(first.published_at, zone)),
    ]
    next_word = in_language(notice, "next_word")
    return [*pairs, (_("다음 안내"), next_word)] if next_word else pairs


def statutory_items(notice: Notice, *, issuer: str) -> list[dict[str, Any]]:
    """The items this version carries, each with its legal title and the plain question."""
    return [
        {
            "number": item.number,
            "field": item.field,
            "law": item.law,
            "question": question(item, issuer=issuer),
            "text": text,
        }
        for item in law.ITEMS
        if (text := in_language(notice, item.field))
    ]


def question(item: law.StatutoryItem, *, issuer: str) -> str:
    return str(item.question) % {"who": issuer if _english() else particles.with_particle(issuer, "은/는")}


def boxes(notice: Notice) -> list[Box]:
    """As counted when the version was published."""
    tiers = {tier.number: tier for tier in notice.incident.tiers.all()}
    found = []
    for counted in notice.counted:
        if not counted["people"]:
            continue
        tier = tiers.get(counted["tier"])
        if "name_ko" in counted:  # kept as it was called when the version was published
            tier = Tier(**{name: counted[name] for name in queries.TIER_WORDS})
        if counted["tier"] == queries.POSSIBLY:
            name = _("나갔을 수 있지만 아직 확실하지 않은 분")
            advice = _("확인하는 대로 다시 알려 드려요. 그때까지 사칭 전화와 문자를 조심해 주세요.")
        else:
            name, advice = (in_language(tier, "name"), in_language(tier, "advice")) if tier else ("", "")
        found.append(
            Box(counted["tier"], counted["people"], name, known_items(notice.incident, counted["items"]), advice)
        )
    return found


def known_items(incident: Incident, codes: list[str]) -> list[catalogue.Item]:
    known = catalogue.items(incident.extra_items)
    return [known[code] for code in codes if code in known]


def in_a_row(items: list[catalogue.Item]) -> str:
    """Names within a sentence: English ones lose their capital, CVC keeps its own."""
    names = [str(item.name) for item in items]
    return ", ".join(name[0].lower() + name[1:] if name[1:2].islower() else name for name in names)


def contact(point: ContactPoint, *, at: dt.datetime | None = None) -> Contact:
    """`at`: names the coming days that are not as usual, too."""
    when = "" if point.kind == "email" else hours.week_in_words(point)
    special = hours.special_in_words(point, at) if at and when and not point.always_open else ()
    return Contact(in_language(point, "name"), point.kind, point.value, when, special)


def clock_line(clock: Clock, incident: Incident, *, at: dt.datetime) -> ClockLine:
    """Fixed moments only: a page that is kept and shown later must still be true."""
    zone = ZoneInfo(incident.time_zone)
    reason = " ".join(filter(None, (in_language(clock, "reason_missed"), _exception(clock, zone))))
    if clock.counted_from in OF_A_CASE or (clock.due_at is None and clock.hours and clock.met_at is None):
        words, state = _of_each(clock), "now"
    elif clock.kind == ClockKind.KEEP_UP:
        kept = clock.due_at is not None and clock.due_at <= at
        words = _("적어도 %(moment)s까지 올려 둬요") % {"moment": _moment(clock.due_at, zone)}
        state = "done" if kept else "now"
    elif clock.met_at is not None:
        words = _("%(moment)s에 했어요 · %(took)s 만에") % {
            "moment": _moment(clock.met_at, zone),
            "took": took(clock.met_at - incident.learned_at),
        }
        state = "done" if clock.due_at is None or clock.met_at <= clock.due_at else "bad"
    elif clock.due_at is None:
        words, state = _("지체 없이 해야 해요"), "now"
    else:
        words = _("%(moment)s까지 해야 해요") % {"moment": _moment(clock.due_at, zone)}
        state = "now" if at <= clock.due_at else "bad"
        reason = reason or (_("기한까지 마치지 못했어요.") if state == "bad" else "")
    law_of_it = in_language(clock, "law")
    if not clock.sourced:
        law_of_it = f"{law_of_it} · {_('우리가 정한 값이에요')}"
    return ClockLine(in_language(clock, "name"), law_of_it, state, words, reason)


def _of_each(clock: Clock) -> str:
    """So long from a moment that has not come, or that each case has for itself."""
    long = {"long": dates.span(dt.timedelta(hours=clock.hours or 0), get_language() or "ko")}
    if clock.counted_from == CountedFrom.REQUEST:
        return _("신청하거나 요구하신 때부터 %(long)s 안에 해요") % long
    if clock.counted_from == CountedFrom.RESULT:
        return _("결과를 알려 드린 때부터 %(long)s 동안이에요") % long
    return _("안내문을 처음 올린 때부터 %(long)s 동안 올려 둬요") % long


def _exception(clock: Clock, zone: ZoneInfo) -> str:
    """What the law lets stand in the way, and for how long it did."""
    if not (why := in_language(clock, "exception")):
        return ""
    span = f"{_moment(clock.exception_from_at, zone)} – {_moment(clock.exception_until_at, zone)}".strip(" –")
    return _("법이 허락한 늦춤: %(why)s") % {"why": f"{why} ({span})" if span else why}


def took(span: dt.timedelta) -> str:
    """7시간 20분"""
    minutes = int(span.total_seconds()) // 60
    words = _("%(hours)d시간 %(minutes)d분") % {"hours": minutes // 60, "minutes": minutes % 60}
    return words.replace(" ", UNBROKEN)


def takes_claims(incident: Incident, *, at: dt.datetime) -> bool:
    return service.standing(incident, at=at).takes_claims


def _english() -> bool:
    return (get_language() or "ko").startswith("en")


def _moment(value: dt.datetime | None, zone: ZoneInfo) -> str:
    """11월 20일 14:00 / 20 November, 14:00"""
    if value is None:
        return ""
    local = value.astimezone(zone)
    day = dates.short_day(local, get_language() or "ko").replace(" ", UNBROKEN)
    return f"{day}{',' if _english() else ''} {dates.clock(local)}"

"""What the authorities ask for of a leak, field by field, from the incident's data: the drafts of both reports. In Korean.

개인정보 보호법 시행령 제40조 (보호위원회·KISA) and 신용정보법 제39조의4, 전자금융거래법 제21조의5 (금융위원회·금융감독원). A draft: a person
reads it, mends it in the authority's own form and hands it in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone

from breachdesk.lib import dates, markup
from claims.models import Claim
from notices import catalogue, clocking, hours, proof, queries
from notices.models import Incident, Notice
from notices.states import NoticeState

UNKNOWN = "확인하고 있음"
# Which clock says that a first report has been made.
FIRST_REPORT_BY = {"pipc": ("pipa_report",), "fss": ("efin_report", "credit_report")}
TITLES = {
    "pipc": "개인정보 유출등 신고서(개인정보 보호위원회·한국인터넷진흥원)",
    "fss": "개인신용정보 누설·침해사고 신고서(금융위원회·금융감독원)",
}


@dataclass(frozen=True)
class Field:
    code: str
    label: str
    value: str
    # What the report before this one said, where that differs.
    before: str | None = None


@dataclass(frozen=True)
class Report:
    authority: str
    title: str
    # The how manyth further report this would be; 0: nothing was reported yet.
    further: int
    first_at: dt.datetime | None
    fields: list[Field]

    @property
    def changed(self) -> list[Field]:
        return [field for field in self.fields if field.before is not None]


def reports(
    incident: Incident, *, at: dt.datetime, earlier: list[tuple[dt.datetime, Mapping[str, Any]]]
) -> list[Report]:
    """`earlier`: of when the packs before this one are, and their fields, the oldest first."""
    notice = incident.notices.filter(state=NoticeState.PUBLISHED, published_at__lte=at).order_by("-number").first()
    common = _common(incident, notice, at)
    found = []
    for authority, title in TITLES.items():
        met = incident.clocks.filter(code__in=FIRST_REPORT_BY[authority], met_at__lte=at).order_by("met_at").first()
        values = {**common, **(_of_finance(incident, at) if authority == "fss" else {})}
        said = earlier[-1][1].get(authority, {}) if earlier and met else {}
        fields = [
            Field(
                code,
                label,
                value,
                said[code] if code in said and said[code] != value else "" if said and code not in said else None,
            )
            for code, (label, value) in values.items()
        ]
        first_at = met.met_at if met else None
        further = 1 + sum(1 for as_of, _fields in earlier if as_of > first_at) if first_at else 0
        found.append(Report(authority, title, further, first_at, fields))
    return found


def as_data(found: list[Report]) -> dict[str, dict[str, str]]:
    return {one.authority: {field.code: field.value for field in one.fields} for one in found}


def _common(incident: Incident, notice: Notice | None, at: dt.datetime) -> dict[str, tuple[str, str]]:
    issuer = settings.ISSUER
    facts = clocking.facts_of(incident)
    people = UNKNOWN if facts.people is None else f"{facts.people:,}명"
    if incident.active_dataset is None and facts.people is not None:
        people += " (어림한 수)"
    return {
        "controller": (
            "개인정보처리자",
            f"{issuer['name']['ko']} · {issuer['address']['ko']} · {issuer['phone']}",
        ),
        "officer": ("개인정보 보호책임자", issuer["privacy_officer"]["ko"]),
        "learned": ("유출을 안 때", _moment(incident.learned_at)),
        "when": ("유출된 기간", f"{_moment(incident.leak_started_at)} – {_moment(incident.leak_ended_at)}"),
        "how": ("유출된 경위", _text(notice, "when_and_how")),
        "access": ("밖에서 불법으로 접근", {None: UNKNOWN, True: "있음", False: "없음"}[facts.outside_access]),
        "items": ("유출된 항목과 사람 수", _items(incident)),
        "people": ("정보주체의 수", people),
        "unique": ("민감정보·고유식별정보", {None: UNKNOWN, True: "있음", False: "없음"}[facts.unique_ids]),
        "steps_of_people": ("정보주체가 할 수 있는 조치", _text(notice, "what_to_do")),
        "steps_taken": ("대응 조치와 피해 구제 절차", _text(notice, "what_we_do")),
        "told": ("정보주체에게 알린 현황", _told(incident, at)),
        "contact": ("담당 부서와 연락처", _contact(incident)),
    }


def _of_finance(incident: Incident, at: dt.datetime) -> dict[str, tuple[str, str]]:
    claims = Claim.objects.filter(incident=incident, submitted_at__lte=at)
    paid = claims.filter(paid_at__lte=at).count()
    hot = [str(item.name) for item in catalogue.items(incident.extra_items).values() if item.hot]
    return {
        "payment": ("결제에 쓸 수 있는 정보", ", ".join(hot)),
        "claims": (
            "선보상",
            f"신청 {claims.count():,}건, 결정 {claims.filter(decided_at__lte=at).count():,}건, 지급 {paid:,}건",
        ),
    }


def _items(incident: Incident) -> str:
    tiers = {tier.number: tier.name_ko for tier in incident.tiers.all()}
    known = catalogue.items(incident.extra_items)
    lines = [
        f"{tiers.get(one['tier'], '확실하지 않은 분')} {one['people']:,}명: "
        + ", ".join(str(known[code].name) for code in one["items"])
        for one in queries.people_by_tier(incident)
        if one["people"]
    ]
    return "\n".join(lines) or UNKNOWN


def _told(incident: Incident, at: dt.datetime) -> str:
    posted = clocking.first_posted_at(incident)
    lines = [f"누리집에 처음 올린 때: {_moment(posted)}" if posted and posted <= at else "아직 올리지 않음"]
    if incident.active_dataset is not None:
        found = proof.counted(incident, at=at)
        lines.append(f"알렸다는 증거가 있는 분 {found.proven:,}명 / 명단 {found.people:,}명")
    return "\n".join(lines)


def _contact(incident: Incident) -> str:
    points = [
        " ".join(filter(None, (point.name_ko, point.value, hours.week_in_words(point))))
        for point in queries.contact_points(incident)
    ]
    return "\n".join([incident.department_ko, *points])


def _text(notice: Notice | None, field: str) -> str:
    return markup.plain(getattr(notice, f"{field}_ko")).strip() if notice else UNKNOWN


def _moment(value: dt.datetime | None) -> str:
    if value is None:
        return UNKNOWN
    local = timezone.localtime(value)
    return f"{dates.full_day(local, 'ko')} {dates.clock(local)}"

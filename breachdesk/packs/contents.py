"""What is in a regulator pack: each file with its name and its bytes, piece by piece. Reads only; in Korean.

No contact, name or birth date of anybody is in it: people of the ledger stand under a keyed pseudonym that only our keys could lead
back from, staff under their names, decisions as figures.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.template.loader import render_to_string
from django.utils import timezone

from breachdesk import keys
from breachdesk.audit.models import Event
from breachdesk.context import issuer
from breachdesk.lib import paper, safe_csv
from breachdesk.packs import report
from breachdesk.packs.models import Pack
from breachdesk.packs.states import PackState
from claims.models import Claim, Decision
from notices import clock_pages, ordering, posting_proof, snapshots, texts
from notices.models import Incident, Notice, Posting, Telling
from notices.order_models import RegulatorOrder
from notices.states import NoticeState

LINES = 5000


@dataclass(frozen=True)
class File:
    name: str
    pieces: Iterable[bytes]


@dataclass(frozen=True)
class Found:
    files: Iterable[File]
    # The fields of the reports, for the pack after this one.
    report: dict[str, Any]


def of(pack: Pack) -> Found:
    """In the order of the names. Raises paper.Unavailable, also while the files are read."""
    earlier = Pack.objects.filter(incident=pack.incident, state=PackState.DONE, number__lt=pack.number)
    said = list(earlier.order_by("number").values_list("as_of", "report"))
    reports = report.reports(pack.incident, at=pack.as_of, earlier=said)
    return Found(_files(pack, reports), report.as_data(reports))


def _files(pack: Pack, reports: list[report.Report]) -> Iterator[File]:
    incident = pack.incident
    notices = _notices(pack)
    yield File("00-읽어보기.txt", [render_to_string("packs/readme.txt", {"pack": pack, "issuer": issuer()}).encode()])
    for one in reports:
        yield File(f"01-신고서-{one.authority}.pdf", [_pdf("report", pack, report=one)])
    yield File("01-신고서.csv", csv(_report_rows(reports)))
    yield File("02-안내문.pdf", [_pdf("notices", pack, notices=[(one, _named(one)) for one in notices])])
    yield File("02-안내문.csv", csv(_notice_rows(notices)))
    yield File("03-통지-현황.csv", csv(_ledger_rows(incident)))
    yield File("03-통지-한사람씩.csv", csv(_people_rows(incident)))
    for posting in Posting.objects.filter(incident=incident, from_at__lte=pack.as_of).order_by("from_at", "pk"):
        shown = posting_proof.of(posting, until=pack.as_of)
        yield File(f"04-게시-증명-{posting.pk}.csv", [posting_proof.as_csv(shown)])
        yield File(f"04-게시-증명-{posting.pk}.pdf", [posting_proof.as_pdf(shown)])
    yield File("05-법이-정한-시각.csv", csv(_clock_rows(pack)))
    yield File("06-결정.csv", csv(_decision_rows(pack)))
    yield File("07-기록.csv", csv(_audit_rows(pack)))


def _pdf(template: str, pack: Pack, **context: Any) -> bytes:
    html = render_to_string(
        f"packs/paper/{template}.html", {"pack": pack, "incident": pack.incident, "issuer": issuer(), **context}
    )
    return paper.pdf(html)


def csv(rows: Iterable[Iterable[object]]) -> Iterator[bytes]:
    """Formula-safe, a few thousand lines at a time. The mark makes a spreadsheet read Korean."""
    written = io.StringIO()
    written.write("\ufeff")
    for number, row in enumerate(rows, start=1):
        safe_csv.write(written, [row])
        if number % LINES == 0:
            yield written.getvalue().encode()
            written = io.StringIO()
    yield written.getvalue().encode()


def _moment(value: Any) -> str:
    return timezone.localtime(value).isoformat(timespec="seconds") if value else ""


# -- reports and notices --------------------------------------------------------------------------------------------------


def _report_rows(reports: list[report.Report]) -> Iterator[tuple[object, ...]]:
    yield ("신고서", "구분", "항목", "내용", "앞 신고의 내용")
    for one in reports:
        kind = f"추가 신고 {one.further}차" if one.first_at else "최초 신고"
        for field in one.fields:
            yield (one.title, kind, field.label, field.value, field.before or "")


def _notices(pack: Pack) -> list[Notice]:
    published = Notice.objects.filter(incident=pack.incident, state=NoticeState.PUBLISHED, published_at__lte=pack.as_of)
    return list(published.select_related("prepared_by", "approved_by").order_by("number"))


def _words(notice: Notice) -> list[tuple[str, str]]:
    """Every text of a version, empty ones left out: (its name, its words)."""
    names = [name for name in snapshots.WORDS if name.endswith(("_ko", "_en", "_easy"))]
    return [(name, words) for name in names if (words := getattr(notice, name))]


def _named(notice: Notice) -> list[tuple[str, str]]:
    """The same with the names that people read: 1 유출된 개인정보의 항목 · 한국어."""
    return [(texts.place(*name.rsplit("_", 1)), words) for name, words in _words(notice)]


def _notice_rows(notices: list[Notice]) -> Iterator[tuple[object, ...]]:
    yield ("판", "종류", "올린 때", "쓴 사람", "승인한 사람", "칸", "글")
    for one in notices:
        by = (one.prepared_by.name, one.approved_by.name if one.approved_by else "")
        for name, words in _words(one):
            yield (one.number, one.get_kind_display(), _moment(one.published_at), *by, name, words)
        yield (one.number, one.get_kind_display(), _moment(one.published_at), *by, "counted", _json(one.counted))


# -- who was told ---------------------------------------------------------------------------------------------------------


def _ledger_rows(incident: Incident) -> Iterator[tuple[object, ...]]:
    yield ("안내문 판", "방법", "결과", "까닭", "사람")
    lines = Telling.objects.filter(incident=incident)
    yield from (
        lines.order_by("notice__number", "channel", "state", "reason")
        .values_list("notice__number", "channel", "state", "reason")
        .annotate(people=Count("pk"))
    )


def _people_rows(incident: Incident) -> Iterator[tuple[object, ...]]:
    """A line for each line of the ledger, the person under a pseudonym that is the same in every pack of this incident."""
    yield ("가명", "안내문 판", "방법", "결과", "까닭", "장부에 적은 때", "보낸 때", "결과가 정해진 때")
    lines = Telling.objects.filter(incident=incident).order_by("pk")
    for person_key, number, channel, state, reason, listed, put, settled in lines.values_list(
        "person_key", "notice__number", "channel", "state", "reason", "listed_at", "put_at", "settled_at"
    ).iterator(chunk_size=LINES):
        pseudonym = keys.mac("packs.person", incident.slug.encode() + person_key.bytes)[:8].hex()
        yield (pseudonym, number, channel, state, reason, _moment(listed), _moment(put), _moment(settled))


# -- clocks, decisions, audit ---------------------------------------------------------------------------------------------


def _clock_rows(pack: Pack) -> Iterator[tuple[object, ...]]:
    incident = pack.incident
    yield ("무엇을", "법과 조항", "기한", "한 때", "늦은 분", "늦은 까닭", "법이 허락한 늦춤", "증빙", "적은 사람")
    for clock in incident.clocks.select_related("met_by", "exception_by").order_by("position", "pk"):
        line = clock_pages.line(clock, learned_at=incident.learned_at, at=pack.as_of)
        law = line.law if line.sourced else f"{line.law} (법에서 확인하지 못해 우리가 정한 값)"
        yield _clock_row(line, law)
    orders = RegulatorOrder.objects.filter(incident=incident, received_at__lte=pack.as_of)
    for order in orders.order_by("number"):
        line = clock_pages.order_line(order, at=pack.as_of)
        yield _clock_row(line, f"{line.law} · {_json(ordering.of_order(order))}")


def _clock_row(line: clock_pages.Line, law: str) -> tuple[object, ...]:
    due = _moment(line.due_at) or line.counts or "지체 없이"
    late = line.late_minutes or ""
    return (line.name, law, due, _moment(line.met_at), late, line.reason, line.exception, line.evidence, line.met_by)


def _decision_rows(pack: Pack) -> Iterator[tuple[object, ...]]:
    """Figures only."""
    claims = Claim.objects.filter(incident=pack.incident, submitted_at__lte=pack.as_of)
    yield ("신청 종류", "결과", "건", "결정한 금액", "통화")
    outcomes: dict[tuple[str, str, str], list[int]] = {}
    for decision in (
        Decision.objects.filter(claim__in=claims, decided_at__lte=pack.as_of)
        .select_related("claim")
        .order_by("claim", "-stage")
        .distinct("claim")
    ):
        asked, given = decision.claim.amount, decision.amount
        outcome = "인정하지 않음" if not given else "일부 인정" if given < asked else "모두 인정"
        found = outcomes.setdefault((decision.claim.get_kind_display(), outcome, decision.currency), [0, 0])
        found[0] += 1
        found[1] += given
    for (kind, outcome, currency), (number, amount) in sorted(outcomes.items()):
        yield (kind, outcome, number, amount, currency)
    waiting = claims.filter(Q(decided_at=None) | Q(decided_at__gt=pack.as_of), withdrawn_at=None).count()
    yield ("모두", "결정을 기다림", waiting, "", "")
    yield ("모두", "취소함", claims.filter(withdrawn_at__lte=pack.as_of).count(), "", "")


def _audit_rows(pack: Pack) -> Iterator[tuple[object, ...]]:
    """What staff and the product did about the incident, its lists, notices, campaigns and orders."""
    incident = pack.incident
    about = Q(about=f"incident:{incident.slug}") | Q(about__startswith=f"order:{incident.slug}-")
    for label, manager in (("campaign", "campaigns"), ("notice", "notices"), ("importjob", "import_jobs")):
        numbers = getattr(incident, manager).values_list("pk", flat=True)
        about |= Q(about__in=[f"{label}:{number}" for number in numbers])
    yield ("번호", "때", "무엇을", "누가", "무엇에 대해", "자세히", "확인값(MAC)")
    events = Event.objects.filter(about, at__lte=pack.as_of).select_related("by").order_by("pk")
    for event in events.iterator(chunk_size=LINES):
        who = event.by.name if event.by and event.by.is_staff else ""
        yield (event.pk, _moment(event.at), event.kind, who, event.about, _json(event.data), bytes(event.mac).hex())


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)

"""What can be compared before anybody judges: each comparison says what was held against what. Nothing is decided here."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from breachdesk.audit.models import Event
from breachdesk.lib import dates, masks, money
from claims import queries, rules
from claims.models import Claim, Evidence
from claims.states import Kind
from notices import catalogue

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PAYS = {"card_number", "card_expiry", "cvc", "pin2"}


@dataclass(frozen=True)
class Check:
    """`state` as the dot's: done, wait (somebody should look), todo (by hand, not done). `claims`: references it points at."""

    state: str
    title: StrOrPromise
    words: str
    by_hand: bool = False
    claims: tuple[str, ...] = ()


def of(claim: Claim, *, at: dt.datetime, opening: Evidence | None = None) -> list[Check]:
    """`opening`: what is drawn on the same page, and is on record as opened a moment after these words are written."""
    claimant = claim.claimant
    return [
        _proof(claim),
        _items(claim, claimant),
        _days(claim),
        _cap(claim, at=at),
        _holder(claim, claimant),
        _same_account(claim),
        _same_files(claim),
        _others_of_the_person(claim),
        _evidence_opened(claim, opening),
    ]


def _proof(claim: Claim) -> Check:
    proof = claim.person.proofs.filter(proved_at__lte=claim.submitted_at).order_by("-proved_at").first()
    words = f"{proof.get_method_display()} {_moment(proof.proved_at)}" if proof else _("기록이 지워졌어요")
    return Check("done" if proof else "wait", _("본인 확인"), words)


def _items(claim: Claim, claimant: dict) -> Check:
    known = catalogue.items(claim.incident.extra_items)
    leaked = [str(known[code].name) for code in claimant["items"] if code in known]
    explains = claim.kind != Kind.CARD_PAYMENT or bool(PAYS & set(claimant["items"]))
    words = _("%(list)s판 명단: %(items)s") % {
        "list": claimant["list"],
        "items": ", ".join(leaked) or _("유출 가능성만"),
    }
    return Check("done" if explains else "wait", _("유출 항목이 피해를 설명함"), words)


def _days(claim: Claim) -> Check:
    days = [line.loss_date for line in claim.lines.all()]
    first = queries.today_of(claim.incident, claim.incident.leak_started_at)
    filed = queries.today_of(claim.incident, claim.submitted_at)
    inside = all(first <= day <= filed for day in days)
    words = f"{_day(min(days))}~{_day(max(days))} / {_day(first)}~{_day(filed)}"
    return Check("done" if inside else "wait", _("피해 날짜가 유출 뒤"), words)


def _cap(claim: Claim, *, at: dt.datetime) -> Check:
    most = queries.terms_of(claim.incident, at=at).most
    words = f"{money.won(claim.amount, _language())} / {money.won(most, _language())}"
    return Check("done" if claim.amount <= most else "wait", _("한도 안"), words)


def _holder(claim: Claim, claimant: dict) -> Check:
    account = claim.account
    same = rules.same_holder(account["holder"], claimant["name"])
    words = _("신청 %(name)s = 예금주 %(holder)s") % {
        "name": masks.name(claimant["name"]),
        "holder": masks.name(account["holder"]),
    }
    return Check("done" if same else "wait", _("받을 계좌 예금주"), words)


def _same_account(claim: Claim) -> Check:
    others = Claim.objects.filter(account_hash__in=queries.account_hashes(claim.account)).exclude(person=claim.person)
    return _linked(
        _("같은 계좌를 쓴 다른 사람의 신청"), list(others.order_by("pk").values_list("reference", flat=True)[:10])
    )


def _same_files(claim: Claim) -> Check:
    hashes = claim.evidence.values("file__received_sha256")
    others = Evidence.objects.filter(file__received_sha256__in=hashes, claim__isnull=False).exclude(
        claim__person=claim.person
    )
    references = others.order_by("claim__reference").values_list("claim__reference", flat=True).distinct()
    return _linked(_("같은 파일을 낸 다른 사람의 신청"), list(references[:10]))


def _others_of_the_person(claim: Claim) -> Check:
    others = Claim.objects.filter(person=claim.person, incident=claim.incident).exclude(pk=claim.pk)
    return _linked(_("이 사람의 다른 신청"), list(others.order_by("pk").values_list("reference", flat=True)[:10]))


def _linked(title: str, references: list[str]) -> Check:
    return Check("wait" if references else "done", title, "" if references else _("없음"), claims=tuple(references))


def _evidence_opened(claim: Claim, opening: Evidence | None) -> Check:
    held = list(claim.evidence.values_list("pk", flat=True))
    events = Event.objects.filter(kind="claims.evidence_seen", about=f"claim:{claim.reference}")
    seen = {event.data.get("evidence") for event in events} | {opening.pk if opening else None}
    words = (
        _("%(seen)s개 / %(all)s개") % {"seen": len(seen & set(held)), "all": len(held)}
        if held
        else _("낸 자료가 없어요")
    )
    return Check("done" if set(held) <= seen else "todo", _("증빙을 열어 봄"), words, by_hand=True)


def _language() -> str:
    return get_language() or "ko"


def _day(day: dt.date) -> str:
    return dates.short_day(day, _language())


def _moment(moment: dt.datetime) -> str:
    return dates.moment(timezone.localtime(moment), _language())

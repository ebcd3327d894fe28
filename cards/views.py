"""The pages on which a person sees their cards, stops one, and reports one missing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from cards import actions, asking, checklist, knowing, queries, rules, sheets, standing
from cards.forms import FreezeForm, ReportForm
from cards.knowing import Known
from cards.models import Act
from cards.states import LETTING_MORE, OF_ACCOUNTS, REPORTS, STOPPING, Kind, Stage, State
from cards.told import Account, Card, Slot
from lookup import refusals, session
from lookup.queries import answers, contacts_of, incidents_of
from lookup.states import Method

form_page = require_http_methods(["GET", "HEAD", "POST"])
SHOWN_UNFINISHED = 5
SHOWN_REFUSED = dt.timedelta(hours=24)


@require_safe
@session.proven_by_name
def overview(request: HttpRequest) -> HttpResponse:
    at, proof = timezone.now(), session.proof_of(request)
    known = knowing.know(proof=proof, by=session.actor(request), at=at)
    session.sign_in(request, proof)
    acts = queries.acts_of(proof.person)
    context = {
        "known": known,
        "standings": standing.of(known.cards, acts, queries.places_of(proof.person)),
        "accounts": standing.of_accounts(known.accounts, acts),
        "waiting": [act for act in acts if act.is_open],
        "refused": [act for act in acts if act.state == State.REFUSED and at - act.asked_at < SHOWN_REFUSED],
        "acts": acts,
        "todo": _unfinished(acts),
        "sheets": (opened := queries.sheets_of(proof.person)),
        "to_move": sum(tie.moved_at is None for sheet in opened for tie in sheet.ties.all()),
        "may_ask_blind": known.away and not known.cards and proof.person_id is not None,
        "since": rules.answered_for_since(timezone.localdate(at)),
        "identity": proof.identity,
        "benefits": proof.person is not None and queries.has_benefits(each.pk for each in incidents_of(proof.person)),
        "has_contact": proof.person is None or bool(contacts_of(proof.person)),
        "by_letter": proof.method == Method.LETTER,
        "renewable": [card for card in known.cards if card.active and card.renewal == Stage.NONE],
    }
    return render(request, "cards/list.html", context)


@form_page
@session.freshly_proven
def ask(request: HttpRequest, card: str, kind: str) -> HttpResponse:
    """Says what will happen, and asks the issuer for it."""
    at = timezone.now()
    if kind not in Kind.values or (wanted := Kind(kind)) in (*REPORTS, Kind.PICKUP):
        raise Http404
    known = known_of(request, at)
    chosen: Card | Account | None
    if wanted in OF_ACCOUNTS:
        if (chosen := known.account(card)) is None:
            raise Http404
    else:
        chosen = _chosen(known, card, stopping=wanted in STOPPING)
    today = timezone.localdate(at)
    if request.method != "POST":
        # Where it held nothing but the press of a button, that is asked for again here.
        typed = session.parked(request) or {"noticed": f"{today:%Y %m %d}"}
        page = _page(known, chosen, card, wanted) | {"has_contact": bool(contacts_of(session.person_of(request)))}
        if wanted == Kind.FREEZE:
            page |= {"form": FreezeForm(initial=typed, today=today)}
        if wanted in LETTING_MORE and session.proof_of(request).method == Method.LETTER:
            page |= {"refusal": words(rules.ByLetter()), "by_phone": True}
        if wanted == Kind.REISSUE:
            page |= {"waived": is_waived(request, at), "fee": settings.CARDS_REISSUE_WON}
        return render(request, "cards/ask.html", page)
    told = None
    if wanted == Kind.FREEZE:
        form = FreezeForm(request.POST, today=today)
        if not form.is_valid():
            return render(
                request, "cards/ask.html", _page(known, chosen, card, wanted) | {"form": form}, status=refusals.WRONG
            )
        told = actions.Report(form.cleaned_data["noticed"], form.cleaned_data["last_used"])
    try:
        ask_for(request, known, card, wanted, told, at=at)
    except rules.AlreadySo:
        pass  # as it is wished: the page shows it
    except rules.Refusal as refusal:
        page = _page(known, chosen, card, wanted) | {"refusal": words(refusal)}
        return render(request, "cards/ask.html", page, status=409)
    return redirect("cards:list")


@form_page
@session.freshly_proven
def report(request: HttpRequest, card: str) -> HttpResponse:
    """Loss or theft: taken at any hour, with a number and its receiver at once."""
    at = timezone.now()
    today = timezone.localdate(at)
    known = known_of(request, at)
    chosen = _chosen(known, card, stopping=True)
    page = {"known": known, "card": chosen, "card_id": card, "since": rules.answered_for_since(today)}
    if request.method != "POST":
        form = ReportForm(initial=session.parked(request) or {"noticed": f"{today:%Y %m %d}"}, today=today)
        return render(request, "cards/report.html", page | {"form": form})
    form = ReportForm(request.POST, today=today)
    if not form.is_valid():
        return render(request, "cards/report.html", page | {"form": form}, status=refusals.WRONG)
    told = actions.Report(form.cleaned_data["noticed"], form.cleaned_data["last_used"])
    try:
        act = ask_for(request, known, card, form.cleaned_data["kind"], told, at=at)
    except rules.AlreadySo:
        earlier = next(
            (act for act in queries.acts_of(session.person_of(request)) if act.is_report and act.card == card), None
        )
        if earlier is not None:
            return redirect("cards:receipt", earlier.reference)
        form.add_error(None, _("이미 분실·도난으로 신고한 카드예요."))
        return render(request, "cards/report.html", page | {"form": form}, status=409)
    except rules.Refusal as refusal:
        form.add_error(None, words(refusal))
        return render(request, "cards/report.html", page | {"form": form}, status=409)
    return redirect("cards:receipt", act.reference)


def ask_for(
    request: HttpRequest,
    known: Known,
    card: str,
    kind: Kind,
    told: actions.Report | None = None,
    slot: Slot | None = None,
    *,
    at: dt.datetime,
) -> Act:
    """Raises rules.Refusal."""
    act = actions.ask(
        proof=session.proof_of(request),
        kind=kind,
        card=card,
        cards=known.cards,
        accounts=known.accounts,
        report=told,
        slot=slot,
        language=(get_language() or "ko")[:2],
        waived=kind == Kind.REISSUE and is_waived(request, at),
        by=session.actor(request),
        at=at,
    )
    if act.state == State.ASKED:
        act = asking.ask_now(act=act, at=at)
        if act.state == State.CONFIRMED and act.changes_number:
            sheets.read_now(act.person, at=at)
    return act


def _unfinished(acts: list[Act]) -> list[tuple[Act, int]]:
    """Reports after which something is left to do, the latest first."""
    of_reports = [
        (act, checklist.left(checklist.of(act))) for act in acts if act.is_report and act.state != State.REFUSED
    ]
    return [(act, left) for act, left in of_reports if left][:SHOWN_UNFINISHED]


def known_of(request: HttpRequest, at: dt.datetime) -> Known:
    return knowing.know(proof=session.proof_of(request), by=session.actor(request), at=at)


def _chosen(known: Known, card: str, *, stopping: bool) -> Card | None:
    """The card; None where it is asked of all. Somebody else's and none at all are the same 404."""
    if card == rules.ALL_CARDS and stopping and not (known.nobody or known.no_way):
        return None
    chosen = known.card(card)
    if chosen is None:
        raise Http404
    return chosen


def is_waived(request: HttpRequest, at: dt.datetime) -> bool:
    """Whether the list that answers now says that their card data leaked."""
    proof = session.proof_of(request)
    if proof.identity is None:
        return False
    return rules.fee_is_waived(item for told in answers(proof, at) for item in [*told.leaked, *told.possible])


def _page(known: Known, chosen: Card | Account | None, card: str, kind: Kind) -> dict[str, Any]:
    return {"known": known, "card": chosen, "card_id": card, "kind": kind, "stopping": kind in STOPPING}


def words(refusal: rules.Refusal) -> str:
    match refusal:
        case rules.ByLetter():
            return _(
                "편지의 코드로는 카드를 멈추고 재발급하는 것만 할 수 있어요. 다시 쓰거나 사용등록하려면 전화해 주세요."
            )
        case rules.OtherActOpen():
            return _("먼저 한 요청의 답을 아직 기다리고 있어요. 확인되면 다시 할 수 있어요.")
        case rules.ReportedCard():
            return _("분실·도난을 신고한 카드는 다시 쓸 수 없어요.")
        case rules.NotInLine():
            return _("이 카드는 지금 차례를 기다리고 있지 않아요.")
        case rules.NotInUse():
            return _("새 카드는 사용등록을 먼저 해 주세요.")
        case _:
            return _("이 카드에는 할 수 없는 요청이에요.")

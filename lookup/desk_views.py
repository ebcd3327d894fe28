"""The page on which staff look again into an answer that somebody says is wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from breachdesk.desk import acts, frame, session
from breachdesk.lib import masks
from lookup import disputing, states
from lookup.dispute_forms import AnswerForm, RevealForm
from lookup.dispute_models import Dispute
from lookup.states import Dispute as State
from notices import catalogue
from notices import queries as notices
from notices.lines import Listing

SEE, ANSWER, REVEAL = (f"lookup.{right}_dispute" for right in ("view", "answer", "reveal"))
KINDS = {State.RECEIVED: "now", State.IN_REVIEW: "now", State.ANSWERED: "good"}
NOTES = {
    "given_back": gettext_lazy("맡은 사람이 대기열로 돌려놓음"),
    "taken_over": gettext_lazy("다른 사람이 이어서 맡음"),
}


def state_tag(dispute: Dispute) -> SafeString:
    state = State(dispute.state)
    words = states.DISPUTE_DESK_WORDS[state]
    return format_html('<span class="tag tag-{}">{}</span>', KINDS.get(state, "quiet"), words)


@frame.page("disputes/<str:reference>/", name="dispute", may=SEE)
@require_safe
def one(request: HttpRequest, reference: str) -> HttpResponse:
    return _page(request, _dispute(reference))


@frame.page("disputes/<str:reference>/act/", name="dispute_act", may=(ANSWER, REVEAL))
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Every button of the page posts here: which act, and the version it was pressed on."""
    dispute = _dispute(reference)
    if request.method != "POST":
        return redirect("admin:dispute", dispute.reference)
    _right, done = acts.pressed(request, ACTS)
    try:
        return done(request, dispute) or redirect("admin:dispute", dispute.reference)
    except disputing.ChangedSince:
        messages.error(request, _("여신 뒤에 이 요청이 바뀌었어요. 하려던 일은 하지 않았어요."))
        return _page(request, _dispute(reference), status=409, typed=True)
    except disputing.NotTheirTurn:
        messages.error(request, _("지금 이 요청을 맡은 사람만 할 수 있어요."))
    except disputing.NotTheirOwn:
        messages.error(request, _("자기 요청은 자기가 살펴볼 수 없어요."))
    except states.IllegalMove:
        messages.error(request, _("지금 상태에서는 할 수 없는 일이에요."))
    return redirect("admin:dispute", dispute.reference)


# Acts. Each returns a page where something is to be mended, else nothing.


def _common(request: HttpRequest, dispute: Dispute) -> dict[str, Any]:
    return {
        "reference": dispute.reference,
        "version": acts.version(request),
        "by": session.staff(request),
        "at": session.now(request),
    }


def _take(request: HttpRequest, dispute: Dispute) -> None:
    disputing.take(**_common(request, dispute))
    messages.success(request, _("요청을 맡았어요."))


def _give_back(request: HttpRequest, dispute: Dispute) -> None:
    disputing.give_back(**_common(request, dispute))
    messages.success(request, _("요청을 대기열로 돌려놓았어요."))


def _answer(request: HttpRequest, dispute: Dispute) -> HttpResponse | None:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, dispute, status=422, typed=True)
    given = form.cleaned_data
    disputing.answer(
        **_common(request, dispute), result=states.DisputeResult(given["result"]), sentence=given["sentence"]
    )
    messages.success(request, _("답을 적었어요. 요청한 분께 알렸어요."))
    return None


def _reveal(request: HttpRequest, dispute: Dispute) -> HttpResponse:
    form = RevealForm(request.POST)
    if not form.is_valid():
        return _page(request, dispute, status=422, typed=True)
    reason, by, at = form.cleaned_data["reason"], session.staff(request), session.now(request)
    disputing.reveal(reference=dispute.reference, reason=reason, by=by, at=at)
    return _page(request, dispute, revealed=True)


ACTS: dict[str, tuple[str, Callable[[HttpRequest, Dispute], HttpResponse | None]]] = {
    "take": (ANSWER, _take),
    "give_back": (ANSWER, _give_back),
    "answer": (ANSWER, _answer),
    "reveal": (REVEAL, _reveal),
}


def _dispute(reference: str) -> Dispute:
    found = Dispute.objects.select_related("incident__active_dataset", "taken_by", "person").filter(reference=reference)
    dispute = found.first()
    if dispute is None:
        raise Http404
    return dispute


def _page(
    request: HttpRequest, dispute: Dispute, *, status: int = 200, typed: bool = False, revealed: bool = False
) -> HttpResponse:
    """`typed`: what was posted is shown again, with what is wrong with it; `revealed`: unmasked, this once."""
    member = session.staff(request)
    own = dispute.state == State.IN_REVIEW and dispute.taken_by_id == member.pk
    doing = request.POST.get("act", "") if typed else ""
    identity, contact = dispute.identity, dispute.contact
    context = {
        **admin.site.each_context(request),
        "title": dispute.reference,
        "dispute": dispute,
        "state_tag": state_tag(dispute),
        "late": dispute.state in states.DISPUTE_OPEN and dispute.answer_by_date < timezone.localdate(),
        "undecided": dispute.state in states.DISPUTE_OPEN,
        "own": own,
        "revealed": revealed,
        "may": {
            "take": member.has_perm(ANSWER) and dispute.state in states.DISPUTE_OPEN and not own,
            "answer": member.has_perm(ANSWER) and own,
            "reveal": member.has_perm(REVEAL) and own and not revealed,
        },
        "name": identity.name if revealed else masks.name(identity.name),
        "birth_date": identity.birth_date if revealed else None,
        "contact": (contact.value if revealed else contact.masked) if contact else "",
        "words": dispute.words if revealed else masks.text(dispute.words),
        "sentence": dispute.sentence,
        "listings": _listings(dispute) if revealed else None,
        "answer": AnswerForm(request.POST if doing == "answer" else None),
        "reveal": RevealForm(request.POST if doing == "reveal" else None),
        "history": [
            {
                "at": move.at,
                "to": states.DISPUTE_DESK_WORDS[State(move.to_state)],
                "by": move.by.name if move.by and move.by.is_staff else _("요청한 분"),
                "note": NOTES.get(move.note, ""),
            }
            for move in dispute.moves.select_related("by").order_by("pk")
        ],
    }
    return render(request, "desk/disputes/one.html", context, status=status)


def _listings(dispute: Dispute) -> list[dict[str, Any]]:
    """What the list that answers now holds of this contact, whoever's name stands beside it; of a letter, of its person."""
    contact, found = dispute.contact, list[Listing]()
    if contact is not None:
        found = notices.listed(contact)
    elif dispute.person is not None:
        found = notices.listed_person(dispute.person.person_key)
    known = catalogue.items(dispute.incident.extra_items)
    return [
        {
            "name": listing.name,
            "birth_date": listing.birth_date,
            "leaked": [known[code].name for code in listing.items if code in known],
            "possible": [known[code].name for code in listing.possible if code in known],
        }
        for listing in found
        if listing.incident_id == dispute.incident_id
    ]

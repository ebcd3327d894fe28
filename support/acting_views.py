"""What a member of staff does for a caller who has proved who they are: the pages of it, at the desk."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from breachdesk.desk import frame, session
from cards import actions as card_actions
from cards import queries as card_queries
from cards import rules as card_rules
from cards.forms import ReportForm
from cards.knowing import Known
from cards.states import Kind as CardKind
from cards.views import words as card_words
from claims import actions as claim_actions
from claims import filing
from claims import forms as claim_forms
from claims import queries as claim_queries
from claims import rules as claim_rules
from claims import states as claim_states
from claims.banks import BANKS
from claims.forms import Lines
from claims.models import Draft
from lookup import states as lookup_states
from notices import catalogue
from notices.models import Incident
from support import acting, desk_views, verifying
from support import consultation_queries as queries
from support import consultation_rules as rules
from support.consultation_models import Consultation, Right

ACT = desk_views.ACT
TO_BE_MENDED = 422

REFUSED = {
    claim_rules.AlreadyClaimed: gettext_lazy(
        "이 사고로 낸 신청이 이미 있어요. 더 낼 것이 있으면 그 신청에 자료로 더해 주세요."
    ),
    claim_rules.NotAffected: gettext_lazy("이분은 이 사고로 유출되지 않아서 신청할 수 없어요."),
    claim_rules.ClosedNow: gettext_lazy("지금은 보상 신청을 받지 않아요."),
    claim_rules.TooLate: gettext_lazy("신청할 수 있는 날이 지났어요."),
    claim_rules.NeedsRepresentative: gettext_lazy(
        "이분은 법정대리인이나 상속인, 법인의 대표가 신청해야 해요. 서류가 필요하다고 알려 주세요."
    ),
}

View = Callable[..., HttpResponseBase]


def with_right(view: View) -> View:
    """Hands over the consultation and the right in it; whoever has none goes back to where it is got."""

    @wraps(view)
    def guarded(request: HttpRequest, reference: str) -> HttpResponseBase:
        consultation = queries.one(reference)
        if consultation is None:
            raise Http404
        right = verifying.right_of(consultation, by=session.staff(request), at=session.now(request))
        try:
            if right is None:
                raise rules.NoRight
            return view(request, consultation, right)
        except (rules.NoRight, rules.NotTheirs) as refused:
            messages.error(request, desk_views.why(refused, request))
            return redirect("admin:consultation", consultation.reference)

    return guarded


def _given(request: HttpRequest, consultation: Consultation) -> dict[str, Any]:
    return {"reference": consultation.reference, "by": session.staff(request), "at": session.now(request)}


def _page(
    request: HttpRequest, template: str, consultation: Consultation, right: Right, **context: Any
) -> HttpResponse:
    status = context.pop("status", 200)
    identity = right.proof.identity
    shown = {
        **admin.site.each_context(request),
        "consultation": consultation,
        "right": right,
        "name": identity.name if identity else "",
        **context,
    }
    return render(request, f"support/desk/{template}.html", shown, status=status)


# The answer.


@frame.page("consultations/<str:reference>/look/", name="consultation_look", may=ACT)
@require_http_methods(["GET", "HEAD", "POST"])
@with_right
def look(request: HttpRequest, consultation: Consultation, right: Right) -> HttpResponseBase:
    """Asked for by a button: to look is an act, of which the person is told."""
    if request.method != "POST":
        return _page(request, "look", consultation, right, title=_("유출됐는지 조회하기"))
    found = acting.look(**_given(request, consultation))
    answers = [
        {
            "incident": answer.incident,
            "outcome": lookup_states.Outcome(answer.outcome).label,
            "leaked": _names(answer.incident, answer.leaked),
            "possible": _names(answer.incident, answer.possible),
            "cards": answer.card_last4,
        }
        for answer in found
    ]
    return _page(request, "look", consultation, right, title=_("유출됐는지 조회하기"), answers=answers, looked=True)


def _names(incident: Incident, codes: tuple[str, ...]) -> list[str]:
    known = catalogue.items(incident.extra_items)
    return [str(known[code].name) for code in codes if code in known]


# A card.


@frame.page("consultations/<str:reference>/cards/", name="consultation_cards", may=ACT)
@require_http_methods(["GET", "HEAD", "POST"])
@with_right
def cards(request: HttpRequest, consultation: Consultation, right: Right) -> HttpResponseBase:
    """Stops a card, or takes a report of loss or theft, as the caller would on their own page."""
    at = session.now(request)
    known = acting.cards_of(**_given(request, consultation))
    today = timezone.localdate(at)
    chosen = known.card(request.POST.get("card", ""))
    typed = request.POST if request.POST.get("do") == "report" else None
    form = ReportForm(typed, today=today, auto_id=_ids(chosen.id if chosen else ""))
    if request.method == "POST":
        if chosen is None:
            raise Http404
        kind, report = CardKind.BLOCK, None
        if request.POST.get("do") == "report":
            if not form.is_valid():
                return _cards_page(request, consultation, right, known, form, chosen.id, status=TO_BE_MENDED)
            kind = form.cleaned_data["kind"]
            report = card_actions.Report(form.cleaned_data["noticed"], form.cleaned_data["last_used"])
        try:
            act = acting.ask_of_card(**_given(request, consultation), kind=kind, card=chosen.id, report=report)
        except card_rules.Refusal as refusal:
            messages.error(request, card_words(refusal))
            return redirect("admin:consultation_cards", consultation.reference)
        said = _("%(what)s: %(state)s. 접수번호 %(reference)s를 불러 주세요.")
        messages.success(
            request,
            said % {"what": act.get_kind_display(), "state": act.get_state_display(), "reference": act.reference},
        )
        return redirect("admin:consultation_cards", consultation.reference)
    return _cards_page(request, consultation, right, known, form, "")


def _ids(card: str) -> str:
    """Each card has its own form on the page."""
    return f"id-{card}-%s"


def _cards_page(
    request: HttpRequest,
    consultation: Consultation,
    right: Right,
    known: Known,
    form: ReportForm,
    chosen: str,
    *,
    status: int = 200,
) -> HttpResponse:
    done = queries.consultations_by_deed(right.proof.person) if right.proof.person else {}
    acts = [(act, done.get(act.reference, "")) for act in card_queries.acts_of(right.proof.person)]
    return _page(
        request,
        "cards",
        consultation,
        right,
        title=_("카드 멈추기와 분실·도난 신고"),
        known=known,
        cards=[
            (card, form if card.id == chosen else ReportForm(today=form.today, auto_id=_ids(card.id)))
            for card in known.cards
        ],
        acts=acts,
        form=form,
        errors=bool(chosen),
        status=status,
    )


# A claim.


@frame.page("consultations/<str:reference>/claim/", name="consultation_claim", may=ACT)
@require_http_methods(["GET", "HEAD", "POST"])
@with_right
def claim(request: HttpRequest, consultation: Consultation, right: Right) -> HttpResponseBase:
    """All of a claim on one page, then what is read out to the caller, then it is filed. What was typed is kept each time."""
    at = session.now(request)
    if right.proof.person is None:
        return _refused(request, consultation, claim_rules.NotAffected())
    if request.method != "POST":
        return _choose(request, consultation, right, at)
    incident = Incident.objects.filter(slug=request.POST.get("incident", "").replace("\0", "")).first()
    if incident is None:
        raise Http404
    try:
        _right, draft = acting.open_draft(**_given(request, consultation), incident=incident)
    except claim_rules.Refusal as refusal:
        return _refused(request, consultation, refusal)
    except claim_actions.NoDraft:
        return redirect("admin:consultation", consultation.reference)
    match request.POST.get("do", ""):
        case "save" | "more" as do:
            return _saved(request, consultation, right, draft, more=do == "more")
        case "file":
            return _filed(request, consultation, right, draft)
        case _:
            return _form_page(request, consultation, right, draft, draft.steps, judged=False)


def _choose(request: HttpRequest, consultation: Consultation, right: Right, at: dt.datetime) -> HttpResponse:
    offers, refused = claim_queries.offers(right.proof, at=at)
    if not offers:
        return _refused(request, consultation, refused[0][1] if refused else claim_rules.NotAffected())
    return _page(request, "claim_begin", consultation, right, title=_("보상 신청하기"), offers=offers)


def _refused(request: HttpRequest, consultation: Consultation, refusal: Exception) -> HttpResponse:
    messages.error(request, REFUSED.get(type(refusal), _("지금은 이분이 신청할 수 없어요.")))
    return redirect("admin:consultation", consultation.reference)


def _saved(
    request: HttpRequest, consultation: Consultation, right: Right, draft: Draft, *, more: bool
) -> HttpResponseBase:
    typed = typed_steps(request)
    acting.save_draft(**_given(request, consultation), draft_id=draft.id, steps=typed)
    draft.steps = typed
    if more:
        return _form_page(request, consultation, right, draft, typed, judged=False, spare=True)
    return _read_out(request, consultation, right, draft)


def _read_out(
    request: HttpRequest, consultation: Consultation, right: Right, draft: Draft, *, changed: bool = False
) -> HttpResponse:
    """What will be filed, as it is read to the caller; where something is wanting, the form with what that is."""
    try:
        content, seen = acting.confirmation_of(right, draft, at=session.now(request))
    except filing.NotFinished:
        return _form_page(request, consultation, right, draft, draft.steps, judged=True)
    return _page(
        request,
        "claim_read_out",
        consultation,
        right,
        title=_("읽어 드리고 신청하기"),
        draft=draft,
        content=content,
        kind=claim_states.Kind(content.kind).label,
        bank=BANKS[content.account.bank],
        seen=seen,
        changed=changed,
    )


def _filed(request: HttpRequest, consultation: Consultation, right: Right, draft: Draft) -> HttpResponseBase:
    if not request.POST.get("heard_yes"):
        messages.error(request, _("읽어 드린 내용이 맞고 직접 겪은 피해라는 답을 듣고 표시해 주세요."))
        return _read_out(request, consultation, right, draft)
    try:
        filed = acting.file_claim(**_given(request, consultation), draft_id=draft.id, seen=request.POST.get("seen", ""))
    except claim_rules.Refusal as refusal:
        return _refused(request, consultation, refusal)
    except (claim_actions.ChangedSince, filing.NotFinished):
        return _read_out(request, consultation, right, draft, changed=True)
    except claim_actions.NoDraft:
        return redirect("admin:consultation", consultation.reference)
    messages.success(
        request, _("신청했어요. 접수번호 %(reference)s를 불러 주세요.") % {"reference": filed.claim.reference}
    )
    return redirect("admin:consultation", consultation.reference)


class ClaimParts:
    """The parts of a claim as one page of forms. `judged`: what is wrong is said; `spare`: an empty line beside those there are."""

    def __init__(
        self, steps: dict[str, Any], *, terms: claim_rules.Terms, name: str, judged: bool, spare: bool = False
    ) -> None:
        kind, story, account = (_part(steps, step) for step in ("kind", "story", "account"))
        lines = filing.started_lines(steps)
        empty = dict.fromkeys(filing.LINE_FIELDS, "")
        lines = [*lines, *[empty] * (spare or not lines)][: claim_rules.MOST_LINES]
        account = {"holder": name} | account
        self.terms, self.name = terms, name
        self.lines = Lines(lines, terms=terms, check=judged)
        self.kind = claim_forms.KindForm(kind) if judged else claim_forms.KindForm(initial=kind)
        self.story = claim_forms.StoryForm(story) if judged else claim_forms.StoryForm(initial=story)
        self.account = (
            claim_forms.AccountForm(account, proven_name=name)
            if judged
            else claim_forms.AccountForm(initial=account, proven_name=name)
        )
        if not name:
            self.account.fields["holder"].help_text = ""
        self.forms = [self.kind, *self.lines.forms, self.story, self.account]
        self.wrong = self.lines.problems + sum(len(form.errors) for form in (self.kind, self.story, self.account))


def _form_page(
    request: HttpRequest,
    consultation: Consultation,
    right: Right,
    draft: Draft,
    steps: dict[str, Any],
    *,
    judged: bool,
    spare: bool = False,
) -> HttpResponse:
    at = session.now(request)
    terms = claim_queries.terms_of(draft.incident, at=at)
    name = claim_queries.claimant(right.proof, draft.incident, at=at).name
    parts = ClaimParts(steps, terms=terms, name=name, judged=judged, spare=spare)
    return _page(
        request,
        "claim",
        consultation,
        right,
        title=_("보상 신청하기"),
        draft=draft,
        parts=parts,
        wrong=parts.wrong,
        errors=bool(parts.wrong),
        status=TO_BE_MENDED if parts.wrong else 200,
    )


def _part(steps: dict[str, Any], step: str) -> dict[str, Any]:
    kept = steps.get(step)
    return kept if isinstance(kept, dict) else {}


def typed_steps(request: HttpRequest) -> dict[str, Any]:
    """The steps of a draft as posted, word for word."""
    told = request.POST.get("lines", "")
    number = min(int(told), claim_rules.MOST_LINES) if told.isascii() and told.isdecimal() and len(told) < 4 else 1
    return {
        "kind": {"kind": request.POST.get("kind", "")},
        "lines": [
            {field: request.POST.get(f"line-{place}-{field}", "") for field in filing.LINE_FIELDS}
            for place in range(number)
        ],
        "story": {"story": request.POST.get("story", "")},
        "account": {field: request.POST.get(field, "") for field in ("bank", "number", "holder")},
    }

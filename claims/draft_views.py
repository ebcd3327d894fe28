"""The pages on which a claim is filled in: what it is, six steps, and the filing itself.

Every step keeps what was typed before it judges it, so that nothing typed is ever lost; every page works without
JavaScript. A draft's id goes with each form, so that two windows never write into each other's claim and so that a form
sent a hundred times files one claim.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from breachdesk import files
from breachdesk.files.rules import MAX_MEGABYTES
from breachdesk.lib import dates
from claims import actions, filing, forms, queries, rules, views
from claims.banks import BANKS
from claims.models import Draft
from claims.views import person_of, proof_of
from lookup import session
from notices.models import Incident

TITLES = {
    "kind": _("피해 종류"),
    "lines": _("피해 금액"),
    "story": _("있었던 일"),
    "evidence": _("증빙 자료"),
    "account": _("받을 계좌"),
    "check": _("확인하고 신청하기"),
}
# What was typed is refused with this status and shown again; a browser treats it as any page.
TO_BE_MENDED = 422
AT_ODDS = 409

read_and_post = require_http_methods(["GET", "HEAD", "POST"])
View = Callable[..., HttpResponseBase]


def on_draft(view: View) -> View:
    """Hands over the reader's draft and the moment; sends whoever has none to where it can be begun, or to its receipt."""

    @wraps(view)
    def with_draft(request: HttpRequest) -> HttpResponseBase:
        person = person_of(request)
        draft_id = _uuid(request.POST.get("draft", ""))
        draft = queries.draft_of(person, draft_id)
        try:
            if draft is None or (request.method == "POST" and draft_id is None):
                raise actions.NoDraft
            return view(request, draft, timezone.now())
        except actions.NoDraft:
            claim = queries.claims_of(person).filter(filed_from=draft_id).first() if draft_id else None
            if claim is None:
                return redirect("claims:new")
            same = request.POST.get("seen", claim.confirmation) == claim.confirmation
            return views.filed(request, actions.Filed(claim, again=True, same=same), timezone.now())

    return with_draft


@read_and_post
@session.proven_person
def new(request: HttpRequest) -> HttpResponseBase:
    at = timezone.now()
    proof = proof_of(request)
    if request.method == "POST":
        incident = get_object_or_404(Incident, slug=request.POST.get("incident", "").replace("\0", ""))
        try:
            draft = actions.open_draft(proof=proof, incident=incident, by=session.actor(request), at=at)
        except rules.Refusal as refusal:
            return refused(request, refusal, incident, at)
        except actions.NoDraft:
            return redirect("claims:list")
        name = queries.claimant(proof, incident).name
        wanting = filing.unfinished(draft.steps, terms=queries.terms_of(incident, at=at), proven_name=name)
        return redirect(f"claims:{(wanting or ['check'])[0]}")

    granted, refusals = queries.offers(proof, at=at)
    if not granted:
        about, why = refusals[0] if refusals else (None, rules.NotAffected())
        return refused(request, why, about, at, status=200)
    kinds = [(kind.label, detail) for kind, detail in forms.KIND_DETAILS.items()]
    return render(request, "claims/new.html", {"offers": granted, "kinds": kinds})


def refused(
    request: HttpRequest, refusal: rules.Refusal, incident: Incident | None, at: dt.datetime, *, status: int = AT_ODDS
) -> HttpResponse:
    """Why not, and what there is instead."""
    person = person_of(request)
    context = {
        "reason": type(refusal).__name__,
        "incident": incident,
        "terms": queries.terms_of(incident, at=at) if incident else None,
        "open_claim": queries.open_claim_of(person, incident) if incident else None,
    }
    return render(request, "claims/refused.html", context, status=status)


@read_and_post
@session.proven_person
@on_draft
def kind(request: HttpRequest, draft: Draft, at: dt.datetime) -> HttpResponseBase:
    if request.method == "POST":
        typed = {"kind": request.POST.get("kind", "")}
        return _saved(request, draft, "kind", typed, forms.KindForm(typed), at)
    typed, came_back = _typed(request, draft, "kind")
    return _page(request, draft, "kind", at, form=forms.KindForm(initial=typed), came_back=came_back)


@read_and_post
@session.proven_person
@on_draft
def lines(request: HttpRequest, draft: Draft, at: dt.datetime) -> HttpResponseBase:
    terms = queries.terms_of(draft.incident, at=at)
    if request.method != "POST":
        parked = session.parked(request)
        typed = _lines_of(parked) if parked else draft.steps.get("lines")
        shown = forms.Lines(typed or [_empty_line(draft)], terms=terms, check=False)
        return _page(request, draft, "lines", at, lines=shown, terms=terms, came_back=parked is not None)

    typed, do = _lines_of(request.POST), request.POST.get("do", "")
    if do.startswith("remove-"):
        typed = [line for number, line in enumerate(typed, start=1) if do != f"remove-{number}"]
        _keep(draft, "lines", typed, at)
        return _to("lines", request)
    if do == "add" and len(typed) < rules.MOST_LINES:
        _keep(draft, "lines", [*typed, _empty_line(draft)], at)
        return _to("lines", request, f"#line-{len(typed) + 1}")
    typed = filing.started_lines({"lines": typed}) or typed[:1] or [_empty_line(draft)]
    kept = _keep(draft, "lines", typed, at)
    if do == "later" and kept:
        return redirect("claims:list")
    shown = forms.Lines(typed, terms=terms, check=True)
    if shown.problems or do == "add":
        shown.together = shown.together or _too_many_lines(do)
        return _page(request, draft, "lines", at, lines=shown, terms=terms, status=TO_BE_MENDED)
    return _onward(request, "lines")


@read_and_post
@session.proven_person
@on_draft
def story(request: HttpRequest, draft: Draft, at: dt.datetime) -> HttpResponseBase:
    if request.method == "POST":
        typed = {"story": request.POST.get("story", "")}
        return _saved(request, draft, "story", typed, forms.StoryForm(typed), at)
    typed, came_back = _typed(request, draft, "story")
    return _page(request, draft, "story", at, form=forms.StoryForm(initial=typed), came_back=came_back)


@read_and_post
@session.proven_person
@on_draft
def evidence(request: HttpRequest, draft: Draft, at: dt.datetime) -> HttpResponseBase:
    if request.method != "POST":
        # Words wait for their owner, files do not: they are asked for again, and the page says so.
        return _evidence_page(request, draft, at, came_back=session.parked(request) is not None)
    do = request.POST.get("do", "upload")
    if do.startswith("remove-"):
        number = do.removeprefix("remove-")
        if number.isdecimal() and len(number) < 19:
            actions.remove_evidence(
                person=draft.person, draft_id=draft.id, evidence_id=int(number), by=session.actor(request), at=at
            )
        return _to("evidence", request)
    if do == "upload" or request.FILES:
        problems = _take_in(request, draft, at)
        if problems:
            return _evidence_page(request, draft, at, problems=problems, status=TO_BE_MENDED)
        if do == "upload":
            return _to("evidence", request)
    if do == "later":
        return redirect("claims:list")
    return _onward(request, "evidence")


@read_and_post
@session.freshly_proven
@on_draft
def account(request: HttpRequest, draft: Draft, at: dt.datetime) -> HttpResponseBase:
    name = queries.claimant(proof_of(request), draft.incident).name
    if request.method == "POST":
        typed = {field: request.POST.get(field, "") for field in ("bank", "number", "holder")}
        form = forms.AccountForm(typed, proven_name=name)
        return _saved(request, draft, "account", typed, form, at, proven_name=name)
    typed, came_back = _typed(request, draft, "account")
    form = forms.AccountForm(initial={"holder": name} | typed, proven_name=name)
    return _page(request, draft, "account", at, form=form, came_back=came_back, proven_name=name)


@read_and_post
@session.proven_person
@on_draft
def check(request: HttpRequest, draft: Draft, at: dt.datetime) -> HttpResponseBase:
    if request.method != "POST":
        parked = session.parked(request)
        form = forms.DeclareForm(initial={"declared": bool(parked and parked.get("declared"))})
        return _check_page(request, draft, at, form=form, came_back=parked is not None)
    form = forms.DeclareForm(request.POST)
    if not form.is_valid():
        return _check_page(request, draft, at, form=form, status=TO_BE_MENDED)
    return _filed(request, draft, form, at)


def _filed(request: HttpRequest, draft: Draft, form: forms.DeclareForm, at: dt.datetime) -> HttpResponseBase:
    try:
        filed = actions.submit(
            proof=proof_of(request),
            draft_id=draft.id,
            seen=request.POST.get("seen", ""),
            language=forms.language(),
            by=session.actor(request),
            at=at,
        )
    except rules.Refusal as refusal:
        return refused(request, refusal, draft.incident, at)
    except filing.NotFinished:
        return _check_page(request, draft, at, form=form, status=TO_BE_MENDED)
    except actions.ChangedSince:
        return _check_page(request, draft, at, form=forms.DeclareForm(), changed=True, status=AT_ODDS)
    return views.filed(request, filed, at)


# What was typed.


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _typed(request: HttpRequest, draft: Draft, step: str) -> tuple[dict[str, Any], bool]:
    """What a page shows in its boxes: what was sent after the proof ran out, else what the draft holds."""
    parked = session.parked(request)
    if parked is not None:
        return {name: parked.get(name, "") for name in parked if name not in {"draft", "do", "then"}}, True
    kept = draft.steps.get(step)
    return (kept if isinstance(kept, dict) else {}), False


def _lines_of(form: Any) -> list[dict[str, str]]:
    """The lines of a posted form, as typed. How many there are is told by the form, believed within reason."""
    told = form.get("lines", "")
    number = min(int(told), rules.MOST_LINES + 1) if told.isdecimal() and len(told) < 4 else 1
    return [
        {field: form.get(f"line-{place}-{field}", "") for field in filing.LINE_FIELDS}
        for place in range(max(number, 1))
    ]


def _empty_line(draft: Draft) -> dict[str, str]:
    kind = draft.steps.get("kind")
    return dict.fromkeys(filing.LINE_FIELDS, "") | {"kind": kind.get("kind", "") if isinstance(kind, dict) else ""}


def _too_many_lines(do: str) -> str:
    return gettext("피해는 %(most)s가지까지 적을 수 있어요") % {"most": rules.MOST_LINES} if do == "add" else ""


def _keep(draft: Draft, step: str, typed: Any, at: dt.datetime) -> bool:
    """Keeps what was typed in the draft, finished or not. False: more than a draft holds; the page shows it again."""
    if len(json.dumps(typed, ensure_ascii=False)) > rules.KEPT_LENGTH:
        return False
    actions.save_step(person=draft.person, draft_id=draft.id, step=step, typed=typed, at=at)
    draft.refresh_from_db(fields=["saved_at", "sealed_steps"])
    return True


def _saved(
    request: HttpRequest,
    draft: Draft,
    step: str,
    typed: dict[str, str],
    form: forms.StepForm,
    at: dt.datetime,
    **context: Any,
) -> HttpResponseBase:
    kept = _keep(draft, step, typed, at)
    if kept and request.POST.get("do") == "later":
        return redirect("claims:list")
    if kept and form.is_valid():
        return _onward(request, step)
    return _page(request, draft, step, at, form=form, status=TO_BE_MENDED, **context)


def _take_in(request: HttpRequest, draft: Draft, at: dt.datetime) -> list[str]:
    """Keeps every file that can be kept; a sentence for each that cannot."""
    uploads = [upload for field in ("photo", "files") for upload in request.FILES.getlist(field)]
    problems = [] if uploads else [gettext("올릴 파일을 먼저 골라 주세요.")]
    for upload in uploads:
        try:
            actions.add_evidence(
                person=draft.person, draft_id=draft.id, upload=upload, by=session.actor(request), at=at
            )
        except files.Refused as refused_file:
            problems.append(refused_file.sentence)
        except rules.TooMany:
            problems.append(
                gettext("자료는 %(most)s개까지 올릴 수 있어요. ‘%(name)s’ 파일은 받지 않았어요.")
                % {"most": rules.MOST_FILES, "name": upload.name}
            )
        except rules.EnoughToday:
            problems.append(
                gettext("오늘은 자료를 더 받을 수 없어요. ‘%(name)s’ 파일은 받지 않았어요. 내일 이어서 올려 주세요.")
                % {"name": upload.name}
            )
    return problems


# Pages.


def _onward(request: HttpRequest, step: str) -> HttpResponse:
    """To the next page, or back to the check page where the reader came to mend one thing."""
    if request.POST.get("then") == "check":
        return redirect("claims:check")
    return redirect(f"claims:{filing.STEPS[filing.STEPS.index(step) + 1]}")


def _to(step: str, request: HttpRequest, anchor: str = "") -> HttpResponse:
    then = "?" + urlencode({"then": "check"}) if request.POST.get("then") == "check" else ""
    return redirect(reverse(f"claims:{step}") + then + anchor)


def _page(
    request: HttpRequest, draft: Draft, step: str, at: dt.datetime, *, status: int = 200, **context: Any
) -> HttpResponse:
    number = filing.STEPS.index(step) + 1
    asked = request.POST if request.method == "POST" else request.GET
    then = "check" if asked.get("then") == "check" else ""
    before = "check" if then else filing.STEPS[number - 2] if number > 1 else "new"
    return render(
        request,
        f"claims/steps/{step}.html",
        {
            "draft": draft,
            "number": number,
            "of": len(filing.STEPS),
            "saved": _saved_words(draft, at),
            "then": then,
            "back": reverse(f"claims:{before}"),
            "back_words": TITLES.get(before, gettext("선보상 안내")),
            **context,
        },
        status=status,
    )


def _saved_words(draft: Draft, at: dt.datetime) -> str:
    if draft.saved_at is None:
        return ""
    zone = ZoneInfo(draft.incident.time_zone)
    saved_at = draft.saved_at.astimezone(zone)
    today = saved_at.date() == at.astimezone(zone).date()
    when = dates.clock(saved_at) if today else dates.moment(saved_at, get_language() or "ko")
    return gettext("저장됨 %(when)s") % {"when": when}


def _evidence_page(
    request: HttpRequest, draft: Draft, at: dt.datetime, *, problems: list[str] | None = None, **context: Any
) -> HttpResponse:
    draft.refresh_from_db(fields=["saved_at"])
    return _page(
        request,
        draft,
        "evidence",
        at,
        evidence=draft.evidence.select_related("file"),
        problems=problems or [],
        most_files=rules.MOST_FILES,
        megabytes=MAX_MEGABYTES,
        **context,
    )


def _check_page(request: HttpRequest, draft: Draft, at: dt.datetime, **context: Any) -> HttpResponse:
    """Everything as it will be filed, or, where something is wanting, what that is."""
    terms = queries.terms_of(draft.incident, at=at)
    claimant = queries.claimant(proof_of(request), draft.incident)
    try:
        rules.may_claim(
            terms, affected=claimant.affected, open_claim=queries.has_open_claim(claimant.person, draft.incident)
        )
    except rules.Refusal as refusal:
        return refused(request, refusal, draft.incident, at)
    steps, evidence = draft.steps, list(draft.evidence.select_related("file"))
    wanting = filing.unfinished(steps, terms=terms, proven_name=claimant.name)
    if not wanting:
        content = filing.read(steps, terms=terms, proven_name=claimant.name)
        context |= {
            "content": content,
            "bank": BANKS[content.account.bank],
            "seen": queries.confirmation_of(content, draft_id=draft.id, evidence=evidence),
        }
    return _page(
        request,
        draft,
        "check",
        at,
        wanting=[(step, TITLES[step]) for step in wanting],
        titles=TITLES,
        evidence=evidence,
        terms=terms,
        claimant=claimant,
        **context,
    )

"""The steps that are forms: the kind of loss, the losses, what happened, the account."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cards.queries import denied_by
from claims import filing, forms, queries, rules
from claims.draft_views import TO_BE_MENDED, back_to, keep, on_draft, onward, page, read_and_post
from claims.models import Draft
from claims.states import Kind
from claims.views import proof_of
from lookup import session

TOO_LONG_TO_KEEP = _("적은 글이 너무 길어서 저장하지 못했어요. 줄여서 다시 적어 주세요.")


@read_and_post
@session.known_person
@on_draft
def kind(request: HttpRequest, draft: Draft, at: dt.datetime) -> HttpResponseBase:
    if request.method == "POST":
        typed = {"kind": request.POST.get("kind", "")}
        return _saved(request, draft, "kind", typed, forms.KindForm(typed), at)
    typed, came_back = _typed(request, draft, "kind")
    return page(request, draft, "kind", at, form=forms.KindForm(initial=typed), came_back=came_back)


@read_and_post
@session.known_person
@on_draft
def lines(request: HttpRequest, draft: Draft, at: dt.datetime) -> HttpResponseBase:
    terms = queries.terms_of(draft.incident, at=at)
    if request.method != "POST":
        parked = session.parked(request)
        typed = _lines_of(parked) if parked else draft.steps.get("lines")
        shown = forms.Lines(typed or _denied(draft) or [_empty_line(draft)], terms=terms, check=False)
        return page(request, draft, "lines", at, lines=shown, terms=terms, came_back=parked is not None)

    typed, do = _lines_of(request.POST), request.POST.get("do", "")
    if do.startswith("remove-"):
        typed = [line for number, line in enumerate(typed, start=1) if do != f"remove-{number}"]
        if keep(draft, "lines", typed, at):
            return back_to("lines", request)
    if do == "add" and len(typed) < rules.MOST_LINES and keep(draft, "lines", [*typed, _empty_line(draft)], at):
        return back_to("lines", request, f"#line-{len(typed) + 1}")
    typed = filing.started_lines({"lines": typed}) or typed[:1] or [_empty_line(draft)]
    kept = keep(draft, "lines", typed, at)
    if do == "later" and kept:
        return redirect("claims:list")
    shown = forms.Lines(typed, terms=terms, check=True)
    if not kept:
        shown.together = str(TOO_LONG_TO_KEEP)
    elif do == "add":
        shown.together = gettext("피해는 %(most)s가지까지 적을 수 있어요") % {"most": rules.MOST_LINES}
    if shown.problems:
        return page(request, draft, "lines", at, lines=shown, terms=terms, status=TO_BE_MENDED)
    return onward(request, "lines")


@read_and_post
@session.known_person
@on_draft
def story(request: HttpRequest, draft: Draft, at: dt.datetime) -> HttpResponseBase:
    if request.method == "POST":
        typed = {"story": request.POST.get("story", "")}
        return _saved(request, draft, "story", typed, forms.StoryForm(typed), at)
    typed, came_back = _typed(request, draft, "story")
    return page(request, draft, "story", at, form=forms.StoryForm(initial=typed), came_back=came_back)


@read_and_post
@session.freshly_proven
@on_draft
def account(request: HttpRequest, draft: Draft, at: dt.datetime) -> HttpResponseBase:
    name = queries.claimant(proof_of(request), draft.incident, at=at).name
    if request.method == "POST":
        typed = {field: request.POST.get(field, "") for field in ("bank", "number", "holder")}
        form = forms.AccountForm(typed, proven_name=name)
        return _saved(request, draft, "account", typed, form, at, proven_name=name)
    typed, came_back = _typed(request, draft, "account")
    form = forms.AccountForm(initial={"holder": name} | typed, proven_name=name)
    return page(request, draft, "account", at, form=form, came_back=came_back, proven_name=name)


def _saved(
    request: HttpRequest,
    draft: Draft,
    step: str,
    typed: dict[str, str],
    form: forms.StepForm,
    at: dt.datetime,
    **context: Any,
) -> HttpResponseBase:
    kept = keep(draft, step, typed, at)
    if kept and request.POST.get("do") == "later":
        return redirect("claims:list")
    if not kept and form.is_valid():
        form.add_error(None, TOO_LONG_TO_KEEP)
    if form.is_valid():
        return onward(request, step)
    return page(request, draft, step, at, form=form, status=TO_BE_MENDED, **context)


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


def _denied(draft: Draft) -> list[dict[str, str]]:
    """The payments that this person has said were not theirs, as lines to begin with."""
    return [
        {
            "kind": Kind.CARD_PAYMENT.value,
            "day": told["day"],
            "merchant": told["merchant"],
            "amount": str(told["amount"]),
        }
        for told in denied_by(draft.person)[: rules.MOST_LINES]
    ]


def _empty_line(draft: Draft) -> dict[str, str]:
    kind = draft.steps.get("kind")
    return dict.fromkeys(filing.LINE_FIELDS, "") | {"kind": kind.get("kind", "") if isinstance(kind, dict) else ""}

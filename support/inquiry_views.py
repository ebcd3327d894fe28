"""Asking in writing, with or without a proof, and reading what became of it after one."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from breachdesk import files, keys, limits
from breachdesk.files.rules import MAX_MEGABYTES
from breachdesk.lib.contacts import Contact
from lookup import proving, refusals, session
from lookup.models import Proof
from lookup.views import form_page, too_often
from notices import queries as notices
from notices.models import Incident
from support import inquiring, queries, rules, uploading
from support.forms import AskForm, RateForm, WithFiles, WriteForm
from support.inquiry_models import Attachment, Inquiry
from support.satisfaction_models import Satisfaction
from support.states import IllegalMove, InquiryKind, Rating, Source


@never_cache
@form_page
def ask(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    proof, incidents = _proof(request, at), queries.incidents()
    if not incidents:
        return redirect("support:home")
    wanted = request.POST.get("incident") or request.GET.get("incident", "")
    incident = notices.open_incidents().filter(slug=wanted.replace("\0", "")).first() or incidents[0]
    if request.method != "POST":
        kind = request.GET.get("kind", "")
        start = {"form": uuid.uuid4(), "incident": incident.slug, "kind": kind if kind in InquiryKind.values else None}
        return _ask_page(request, AskForm(initial=start, proved=proof is not None), incident, proof, at)
    form = AskForm(request.POST, request.FILES, proved=proof is not None)
    if not form.is_valid():
        return _ask_page(request, form, incident, proof, at, status=refusals.WRONG)
    try:
        inquiry = _asked(request, form, incident, proof, at)
    except proving.TooOften as refused:
        form.add_error(None, _stopped(refused, at))
        return too_often(_ask_page(request, form, incident, proof, at, status=refusals.TOO_OFTEN), refused, at)
    if inquiry is None:
        return _ask_page(request, form, incident, proof, at, status=refusals.WRONG)
    if proof is not None:
        return redirect("support:inquiry", inquiry.reference)
    return render(request, "support/received.html", {"inquiry": inquiry, "until": rules.ANSWER_UNTIL})


def _asked(
    request: HttpRequest, form: AskForm, incident: Incident, proof: Proof | None, at: dt.datetime
) -> Inquiry | None:
    """None: a file cannot be kept, and the form says which. Raises TooOften."""
    given, network = form.cleaned_data, limits.network(limits.client_address(request))
    contact: Contact | None = proof.contact if proof else given["contact"]
    once = keys.index("inquiry_form", f"{given['form']}\0{given['kind']}\0{given['words']}\0{contact}")
    if earlier := Inquiry.objects.filter(once=once).first():
        return earlier
    subject = proof.of_what if proof else f"{given['contact'].kind}:{given['contact'].value}"
    budgets = [rules.INQUIRIES_A_DAY.of(subject), rules.INQUIRIES_PER_NETWORK.of(network)]
    if proof is None:
        budgets.append(rules.INQUIRIES_OF_UNPROVED.of("all"))
    if not (may := limits.would_grant(*budgets, at=at)).ok:
        raise proving.TooOften(may)
    kept = _take_in(request, form, once, network, at)
    if kept is None:
        return None
    if not (taken := limits.take(*budgets, at=at)).ok:
        raise proving.TooOften(taken)
    return inquiring.ask(
        incident=incident,
        kind=InquiryKind(given["kind"]),
        source=Source.WEB,
        text=given["words"],
        language=(get_language() or "ko")[:2],
        contact=contact,
        person=proof.person if proof else None,
        by=session.actor(request) if proof else None,
        at=at,
        files=kept.stored,
        once=once,
    )


def _take_in(
    request: HttpRequest, form: WithFiles, once: uuid.UUID, network: str, at: dt.datetime
) -> uploading.Kept | None:
    kept = uploading.take_in(form.uploads(), once=once, network=network, by=None, at=at)
    for problem in kept.problems:
        form.add_error("attached", problem)
    return None if kept.problems else kept


def _proof(request: HttpRequest, at: dt.datetime) -> Proof | None:
    """Somebody who has proved a contact, or a letter. A passkey says who they are, not where they can be told."""
    proof = session.proof(request, at)
    return None if proof is None or proof.is_by_passkey else proof


def _ask_page(
    request: HttpRequest, form: AskForm, incident: Incident, proof: Proof | None, at: dt.datetime, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "incident": incident,
        "contact": proof.contact if proof else None,
        "proved": proof is not None,
        "promised": inquiring.promised(incident, at),
        "until": rules.ANSWER_UNTIL,
        **_files_words(request),
    }
    return render(request, "support/ask.html", context, status=status)


def _files_words(request: HttpRequest) -> dict[str, Any]:
    # Words stay in the form; a browser gives no file back.
    return {"megabytes": MAX_MEGABYTES, "files_again": bool(request.FILES)}


def _stopped(refused: proving.TooOften, at: dt.datetime) -> str:
    when = refusals.time_from(refused.again_at, at=at)
    return _("여러 번 보내서 잠시 멈췄어요. 적은 것은 그대로 있어요. %(time)s부터 다시 보낼 수 있어요.") % {
        "time": when
    }


# After a proof.


@require_safe
@session.proven_by_name
def own(request: HttpRequest) -> HttpResponse:
    inquiries = queries.inquiries_of(session.proof_of(request))[:50]
    return render(request, "support/inquiries.html", {"inquiries": inquiries})


@form_page
@session.proven_by_name
def thread(request: HttpRequest, reference: str) -> HttpResponse:
    at, inquiry = timezone.now(), _own(request, reference)
    if request.method != "POST":
        start = session.parked(request) or {"form": uuid.uuid4()}
        return _thread_page(request, inquiry, WriteForm(initial=start))
    form = WriteForm(request.POST, request.FILES)
    if not form.is_valid():
        return _thread_page(request, inquiry, form, status=refusals.WRONG)
    given, network = form.cleaned_data, limits.network(limits.client_address(request))
    once = keys.index("inquiry_form", f"{given['form']}\0{inquiry.pk}\0{given['words']}")
    try:
        if not (taken := limits.take(rules.POSTS_A_DAY, subject=inquiry.reference, at=at)).ok:
            raise proving.TooOften(taken)
        kept = _take_in(request, form, once, network, at)
    except proving.TooOften as refused:
        form.add_error(None, _stopped(refused, at))
        return too_often(_thread_page(request, inquiry, form, status=refusals.TOO_OFTEN), refused, at)
    if kept is None:
        return _thread_page(request, inquiry, form, status=refusals.WRONG)
    try:
        inquiring.write_again(
            inquiry=inquiry, text=given["words"], by=session.actor(request), at=at, files=kept.stored, once=once
        )
    except IllegalMove:  # closed meanwhile
        form.add_error(None, _("이 문의는 마쳤어요. 새 문의로 적어 주세요. 적은 것은 아래에 그대로 있어요."))
        return _thread_page(request, _own(request, reference), form, status=409)
    return redirect("support:inquiry", inquiry.reference)


def _thread_page(
    request: HttpRequest, inquiry: Inquiry, form: WriteForm, *, rate: RateForm | None = None, status: int = 200
) -> HttpResponse:
    said = Satisfaction.objects.filter(inquiry=inquiry).first()
    context = {
        "said": said,
        "rate": rate or RateForm(initial={"words": said.words} if said else None),
        "ratings": Rating.choices,
        "listed": session.proof_of(request).person_id is not None,
        "inquiry": inquiry,
        "posts": inquiry.posts.prefetch_related("attachments__file").order_by("pk"),
        "form": form,
        "until": rules.ANSWER_UNTIL,
        **_files_words(request),
    }
    return render(request, "support/inquiry.html", context, status=status)


@require_POST
@session.proven_by_name(parking=False)
def close(request: HttpRequest, reference: str) -> HttpResponse:
    inquiry = _own(request, reference)
    inquiring.close(inquiry=inquiry, by=session.actor(request), at=timezone.now())
    return redirect("support:inquiry", inquiry.reference)


@require_POST
@session.proven_by_name(parking=False)
def rate(request: HttpRequest, reference: str) -> HttpResponse:
    inquiry, form = _own(request, reference), RateForm(request.POST)
    if not form.is_valid():
        return _thread_page(request, inquiry, WriteForm(), rate=form, status=refusals.WRONG)
    # Not closed yet: the page says so.
    with contextlib.suppress(IllegalMove):
        inquiring.rate(
            inquiry=inquiry,
            rating=Rating(form.cleaned_data["rating"]),
            words=form.cleaned_data["words"],
            by=session.actor(request),
            at=timezone.now(),
        )
    return redirect("support:inquiry", inquiry.reference)


@require_safe
@session.proven_by_name
def download(request: HttpRequest, reference: str, number: int) -> HttpResponseBase:
    inquiry = _own(request, reference)
    attachment = get_object_or_404(Attachment.objects.select_related("file").filter(post__inquiry=inquiry), pk=number)
    return files.download(attachment.file, name=attachment.file.download_name)


def _own(request: HttpRequest, reference: str) -> Inquiry:
    """A foreign one and an absent one are the same."""
    found = queries.inquiries_of(session.proof_of(request)).select_related("incident")
    return get_object_or_404(found, reference=reference)

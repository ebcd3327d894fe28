"""Proving a postal address with the code printed in a letter, and proving it once more."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from breachdesk import limits
from lookup import letter_codes, line_views, proving, refusals, session
from lookup.letter_forms import LetterCodeForm, LetterForm
from lookup.origin import Origin
from lookup.states import Method
from lookup.views import form_page, too_often


def _sound(request: HttpRequest) -> bool:
    return LetterForm(request.POST, today=timezone.localdate(timezone.now())).is_valid()


@never_cache
@form_page
@line_views.in_turn(sound=_sound)
def letter(request: HttpRequest) -> HttpResponse:
    at = timezone.now()
    today = timezone.localdate(at)
    if request.method != "POST":
        return _page(request, "lookup/letter.html", LetterForm(today=today))
    form = LetterForm(request.POST, today=today)
    if not form.is_valid():
        return _page(request, "lookup/letter.html", form, status=refusals.WRONG)
    try:
        proof = letter_codes.prove(
            code=form.cleaned_data["code"],
            name=form.cleaned_data["name"],
            birth_date=form.cleaned_data["birth_date"],
            network=_network(request),
            shared_device=form.cleaned_data["shared_device"],
            at=at,
            origin=Origin.of(limits.client_address(request), request.headers.get("User-Agent", "")),
        )
    except proving.Refused as refused:
        return _refused(request, "lookup/letter.html", form, refused, at)
    session.begin(request, proof)
    session.sign_in(request, proof)
    response = session.go_on(request, proof, otherwise="lookup:answer")
    session.forget_challenge(response)
    return response


@form_page
@session.proven_person
def letter_again(request: HttpRequest) -> HttpResponse:
    """Before something that matters: the code of the same letter once more, from the paper."""
    at = timezone.now()
    proof = session.proof_of(request)
    if proof.method != Method.LETTER:
        return redirect("lookup:again")
    if request.method != "POST":
        return _page(request, "lookup/letter_again.html", LetterCodeForm())
    form = LetterCodeForm(request.POST)
    if not form.is_valid():
        return _page(request, "lookup/letter_again.html", form, status=refusals.WRONG)
    try:
        letter_codes.renew(
            proof=proof,
            code=form.cleaned_data["code"],
            network=_network(request),
            by=session.actor(request),
            at=at,
        )
    except proving.Refused as refused:
        return _refused(request, "lookup/letter_again.html", form, refused, at)
    session.renewed(request)
    return session.go_on(request, proof, otherwise="lookup:answer")


def _page(request: HttpRequest, template: str, form: LetterCodeForm, *, status: int = 200) -> HttpResponse:
    return render(request, template, {"form": form, "waiting": session.waiting(request)}, status=status)


def _refused(
    request: HttpRequest, template: str, form: LetterCodeForm, refused: proving.Refused, at: dt.datetime
) -> HttpResponse:
    """The same words whatever was wrong: a code that nobody has, one that ran out, another person's."""
    if isinstance(refused, proving.TooOften):
        when = refusals.time_from(refused.again_at, at=at)
        form.add_error("code", _("여러 번 적어서 잠시 멈췄어요. %(time)s부터 다시 할 수 있어요.") % {"time": when})
        return too_often(_page(request, template, form, status=refusals.TOO_OFTEN), refused, at)
    if isinstance(form, LetterForm):
        form.add_error(
            "code", _("코드, 이름, 생년월일이 맞지 않거나 기한이 지난 코드예요. 편지와 같은지 다시 봐 주세요.")
        )
    else:
        form.add_error("code", _("코드가 맞지 않거나 기한이 지난 코드예요. 편지와 같은지 다시 봐 주세요."))
    return _page(request, template, form, status=refusals.WRONG)


def _network(request: HttpRequest) -> str:
    return limits.network(limits.client_address(request))

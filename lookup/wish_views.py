"""By which way somebody wishes to be told: asked of whoever is on the list, kept with the list."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lookup import queries, session
from lookup.views import form_page
from notices import wishing
from notices.models import Incident
from notices.states import WishedWay


class WishForm(forms.Form):
    way = forms.ChoiceField(
        label=_("어느 쪽으로 먼저 알려 드릴까요?"),
        choices=[(WishedWay.PHONE, _("문자나 알림톡")), (WishedWay.EMAIL, _("이메일"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("하나를 골라 주세요."), "invalid_choice": _("하나를 골라 주세요.")},
    )


@form_page
@session.proven
def way(request: HttpRequest, slug: str) -> HttpResponse:
    at, proof = timezone.now(), session.proof_of(request)
    incident = get_object_or_404(Incident, slug=slug)
    answer = next((each for each in queries.answers(proof, at) if each.incident.pk == incident.pk), None)
    if answer is None or not answer.person_keys:
        return redirect("lookup:answer")
    person_keys = (*answer.person_keys, *answer.former_keys)
    if request.method != "POST":
        wished = next(iter(wishing.wishes(incident.pk, person_keys).values()), None)
        return _page(request, incident, WishForm(initial={"way": wished}), wished=wished)
    form = WishForm(request.POST)
    if not form.is_valid():
        return _page(request, incident, form, status=422)
    try:
        wishing.wish(
            incident=incident,
            person_keys=person_keys,
            way=WishedWay(form.cleaned_data["way"]),
            by=session.actor(request),
            at=at,
        )
    except wishing.NotOnTheList:
        return redirect("lookup:answer")
    return redirect("lookup:way", incident.slug)


def _page(
    request: HttpRequest,
    incident: Incident,
    form: WishForm,
    *,
    wished: WishedWay | None = None,
    status: int = 200,
) -> HttpResponse:
    page = {"incident": incident, "form": form, "wished": wished}
    return render(request, "lookup/way.html", page, status=status)

"""The desk's page of an incident's ladder: which way after which, proposed by one and confirmed by another."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from breachdesk import desk
from breachdesk.accounts.models import User
from breachdesk.desk import frame, session
from breachdesk.lib import typed_text
from breachdesk.lib.tags import in_language
from notices import ladder_pages, laddering, rules
from notices.ladder_forms import LadderForm
from notices.ladder_models import Ladder
from notices.models import Incident
from notices.states import ProposalEnd

SEE, PROPOSE, CONFIRM = "notices.view_ladder", "notices.propose_ladder", "notices.confirm_ladder"


@frame.page("notices/incident/<int:pk>/ladder/", name="incident_ladder", may=SEE)
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, pk: int) -> HttpResponseBase:
    incident = get_object_or_404(Incident, pk=pk)
    return _act(request, incident) if request.method == "POST" else _page(request, incident)


def _page(request: HttpRequest, incident: Incident, form: LadderForm | None = None) -> HttpResponse:
    now, proposal = laddering.in_force(incident), laddering.proposal(incident)
    member = session.staff(request)
    own = proposal is not None and proposal.proposed_by_id == member.pk
    if form is None and proposal is None and member.has_perm(PROPOSE):
        form = LadderForm(now=laddering.rungs_of(now))
    context = {
        "title": gettext("%(title)s · 알리는 방법의 순서") % {"title": in_language(incident, "title")},
        "incident": incident,
        "now": now,
        "rungs": ladder_pages.lines(laddering.rungs_of(now)),
        "proposal": proposal,
        "proposed": ladder_pages.lines(laddering.rungs_of(proposal)) if proposal else [],
        "own": own,
        "may_confirm": proposal is not None and not own and member.has_perm(CONFIRM),
        "form": form,
        "past": [
            one
            for one in incident.ladders.select_related("proposed_by", "closed_by").order_by("-number")
            if one.closed_at
        ],
        **admin.site.each_context(request),
    }
    return render(request, "notices/desk/ladder.html", context, status=422 if form and form.errors else 200)


@desk.fresh
def _act(request: HttpRequest, incident: Incident) -> HttpResponse:
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise Http404
    return act(request, incident, session.staff(request))


def _propose(request: HttpRequest, incident: Incident, by: User) -> HttpResponse:
    if not by.has_perm(PROPOSE):
        raise PermissionDenied
    form = LadderForm(request.POST, now=laddering.rungs_of(laddering.in_force(incident)))
    if not form.is_valid():
        return _page(request, incident, form)
    at = session.now(request)
    try:
        laddering.propose(incident=incident, rungs=form.rungs, reason=form.cleaned_data["reason"], by=by, at=at)
    except rules.NotAllowed as refused:
        form.add_error(None, str(refused))
        return _page(request, incident, form)
    messages.success(request, gettext("제안했어요. 다른 사람이 확인하면 그 뒤에 내보내는 통지부터 써요."))
    return redirect("admin:incident_ladder", incident.pk)


def _close(request: HttpRequest, incident: Incident, by: User, as_: ProposalEnd, said: str) -> HttpResponse:
    number = request.POST.get("proposal", "")
    rows = Ladder.objects.select_related("incident", "proposed_by").filter(incident=incident)
    ladder = get_object_or_404(rows, pk=typed_text.number(number))
    if not (by.has_perm(CONFIRM) or (as_ == ProposalEnd.WITHDRAWN and ladder.proposed_by_id == by.pk)):
        raise PermissionDenied
    try:
        laddering.close(ladder=ladder, as_=as_, by=by, at=session.now(request))
    except rules.NotAllowed as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, said)
    return redirect("admin:incident_ladder", incident.pk)


def _confirm(request: HttpRequest, incident: Incident, by: User) -> HttpResponse:
    said = gettext("확인했어요. 이제부터 내보내는 통지는 이 순서로 알려요.")
    return _close(request, incident, by, ProposalEnd.APPROVED, said)


def _send_back(request: HttpRequest, incident: Incident, by: User) -> HttpResponse:
    return _close(request, incident, by, ProposalEnd.SENT_BACK, gettext("돌려보냈어요. 쓰던 순서가 그대로예요."))


def _withdraw(request: HttpRequest, incident: Incident, by: User) -> HttpResponse:
    return _close(request, incident, by, ProposalEnd.WITHDRAWN, gettext("제안을 거두었어요. 쓰던 순서가 그대로예요."))


ACTS: dict[str, Any] = {"propose": _propose, "confirm": _confirm, "send_back": _send_back, "withdraw": _withdraw}

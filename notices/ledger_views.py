"""The ledger at the desk: how many have no proof and why, one person's lines by an exact contact, one line, the ledger as a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from breachdesk import desk
from breachdesk.desk import frame, session
from breachdesk.lib import typed_text
from breachdesk.lib.contacts import Contact, NotAContact
from breachdesk.lib.tags import in_language
from delivery import codes
from delivery.provider_names import name_of
from delivery.states import Channel
from notices import (
    campaign_pages,
    exporting,
    ledger_search,
    proof,
    proof_views,
    rules,
    said_not_theirs,
    wrong_person,
)
from notices.campaign_models import Telling
from notices.export_models import LedgerExport
from notices.ladder_models import Attempt
from notices.models import Incident
from notices.states import AttemptOutcome, Member, ProposalEnd, TellingState, Way

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

SEARCH, MARK = "notices.search_ledger", "notices.mark_wrong_person"
ASK, CONFIRM = "notices.ask_ledger_export", "notices.confirm_ledger_export"
SHOWN_EXPORTS = 20
CHANNELS: dict[str, StrOrPromise] = {**dict(Channel.choices), Way.POSTING: Way.POSTING.label}
TAGS = {TellingState.PROVEN: "good", TellingState.FAILED: "danger"}
OUTCOME_TAGS = {
    AttemptOutcome.PROVEN: "good",
    AttemptOutcome.FAILED: "danger",
    AttemptOutcome.WRONG_PERSON: "danger",
    AttemptOutcome.TAKEN: "now",
    AttemptOutcome.PUT: "now",
}


class IncidentChoice(forms.ModelChoiceField):
    def label_from_instance(self, incident: Any) -> str:
        return in_language(incident, "title")


class Search(forms.Form):
    incident = IncidentChoice(
        label=_("어느 사고인가요?"), queryset=Incident.objects.order_by("-learned_at", "-pk"), empty_label=None
    )
    contact = forms.CharField(
        label=_("휴대전화 번호나 이메일"),
        help_text=_("전체를 정확히 적어 주세요. 일부로는 찾지 않아요."),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("찾을 번호나 이메일을 적어 주세요.")},
    )
    reason = forms.CharField(
        label=_("왜 찾나요?"),
        help_text=_("누가 무엇 때문에 물었는지. 기록에 남아요."),
        max_length=200,
        error_messages={"required": _("왜 찾는지 적어 주세요.")},
    )

    def clean_contact(self) -> Contact:
        try:
            return Contact.parse(self.cleaned_data["contact"])
        except NotAContact:
            raise forms.ValidationError(_("휴대전화 번호나 이메일이 아니에요. 다시 봐 주세요.")) from None


@dataclass(frozen=True)
class Why:
    """One reason why there is no proof, and how many."""

    state: StrOrPromise
    reason: StrOrPromise
    people: int


@frame.page(
    "notices/ledger/", name="ledger", title=_("통지 증명 장부"), group=frame.TELL, order=45, may=(SEARCH, ASK, CONFIRM)
)
@require_http_methods(["GET", "POST"])
def ledger(request: HttpRequest) -> HttpResponse:
    """The contact is posted, so that it stands in no address and no log."""
    at, member = session.now(request), session.staff(request)
    form = Search(request.POST if request.method == "POST" else None, initial={"incident": _newest()})
    found = None
    if request.method == "POST":
        if not member.has_perm(SEARCH):
            raise PermissionDenied
        if form.is_valid():
            found = ledger_search.lines_of(**form.cleaned_data, by=member, at=at)
    incident = form.cleaned_data["incident"] if found is not None else _chosen(request)
    counted = proof.proof(incident, at=at) if incident and incident.active_dataset_id else None
    exports = LedgerExport.objects.filter(incident=incident).select_related("asked_by", "closed_by")
    shown = list(exports[:SHOWN_EXPORTS])
    waiting = next((one for one in shown if one.closed_at is None), None)
    context = {
        "title": gettext("통지 증명 장부"),
        "incident": incident,
        "incidents": list(Incident.objects.order_by("-learned_at", "-pk")),
        "form": form if member.has_perm(SEARCH) else None,
        "found": [(one, TAGS.get(TellingState(one.state), "now")) for one in found or ()],
        "searched": found is not None,
        "contact": form.cleaned_data["contact"].masked if found is not None else "",
        "proof": counted,
        "whys": whys(counted) if counted else [],
        "channels": [(CHANNELS.get(code, code), people) for code, people in sorted(counted.channels.items())]
        if counted
        else [],
        "exports": [(one, bool(one.storage_name and one.expires_at and one.expires_at > at)) for one in shown],
        "strays": _strays(incident) if incident and member.has_perm(SEARCH) else [],
        "waiting": waiting,
        "own": waiting is not None and waiting.asked_by_id == member.pk,
        "may_ask": incident is not None and waiting is None and member.has_perm(ASK),
        "may_confirm": waiting is not None and waiting.asked_by_id != member.pk and member.has_perm(CONFIRM),
        "may_take": member.has_perm(ASK),
    }
    return _page(request, "ledger", context, status=422 if form.errors else 200)


def _strays(incident: Incident) -> list[tuple[Any, StrOrPromise]]:
    found = said_not_theirs.unsettled(incident.pk)
    return [(one, CHANNELS.get(one.attempt.channel, one.attempt.channel)) for one in found]


def whys(found: proof.Proof) -> list[Why]:
    """Those without proof, by the best that is known of each; the same count as the first page's."""
    rows = []
    for code, _name, states in proof_views.PIECES:
        if code == "not-listed" and found.not_listed:
            rows.append(Why(_("아직 어느 통지에도 들지 않음"), "", found.not_listed))
        for state in states:
            for reason, people in sorted(found.reasons.get(state, {}).items(), key=lambda one: -one[1]):
                rows.append(Why(TellingState(state).label, reason_in_words(reason), people))
    return rows


def reason_in_words(reason: str) -> StrOrPromise:
    if reason in Member.values:
        return Member(reason).label
    return campaign_pages.REASONS.get(reason, reason)


@frame.page("notices/ledger/<int:pk>/", name="ledger_line", may=SEARCH)
@require_http_methods(["GET"])
def line(request: HttpRequest, pk: int) -> HttpResponse:
    found = _line(pk)
    ledger_search.see(line=found, by=session.staff(request), at=session.now(request))
    return _line_page(request, found)


def _line_page(request: HttpRequest, found: Telling, *, status: int = 200, typed: dict[str, str] | None = None) -> Any:
    facts = {"n": found.notice.number, "line": found.pk}
    may_mark = request.user.has_perm(MARK)
    tried = [
        {
            "attempt": one.attempt,
            "channel": CHANNELS.get(one.attempt.channel, one.attempt.channel),
            "kind": OUTCOME_TAGS.get(AttemptOutcome(one.attempt.outcome), ""),
            "to": one.to,
            "why": codes.words(one.attempt.reason) if one.attempt.reason else "",
            "message": one.message,
            "asked": [(each, name_of(each.provider)) for each in one.asked],
            "receipts": one.receipts,
            "said": getattr(one.attempt, "said_not_theirs", None),
            "may_mark": may_mark
            and one.message is not None
            and one.attempt.channel != Channel.LETTER
            and one.attempt.outcome != AttemptOutcome.WRONG_PERSON,
        }
        for one in ledger_search.tried(found)
    ]
    context = {
        "title": gettext("안내문 %(n)d판 · 장부 %(line)d번 줄") % facts,
        "line": found,
        "kind": TAGS.get(TellingState(found.state), "now"),
        "channel": CHANNELS.get(found.channel, found.channel),
        "reason": reason_in_words(found.reason) if found.reason else "",
        "tried": tried,
        "typed": typed or {},
    }
    return _page(request, "ledger_line", context, status=status)


@frame.page("notices/ledger/<int:pk>/not-theirs/", name="ledger_not_theirs", may=MARK)
@require_POST
@desk.fresh
def not_theirs(request: HttpRequest, pk: int) -> HttpResponse:
    found = _line(pk)
    number = request.POST.get("attempt", "")
    attempt = get_object_or_404(Attempt, pk=typed_text.number(number), line=found)
    if request.POST.get("act") == "leave":
        said_not_theirs.settle(attempt=attempt, by=session.staff(request), at=session.now(request))
        messages.success(request, gettext("적었어요. 이 연락처를 계속 써요."))
        return redirect("admin:ledger_line", found.pk)
    reason = request.POST.get("reason", "")
    try:
        wrong_person.mark(attempt=attempt, reason=reason, by=session.staff(request), at=session.now(request))
    except rules.NotAllowed as refused:
        messages.error(request, str(refused))
        return _line_page(request, _line(pk), status=422, typed={str(attempt.pk): reason})
    messages.success(request, gettext("적었어요. 이분께는 다시 그 연락처로 보내지 않고, 다음 방법으로 알려요."))
    return redirect("admin:ledger_line", found.pk)


@frame.page("notices/ledger/export/<int:incident>/", name="ledger_export", may=(ASK, CONFIRM))
@require_POST
@desk.fresh
def export(request: HttpRequest, incident: int) -> HttpResponseBase:
    of = get_object_or_404(Incident, pk=incident)
    by, at, what = session.staff(request), session.now(request), request.POST.get("act", "")
    back = redirect("admin:ledger")
    back["Location"] += f"?incident={of.slug}"
    if not by.has_perm(CONFIRM if what in ("confirm", "send_back") else ASK):
        raise PermissionDenied
    try:
        if what == "ask":
            exporting.ask(incident=of, reason=request.POST.get("reason", ""), by=by, at=at)
            messages.success(request, gettext("달라고 했어요. 다른 사람이 확인하면 파일을 만들어요."))
        elif what in ENDS:
            exporting.close(export=_export(request, of), as_=ENDS[what], by=by, at=at)
            messages.success(request, gettext("정했어요. 기록에 남았어요."))
        elif what == "take":
            return _file(
                exporting.take(
                    export=(one := _export(request, of)), reason=request.POST.get("reason", ""), by=by, at=at
                ),
                one,
            )
        else:
            raise Http404
    except rules.NotAllowed as refused:
        messages.error(request, str(refused))
    return back


ENDS = {
    "confirm": ProposalEnd.APPROVED,
    "send_back": ProposalEnd.SENT_BACK,
    "withdraw": ProposalEnd.WITHDRAWN,
}


def _file(pieces: Any, one: LedgerExport) -> HttpResponseBase:
    response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="ledger-{one.incident.slug}-{one.pk}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _export(request: HttpRequest, incident: Incident) -> LedgerExport:
    number = request.POST.get("export", "")
    rows = LedgerExport.objects.select_related("incident", "asked_by").filter(incident=incident)
    return get_object_or_404(rows, pk=typed_text.number(number))


def _line(pk: int) -> Telling:
    rows = Telling.objects.select_related("incident", "notice", "campaign__ladder")
    return get_object_or_404(rows, pk=pk)


def _newest() -> Incident | None:
    return Incident.objects.order_by("-learned_at", "-pk").first()


def _chosen(request: HttpRequest) -> Incident | None:
    return Incident.objects.filter(slug=request.GET.get("incident", "")[:80]).first() or _newest()


def _page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    context = {**admin.site.each_context(request), **context}
    return render(request, f"notices/desk/{template}.html", context, status=status)

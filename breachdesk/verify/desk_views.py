"""The page on which staff read a reported fake and say what was done about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from breachdesk import files, keys
from breachdesk.desk import acts, frame, session
from breachdesk.lib import links, masks
from breachdesk.verify import actions, queries, states
from breachdesk.verify.forms import RevealForm, SettleForm
from breachdesk.verify.models import FakeReport
from breachdesk.verify.states import Fake

SEE, SETTLE, REVEAL = (f"verify.{right}_fakereport" for right in ("view", "settle", "reveal"))
KINDS = {Fake.RECEIVED: "now", Fake.PASSED_ON: "good"}
SHOWN_ALIKE = 10


def state_tag(report: FakeReport) -> SafeString:
    state = Fake(report.state)
    return format_html('<span class="tag tag-{}">{}</span>', KINDS.get(state, "quiet"), state.label)


def sender_masked(report: FakeReport) -> str:
    """The last four digits, or the first letter and the host: enough to see that two are alike."""
    try:
        sender = report.sender
    except keys.CannotOpen:
        return _("열 수 없음")
    if "@" in sender:
        return links.unlinked(masks.email(sender))
    return masks.account(sender) if sum(mark.isdigit() for mark in sender) > 4 else sender and "••••"


@frame.page("fakes/<str:reference>/", name="fake", may=SEE)
@require_safe
def one(request: HttpRequest, reference: str) -> HttpResponse:
    return _page(request, _report(reference))


@frame.page("fakes/<str:reference>/act/", name="fake_act", may=(SETTLE, REVEAL))
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, reference: str) -> HttpResponseBase:
    """Every button of the page posts here: which act, and the version it was pressed on."""
    report = _report(reference)
    if request.method != "POST":
        return redirect("admin:fake", report.reference)
    _right, done = acts.pressed(request, ACTS)
    try:
        return done(request, report) or redirect("admin:fake", report.reference)
    except actions.ChangedSince:
        messages.error(request, _("여신 뒤에 이 신고가 바뀌었어요. 하려던 일은 하지 않았어요."))
        return _page(request, _report(reference), status=409, typed=True)
    except states.IllegalMove:
        messages.error(request, _("지금 상태에서는 할 수 없는 일이에요."))
    return redirect("admin:fake", report.reference)


@frame.page("fakes/<str:reference>/picture/", name="fake_picture", may=REVEAL)
@require_safe
def picture(request: HttpRequest, reference: str) -> HttpResponseBase:
    """As it was rewritten on arrival; a paper only as a download. Each opening is on record."""
    report = _report(reference)
    if report.picture is None:
        raise Http404
    response = files.download(report.picture, name=report.picture.download_name)
    if request.method == "GET":
        actions.see_picture(reference=report.reference, by=session.staff(request), at=session.now(request))
    if report.picture.content_type.startswith("image/"):
        response["Content-Disposition"] = "inline"
    return response


# Acts. Each returns a page where something is to be mended, else nothing.


def _common(request: HttpRequest, report: FakeReport) -> dict[str, Any]:
    return {
        "reference": report.reference,
        "version": acts.version(request),
        "by": session.staff(request),
        "at": session.now(request),
    }


def _settle(request: HttpRequest, report: FakeReport) -> HttpResponse | None:
    form = SettleForm(request.POST)
    if not form.is_valid():
        return _page(request, report, status=422, typed=True)
    given = form.cleaned_data
    number = actions.settle(
        **_common(request, report), to=Fake(given["to"]), note=given["note"], with_alike=given["with_alike"]
    )
    done = ngettext("신고 %(n)d건에 적었어요.", "신고 %(n)d건에 적었어요.", number) % {"n": number}
    messages.success(request, done)
    return None


def _reopen(request: HttpRequest, report: FakeReport) -> None:
    actions.reopen(**_common(request, report))
    messages.success(request, _("새 신고로 돌려놓았어요."))


def _reveal(request: HttpRequest, report: FakeReport) -> HttpResponse:
    form = RevealForm(request.POST)
    if not form.is_valid():
        return _page(request, report, status=422, typed=True)
    reason, by, at = form.cleaned_data["reason"], session.staff(request), session.now(request)
    actions.reveal(reference=report.reference, reason=reason, by=by, at=at)
    return _page(request, report, revealed=True)


ACTS: dict[str, tuple[str, Callable[[HttpRequest, FakeReport], HttpResponse | None]]] = {
    "settle": (SETTLE, _settle),
    "reopen": (SETTLE, _reopen),
    "reveal": (REVEAL, _reveal),
}


def _report(reference: str) -> FakeReport:
    found = FakeReport.objects.select_related("settled_by", "picture").filter(reference=reference).first()
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest, report: FakeReport, *, status: int = 200, typed: bool = False, revealed: bool = False
) -> HttpResponse:
    """`typed`: what was posted is shown again, with what is wrong with it; `revealed`: unmasked, this once."""
    member = session.staff(request)
    doing = request.POST.get("act", "") if typed else ""
    contact, alike = report.contact, queries.alike(report)
    is_new = report.state == Fake.RECEIVED
    # No address in it can be opened, masked or not: a slip of the hand must not end on the fake's page.
    words = links.unlinked(report.words if revealed else masks.text(report.words))
    context = {
        **admin.site.each_context(request),
        "title": report.reference,
        "report": report,
        "state_tag": state_tag(report),
        "revealed": revealed,
        "words": words,
        "sender": links.unlinked(report.sender) if revealed else sender_masked(report),
        "contact": (contact.value if revealed else contact.masked) if contact else "",
        "alike": alike[:SHOWN_ALIKE],
        "alike_count": alike.count(),
        "alike_new": alike.filter(state=Fake.RECEIVED).count(),
        "may": {
            "settle": member.has_perm(SETTLE) and is_new,
            "reopen": member.has_perm(SETTLE) and not is_new,
            "reveal": member.has_perm(REVEAL) and not revealed and report.forgotten_at is None,
            "picture": member.has_perm(REVEAL) and report.picture is not None,
        },
        "settle": SettleForm(request.POST if doing == "settle" else None),
        "reveal": RevealForm(request.POST if doing == "reveal" else None),
        "note": links.unlinked(report.note),
        "history": [
            {
                "at": move.at,
                "to": Fake(move.to_state).label,
                "by": move.by.name if move.by else _("신고한 분"),
            }
            for move in report.moves.select_related("by").order_by("pk")
        ],
    }
    return render(request, "desk/fakes/one.html", context, status=status)

"""What came on paper at the desk: entering it with its scan, and a second person's comparison."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from breachdesk import files
from breachdesk.desk import frame, session
from breachdesk.files.rules import MAX_MEGABYTES
from breachdesk.lib.contacts import Contact, NotAContact
from breachdesk.lib.tags import in_language
from claims import actions as claim_actions
from claims import filing
from claims import queries as claim_queries
from claims import rules as claim_rules
from claims.banks import BANKS
from lookup import letter_codes, proving
from lookup.letter_forms import LetterForm
from notices.models import Incident
from support import acting_views, desk_views, entering, seeing
from support import consultation_rules as rules
from support.consultation_forms import LANGUAGES, Paragraphs
from support.paper_models import PaperEntry
from support.states import IllegalMove, InquiryKind, Paper, PaperKind

ENTER, CONFIRM = "support.enter_paper", "support.confirm_paper"
TAGS = {Paper.ENTERED: "now", Paper.CONFIRMED: "good", Paper.SENT_BACK: "danger"}
SHOWN = 100


class IncidentChoice(forms.ModelChoiceField):
    def label_from_instance(self, incident: Any) -> str:
        return in_language(incident, "title")


class PaperForm(forms.Form):
    """What every paper has."""

    use_required_attribute = False

    incident = IncidentChoice(
        label=gettext_lazy("어느 사고인가요?"),
        queryset=Incident.objects.filter(active_dataset__isnull=False).order_by("-learned_at", "-pk"),
        empty_label=None,
        error_messages=dict.fromkeys(("required", "invalid_choice"), gettext_lazy("어느 사고인지 골라 주세요")),
    )
    language = forms.ChoiceField(label=gettext_lazy("어느 말로 알려 드릴까요?"), choices=LANGUAGES, initial="ko")
    scan = forms.FileField(
        label=gettext_lazy("스캔한 종이"),
        help_text=gettext_lazy("PDF나 사진 한 개. 여러 장이면 PDF 하나로 묶어 주세요."),
        error_messages={
            "required": gettext_lazy("스캔한 종이를 골라 주세요"),
            "empty": gettext_lazy("빈 파일이에요. 다시 스캔해 주세요"),
            "invalid": gettext_lazy("스캔한 종이를 골라 주세요"),
        },
    )


class InquiryForm(PaperForm):
    kind = forms.ChoiceField(label=gettext_lazy("무엇을 물었나요?"), choices=InquiryKind.choices)
    contact = forms.CharField(
        required=False,
        max_length=254,
        label=gettext_lazy("답을 알릴 휴대전화 번호나 이메일"),
        help_text=gettext_lazy("종이에 없으면 비워 두세요."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    text = Paragraphs(
        rows=8,
        label=gettext_lazy("종이에 적힌 글"),
        error_messages={"required": gettext_lazy("종이에 적힌 글을 옮겨 적어 주세요")},
    )

    def clean_contact(self) -> str:
        typed = self.cleaned_data["contact"]
        if not typed.strip():
            return ""
        try:
            return Contact.parse(typed).value
        except NotAContact:
            raise forms.ValidationError(_("휴대전화 번호나 이메일이 아니에요. 다시 봐 주세요.")) from None


def _waiting(request: HttpRequest) -> int:
    return PaperEntry.objects.filter(state=Paper.ENTERED).count()


@frame.page(
    "papers/",
    name="papers",
    title=gettext_lazy("종이로 온 것"),
    group=frame.WORK,
    order=26,
    may=(ENTER, CONFIRM),
    count=_waiting,
)
@require_safe
def papers(request: HttpRequest) -> HttpResponse:
    rows = PaperEntry.objects.select_related("consultation", "entered_by", "confirmed_by", "incident")
    context = {
        **admin.site.each_context(request),
        "title": _("종이로 온 것"),
        "rows": [(row, TAGS[Paper(row.state)]) for row in rows.order_by("-pk")[:SHOWN]],
    }
    return render(request, "support/desk/papers.html", context)


@frame.page("papers/inquiry/", name="paper_inquiry", may=ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def inquiry(request: HttpRequest) -> HttpResponse:
    form = InquiryForm(request.POST, request.FILES) if request.method == "POST" else InquiryForm()
    if form.is_valid():
        given = form.cleaned_data
        content = {"kind": given["kind"], "contact": given["contact"], "text": given["text"]}
        if (made := _enter(request, form, PaperKind.INQUIRY, content)) is not None:
            return made
    context = {**admin.site.each_context(request), "title": _("종이로 온 문의 적기"), "form": form}
    context |= {"megabytes": MAX_MEGABYTES, "errors": bool(form.errors)}
    return render(request, "support/desk/paper_inquiry.html", context, status=422 if form.errors else 200)


@frame.page("papers/claim/", name="paper_claim", may=ENTER)
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest) -> HttpResponse:
    """The form that came by post bears the code of the letter that it came with: that is its proof."""
    at = session.now(request)
    posted = request.method == "POST"
    form = PaperForm(request.POST, request.FILES) if posted else PaperForm()
    who = LetterForm(request.POST if posted else None, today=timezone.localdate(at))
    judged = posted and request.POST.get("do") != "more"
    steps = acting_views.typed_steps(request) if posted else {}
    sound = form.is_valid()
    chosen = form.cleaned_data["incident"] if "incident" in getattr(form, "cleaned_data", {}) else None
    newest = Incident.objects.filter(active_dataset__isnull=False).order_by("-learned_at", "-pk").first()
    incident = chosen or newest
    if incident is None:
        messages.error(request, _("쓰고 있는 명단이 없어서 지금은 신청을 적을 수 없어요."))
        return redirect("admin:papers")
    terms = claim_queries.terms_of(incident, at=at)
    name = who.cleaned_data.get("name", "") if posted and who.is_valid() else request.POST.get("name", "")
    parts = acting_views.ClaimParts(
        steps, terms=terms, name=name, judged=judged, spare=request.POST.get("do") == "more"
    )
    if judged and sound and who.is_valid() and not parts.wrong:
        given = who.cleaned_data
        born = given["birth_date"]
        content = {
            "name": given["name"],
            "birth_date": born.isoformat() if born else "",
            "code": given["code"],
            "steps": steps,
        }
        if (made := _enter(request, form, PaperKind.CLAIM, content)) is not None:
            return made
    wrong = judged and bool(form.errors or who.errors or parts.wrong)
    context = {
        **admin.site.each_context(request),
        "title": _("종이로 온 신청 적기"),
        "form": form if judged else PaperForm(initial=request.POST.dict() if posted else None),
        "who": who if judged else LetterForm(initial=request.POST.dict() if posted else None, today=who.today),
        "parts": parts,
        "wrong": (len(form.errors) + len(who.errors) + parts.wrong) if wrong else 0,
        "errors": wrong,
        "megabytes": MAX_MEGABYTES,
    }
    return render(request, "support/desk/paper_claim.html", context, status=422 if wrong else 200)


def _enter(request: HttpRequest, form: PaperForm, kind: PaperKind, content: dict[str, Any]) -> HttpResponse | None:
    by, at = session.staff(request), session.now(request)
    given = form.cleaned_data
    try:
        scan = files.keep(given["scan"], by=by, at=at)
    except files.Refused as refused:
        form.add_error("scan", refused.sentence)
        return None
    made = entering.enter(
        kind=kind, incident=given["incident"], content=content, scan=scan, language=given["language"], by=by, at=at
    )
    messages.success(request, _("적었어요. 다른 사람이 스캔과 견주어 확인하면 접수돼요."))
    return redirect("admin:paper", made.pk)


@frame.page("papers/<int:pk>/", name="paper", may=(ENTER, CONFIRM))
@require_safe
def one(request: HttpRequest, pk: int) -> HttpResponse:
    entry, member = _entry(pk), session.staff(request)
    content = entry.content
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("종이 %(reference)s") % {"reference": entry.consultation.reference},
        "entry": entry,
        "kind_tag": TAGS[Paper(entry.state)],
        "content": content,
        "born": dt.date.fromisoformat(content["birth_date"]) if content.get("birth_date") else None,
        "lines": filing.started_lines(content.get("steps", {})),
        "bank": BANKS.get(content.get("steps", {}).get("account", {}).get("bank", "")),
        "inquiry_kind": InquiryKind(content["kind"]).label if entry.kind == PaperKind.INQUIRY else "",
        "may_confirm": member.has_perm(CONFIRM) and entry.state == Paper.ENTERED and entry.entered_by_id != member.pk,
        "own": entry.entered_by_id == member.pk and entry.state == Paper.ENTERED,
    }
    return render(request, "support/desk/paper.html", context)


@frame.page("papers/<int:pk>/scan/", name="paper_scan", may=(ENTER, CONFIRM))
@require_safe
def scan(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A picture inside the desk, a PDF as a download; each opening is on record."""
    entry = _entry(pk)
    if entry.scan is None:
        raise Http404
    response = files.download(entry.scan, name=entry.scan.download_name)
    if request.method == "GET":
        seeing.see_scan(entry=entry, by=session.staff(request), at=session.now(request))
    if entry.scan.content_type.startswith("image/"):
        response["Content-Disposition"] = "inline"
    return response


@frame.page("papers/<int:pk>/act/", name="paper_act", may=CONFIRM)
@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    entry, by, at = _entry(pk), session.staff(request), session.now(request)
    wanted = request.POST.get("act", "")
    if wanted not in ("confirm", "send_back"):
        raise Http404
    if not by.has_perm(CONFIRM):
        raise PermissionDenied
    try:
        done = (entering.confirm if wanted == "confirm" else entering.send_back)(pk=entry.pk, by=by, at=at)
    except entering.NotByTheSame:
        messages.error(request, _("내가 적은 종이는 다른 사람이 확인해야 해요."))
    except letter_codes.NotThisLetter:
        messages.error(
            request, _("편지의 코드, 이름, 생년월일이 맞지 않거나 기한이 지난 코드예요. 스캔과 다시 견주어 주세요.")
        )
    except claim_rules.Refusal as refusal:
        messages.error(request, acting_views.REFUSED.get(type(refusal), _("지금은 이분이 신청할 수 없어요.")))
    except (filing.NotFinished, claim_actions.ChangedSince, claim_actions.NoDraft):
        messages.error(request, _("이대로는 신청할 수 없어요. 빠진 것이 있는지 스캔과 견주어 주세요."))
    except (rules.Refusal, proving.Refused) as refused:
        messages.error(request, desk_views.why(refused, request))
    except IllegalMove:
        messages.error(request, _("지금 상태에서는 할 수 없는 일이에요."))
    else:
        if wanted == "confirm":
            messages.success(request, _("확인했어요. %(reference)s로 접수됐어요.") % {"reference": done.became})
        else:
            messages.success(request, _("돌려보냈어요. 적은 사람이 새로 적어야 해요."))
    return redirect("admin:paper", entry.pk)


def _entry(pk: int) -> PaperEntry:
    rows = PaperEntry.objects.select_related("consultation", "incident", "entered_by", "confirmed_by", "scan")
    return get_object_or_404(rows, pk=pk)

"""The desk's pages about lists: a new one comes in, one is on its way, one is compared and let answer by two people."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import format_lazy
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST

from breachdesk import desk
from breachdesk.desk import frame, session
from breachdesk.lib import safe_csv, typed_text
from breachdesk.lib.tags import in_language
from notices import actions, comparing, hints, import_jobs, queries, rows, rules, uploading
from notices.import_models import ActivationProposal, ImportJob
from notices.models import Dataset, Incident
from notices.states import Mode

ADD, SEE, SEE_LISTS = "notices.add_importjob", "notices.view_importjob", "notices.view_dataset"
REJECTS, PROPOSE, CONFIRM = "notices.read_rejects", "notices.propose_activation", "notices.confirm_activation"


class IncidentChoice(forms.ModelChoiceField):
    def label_from_instance(self, incident: Any) -> str:
        return in_language(incident, "title")


class NewList(forms.Form):
    incident = IncidentChoice(
        label=_("어느 사고의 명단인가요?"), queryset=Incident.objects.order_by("-learned_at"), empty_label=None
    )
    mode = forms.ChoiceField(
        label=_("무엇이 들어 있나요?"),
        choices=[
            ("", _("명단이 이미 답하고 있으면 바뀐 사람만, 아니면 전체 명단")),
            (Mode.CHANGES, _("바뀐 사람만: 더하고 고치고, 아무도 빼지 않아요")),
            (Mode.FULL, _("전체 명단: 여기에 없는 사람은 빠져요")),
        ],
        required=False,
    )
    file = forms.FileField(
        label=_("명단 파일"),
        help_text=format_lazy(
            _("머리글이 있는 CSV, UTF-8이나 CP949. {megabytes}MB까지 받아요."), megabytes=uploading.MAX_MEGABYTES
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={
            "required": _("파일을 골라 주세요."),
            "empty": _("빈 파일이에요."),
            "max_length": _("파일 이름이 너무 길어요."),
        },
    )

    def clean_file(self) -> uploading.KeptUpload:
        file = cast("uploading.KeptUpload", self.cleaned_data["file"])
        if file.too_big:
            raise forms.ValidationError(
                gettext("파일이 %(megabytes)sMB보다 커요. 나누어 올려 주세요.") % {"megabytes": uploading.MAX_MEGABYTES}
            )
        if file.failed:
            raise forms.ValidationError(_("지금은 파일을 저장할 수 없어요. 조금 뒤에 다시 올려 주세요."))
        return file


@frame.page("notices/importjob/upload/", name="list_upload", may=ADD)
@csrf_exempt  # checked in `new`: here the upload must first be told where to go
def upload(request: HttpRequest) -> HttpResponseBase:
    handler = uploading.SealingUpload(request)
    request.upload_handlers = [handler]
    try:
        return new(request)
    finally:
        handler.erase_what_nobody_took()


@csrf_protect
def new(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm(ADD):
        raise PermissionDenied
    form = NewList(request.POST, request.FILES) if request.method == "POST" else NewList()
    if form.is_valid():
        job = import_jobs.ask(
            incident=form.cleaned_data["incident"],
            mode=form.cleaned_data["mode"],
            upload=form.cleaned_data["file"],
            language=(get_language() or "ko")[:2],
            by=session.staff(request),
            at=session.now(request),
        )
        hints.hurry_import()
        return redirect("admin:notices_importjob_change", job.pk)
    return _frame(request, "notices/desk/list_new.html", {"title": _("명단 올리기"), "form": form})


def one_import(request: HttpRequest, pk: str) -> HttpResponse:
    if not request.user.has_perm(SEE):
        raise PermissionDenied
    job = _one(ImportJob.objects.select_related("incident", "asked_by", "dataset"), pk)
    context = {
        "title": job.file_name,
        "job": job,
        "figures": job.figures,
        "rejected": _by_reason(job.figures),
        "rejected_sum": sum(job.figures.get("rejected", {}).values()),
        "may_read_rejects": request.user.has_perm(REJECTS),
    }
    return _frame(request, "notices/desk/list_import.html", context)


@frame.page("notices/importjob/<int:pk>/rejects/", name="list_rejects", may=REJECTS)
@require_POST
def rejects(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Which rows were not taken, as a file for a spreadsheet; who asks says why."""
    job = get_object_or_404(ImportJob.objects.exclude(rejects_name=""), pk=pk)
    reason = request.POST.get("reason", "").strip()[:200]
    if not reason:
        messages.error(request, gettext("왜 내려받는지 적어 주세요."))
        return redirect("admin:notices_importjob_change", job.pk)
    found = import_jobs.read_rejects(job=job, reason=reason, by=session.staff(request), at=session.now(request))
    explained = {code: str(words) for code, words in rows.REASONS.items()}
    head = (gettext("줄"), gettext("이유"), gettext("칸"), gettext("설명"))
    response = StreamingHttpResponse(_csv(head, found, explained), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rejects-{job.pk}.csv"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def one_list(request: HttpRequest, pk: str) -> HttpResponse:
    if not request.user.has_perm(SEE_LISTS):
        raise PermissionDenied
    found = Dataset.objects.select_related(
        "incident__active_dataset", "base", "imported_by", "activated_by", "confirmed_by"
    )
    dataset = _one(found, pk)
    answers = dataset.incident.active_dataset_id == dataset.pk
    proposal = dataset.proposals.filter(decided_at=None).select_related("proposed_by").first()
    compared = None if answers or dataset.activated_at else comparing.with_the_active(dataset)
    context = {
        "title": gettext("%(incident)s %(n)d판")
        % {"incident": in_language(dataset.incident, "title"), "n": dataset.number},
        "dataset": dataset,
        "answers": answers,
        "figures": dataset.figures,
        "rejected": _by_reason(dataset.figures),
        "rejected_sum": sum(dataset.figures.get("rejected", {}).values()),
        "compared": compared,
        "lines": _named(dataset.incident, compared) if compared else [],
        "proposal": proposal,
        "own": bool(proposal and proposal.proposed_by_id == request.user.pk),
        "may_propose": request.user.has_perm(PROPOSE) and not answers and not proposal,
        "may_confirm": request.user.has_perm(CONFIRM) and proposal,
        "may_drop": proposal and (request.user.has_perm(PROPOSE) or request.user.has_perm(CONFIRM)),
    }
    return _frame(request, "notices/desk/list_one.html", context)


@frame.page("notices/dataset/<int:pk>/act/", name="list_act", may=(PROPOSE, CONFIRM))
@require_POST
@desk.fresh
def act(request: HttpRequest, pk: int) -> HttpResponse:
    dataset = get_object_or_404(Dataset, pk=pk)
    what = request.POST.get("act", "")
    needed = {"propose": (PROPOSE,), "confirm": (CONFIRM,), "drop": (PROPOSE, CONFIRM)}.get(what)
    if needed is None:
        raise Http404
    if not frame.may(request, needed):
        raise PermissionDenied
    by, at = session.staff(request), session.now(request)
    try:
        if what == "propose":
            actions.propose_activation(dataset=dataset, by=by, at=at)
            messages.success(request, gettext("이 명단을 쓰자고 제안했어요. 다른 사람이 확인하면 그때부터 답해요."))
        else:
            number = request.POST.get("proposal", "")
            proposal = get_object_or_404(
                ActivationProposal, pk=int(number) if number.isdecimal() else 0, dataset=dataset
            )
            if what == "confirm":
                actions.confirm_activation(proposal=proposal, by=by, at=at)
                messages.success(request, gettext("확인했어요. 지금부터 이 명단이 답해요."))
            else:
                actions.drop_proposal(proposal=proposal, by=by, at=at)
                messages.success(request, gettext("제안을 거두었어요."))
    except rules.NotAllowed as refused:
        messages.error(request, str(refused))
    return redirect("admin:notices_dataset_change", dataset.pk)


def _frame(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, {**admin.site.each_context(request), **context})


def _one(found: Any, pk: str) -> Any:
    return get_object_or_404(found, pk=typed_text.number(pk))


def _by_reason(figures: dict[str, Any]) -> list[tuple[Any, int]]:
    rejected = figures.get("rejected", {})
    return [(rows.REASONS[reason], rejected[reason]) for reason in sorted(rejected, key=lambda one: -rejected[one])]


def _named(incident: Incident, compared: comparing.Comparison) -> list[tuple[str, comparing.Line]]:
    names = {tier.number: in_language(tier, "name") for tier in incident.tiers.all()}
    names[queries.POSSIBLY] = gettext("나갔을 수 있지만 아직 확실하지 않은 분")
    return [(names.get(line.tier, gettext("묶음이 없는 분")), line) for line in compared.lines]


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _csv(head: tuple[str, ...], found: Iterator[tuple[int, str, str]], explained: dict[str, str]) -> Iterator[str]:
    writer = csv.writer(_Echo(), lineterminator="\r\n")
    # The mark makes a spreadsheet read Korean.
    yield "\ufeff" + writer.writerow(head)
    for line, reason, column in found:
        yield writer.writerow([safe_csv.cell(cell) for cell in (line, reason, column, explained[reason])])

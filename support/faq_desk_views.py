"""The desk's pages of questions that are asked often: what is published and how it helped, the draft, one question."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from breachdesk import desk
from breachdesk.desk import frame, session
from breachdesk.lib import typed_text
from breachdesk.lib.tags import in_language
from notices.edit_forms import Number, Words
from notices.models import Incident
from support import answering_often, queries, rules
from support.faq_models import FaqEntry

SEE, WRITE, PUBLISH = "support.view_faqversion", "support.write_faq", "support.publish_faq"


class EntryForm(forms.Form):
    use_required_attribute = False
    question_ko = Words(longest=120, language="ko", label=_("질문 (한국어)"))
    question_en = Words(longest=160, language="en", label=_("질문 (영어)"))
    answer_ko = Words(longest=rules.FAQ_ANSWER_LENGTH, area=6, language="ko", label=_("답 (한국어)"))
    answer_en = Words(longest=rules.FAQ_ANSWER_LENGTH, area=6, language="en", label=_("답 (영어)"))
    position = Number(label=_("순서"), least=1, most=99)


@frame.page("faq/", name="support_faq", title=_("자주 묻는 질문"), group=frame.TELL, order=45, may=SEE)
@require_http_methods(["GET", "HEAD"])
def faq(request: HttpRequest) -> HttpResponse:
    rows = [
        {
            "incident": incident,
            "published": answering_often.published(incident),
            "draft": answering_often.draft(incident),
        }
        for incident in queries.incidents()
    ]
    return _frame(request, "support/desk/faq.html", {"title": gettext("자주 묻는 질문"), "rows": rows})


@frame.page("faq/<slug:slug>/", name="support_faq_of", may=SEE)
@require_http_methods(["GET", "HEAD"])
def of_incident(request: HttpRequest, slug: str) -> HttpResponse:
    incident = get_object_or_404(Incident, slug=slug)
    published, draft = answering_often.published(incident), answering_often.draft(incident)
    counts = {each.key: each for each in published.counts.all()} if published else {}
    context = {
        "title": gettext("%(title)s: 자주 묻는 질문") % {"title": in_language(incident, "title")},
        "incident": incident,
        "published": published,
        "draft": draft,
        "rows": [(entry, counts.get(entry.key)) for entry in published.entries.all()] if published else [],
        "entries": draft.entries.all() if draft else [],
        "may_write": request.user.has_perm(WRITE),
        "may_publish": draft is not None and request.user.has_perm(PUBLISH) and draft.written_by_id != request.user.pk,
        "own": draft is not None and draft.written_by_id == request.user.pk,
    }
    return _frame(request, "support/desk/faq_one.html", context)


@frame.page("faq/<slug:slug>/publish/", name="support_faq_publish", may=PUBLISH)
@require_http_methods(["POST"])
@desk.fresh
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    incident, typed = get_object_or_404(Incident, slug=slug), request.POST.get("revision", "")
    revision = typed_text.number(typed, digits=8)
    try:
        answering_often.publish(
            incident=incident, revision=revision, by=session.staff(request), at=session.now(request)
        )
        messages.success(request, gettext("올렸어요. 지금부터 누구나 봐요."))
    except answering_often.ChangedSince:
        messages.error(request, gettext("여신 뒤에 바뀌었어요. 다시 읽고 올려 주세요."))
    except answering_often.NotTheirOwn:
        messages.error(request, gettext("자기가 마지막으로 고친 것은 다른 사람이 올려야 해요."))
    except answering_often.NothingThere:
        messages.error(request, gettext("질문이 하나도 없어요."))
    return redirect("admin:support_faq_of", slug)


@frame.page("faq/<slug:slug>/entry/", name="support_faq_new", may=WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    return _entry(request, get_object_or_404(Incident, slug=slug), None)


@frame.page("faq/<slug:slug>/entry/<uuid:key>/", name="support_faq_entry", may=WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, slug: str, key: uuid.UUID) -> HttpResponse:
    incident = get_object_or_404(Incident, slug=slug)
    version = answering_often.draft(incident) or answering_often.published(incident)
    found = version.entries.filter(key=key).first() if version else None
    if found is None:
        raise Http404
    return _entry(request, incident, found)


def _entry(request: HttpRequest, incident: Incident, found: FaqEntry | None) -> HttpResponse:
    by, at = session.staff(request), session.now(request)
    if request.method == "POST" and request.POST.get("act") == "remove" and found is not None:
        answering_often.remove(incident=incident, key=found.key, by=by, at=at)
        messages.success(request, gettext("초안에서 뺐어요."))
        return redirect("admin:support_faq_of", incident.slug)
    version = answering_often.draft(incident) or answering_often.published(incident)
    start: dict[str, Any] = {"position": (version.entries.count() if version else 0) + 1}
    if found is not None:
        start = {name: getattr(found, name) for name in (*answering_often.WORDS, "position")}
    form = EntryForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        answering_often.write(
            incident=incident,
            key=found.key if found else None,
            position=given.pop("position"),
            words=given,
            by=by,
            at=at,
        )
        messages.success(request, gettext("초안에 적었어요. 다른 사람이 올리면 보여요."))
        return redirect("admin:support_faq_of", incident.slug)
    title = gettext("질문 고치기") if found else gettext("질문 더하기")
    context = {"title": title, "incident": incident, "form": form, "entry": found}
    return _frame(request, "support/desk/faq_entry.html", context, status=422 if form.errors else 200)


def _frame(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    if not request.user.has_perm(SEE):
        raise PermissionDenied
    return render(request, template, {**admin.site.each_context(request), **context}, status=status)

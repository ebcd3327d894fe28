"""What one person sees, for a member of staff who says why: read-only, masked, and everything that happened with them in one line."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from breachdesk.desk import frame, session
from breachdesk.lib import masks
from breachdesk.lib.contacts import Contact, NotAContact
from cards import queries as card_queries
from claims import queries as claim_queries
from claims import timeline as claim_timeline
from lookup import proving, refusals
from lookup import queries as lookup_queries
from lookup import rules as lookup_rules
from lookup.models import Person, StepMark
from lookup.states import Outcome
from notices import catalogue
from notices import queries as notices
from notices.models import Incident
from support import consultation_rules as rules
from support import person_timeline, seeing
from support.consultation_models import Consultation
from support.consultation_states import SeenWhy
from support.inquiry_models import Inquiry

SEE = "support.see_as_person"
WHY = gettext_lazy("왜 보는지 골라 주세요")


class WhyForm(forms.Form):
    use_required_attribute = False

    reason = forms.ChoiceField(
        label=gettext_lazy("왜 보나요?"),
        choices=lambda: [("", _("이유를 골라 주세요")), *SeenWhy.choices],
        error_messages={"required": WHY, "invalid_choice": WHY},
    )


class SearchForm(WhyForm):
    field_order = ("contact", "reason")

    contact = forms.CharField(
        label=gettext_lazy("휴대전화 번호나 이메일"),
        help_text=gettext_lazy("전체를 정확히 적어 주세요. 일부로는 찾지 않아요."),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("찾을 번호나 이메일을 적어 주세요.")},
    )

    def clean_contact(self) -> Contact:
        try:
            return Contact.parse(self.cleaned_data["contact"])
        except NotAContact:
            raise forms.ValidationError(_("휴대전화 번호나 이메일이 아니에요. 다시 봐 주세요.")) from None


@frame.page("people/", name="people", title=gettext_lazy("한 사람의 모든 일"), group=frame.FIND, order=10, may=SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """The contact is posted, so that it stands in no address and no log."""
    at, by = session.now(request), session.staff(request)
    form = SearchForm(request.POST if request.method == "POST" else None)
    found: list[Person] | None = None
    if form.is_valid():
        reason = SeenWhy(form.cleaned_data["reason"])
        try:
            found = seeing.people_of(contact=form.cleaned_data["contact"], reason=reason, by=by, at=at)
        except proving.TooOften as refused:
            when = refusals.time_from(refused.again_at, at=at)
            form.add_error("contact", _("너무 여러 번 했어요. %(time)s부터 다시 할 수 있어요.") % {"time": when})
    context = {
        **admin.site.each_context(request),
        "title": _("한 사람의 모든 일"),
        "form": form,
        "found": [(person, name_of(person)) for person in found or ()],
        "searched": found is not None,
        "reason": form.cleaned_data.get("reason", "") if form.is_bound else "",
    }
    return render(request, "support/desk/people.html", context, status=422 if form.errors else 200)


@frame.page("people/<int:pk>/open/", name="person_open", may=SEE)
@require_POST
def open_for(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Person, pk=pk)
    form = WhyForm(request.POST)
    if not form.is_valid():
        return _ask_why(request, person, form, status=422)
    seeing.open_for(
        person=person,
        reason=SeenWhy(form.cleaned_data["reason"]),
        by=session.staff(request),
        at=session.now(request),
    )
    return redirect("admin:person", person.pk)


@frame.page("people/<int:pk>/", name="person", may=SEE)
@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponseBase:
    found, at = get_object_or_404(Person, pk=pk), session.now(request)
    opened = seeing.seeing_of(found, by=session.staff(request), at=at)
    if opened is None:
        return _ask_why(request, found, WhyForm())
    entries, older = person_timeline.page(found, before=_before(request), most=rules.LINES_SHOWN)
    claims = list(claim_queries.claims_of(found))
    context = {
        **admin.site.each_context(request),
        "title": name_of(found),
        "person": found,
        "opened": opened,
        "answers": _answers(found, at),
        "contacts": [contact.masked for contact in lookup_queries.contacts_of(found)],
        "claims": [(claim, claim_timeline.rows(claim, at=at)) for claim in claims],
        "drafts": claim_queries.drafts_of(found).count(),
        "acts": card_queries.acts_of(found),
        "inquiries": Inquiry.objects.filter(person=found).order_by("-pk"),
        "consultations": Consultation.objects.filter(person=found).order_by("-pk"),
        "entries": entries,
        "older": older.isoformat() if older else "",
        "paged": bool(request.GET.get("before")),
    }
    return render(request, "support/desk/person.html", context)


def name_of(person: Person) -> str:
    """Masked, as some list that answers now has it; of somebody on none, nothing."""
    listings = notices.listed_person(person.person_key)
    return masks.name(listings[0].name) if listings else _("명단에 없는 분")


def _answers(person: Person, at: dt.datetime) -> list[dict[str, Any]]:
    """What the lists that answer now say of this person: the same words that they read."""
    listings = notices.listed_person(person.person_key)
    marks = {(mark.incident_id, mark.step): mark.get_state_display() for mark in StepMark.objects.filter(person=person)}
    steps = {step.code: str(step.title) for step in catalogue.STEPS}
    found = []
    for incident in Incident.objects.filter(active_dataset__isnull=False).order_by("-pk"):
        own = [listing for listing in listings if listing.incident_id == incident.pk]
        finding = lookup_rules.finding_of(own)
        known = catalogue.items(incident.extra_items)
        found.append(
            {
                "incident": incident,
                "outcome": Outcome(finding.outcome).label,
                "leaked": [str(known[code].name) for code in finding.leaked if code in known],
                "possible": [str(known[code].name) for code in finding.possible if code in known],
                "marks": [(steps.get(step, step), words) for (of, step), words in marks.items() if of == incident.pk],
            }
        )
    return found


def _ask_why(request: HttpRequest, person: Person, form: WhyForm, *, status: int = 200) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": _("왜 보나요?"), "person": person, "form": form}
    return render(request, "support/desk/person_why.html", context, status=status)


def _before(request: HttpRequest) -> dt.datetime | None:
    """Where the last page ended; anything else than a moment of ours shows the first page."""
    try:
        moment = dt.datetime.fromisoformat(request.GET.get("before", ""))
    except ValueError:
        return None
    return moment if moment.tzinfo else None

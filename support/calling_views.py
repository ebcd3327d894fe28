"""The desk's page of call-backs: whom to call when, what became of it, and which times are open."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from breachdesk.accounts.models import User
from breachdesk.desk import frame, session
from breachdesk.lib import typed_text
from breachdesk.lib.tags import in_language
from notices.edit_forms import Day, Number
from support import calling, queries, rules
from support.callback_models import CallBack, Slot
from support.states import CallBack as State
from support.states import IllegalMove

SEE, CALL, OPEN = "support.view_callback", "support.make_call_back", "support.open_slot"
SHOWN = 200


class SlotsForm(forms.Form):
    use_required_attribute = False
    incident = forms.ChoiceField(label=pgettext_lazy("하나", "사고"))
    day = Day(label=_("날짜"))
    starts = forms.TimeField(
        label=_("몇 시부터"),
        input_formats=["%H:%M"],
        widget=forms.TimeInput(attrs={"type": "time"}),
        error_messages=dict.fromkeys(("required", "invalid"), _("시각을 적어 주세요. 예: 09:00")),
    )
    ends = forms.TimeField(
        label=_("몇 시까지"),
        input_formats=["%H:%M"],
        widget=forms.TimeInput(attrs={"type": "time"}),
        error_messages=dict.fromkeys(("required", "invalid"), _("시각을 적어 주세요. 예: 09:00")),
    )
    minutes = forms.TypedChoiceField(
        label=_("한 번에 몇 분"), choices=[(each, each) for each in rules.SLOT_LENGTHS], coerce=int, initial=30
    )
    capacity = Number(label=_("시간마다 자리"), least=1, most=rules.MOST_PLACES)

    def __init__(self, *args: Any, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now, self.incidents = now, {each.slug: each for each in queries.incidents()}
        self.fields["incident"].choices = [(slug, in_language(each, "title")) for slug, each in self.incidents.items()]  # type: ignore[attr-defined]
        self.fields["day"].error_messages["required"] = _("날짜를 적어 주세요. 예: 2027-11-18")

    def times(self) -> list[tuple[dt.datetime, dt.datetime]]:
        given = self.cleaned_data
        zone = ZoneInfo(self.incidents[given["incident"]].time_zone)
        starts, ends = (dt.datetime.combine(given["day"], given[each], zone) for each in ("starts", "ends"))
        return rules.slots_between(starts, ends, minutes=given["minutes"])

    def clean(self) -> dict[str, Any]:
        if not self.errors:
            times = self.times()
            if not times:
                self.add_error("ends", _("시작한 뒤여야 하고, 한 번의 길이보다 길어야 해요."))
            elif times[0][0] <= self.now:
                self.add_error("day", _("이미 지난 시각이에요."))
        return self.cleaned_data


class PlacesForm(forms.Form):
    """Of one time that is open."""

    use_required_attribute = False
    capacity = Number(label=_("자리"), least=0, most=rules.MOST_PLACES)

    def __init__(self, data: Any = None, *, slot: Slot) -> None:
        super().__init__(data, prefix=f"slot-{slot.pk}", initial={"capacity": slot.capacity})


def waiting(request: HttpRequest) -> int:
    """Whose time has come and nobody has said what became of it."""
    return CallBack.objects.filter(state=State.BOOKED, slot__starts_at__lte=session.now(request)).count()


@frame.page(
    "call-backs/",
    name="support_calls",
    title=_("전화 예약"),
    group=frame.WORK,
    order=36,
    may=(SEE, CALL, OPEN),
    count=waiting,
)
@require_http_methods(["GET", "HEAD", "POST"])
def calls(request: HttpRequest) -> HttpResponse:
    at, by = session.now(request), session.staff(request)
    if request.method != "POST":
        return _page(request, SlotsForm(now=at))
    act = request.POST.get("act", "")
    if act == "open":
        _want(request, OPEN)
        form = SlotsForm(request.POST, now=at)
        if not form.is_valid():
            return _page(request, form, status=422)
        given = form.cleaned_data
        new = calling.open_slots(
            incident=form.incidents[given["incident"]], times=form.times(), capacity=given["capacity"], by=by, at=at
        )
        messages.success(request, gettext("시간 %(n)d개를 열었어요.") % {"n": new})
    elif act == "places":
        _want(request, OPEN)
        return _places(request, by=by, at=at)
    elif act in ("done", "missed", "read"):
        _want(request, CALL)
        call_back = get_object_or_404(
            CallBack.objects.select_related("slot"), reference=request.POST.get("reference", "").replace("\0", "")
        )
        if act == "read":
            return _page(
                request,
                SlotsForm(now=at),
                number={call_back.pk: calling.read_number(call_back=call_back, by=by, at=at).dialled},
            )
        try:
            calling.settle(call_back=call_back, reached=act == "done", by=by, at=at)
            messages.success(request, gettext("적었어요."))
        except IllegalMove:
            messages.error(request, gettext("이 예약은 이미 끝났어요."))
    else:
        raise Http404
    return redirect("admin:support_calls")


def _places(request: HttpRequest, *, by: User, at: dt.datetime) -> HttpResponse:
    slot = get_object_or_404(Slot, pk=typed_text.number(request.POST.get("slot")))
    form = PlacesForm(request.POST, slot=slot)
    if form.is_valid():
        try:
            calling.change_places(slot=slot.pk, capacity=form.cleaned_data["capacity"], by=by, at=at)
            messages.success(request, gettext("자리를 바꿨어요."))
            return redirect("admin:support_calls")
        except calling.TooFew as few:
            form.add_error(
                "capacity",
                ngettext("이미 %(n)d명이 예약했어요.", "이미 %(n)d명이 예약했어요.", few.taken) % {"n": few.taken},
            )
        except calling.TooLate:
            form.add_error("capacity", gettext("이미 지난 시각이에요."))
    return _page(request, SlotsForm(now=at), places={slot.pk: form}, status=422)


def _want(request: HttpRequest, right: str) -> None:
    if not request.user.has_perm(right):
        raise PermissionDenied


def _page(
    request: HttpRequest,
    form: SlotsForm,
    *,
    number: dict[int, str] | None = None,
    places: dict[int, PlacesForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    at = session.now(request)
    booked = CallBack.objects.filter(state=State.BOOKED).select_related("slot__incident")
    slots = Slot.objects.coming(after=at)
    context = {
        **admin.site.each_context(request),
        "title": gettext("전화 예약"),
        "rows": [
            {"call": each, "late": each.slot.ends_at <= at, "number": (number or {}).get(each.pk, "")}
            for each in booked.order_by("slot__starts_at", "pk")[:SHOWN]
        ],
        "slots": [(slot, (places or {}).get(slot.pk) or PlacesForm(slot=slot)) for slot in slots[:SHOWN]],
        "form": form,
        "wrong": bool(form.errors or places),
        "may_call": request.user.has_perm(CALL),
        "may_open": request.user.has_perm(OPEN),
    }
    return render(request, "support/desk/calls.html", context, status=status)

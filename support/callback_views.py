"""Choosing a time to be called, changing it, and letting it go."""

from __future__ import annotations

import contextlib
import datetime as dt

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from breachdesk.lib import contacts
from breachdesk.lib.contacts import Contact
from lookup import proving, refusals, session
from lookup.forms import NOT_A_MOBILE, Text
from lookup.models import Proof
from lookup.views import form_page, too_often
from support import calling, queries, rules
from support.callback_models import CallBack, Slot
from support.states import CallBack as State
from support.states import IllegalMove

NOT_A_PHONE = gettext_lazy("전화를 받을 휴대전화 번호를 적어 주세요. 예: 010-1234-5678")


class NumberForm(forms.Form):
    """Of whoever proved an e-mail address or a letter; a proved number is called and no other."""

    use_required_attribute = False
    phone = Text(
        words=NOT_A_PHONE,
        longest=40,
        label=gettext_lazy("전화를 받을 휴대전화 번호"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )

    def __init__(self, *args: object, proof: Proof, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if number_of(proof):
            del self.fields["phone"]

    def clean_phone(self) -> Contact:
        try:
            found = Contact.parse(self.cleaned_data["phone"], regions=tuple(settings.CODE_COUNTRIES))
        except contacts.NotAMobile:
            raise forms.ValidationError(NOT_A_MOBILE) from None
        except contacts.OtherCountry:
            raise forms.ValidationError(refusals.other_country()) from None
        except contacts.NotAContact:
            raise forms.ValidationError(NOT_A_PHONE) from None
        if found.kind != "phone":
            raise forms.ValidationError(NOT_A_PHONE)
        return found


def number_of(proof: Proof) -> Contact | None:
    contact = proof.contact
    return contact if contact is not None and contact.kind == "phone" else None


@form_page
@session.proven_by_name
def choose(request: HttpRequest, number: int) -> HttpResponse:
    """The same address books a first time and moves an older booking to this one."""
    at, proof = timezone.now(), session.proof_of(request)
    slot = Slot.objects.select_related("incident").filter(pk=number).first()
    if slot is None or slot.incident not in queries.incidents():
        raise Http404
    if proof.person is None and number_of(proof) is None:
        # What somebody on no list booked is found again by its number.
        return render(request, "support/call_number_first.html", {"slot": slot})
    if request.method != "POST":
        return _page(request, NumberForm(initial=session.parked(request), proof=proof), slot, proof)
    form = NumberForm(request.POST, proof=proof)
    if not form.is_valid():
        return _page(request, form, slot, proof, status=refusals.WRONG)
    try:
        calling.book(
            slot=slot,
            contact=number_of(proof) or form.cleaned_data["phone"],
            person=proof.person,
            subject=proof.of_what,
            language=(get_language() or "ko")[:2],
            by=session.actor(request),
            at=at,
        )
    except calling.Full:
        form.add_error(None, _("방금 다른 분이 마지막 자리를 잡았어요. 다른 시간을 골라 주세요."))
        return _page(request, form, slot, proof, status=409)
    except (calling.TooLate, IllegalMove):
        form.add_error(None, _("이 시간은 이제 고를 수 없어요. 다른 시간을 골라 주세요."))
        return _page(request, form, slot, proof, status=409)
    except calling.BookedAlready:
        form.add_error(None, _("이 번호로는 지금 예약할 수 없어요. 다른 번호를 적거나 전화해 주세요."))
        return _page(request, form, slot, proof, status=409)
    except proving.TooOften as refused:
        form.add_error(
            None,
            _("예약을 여러 번 바꿔서 잠시 멈췄어요. %(time)s부터 다시 할 수 있어요.")
            % {"time": refusals.time_from(refused.again_at, at=at)},
        )
        return too_often(_page(request, form, slot, proof, status=refusals.TOO_OFTEN), refused, at)
    return redirect("support:calls")


def _page(request: HttpRequest, form: NumberForm, slot: Slot, proof: Proof, *, status: int = 200) -> HttpResponse:
    held = calling.of(proof).filter(state=State.BOOKED).first()
    context = {
        "form": form,
        "slot": slot,
        "number": number_of(proof),
        "held": held,
        "others": calling.slots(slot.incident, at=timezone.now()) if form.errors else [],
    }
    return render(request, "support/call.html", context, status=status)


@require_safe
@session.proven_by_name
def own(request: HttpRequest) -> HttpResponse:
    at, proof = timezone.now(), session.proof_of(request)
    found = list(calling.of(proof)[:10])
    held = next((each for each in found if each.state == State.BOOKED), None)
    incident = held.slot.incident if held else queries.incident()
    context = {
        "held": held,
        "past": [each for each in found if each is not held],
        "days": by_day(calling.slots(incident, at=at)) if incident else [],
        "may_change": held is not None and may_change(held, at),
        "over": held is not None and held.slot.ends_at <= at,
    }
    return render(request, "support/calls.html", context)


@require_POST
@session.proven_by_name(parking=False)
def cancel(request: HttpRequest) -> HttpResponse:
    held = calling.of(session.proof_of(request)).filter(state=State.BOOKED).first()
    if held is not None:
        # It has begun or is over: the page says so.
        with contextlib.suppress(calling.TooLate, IllegalMove):
            calling.cancel(call_back=held, by=session.actor(request), at=timezone.now())
    return redirect("support:calls")


def may_change(call_back: CallBack, at: dt.datetime) -> bool:
    """Not while we may be dialling; again when the time has passed and nobody said that we did."""
    return call_back.slot.starts_at > at + rules.BOOK_UNTIL or call_back.slot.ends_at <= at


def by_day(slots: list[Slot]) -> list[tuple[dt.date, list[Slot]]]:
    found: dict[dt.date, list[Slot]] = {}
    for slot in slots:
        found.setdefault(timezone.localdate(slot.starts_at), []).append(slot)
    return list(found.items())

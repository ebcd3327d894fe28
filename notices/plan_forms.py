"""What staff type of how an incident's notices go out: hours and pace, a guest, why it should go live."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from breachdesk.lib.contacts import Contact, NotAContact
from notices.edit_forms import REQUIRED, EditForm, Number, Words


class Clock(forms.TimeField):
    def __init__(self, **options: Any) -> None:
        super().__init__(
            widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            error_messages={"invalid": _("시각을 적어 주세요. 예: 21:00")},
            required=False,
            **options,
        )


class PlanForm(EditForm):
    layout = (
        (
            _("문자와 알림톡을 보내지 않는 시간"),
            _(
                "이 시간에는 통지가 기다렸다가 끝나는 시각에 나가요. 인증번호와 보상 안내는 기다리지 않아요. "
                "정보통신망법 제50조 제3항이 광고에 정한 시간이 21시부터 8시까지예요. 유출 통지는 광고가 아니지만 같은 시간을 지켜요. 비우면 언제든 보내요."
            ),
            ("text_quiet_from", "text_quiet_until"),
        ),
        (
            _("이메일을 보내지 않는 시간"),
            _("비우면 언제든 보내요."),
            ("email_quiet_from", "email_quiet_until"),
        ),
        ("", "", ("pace_a_minute",)),
        (
            _("고객센터가 받을 수 있는 만큼"),
            _("셋을 모두 적으면 한 시간에 알리는 사람 수를 여기에 맞춰요. 비우면 맞추지 않아요."),
            ("agents", "minutes_a_call", "calls_a_hundred"),
        ),
    )
    text_quiet_from = Clock(label=_("시작"))
    text_quiet_until = Clock(label=_("끝"))
    email_quiet_from = Clock(label=_("시작"))
    email_quiet_until = Clock(label=_("끝"))
    pace_a_minute = Number(
        least=1,
        most=1_000_000,
        label=_("1분에 알리는 사람 수"),
        help_text=_("비우면 통신사가 받는 만큼 빠르게 보내요. 고객센터에 맞춘 수와 둘 다 있으면 더 적은 쪽을 지켜요."),
        required=False,
    )
    agents = Number(least=1, most=100_000, label=_("전화를 받는 상담원"), required=False)
    minutes_a_call = Number(least=1, most=240, label=_("전화 한 통에 걸리는 분"), required=False)
    calls_a_hundred = Number(least=1, most=1000, label=_("100명에게 알리면 걸려 오는 전화"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for way in ("text", "email"):
            begins, until = cleaned.get(f"{way}_quiet_from"), cleaned.get(f"{way}_quiet_until")
            if (begins is None) != (until is None):
                empty = "from" if begins is None else "until"
                self._say(f"{way}_quiet_{empty}", gettext("시작과 끝을 모두 적거나 모두 비워 주세요."))
            elif begins is not None and begins == until:
                self._say(f"{way}_quiet_until", gettext("시작과 다른 시각을 적어 주세요."))
        centre = ("agents", "minutes_a_call", "calls_a_hundred")
        given = [name for name in centre if cleaned.get(name) is not None]
        if 0 < len(given) < len(centre):
            for name in centre:
                if name not in given:
                    self._say(name, gettext("셋을 모두 적거나 모두 비워 주세요."))
        return cleaned

    def _say(self, name: str, words: str) -> None:
        if name not in self.errors:
            self.add_error(name, words)


class GuestForm(forms.Form):
    contact = forms.CharField(
        label=_("휴대전화 번호 또는 이메일"), max_length=254, error_messages={"required": REQUIRED}
    )
    reason = Words(longest=200, label=_("누구이고 왜 먼저 받나요?"))

    def clean_contact(self) -> Contact:
        try:
            return Contact.parse(self.cleaned_data["contact"])
        except NotAContact:
            raise forms.ValidationError(gettext("휴대전화 번호나 이메일을 전체로 적어 주세요.")) from None


class WhyLiveForm(forms.Form):
    reason = Words(longest=500, area=2, label=_("왜 지금 모두에게 보내도 되나요?"))

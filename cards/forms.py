"""The shape of what is typed about a card."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from breachdesk.lib import dates, typed_text
from cards import rules
from cards.states import REPORTS, Kind

LAST_USED_LENGTH = 200
NOT_A_DAY = _("날짜를 년, 월, 일 순서로 적어 주세요. 예: 2026 11 05")
CHOOSE = _("잃어버렸는지 도난당했는지 골라 주세요")


class Noticed(forms.Form):
    """When it was noticed, and their own last use."""

    use_required_attribute = False

    noticed = forms.CharField(
        label=_("없어진 것을 안 날"),
        help_text=_("예: 2026 11 05"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 40, "autocomplete": "off"}),
        error_messages={
            "required": _("없어진 것을 안 날을 적어 주세요. 예: 2026 11 05"),
            "null_characters_not_allowed": NOT_A_DAY,
        },
    )
    last_used = forms.CharField(
        label=_("내가 마지막으로 쓴 곳"),
        help_text=_("언제 어디에서 썼는지 기억나는 만큼 적어 주세요. 몰라도 신고할 수 있어요."),
        required=False,
        widget=forms.TextInput(attrs={"maxlength": LAST_USED_LENGTH, "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"noticed": f"{today:%Y %m %d}"})
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_noticed(self) -> dt.date:
        try:
            day = typed_text.day(self.cleaned_data["noticed"])
            rules.check_noticed(day, today=self.today)
        except typed_text.NotADay:
            raise forms.ValidationError(NOT_A_DAY) from None
        except rules.NotYet:
            today = dates.short_day(self.today, get_language() or "ko")
            raise forms.ValidationError(
                gettext("오늘(%(today)s)이나 그 전의 날짜를 적어 주세요") % {"today": today}
            ) from None
        return day

    def clean_last_used(self) -> str:
        words = typed_text.line(self.cleaned_data["last_used"])
        if len(words) > LAST_USED_LENGTH:
            raise forms.ValidationError(gettext("%(most)s자까지 적을 수 있어요") % {"most": LAST_USED_LENGTH})
        return words


class ReportForm(Noticed):
    kind = forms.ChoiceField(
        label=_("어떻게 된 일인가요?"),
        choices=[
            (Kind.LOST.value, _("잃어버렸어요 (분실)")),
            (Kind.STOLEN.value, _("누가 훔쳐 갔어요 (도난)")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": CHOOSE, "invalid_choice": CHOOSE},
    )
    field_order = ("kind", "noticed", "last_used")

    def clean_kind(self) -> Kind:
        kind = Kind(self.cleaned_data["kind"])
        assert kind in REPORTS
        return kind


class FreezeForm(Noticed):
    """Of an account. Nobody has to write anything before the money stands still: no day is today."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["noticed"].required = False
        self.fields["noticed"].label = _("새어 나갔거나 없어진 것을 안 날")
        self.fields["last_used"].label = _("내가 마지막으로 출금한 곳")

    def clean_noticed(self) -> dt.date:
        return super().clean_noticed() if self.cleaned_data["noticed"].strip() else self.today

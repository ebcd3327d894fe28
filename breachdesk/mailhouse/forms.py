"""The shape of what staff fill in about letters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from breachdesk.lib.tags import in_language
from breachdesk.mailhouse.queries import Source
from notices.models import Incident

NEEDED = {"required": _("이 칸을 적어 주세요.")}


class IncidentChoice(forms.ModelChoiceField):
    def label_from_instance(self, incident: Any) -> str:
        return in_language(incident, "title")


class WriteForm(forms.Form):
    """Who is written to without a campaign."""

    OTHERWISE, EVERYBODY, ONE = "otherwise", "everybody", "one"

    incident = IncidentChoice(
        label=_("어느 사고인가요?"),
        queryset=Incident.objects.exclude(active_dataset=None).order_by("-learned_at", "-pk"),
        empty_label=None,
    )
    who = forms.ChoiceField(
        label=_("누구에게 쓸까요?"),
        choices=[
            (OTHERWISE, _("주소만 있고 휴대전화와 이메일은 없는 모든 분")),
            (EVERYBODY, _("주소가 있는 모든 분 (휴대전화나 이메일이 있어도)")),
            (ONE, _("고객 번호로 한 분 (편지를 잃어버렸을 때)")),
        ],
        widget=forms.RadioSelect,
        initial=OTHERWISE,
        error_messages={"required": _("누구에게 쓸지 골라 주세요.")},
    )
    customer_ref = forms.CharField(
        label=_("고객 번호"), required=False, max_length=64, help_text=_("한 분에게 쓸 때만 적어 주세요.")
    )
    again = forms.BooleanField(
        label=_("쓸 수 있는 코드가 이미 있는 분께도 새로 쓸게요"),
        required=False,
        help_text=_("새 편지를 만들면 전에 받은 편지의 코드는 더 쓸 수 없어요."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("who") == self.ONE and not cleaned.get("customer_ref", "").strip():
            self.add_error("customer_ref", _("누구인지 고객 번호를 적어 주세요."))
        return cleaned

    @property
    def whom(self) -> dict[str, Any]:
        chosen = self.cleaned_data
        return {
            "incident": chosen["incident"],
            "everybody": chosen["who"] in (self.EVERYBODY, self.ONE),
            "customer_ref": chosen["customer_ref"].strip() if chosen["who"] == self.ONE else "",
            "again": chosen["again"],
        }


class GatherForm(forms.Form):
    """What goes into one batch: letters of one incident."""

    abouts = forms.MultipleChoiceField(
        label=_("어떤 편지를 모을까요?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("모을 편지를 하나 이상 골라 주세요.")},
    )
    large_print = forms.BooleanField(
        label=_("큰 글자(18pt)로 만들기"), required=False, help_text=_("종이가 두세 배 들어요.")
    )

    def __init__(self, *args: Any, sources: list[Source], names: dict[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.sources = {source.about: source for source in sources}
        field = self.fields["abouts"]
        field.choices = [(source.about, names[source.about]) for source in sources]  # type: ignore[attr-defined]

    def clean_abouts(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["abouts"]
        if len({self.sources[about].incident.pk for about in chosen}) > 1:
            raise forms.ValidationError(_("한 묶음에는 한 사고의 편지만 넣을 수 있어요. 사고마다 따로 모아 주세요."))
        return chosen


class Day(forms.DateField):
    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        errors = {"required": _("날짜를 적어 주세요."), "invalid": _("날짜를 2026-11-30처럼 적어 주세요.")}
        super().__init__(widget=widget, error_messages=errors, input_formats=["%Y-%m-%d"], **options)


class HandForm(forms.Form):
    day = Day(label=_("업체에 넘긴 날"))


class PostForm(forms.Form):
    day = Day(label=_("우체국에 부친 날"))
    count = forms.IntegerField(
        label=_("부친 통수"),
        help_text=_("업체가 알려 준 수예요."),
        min_value=0,
        max_value=1_000_000,
        error_messages={
            "required": _("부친 통수를 적어 주세요."),
            "invalid": _("숫자로 적어 주세요."),
            "min_value": _("0보다 작을 수 없어요."),
            "max_value": _("묶음에 든 편지보다 많아요. 업체가 알려 준 통수를 다시 봐 주세요."),
        },
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("왜요?"),
        max_length=200,
        help_text=_("기록에 남아요."),
        error_messages={"required": _("이유를 적어 주세요."), "max_length": _("200자까지 쓸 수 있어요.")},
    )


class NoForm(forms.Form):
    """Only yes."""


class ReturnedForm(forms.Form):
    file = forms.FileField(
        label=_("돌아온 편지 목록"),
        help_text=_(
            "CSV 파일. 첫 줄은 number, reason이에요. number는 봉투 창에 보이는 번호(예: 12-00417), returned_on(날짜)은 없어도 돼요."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={
            "required": _("파일을 골라 주세요."),
            "empty": _("빈 파일이에요."),
            "max_length": _("파일 이름이 너무 길어요."),
        },
    )

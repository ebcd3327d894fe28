"""What staff choose of a campaign: who is to be told, and from when on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from notices import campaign_pages, catalogue, clearing
from notices.audience import Choice
from notices.edit_forms import Moment
from notices.models import Notice
from notices.states import Member


class Audience(forms.Form):
    """Who is to be told. Nothing ticked: everybody."""

    # Of an all-clear only.
    to = forms.ChoiceField(
        label=_("누구에게 보내나요?"),
        choices=[
            ("cleared", _("유출이 아니라고 알릴 분: 앞서 통지를 받았고 지금 명단에는 없는 분")),
            ("listed", _("지금 명단에 있는 분: 이 판의 내용으로 유출을 알려요")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("누구에게 보내는지 골라 주세요.")},
    )
    tiers = forms.TypedMultipleChoiceField(label=_("유출된 정보"), coerce=int, required=False)
    members = forms.MultipleChoiceField(label=_("회원 구분"), choices=Member.choices, required=False)
    languages = forms.MultipleChoiceField(
        label=_("언어"), choices=list(campaign_pages.LANGUAGES.items()), required=False
    )

    items = forms.MultipleChoiceField(
        label=_("유출 항목"), help_text=_("고른 것 가운데 하나라도 나간 분이에요."), required=False
    )
    unproven = forms.BooleanField(
        label=_("아직 알렸다는 증거가 없는 분만"),
        help_text=_("어느 판으로든 알렸다는 증거가 있는 분은 빼요."),
        required=False,
    )
    starts_at = Moment(
        label=_("보내기 시작하는 때"), help_text=_("비우면 다른 사람이 내보내는 대로 시작해요."), required=False
    )

    def __init__(self, *args: Any, notice: Notice, **options: Any) -> None:
        super().__init__(*args, **options)
        incident = notice.incident
        if not clearing.clears_somebody(notice):
            del self.fields["to"]
        elif clearing.tells_nobody_else(notice):
            self.fields["to"].choices = self.fields["to"].choices[:1]  # type: ignore[attr-defined]
        choices: dict[str, Any] = {
            "tiers": campaign_pages.tier_names(incident),
            "items": {code: item.name for code, item in catalogue.items(incident.extra_items).items()},
        }
        for name, field in self.fields.items():
            if isinstance(field, forms.MultipleChoiceField):
                if name in choices:
                    field.choices = list(choices[name].items())
                field.widget = forms.CheckboxSelectMultiple(choices=field.choices)  # type: ignore[arg-type]

    @property
    def choice(self) -> Choice:
        return Choice(**{name: self.cleaned_data[name] for name in CHOICE})

    @property
    def to_cleared(self) -> bool:
        return self.cleaned_data.get("to") == "cleared"

    @property
    def chosen(self) -> list[tuple[str, Any]]:
        """As it is posted again: name and value."""
        given = [
            (name, value) for name in ("tiers", "members", "languages", "items") for value in self.cleaned_data[name]
        ]
        starts_at = self.cleaned_data["starts_at"]
        if self.cleaned_data.get("to"):
            given.append(("to", self.cleaned_data["to"]))
        if self.cleaned_data["unproven"]:
            given.append(("unproven", "on"))
        if starts_at:
            given.append(("starts_at", f"{timezone.localtime(starts_at):%Y-%m-%dT%H:%M}"))
        return given


CHOICE = ("tiers", "languages", "members", "items", "unproven")

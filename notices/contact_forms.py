"""The shape of a contact point: its week day by day as `09:00-12:00, 13:00-18:00`, and the days that are not as usual."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notices import hours, snapshots, timetable
from notices.edit_forms import REQUIRED, EditForm, Number, en, ko
from notices.models import ContactPoint
from notices.states import DIALLED, ContactKind

DAYS = (_("월요일"), _("화요일"), _("수요일"), _("목요일"), _("금요일"), _("토요일"), _("일요일"), _("공휴일"))


class Times(forms.CharField):
    def clean(self, value: Any) -> list[tuple[dt.time, dt.time]]:
        try:
            return timetable.read(super().clean(value))
        except timetable.NotATime as wrong:
            raise ValidationError(str(wrong)) from None


class ContactForm(EditForm):
    layout = (
        (_("이름"), "", ("name_ko", "name_en")),
        (_("어디로"), "", ("kind", "value")),
        (_("덧붙이는 말"), "", ("note_ko", "note_en")),
        ("", "", ("always_open",)),
        (
            _("여는 시간"),
            _("예: 09:00-12:00, 13:00-18:00. 쉬는 날은 비워 두세요. 공휴일은 그날의 요일 대신 써요."),
            tuple(f"day_{number}" for number in range(8)),
        ),
        ("", "", ("special",)),
        ("", "", ("in_help_strip",)),
        ("", "", ("position",)),
    )
    kind = forms.ChoiceField(label=_("종류"), choices=ContactKind.choices)
    name_ko = ko(longest=80)
    name_en = en(longest=80)
    value = forms.CharField(
        label=_("번호·주소"),
        help_text=_("카카오톡은 채널 이름을, 찾아오는 곳은 어디인지 적어 주세요."),
        max_length=120,
        error_messages={"required": REQUIRED, "max_length": _("120자까지 쓸 수 있어요.")},
    )
    note_ko = ko(longest=120, required=False)
    note_en = en(longest=160, required=False)
    always_open = forms.BooleanField(label=_("하루 24시간 받아요"), required=False)
    in_help_strip = forms.BooleanField(label=_("모든 공개 화면 위에 이 번호를 보여요"), required=False)
    special = forms.CharField(
        label=_("평소와 다른 날"),
        help_text=_("한 줄에 하루씩 적어 주세요. 예: 2026-12-31 09:00-12:00 또는 2027-01-02 쉼"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    position = Number(label=_("순서"), least=1, most=99)

    def __init__(self, *args: Any, point: ContactPoint | None, position: int, **options: Any) -> None:
        said: dict[str, Any] = {"position": position}
        if point:
            said = {name: getattr(point, name) for name in snapshots.CONTACT}
            said["special"] = timetable.write_days(hours.special_of(point))
            week: list[list[tuple[dt.time, dt.time]]] = [[] for _day in DAYS]
            for span in point.hours.all():
                week[span.weekday].append((span.opens, span.closes))
            said |= {f"day_{number}": timetable.write(spans) for number, spans in enumerate(week)}
        super().__init__(*args, said=said, **options)
        for number, day in enumerate(DAYS):
            self.fields[f"day_{number}"] = Times(
                label=day,
                required=False,
                max_length=120,
                error_messages={"max_length": _("120자까지 쓸 수 있어요.")},
            )

    def clean_special(self) -> dict[dt.date, list[tuple[dt.time, dt.time]]]:
        try:
            return timetable.read_days(self.cleaned_data["special"])
        except timetable.NotATime as wrong:
            raise ValidationError(str(wrong)) from None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        value = cleaned.get("value", "")
        if cleaned.get("kind") == ContactKind.EMAIL:
            try:
                validate_email(value)
            except ValidationError:
                if value:
                    self.add_error("value", gettext("이메일 주소를 적어 주세요. 예: help@company.example"))
        elif cleaned.get("kind") in DIALLED and value and not re.fullmatch(r"\+?[0-9][0-9\- ]{1,30}", value):
            self.add_error("value", gettext("전화번호를 숫자와 -로 적어 주세요. 예: 1500-0000"))
        return cleaned

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in snapshots.CONTACT}

    def week(self) -> list[list[tuple[dt.time, dt.time]]]:
        return [self.cleaned_data[f"day_{number}"] for number in range(8)]

"""The shapes that the desk's forms of an incident are made of: fields that say what is wrong in words, and rows of them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import forms
from django.forms.boundfield import BoundField
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from breachdesk.lib import links

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

REQUIRED = _("적어 주세요.")
NO_ADDRESS = _("문자에 그대로 들어가는 말이에요. 누를 수 있는 주소로 읽히는 ‘%(address)s’는 빼 주세요.")


class Words(forms.CharField):
    """A text of one language; `longest` is said in words, and nothing that is pasted is cut."""

    def __init__(self, *, longest: int, area: int = 0, language: str = "", **options: Any) -> None:
        attributes: dict[str, Any] = {"lang": language} if language else {}
        widget = forms.Textarea(attrs={**attributes, "rows": area}) if area else forms.TextInput(attrs=attributes)
        super().__init__(widget=widget, error_messages={"required": REQUIRED}, **options)
        self.longest = longest

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")

    def validate(self, value: Any) -> None:
        super().validate(value)
        if len(value) > self.longest:
            raise forms.ValidationError(
                gettext("%(longest)s자까지 쓸 수 있어요. 지금은 %(now)s자예요.")
                % {"longest": f"{self.longest:,}", "now": f"{len(value):,}"}
            )


def ko(*, longest: int, area: int = 0, required: bool = True) -> Words:
    return Words(longest=longest, area=area, language="ko", label=_("한국어"), required=required)


def en(*, longest: int, area: int = 0, required: bool = True) -> Words:
    return Words(longest=longest, area=area, language="en", label=_("영어"), required=required)


class Moment(forms.DateTimeField):
    def __init__(self, **options: Any) -> None:
        wrong = _("날짜와 시각을 적어 주세요. 예: 2026-11-18 09:20")
        super().__init__(
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
            error_messages={"required": wrong, "invalid": wrong},
            **options,
        )


class Day(forms.DateField):
    def __init__(self, **options: Any) -> None:
        super().__init__(
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            input_formats=["%Y-%m-%d"],
            error_messages={"invalid": _("날짜를 적어 주세요. 예: 2027-11-18")},
            **options,
        )


class Number(forms.IntegerField):
    """`10,000,000` is a number too."""

    def __init__(self, *, least: int, most: int, **options: Any) -> None:
        wrong = format_lazy(_("{least}부터 {most}까지의 숫자를 적어 주세요."), least=f"{least:,}", most=f"{most:,}")
        super().__init__(
            min_value=least,
            max_value=most,
            widget=forms.TextInput(attrs={"inputmode": "numeric"}),
            error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), wrong),
            **options,
        )

    def to_python(self, value: Any) -> int | None:
        return super().to_python(re.sub(r"[,\s]", "", value) if isinstance(value, str) else value)


class YesNo(forms.TypedChoiceField):
    """Yes, no, or not known."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            choices=[("", _("아직 몰라요")), ("True", _("네")), ("False", _("아니요"))],
            coerce=lambda typed: typed == "True",
            empty_value=None,
            required=False,
            **options,
        )


@dataclass(frozen=True)
class Row:
    """What stands side by side under one heading: two languages, or fields that belong together."""

    heading: StrOrPromise
    hint: StrOrPromise
    fields: list[BoundField]
    code: str

    @property
    def is_pair(self) -> bool:
        return len(self.fields) > 1

    @property
    def is_choices(self) -> bool:
        return isinstance(self.fields[0].field, forms.MultipleChoiceField)

    @property
    def is_check(self) -> bool:
        return isinstance(self.fields[0].field, forms.BooleanField)


Layout = Sequence[tuple[Any, Any, tuple[str, ...]]]


class EditForm(forms.Form):
    """`layout`: (heading, hint, names). One name stands alone with its own label where the heading is empty."""

    layout: ClassVar[Layout] = ()

    def __init__(self, *args: Any, at: dt.datetime, said: Mapping[str, Any] | None = None, **options: Any) -> None:
        options["initial"] = said
        super().__init__(*args, **options)
        self.at, self.said = at, dict(said or {})

    def rows(self) -> list[Row]:
        return [
            Row(heading, hint, [self[name] for name in names], names[0])
            for heading, hint, names in self.layout
            if names[0] in self.fields
        ]

    def clean(self) -> dict[str, Any]:
        """A moment that was not touched keeps its seconds, which its box does not show."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name, field in self.fields.items():
            was, now = self.said.get(name), cleaned.get(name)
            same = isinstance(field, Moment) and was and now and was.replace(second=0, microsecond=0) == now
            if same:
                cleaned[name] = was
            if isinstance(field, forms.MultipleChoiceField) and was is not None and set(was) == set(now or []):
                cleaned[name] = list(was)
        return cleaned

    def add_problems(self, problems: Mapping[str, StrOrPromise]) -> None:
        for name, words in problems.items():
            self.add_error(name if name in self.fields else None, str(words))

    def refuse_addresses(self, *names: str) -> None:
        """Of words that go into text messages as they are: an address in them would stop the campaign."""
        for name in names:
            if address := links.first_address(self.cleaned_data.get(name) or ""):
                self.add_error(name, NO_ADDRESS % {"address": address})

    def need_both(self, *names: str, why: StrOrPromise = REQUIRED) -> None:
        """Both languages or neither."""
        for name in names:
            given = [bool(self.cleaned_data.get(f"{name}_{code}")) for code in ("ko", "en")]
            for code, there in zip(("ko", "en"), given, strict=True):
                if any(given) and not there:
                    self.add_error(f"{name}_{code}", str(why))


def in_zone(name: str) -> dt.tzinfo:
    """Of what was typed, or Seoul's where there is no such zone: the form says so then."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("Asia/Seoul")

"""The shape of an incident's facts, own items, tiers and clocks as staff type them. Contact points: contact_forms.py."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import forms
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notices import catalogue, duties, rules, snapshots
from notices.models import Incident
from notices.states import OF_A_CASE, ClockKind, CountedFrom

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

REQUIRED = _("적어 주세요.")


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

    def need_both(self, *names: str, why: StrOrPromise = REQUIRED) -> None:
        """Both languages or neither."""
        for name in names:
            given = [bool(self.cleaned_data.get(f"{name}_{code}")) for code in ("ko", "en")]
            for code, there in zip(("ko", "en"), given, strict=True):
                if any(given) and not there:
                    self.add_error(f"{name}_{code}", str(why))


def codes_of(incident: Incident | None) -> list[tuple[str, Any]]:
    known = catalogue.items(incident.extra_items if incident else [])
    return [(code, item.name) for code, item in known.items()]


class FactsForm(EditForm):
    layout = (
        ("", "", ("slug",)),
        (_("제목"), _("안내 목록과 대응실에서 이 사고를 부르는 이름이에요."), ("title_ko", "title_en")),
        (_("피해 신고를 받는 부서"), _("안내문 5번에 연락처와 함께 보여요."), ("department_ko", "department_en")),
        (_("유출 기간"), "", ("leak_started_at", "leak_ended_at")),
        (_("유출을 안 때"), _("법이 정한 시각을 모두 이때부터 세요."), ("learned_at", "time_zone")),
        ("", "", ("legal_acts",)),
        (
            _("신고 기준을 가르는 사실"),
            _("모르면 비워 두세요. 모르는 동안은 기준에 이른 것으로 보고 시각을 제안해요."),
            ("people_estimate", "outside_access", "unique_ids"),
        ),
        ("", "", ("not_leaked",)),
        (
            _("선보상 신청"),
            _("마감일을 비워 두면 신청을 받지 않아요."),
            ("claims_until_date", "decide_within_business_days"),
        ),
        (
            _("신청 하나의 한도"),
            _("비워 두면 한도가 없어요. 금액은 통화의 가장 작은 단위로 적어요."),
            ("claim_cap", "currency"),
        ),
        (
            _("대응을 마친 날"),
            _("적으면 안내문 목록에는 남고, 다른 사고가 있을 때 처음 화면에는 나오지 않아요."),
            ("ended_date",),
        ),
    )
    slug = forms.SlugField(
        label=_("주소 이름"),
        max_length=40,
        help_text=_("이 사고의 주소에 들어가요. 영어 소문자, 숫자, -를 쓰고, 만든 뒤에는 바꿀 수 없어요."),
        error_messages={
            "required": REQUIRED,
            "invalid": _("영어 소문자, 숫자, -만 쓸 수 있어요."),
            "max_length": _("40자까지 쓸 수 있어요."),
        },
    )
    title_ko = ko(longest=120)
    title_en = en(longest=120)
    department_ko = ko(longest=80)
    department_en = en(longest=80)
    leak_started_at = Moment(label=_("시작"))
    leak_ended_at = Moment(label=_("끝"), help_text=_("이때부터는 유출되지 않았어요."))
    learned_at = Moment(label=_("날짜와 시각"))
    time_zone = forms.CharField(
        label=_("시간대"), max_length=40, initial="Asia/Seoul", error_messages={"required": REQUIRED}
    )
    legal_acts = forms.MultipleChoiceField(
        label=_("이 유출에 적용되는 법"),
        help_text=_("여기서 고른 법의 시각을 ‘법이 정한 일’에서 제안해요."),
        required=False,
        choices=list(duties.ACTS.items()),
        initial=list(duties.ACTS),
        widget=forms.CheckboxSelectMultiple,
    )
    people_estimate = Number(
        label=_("어림한 사람 수"),
        help_text=_("명단이 답하기 시작하면 명단의 수를 써요."),
        least=1,
        most=1_000_000_000,
        required=False,
    )
    outside_access = YesNo(label=_("밖에서 불법으로 접근했나요?"))
    unique_ids = YesNo(
        label=_("민감정보나 고유식별정보가 나갔나요?"), help_text=_("비워 두면 명단의 항목(주민등록번호)을 봐요.")
    )
    not_leaked = forms.MultipleChoiceField(
        label=_("유출되지 않은 것으로 확인한 정보"),
        help_text=_("조회 결과에 ‘유출되지 않았어요’라고 보여요."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    claims_until_date = Day(label=_("마감일 (이날까지 받아요)"), required=False)
    decide_within_business_days = Number(label=_("결정까지(영업일)"), least=1, most=60, initial=5)
    claim_cap = Number(label=_("한도"), least=1, most=10**12, required=False)
    currency = forms.RegexField(
        r"^[A-Z]{3}$",
        label=_("통화"),
        initial="KRW",
        error_messages={"required": REQUIRED, "invalid": _("영어 대문자 세 글자로 적어 주세요. 예: KRW")},
    )
    ended_date = Day(label=_("날짜"), required=False)

    def __init__(
        self, *args: Any, incident: Incident | None, fixed: Mapping[str, StrOrPromise], **options: Any
    ) -> None:
        super().__init__(*args, said=snapshots.of_facts(incident) if incident else None, **options)
        self.fields["not_leaked"].choices = codes_of(incident)  # type: ignore[attr-defined]
        if incident:
            del self.fields["slug"]
        for name, why in fixed.items():
            self.fields[name].help_text = why

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if slug != slug.lower() or slug in ("add", "v"):
            raise forms.ValidationError(_("영어 소문자, 숫자, -만 쓸 수 있어요."))
        return slug

    def clean_time_zone(self) -> str:
        name: str = self.cleaned_data["time_zone"]
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise forms.ValidationError(_("이런 시간대는 없어요. 예: Asia/Seoul")) from None
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        began, ended, learned = (cleaned.get(f"{name}_at") for name in ("leak_started", "leak_ended", "learned"))
        if began and ended and began >= ended:
            self.add_error("leak_ended_at", gettext("끝은 시작보다 뒤여야 해요."))
        if began and learned and learned < began:
            self.add_error("learned_at", gettext("유출이 시작되기 전에 알 수는 없어요."))
        if learned and learned > self.at:
            self.add_error("learned_at", gettext("아직 오지 않은 때예요."))
        over = cleaned.get("ended_date")
        if over and over > timezone.localdate(self.at):
            self.add_error("ended_date", gettext("아직 오지 않은 때예요."))
        return cleaned


class ItemForm(EditForm):
    layout = (
        ("", "", ("code",)),
        (_("이름"), "", ("name_ko", "name_en")),
        ("", "", ("group",)),
        ("", "", ("hot",)),
    )
    code = forms.RegexField(
        r"^[a-z][a-z0-9_]{1,29}$",
        label=_("코드"),
        help_text=_("명단의 items 칸에 이렇게 적혀요. 영어 소문자, 숫자, _ 를 써요. 예: passport"),
        error_messages={"required": REQUIRED, "invalid": _("영어 소문자로 시작하고 소문자, 숫자, _ 만 쓸 수 있어요.")},
    )
    name_ko = ko(longest=60)
    name_en = en(longest=60)
    group = forms.ChoiceField(label=_("묶음"), choices=[(one.code, one.name) for one in catalogue.GROUPS.values()])
    hot = forms.BooleanField(label=_("결제에 쓸 수 있는 정보예요"), required=False)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code in catalogue.ITEMS:
            raise forms.ValidationError(rules.CODE_TAKEN)
        return code


class TierForm(EditForm):
    layout = (
        (_("이름"), _("공개 화면에서 ‘○○○명, 이름’으로 보여요."), ("name_ko", "name_en")),
        ("", "", ("any_of",)),
        (_("이 묶음에 하는 말"), "", ("advice_ko", "advice_en")),
        ("", "", ("number",)),
    )
    name_ko = ko(longest=80)
    name_en = en(longest=80)
    any_of = forms.MultipleChoiceField(
        label=_("이 가운데 하나라도 유출된 분"),
        help_text=_("아무것도 고르지 않으면 앞 묶음에 들지 않은 모든 분이에요."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    advice_ko = ko(longest=1000, area=4)
    advice_en = en(longest=1000, area=4)
    number = Number(label=_("순서"), help_text=_("한 분은 처음 맞는 묶음 하나에만 들어가요."), least=1, most=99)

    def __init__(self, *args: Any, incident: Incident, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["any_of"].choices = codes_of(incident)  # type: ignore[attr-defined]


class ClockForm(EditForm):
    layout = (
        (_("무엇을"), "", ("name_ko", "name_en")),
        (_("법과 조항"), "", ("law_ko", "law_en")),
        ("", "", ("kind",)),
        (
            _("기한"),
            _("언제부터 몇 시간인지 적거나, 날짜와 시각을 적어 주세요. 둘 다 비우면 ‘지체 없이’예요."),
            ("counted_from", "hours", "due_at"),
        ),
        ("", "", ("sourced",)),
        ("", "", ("read_on",)),
        (_("늦은 까닭"), _("공개 화면에 보여요."), ("reason_missed_ko", "reason_missed_en")),
        (
            _("법이 허락한 늦춤"),
            _("긴급한 조치나 재난처럼 법이 늦춤을 허락한 까닭이 있으면 적어 주세요. 공개 화면에 보여요."),
            ("exception_ko", "exception_en"),
        ),
        (_("늦춤이 이어진 때"), "", ("exception_from_at", "exception_until_at")),
        ("", "", ("position",)),
    )
    name_ko = ko(longest=80)
    name_en = en(longest=80)
    law_ko = ko(longest=120)
    law_en = en(longest=120)
    kind = forms.ChoiceField(label=_("종류"), choices=ClockKind.choices)
    counted_from = forms.ChoiceField(
        label=_("언제부터"),
        choices=[one for one in CountedFrom.choices if one[0] != CountedFrom.ORDER],
        initial=CountedFrom.LEARNED,
    )
    hours = Number(label=_("몇 시간"), least=1, most=10_000, required=False)
    due_at = Moment(label=_("날짜와 시각"), required=False)
    sourced = forms.BooleanField(
        label=_("법에 적힌 값이에요"),
        help_text=_("확인하지 못한 값은 표시하지 마세요. ‘우리가 정한 값’이라고 보여요."),
        required=False,
        initial=True,
    )
    read_on = Day(label=_("법을 읽은 날"), required=False, initial=duties.READ_ON)
    reason_missed_ko = ko(longest=1000, area=2, required=False)
    reason_missed_en = en(longest=1000, area=2, required=False)
    exception_ko = ko(longest=1000, area=2, required=False)
    exception_en = en(longest=1000, area=2, required=False)
    exception_from_at = Moment(label=_("시작"), required=False)
    exception_until_at = Moment(label=_("끝"), required=False)
    position = Number(label=_("순서"), least=1, most=99)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("hours") and cleaned.get("due_at") and self.said.get("due_at") != cleaned["due_at"]:
            self.add_error("due_at", gettext("시간 수와 날짜 가운데 하나만 적어 주세요."))
        if cleaned.get("counted_from") in OF_A_CASE:
            if not cleaned.get("hours"):
                self.add_error("hours", gettext("한 건마다 세는 시각에는 몇 시간인지 적어 주세요."))
            cleaned["due_at"] = None
        elif cleaned.get("counted_from") == CountedFrom.POSTING and not (cleaned.get("hours") or cleaned.get("due_at")):
            self.add_error("hours", gettext("올린 때부터 몇 시간인지 적어 주세요."))
        self.need_both("reason_missed", "exception")
        began, ended = cleaned.get("exception_from_at"), cleaned.get("exception_until_at")
        if cleaned.get("exception_ko") and not began:
            self.add_error("exception_from_at", gettext("늦춤이 언제 시작됐는지 적어 주세요."))
        if (began or ended) and not cleaned.get("exception_ko") and "exception_ko" not in self.errors:
            self.add_error("exception_ko", gettext("늦춘 까닭을 적어 주세요."))
        if ended and (not began or began >= ended):
            self.add_error("exception_until_at", gettext("끝은 시작보다 뒤여야 해요."))
        return cleaned


def in_zone(name: str) -> dt.tzinfo:
    """Of what was typed, or Seoul's where there is no such zone: the form says so then."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("Asia/Seoul")

"""The shape of an incident's facts, own items, tiers and clocks as staff type them. Contact points: contact_forms.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notices import catalogue, duties, rules, snapshots
from notices.edit_forms import REQUIRED, Day, EditForm, Moment, Number, YesNo, en, ko
from notices.models import Incident
from notices.states import OF_A_CASE, ClockKind, CountedFrom, Known

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


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
        self.refuse_addresses("department_ko", "department_en")
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

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.refuse_addresses("name_ko", "name_en")
        return cleaned

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


class ThirdPartyForm(EditForm):
    layout = (
        (_("누구"), _("어디에 적혀 있던 분인지 알 수 있게 적어 주세요. 예: 배송지로 적힌 분"), ("name_ko", "name_en")),
        ("", "", ("items",)),
        ("", "", ("known",)),
        (_("설명"), _("어느 기록에, 왜 적혀 있었는지 적어 주세요. 공개 화면에 보여요."), ("words_ko", "words_en")),
        ("", "", ("position",)),
    )
    name_ko = ko(longest=80)
    name_en = en(longest=80)
    items = forms.MultipleChoiceField(
        label=_("그분에 대해 적혀 있던 정보"),
        error_messages={"required": REQUIRED},
        widget=forms.CheckboxSelectMultiple,
    )
    known = forms.ChoiceField(label=_("얼마나 확실한가요"), choices=Known.choices)
    words_ko = ko(longest=1000, area=3, required=False)
    words_en = en(longest=1000, area=3, required=False)
    position = Number(label=_("순서"), least=1, most=99)

    def __init__(self, *args: Any, incident: Incident, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["items"].choices = codes_of(incident)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.need_both("words")
        return cleaned


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

"""The shape of what is typed, and the words for what is wrong with it. Whether somebody may claim is asked in `rules`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from breachdesk.lib import dates, money
from claims import filing, rules, typed
from claims.banks import BANKS, Bank
from claims.states import Kind

KIND_DETAILS: dict[Kind, Any] = {
    Kind.CARD_PAYMENT: _("카드로 결제됐는데 내가 쓴 것이 아니에요."),
    Kind.SMISHING: _("가짜 문자나 전화에 속아 돈을 보내거나 결제했어요."),
    Kind.COST: _("서류를 떼거나 우편을 보내느라 쓴 돈이에요."),
    Kind.OTHER: _("위에 없는 피해예요."),
}


def language() -> str:
    return "en" if (get_language() or "ko").startswith("en") else "ko"


class Words(forms.CharField):
    """One line of words, cleaned of what nobody can see."""

    def to_python(self, value: Any) -> str:
        return typed.line(super().to_python(value) or "")


class Paragraphs(forms.CharField):
    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return typed.paragraphs(super().to_python(value) or "")


class StepForm(forms.Form):
    """One page of a claim. Boxes are not guarded by the browser: what is missing is said in our words."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.setdefault("autocomplete", "off")


class KindForm(StepForm):
    kind = forms.ChoiceField(
        label=_("어떤 피해가 있었나요?"),
        choices=Kind.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("피해 종류를 하나 골라 주세요"),
            "invalid_choice": _("피해 종류를 하나 골라 주세요"),
        },
    )

    def rows(self) -> list[tuple[Any, str]]:
        """Each choice with the line below it."""
        return [(option, KIND_DETAILS[Kind(option.data["value"])]) for option in self["kind"]]


class LineForm(StepForm):
    """One loss."""

    kind = forms.ChoiceField(
        label=_("무슨 피해인가요?"),
        choices=Kind.choices,
        error_messages={
            "required": _("무슨 피해인지 골라 주세요"),
            "invalid_choice": _("무슨 피해인지 골라 주세요"),
        },
    )
    day = Words(
        label=_("날짜"),
        help_text=_("예: 2026 11 05"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 40}),
        error_messages={"required": _("돈이 나간 날짜를 적어 주세요. 예: 2026 11 05")},
    )
    merchant = Words(
        label=_("어디에 결제됐나요?"),
        help_text=_("명세서나 문자에 나온 이름을 그대로 적어 주세요."),
        error_messages={"required": _("결제된 곳이나 돈을 보낸 곳을 적어 주세요")},
    )
    amount = Words(
        label=_("금액"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 40, "data-amount": ""}),
        error_messages={"required": _("금액을 숫자로 적어 주세요. 예: 200000")},
    )

    def __init__(self, *args: Any, terms: rules.Terms, number: int, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"line-{number - 1}", **kwargs)
        self.terms = terms
        self.number = number
        self.heading = gettext("피해 %(number)s") % {"number": number}

    def clean_day(self) -> str:
        text = self.cleaned_data["day"]
        try:
            rules.check_day(typed.day(text), self.terms)
        except typed.NotADay:
            raise forms.ValidationError(gettext("날짜를 년, 월, 일 순서로 적어 주세요. 예: 2026 11 05")) from None
        except rules.OutsideDays:
            raise forms.ValidationError(
                gettext("%(first)s부터 오늘(%(today)s) 사이의 날짜를 적어 주세요")
                % {
                    "first": dates.long_day(self.terms.first_day, language()),
                    "today": dates.short_day(self.terms.today, language()),
                }
            ) from None
        return text

    def clean_merchant(self) -> str:
        return _short_enough(self.cleaned_data["merchant"], rules.MERCHANT_LENGTH)

    def clean_amount(self) -> str:
        text = self.cleaned_data["amount"]
        try:
            rules.check_amount(typed.amount(text), self.terms)
        except typed.NotAnAmount:
            raise forms.ValidationError(gettext("금액을 숫자로 적어 주세요. 예: 200000")) from None
        except rules.NothingClaimed:
            raise forms.ValidationError(gettext("1원 이상을 적어 주세요. 예: 200000")) from None
        except rules.AboveCap:
            raise forms.ValidationError(
                gettext("한 번에 %(most)s까지 신청할 수 있어요") % {"most": money.won(self.terms.most, language())}
            ) from None
        return text


class Lines:
    """The losses of one page: a form each, and what is wrong with them taken together."""

    def __init__(self, lines: Sequence[dict[str, str]], *, terms: rules.Terms, check: bool) -> None:
        """`check` False: shown as typed, not judged; nobody is told off for a line they are still writing."""
        self.lines = lines
        self.terms = terms
        self.forms = [_line_form(line, number, terms, check) for number, line in enumerate(lines, start=1)]
        self.amounts = [amount for line in lines if (amount := _readable(line["amount"]))]
        self.total = sum(self.amounts)
        self.together = self._together() if check else ""

    @property
    def problems(self) -> int:
        """How many things are to be mended."""
        return sum(len(errors) for form in self.forms for errors in form.errors.values()) + bool(self.together)

    def _together(self) -> str:
        if len(self.lines) > rules.MOST_LINES:
            return gettext("피해는 %(most)s가지까지 적을 수 있어요") % {"most": rules.MOST_LINES}
        if not any(form.errors for form in self.forms) and self.total > self.terms.most:
            return gettext("모두 더해 %(most)s까지 신청할 수 있어요. 지금은 %(total)s이에요.") % {
                "most": money.won(self.terms.most, language()),
                "total": money.won(self.total, language()),
            }
        return ""


class StoryForm(StepForm):
    story = Paragraphs(
        label=_("있었던 일"),
        help_text=_("카드번호, 비밀번호, 주민등록번호는 적지 마세요."),
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": _("무슨 일이 있었는지 적어 주세요. 한두 문장이어도 괜찮아요.")},
    )

    def clean_story(self) -> str:
        return _short_enough(self.cleaned_data["story"], rules.STORY_LENGTH)


def name_of(bank: Bank) -> str:
    return bank.name_en if language() == "en" else bank.name_ko


def _bank_choices() -> list[tuple[str, str]]:
    return [("", gettext("골라 주세요")), *((bank.code, name_of(bank)) for bank in BANKS.values())]


class AccountForm(StepForm):
    bank = forms.ChoiceField(
        label=_("은행"),
        choices=_bank_choices,
        error_messages={
            "required": _("은행을 골라 주세요"),
            "invalid_choice": _("목록에서 은행을 골라 주세요"),
        },
    )
    number = Words(
        label=_("계좌번호"),
        help_text=_("숫자만 적어도, 줄표(-)를 넣어도 괜찮아요."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 60}),
        error_messages={"required": _("계좌번호를 적어 주세요")},
    )
    holder = Words(label=_("예금주 이름"), error_messages={"required": _("예금주 이름을 적어 주세요")})

    def __init__(self, *args: Any, proven_name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proven_name = proven_name
        self.fields["holder"].help_text = gettext(
            "본인 확인을 한 %(name)s 님의 계좌로만 보내 드려요. 다른 사람이 돈을 가로채지 못하게 하려고요."
        ) % {"name": proven_name}

    def clean_number(self) -> str:
        text = self.cleaned_data["number"]
        try:
            number = typed.account_number(text)
        except typed.NotAnAccountNumber:
            raise forms.ValidationError(gettext("계좌번호를 숫자로 적어 주세요. 예: 123-45-678901")) from None
        bank = BANKS.get(self.cleaned_data.get("bank", ""))
        if bank and not bank.takes(number):
            raise forms.ValidationError(
                gettext("%(bank)s 계좌번호는 숫자 %(digits)s자리예요. 지금은 %(now)s자리예요.")
                % {"bank": name_of(bank), "digits": _digits(bank), "now": len(number)}
            )
        return text

    def clean_holder(self) -> str:
        holder = _short_enough(self.cleaned_data["holder"], rules.MERCHANT_LENGTH)
        if not rules.same_holder(holder, self.proven_name):
            raise forms.ValidationError(
                gettext("예금주가 %(name)s 님이어야 해요. 본인 이름으로 된 다른 계좌를 적어 주세요.")
                % {"name": self.proven_name}
            )
        return holder


SAME_ACCOUNT = _("은행이 받지 않은 그 계좌예요. 본인 이름으로 된 다른 계좌를 적어 주세요.")


class AnswerForm(StepForm):
    answer = Paragraphs(
        label=_("답"),
        help_text=_("카드번호, 비밀번호, 주민등록번호는 적지 마세요."),
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("답을 적어 주세요. 짧아도 괜찮아요.")},
    )

    def clean_answer(self) -> str:
        return _short_enough(self.cleaned_data["answer"], rules.ANSWER_LENGTH)


class DeclareForm(StepForm):
    declared = forms.BooleanField(
        label=_("적은 내용이 사실이고, 내가 겪은 피해예요."),
        help_text=_("사실과 다른 것이 확인되면 먼저 받은 돈을 돌려주어야 할 수 있어요."),
        error_messages={"required": _("적은 내용이 사실인지 확인하고 표시해 주세요")},
    )


def _digits(bank: Bank) -> str:
    return str(bank.most) if bank.fewest == bank.most else f"{bank.fewest}~{bank.most}"


def _line_form(line: dict[str, str], number: int, terms: rules.Terms, check: bool) -> LineForm:
    if not check:
        return LineForm(initial=line, terms=terms, number=number)
    named = {f"line-{number - 1}-{field}": line[field] for field in filing.LINE_FIELDS}
    return LineForm(named, terms=terms, number=number)


def _readable(text: str) -> int:
    try:
        return typed.amount(text)
    except typed.NotAnAmount:
        return 0


def _short_enough(text: str, most: int) -> str:
    if len(text) > most:
        raise forms.ValidationError(
            gettext("%(most)s자까지 적을 수 있어요. 지금은 %(now)s자예요.")
            % {"most": f"{most:,}", "now": f"{len(text):,}"}
        )
    return text

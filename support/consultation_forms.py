"""The shape of what staff write down of a call, and of what a caller keys."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from breachdesk.lib import contacts, typed_text
from breachdesk.lib.contacts import Contact, NotAContact
from delivery import check_codes
from lookup.forms import NOT_A_BIRTH_DATE, NOT_A_NAME, CodeForm, SaysWho, Text
from lookup.rules import Identity
from support import consultation_rules as rules
from support.consultation_states import SOURCES, Source

TOO_LONG = _("2,000자까지 적을 수 있어요.")
LANGUAGES = (("ko", _("한국어")), ("en", _("영어")))
OFF = {"autocomplete": "off", "spellcheck": "false"}


class Paragraphs(forms.CharField):
    widget = forms.Textarea

    def __init__(self, *, rows: int = 4, **kwargs: Any) -> None:
        errors = {"max_length": TOO_LONG, **kwargs.pop("error_messages", {})}
        widget = forms.Textarea(attrs={"rows": rows, "maxlength": rules.WORDS_LENGTH, "autocomplete": "off"})
        super().__init__(max_length=rules.WORDS_LENGTH, widget=widget, error_messages=errors, **kwargs)

    def to_python(self, value: Any) -> str:
        return typed_text.paragraphs(super().to_python(value) or "")


class BeginForm(forms.Form):
    use_required_attribute = False

    source = forms.ChoiceField(
        label=_("어떻게 왔나요?"),
        choices=SOURCES,
        initial=Source.PHONE,
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("어떻게 왔는지 골라 주세요")),
    )
    language = forms.ChoiceField(
        label=_("어느 말로 알려 드릴까요?"),
        choices=LANGUAGES,
        initial="ko",
        error_messages=dict.fromkeys(("required", "invalid_choice"), _("어느 말로 알려 드릴지 골라 주세요")),
    )
    asked = Paragraphs(
        label=_("무엇을 물었나요?"),
        help_text=_("카드번호, 비밀번호, 인증번호는 적지 마세요. 말해도 듣지 않은 것으로 해요."),
        error_messages={"required": _("무엇을 물었는지 적어 주세요")},
    )


class CallerForm(SaysWho):
    """By a contact, or by the check code printed in a letter."""

    use_required_attribute = False

    name = Text(words=NOT_A_NAME, longest=80, label=_("이름"), widget=forms.TextInput(attrs=OFF))
    birth_date = forms.CharField(
        required=False,
        max_length=40,
        label=_("생년월일 8자리"),
        help_text=_("예: 1954년 3월 2일이면 19540302. 법인이면 비워 두세요."),
        error_messages=dict.fromkeys(["max_length", "null_characters_not_allowed"], NOT_A_BIRTH_DATE),
        widget=forms.TextInput(attrs={**OFF, "inputmode": "numeric"}),
    )
    contact = forms.CharField(
        required=False,
        max_length=254,
        label=_("카드에 등록한 휴대전화 번호나 이메일"),
        help_text=_("전체를 정확히 적어 주세요. 없으면 비우고 아래에 편지의 확인 코드를 적어 주세요."),
        widget=forms.TextInput(attrs=OFF),
    )
    check_code = forms.CharField(
        required=False,
        max_length=80,
        label=_("편지의 확인 코드"),
        help_text=_("VRF로 시작해요. 누구나 봐도 되는 번호라 물어봐도 돼요. 편지 아래쪽의 12자리 코드는 묻지 마세요."),
        widget=forms.TextInput(attrs=OFF),
    )

    def clean_contact(self) -> Contact | None:
        typed = self.cleaned_data["contact"]
        if not typed.strip():
            return None
        try:
            return Contact.parse(typed)
        except NotAContact:
            raise forms.ValidationError(_("휴대전화 번호나 이메일이 아니에요. 다시 봐 주세요.")) from None

    def clean_check_code(self) -> str:
        typed = self.cleaned_data["check_code"]
        if not typed.strip():
            return ""
        code = check_codes.read(typed)
        if code is None:
            raise forms.ValidationError(_("확인 코드가 아니에요. VRF로 시작하는 10자리를 다시 봐 주세요."))
        return code

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if "contact" in given and "check_code" in given and not (given["contact"] or given["check_code"]):
            self.add_error("contact", _("연락처나 편지의 확인 코드 가운데 하나를 적어 주세요"))
        return given

    @property
    def identity(self) -> Identity:
        return Identity(self.cleaned_data["name"], self.cleaned_data["birth_date"])


class HalfForm(forms.Form):
    use_required_attribute = False

    half = Text(
        words=_("들은 여섯 글자를 적어 주세요. 예: QD-XW4M"),
        longest=40,
        label=_("들은 뒤 여섯 글자"),
        widget=forms.TextInput(attrs={**OFF, "autocapitalize": "characters"}),
    )


class AnswerForm(forms.Form):
    use_required_attribute = False

    answered = Paragraphs(
        label=_("무엇이라고 답했나요?"),
        error_messages={"required": _("무엇이라고 답했는지 적어 주세요")},
    )
    promised = Paragraphs(
        required=False,
        rows=2,
        label=_("다음에 하기로 한 것"),
        help_text=_("약속한 것이 없으면 비워 두세요. 비우면 상담을 마쳐요."),
    )
    promise_by = forms.DateField(
        required=False,
        label=_("언제까지"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("날짜를 적어 주세요. 예: 2026-12-04")},
    )

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if given.get("promised") and "promise_by" in given and not given["promise_by"]:
            self.add_error("promise_by", _("언제까지 하기로 했는지 적어 주세요"))
        if given.get("promise_by") and not given.get("promised"):
            self.add_error("promised", _("무엇을 하기로 했는지 적어 주세요"))
        return given


class CallForm(CodeForm):
    """On the caller's own phone or screen."""

    use_required_attribute = False
    field_order = ("call_number", "code")

    call_number = Text(
        words=_("통화 번호 6자리를 숫자로 적어 주세요."),
        longest=40,
        label=_("통화 번호 6자리"),
        help_text=_("상담원이 불러 드려요."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("문자나 이메일로 받은 인증번호 6자리")
        self.fields["code"].help_text = _("상담원에게 말하지 마세요. 이 화면에만 적어 주세요.")

    def clean_call_number(self) -> str:
        digits = re.sub(r"[\s.-]", "", contacts.tidy(self.cleaned_data["call_number"]))
        if not re.fullmatch(rf"[0-9]{{{rules.CALL_NUMBER_LENGTH}}}", digits):
            raise forms.ValidationError(_("통화 번호 6자리를 숫자로 적어 주세요."))
        return digits

"""The shape of what is typed in this room, and what is said when it has another."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from breachdesk.lib import contacts, names
from lookup import refusals, rules
from lookup.states import Later, Step

NOT_A_CONTACT = _("휴대전화 번호나 이메일 주소를 적어 주세요. 예: 010-1234-5678")
NOT_A_MOBILE = _(
    "이 번호로는 문자를 보낼 수 없어요. 010으로 시작하는 휴대전화 번호나 이메일 주소를 적어 주세요. 070이나 지역번호로 시작하는 전화는 안 돼요."
)
NOT_A_CODE = _("인증번호 6자리를 숫자로 적어 주세요.")
NOT_A_NAME = _("이름을 적어 주세요. 예: 김서영")
NOT_A_BIRTH_DATE = _("생년월일 8자리를 적어 주세요. 예: 19540302")
EARLIEST_BIRTH = dt.date(1880, 1, 1)


class Text(forms.CharField):
    """One line whose every fault is told in the same words."""

    def __init__(self, *, words: Any, longest: int, **kwargs: Any) -> None:
        super().__init__(
            max_length=longest,
            error_messages=dict.fromkeys(["required", "max_length", "null_characters_not_allowed"], words),
            **kwargs,
        )


class ContactForm(forms.Form):
    contact = Text(
        words=NOT_A_CONTACT,
        longest=320,
        label=_("휴대전화 번호 또는 이메일"),
        help_text=_("인증번호를 보내 드려요. 주민등록번호, 카드번호, 비밀번호는 묻지 않아요."),
        widget=forms.TextInput(
            # Autofill would hand the next person at a shared computer the last one's number.
            attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def clean_contact(self) -> contacts.Contact:
        try:
            return contacts.Contact.parse(self.cleaned_data["contact"], regions=tuple(settings.CODE_COUNTRIES))
        except contacts.NotAMobile:
            raise forms.ValidationError(NOT_A_MOBILE) from None
        except contacts.OtherCountry:
            raise forms.ValidationError(refusals.other_country()) from None
        except contacts.NotAContact:
            raise forms.ValidationError(NOT_A_CONTACT) from None


class CodeForm(forms.Form):
    code = Text(
        words=NOT_A_CODE,
        longest=40,
        label=_("인증번호"),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "pattern": "[0-9 -]*"}),
    )

    def clean_code(self) -> str:
        digits = re.sub(r"[\s.-]", "", contacts.tidy(self.cleaned_data["code"]))
        if not re.fullmatch(rf"[0-9]{{{rules.CODE_LENGTH}}}", digits):
            raise forms.ValidationError(NOT_A_CODE)
        return digits


class ProveForm(CodeForm):
    shared_device = forms.BooleanField(
        required=False,
        label=_("여러 사람이 쓰는 기기예요"),
        help_text=_("끝나면 이 기기에서 모두 지우고, 3분 동안 쓰지 않으면 저절로 끝내요."),
    )


class SaysWho(forms.Form):
    """Says who they are by a name and a birth date; a company has none. Has the fields `name` and `birth_date`."""

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_name(self) -> str:
        name = contacts.tidy(self.cleaned_data["name"])
        if not names.fold(name):
            raise forms.ValidationError(NOT_A_NAME)
        return name

    def clean_birth_date(self) -> dt.date | None:
        typed = self.cleaned_data["birth_date"]
        if not typed.strip():
            return None
        day = birth_date(typed)
        if day is None or not EARLIEST_BIRTH <= day <= self.today:
            raise forms.ValidationError(NOT_A_BIRTH_DATE)
        return day


class WhoForm(SaysWho):
    name = Text(
        words=NOT_A_NAME,
        longest=80,
        label=_("이름"),
        help_text=_("카드에 등록한 이름 그대로 적어 주세요. 법인 카드면 법인 이름이에요."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    birth_date = Text(
        words=NOT_A_BIRTH_DATE,
        longest=40,
        required=False,
        label=_("생년월일 8자리"),
        help_text=_("예: 1954년 3월 2일이면 19540302"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    company = forms.BooleanField(
        required=False, label=_("법인 카드예요"), help_text=_("법인에는 생년월일이 없으니 비워 두면 돼요.")
    )

    def clean_birth_date(self) -> dt.date | None:
        if self.data.get("company"):
            return None
        day = super().clean_birth_date()
        if day is None:
            raise forms.ValidationError(NOT_A_BIRTH_DATE)
        return day


def birth_date(text: str) -> dt.date | None:
    """19540302, 1954-03-02, 1954. 3. 2., 1954년 3월 2일; None where it is no day."""
    typed = contacts.DASHES.sub("-", contacts.tidy(text))
    parts = re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})", typed.replace(" ", "")) or re.fullmatch(
        r"([0-9]{4}) ?[-./년] ?([0-9]{1,2}) ?[-./월] ?([0-9]{1,2}) ?[.일]?", typed
    )
    if parts is None:
        return None
    try:
        return dt.date(*map(int, parts.groups()))
    except ValueError:
        return None


class StepForm(forms.Form):
    """Posted by the buttons beside a guided step."""

    incident = forms.SlugField(max_length=40)
    step = forms.SlugField(max_length=40)
    # "later" is put off without a reminder, the names of Later with one.
    state = forms.ChoiceField(choices=[(code, "") for code in (*Step.values, "todo", *Later.values)])


class WatchForm(forms.Form):
    """Posted by the button that asks for word of changes, and by the one that stops it."""

    incident = forms.SlugField(max_length=40)
    act = forms.ChoiceField(choices=[("begin", ""), ("stop", "")])

"""The shape of what is typed from a letter."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from breachdesk.lib import references
from lookup.forms import NOT_A_BIRTH_DATE, NOT_A_NAME, SaysWho, Text

NOT_A_LETTER_CODE = _("편지에 적힌 코드 12자리를 그대로 적어 주세요. 예: 7F3K-29QD-XW4M")


class LetterCodeForm(forms.Form):
    code = Text(
        words=NOT_A_LETTER_CODE,
        longest=80,
        label=_("편지에 적힌 코드"),
        help_text=_("큰 글자와 작은 글자, 붙임표(-)와 띄어쓰기는 달라도 괜찮아요."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "inputmode": "text"}
        ),
    )

    def clean_code(self) -> str:
        code = references.read_secret(self.cleaned_data["code"])
        if code is None:
            raise forms.ValidationError(NOT_A_LETTER_CODE)
        return code


class LetterForm(SaysWho, LetterCodeForm):
    name = Text(
        words=NOT_A_NAME,
        longest=80,
        label=_("이름"),
        help_text=_("편지에 적힌 받는 분 이름이에요. 법인이면 법인 이름을 적어 주세요."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    birth_date = forms.CharField(
        required=False,
        max_length=40,
        label=_("생년월일 8자리"),
        help_text=_("예: 1954년 3월 2일이면 19540302. 법인이면 비워 두세요."),
        error_messages=dict.fromkeys(["max_length", "null_characters_not_allowed"], NOT_A_BIRTH_DATE),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
    shared_device = forms.BooleanField(
        required=False,
        label=_("여러 사람이 쓰는 기기예요"),
        help_text=_("끝나면 이 기기에서 모두 지우고, 3분 동안 쓰지 않으면 저절로 끝내요."),
    )

"""The shape of what is typed on /verify/."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext_lazy as _

from breachdesk.lib import references
from breachdesk.lib.contacts import tidy
from breachdesk.verify import rules
from delivery import check_codes

NO_CODE = _("메시지 맨 끝에 있는 확인 코드를 적어 주세요. 예: VRF-7F3K2-9QDXW")
A_REFERENCE = _("이것은 접수번호예요. 메시지 맨 끝에 VRF-로 시작하는 확인 코드를 적어 주세요.")
NO_SUCH_CODE = _(
    "이렇게 생긴 확인 코드는 없어요. 빠지거나 바뀐 글자가 있는지 다시 봐 주세요. 메시지에 정말 이렇게 적혀 있으면 우리가 보낸 메시지가 아니에요."
)


@dataclass(frozen=True)
class Typed:
    """A code that may have been given out: its check character is right."""

    code: str
    of_certificate: bool = False


class CheckForm(forms.Form):
    use_required_attribute = False

    code = forms.CharField(
        label=_("확인 코드"),
        help_text=_("예: VRF-7F3K2-9QDXW · 큰 글자와 작은 글자, 붙임표(-)와 띄어쓰기는 달라도 괜찮아요."),
        max_length=rules.TYPED_LENGTH,
        error_messages={
            "required": NO_CODE,
            "max_length": _("너무 길어요. 확인 코드만 적어 주세요."),
            "null_characters_not_allowed": NO_SUCH_CODE,
        },
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self) -> Typed:
        text = tidy(self.cleaned_data["code"])
        if code := check_codes.read(text):
            return Typed(code)
        if references.is_valid(references.normalise(text)):
            raise forms.ValidationError(A_REFERENCE)
        raise forms.ValidationError(NO_SUCH_CODE if any(mark.isalnum() for mark in text) else NO_CODE)

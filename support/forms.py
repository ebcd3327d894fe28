"""The shape of what people type in this room."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from breachdesk.lib import contacts, typed_text
from lookup import refusals
from lookup.forms import NOT_A_MOBILE, Text
from support import rules
from support.states import InquiryKind, Rating

NO_KIND = _("무엇이 궁금한지 하나를 골라 주세요")
NO_WORDS = _("궁금한 것을 적어 주세요")
TOO_LONG = _("너무 길어요. 줄여서 적어 주세요")
NOT_A_CONTACT = _("답을 알릴 휴대전화 번호나 이메일 주소를 적어 주세요. 예: 010-1234-5678")


class Paragraphs(forms.CharField):
    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return typed_text.paragraphs(super().to_python(value) or "")


class Several(forms.FileInput):
    allow_multiple_selected = True


def words(label: Any, hint: Any = "") -> Paragraphs:
    return Paragraphs(
        label=label,
        help_text=hint,
        max_length=rules.WORDS_LENGTH,
        error_messages={
            "required": NO_WORDS,
            "max_length": TOO_LONG,
            "null_characters_not_allowed": _("읽을 수 없는 글자가 있어요. 다시 적어 주세요."),
        },
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": rules.WORDS_LENGTH, "autocomplete": "off"}),
    )


class Files(forms.Field):
    """What was chosen, read from the request by whoever keeps it."""

    def __init__(self) -> None:
        super().__init__(
            label=_("사진·파일"),
            help_text=_("JPG, PNG, HEIC, PDF를 3개까지 받아요. 카드번호와 비밀번호는 가려 주세요."),
            required=False,
            widget=Several(attrs={"accept": "image/jpeg,image/png,image/heic,image/heif,application/pdf,.heic,.heif"}),
        )


class WithFiles(forms.Form):
    use_required_attribute = False

    def clean_form(self) -> uuid.UUID:
        try:
            return uuid.UUID(self.cleaned_data["form"])
        except ValueError:
            return uuid.uuid4()

    def uploads(self) -> Sequence[Any]:
        return self.files.getlist("attached") if hasattr(self.files, "getlist") else []

    def clean(self) -> dict[str, Any]:
        if len(self.uploads()) > rules.MOST_FILES:
            self.add_error("attached", _("파일은 한 번에 3개까지 보낼 수 있어요"))
        return self.cleaned_data


class AskForm(WithFiles):
    """`proved`: the contact is known, so none is asked for."""

    # Names this form, so that it is one inquiry when it is sent twice.
    form = forms.CharField(required=False, widget=forms.HiddenInput)
    incident = forms.CharField(required=False, widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("무엇이 궁금하세요?"),
        choices=InquiryKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": NO_KIND, "invalid_choice": NO_KIND},
    )
    words = words(
        _("궁금한 것"), _("아는 만큼만 적어도 돼요. 주민등록번호, 카드번호, 비밀번호, 인증번호는 적지 마세요.")
    )
    attached = Files()
    contact = Text(
        words=NOT_A_CONTACT,
        longest=320,
        label=_("답을 알릴 휴대전화 번호 또는 이메일"),
        help_text=_("답이 나오면 여기로 알려요. 답은 이 연락처를 확인한 뒤에만 볼 수 있어요."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, proved: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if proved:
            del self.fields["contact"]

    def clean_contact(self) -> contacts.Contact:
        try:
            return contacts.Contact.parse(self.cleaned_data["contact"], regions=tuple(settings.CODE_COUNTRIES))
        except contacts.NotAMobile:
            raise forms.ValidationError(NOT_A_MOBILE) from None
        except contacts.OtherCountry:
            raise forms.ValidationError(refusals.other_country()) from None
        except contacts.NotAContact:
            raise forms.ValidationError(NOT_A_CONTACT) from None


class RateForm(forms.Form):
    use_required_attribute = False
    rating = forms.ChoiceField(choices=Rating.choices)
    words = Paragraphs(
        label=_("더 하고 싶은 말"),
        required=False,
        max_length=rules.RATE_WORDS_LENGTH,
        error_messages={"max_length": TOO_LONG},
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": rules.RATE_WORDS_LENGTH, "autocomplete": "off"}),
    )


class WriteForm(WithFiles):
    form = forms.CharField(required=False, widget=forms.HiddenInput)
    words = words(_("더 적을 말"), _("주민등록번호, 카드번호, 비밀번호, 인증번호는 적지 마세요."))
    attached = Files()

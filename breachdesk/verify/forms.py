"""The shape of what is typed on /verify/."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from breachdesk.lib import references, typed_text
from breachdesk.lib.contacts import Contact, NotAContact, tidy
from breachdesk.verify import rules, states
from delivery import check_codes

NO_CODE = _("메시지 맨 끝에 있는 확인 코드를 적어 주세요. 예: VRF-7F3K2-9QDXW")
A_REFERENCE = _("이것은 접수번호예요. 메시지 맨 끝에 VRF-로 시작하는 확인 코드를 적어 주세요.")
NO_SUCH_CODE = _(
    "이렇게 생긴 확인 코드는 없어요. 빠지거나 바뀐 글자가 있는지 다시 봐 주세요. 메시지에 정말 이렇게 적혀 있으면 우리가 보낸 메시지가 아니에요."
)
A_SECRET = _("이것은 편지에 적힌 비밀 코드예요. 조회할 때만 쓰고, 여기에는 적지 마세요.")


@dataclass(frozen=True)
class Typed:
    """A code that may have been given out: its check character is right."""

    code: str
    of_certificate: bool = False


class CheckForm(forms.Form):
    use_required_attribute = False

    code = forms.CharField(
        label=_("확인 코드"),
        help_text=_(
            "메시지는 VRF-, 유출 확인서는 CRT-로 시작해요. 큰 글자와 작은 글자, 붙임표(-)와 띄어쓰기는 달라도 괜찮아요."
        ),
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
        of_certificate = references.CERTIFICATE_CODE
        if text.upper().startswith(of_certificate.prefix) or of_certificate.within(text):
            if code := of_certificate.read(text) or of_certificate.read(of_certificate.within(text)):
                return Typed(code, of_certificate=True)
        elif references.read_secret(text):
            raise forms.ValidationError(A_SECRET)
        if references.is_valid(references.normalise(text)):
            raise forms.ValidationError(A_REFERENCE)
        raise forms.ValidationError(NO_SUCH_CODE if any(mark.isalnum() for mark in text) else NO_CODE)


# Reports of fakes.

TOO_LONG = _("너무 길어요. 줄여서 적어 주세요")
NO_WAY = _("어떻게 왔는지 하나를 골라 주세요")
NO_HARM = _("지금까지 무엇을 했는지 하나를 골라 주세요")
UNREADABLE = _("읽을 수 없는 글자가 있어요. 다시 적어 주세요.")


class Paragraphs(forms.CharField):
    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return typed_text.paragraphs(super().to_python(value) or "")


class ReportForm(forms.Form):
    use_required_attribute = False

    # Names this form, so that it is one report when it is sent twice.
    form = forms.CharField(required=False, widget=forms.HiddenInput)
    way = forms.ChoiceField(
        label=_("어떻게 왔나요?"),
        choices=states.Way.choices,
        widget=forms.RadioSelect,
        error_messages={"required": NO_WAY, "invalid_choice": NO_WAY},
    )
    words = Paragraphs(
        label=_("받은 내용"),
        help_text=_(
            "그대로 붙여 넣어 주세요. 들은 말이면 기억나는 대로 적어 주세요. 내 이름과 카드번호, 비밀번호는 지워도 돼요."
        ),
        required=False,
        max_length=rules.WORDS_LENGTH,
        error_messages={"max_length": TOO_LONG, "null_characters_not_allowed": UNREADABLE},
        widget=forms.Textarea(
            attrs={"rows": 6, "maxlength": rules.WORDS_LENGTH, "autocomplete": "off", "spellcheck": "false"}
        ),
    )
    sender = forms.CharField(
        label=_("보낸 번호나 주소"),
        required=False,
        max_length=rules.SENDER_LENGTH,
        error_messages={"max_length": TOO_LONG, "null_characters_not_allowed": UNREADABLE},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    picture = forms.FileField(
        label=_("화면 사진(캡처)"),
        help_text="JPG, PNG, HEIC, PDF",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(
            attrs={"accept": "image/jpeg,image/png,image/heic,image/heif,application/pdf,.heic,.heif"}
        ),
    )
    harm = forms.ChoiceField(
        label=_("지금까지 무엇을 했나요?"),
        choices=states.Harm.choices,
        widget=forms.RadioSelect,
        error_messages={"required": NO_HARM, "invalid_choice": NO_HARM},
    )
    contact = forms.CharField(
        label=_("물어볼 것이 있을 때 연락할 휴대전화 번호나 이메일"),
        help_text=_("적지 않아도 신고를 받아요. 적어도 문자는 보내지 않고, 꼭 필요할 때만 사람이 연락해요."),
        required=False,
        max_length=320,
        error_messages={"max_length": TOO_LONG, "null_characters_not_allowed": UNREADABLE},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )

    def clean_form(self) -> uuid.UUID:
        try:
            return uuid.UUID(self.cleaned_data["form"])
        except ValueError:
            return uuid.uuid4()

    def clean_sender(self) -> str:
        return typed_text.line(self.cleaned_data["sender"])

    def clean_contact(self) -> Contact | None:
        typed = tidy(self.cleaned_data["contact"])
        try:
            return Contact.parse(typed) if typed else None
        except NotAContact:
            raise forms.ValidationError(
                _("휴대전화 번호나 이메일 주소를 적거나 비워 두세요. 예: 010-1234-5678")
            ) from None

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not (given.get("words") or given.get("sender") or self.files.get("picture") or self.has_error("words")):
            self.add_error("words", _("받은 내용이나 보낸 번호를 적거나 화면 사진을 올려 주세요"))
        return given


class SettleForm(forms.Form):
    use_required_attribute = False

    to = forms.ChoiceField(
        label=_("어떻게 했나요?"),
        choices=lambda: [("", gettext("하나를 골라 주세요")), *((end.value, end.label) for end in states.ENDS)],
        error_messages={"required": _("하나를 골라 주세요"), "invalid_choice": _("하나를 골라 주세요")},
    )
    note = Paragraphs(
        label=_("한 일"),
        help_text=_("어디에 언제 알렸는지 다음 사람이 알 수 있게 적어 주세요."),
        required=False,
        max_length=rules.NOTE_LENGTH,
        error_messages={"max_length": TOO_LONG},
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": rules.NOTE_LENGTH, "autocomplete": "off"}),
    )
    with_alike = forms.BooleanField(required=False, label=_("같은 번호의 새 신고도 모두"))


class RevealForm(forms.Form):
    use_required_attribute = False

    reason = forms.ChoiceField(
        label=_("왜 열어 보나요?"),
        choices=lambda: [("", gettext("이유를 골라 주세요")), *rules.REVEAL_REASONS.items()],
        error_messages={
            "required": _("이유를 골라야 열 수 있어요"),
            "invalid_choice": _("이유를 골라야 열 수 있어요"),
        },
    )

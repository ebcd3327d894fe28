"""What is typed about an answer that must be wrong: by its person, and by staff."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from breachdesk.lib import typed_text
from lookup import rules
from lookup.states import DisputeKind, DisputeResult

NO_KIND = _("무엇이 이상한지 하나를 골라 주세요")
NO_WORDS = _("무엇이 실제와 다른지 적어 주세요")
TOO_LONG = _("너무 길어요. 줄여서 적어 주세요")


class Paragraphs(forms.CharField):
    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return typed_text.paragraphs(super().to_python(value) or "")


class DisputeForm(forms.Form):
    use_required_attribute = False

    kind = forms.ChoiceField(
        label=_("무엇이 이상한가요?"),
        choices=DisputeKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": NO_KIND, "invalid_choice": NO_KIND},
    )
    words = Paragraphs(
        label=_("어떤 점이 실제와 다른가요?"),
        help_text=_("아는 만큼만 적어도 돼요. 주민등록번호, 카드번호, 비밀번호는 적지 마세요."),
        required=False,
        max_length=rules.DISPUTE_WORDS_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5, "maxlength": rules.DISPUTE_WORDS_LENGTH, "autocomplete": "off"}),
        error_messages={"max_length": TOO_LONG},
    )

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        # Who should be on the list, or is on it wrongly, has said all; of the rest we must know what.
        if given.get("kind") in {DisputeKind.ITEM_WRONG, DisputeKind.OTHER} and "words" in given and not given["words"]:
            self.add_error("words", NO_WORDS)
        return given


class AnswerForm(forms.Form):
    use_required_attribute = False

    result = forms.ChoiceField(
        label=_("살펴본 결과"),
        choices=lambda: [("", gettext("결과를 골라 주세요")), *DisputeResult.choices],
        error_messages={"required": _("결과를 골라 주세요"), "invalid_choice": _("결과를 골라 주세요")},
    )
    sentence = Paragraphs(
        label=_("요청한 분께 한마디"),
        help_text=_("요청한 분이 그대로 읽어요. 무엇을 확인했고 다음에 무엇이 있는지 쉬운 말로 적어 주세요."),
        max_length=rules.DISPUTE_SENTENCE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": rules.DISPUTE_SENTENCE_LENGTH, "autocomplete": "off"}),
        error_messages={"required": _("요청한 분께 드릴 말을 적어 주세요"), "max_length": TOO_LONG},
    )


class RevealForm(forms.Form):
    use_required_attribute = False

    reason = forms.ChoiceField(
        label=_("왜 열어 보나요?"),
        choices=lambda: [("", gettext("이유를 골라 주세요")), *rules.DISPUTE_REVEAL_REASONS.items()],
        error_messages={
            "required": _("이유를 골라야 열 수 있어요"),
            "invalid_choice": _("이유를 골라야 열 수 있어요"),
        },
    )

"""The shape of what staff write of an AlimTalk template."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from delivery import filling, occasions

REQUIRED = {"required": _("적어 주세요.")}


class TemplateForm(forms.Form):
    use_required_attribute = False
    occasion = forms.ChoiceField(label=_("어떤 안내인가요?"), error_messages=REQUIRED)
    language = forms.ChoiceField(label=_("언어"), choices=settings.LANGUAGES, error_messages=REQUIRED)
    text = forms.CharField(
        label=_("내용"),
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=_("빈칸은 #{이름}처럼 적어요. 카카오가 승인한 글과 한 글자라도 다르면 나가지 않아요."),
        error_messages=REQUIRED,
        strip=False,
    )

    def __init__(self, *args: Any, fixed: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        choice = self.fields["occasion"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(code, occasions.name(code)) for code in filling.PLACES]
        for name in ("occasion", "language") if fixed else ():
            del self.fields[name]

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"]).replace("\r\n", "\n").strip()


class HandInForm(forms.Form):
    use_required_attribute = False
    code = forms.RegexField(
        regex=r"^[A-Za-z0-9_-]{1,60}$",
        label=_("업체가 준 템플릿 코드"),
        help_text=_("영문, 숫자, -, _만 써요. 보낼 때 이 코드로 부르니 그대로 옮겨 주세요."),
        error_messages={**REQUIRED, "invalid": _("영문, 숫자, -, _만 60자까지 쓸 수 있어요.")},
    )


class RefusedForm(forms.Form):
    use_required_attribute = False
    reason = forms.CharField(
        label=_("카카오가 말한 까닭"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={**REQUIRED, "max_length": _("500자까지 쓸 수 있어요.")},
    )

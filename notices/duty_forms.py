"""The shape of what staff say of a duty of the law for one incident, and of how a clock was met."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from breachdesk.files.rules import MAX_MEGABYTES
from notices import duties, snapshots
from notices.edit_forms import Day, EditForm, Moment, Number, Words, en, ko
from notices.models import Clock


class DutyForm(EditForm):
    layout = (
        (_("법과 조항"), "", ("law_ko", "law_en")),
        ("", "", ("hours",)),
        ("", "", ("people_from",)),
        ("", "", ("unique_ids",)),
        ("", "", ("outside_access",)),
        ("", "", ("sourced",)),
        ("", "", ("read_on",)),
    )
    law_ko = ko(longest=120)
    law_en = en(longest=160)
    hours = Number(label=_("몇 시간"), help_text=_("비워 두면 ‘지체 없이’예요."), least=1, most=10_000, required=False)
    people_from = Number(
        label=_("몇 명부터"),
        help_text=_("비워 두면 사람 수를 보지 않아요."),
        least=1,
        most=1_000_000_000,
        required=False,
    )
    unique_ids = forms.BooleanField(label=_("민감정보나 고유식별정보가 나갔으면 사람 수와 상관없이"), required=False)
    outside_access = forms.BooleanField(label=_("밖에서 불법으로 접근했으면 사람 수와 상관없이"), required=False)
    sourced = forms.BooleanField(
        label=_("법에 적힌 값이에요"),
        help_text=_("확인하지 못한 값은 표시하지 마세요. ‘우리가 정한 값’이라고 보여요."),
        required=False,
    )
    read_on = Day(label=_("법을 읽은 날"))

    def __init__(self, given: Any, *, duty: duties.Duty, **options: Any) -> None:
        super().__init__(given, said=snapshots.of_duty(duty), **options)


class MeetingForm(EditForm):
    layout = (
        ("", "", ("met_at",)),
        ("", "", ("evidence",)),
        ("", "", ("file",)),
    )
    met_at = Moment(label=_("언제 했나요?"))
    evidence = Words(
        label=_("무엇으로 알 수 있나요?"),
        help_text=_("누구에게 어떻게 했는지, 접수번호는 무엇인지. 개인정보는 적지 마세요."),
        longest=1000,
        area=3,
    )
    file = forms.FileField(
        label=_("증빙 파일 (없으면 비워 두세요)"),
        help_text=format_lazy(_("사진이나 PDF. {megabytes}MB까지 받아요."), megabytes=MAX_MEGABYTES),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png,.heic,.pdf"}),
        error_messages={"empty": _("빈 파일이에요."), "max_length": _("파일 이름이 너무 길어요.")},
    )

    def __init__(self, given: Any = None, files: Any = None, *, clock: Clock, **options: Any) -> None:
        said = {"met_at": clock.met_at, "evidence": clock.evidence}
        super().__init__(given, files, said=said, **options)

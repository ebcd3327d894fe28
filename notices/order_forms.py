"""The shape of a regulator's order as staff write it down, and of what was answered."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notices import ordering
from notices.edit_forms import EditForm, Moment, Words
from notices.models import Incident
from notices.order_models import RegulatorOrder
from notices.states import Authority


class OrderForm(EditForm):
    layout = (
        ("", "", ("authority",)),
        ("", "", ("office",)),
        ("", "", ("reference",)),
        ("", "", ("asks",)),
        (_("받은 때와 기한"), "", ("received_at", "due_at")),
    )
    authority = forms.ChoiceField(label=_("어느 기관인가요?"), choices=Authority.choices)
    office = Words(label=_("담당 부서"), longest=120, required=False)
    reference = Words(label=_("문서 번호"), longest=80, required=False)
    asks = Words(
        label=_("무엇을 하라고 했나요?"),
        help_text=_("기관이 쓴 말 그대로 적어 주세요. 개인정보는 적지 마세요."),
        longest=5000,
        area=5,
    )
    received_at = Moment(label=_("받은 때"))
    due_at = Moment(
        label=_("답할 기한"), help_text=_("명령에 적힌 기한이 없으면 비워 두세요. 받은 때부터 세요."), required=False
    )

    def __init__(self, given: Any = None, *, incident: Incident, order: RegulatorOrder | None = None, **options: Any):
        super().__init__(given, said=ordering.of_order(order) if order else None, **options)
        self.incident = incident

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        received: dt.datetime | None = cleaned.get("received_at")
        if received and received > self.at:
            self.add_error("received_at", gettext("아직 오지 않은 때를 적을 수 없어요."))
        if received and not cleaned.get("due_at") and "due_at" not in self.errors:
            cleaned["due_at"] = ordering.answer_by(self.incident, received_at=received)
        if received and cleaned.get("due_at") and cleaned["due_at"] <= received:
            self.add_error("due_at", gettext("기한은 받은 때보다 뒤여야 해요."))
        return cleaned


class AnswerForm(EditForm):
    layout = (
        ("", "", ("sent_at",)),
        ("", "", ("answer",)),
        ("", "", ("why_late",)),
    )
    sent_at = Moment(label=_("답을 보낸 때"))
    answer = Words(
        label=_("무엇을 답했나요?"),
        help_text=_("어떤 서류를 어떻게 냈는지. 개인정보는 적지 마세요."),
        longest=5000,
        area=5,
    )
    why_late = Words(
        label=_("늦은 까닭"), help_text=_("기한 안에 답했으면 비워 두세요."), longest=2000, area=3, required=False
    )

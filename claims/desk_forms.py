"""What staff type about a claim, and the words for what is wrong with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims import reasons, rules, typed
from claims.forms import Paragraphs, StepForm, Words
from claims.models import Line, Proposal
from claims.rules import Proposed
from claims.states import Outcome

PROBLEMS = {
    "missing": _("모두, 일부, 안 함 가운데 하나를 골라 주세요"),
    "amount": _("일부는 1원보다 크고 신청 금액보다 작아야 해요"),
    "reason": _("고른 결정에 맞는 이유를 골라 주세요"),
}
SHORT = {Outcome.FULL: _("모두"), Outcome.PART: _("일부"), Outcome.REFUSED: _("안 함")}


def _reasons() -> list[Any]:
    groups: list[Any] = [("", gettext("이유를 골라 주세요"))]
    for outcome in Outcome:
        found = [(reason.code, reason.words) for reason in reasons.for_outcome(outcome)]
        groups.append((SHORT[outcome], found))
    return groups


class OutcomeForm(StepForm):
    """What is proposed about one line."""

    outcome = forms.ChoiceField(
        label=_("결정"),
        choices=[(outcome.value, SHORT[outcome]) for outcome in Outcome],
        widget=forms.RadioSelect,
        error_messages={"required": PROBLEMS["missing"], "invalid_choice": PROBLEMS["missing"]},
    )
    amount = Words(
        label=_("일부 금액"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 40}),
    )
    reason = forms.ChoiceField(
        label=_("이유 (신청한 분이 읽어요)"),
        choices=_reasons,
        error_messages={"required": PROBLEMS["reason"], "invalid_choice": PROBLEMS["reason"]},
    )

    def __init__(self, *args: Any, line: Line, **kwargs: Any) -> None:
        super().__init__(*args, prefix=f"line-{line.number}", **kwargs)
        self.line = line
        self.heading = gettext("%(number)s번 항목") % {"number": line.number}

    def proposed(self) -> Proposed:
        """Only of a valid form."""
        outcome = self.cleaned_data["outcome"]
        amount = {Outcome.FULL: self.line.amount, Outcome.REFUSED: 0}.get(outcome, self.cleaned_data["part"])
        return Proposed(self.line.number, outcome, amount, self.cleaned_data["reason"])

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        given["part"] = 0
        if given.get("outcome") == Outcome.PART:
            try:
                given["part"] = typed.amount(given.get("amount", ""))
            except typed.NotAnAmount:
                given["part"] = 0
            if not 0 < given["part"] < self.line.amount:
                self.add_error("amount", PROBLEMS["amount"])
        if given.get("reason") and given.get("outcome") and not reasons.fits(given["reason"], given["outcome"]):
            self.add_error("reason", PROBLEMS["reason"])
        return given


class SentenceForm(StepForm):
    sentence = Paragraphs(
        label=_("신청한 분께 한마디"),
        help_text=_("신청한 분이 결정과 함께 읽어요. 쉬운 말로, 다음에 무엇이 있는지 적어 주세요."),
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": rules.SENTENCE_LENGTH}),
        max_length=rules.SENTENCE_LENGTH,
        error_messages={"required": _("신청한 분께 드릴 말을 적어 주세요")},
    )


class ProposeForm:
    """One decision: a form for each line, and the sentence."""

    def __init__(self, lines: Sequence[Line], *, data: Any = None, last: Proposal | None = None) -> None:
        """`last`: what was proposed before and sent back; begun from there."""
        before = {one.line_id: one for one in last.outcomes.all()} if last else {}
        self.lines = [OutcomeForm(data, line=line, initial=_begun(before.get(line.pk))) for line in lines]
        self.sentence = SentenceForm(data, initial={"sentence": last.sentence if last else ""})
        self.forms: list[StepForm] = [*self.lines, self.sentence]

    def is_valid(self) -> bool:
        return all(form.is_valid() for form in self.forms)

    @property
    def problems(self) -> int:
        return sum(len(errors) for form in self.forms if form.is_bound for errors in form.errors.values())


def _begun(before: Any) -> dict[str, Any]:
    if before is None:
        return {}
    part = before.amount if before.outcome == Outcome.PART else ""
    return {"outcome": before.outcome, "amount": part, "reason": before.reason}


class AskForm(StepForm):
    words = Paragraphs(
        label=_("무엇이 필요한가요?"),
        help_text=_("신청한 분이 그대로 읽어요. 카드번호·비밀번호·주민등록번호는 묻지 마세요."),
        widget=forms.Textarea(attrs={"rows": 4, "maxlength": rules.QUESTION_LENGTH}),
        max_length=rules.QUESTION_LENGTH,
        error_messages={"required": _("무엇이 필요한지 적어 주세요")},
    )
    answer_by = forms.DateField(
        label=_("언제까지"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        error_messages={"required": _("답할 날을 적어 주세요"), "invalid": _("날짜를 년-월-일로 적어 주세요")},
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"answer_by": today + dt.timedelta(days=rules.ANSWER_WITHIN_DAYS)})
        super().__init__(*args, prefix="ask", **kwargs)
        self.today = today

    def clean_answer_by(self) -> dt.date:
        day: dt.date = self.cleaned_data["answer_by"]
        try:
            rules.check_answer_by(day, self.today)
        except rules.OutsideDays:
            raise forms.ValidationError(
                gettext("내일부터 %(days)s일 안의 날을 골라 주세요") % {"days": rules.ANSWER_WITHIN_AT_MOST_DAYS}
            ) from None
        return day


class SendBackForm(StepForm):
    note = Words(
        label=_("왜 돌려보내나요?"),
        help_text=_("제안한 사람만 읽어요."),
        max_length=rules.NOTE_LENGTH,
        error_messages={"required": _("왜 돌려보내는지 적어 주세요")},
    )


class RevealForm(StepForm):
    reason = forms.ChoiceField(
        label=_("왜 열어 보나요?"),
        choices=lambda: [("", gettext("이유를 골라 주세요")), *rules.REVEAL_REASONS.items()],
        error_messages={
            "required": _("이유를 골라야 열 수 있어요"),
            "invalid_choice": _("이유를 골라야 열 수 있어요"),
        },
    )

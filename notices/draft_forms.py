"""The shape of a version while it is written: Korean left, English right, easy-read Korean below, each statutory item by itself."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from notices import catalogue, draft_pages, kinds, queries, snapshots, texts
from notices.models import Notice
from notices.states import Cleared, NoticeKind

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LONGEST = 20_000
ONE_LINE = ("title", "next_word")
HINTS: dict[str, StrOrPromise] = {
    "lede": _("첫머리에 크게 보이는 글이에요. 무슨 일이 있었는지 두세 문장으로 적어 주세요."),
    "changes": _("앞 판에서 무엇이 왜 달라졌는지 적어 주세요. 공개 화면에 그대로 보여요."),
    "next_word": _("다음에 언제 다시 알리는지 적어 주세요. 없으면 비워 두세요."),
}
ROWS = {"lede": 5, "changes": 5}


@dataclass(frozen=True)
class Pair:
    """One text in its languages."""

    name: str
    heading: StrOrPromise
    law: str
    hint: StrOrPromise
    needed: bool
    ko: BoundField
    en: BoundField
    easy: BoundField | None

    @property
    def fields(self) -> list[BoundField]:
        return [self.ko, self.en, *([self.easy] if self.easy else [])]


class NoticeForm(forms.Form):
    """Anything may stay empty while it is written: whether it is whole is asked when it is proposed."""

    kind = forms.ChoiceField(label=_("어떤 안내인가요?"), choices=NoticeKind.choices)
    cleared = forms.ChoiceField(
        label=texts.HEADINGS["cleared"],
        choices=[("", _("고르지 않음")), *Cleared.choices],
        required=False,
        help_text=_("‘유출 아님’일 때만 골라 주세요."),
    )
    cleared_tiers = forms.TypedMultipleChoiceField(
        label=_("어느 묶음에 들어 있던 분인가요?"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    not_leaked = forms.MultipleChoiceField(
        label=_("유출되지 않은 것으로 확인한 정보"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, notice: Notice, later: bool, **options: Any) -> None:
        self.names = [name for name in texts.TEXTS if name != "changes" or later]
        options["initial"] = snapshots.of_notice(notice)
        super().__init__(*args, **options)
        self.notice = notice
        known = catalogue.items(notice.incident.extra_items)
        # What an earlier version says stays to choose, so that a save takes nothing away unseen.
        codes = [*known, *(code for code in notice.not_leaked if code not in known)]
        told = list(queries.published_notices(notice.incident).order_by("number").values_list("kind", "cleared"))
        self.fields["kind"].choices = _kinds(notice, told)  # type: ignore[attr-defined]
        self.fields["cleared_tiers"].choices = draft_pages.tiers(notice.incident)  # type: ignore[attr-defined]
        self.fields["not_leaked"].choices = [(code, known[code].name if code in known else code) for code in codes]  # type: ignore[attr-defined]
        for name in self.names:
            for code in texts.languages(name):
                self.fields[f"{name}_{code}"] = _text(name, code)

    def pairs(self) -> list[Pair]:
        needed = draft_pages.needed(self["kind"].value(), self["cleared"].value() or "", later="changes" in self.names)
        return [
            Pair(
                name,
                texts.heading(name),
                texts.reference(name),
                HINTS.get(name, ""),
                name in needed,
                self[f"{name}_ko"],
                self[f"{name}_en"],
                self[f"{name}_easy"] if name in texts.EASY else None,
            )
            for name in self.names
        ]

    def as_written(self) -> Notice:
        """The version as it would be with what was typed; the row stays as it is. Only of a form that is valid."""
        written = copy.copy(self.notice)
        for name, value in self.words().items():
            setattr(written, name, value)
        return written

    def words(self) -> dict[str, Any]:
        """What was written, as snapshots.of_notice says it; only of a form that is valid."""
        # In the order of the catalogue, and a code that was there in a different order is no change.
        chosen = self.cleaned_data["not_leaked"]
        same = set(chosen) == set(self.notice.not_leaked)
        words = {**self.cleaned_data, "not_leaked": list(self.notice.not_leaked) if same else chosen}
        if words["kind"] != NoticeKind.NOT_LEAKED:
            words["cleared"] = ""
        if words["cleared"] != Cleared.TIERS:
            words["cleared_tiers"] = []
        return words


def _kinds(notice: Notice, told: list[kinds.Told]) -> list[tuple[str, StrOrPromise]]:
    """Those that may follow what was told; the one it is now stays, so that a save changes nothing unseen."""
    clearings = ("", *Cleared.values)
    return [
        (value, name)
        for value, name in NoticeKind.choices
        if value == notice.kind or any(kinds.may_follow(value, cleared, told) for cleared in clearings)
    ]


def _text(name: str, code: str) -> forms.CharField:
    attributes: dict[str, Any] = {"lang": "en" if code == "en" else "ko"}
    longest = getattr(Notice._meta.get_field(f"{name}_{code}"), "max_length", None) or LONGEST
    if name in ONE_LINE:
        widget: forms.Widget = forms.TextInput(attrs=attributes)
    else:
        widget = forms.Textarea(attrs={**attributes, "rows": 4 if code == "easy" else ROWS.get(name, 7)})
    # No maxlength on the box: what is pasted would be cut without a word.
    field = _Text(label=texts.LANGUAGES[code], required=False, widget=widget)
    field.longest = longest
    return field


class _Text(forms.CharField):
    longest = LONGEST

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")

    def validate(self, value: Any) -> None:
        super().validate(value)
        if len(value) > self.longest:
            raise forms.ValidationError(
                gettext("%(longest)s자까지 쓸 수 있어요. 지금은 %(now)s자예요.")
                % {"longest": f"{self.longest:,}", "now": f"{len(value):,}"}
            )

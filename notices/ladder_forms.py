"""The rungs of a ladder as staff type them: for each way its place, how long it is given, and how long silence is the proof."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices import ladder_rules
from notices.ladder_rules import Rung
from notices.states import ProofBy, Way

# A posting is the last rung of every ladder and has nothing to set.
WAYS = (Way.ALIMTALK, Way.PHONE, Way.EMAIL, Way.LETTER)
SILENCE = {
    Way.EMAIL: gettext_lazy("되돌아오지 않아야 하는 시간(시간)"),
    Way.LETTER: gettext_lazy("반송되지 않아야 하는 시간(시간)"),
}
USUAL = {rung.way: rung for rung in ladder_rules.USUAL}


class LadderForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("왜 이렇게 하나요?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": gettext_lazy("왜 그렇게 하는지 적어 주세요.")},
    )

    def __init__(self, *args: Any, now: Sequence[Rung], **options: Any) -> None:
        super().__init__(*args, **options)
        places = {rung.way: place for place, rung in enumerate(sorted(now, key=lambda rung: rung.position), 1)}
        known = {rung.way: rung for rung in now}
        in_order = [(str(number), _("%(n)d번째") % {"n": number}) for number in range(1, len(WAYS) + 1)]
        for way in WAYS:
            rung = known.get(way, USUAL[way])
            place = str(places[way]) if way in places else ""
            self.fields[f"{way}_place"] = forms.ChoiceField(
                label=_("몇 번째 방법인가요?"), choices=[("", _("쓰지 않음")), *in_order], required=False, initial=place
            )
            # A letter's time runs from its posting alone: it is given up when it comes back.
            if way != Way.LETTER:
                self.fields[f"{way}_wait"] = forms.IntegerField(
                    label=_("기다리는 시간(분)"),
                    min_value=1,
                    max_value=ladder_rules.LONGEST_WAIT_MINUTES,
                    initial=rung.wait_minutes,
                )
            if way in SILENCE:
                self.fields[f"{way}_silence"] = forms.IntegerField(
                    label=str(SILENCE[way]),
                    min_value=1,
                    max_value=ladder_rules.LONGEST_SILENCE_HOURS,
                    initial=rung.silence_hours,
                )

    def groups(self) -> Iterator[tuple[str | Promise, list[forms.BoundField]]]:
        for way in WAYS:
            names = (f"{way}_place", f"{way}_wait", f"{way}_silence")
            yield way.label, [self[name] for name in names if name in self.fields]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.errors:
            return given
        places: dict[str, Way] = {}
        for way in WAYS:
            place = given[f"{way}_place"]
            if place and place in places:
                self.add_error(f"{way}_place", _("두 방법이 같은 차례예요. 차례를 다르게 골라 주세요."))
            places.setdefault(place, way)
        if self.errors:
            return given
        for _position, words in ladder_rules.problems(self.rungs):
            self.add_error(None, words)
        return given

    @property
    def rungs(self) -> list[Rung]:
        given = self.cleaned_data
        used = sorted((way for way in WAYS if given[f"{way}_place"]), key=lambda way: int(given[f"{way}_place"]))
        rungs = [
            Rung(
                number,
                way,
                given.get(f"{way}_wait", USUAL[way].wait_minutes),
                ladder_rules.PROOFS[way][0],
                given.get(f"{way}_silence") or 0,
            )
            for number, way in enumerate(used, 1)
        ]
        return [*rungs, Rung(len(rungs) + 1, Way.POSTING, 0, ProofBy.POSTED)]

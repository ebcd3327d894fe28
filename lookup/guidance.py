"""What an answer's page says beside the verdict: the items by group, what did not leak, the guided steps, the remedies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lookup import rules, states
from lookup.queries import Answer
from lookup.standing import Mark
from notices import catalogue
from notices import queries as notices
from notices.models import Remedy
from notices.states import HowToGet

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class StepRow:
    """A guided step and how a person stands with it."""

    step: catalogue.Step
    state: str
    mark: Mark | None
    is_now: bool


@dataclass(frozen=True)
class RemedyRow:
    """What a page says of a remedy."""

    name_ko: str
    name_en: str
    words_ko: str
    words_en: str
    how: str
    how_words: StrOrPromise
    ask_until_date: dt.date | None
    ends_date: dt.date | None
    lasts_ko: str
    lasts_en: str


def _remedy_row(remedy: Remedy) -> RemedyRow:
    return RemedyRow(
        remedy.name_ko,
        remedy.name_en,
        remedy.words_ko,
        remedy.words_en,
        remedy.how,
        HowToGet(remedy.how).label,
        remedy.ask_until_date,
        remedy.ends_date,
        remedy.lasts_ko,
        remedy.lasts_en,
    )


def of(answer: Answer, marks: Mapping[str, Mark], *, today: dt.date) -> dict[str, Any]:
    """What an answer's page says beside the verdict: the items by group, what did not leak, the steps."""
    extra = answer.incident.extra_items
    affected = answer.outcome != states.Outcome.NOT_LISTED
    number, tier = notices.tier(answer.incident, answer.leaked) if affected else (notices.NO_TIER, None)
    steps = catalogue.steps_for(answer.leaked or answer.possible)
    now = rules.step_now([step.code for step in steps], {code: mark.state for code, mark in marks.items()})
    rows = [
        StepRow(
            step,
            state=marks[step.code].state if step.code in marks else "todo",
            mark=marks.get(step.code),
            is_now=step.code == now,
        )
        for step in steps
    ]
    known = catalogue.items(extra)
    spared = [code for code in answer.incident.not_leaked if code not in answer.leaked + answer.possible]
    return {
        "groups": catalogue.in_groups(answer.leaked, extra),
        "possible_groups": catalogue.in_groups(answer.possible, extra),
        "not_leaked": [known[code] for code in spared if code in known],
        "steps": rows,
        "tier": tier,
        "remedies": [_remedy_row(one) for one in notices.remedies(answer.incident, number, today=today)]
        if affected
        else [],
        "finished": sum(row.state in {states.Step.DONE, states.Step.NOT_FOR_ME} for row in rows),
        "pays": any(known[code].hot for code in answer.leaked if code in known),
        "may_pay": any(known[code].hot for code in answer.possible if code in known),
    }

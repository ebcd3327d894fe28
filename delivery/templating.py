"""AlimTalk templates: written, handed in to the operator, and what the operator said."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Max

from breachdesk import audit
from breachdesk.accounts.models import User
from delivery import filling
from delivery.states import TemplateState
from delivery.template_models import TemplateVersion


class AlreadyThere(ValueError):
    """A draft of this occasion and language waits already, or the operator's code is another template's."""


class ChangedSince(ValueError):
    """Somebody else wrote meanwhile."""


@transaction.atomic
def draft(*, occasion: str, language: str, text: str, by: User, at: dt.datetime) -> TemplateVersion:
    """The next version. Raises filling.Wrong, AlreadyThere."""
    filling.refuse_unless_usable(text, occasion=occasion)
    same = TemplateVersion.objects.select_for_update(of=("self",)).filter(occasion=occasion, language=language)
    if any(each.state == TemplateState.DRAFTED for each in same.order_by("version")):
        raise AlreadyThere
    newest = same.order_by().aggregate(newest=Max("version"))["newest"] or 0
    made = TemplateVersion.objects.create(
        occasion=occasion, language=language, version=newest + 1, text=text, drafted_at=at, drafted_by=by
    )
    _record("drafted", made, by=by, at=at)
    return made


@transaction.atomic
def change(*, template: TemplateVersion, text: str, seen: str, by: User, at: dt.datetime) -> None:
    """`seen`: the text that its writer began with. Raises filling.Wrong, ChangedSince, states.IllegalMove."""
    template = _locked(template)
    if template.state != TemplateState.DRAFTED or template.text != seen:
        raise ChangedSince
    filling.refuse_unless_usable(text, occasion=template.occasion)
    if text != template.text:
        template.text = text
        template.save(update_fields=["text"])
        _record("changed", template, by=by, at=at)


@transaction.atomic
def hand_in(*, template: TemplateVersion, code: str, by: User, at: dt.datetime) -> None:
    """It lies with the operator, under this name of theirs. Raises AlreadyThere, states.IllegalMove."""
    template = _locked(template)
    if TemplateVersion.objects.filter(code=code).exclude(pk=template.pk).exists():
        raise AlreadyThere
    template.move(TemplateState.SUBMITTED, code=code, submitted_at=at, submitted_by=by)
    _record("submitted", template, by=by, at=at, code=code)


@transaction.atomic
def approve(*, template: TemplateVersion, by: User, at: dt.datetime) -> None:
    """The operator said yes. Raises states.IllegalMove."""
    template = _locked(template)
    template.move(TemplateState.APPROVED, judged_at=at, judged_by=by)
    _record("approved", template, by=by, at=at)


@transaction.atomic
def refuse(*, template: TemplateVersion, reason: str, by: User, at: dt.datetime) -> None:
    """The operator said no, and why. Raises states.IllegalMove."""
    template = _locked(template)
    template.move(TemplateState.REFUSED, reason=reason, judged_at=at, judged_by=by)
    _record("refused", template, by=by, at=at)


@transaction.atomic
def throw_away(*, template: TemplateVersion, by: User, at: dt.datetime) -> None:
    """A draft that is not wanted. Raises ChangedSince."""
    template = _locked(template)
    if template.state != TemplateState.DRAFTED:
        raise ChangedSince
    _record("thrown_away", template, by=by, at=at)
    template.delete()


def _locked(template: TemplateVersion) -> TemplateVersion:
    return TemplateVersion.objects.select_for_update(of=("self",)).get(pk=template.pk)


def _record(what: str, template: TemplateVersion, *, by: User, at: dt.datetime, **data: str) -> None:
    audit.record(kind=f"delivery.template_{what}", by=by, about=template.about, at=at, **data)

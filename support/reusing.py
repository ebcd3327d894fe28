"""Writing answers to be reused, approving them, taking them out of use. Actions."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import translation

from breachdesk import audit
from breachdesk.accounts.models import User
from breachdesk.context import issuer
from support import reuse_rules as rules
from support.inquiry_models import Inquiry
from support.reuse_models import Prepared
from support.states import Reuse


@transaction.atomic
def prepare(*, title: str, text_ko: str, text_en: str, by: User, at: dt.datetime) -> Prepared:
    """Raises rules.UnknownPlace."""
    for text in (text_ko, text_en):
        rules.check(text)
    made = Prepared(title=title, text_ko=text_ko, text_en=text_en, prepared_by=by, prepared_at=at)
    made.move(to=Reuse.WRITTEN, at=at)
    _record("answer_prepared", made, by=by, at=at)
    return made


@transaction.atomic
def approve(*, pk: int, by: User, at: dt.datetime) -> None:
    """Raises Prepared.DoesNotExist, IllegalMove, rules.NotByTheSame."""
    held = _hold(pk)
    if held.prepared_by_id == by.pk:
        raise rules.NotByTheSame
    held.move(to=Reuse.APPROVED, by=by, at=at)
    _record("answer_approved", held, by=by, at=at)


@transaction.atomic
def end(*, pk: int, by: User, at: dt.datetime) -> None:
    """Nobody is offered it any more. Raises Prepared.DoesNotExist, IllegalMove."""
    held = _hold(pk)
    held.move(to=Reuse.ENDED, at=at)
    _record("answer_ended", held, by=by, at=at)


def words_for(prepared: Prepared, inquiry: Inquiry) -> str:
    """In the language of whoever asked, its places filled."""
    english = inquiry.language == "en"
    with translation.override(inquiry.language):
        ours = issuer()
    values = {
        "reference": inquiry.reference,
        "phone": ours["phone"],
        "issuer": ours["name"],
        "department": inquiry.incident.department_en if english else inquiry.incident.department_ko,
    }
    return rules.filled(prepared.text_en if english else prepared.text_ko, values)


def _hold(pk: int) -> Prepared:
    return Prepared.objects.select_for_update(of=("self",)).get(pk=pk)


def _record(done: str, prepared: Prepared, *, by: User, at: dt.datetime) -> None:
    audit.record(kind=f"support.{done}", by=by, about=f"prepared-answer:{prepared.pk}", at=at)

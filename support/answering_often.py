"""Questions that are asked often: written, published by another, searched, and counted. The only writers of these tables."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import get_language

from breachdesk import audit, limits
from breachdesk.accounts.models import User
from notices.models import Incident
from support import rules, stems
from support.faq_models import FaqCount, FaqEntry, FaqVersion
from support.states import Faq as State

WORDS = ("question_ko", "question_en", "answer_ko", "answer_en")


class ChangedSince(Exception):
    """It is no longer as it was read."""


class NotTheirOwn(Exception):
    """Nobody publishes what they wrote themselves."""


class NothingThere(Exception):
    """A version without a question."""


def published(incident: Incident) -> FaqVersion | None:
    return FaqVersion.objects.filter(incident=incident, state=State.PUBLISHED).order_by("-number").first()


def draft(incident: Incident) -> FaqVersion | None:
    return FaqVersion.objects.filter(incident=incident, state=State.DRAFT).select_related("written_by").first()


def entries(incident: Incident) -> list[FaqEntry]:
    version = published(incident)
    return list(version.entries.all()) if version else []


def search(incident: Incident, query: str) -> list[FaqEntry]:
    """The best first, in the reader's language; all of them where nothing was typed."""
    found = entries(incident)
    if not stems.words(query):
        return found
    code = "en" if (get_language() or "ko").startswith("en") else "ko"
    scored = [
        (stems.score(query, heading=getattr(one, f"question_{code}"), body=getattr(one, f"answer_{code}")), one)
        for one in found
    ]
    return [one for points, one in sorted(scored, key=lambda pair: (-pair[0], pair[1].position)) if points]


# Staff.


def write(
    *, incident: Incident, key: uuid.UUID | None, words: Mapping[str, str], position: int, by: User, at: dt.datetime
) -> FaqEntry:
    """A question of the draft, new or changed; the first change begins a draft with what is published."""
    with transaction.atomic():
        version = _draft(incident, by=by, at=at)
        entry = version.entries.filter(key=key).first() if key else None
        entry = entry or FaqEntry(version=version, key=key or uuid.uuid4())
        for name in WORDS:
            setattr(entry, name, words[name])
        entry.position = position
        entry.save()
        _changed(version, "faq_written", by=by, at=at)
    return entry


def remove(*, incident: Incident, key: uuid.UUID, by: User, at: dt.datetime) -> None:
    with transaction.atomic():
        version = _draft(incident, by=by, at=at)
        version.entries.filter(key=key).delete()
        _changed(version, "faq_written", by=by, at=at)


def publish(*, incident: Incident, revision: int, by: User, at: dt.datetime) -> FaqVersion:
    """Raises ChangedSince, NotTheirOwn, NothingThere."""
    with transaction.atomic():
        version = (
            FaqVersion.objects.select_for_update(of=("self",)).filter(incident=incident, state=State.DRAFT).first()
        )
        if version is None or version.revision != revision:
            raise ChangedSince
        if version.written_by_id == by.pk:
            raise NotTheirOwn
        if not version.entries.exists():
            raise NothingThere
        version.state, version.published_by, version.published_at = State.PUBLISHED, by, at
        version.save()
        about = f"incident:{incident.slug}"
        audit.record(kind="support.faq_published", by=by, about=about, at=at, number=version.number)
    return version


def vote(*, incident: Incident, key: uuid.UUID, helped: bool, network: str, at: dt.datetime) -> bool:
    """Counted, unless this network has said it often enough today. False: there is no such question."""
    version = published(incident)
    if version is None or not version.entries.filter(key=key).exists():
        return False
    if limits.take(rules.VOTES_A_DAY, subject=f"{network} {key}", at=at).ok:
        with transaction.atomic():
            count, _made = FaqCount.objects.get_or_create(version=version, key=key)
            name = "helped" if helped else "not_helped"
            FaqCount.objects.filter(pk=count.pk).update(**{name: F(name) + 1})
    return True


def _draft(incident: Incident, *, by: User, at: dt.datetime) -> FaqVersion:
    Incident.objects.select_for_update(of=("self",), no_key=True).get(pk=incident.pk)
    held = FaqVersion.objects.select_for_update(of=("self",)).filter(incident=incident, state=State.DRAFT).first()
    if held is not None:
        return held
    newest = FaqVersion.objects.filter(incident=incident).aggregate(n=Max("number"))["n"] or 0
    made = FaqVersion.objects.create(incident=incident, number=newest + 1, written_by=by, written_at=at)
    for entry in entries(incident):
        entry.pk, entry.version = None, made
        entry._state.adding = True
        entry.save(force_insert=True)
    return made


def _changed(version: FaqVersion, done: str, *, by: User, at: dt.datetime) -> None:
    version.written_by, version.written_at = by, at
    version.revision += 1
    version.save()
    about = f"incident:{version.incident.slug}"
    audit.record(kind=f"support.{done}", by=by, about=about, at=at, number=version.number)

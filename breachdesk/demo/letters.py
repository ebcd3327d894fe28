"""The demo's letters: a batch that was gathered, released, handed over and posted by the product's own actions, and one that came
back. The codes of those who may be played can be shown on a page: they are derived from the demo's own keys, as its staff's
passwords are, because a real code stands nowhere but on paper.
"""

from __future__ import annotations

import datetime as dt
import uuid
from zoneinfo import ZoneInfo

from breachdesk import keys
from breachdesk.accounts.models import User
from breachdesk.demo import people, story
from breachdesk.demo.crowd import OFFICER
from breachdesk.demo.people import Person
from breachdesk.lib import paper, references
from breachdesk.mailhouse import batches, making, returning, rules, writing
from breachdesk.mailhouse.models import Batch, Letter
from breachdesk.mailhouse.states import BatchState
from lookup import letter_codes
from lookup.models import LetterCode
from notices.models import Incident

PLAYED = (*people.BY_LETTER, *people.CALLERS)


def post(*, at: dt.datetime) -> None:
    """Once: whoever has a letter keeps it."""
    incident = Incident.objects.get(slug=story.SLUG)
    if incident.active_dataset is None or LetterCode.objects.filter(incident=incident).exists():
        return
    index_key = incident.active_dataset.index_key
    own = {keys.index("customer_ref", people.customer_ref(one), key_id=index_key): _code_of(one) for one in PLAYED}
    editor, officer = User.objects.get(email=story.EDITOR["email"]), User.objects.get(email=OFFICER)
    if paper.missing():
        # Nothing can be printed here; they come in with their codes all the same.
        mailing = letter_codes.open_mailing(incident=incident, by=editor, at=at)
        letter_codes.count(mailing=mailing, codes=own, at=at)
        letter_codes.release(mailing=mailing, by=officer, at=at)
        return
    writing.write(incident=incident, by=editor, at=at)
    for one in people.CALLERS:
        writing.write(incident=incident, customer_ref=people.customer_ref(one), everybody=True, by=editor, at=at)
    batch = batches.gather(incident=incident, abouts=[f"letters:{story.SLUG}"], large_print=False, by=editor, at=at)
    making.carry_on(code_of=lambda person_key: own.get(person_key) or references.new_secret())
    batch.refresh_from_db()
    if batch.state == BatchState.MADE:
        _send(batch, editor=editor, officer=officer, at=at)


def _send(batch: Batch, *, editor: User, officer: User, at: dt.datetime) -> None:
    day = at.astimezone(ZoneInfo(batch.incident.time_zone)).date()
    batches.release(batch=batch, by=officer, at=at)
    batches.hand_over(batch=batch, day=day, by=editor, at=at)
    batches.post(batch=batch, day=day, count=Batch.objects.get(pk=batch.pk).printed, by=editor, at=at)
    played = [_hash_of(one) for one in PLAYED]
    others = Letter.objects.filter(batch=batch, problem="").exclude(code__code_hash__in=played).order_by("number")
    if (back := others.first()) is not None:
        line = f"number,reason\n{rules.running_number(batch.pk, back.number)},이사\n"
        returning.bring(content=line.encode(), by=editor, at=at)


def codes(*, at: dt.datetime, of: tuple[Person, ...] = people.BY_LETTER) -> list[tuple[Person, str]]:
    """Each with the code that counts; an empty one where it ran out or another was sent since."""
    ours = LetterCode.objects.filter(code_hash__in=[_hash_of(one) for one in of])
    counts = set(ours.filter(void_at=None, expires_at__gt=at).values_list("code_hash", flat=True))
    if not counts:
        return []
    return [(one, _code_of(one) if _hash_of(one) in counts else "") for one in of]


def _code_of(person: Person) -> str:
    number = int.from_bytes(keys.secret_hash("demo.letter", people.customer_ref(person)))
    base = len(references.ALPHABET)
    return references.secret_of("".join(references.ALPHABET[number // base**place % base] for place in range(11)))


def _hash_of(person: Person) -> uuid.UUID:
    return keys.index("lookup.letter", _code_of(person))

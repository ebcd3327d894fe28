"""The demo's two letters. Codes are made by the product's own command, and then exchanged for ones that this page can show:
derived from the demo's own keys, as its staff's passwords are, because a real code stands nowhere but on paper.
"""

from __future__ import annotations

import datetime as dt
import tempfile
import uuid
from pathlib import Path

from django.core.management import call_command

from breachdesk import keys
from breachdesk.demo import people, story
from breachdesk.demo.people import Person
from breachdesk.lib import references
from lookup.models import LetterCode
from notices.models import Incident


def post(*, at: dt.datetime) -> None:
    """Once: whoever has a letter keeps it."""
    incident = Incident.objects.get(slug=story.SLUG)
    if incident.active_dataset is None or LetterCode.objects.filter(incident=incident).exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        call_command(
            "issue_letter_codes",
            str(Path(folder, "letters.csv")),
            incident=story.SLUG,
            by=story.EDITOR["email"],
            confirmed_by=story.APPROVER["email"],
            verbosity=0,
        )
    index_key = incident.active_dataset.index_key
    for person in people.BY_LETTER:
        key = keys.index("customer_ref", people.customer_ref(person), key_id=index_key)
        LetterCode.objects.filter(incident=incident, person_key=key).update(code_hash=_hash_of(person))


def codes(*, at: dt.datetime) -> list[tuple[Person, str]]:
    """Each with the code that counts; an empty one where it ran out or another was sent since."""
    ours = LetterCode.objects.filter(code_hash__in=[_hash_of(one) for one in people.BY_LETTER])
    counts = set(ours.filter(void_at=None, expires_at__gt=at).values_list("code_hash", flat=True))
    if not counts:
        return []
    return [(one, _code_of(one) if _hash_of(one) in counts else "") for one in people.BY_LETTER]


def _code_of(person: Person) -> str:
    number = int.from_bytes(keys.secret_hash("demo.letter", people.customer_ref(person)))
    base = len(references.ALPHABET)
    return references.secret_of("".join(references.ALPHABET[number // base**place % base] for place in range(11)))


def _hash_of(person: Person) -> uuid.UUID:
    return keys.index("lookup.letter", _code_of(person))

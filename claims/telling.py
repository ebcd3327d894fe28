"""Letters on their way: the same words to every contact that a claim's owner has proven."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from breachdesk.lib.contacts import Contact
from claims import queries
from claims.models import Claim
from delivery import outbox
from delivery.outbox import Put
from lookup.queries import contacts_of


def tell(claim: Claim, words: outbox.Words, *, at: dt.datetime, of: str = "", also: Sequence[Contact] = ()) -> None:
    """Once per contact and occasion; `of` tells occasions apart that come more than once (the second question); `also`: contacts
    that were not proved."""
    outbox.put_many(
        [
            Put(
                words,
                to=contact,
                key=queries.message_key(words.occasion, claim, contact, of=of),
                lane="claim",
                about=f"claim:{claim.reference}",
            )
            for contact in dict.fromkeys([*contacts_of(claim.person), *also])
        ],
        at=at,
    )

"""Telling people by letter without a campaign: whoever has an address and no other contact, or one person anew. Puts letters."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from breachdesk import audit
from breachdesk.accounts.models import User
from breachdesk.lib.postal import NotAnAddress
from breachdesk.mailhouse import rules
from breachdesk.mailhouse.queries import DIRECT
from delivery import outbox
from delivery.models import Message
from delivery.states import Channel, Lane, State
from lookup import letter_codes
from notices import addresses, gate, letters, letters_on_paper, queries
from notices.addresses import Addressed
from notices.models import Incident

BATCH = 500


def write(
    *,
    incident: Incident,
    everybody: bool = False,
    customer_ref: str = "",
    again: bool = False,
    by: User,
    at: dt.datetime,
) -> int:
    """A letter that waits for its batch, for everybody of the active list who has an address, no other contact, and neither a
    code that counts nor a letter that waits. Returns how many; at most rules.WRITTEN_AT_ONCE, then it goes on when asked again.

    `everybody`: those with a phone or e-mail too; `again`: those who have a code too, it is void once the new one is printed;
    `customer_ref`: this one alone. Raises rules.NotAllowed.
    """
    rules.refuse_unless_staff(works_here=by.is_staff and by.is_active)
    dataset, notice = incident.active_dataset, queries.current_notice(incident)
    if dataset is None or notice is None or not letters.tells_of_a_leak(notice):
        raise rules.NoNotice
    if not gate.plan_of(incident).is_live:
        raise rules.NotLive
    letter, written = letters_on_paper.LeakLetter(notice), 0
    found = addresses.addressed(dataset, everybody=everybody, customer_ref=customer_ref, batch=BATCH)
    for people in found:
        with transaction.atomic():
            written += _write_to(people, letter=letter, incident=incident, again=again, by=by, at=at)
        if written >= rules.WRITTEN_AT_ONCE:
            break
    if not written:
        raise rules.NobodyToWriteTo
    return written


def _write_to(
    people: list[Addressed],
    *,
    letter: letters_on_paper.LeakLetter,
    incident: Incident,
    again: bool,
    by: User,
    at: dt.datetime,
) -> int:
    # Two who press the button at once write to nobody twice.
    Incident.objects.select_for_update(of=("self",), no_key=True).get(pk=incident.pk)
    wanted = {f"letter:{letter.notice.pk}:{one.person_key}": one for one in people}
    rounds = _rounds(wanted, again=again)
    if not again:
        have_one = letter_codes.have_one(incident, [one.person_key for one in people], at=at)
        wanted = {key: one for key, one in wanted.items() if one.person_key not in have_one}
    puts = []
    for key, one in wanted.items():
        if (turn := rounds.get(key, 0)) is None:
            continue
        try:
            to, words = letter.to(one)
        except NotAnAddress:
            continue
        puts.append(
            outbox.Put(
                words,
                to=to,
                key=f"{key}:{turn}" if turn else key,
                lane=Lane.CAMPAIGN,
                about=DIRECT + incident.slug,
                channel=Channel.LETTER,
            )
        )
    outbox.put_many(puts, at=at)
    if puts:
        about = f"incident:{incident.slug}"
        audit.record(kind="mailhouse.written", by=by, about=about, at=at, letters=len(puts), again=again)
    return len(puts)


def _rounds(wanted: dict[str, Addressed], *, again: bool) -> dict[str, int | None]:
    """The how-manieth letter it would be for each; None: one waits still, or there was one and nobody asked for another."""
    keys = list(wanted)
    put = Message.objects.filter(key__in=[*keys, *(f"{key}:{turn}" for key in keys for turn in range(1, 20))])
    rounds: dict[str, int | None] = {}
    for key, state in put.order_by("key").values_list("key", "state"):
        of = ":".join(key.split(":")[:3])
        before = rounds.get(of, 0)
        rounds[of] = None if before is None or state == State.WAITING else before + 1
    return {key: turn if again or turn is None else None for key, turn in rounds.items()}

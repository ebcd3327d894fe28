"""An order and the bank: the only writers of what became of a payout after its release.

A worker takes an order by lease and writes SENDING before it calls the bank, with no transaction open during the call. If it
dies, or the answer is lost, the order is UNKNOWN: the bank is asked about it under the same id, for as long as it takes, and
the same id is ordered again only after the bank has said that it never heard of it. No path leads from there to another
order.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid

from django.conf import settings
from django.db import transaction

from breachdesk import audit, keys
from claims import bank, letters, payouts, rules, states, telling
from claims.bank import Answer, NeverHeard, NotTaken, OutcomeUnknown
from claims.models import BankEvent, Claim, Payout
from claims.states import PayoutState, State
from delivery.sending import Watch

log = logging.getLogger(__name__)

# After this long a run ends; the sweep calls for the next one.
RUN = dt.timedelta(seconds=60)
MOST_TRIES_COUNTED = 30_000

Outcome = Answer | NotTaken | OutcomeUnknown | NeverHeard


class UnknownOrder(Exception):
    """The bank speaks of an order that we never gave."""


class AlreadyRecorded(Exception):
    """The event was told before: it changes nothing."""


# -- asking the bank ---------------------------------------------------------------------------------------------------


def send_due(*, at: dt.datetime) -> int:
    """Orders what was released and asks about what is unknown or pending. Returns how many."""
    watch, seen = Watch(at), 0
    _free_lost_leases(at=at)
    while watch.passed() < RUN:
        lease = uuid.uuid4()
        payout = _take_next(lease=lease, at=watch.now())
        if payout is None:
            break
        seen += 1
        again = _record(payout, _call(payout, at=watch.now()), lease=lease, at=watch.now())
        if again is not None:
            _record(again, _call(again, at=watch.now()), lease=lease, at=watch.now())
    return seen


def _take_next(*, lease: uuid.UUID, at: dt.datetime) -> Payout | None:
    """One that is due, now ours: what is to be ordered is SENDING before the bank hears of it."""
    with transaction.atomic():
        due = Payout.objects.due(at=at).order_by("due_at").select_related("claim")
        payout = due.select_for_update(skip_locked=True, of=("self",)).first()
        if payout is None:
            return None
        _lease(payout, lease=lease, at=at, order=payout.state == PayoutState.RELEASED)
        return payout


def _lease(payout: Payout, *, lease: uuid.UUID, at: dt.datetime, order: bool) -> None:
    payout.tries = min(payout.tries + 1, MOST_TRIES_COUNTED)
    until = at + settings.BANK_LEASE
    if order:
        payout.move(PayoutState.SENDING, at=at, lease=lease, leased_until=until)
        _audit(payout, "ordered", at=at)
    else:
        payout.lease, payout.leased_until = lease, until
        payout.save(update_fields=["lease", "leased_until", "tries"])


def _call(payout: Payout, *, at: dt.datetime) -> Outcome:
    """The call itself: no transaction is open, and whatever goes wrong is an answer."""
    try:
        if payout.state != PayoutState.SENDING:
            return bank.ask(payout.pk, at=at)
        account = payout.account
        order = bank.Order(
            id=payout.pk,
            amount=payout.amount,
            currency=payout.currency,
            bank=account["bank"],
            account=account["number"],
            holder=account["holder"],
            remark=payout.claim.reference,
        )
        return bank.order(order, at=at)
    except (NotTaken, OutcomeUnknown, NeverHeard) as answer:
        return answer
    except keys.CannotOpen:
        log.error("payout %s: its account cannot be opened", payout.pk)
        return NotTaken(code="CannotOpen")
    except Exception as error:
        # A mistake of ours must not hold up the others. Its words may be personal: only its kind is written down.
        log.error("payout %s: %s", payout.pk, type(error).__name__)
        return OutcomeUnknown(code=type(error).__name__)


def _record(payout: Payout, answer: Outcome, *, lease: uuid.UUID, at: dt.datetime) -> Payout | None:
    """Writes the answer down if the order is still ours. Returns it where it is now to be ordered again, under its id."""
    with transaction.atomic():
        claim, held = payouts.hold(payout)
        if held.lease != lease:
            log.warning("payout %s: the lease was lost before the answer came", payout.pk)
            return None
        match answer:
            case Answer():
                _settle(claim, held, answer, at=at)
            case NeverHeard() if held.state == PayoutState.UNKNOWN:
                _lease(held, lease=lease, at=at, order=True)
                return held
            case NeverHeard():
                # It had said that it was paying: not to be ordered again by a machine.
                _look_again(held, problem="no-such-order", at=at)
            case NotTaken():
                held.move(PayoutState.RELEASED, at=at, due_at=_later(held, at=at), problem=answer.code)
            case OutcomeUnknown() if held.state == PayoutState.SENDING:
                held.move(PayoutState.UNKNOWN, at=at, due_at=_later(held, at=at), problem=answer.code)
                _audit(held, "unknown", at=at, code=answer.code)
            case OutcomeUnknown():
                _look_again(held, problem=answer.code, at=at)
    return None


def _settle(claim: Claim, payout: Payout, answer: Answer, *, at: dt.datetime) -> None:
    """Both rows are locked and the move is a lawful one."""
    reference = answer.reference or payout.bank_reference
    if answer.state == PayoutState.PENDING:
        if payout.state == PayoutState.PENDING:
            return _look_again(payout, problem="", at=at)
        payout.move(
            PayoutState.PENDING,
            at=at,
            bank_reference=reference,
            problem="",
            tries=1,
            due_at=at + settings.BANK_FIRST_PAUSE,
        )
        return _audit(payout, "pending", at=at)
    payout.move(answer.state, at=at, bank_reference=reference, problem=answer.code)
    paid = answer.state == PayoutState.PAID
    claim.move(to=State.PAID if paid else State.ACCOUNT_WRONG, by=None, at=at)
    _audit(payout, "paid" if paid else "refused", at=at, code=answer.code)
    letter = letters.payout_sent(claim, payout) if paid else letters.account_wrong(claim, payout)
    return telling.tell(claim, letter, at=at, of=f"{payout.stage}.{payout.attempt}")


def _look_again(payout: Payout, *, problem: str, at: dt.datetime) -> None:
    payout.lease = payout.leased_until = None
    payout.due_at, payout.problem = _later(payout, at=at), problem
    payout.save(update_fields=["lease", "leased_until", "due_at", "problem"])


def _later(payout: Payout, *, at: dt.datetime) -> dt.datetime:
    return at + rules.ask_bank_again(tries=payout.tries, first=settings.BANK_FIRST_PAUSE)


@transaction.atomic
def _free_lost_leases(*, at: dt.datetime) -> None:
    """Whoever held these has died between the order and our record: the bank is asked at once."""
    lost = Payout.objects.filter(state=PayoutState.SENDING, leased_until__lte=at).select_related("claim")
    for payout in lost.select_for_update(skip_locked=True, of=("self",)):
        payout.move(PayoutState.UNKNOWN, at=at, due_at=at, problem="worker-lost")
        _audit(payout, "unknown", at=at, code="worker-lost")


# -- what the bank tells by itself -------------------------------------------------------------------------------------


@transaction.atomic
def record_bank_event(
    *, event_id: str, payout_id: uuid.UUID, state: PayoutState, reference: str, code: str, at: dt.datetime
) -> Payout:
    """What a signed callback says of an order. What is settled stays settled, in whatever order events come.

    Raises UnknownOrder, AlreadyRecorded.
    """
    found = Payout.objects.filter(pk=payout_id).first()
    if found is None:
        raise UnknownOrder(payout_id)
    claim, payout = payouts.hold(found)
    told = {"payout": payout, "state": state, "code": code, "received_at": at}
    _event, is_new = BankEvent.objects.get_or_create(event_id=event_id, defaults=told)
    if not is_new:
        raise AlreadyRecorded(event_id)
    if state in states.PAYOUT_MOVES[PayoutState(payout.state)]:
        _settle(claim, payout, Answer(state, reference=reference, code=code), at=at)
    elif state != payout.state and not (state == PayoutState.PENDING and payout.state in states.SETTLED):
        # Refused and yet paid, or paid without an order of ours: for people to clear up with the bank.
        log.error("payout %s is %s and the bank says %s", payout.pk, payout.state, state)
        _audit(payout, "contradicted", at=at, said=str(state), code=code)
    return payout


def _audit(payout: Payout, what: str, *, at: dt.datetime, **data: str) -> None:
    audit.record(
        kind=f"claims.payout_{what}",
        by=None,
        about=f"claim:{payout.claim.reference}",
        at=at,
        payout=str(payout.pk),
        attempt=payout.attempt,
        **{name: value for name, value in data.items() if value},
    )

"""An act and the issuer: the only writers of what became of an act after it was asked.

Whoever asks waits for the first call themselves, so that no queue stands between a lost card and its block; what has no
answer then is taken up by the sweep. An act is SENDING before the issuer is called, with no transaction open during the
call. If the caller dies, or the answer is lost, it is UNKNOWN: the issuer is asked about it under the same id for as long as
it takes, and told again only after it has said that it never heard of it.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from breachdesk import audit, keys
from cards import actions, afterwards, benefits, breaker, issuer, letters, rules
from cards.issuer import Answer, Away, NeverHeard, NoSuchCustomer, NotTaken, OutcomeUnknown
from cards.models import Act, Cardholder
from cards.states import Kind, Refusal, State
from delivery import outbox
from delivery.outbox import Put
from delivery.sending import Watch
from lookup.actions import mark_step
from lookup.queries import contacts_of, incidents_of
from lookup.states import Step

log = logging.getLogger(__name__)

# After this long a run ends; the sweep calls for the next one.
RUN = dt.timedelta(seconds=45)
STEP = "stop_card"
MOST_TRIES_COUNTED = 30_000

Outcome = Answer | NotTaken | OutcomeUnknown | NeverHeard


def ask_now(*, act: Act, at: dt.datetime) -> Act:
    """The first call, while the person waits. Returns the act as it stands then."""
    watch = Watch(at)
    _ask_next(Act.objects.filter(pk=act.pk), watch)
    return Act.objects.get(pk=act.pk)


def ask_due(*, at: dt.datetime) -> int:
    """Takes up every act that is due. Returns how many."""
    watch, seen = Watch(at), 0
    _free_lost_leases(at=at)
    while watch.passed() < RUN and _ask_next(Act.objects.all(), watch):
        seen += 1
    return seen


def _ask_next(acts: QuerySet[Act], watch: Watch) -> bool:
    lease = uuid.uuid4()
    act = _take_next(acts, lease=lease, at=watch.now())
    if act is None:
        return False
    again = _record(act, _call(act, at=watch.now()), lease=lease, at=watch.now())
    if again is not None:
        _record(again, _call(again, at=watch.now()), lease=lease, at=watch.now())
    return True


def _take_next(acts: QuerySet[Act], *, lease: uuid.UUID, at: dt.datetime) -> Act | None:
    """One that is due, now ours: what is to be sent is SENDING before the issuer hears of it."""
    with transaction.atomic():
        due = Act.objects.due(at=at).filter(pk__in=acts.values("pk")).order_by("due_at", "pk")
        act = due.select_for_update(skip_locked=True, of=("self",)).first()
        if act is not None:
            _lease(act, lease=lease, at=at)
        return act


def _lease(act: Act, *, lease: uuid.UUID, at: dt.datetime, send: bool = False) -> None:
    act.tries = min(act.tries + 1, MOST_TRIES_COUNTED)
    until = at + settings.CARDS_LEASE
    if send or act.state == State.ASKED:
        act.move(State.SENDING, at=at, lease=lease, leased_until=until)
    else:
        act.lease, act.leased_until = lease, until
        act.save(update_fields=["lease", "leased_until", "tries"])


def _call(act: Act, *, at: dt.datetime) -> Outcome:
    """The call itself: no transaction is open, and whatever goes wrong is an answer."""
    sending = act.state == State.SENDING
    if not breaker.lets_through(at=at):
        return NotTaken(code="left-alone") if sending else OutcomeUnknown(code="left-alone")
    try:
        answer = _send(act, at=at) if sending else issuer.ask(act.pk, at=at)
    except NoSuchCustomer:
        answer = Answer(State.REFUSED, code=Refusal.UNKNOWN_CUSTOMER)
    except NeverHeard as never:
        breaker.worked()
        return never
    except Away as away:
        breaker.failed(at=at)
        return NotTaken(code=away.code)
    except (NotTaken, OutcomeUnknown) as trouble:
        breaker.failed(at=at)
        return trouble
    except keys.CannotOpen:
        log.error("card act %s: it cannot be opened", act.pk)
        return NotTaken(code="CannotOpen")
    except Exception as error:
        # A mistake of ours must not hold up the others. Its words may be personal: only its kind is written down.
        log.error("card act %s: %s", act.pk, type(error).__name__)
        return OutcomeUnknown(code=type(error).__name__[:40]) if sending else OutcomeUnknown(code="mistake")
    breaker.worked()
    return answer


def _send(act: Act, *, at: dt.datetime) -> Answer:
    """Raises NoSuchCustomer, Away, NotTaken, OutcomeUnknown."""
    asked = act.asked
    order = issuer.Order(
        id=act.pk,
        customer=_ref_of(act, asked, at=at),
        card=act.card,
        kind=act.kind,
        noticed_on=asked.get("noticed_on", ""),
        last_used=asked.get("last_used", ""),
        waived=asked.get("waived", False),
        slot=asked.get("slot", {}).get("id", ""),
    )
    return issuer.order(order, at=at)


def _ref_of(act: Act, asked: dict, *, at: dt.datetime) -> str:
    """The person's number at the issuer; found now, where the issuer was away when they asked."""
    held = Cardholder.objects.filter(person=act.person_id).first()
    if held is not None:
        return held.ref
    find, contact = asked.get("find"), act.proof.contact
    if not find or contact is None:
        raise NoSuchCustomer
    born = dt.date.fromisoformat(find["birth_date"]) if find["birth_date"] else None
    ref = issuer.find(contact, name=find["name"], birth_date=born, at=at)
    return actions.recognise(proof=act.proof, customer_ref=ref, by=None, at=at).ref


def _record(act: Act, answer: Outcome, *, lease: uuid.UUID, at: dt.datetime) -> Act | None:
    """Writes the answer down if the act is still ours. Returns it where it is now to be told again, under its id."""
    with transaction.atomic():
        held = Act.objects.select_for_update(of=("self",)).select_related("person").get(pk=act.pk)
        if held.lease != lease:
            log.warning("card act %s: the lease was lost before the answer came", held.pk)
            return None
        match answer:
            case Answer():
                _settle(held, answer, at=at)
            case NeverHeard() if held.state == State.UNKNOWN:
                _lease(held, lease=lease, at=at, send=True)
                return held
            case NeverHeard():
                # It had said that it took it: not to be told again by a machine.
                _look_again(held, code="no-such-act", at=at)
            case NotTaken() if held.state == State.SENDING:
                held.move(State.ASKED, at=at, due_at=_later(held, at=at), code=answer.code[:40])
            case OutcomeUnknown() if held.state == State.SENDING:
                held.move(State.UNKNOWN, at=at, due_at=_later(held, at=at), code=answer.code[:40])
                _audit(held, "unknown", at=at, code=answer.code)
            case NotTaken() | OutcomeUnknown():
                _look_again(held, code=answer.code, at=at)
        tell(held, at=at)
    return None


def _settle(act: Act, answer: Answer, *, at: dt.datetime) -> None:
    """The row is locked and the move is a lawful one."""
    reference = answer.reference or act.issuer_reference
    if answer.state == State.TAKEN:
        if act.state == State.TAKEN:
            return _look_again(act, code="", at=at)
        act.move(
            State.TAKEN, at=at, issuer_reference=reference, code="", tries=1, due_at=at + settings.CARDS_FIRST_PAUSE
        )
        return _audit(act, "taken", at=at)
    # What the person was found by is not needed any more.
    asked = {name: value for name, value in act.asked.items() if name != "find"}
    sealed = keys.seal_json(asked, bound_to=act.bound)
    act.move(answer.state, at=at, issuer_reference=reference, code=answer.code, sealed_asked=sealed)
    if answer.state == State.CONFIRMED and act.kind == Kind.REISSUE:
        _mark_step(act, at=at)
        if asked.get("waived"):
            benefits.waived(act=act, at=at)
        if answer.line:
            afterwards.keep_place(act=act, line=answer.line, at=at)
    if answer.state == State.CONFIRMED and act.changes_number:
        afterwards.open_sheet(act=act, at=at)
    return _audit(act, "confirmed" if answer.state == State.CONFIRMED else "refused", at=at, code=answer.code)


def _mark_step(act: Act, *, at: dt.datetime) -> None:
    """The guided step of whoever's data leaked: stopped and replaced is done."""
    for incident in incidents_of(act.person):
        mark_step(person=act.person, incident=incident, step=STEP, state=Step.DONE, by=None, at=at)


def tell(act: Act, *, at: dt.datetime) -> None:
    """How an act stands, to every contact its owner has proven: that it was asked, where the answer is not there; and what
    became of it. Once each."""
    words = letters.card_act_asked(act) if act.is_open else letters.card_act_settled(act)
    outbox.put_many(
        [
            Put(
                words,
                to=contact,
                key=f"{words.occasion}:{act.pk}:{keys.index(contact.kind, contact.value)}",
                lane="claim",
                about=f"card-act:{act.reference}",
            )
            for contact in contacts_of(act.person)
        ],
        at=at,
    )


def _look_again(act: Act, *, code: str, at: dt.datetime) -> None:
    act.lease = act.leased_until = None
    act.due_at, act.code = _later(act, at=at), code[:40]
    act.save(update_fields=["lease", "leased_until", "due_at", "code"])


def _later(act: Act, *, at: dt.datetime) -> dt.datetime:
    return at + rules.ask_again(tries=act.tries, first=settings.CARDS_FIRST_PAUSE)


@transaction.atomic
def _free_lost_leases(*, at: dt.datetime) -> None:
    """Whoever held these has died between the call and our record: the issuer is asked at once."""
    lost = Act.objects.filter(state=State.SENDING, leased_until__lte=at)
    for act in lost.select_for_update(skip_locked=True, of=("self",)):
        act.move(State.UNKNOWN, at=at, due_at=at, code="caller-lost")
        _audit(act, "unknown", at=at, code="caller-lost")


def _audit(act: Act, what: str, *, at: dt.datetime, code: str = "") -> None:
    data = {"code": code} if code else {}
    audit.record(
        kind=f"cards.{what}", by=None, about=f"card-act:{act.reference}", at=at, what=act.kind, tries=act.tries, **data
    )

"""Who somebody is at the issuer, and what is asked of a card. The only writers, beside asking.py, which hears the issuer."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from breachdesk import audit, keys
from breachdesk.accounts.models import User
from breachdesk.lib import references
from cards import rules, states
from cards.after_models import LinePlace
from cards.models import Act, ActMove, Cardholder, Denied
from cards.states import Kind, Stage
from cards.told import Account, Card, Payment, Slot
from delivery.rules import CLOCKS_DIFFER_BY
from lookup import actions as lookup_actions
from lookup.models import Person, Proof
from lookup.states import Method

PREFIX = "CRD"
RECEIVER = {"ko": "{name} 온라인 신고 창구 (자동 접수)", "en": "{name} online card desk (automatic)"}


@dataclass(frozen=True)
class Report:
    """What somebody says of a card that is missing."""

    noticed_on: dt.date
    last_used: str = ""


def recognise(*, proof: Proof, customer_ref: str, by: User | None, at: dt.datetime) -> Cardholder:
    """Remembers which of the issuer's customers holds this proof; somebody on no list becomes a person by it."""
    with transaction.atomic():
        person = lookup_actions.recognise(proof=proof, customer_ref=customer_ref, by=by, at=at)
        held = Cardholder.objects.select_for_update(of=("self",)).filter(person=person).first()
        if held is None:
            held = Cardholder(person=person, found_at=at, seal_id=uuid.uuid4())
        elif held.ref == customer_ref:
            return held
        held.sealed_ref = keys.seal(customer_ref, bound_to=held.bound("ref"))
        held.sealed_cards, held.cards_at, held.found_at = None, None, at
        held.save()
    return held


def keep_cards(*, cardholder: Cardholder, cards: Sequence[Card], accounts: Sequence[Account], at: dt.datetime) -> None:
    """How cards and accounts look, for the hour in which the issuer cannot be asked."""
    plain = {"cards": [card.as_json() for card in cards], "accounts": [one.as_json() for one in accounts]}
    fresh = cardholder.cards_at is not None and at - cardholder.cards_at < rules.CARDS_STAY_FRESH
    if fresh and plain == cardholder.look:
        return
    sealed = keys.seal_json(plain, bound_to=cardholder.bound("cards"))
    Cardholder.objects.filter(pk=cardholder.pk).update(sealed_cards=sealed, cards_at=at)
    cardholder.sealed_cards, cardholder.cards_at = sealed, at


def ask(
    *,
    proof: Proof,
    kind: Kind,
    card: str,
    cards: Sequence[Card],
    accounts: Sequence[Account] = (),
    report: Report | None = None,
    waived: bool = False,
    slot: Slot | None = None,
    language: str,
    by: User | None,
    at: dt.datetime,
) -> Act:
    """Writes down what is asked; the issuer hears of it next. Pressed twice, it is one act. Raises rules.Refusal.

    `cards`, `accounts`: as they were last seen; `report`: with a report of loss or theft; `waived`: a new card costs nothing;
    `slot`: with a pickup, when and where.
    """
    owner = proof.person
    assert owner is not None, "the view is behind freshly_proven"
    held_by_them: Sequence[Card | Account] = accounts if kind in states.OF_ACCOUNTS else cards
    known = next((each for each in held_by_them if each.id == card), None)
    as_card = known if isinstance(known, Card) else None
    if kind == Kind.PICKUP and (slot is None or as_card is None or not as_card.waits_in_line):
        raise rules.NotInLine
    try:
        with transaction.atomic():
            # One at a time of a person, so that two windows cannot pass each other's check.
            person = Person.objects.select_for_update(of=("self",)).get(pk=owner.pk)
            held = Act.objects.open().filter(person=person, card=card)
            if (same := held.filter(kind=kind).first()) is not None:
                return same
            rules.may_ask(
                kind,
                card=card,
                known=known is not None,
                reported=as_card is not None and as_card.reported,
                in_use=as_card is None or as_card.active,
                by_letter=proof.method == Method.LETTER,
                already=known is not None and _is_already(kind, known, slot),
                open_kinds={
                    Kind(each) for each in held.filter(switch=states.SWITCHES[kind]).values_list("kind", flat=True)
                },
            )
            act = _new_act(proof, person, kind, card, known, report, slot, waived=waived, language=language, at=at)
            audit.record(kind="cards.asked", by=by, about=f"card-act:{act.reference}", at=at, what=kind)
            return act
    except IntegrityError as error:
        if error.__cause__.diag.constraint_name == "cards_act_one_open_of_a_kind":  # type: ignore[union-attr]
            return Act.objects.open().get(person=owner, card=card, kind=kind)
        raise


def _is_already(kind: Kind, card: Card | Account, slot: Slot | None) -> bool:
    """Whether the issuer has it as the act would make it. A report says more than a block, so it is taken once."""
    if isinstance(card, Account):
        return card.frozen == (kind == Kind.FREEZE)
    return {
        Kind.LOST: card.reported,
        Kind.STOLEN: card.reported,
        Kind.BLOCK: card.blocked,
        Kind.UNBLOCK: not card.blocked,
        Kind.ABROAD_OFF: not card.abroad,
        Kind.ABROAD_ON: card.abroad,
        Kind.ONLINE_OFF: not card.online,
        Kind.ONLINE_ON: card.online,
        Kind.REISSUE: card.renewal != Stage.NONE,
        Kind.ACTIVATE: card.active,
        Kind.PICKUP: slot is not None and card.pickup == slot.id,
    }[kind]


def _new_act(
    proof: Proof,
    person: Person,
    kind: Kind,
    card: str,
    known: Card | Account | None,
    report: Report | None,
    slot: Slot | None,
    *,
    waived: bool,
    language: str,
    at: dt.datetime,
) -> Act:
    asked: dict[str, Any] = {"name": known.name if known else "", "last4": known.last4 if known else ""}
    if kind == Kind.REISSUE:
        asked["waived"] = waived
    if slot:
        asked["slot"] = slot.as_json()
    if report:
        asked |= {"noticed_on": report.noticed_on.isoformat(), "last_used": report.last_used}
    identity = proof.identity
    if identity and not Cardholder.objects.filter(person=person).exists():
        born = identity.birth_date
        asked["find"] = {"name": identity.name, "birth_date": born.isoformat() if born else ""}
    act = Act(
        reference=references.new(PREFIX),
        person=person,
        proof=proof,
        kind=kind,
        switch=states.SWITCHES[kind],
        card=card,
        language=language,
        receiver_ko=RECEIVER["ko"].format(name=settings.ISSUER["name"]["ko"]),
        receiver_en=RECEIVER["en"].format(name=settings.ISSUER["name"]["en"]),
        asked_at=at,
        due_at=at - CLOCKS_DIFFER_BY,
    )
    act.sealed_asked = keys.seal_json(asked, bound_to=act.bound)
    act.save(force_insert=True)
    ActMove.objects.create(act=act, state=act.state, at=at)
    return act


def deny(*, proof: Proof, payments: Sequence[Payment], by: User | None, at: dt.datetime) -> int:
    """Marks payments as not theirs; what was marked before stays. How many are new."""
    person = proof.person
    assert person is not None, "the view is behind proven_person"
    with transaction.atomic():
        Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        known = set(Denied.objects.filter(person=person).values_list("payment", flat=True))
        new = [Denied(person=person, payment=each.id, denied_at=at) for each in payments if each.id not in known]
        for row, payment in zip(new, [each for each in payments if each.id not in known], strict=True):
            row.sealed_payment = keys.seal_json(payment.as_json(), bound_to=row.bound)
        Denied.objects.bulk_create(new)
        if new:
            audit.record(kind="cards.denied", by=by, about=f"person:{person.pk}", at=at, payments=len(new))
    return len(new)


def take_back(*, proof: Proof, payment: str, by: User | None, at: dt.datetime) -> None:
    """It was theirs after all."""
    with transaction.atomic():
        gone = Denied.objects.filter(person=proof.person, payment=payment).delete()[0]
        if gone:
            audit.record(kind="cards.denial_taken_back", by=by, about=f"person:{proof.person_id}", at=at)


# Retention.


def forget_old_acts(*, at: dt.datetime) -> dict[str, int]:
    """Erases acts whose record need not be kept any more, and how cards looked a day ago."""
    with transaction.atomic():
        old = Act.objects.filter(settled_at__lte=at - rules.KEEP_ACT)
        gone = {
            "acts": old.delete()[1].get("cards.Act", 0),
            "places": LinePlace.objects.filter(told_at__lte=at - rules.KEEP_ACT).delete()[0],
            "denied": Denied.objects.filter(denied_at__lte=at - rules.KEEP_ACT).delete()[0],
            "cards": Cardholder.objects.filter(cards_at__lte=at - rules.KEEP_CARDS).update(
                sealed_cards=None, cards_at=None
            ),
        }
        if gone["acts"]:
            audit.record(kind="cards.acts_forgotten", by=None, about="cards", at=at, acts=gone["acts"])
    return gone

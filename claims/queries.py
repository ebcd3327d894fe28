"""Reads of this room. Ownership is in the queryset: what is not this person's is not found."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from breachdesk import keys
from breachdesk.accounts.models import User
from breachdesk.lib.contacts import Contact
from claims import filing, rules, states
from claims.models import AccountChange, BankEvent, Claim, Decision, Draft, Evidence, Hold, Line, LineOutcome, Payout
from claims.reasons import REASONS, Reason
from delivery import queries as delivery_queries
from lookup import queries as lookup_queries
from lookup import rules as lookup_rules
from lookup.models import Person, Proof
from lookup.states import ActsThrough, Outcome
from notices import service
from notices.lines import Listing
from notices.models import Incident


class NoPerson(Exception):
    """A proof that matched no record."""


@dataclass(frozen=True)
class Claimant:
    """Who asks, as the incident's active list has them at this moment."""

    person: Person
    outcome: str
    name: str
    birth_date: dt.date | None
    items: tuple[str, ...]
    possible: tuple[str, ...]
    list_number: int | None
    through: ActsThrough

    @property
    def affected(self) -> bool:
        return self.outcome in {Outcome.LEAKED, Outcome.POSSIBLE}

    def as_filed(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "birth_date": self.birth_date.isoformat() if self.birth_date else None,
            "outcome": self.outcome,
            "items": list(self.items),
            "possible": list(self.possible),
            "list": self.list_number,
        }


@dataclass(frozen=True)
class Offer:
    """An incident for which somebody may claim, and what they have begun."""

    incident: Incident
    terms: rules.Terms
    draft: Draft | None


@dataclass(frozen=True)
class DecidedLine:
    line: Line
    outcome: LineOutcome | None

    @property
    def reason(self) -> Reason | None:
        return None if self.outcome is None else REASONS[self.outcome.reason]


def terms_of(incident: Incident, *, at: dt.datetime) -> rules.Terms:
    zone = ZoneInfo(incident.time_zone)
    return rules.Terms(
        today=at.astimezone(zone).date(),
        first_day=incident.leak_started_at.astimezone(zone).date(),
        until=incident.claims_until_date,
        cap=incident.claim_cap,
        decide_within=incident.decide_within_business_days,
        closed=service.standing(incident, at=at).closed,
    )


def today_of(incident: Incident, at: dt.datetime) -> dt.date:
    return at.astimezone(ZoneInfo(incident.time_zone)).date()


def drafts_of(person: Person) -> QuerySet[Draft]:
    return Draft.objects.filter(person=person).select_related("incident").order_by("-touched_at")


def draft_of(person: Person, draft_id: uuid.UUID | None = None) -> Draft | None:
    """That draft of this person; without an id the one last opened or saved."""
    drafts = drafts_of(person)
    return (drafts.filter(pk=draft_id) if draft_id else drafts).first()


def abandoned_drafts(*, untouched_since: dt.datetime) -> QuerySet[Draft]:
    """Nobody could file one while the service was closed: that time does not count."""
    closed_since = Q(incident__claims_closed_at__isnull=False) & (
        Q(incident__claims_opens_at__isnull=True) | Q(incident__claims_opens_at__gt=untouched_since)
    )
    return Draft.objects.filter(touched_at__lt=untouched_since).exclude(closed_since)


def claims_of(person: Person) -> QuerySet[Claim]:
    return Claim.objects.filter(person=person).select_related("incident").order_by("-submitted_at")


def claim_of(person: Person, reference: str) -> Claim | None:
    return claims_of(person).filter(reference=reference).first()


def hold_of(claim: Claim) -> Hold | None:
    return claim.holds.filter(ended_at=None).select_related("by").first()


def check_not_held(claim: Claim) -> None:
    """Raises rules.OnHold."""
    if hold_of(claim) is not None:
        raise rules.OnHold


def held() -> QuerySet[Hold]:
    """The claims that somebody must look at."""
    return Hold.objects.filter(ended_at=None)


def evidence_of(claim: Claim) -> QuerySet[Evidence]:
    return claim.evidence.select_related("file").order_by("received_at", "pk")


def open_claim_of(person: Person, incident: Incident) -> Claim | None:
    return Claim.objects.filter(person=person, incident=incident, state__in=states.OPEN).first()


def has_open_claim(person: Person, incident: Incident) -> bool:
    return Claim.objects.filter(person=person, incident=incident, state__in=states.OPEN).exists()


def local_day(at: dt.datetime) -> dt.date:
    """The day staff live in."""
    return timezone.localtime(at).date()


def waiting_for_review() -> int:
    """What nobody has taken yet, and what waits for a second person."""
    return Claim.objects.filter(state__in=[states.State.SUBMITTED, states.State.PROPOSED]).count()


def waiting_since(incident_id: int) -> list[dt.datetime]:
    """Since when each claim of an incident waits for its decision, the oldest first."""
    waiting = Claim.objects.filter(incident=incident_id, state__in=states.UNDECIDED)
    return list(waiting.order_by("submitted_at").values_list("submitted_at", flat=True))


def decided_since(incident_id: int, *, since: dt.datetime) -> list[dt.datetime]:
    """When each claim of an incident was decided, of those decided after a moment, the oldest first."""
    decided = Claim.objects.filter(incident=incident_id, decided_at__gt=since).order_by("decided_at")
    return [moment for moment in decided.values_list("decided_at", flat=True) if moment]


def people_with(contact: Contact) -> QuerySet[Person]:
    """Whoever has proved this contact."""
    return Person.objects.filter(proofs__contact_hash__in=keys.indexes(contact.kind, contact.value)).distinct()


def claim_for_staff(reference: str) -> Claim | None:
    return (
        Claim.objects.select_related("incident", "person__user", "reviewer", "entered_by")
        .filter(reference=reference)
        .first()
    )


def evidence_hash(claim: Claim) -> str:
    """The same for the same files: what was proposed about one set of them is not confirmed about another."""
    files = claim.evidence.values_list("file__received_sha256", flat=True)
    return hashlib.sha256("\n".join(sorted(files)).encode()).hexdigest()


def is_turn_of(claim: Claim, member: User) -> bool:
    """Whether it is this member of staff who works on the claim now: whoever took it, or whoever may confirm it."""
    if claim.state == states.State.PROPOSED and member.has_perm("claims.confirm_claim"):
        return True
    return claim.state in states.UNDECIDED and claim.reviewer_id == member.pk


def decision_of(claim: Claim) -> Decision | None:
    return claim.decisions.select_related("proposal").order_by("-stage").first()


def decided_lines(claim: Claim, decision: Decision | None) -> list[DecidedLine]:
    """The lines of a claim, each with what was decided about it, if it was."""
    outcomes = {} if decision is None else {one.line_id: one for one in decision.proposal.outcomes.all()}
    return [DecidedLine(line, outcomes.get(line.pk)) for line in claim.lines.select_related("claim")]


def told_of(claim: Claim, occasion: str) -> list[tuple[Contact, str]]:
    """To which contacts a letter about this claim went, and how far each has come (delivery's states)."""
    keyed = {
        key: contact
        for contact in lookup_queries.contacts_of(claim.person)
        for key in _message_keys(occasion, claim, contact)
    }
    came_to = delivery_queries.state_of(list(keyed))
    return [(contact, came_to[key]) for key, contact in keyed.items() if key in came_to]


def person_of(proof: Proof) -> Person:
    """Raises NoPerson: whoever matched nothing has nothing to claim with."""
    if proof.person is None:
        raise NoPerson
    return proof.person


def claimant(proof: Proof, incident: Incident, *, at: dt.datetime) -> Claimant:
    """The holder of this proof as the incident's active list has them now: one SELECT."""
    return _claimant(proof, incident, _matching(proof), at)


def claimants(proof: Proof, *, at: dt.datetime) -> list[tuple[Incident, Claimant]]:
    """The same for every incident that answers look-ups, those that name this person first."""
    matching = _matching(proof)
    incidents = Incident.objects.filter(active_dataset__isnull=False).order_by("-pk")
    found = [(incident, _claimant(proof, incident, matching, at)) for incident in incidents]
    return sorted(found, key=lambda one: not one[1].affected)


def _matching(proof: Proof) -> list[Listing]:
    """The lines of all active lists that are this person's, judged as the look-up judges them."""
    return lookup_queries.matching_of(proof, proof.identity)


def _claimant(proof: Proof, incident: Incident, matching: list[Listing], at: dt.datetime) -> Claimant:
    identity = proof.identity
    own = [listing for listing in matching if listing.incident_id == incident.pk]
    finding = lookup_rules.finding_of(own)
    return Claimant(
        person=person_of(proof),
        outcome=finding.outcome,
        name=identity.name if identity else "",
        birth_date=identity.birth_date if identity else None,
        items=finding.leaked,
        possible=finding.possible,
        list_number=own[0].dataset_number if own else None,
        through=lookup_rules.acts_through(own, today=today_of(incident, at)),
    )


def check_may_claim(who: Claimant, incident: Incident, *, at: dt.datetime) -> rules.Terms:
    """Raises rules.Refusal."""
    terms = terms_of(incident, at=at)
    open_claim = has_open_claim(who.person, incident)
    rules.may_claim(terms, affected=who.affected, open_claim=open_claim, through=who.through)
    return terms


def offers(proof: Proof, *, at: dt.datetime) -> tuple[list[Offer], list[tuple[Incident, rules.Refusal]]]:
    """For which incidents this person may claim now, and why not for the others: first what tells them most."""
    granted, refused = [], []
    for incident, who in claimants(proof, at=at):
        try:
            terms = check_may_claim(who, incident, at=at)
        except rules.Refusal as refusal:
            refused.append((incident, refusal))
        else:
            granted.append(Offer(incident, terms, drafts_of(who.person).filter(incident=incident).first()))
    return granted, sorted(refused, key=lambda one: rules.TELLING_MOST.index(type(one[1])))


def confirmation_of(content: filing.Filing, *, draft_id: uuid.UUID, evidence: Iterable[Evidence]) -> str:
    """Keyed, so that nobody can try contents against it: the same for the same content, another for any other."""
    return keys.mac("claims.confirmation", _confirmed(content, draft_id=draft_id, evidence=evidence)).hex()


def is_confirmation_of(seen: str, content: filing.Filing, *, draft_id: uuid.UUID, evidence: Iterable[Evidence]) -> bool:
    """Under any key of ours: a page that was made before a change of keys is posted after it."""
    try:
        mac = bytes.fromhex(seen)
    except ValueError:
        return False
    return keys.is_our_mac(mac, "claims.confirmation", _confirmed(content, draft_id=draft_id, evidence=evidence))


def _confirmed(content: filing.Filing, *, draft_id: uuid.UUID, evidence: Iterable[Evidence]) -> bytes:
    return filing.canonical(content, draft_id=draft_id, files=[each.file.received_sha256 for each in evidence])


def payout_of(claim: Claim) -> Payout | None:
    """The attempt that counts now: the last one that was not cancelled."""
    attempts = claim.payouts.exclude(state=states.PayoutState.CANCELLED)
    return attempts.order_by("-stage", "-attempt").first()


def refused_payout_of(claim: Claim) -> Payout | None:
    """The payout whose account its owner is asked to correct."""
    last = payout_of(claim)
    return last if last is not None and last.state == states.PayoutState.REFUSED else None


def payouts_for_staff() -> QuerySet[Payout]:
    return Payout.objects.select_related("claim__incident", "claim__person", "decision", "prepared_by", "released_by")


def to_prepare() -> QuerySet[Claim]:
    """Approved, and nobody has prepared its payout: first what was decided first."""
    prepared = Payout.objects.filter(claim=OuterRef("pk"), state=states.PayoutState.PREPARED)
    approved = Claim.objects.filter(~Exists(prepared), state=states.State.APPROVED)
    return approved.select_related("incident").order_by("decided_at", "pk")


def with_bank_trouble() -> QuerySet[Payout]:
    """The bank's answer is not known, it lost an order, or it contradicts itself: a person must look first at these."""
    state = states.PayoutState
    contradicted = BankEvent.objects.filter(payout=OuterRef("pk")).exclude(state=OuterRef("state"))
    return payouts_for_staff().filter(
        Q(state=state.UNKNOWN)
        | Q(state__in=[state.RELEASED, state.PENDING], tries__gt=0) & ~Q(problem="")
        | Q(state__in=[state.PAID, state.REFUSED]) & Exists(contradicted.exclude(state=state.PENDING))
        | Q(state__in=[state.PREPARED, state.CANCELLED]) & Exists(contradicted)
    )


def payouts_waiting() -> int:
    """For somebody to prepare or release, or to look at."""
    prepared = Payout.objects.filter(state=states.PayoutState.PREPARED).count()
    return to_prepare().count() + prepared + with_bank_trouble().count()


def payouts_without_answer(*, released_before: dt.datetime) -> QuerySet[Payout]:
    silent = [states.PayoutState.RELEASED, states.PayoutState.SENDING, states.PayoutState.UNKNOWN]
    return Payout.objects.filter(state__in=silent, released_at__lte=released_before)


def ordering() -> bool:
    """Whether the bank is being asked to pay at this moment."""
    return Payout.objects.filter(state=states.PayoutState.SENDING).exists()


def account_change_of(decision: Decision) -> AccountChange | None:
    """The last account that the claimant named in the place of one the bank refused for this decision."""
    return AccountChange.objects.filter(after__decision=decision).order_by("-changed_at", "-pk").first()


def account_hashes(account: dict[str, str]) -> list[uuid.UUID]:
    """With every key of ours: what was decided on before a key was changed is known again."""
    return keys.indexes("account", f"{account['bank']}:{account['number']}")


def message_key(occasion: str, claim: Claim, contact: Contact, *, of: str = "") -> str:
    """Under which key the outbox holds this letter to this contact; the contact itself is not readable from it."""
    return _message_keys(occasion, claim, contact, of=of)[0]


def _message_keys(occasion: str, claim: Claim, contact: Contact, *, of: str = "") -> list[str]:
    """What it would be under each key of ours, the active one first."""
    which = f"{claim.pk}-{of}" if of else str(claim.pk)
    return [f"{occasion.replace('_', '-')}:{which}:{each}" for each in keys.indexes(contact.kind, contact.value)]

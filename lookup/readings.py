"""Who has looked at somebody's data: they themselves, and staff, as the audit knows it. Reads only.

Rooms above say which of their acts are such readings and what the audit calls the things of a person:

    readings.register({"claims.revealed": _("…")}, about=lambda proof: ["claim:CLM-…"], why=lambda data: "…")
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from breachdesk import keys
from breachdesk.accounts.models import User
from breachdesk.audit.models import Event
from breachdesk.lib.contacts import Contact
from lookup import rules, standing
from lookup.models import Look, Proof

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST = 100


@dataclass(frozen=True)
class OwnLook:
    """One time somebody was answered."""

    at: dt.datetime
    # None where a letter was proved.
    contact: Contact | None
    method: str
    network: str
    device: str
    answers: list[Look] = field(default_factory=list)


@dataclass(frozen=True)
class StaffReading:
    at: dt.datetime
    what: StrOrPromise
    why: StrOrPromise
    # Roles of whoever read it, never a name.
    roles: list[str]


@dataclass(frozen=True)
class Kinds:
    words: Mapping[str, StrOrPromise]
    about: Callable[[Proof], Collection[str]]
    why: Callable[[dict[str, Any]], StrOrPromise]


_registered: list[Kinds] = []
_searches: dict[str, StrOrPromise] = {}


def _no_words(data: dict[str, Any]) -> str:
    return ""


def _no_roles(user: User) -> list[str]:
    return []


_roles_of: Callable[[User], list[str]] = _no_roles


def register(
    words: Mapping[str, StrOrPromise],
    *,
    about: Callable[[Proof], Collection[str]],
    why: Callable[[dict[str, Any]], StrOrPromise] = _no_words,
) -> None:
    _registered.append(Kinds(words, about, why))


def register_search(kind: str, words: StrOrPromise) -> None:
    """Somebody was looked for by a contact; the event's data holds the contact's keyed hash as `contact`."""
    _searches[kind] = words


def name_roles(roles_of: Callable[[User], list[str]]) -> None:
    """How the desk calls the roles of a member of staff."""
    global _roles_of
    _roles_of = roles_of


def own_looks(proof: Proof, *, at: dt.datetime) -> list[OwnLook]:
    """The newest first. Whoever shares the contact under another name is not among them."""
    looks = (
        standing.looks_of(proof)
        .filter(at__gt=at - rules.READINGS_SHOWN)
        .select_related("proof", "incident")
        .order_by("-at", "pk")[:MOST]
    )
    found: dict[tuple[int, dt.datetime], OwnLook] = {}
    for look in looks:
        key = (look.proof_id, look.at)
        if key not in found:
            method = look.proof.get_method_display()
            found[key] = OwnLook(look.at, look.proof.contact, method, look.network, look.device)
        found[key].answers.append(look)
    return list(found.values())


def staff_readings(proof: Proof, *, at: dt.datetime) -> list[StaffReading]:
    """The newest first. A search by a contact is told to its person only, not to whoever else holds the contact."""
    whys: dict[str, Callable[[dict[str, Any]], StrOrPromise]] = {}
    words: dict[str, StrOrPromise] = dict(_searches)
    wanted = Q(pk=None)
    for kinds in _registered:
        words |= kinds.words
        whys |= dict.fromkeys(kinds.words, kinds.why)
        if about := list(kinds.about(proof)):
            wanted |= Q(kind__in=list(kinds.words), about__in=about)
    if proof.person_id is not None:
        proved = (one.contact for one in Proof.objects.filter(person=proof.person_id, sealed_contact__isnull=False))
        hashes = {str(each) for contact in proved if contact for each in keys.indexes(contact.kind, contact.value)}
        wanted |= Q(kind__in=list(_searches), data__contact__in=list(hashes))
    events = Event.objects.filter(wanted, at__gt=at - rules.READINGS_SHOWN).select_related("by").order_by("-pk")[:MOST]
    return [
        StaffReading(
            event.at,
            words[event.kind],
            whys[event.kind](event.data) if event.kind in whys else "",
            _roles_of(event.by) if event.by else [],
        )
        for event in events
    ]

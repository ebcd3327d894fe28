"""No address, of whatever room, tells a listed contact from another one, or somebody else's reference from one that is nobody's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from breachdesk.limits.models import Spent
from cards import actions as cards
from cards.states import Kind
from cards.told import Card
from lookup import disputing
from lookup.models import Proof
from lookup.states import DisputeKind
from notices.models import Incident
from support import inquiring
from support.states import InquiryKind, Source
from tests import cast, staff
from tests.claims.conftest import JUNHO, SEOYOUNG, browse, draft_of, prove, submit
from tests.lookup.test_nobody_learns import what_is_seen

pytestmark = pytest.mark.django_db
LISTED = {**SEOYOUNG, "phone": "010-2001-5678", "email": "aaaa@mail.example"}
UNLISTED = {**SEOYOUNG, "phone": "010-2002-5678", "email": "bbbb@mail.example"}
ABSENT = "7F3K-29QD"


def addresses(resolver: URLResolver | None = None, before: str = "/") -> Iterator[tuple[str, URLPattern]]:
    """Every one but the desk's, which nobody reaches without a second factor (tests/desk), and what the demo shows anyway."""
    for each in (resolver or get_resolver()).url_patterns:
        path = before + ("" if str(each.pattern).startswith("en/") else str(each.pattern))
        if path.startswith(("/admin/", "/demo/", "/static/")):
            continue
        if isinstance(each, URLResolver):
            yield from addresses(each, path)
        else:
            yield path, each


def typed(person: dict[str, str]) -> dict[str, str]:
    """Whatever a form may ask for, each under the names that forms use."""
    born = person["birth_date"].replace("-", "")
    contact = dict.fromkeys(("contact", "phone", "to", "number", "q"), person["phone"])
    named = dict.fromkeys(("name", "holder"), person["name"])
    mail = dict.fromkeys(("email", "login"), person["email"])
    return {**contact, **named, **mail, "birth_date": born, "code": "123456", "password": "not the password at all"}


def seen(client: Client, method: str, path: str, data: dict[str, str], *, hide: list[str]) -> dict[str, str]:
    """As a stranger sees it, without what was typed and what is another each time."""
    Spent.objects.all().delete()
    found = {}
    for name, value in what_is_seen(
        getattr(client, method)(path, data, headers={"origin": "http://testserver"})
    ).items():
        text = unquote(unquote(str(value)))  # where to go afterwards is quoted within an address
        for word in hide:
            text = text.replace(word, "*")
        found[name] = PASSING.sub("", text)
    return found


# Beside what the look-up's own test leaves out.
PASSING = re.compile(r'name="(?:ticket|form)" value="[^"]*"|nonce-[\w+/=-]+|nonce="[^"]*"|"challenge": ?"[^"]*"')


@pytest.fixture
def incident(db: None, time_machine) -> Incident:
    time_machine.move_to(timezone.now(), tick=False)
    at = timezone.now()
    made = cast.incident(at=at, claim_cap=3_000_000)
    cast.notice(made, at=at)
    cast.listed(made, LISTED, JUNHO, at=at)
    return made


def test_what_is_typed_anywhere_is_answered_alike_for_a_listed_and_an_unlisted_contact(incident: Incident):
    member = staff.member("auditor").email
    other_name = {"name": "다른 이", "birth_date": "2000-01-01"}
    pairs = [
        (LISTED, UNLISTED),
        (LISTED | other_name, UNLISTED | other_name),
        (LISTED | {"email": member}, UNLISTED | {"email": "x" * (len(member) - 16) + "@mail.example.kr"}),
    ]
    told, tried = [], 0
    paths = [path for path, _pattern in addresses() if "<" not in path and "(" not in path]
    assert {"/lookup/start/", "/lookup/letter/", "/accounts/login/", "/claims/new/"} <= set(paths)
    for path in paths:
        for method in ("get", "post"):
            for known, unknown in pairs:
                one, other = (
                    seen(Client(), method, path, typed(who), hide=[who["phone"], who["email"]])
                    for who in (known, unknown)
                )
                tried += 1
                told += [f"{method} {path}: {name}" for name in one if one[name] != other[name]]
    assert tried > 150
    assert told == [], "\n".join(told)


def test_somebody_else_s_reference_is_answered_like_one_that_is_nobody_s(incident: Incident):
    proof = prove(LISTED)
    claim = submit(proof, draft_of(proof, incident)).claim
    references = {
        "claims": claim.reference,
        "lookup": disputed(proof, incident),
        "cards": asked(proof),
        "support": wondered(proof, incident),
    }
    told, tried = [], 0
    for path, pattern in addresses():
        if "<str:reference>" not in path:
            continue
        theirs = references[pattern.lookup_str.partition(".")[0]]
        for who in (Client, lambda: browse(prove(JUNHO))):
            for method in ("get", "post", "head", "put"):
                one, other = (
                    seen(
                        who(),
                        method,
                        re.sub(r"<int:\w+>", "1", path.replace("<str:reference>", reference)),
                        {},
                        hide=[reference],
                    )
                    for reference in (theirs, theirs[:4] + ABSENT)
                )
                tried += 1
                told += [f"{method} {path}: {name}" for name in one if one[name] != other[name]]
    assert tried >= 40
    assert told == [], "\n".join(told)


def asked(proof: Proof) -> str:
    card = Card("1", "한빛 데일리", "2417", blocked=False, abroad=True, online=True, reported=False)
    made = cards.ask(
        proof=proof, kind=Kind.BLOCK, card=card.id, cards=[card], language="ko", by=None, at=timezone.now()
    )
    return made.reference


def wondered(proof: Proof, incident: Incident) -> str:
    made = inquiring.ask(
        incident=incident,
        kind=InquiryKind.OTHER,
        source=Source.WEB,
        text="언제 오나요?",
        language="ko",
        contact=proof.contact,
        person=proof.person,
        by=None,
        at=timezone.now(),
    )
    return made.reference


def disputed(proof: Proof, incident: Incident) -> str:
    made = disputing.ask(
        proof=proof,
        incident=incident,
        kind=DisputeKind.OTHER,
        words="다시 봐 주세요",
        language="ko",
        by=None,
        at=timezone.now(),
    )
    return made.reference

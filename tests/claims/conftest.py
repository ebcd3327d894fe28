"""Somebody whose data leaked, with a live proof, and a form filled in as people fill it in."""

from __future__ import annotations

import datetime as dt
import io
import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from breachdesk import keys
from breachdesk.lib.contacts import Contact
from claims import actions, filing, queries, rules
from claims.models import Claim, Draft
from lookup import actions as lookup_actions
from lookup import session
from lookup.models import Proof
from notices.models import Incident
from tests import cast

SEOYOUNG = {
    "name": "김서영",
    "birth_date": "1986-04-12",
    "phone": "010-0000-1234",
    "email": "seoyoung@mail.example",
    "items": "card_number|card_expiry|cvc|name|phone|email",
}
JUNHO = {"name": "이준호", "birth_date": "1979-09-30", "phone": "010-0000-2345", "items": "name|phone"}
MARIA = {"name": "Maria Santos", "birth_date": "1990-01-05", "phone": "010-0000-3456", "items": "name|card_number"}
MINJI = {"name": "박민지", "birth_date": "1994-03-02", "phone": "010-0000-5555", "items": "name?|phone?"}
EVERYBODY = (SEOYOUNG, JUNHO, MARIA, MINJI)
CAP = 3_000_000


@pytest.fixture
def now() -> dt.datetime:
    return timezone.now()


@pytest.fixture
def incident(db: None, now: dt.datetime) -> Incident:
    made = cast.incident(
        at=now, claim_cap=CAP, department_ko="정보유출 대응센터", department_en="Data Leak Response Centre"
    )
    cast.listed(made, *EVERYBODY, at=now)
    return made


def prove(who: dict[str, str], contact: str = "phone") -> Proof:
    """A proof as it stands after the code, the name and the birth date."""
    at = timezone.now()
    held = Contact.parse(who[contact])
    token = uuid.uuid4()
    proof = Proof.objects.create(
        token=token,
        contact_kind=held.kind,
        contact_hash=keys.index(held.kind, held.value),
        sealed_contact=keys.seal(held.value, bound_to=f"lookup.proof.contact:{token}"),
        proved_at=at,
        renewed_at=at,
        last_used_at=at,
    )
    lookup_actions.identify(
        proof=proof, name=who["name"], birth_date=dt.date.fromisoformat(who["birth_date"]), by=None, at=at
    )
    return proof


def browse(proof: Proof) -> Client:
    """A browser in which that proof lives."""
    client = Client()
    if proof.person:
        client.force_login(proof.person.user, backend="django.contrib.auth.backends.ModelBackend")
    kept = client.session
    kept[session.PROOF] = str(proof.token)
    kept.save()
    client.cookies["sessionid"] = kept.session_key
    return client


@pytest.fixture
def seoyoung(incident: Incident) -> Client:
    return browse(prove(SEOYOUNG))


@pytest.fixture
def junho(incident: Incident) -> Client:
    return browse(prove(JUNHO))


def day(incident: Incident, back: int = 2) -> str:
    return (timezone.localdate() - dt.timedelta(days=back)).isoformat()


def line(**fields: str) -> dict[str, str]:
    day = (timezone.localdate() - dt.timedelta(days=2)).isoformat()
    return {"kind": "card_payment", "day": day, "merchant": "GLB TECH STORE", "amount": "612,400원", **fields}


def filled(name: str = "김서영", **steps: Any) -> dict[str, Any]:
    """All steps of a draft, as typed."""
    return {
        "kind": {"kind": "card_payment"},
        "lines": [line(), line(merchant="기프트나라", amount="500000")],
        "story": {"story": "11월 5일에 결제 문자를 받고 알았어요."},
        "account": {"bank": "004", "number": "123-45-678901", "holder": name},
        **steps,
    }


def draft_of(proof: Proof, incident: Incident, **steps: Any) -> Draft:
    """A draft with everything filled in, kept step by step."""
    at = timezone.now()
    draft = actions.open_draft(proof=proof, incident=incident, by=proof.person.user, at=at)
    identity = proof.identity
    assert identity
    for step, typed in filled(identity.name, **steps).items():
        actions.save_step(person=proof.person, draft_id=draft.id, step=step, typed=typed, at=at)
    return Draft.objects.get(pk=draft.pk)


def seen(proof: Proof, draft: Draft) -> str:
    """The confirmation value that the check page shows."""
    at = timezone.now()
    terms = queries.terms_of(draft.incident, at=at)
    content = filing.read(draft.steps, terms=terms, proven_name=proof.identity.name)
    return queries.confirmation_of(content, draft_id=draft.id, evidence=draft.evidence.select_related("file"))


def submit(proof: Proof, draft: Draft, **changed: Any) -> actions.Filed:
    given = {
        "proof": proof,
        "draft_id": draft.id,
        "seen": changed.pop("seen", None) or seen(proof, draft),
        "language": "ko",
        "by": proof.person.user,
        "at": timezone.now(),
    }
    return actions.submit(**{**given, **changed})


@pytest.fixture
def claim(incident: Incident) -> Claim:
    """A claim of 김서영, filed."""
    proof = prove(SEOYOUNG)
    return submit(proof, draft_of(proof, incident)).claim


def picture(name: str = "결제알림.png", colour: str = "navy", size: int = 40) -> SimpleUploadedFile:
    held = io.BytesIO()
    Image.new("RGB", (size, size), colour).save(held, "PNG")
    return SimpleUploadedFile(name, held.getvalue(), content_type="image/png")


def terms(**changed: Any) -> rules.Terms:
    given = {
        "today": dt.date(2026, 11, 24),
        "first_day": dt.date(2026, 9, 21),
        "until": dt.date(2027, 11, 18),
        "cap": CAP,
        "decide_within": 5,
    }
    return rules.Terms(**{**given, **changed})

"""Forms posted after the proof ran out: kept sealed for whoever typed them, and handed back once. Actions."""

from __future__ import annotations

import datetime as dt
import json
import uuid

from django.db import transaction

from breachdesk import keys
from lookup import rules
from lookup.models import Parked, Proof


def park(*, form: dict[str, list[str]], path: str, proof: Proof, browser_hash: bytes, at: dt.datetime) -> bool:
    """Keeps what was typed for whoever the proof belonged to. False where it was ended on purpose, or is no form of ours."""
    longest = Parked._meta.get_field("path").max_length or 0
    size = len(json.dumps(form, ensure_ascii=False).encode())
    if proof.ended_at or size > rules.PARKED_AT_MOST or len(path) > longest:
        return False
    parked_id = uuid.uuid4()
    with transaction.atomic():
        Proof.objects.select_for_update(of=("self",)).get(pk=proof.pk)
        # The newest of each page replaces the one before it.
        Parked.objects.filter(proof=proof, path=path).delete()
        Parked.objects.create(
            id=parked_id,
            browser_hash=browser_hash,
            proof=proof,
            path=path,
            sealed_form=keys.seal_json(form, bound_to=f"lookup.parked.form:{parked_id}"),
            parked_at=at,
            expires_at=at + rules.PARKED_FOR,
        )
    return True


def take_back(*, path: str, proof: Proof, browser_hashes: list[bytes], at: dt.datetime) -> dict[str, list[str]] | None:
    """What the same person typed on this page of this browser; once."""
    with transaction.atomic():
        waiting = (
            Parked.objects.select_for_update(of=("self",))
            .select_related("proof")
            .filter(browser_hash__in=browser_hashes, path=path, expires_at__gt=at)
            .order_by("-parked_at")
        )
        for parked in waiting:
            if proof.is_of_the_same(parked.proof):
                form: dict[str, list[str]] = keys.unseal_json(
                    parked.sealed_form, bound_to=f"lookup.parked.form:{parked.id}"
                )
                parked.delete()
                return form
    return None

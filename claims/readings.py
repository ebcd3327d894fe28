"""Which acts of staff are readings of a claimant's data: shown to the claimant in "my look-ups"."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from claims import rules
from claims.models import Claim
from lookup import readings
from lookup.models import Proof


def begin() -> None:
    readings.register(
        {
            "claims.revealed": _("신청에 적힌 가린 개인정보를 열어 봤어요"),
            "claims.evidence_seen": _("신청에 낸 자료를 열어 봤어요"),
        },
        about=_claims_of,
        why=_reason,
    )
    readings.register_search("claims.searched_by_contact", _("내 연락처로 신청을 찾았어요"))
    readings.register_search("delivery.searched_by_contact", _("내 연락처로 보낸 메시지를 찾았어요"))


def _claims_of(proof: Proof) -> list[str]:
    if proof.person_id is None:
        return []
    return [
        f"claim:{reference}"
        for reference in Claim.objects.filter(person=proof.person_id).values_list("reference", flat=True)
    ]


def _reason(data: dict[str, Any]) -> Any:
    return rules.REVEAL_REASONS.get(data.get("reason", ""), "")

"""Which acts of staff are readings of somebody's data: shown to that person in "my look-ups"."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from lookup import readings
from lookup.models import Proof
from support.consultation_models import Consultation
from support.consultation_states import SeenWhy


def begin() -> None:
    readings.register({"support.seen_as_person": _("내가 보는 화면을 함께 봤어요")}, about=_person, why=_reason)
    readings.register(
        {"support.consultation_acted": _("통화하면서 나를 대신해서 했어요")}, about=_consultations_of, why=_number
    )
    readings.register_search("support.consultation_caller_named", _("통화하면서 내 연락처로 찾았어요"))
    readings.register_search("support.person_searched", _("내 연락처로 나를 찾았어요"))


def _person(proof: Proof) -> list[str]:
    return [] if proof.person_id is None else [f"person:{proof.person_id}"]


def _consultations_of(proof: Proof) -> list[str]:
    if proof.person_id is None:
        return []
    own = Consultation.objects.filter(person=proof.person_id).values_list("reference", flat=True)
    return [f"consultation:{reference}" for reference in own]


def _reason(data: dict[str, Any]) -> Any:
    return SeenWhy(data["reason"]).label if data.get("reason") in SeenWhy.values else ""


def _number(data: dict[str, Any]) -> str:
    return str(data.get("what", ""))

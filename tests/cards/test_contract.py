"""docs/issuer-api.yaml says what the client reads and sends, field by field."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from cards import issuer, told
from cards.states import Kind, Refusal, Stage

CONTRACT = yaml.safe_load(Path(settings.BASE_DIR, "docs/issuer-api.yaml").read_text())
SCHEMAS = CONTRACT["components"]["schemas"]


@pytest.mark.parametrize("value", [told.Card, told.Account, told.Payment, told.Tie, told.Slot])
def test_what_is_told_has_the_fields_of_the_contract(value: type):
    names = {field.name for field in fields(value)}
    assert names == set(SCHEMAS[value.__name__]["properties"]) == set(SCHEMAS[value.__name__]["required"])


def test_acts_stages_and_refusals_are_those_of_the_contract():
    act = CONTRACT["paths"]["/acts"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert {field.name for field in fields(issuer.Order)} == set(act["required"]) == set(act["properties"])
    assert set(Kind.values) == set(act["properties"]["kind"]["enum"])
    assert set(Stage.values) == set(SCHEMAS["Card"]["properties"]["renewal"]["enum"])
    assert set(Refusal.values) == set(SCHEMAS["Refusal"]["enum"])


@pytest.mark.parametrize(("path", "way"), [("/acts", "post"), ("/acts/{id}", "get")])
def test_both_answers_to_an_act_may_tell_the_place_in_line(path: str, way: str):
    schema = CONTRACT["paths"][path][way]["responses"]["200"]["content"]["application/json"]["schema"]
    assert {"place", "renewal_by"} <= set(schema["properties"]) - set(schema["required"])
    assert told.line({"place": 3, "renewal_by": "2026-12-01"}).place == 3

"""create_incident: a whole incident from one file, or every wrong field by name."""

from __future__ import annotations

import copy
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from breachdesk.accounts.models import User
from breachdesk.demo import story
from notices.models import Incident
from notices.states import NoticeState
from tests.notices.conftest import run

pytestmark = pytest.mark.django_db
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def values(db: None) -> dict[str, Any]:
    for one in (story.EDITOR, story.APPROVER):
        User.objects.create_staff(**one)
    return copy.deepcopy(story.corrected(timezone.now()))


def create(capsys: Capture, tmp_path: Path, values: Any) -> tuple[int, dict[str, Any]]:
    path = tmp_path / "incident.json"
    path.write_text(values if isinstance(values, str) else json.dumps(values), encoding="utf-8")
    return run(capsys, "create_incident", path)


def test_the_file_becomes_an_incident_with_its_published_notices(
    values: dict[str, Any], capsys: Capture, tmp_path: Path
):
    code, result = create(capsys, tmp_path, values)
    assert (code, result["notices"], result["published"]) == (0, 3, 2)
    incident = Incident.objects.get(slug="demo")
    assert incident.created_by == User.objects.get(email=story.EDITOR["email"])
    assert [one.state for one in incident.notices.order_by("number")] == [
        NoticeState.PUBLISHED,
        NoticeState.PUBLISHED,
        NoticeState.DRAFT,
    ]
    first = incident.notices.get(number=1)
    assert first.published_at == dt.datetime.fromisoformat(values["notices"][0]["published_at"])
    assert [one.number for one in incident.tiers.all()] == [1, 2]
    assert incident.contact_points.get(position=1).hours.count() == 8
    assert incident.clocks.count() == 7
    assert [(one.how, one.tiers) for one in incident.remedies.all()] == [("automatic", [1]), ("call", [])]


def test_a_second_time_changes_nothing(values: dict[str, Any], capsys: Capture, tmp_path: Path):
    create(capsys, tmp_path, values)
    code, result = create(capsys, tmp_path, values)
    assert code == 1
    assert "exists already" in result["refused"]
    assert Incident.objects.count() == 1


def without(name: str) -> Any:
    def change(values: dict[str, Any]) -> None:
        del values[name]

    return change


def put(*path: Any) -> Any:
    *where, last, value = path

    def change(values: Any) -> None:
        for step in where:
            values = values[step]
        values[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (without("slug"), "slug: is missing"),
        (put("slug", "한글"), "slug: may hold"),
        (without("title"), "title: is missing"),
        (put("title", {"ko": "제목"}), "title.en: is missing"),
        (put("title", {"ko": "제목", "en": ""}), "title.en: is empty"),
        (put("title", "제목"), "title: must be an object"),
        (put("title", "ko", "글" * 121), "title.ko: is longer"),
        (put("learned_at", "2026-11-18"), "learned_at: must be a moment"),
        (put("learned_at", "2026-11-18T09:20:00"), "learned_at: must be a moment"),
        (put("leak_ended_at", "2020-01-01T00:00:00+09:00"), "leak_ended_at: must be after"),
        (put("time_zone", "Mars/Base"), "time_zone: is no known zone"),
        (put("not_leaked", ["passport"]), "'passport' is no known item"),
        (put("claims", "cap", "much"), "claims.cap: must be a whole number"),
        (put("claims", "until", "soon"), "claims.until: must be a day"),
        (put("tiers", 0, "any_of", ["nothing"]), "tiers[0].any_of: 'nothing' is no known item"),
        (put("contact_points", 0, "kind", "pigeon"), "contact_points[0].kind: must be one of"),
        (
            put("contact_points", 0, "hours", [{"days": ["noday"], "opens": "08:00", "closes": "22:00"}]),
            "hours[0].days",
        ),
        (put("contact_points", 0, "hours", [{"opens": "22:00", "closes": "08:00"}]), "hours[0].closes: must be after"),
        (put("contact_points", 0, "hours", [{"opens": "8", "closes": "22:00"}]), "hours[0].opens: must be a time"),
        (put("clocks", 2, "due_at", "later"), "clocks[2].due_at: must be a moment"),
        (put("clocks", 1, "duty", "tithe"), "clocks[1].duty: must be one of"),
        (put("clocks", 1, "due_at", "2026-11-18T09:20:00+09:00"), "clocks[1].due_at: is not known"),
        (put("legal", "acts", ["bible"]), "legal.acts: bible: must be of"),
        (put("notices", 0, "kind", "rumour"), "notices[0].kind: must be one of"),
        (put("notices", 0, "approved_by", None), "notices[0].published_at: needs approved_by"),
        (put("notices", 0, "salary", 1), "notices[0].salary: is not known"),
        (put("tiers", "none"), "tiers: must be a list"),
        (put("colour", "red"), "colour: is not known"),
    ],
)
def test_a_wrong_field_is_named(values: dict[str, Any], capsys: Capture, tmp_path: Path, change: Any, named: str):
    change(values)
    code, result = create(capsys, tmp_path, values)
    assert code == 1
    assert any(named in problem for problem in result["problems"]), result
    assert not Incident.objects.exists()


def test_all_wrong_fields_are_named_at_once(values: dict[str, Any], capsys: Capture, tmp_path: Path):
    del values["slug"]
    values["learned_at"] = "?"
    _, result = create(capsys, tmp_path, values)
    assert len(result["problems"]) == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (put("notices", 0, "what_to_do", {"ko": "글", "en": ""}), "what_to_do_en"),
        (put("notices", 0, "approved_by", story.EDITOR["email"]), "두 사람"),
        (put("notices", 0, "published_at", "2999-01-01T00:00:00+09:00"), "아직 오지 않은"),
        (put("notices", 0, "prepared_by", "nobody@issuer.example"), "nobody@issuer.example"),
    ],
)
def test_a_notice_that_may_not_be_published_leaves_no_incident(
    values: dict[str, Any], capsys: Capture, tmp_path: Path, change: Any, said: str
):
    change(values)
    code, result = create(capsys, tmp_path, values)
    assert code == 1
    assert said in " ".join([result["refused"], *result.get("problems", [])])
    assert not Incident.objects.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '"demo"', "null"])
def test_what_is_no_incident_at_all_is_refused(capsys: Capture, tmp_path: Path, text: str):
    assert create(capsys, tmp_path, text)[0] == 1


def test_a_file_that_is_not_there_is_wrong_usage(capsys: Capture, tmp_path: Path):
    assert run(capsys, "create_incident", tmp_path / "nothing.json")[0] == 2


def test_a_remedy_without_an_end_is_no_remedy(values: dict[str, Any], capsys: Capture, tmp_path: Path):
    values["remedies"][1].pop("lasts")
    code, result = create(capsys, tmp_path, values)
    assert code == 1
    assert "remedies[1].ends" in str(result)

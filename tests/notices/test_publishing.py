"""A notice is shown on the word of two, whole in both languages, and never changes afterwards."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from breachdesk.audit.models import Event
from notices import actions, law, pages, rules, states
from notices.models import ContactPoint, Incident, Notice
from notices.states import NoticeKind, NoticeState
from tests import cast
from tests.notices.conftest import person

pytestmark = pytest.mark.django_db
FIELDS = ["title", "lede", *(item.field for item in law.ITEMS)]


@pytest.fixture
def incident(incident: Incident) -> Incident:
    ContactPoint.objects.create(
        incident=incident,
        position=1,
        kind="phone",
        name_ko="전화",
        name_en="Phone",
        value="1500-0000",
        always_open=True,
    )
    return incident


def draft(incident: Incident, at: dt.datetime, kind: NoticeKind = NoticeKind.CONFIRMED, **texts: str) -> Notice:
    whole = {f"{field}_{language}": "글" for field in FIELDS for language in ("ko", "en")}
    return actions.draft_notice(
        incident=incident, texts={"kind": kind, **whole, **texts}, by=cast.staff("Editor"), at=at
    )


def test_a_whole_notice_is_published_by_a_second_person(incident: Incident, at: dt.datetime):
    cast.listed(incident, person(1), at=at)
    notice = actions.publish(notice=draft(incident, at), by=cast.staff("Approver"), at=at)
    assert (notice.number, notice.state, notice.published_at) == (1, NoticeState.PUBLISHED, at)
    assert notice.approved_by == cast.staff("Approver")
    event = Event.objects.get(kind="notices.notice_published")
    assert (event.by, event.about, event.data["notice"]) == (cast.staff("Approver"), "incident:demo", 1)


def test_the_figures_are_those_of_the_list_when_it_was_published(incident: Incident, at: dt.datetime):
    incident.tiers.create(number=1, name_ko="글", name_en="t", advice_ko="글", advice_en="t")
    cast.listed(incident, person(1), person(2), at=at)
    notice = actions.publish(notice=draft(incident, at), by=cast.staff("Approver"), at=at)
    cast.listed(incident, person(3), at=at)
    incident.tiers.update(name_ko="다른 이름")
    notice.refresh_from_db()
    words = {"name_ko": "글", "name_en": "t", "advice_ko": "글", "advice_en": "t"}
    assert notice.counted == [{"tier": 1, "people": 2, "items": ["name", "phone", "email"], **words}]
    assert pages.boxes(notice)[0].name == "글", "a version calls its tiers as it did when it was published"


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("field", FIELDS)
def test_a_notice_is_blocked_while_a_field_is_empty_in_either_language(
    incident: Incident, at: dt.datetime, field: str, language: str
):
    notice = draft(incident, at, **{f"{field}_{language}": "  "})
    with pytest.raises(rules.NotComplete, match=f"{field}_{language}") as refused:
        actions.publish(notice=notice, by=cast.staff("Approver"), at=at)
    assert refused.value.missing == [f"{field}_{language}"]
    notice.refresh_from_db()
    assert notice.state == NoticeState.DRAFT


def test_a_notice_that_names_nobody_to_ask_is_blocked(incident: Incident, at: dt.datetime):
    incident.contact_points.all().delete()
    with pytest.raises(rules.NotComplete, match="contact_points"):
        actions.publish(notice=draft(incident, at), by=cast.staff("Approver"), at=at)


@pytest.mark.parametrize(
    ("kind", "may_be_empty"),
    [
        (NoticeKind.POSSIBLE, {"your_rights", "further_matters"}),
        (
            NoticeKind.NOT_LEAKED,
            {"what_leaked", "when_and_how", "what_to_do", "what_we_do", "your_rights", "further_matters"},
        ),
    ],
)
def test_other_kinds_of_notice_carry_fewer_items(
    incident: Incident, at: dt.datetime, kind: NoticeKind, may_be_empty: set[str]
):
    empty = {f"{field}_{language}": "" for field in may_be_empty for language in ("ko", "en")}
    notice = actions.publish(notice=draft(incident, at, kind, **empty), by=cast.staff("Approver"), at=at)
    assert notice.state == NoticeState.PUBLISHED


def test_nobody_publishes_what_they_wrote(incident: Incident, at: dt.datetime):
    notice = draft(incident, at)
    with pytest.raises(rules.SamePerson):
        actions.publish(notice=notice, by=cast.staff("Editor"), at=at)
    with pytest.raises(IntegrityError, match="notices_notice_published_by_two"), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(
            state=NoticeState.PUBLISHED, published_at=at, approved_by=cast.staff("Editor")
        )


def test_publishing_again_does_nothing(incident: Incident, at: dt.datetime):
    notice = actions.publish(notice=draft(incident, at), by=cast.staff("Approver"), at=at)
    again = actions.publish(notice=notice, by=cast.staff("Another"), at=at + dt.timedelta(hours=1))
    assert (again.published_at, again.approved_by) == (at, cast.staff("Approver"))
    assert Event.objects.filter(kind="notices.notice_published").count() == 1


def test_a_notice_cannot_have_been_shown_in_the_future(incident: Incident, at: dt.datetime):
    with pytest.raises(rules.NotYet):
        actions.publish(
            notice=draft(incident, at), by=cast.staff("Approver"), at=at, shown_since=at + dt.timedelta(minutes=1)
        )


def test_a_published_version_never_changes(incident: Incident, at: dt.datetime):
    notice = actions.publish(notice=draft(incident, at), by=cast.staff("Approver"), at=at)
    notice.title_ko = "다른 제목"
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        notice.save()
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        notice.delete()
    with pytest.raises(states.IllegalMove):
        notice.move(to=NoticeState.DRAFT, by=cast.staff("Approver"), at=at)
    # What is new is a new version.
    assert draft(incident, at).number == 2


def test_item_seven_has_a_stored_sentence_where_the_decree_says_nothing():
    sentence = law.nothing_prescribed(dt.date(2026, 11, 22))
    assert "2026년 11월 22일 기준" in sentence["ko"]
    assert "22 November 2026" in sentence["en"]

"""A notice is shown on the word of two, whole in both languages, and never changes afterwards."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from breachdesk.audit.models import Event
from notices import actions, law, pages, rules, states
from notices.models import Incident, Notice
from notices.states import NoticeKind, NoticeState
from tests import cast
from tests.notices import good
from tests.notices.conftest import person

pytestmark = pytest.mark.django_db
FIELDS = ["title", "lede", *(item.field for item in law.ITEMS)]


@pytest.fixture
def incident(incident: Incident) -> Incident:
    good.contact_for(incident)
    return incident


def draft(incident: Incident, at: dt.datetime, kind: NoticeKind = NoticeKind.CONFIRMED, **texts: object) -> Notice:
    whole = good.words_for(incident, at=at)
    if incident.notices.count() == 0:
        whole |= {f"changes_{language}": "" for language in ("ko", "en", "easy")}
    return actions.draft_notice(
        incident=incident, texts={"kind": kind, **whole, **texts}, by=cast.staff("Editor"), at=at
    )


def blocked(notice: Notice, at: dt.datetime) -> list[tuple[str, str]]:
    """What stands in the way of publishing it now."""
    with pytest.raises(rules.Blocked) as refused:
        actions.publish(notice=notice, by=cast.staff("Approver"), at=at)
    notice.refresh_from_db()
    assert notice.state == NoticeState.DRAFT
    return [(one.rule, f"{one.field}_{one.language}".rstrip("_")) for one in refused.value.findings]


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
    assert ("empty", f"{field}_{language}") in blocked(notice, at)


def test_a_notice_that_names_nobody_to_ask_is_blocked(incident: Incident, at: dt.datetime):
    incident.contact_points.all().delete()
    assert ("contact_none", "contact_points") in blocked(draft(incident, at), at)


MAYBE = {
    "title_ko": "정보가 유출됐을 수 있어요",
    "title_en": "Data may have been leaked",
    "what_leaked_ko": "이름이 나갔을 수 있어요.",
    "what_leaked_en": "Names may have been taken.",
}
NOT_LEAKED = {"title_ko": "정보가 유출되지 않았어요", "title_en": "No data was leaked", "cleared": "everybody"}
IN_ALL = ("ko", "en", "easy")


def test_other_kinds_of_notice_carry_fewer_items(incident: Incident, at: dt.datetime):
    approver = cast.staff("Approver")
    fewer = {f"{field}_{code}": "" for field in ("your_rights", "further_matters") for code in IN_ALL}
    possible = draft(incident, at, NoticeKind.POSSIBLE, **MAYBE, **fewer)
    assert actions.publish(notice=possible, by=approver, at=at).state == NoticeState.PUBLISHED

    gone = [field for field in FIELDS if field not in ("title", "lede", "whom_to_ask")]
    none = {f"{field}_{code}": "" for field in gone for code in IN_ALL}
    all_clear = draft(incident, at, NoticeKind.NOT_LEAKED, **NOT_LEAKED, **none)
    assert actions.publish(notice=all_clear, by=approver, at=at).cleared_people is None


def test_what_leaked_for_sure_replaces_what_was_only_possible(incident: Incident, at: dt.datetime):
    actions.publish(notice=draft(incident, at, NoticeKind.POSSIBLE, **MAYBE), by=cast.staff("Approver"), at=at)
    cast.listed(incident, person(1), at=at)
    again = draft(incident, at, NoticeKind.POSSIBLE, **MAYBE)
    assert ("kind_against_list", "kind") in blocked(again, at)
    Notice.objects.filter(pk=again.pk).delete()
    assert actions.publish(notice=draft(incident, at), by=cast.staff("Approver"), at=at).kind == "confirmed"


def test_an_all_clear_for_some_counts_those_whom_the_corrected_list_no_longer_names(
    incident: Incident, at: dt.datetime
):
    incident.tiers.create(number=1, name_ko="글", name_en="t", advice_ko="글", advice_en="t")
    maybe = person(items="name|phone|email?")
    cast.listed(incident, maybe, person(2), person(3), person(4, items="name?"), at=at - dt.timedelta(hours=2))
    cast.notice(incident, at=at - dt.timedelta(hours=1))
    some = {**MAYBE, "title_ko": "일부는 유출되지 않았어요", "title_en": "Some data was not leaked"}
    some = {name: words for name, words in some.items() if name.startswith("title")}
    notice = draft(incident, at, NoticeKind.NOT_LEAKED, **some, cleared="off_list")
    assert ("nobody_cleared", "cleared") in blocked(notice, at)

    cast.listed(incident, person(2), at=at)
    assert actions.publish(notice=notice, by=cast.staff("Approver"), at=at).cleared_people == 3

    # The next one counts only those who have gone since.
    cast.listed(incident, person(5), at=at + dt.timedelta(hours=1))
    later = draft(incident, at, NoticeKind.NOT_LEAKED, **some, cleared="tiers", cleared_tiers=[1])
    assert actions.publish(notice=later, by=cast.staff("Approver"), at=at).cleared_people == 1


def test_a_version_says_for_whom_it_clears_only_where_it_is_an_all_clear(incident: Incident, at: dt.datetime):
    with pytest.raises(IntegrityError, match="only_an_all_clear_clears"), transaction.atomic():
        draft(incident, at, NoticeKind.CONFIRMED, cleared="off_list")


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

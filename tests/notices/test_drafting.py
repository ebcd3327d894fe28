"""A version is written, proposed by one, approved by another; the approval is of the very words, and the database holds that."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from breachdesk.accounts.models import User
from breachdesk.audit.models import Event
from notices import drafting, law, rules, snapshots
from notices.draft_models import NoticeProposal
from notices.models import Incident, Notice
from notices.states import NoticeState, ProposalEnd
from tests import cast
from tests.notices import good
from tests.racing import race

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident(incident: Incident) -> Incident:
    good.contact_for(incident)
    return incident


@pytest.fixture
def writer(db: None) -> User:
    return cast.staff("Writer")


@pytest.fixture
def officer(db: None) -> User:
    return cast.staff("Officer")


def stamp(notice: Notice) -> str:
    notice.refresh_from_db()
    return snapshots.stamp(snapshots.of_notice(notice))


def write(notice: Notice, by: User, at: dt.datetime, **words: Any) -> bool:
    return drafting.write(notice=notice, words=words, seen=stamp(notice), by=by, at=at)


def proposed(incident: Incident, by: User, at: dt.datetime, **words: Any) -> NoticeProposal:
    notice = drafting.begin(incident=incident, by=by, at=at)
    write(notice, by, at, **{**good.words_for(incident, at=at), **words})
    return drafting.propose(notice=notice, seen=stamp(notice), by=by, at=at)


def kinds() -> list[str]:
    return [kind.removeprefix("notices.") for kind in Event.objects.order_by("pk").values_list("kind", flat=True)]


def test_the_first_version_is_empty_but_for_item_seven(incident: Incident, writer: User, at: dt.datetime):
    notice = drafting.begin(incident=incident, by=writer, at=at)

    assert (notice.number, notice.state, notice.title_ko, notice.kind) == (1, NoticeState.DRAFT, "", "confirmed")
    assert "대통령령이 더 정한 사항은 없어요" in notice.further_matters_ko
    assert notice.not_leaked == incident.not_leaked


def test_the_next_version_begins_as_the_newest_one_reads_with_what_changed_still_to_say(
    incident: Incident, writer: User, at: dt.datetime
):
    old = at - dt.timedelta(days=2)
    day = old.astimezone(ZoneInfo(incident.time_zone)).date()
    sentence = {f"further_matters_{code}": words for code, words in law.nothing_prescribed(day).items()}
    cast.notice(incident, at=old, title_ko="옛 제목", **sentence)
    notice = drafting.begin(incident=incident, by=writer, at=at)

    assert (notice.number, notice.title_ko, notice.kind) == (2, "옛 제목", "further")
    assert (notice.changes_ko, notice.changes_en) == ("", "")
    assert notice.published_at is None
    assert notice.further_matters_ko != sentence["further_matters_ko"], "the stored sentence is as of today"


def test_one_version_at_a_time_is_written(incident: Incident, writer: User, at: dt.datetime):
    notice = drafting.begin(incident=incident, by=writer, at=at)
    with pytest.raises(rules.DraftAlready, match="한 번에 한 판만"):
        drafting.begin(incident=incident, by=writer, at=at)
    with pytest.raises(IntegrityError, match="notices_notice_one_draft"), transaction.atomic():
        Notice.objects.create(incident=incident, number=9, kind="further", prepared_at=at, prepared_by=writer)
    assert list(incident.notices.all()) == [notice]


def test_what_was_written_is_kept_with_before_and_after(incident: Incident, writer: User, at: dt.datetime):
    notice = drafting.begin(incident=incident, by=cast.staff("Another"), at=at)
    assert write(notice, writer, at, title_ko="제목")
    assert not write(notice, writer, at, title_ko="제목"), "the same words again: nothing happens"

    notice.refresh_from_db()
    assert (notice.title_ko, notice.prepared_by) == ("제목", writer)
    event = Event.objects.get(kind="notices.notice_changed")
    assert (event.data["before"], event.data["after"]) == ({"title_ko": ""}, {"title_ko": "제목"})


def test_nobody_writes_over_words_they_have_not_seen(incident: Incident, writer: User, at: dt.datetime):
    notice = drafting.begin(incident=incident, by=writer, at=at)
    seen = stamp(notice)
    write(notice, writer, at, title_ko="먼저")
    with pytest.raises(rules.ChangedSince):
        drafting.write(notice=notice, words={"title_ko": "나중"}, seen=seen, by=cast.staff("Another"), at=at)
    notice.refresh_from_db()
    assert notice.title_ko == "먼저"


@pytest.mark.parametrize("gone", ["title_en", "what_to_do_ko", "further_matters_en", "changes_ko"])
def test_what_is_not_whole_is_not_proposed(incident: Incident, writer: User, at: dt.datetime, gone: str):
    cast.notice(incident, at=at)
    with pytest.raises(rules.Blocked) as refused:
        proposed(incident, writer, at, **{gone: " "})
    assert ("empty", gone) in [(one.rule, f"{one.field}_{one.language}") for one in refused.value.findings]


def test_of_a_first_version_nothing_need_have_changed(incident: Incident, writer: User, at: dt.datetime):
    assert proposed(incident, writer, at, changes_ko="", changes_en="", changes_easy="").closed_at is None


def test_another_person_approves_and_it_is_public(incident: Incident, writer: User, officer: User, at: dt.datetime):
    proposal = proposed(incident, writer, at)
    notice = drafting.approve(proposal=proposal, seen=proposal.words, by=officer, at=at)

    assert (notice.state, notice.prepared_by, notice.approved_by) == (NoticeState.PUBLISHED, writer, officer)
    proposal.refresh_from_db()
    assert (proposal.closed_as, proposal.closed_by) == (ProposalEnd.APPROVED, officer)
    assert kinds() == ["notice_drafted", "notice_changed", "notice_proposed", "notice_published"]
    with pytest.raises(rules.NotADraft):
        write(notice, writer, at, title_ko="나중에")
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(title_ko="나중에")
    with pytest.raises(rules.DecidedAlready):
        drafting.approve(proposal=proposal, seen=proposal.words, by=cast.staff("Third"), at=at)
    assert kinds().count("notice_published") == 1


def test_neither_who_proposed_nor_who_wrote_last_approves(
    incident: Incident, writer: User, officer: User, at: dt.datetime
):
    notice = drafting.begin(incident=incident, by=officer, at=at)
    write(notice, officer, at, **good.words_for(incident, at=at))
    proposal = drafting.propose(notice=notice, seen=stamp(notice), by=writer, at=at)
    for somebody in (writer, officer):
        with pytest.raises(rules.OwnWords):
            drafting.approve(proposal=proposal, seen=proposal.words, by=somebody, at=at)
    gone = cast.staff("Gone")
    gone.is_active = False
    with pytest.raises(rules.NotStaff):
        drafting.approve(proposal=proposal, seen=proposal.words, by=gone, at=at)


def test_the_database_refuses_one_person_for_both_whoever_it_is(incident: Incident, at: dt.datetime):
    boss = User.objects.create_superuser(email="boss@issuer.example", password="x")
    proposal = proposed(incident, boss, at)
    with pytest.raises(rules.OwnWords):
        drafting.approve(proposal=proposal, seen=proposal.words, by=boss, at=at)
    rows = NoticeProposal.objects.filter(pk=proposal.pk)
    with pytest.raises(IntegrityError, match="approved_by_another"), transaction.atomic():
        rows.update(closed_at=at, closed_by=boss, closed_as=ProposalEnd.APPROVED)
    with pytest.raises(IntegrityError, match="notices_notice_published_by_two"), transaction.atomic():
        Notice.objects.filter(pk=proposal.notice_id).update(
            state=NoticeState.PUBLISHED, published_at=at, approved_by=boss
        )


def test_what_was_proposed_and_how_it_ended_cannot_be_written_anew(
    incident: Incident, writer: User, officer: User, at: dt.datetime
):
    proposal = proposed(incident, writer, at)
    rows = NoticeProposal.objects.filter(pk=proposal.pk)
    for change in ({"words": "0" * 64}, {"proposed_by": officer}):
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError, match="sent_back_with_a_reason"), transaction.atomic():
        rows.update(closed_at=at, closed_by=officer, closed_as=ProposalEnd.SENT_BACK)
    with pytest.raises(IntegrityError, match="closed_whole"), transaction.atomic():
        rows.update(closed_at=at)
    drafting.withdraw(proposal=proposal, by=writer, at=at)
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        rows.update(closed_as=ProposalEnd.VOID)
    with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
        rows.delete()


def test_a_changed_word_makes_the_proposal_void(incident: Incident, writer: User, officer: User, at: dt.datetime):
    proposal = proposed(incident, writer, at)
    write(proposal.notice, writer, at, lede_ko="다른 글")
    proposal.refresh_from_db()
    assert proposal.closed_as == ProposalEnd.VOID
    with pytest.raises(rules.DecidedAlready):
        drafting.approve(proposal=proposal, seen=proposal.words, by=officer, at=at)


def test_words_changed_past_us_are_not_approved(incident: Incident, writer: User, officer: User, at: dt.datetime):
    proposal = proposed(incident, writer, at)
    Notice.objects.filter(pk=proposal.notice_id).update(lede_en="slipped in by SQL")
    with pytest.raises(rules.WordsChanged):
        drafting.approve(proposal=proposal, seen=proposal.words, by=officer, at=at)
    with pytest.raises(rules.WordsChanged):
        drafting.approve(proposal=proposal, seen=stamp(proposal.notice), by=officer, at=at)


def test_nobody_approves_words_that_are_not_before_them(
    incident: Incident, writer: User, officer: User, at: dt.datetime
):
    proposal = proposed(incident, writer, at)
    with pytest.raises(rules.ChangedSince):
        drafting.approve(proposal=proposal, seen="another page", by=officer, at=at)


def test_it_is_sent_back_with_a_reason_and_proposed_anew(
    incident: Incident, writer: User, officer: User, at: dt.datetime
):
    proposal = proposed(incident, writer, at)
    with pytest.raises(rules.NoReason):
        drafting.send_back(proposal=proposal, reason="  ", by=officer, at=at)
    drafting.send_back(proposal=proposal, reason="3번이 모자라요.", by=officer, at=at)
    proposal.refresh_from_db()
    assert (proposal.closed_as, proposal.reason) == (ProposalEnd.SENT_BACK, "3번이 모자라요.")
    again = drafting.propose(notice=proposal.notice, seen=stamp(proposal.notice), by=writer, at=at)
    with pytest.raises(rules.WaitsForApproval):
        drafting.propose(notice=proposal.notice, seen=again.words, by=writer, at=at)


@pytest.mark.django_db(transaction=True)
def test_two_approvals_at_once_publish_once(incident: Incident, writer: User, officer: User, at: dt.datetime):
    proposal = proposed(incident, writer, at)
    third = cast.staff("Third")

    def approve(number: int) -> str:
        try:
            drafting.approve(proposal=proposal, seen=proposal.words, by=(officer, third)[number], at=at)
        except rules.DecidedAlready:
            return "late"
        return "published"

    assert sorted(race(2, approve)) == ["late", "published"]
    assert Event.objects.filter(kind="notices.notice_published").count() == 1
    proposal.refresh_from_db()
    assert Notice.objects.get(pk=proposal.notice_id).approved_by == proposal.closed_by

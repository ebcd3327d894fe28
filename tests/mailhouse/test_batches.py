"""A batch: gathered by one, printed by workers who may die, released by another, handed over, posted. Nobody twice, nobody missed."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile

import pytest
from django.db import IntegrityError, transaction
from django.test import TestCase

from breachdesk.lib import paper, references
from breachdesk.lib.postal import PostalAddress
from breachdesk.mailhouse import batches, making, printing, queries, rules, taking, watching, writing
from breachdesk.mailhouse.models import Batch, Letter, Part, Taking
from breachdesk.mailhouse.states import BatchState, Problem
from delivery import actions as delivery
from delivery import outbox
from delivery.models import Message
from delivery.states import State
from lookup import letter_codes
from lookup.models import LetterCode, Proof
from notices import addresses, campaigning, climbing, letters_on_paper
from notices.audience import Choice
from notices.ladder_models import Attempt
from notices.models import SendingPlan, Telling
from notices.queries import current_notice
from notices.states import TellingState
from tests import staff
from tests.racing import race

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick")]
ABOUT = ["letters:demo"]
DAY = dt.timedelta(days=1)


@pytest.fixture
def written(incident, editor, at) -> int:
    return writing.write(incident=incident, by=editor, at=at)


@pytest.fixture
def batch(written, incident, editor, at, stored) -> Batch:
    return batches.gather(incident=incident, abouts=ABOUT, large_print=False, by=editor, at=at)


def made(batch: Batch) -> Batch:
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert making.carry_on() is False
    batch.refresh_from_db()
    assert batch.state == BatchState.MADE, batch.problem
    return batch


def archive(batch: Batch) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(making.read(batch))))


def manifest(batch: Batch) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive(batch).read("manifest.csv").decode("utf-8-sig"))))


def by_name(batch: Batch) -> dict[str, str]:
    """Each letter as text."""
    kept = archive(batch)
    return {row["name"].lstrip("'"): kept.read(row["file"]).decode() for row in manifest(batch)}


def today(at: dt.datetime) -> dt.date:
    return (at + dt.timedelta(hours=9)).date()


def test_whoever_has_an_address_and_nothing_else_is_written_to_once(incident, written, editor, at):
    assert written == 3
    with pytest.raises(rules.NobodyToWriteTo):
        writing.write(incident=incident, by=editor, at=at)
    assert writing.write(incident=incident, everybody=True, by=editor, at=at) == 1
    assert Message.objects.filter(channel="letter", state=State.WAITING).count() == 4
    [source] = queries.sources(at=at)
    assert (source.about, source.waiting, source.incident) == ("letters:demo", 4, incident)


def test_before_an_incident_goes_live_nobody_is_written_to(incident, editor, at):
    SendingPlan.objects.filter(incident=incident).update(live_at=None)
    with pytest.raises(rules.NotLive):
        writing.write(incident=incident, by=editor, at=at)


def test_two_who_press_at_once_write_to_nobody_twice(transactional_db, incident, editor, at):
    def press(_turn: int) -> int:
        try:
            return writing.write(incident=incident, by=editor, at=at)
        except rules.NobodyToWriteTo:
            return 0

    assert sum(race(3, press)) == 3
    assert Message.objects.filter(channel="letter").count() == 3


def test_every_letter_is_one_pdf_with_its_own_code_and_stands_in_the_manifest(batch, stored):
    made(batch)
    rows = manifest(batch)
    assert [row["number"] for row in rows] == [rules.running_number(batch.pk, number) for number in (1, 2, 3)]
    assert {row["name"] for row in rows} == {"이순자", "(주)한빛상사", "Maria Santos"}
    assert [row["postcode"] for row in rows if row["name"] == "이순자"] == ["04500"]
    assert all(not row["address"].startswith("=") for row in rows), "no spreadsheet runs an address"
    assert archive(batch).namelist() == [*(row["file"] for row in rows), "manifest.csv"]
    letters = by_name(batch)
    codes = {name: code for name, text in letters.items() for code in _codes_in(text)}
    assert len(set(codes.values())) == 3
    assert "유출된 내 정보" in letters["이순자"]
    assert "나갔을 수 있지만" in letters["이순자"]
    assert '<html lang="en"' in letters["Maria Santos"]
    assert "C-1" not in letters["이순자"], "the issuer's own key is nobody's business on paper"
    proof = letter_codes.prove(
        code=codes["이순자"], name="이순자", birth_date=dt.date(1944, 1, 20), network="n", shared_device=False,
        at=batch.gathered_at,
    )  # fmt: skip
    assert proof.person is not None
    assert len(stored()) == 1, "the parts are gone once they are in the archive"


def _codes_in(text: str) -> set[str]:
    words = text.replace("<", " ").replace(">", " ").split()
    return {word for word in words if references.read_secret(word) == word}


def test_codes_in_clear_are_in_the_sealed_archive_alone(batch, stored, tmp_path):
    made(batch)
    codes = {code for text in by_name(batch).values() for code in _codes_in(text)}
    rows = str([list(model.objects.values()) for model in (Batch, Part, Letter, LetterCode, Message)])
    at_rest = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for code in codes:
        assert code not in rows
        assert code.encode() not in at_rest
    assert "이순자".encode() not in at_rest


@pytest.mark.parametrize("dies", ["before it is saved", "before it counts"])
def test_killed_in_a_part_it_is_made_again_and_no_code_counts_twice(batch, monkeypatch, dies, stored):
    monkeypatch.setattr(rules, "PART_LEASE", dt.timedelta(0))

    class Killed(BaseException):
        pass

    def kill(*_args, **_how):
        raise Killed

    where = (making, "_save") if dies == "before it is saved" else (letter_codes, "count")
    with monkeypatch.context() as for_once:
        for_once.setattr(*where, kill)
        with pytest.raises(Killed):
            making.carry_on()
    assert not LetterCode.objects.exists()
    assert queries.figures(batch).made == 0
    made(batch)
    assert LetterCode.objects.filter(void_at=None).count() == 3
    assert len(manifest(batch)) == 3
    left = len(stored()) - 1
    assert watching.sweep(at=batch.gathered_at) == 0, "its writer may still be at work"
    assert watching.sweep(at=batch.gathered_at + 3 * DAY) == left
    assert len(stored()) == 1


def test_what_kills_its_worker_three_times_stops_the_batch_and_somebody_may_go_on(batch, editor, monkeypatch, at):
    Part.objects.update(tries=rules.MOST_TRIES)
    making.carry_on()
    batch.refresh_from_db()
    assert (batch.state, batch.problem) == (BatchState.STOPPED, "worker_lost")
    batches.make_on(batch=batch, by=editor, at=at)
    made(batch)


def test_two_workers_share_the_parts(transactional_db, incident, editor, at, monkeypatch, stored):
    monkeypatch.setattr(rules, "PART", 1)
    writing.write(incident=incident, everybody=True, by=editor, at=at)
    batch = batches.gather(incident=incident, abouts=ABOUT, large_print=False, by=editor, at=at)
    race(3, lambda _turn: making.carry_on())
    making.carry_on()
    batch.refresh_from_db()
    assert batch.state == BatchState.MADE
    assert len(manifest(batch)) == LetterCode.objects.filter(void_at=None).count() == 4


def test_a_machine_without_korean_type_says_so_and_loses_nothing(batch, editor, monkeypatch, at):
    def unavailable(html):
        raise paper.Unavailable("no font")

    with monkeypatch.context() as for_once:
        for_once.setattr(paper, "pdf_and_pages", unavailable)
        making.carry_on()
    batch.refresh_from_db()
    assert (batch.state, batch.problem) == (BatchState.STOPPED, "no_pdf")
    batches.make_on(batch=batch, by=editor, at=at)
    made(batch)


def test_what_was_cancelled_or_fits_no_window_is_left_out_and_said(batch, at):
    first, second, _third = Letter.objects.filter(batch=batch).order_by("number")
    Message.objects.filter(pk=first.message_id).update(state=State.CANCELLED, settled_at=at)
    message = Message.objects.get(pk=second.message_id)
    message.recipient = PostalAddress("이순자", "아주 긴 길 " * 30)
    message.save()
    made(batch)
    figures = queries.figures(batch)
    assert (figures.gathered, figures.in_archive, batch.printed) == (3, 1, 1)
    assert dict(figures.left_out) == {
        str(Problem.CANCELLED.label): 1,
        str(Problem.ADDRESS.label): 1,
    }
    message.refresh_from_db()
    assert (message.state, message.last_problem) == (State.FAILED, "address-does-not-fit")


def test_a_second_letter_to_one_person_waits_for_the_next_batch(incident, editor, at, stored):
    writing.write(incident=incident, customer_ref="C-1", everybody=True, by=editor, at=at)
    [[one]] = addresses.addressed(incident.active_dataset, customer_ref="C-1", everybody=True)
    to, words = letters_on_paper.LeakLetter(current_notice(incident)).to(one)
    with transaction.atomic():
        outbox.put(words, to=to, key="another", lane="campaign", about="letters:demo", at=at)
    batch = made(batches.gather(incident=incident, abouts=ABOUT, large_print=False, by=editor, at=at))
    assert batch.printed == 1
    assert [source.waiting for source in queries.sources(at=at)] == [1]
    assert LetterCode.objects.filter(void_at=None).count() == 1


def test_a_campaign_s_letters_are_gathered_and_its_ledger_hears_of_their_posting(incident, editor, officer, at, stored):
    campaign = campaigning.prepare(notice=current_notice(incident), choice=Choice(), by=editor, at=at)
    campaigning.release(campaign=campaign, by=officer, at=at)
    campaigning.carry_on(campaign=campaign, at=at)
    [source] = queries.sources(at=at)
    assert (source.about, source.campaign, source.waiting) == (campaign.about, campaign, 3)
    batch = made(batches.gather(incident=incident, abouts=[source.about], large_print=False, by=editor, at=at))
    batches.release(batch=batch, by=officer, at=at)
    batches.hand_over(batch=batch, day=today(at), by=editor, at=at)
    batches.post(batch=batch, day=today(at), count=3, by=editor, at=at)
    climbing.pull_outcomes(at=at + DAY)
    by_letter = Telling.objects.filter(campaign=campaign, channel="letter")
    assert list(by_letter.values_list("state", flat=True)) == [TellingState.SENT] * 3


def test_a_letter_at_the_mail_house_is_not_called_back_and_one_that_was_proves_once_its_code_is_used(
    incident, editor, officer, at, stored
):
    campaign = campaigning.prepare(notice=current_notice(incident), choice=Choice(), by=editor, at=at)
    campaigning.release(campaign=campaign, by=officer, at=at)
    campaigning.carry_on(campaign=campaign, at=at)
    batch = made(batches.gather(incident=incident, abouts=[campaign.about], large_print=False, by=editor, at=at))
    batches.release(batch=batch, by=officer, at=at)
    batches.hand_over(batch=batch, day=today(at), by=editor, at=at)
    climbing.pull_outcomes(at=at + DAY)
    climbing.pull_outcomes(at=at + 8 * DAY)
    letters = Message.objects.filter(channel="letter")
    assert set(letters.values_list("state", flat=True)) == {State.WAITING}, "they are on their way to the post"

    delivery.cancel(about=campaign.about, at=at + 8 * DAY)
    climbing.pull_outcomes(at=at + 10 * DAY)
    assert not Attempt.objects.filter(look_again_at__isnull=False, channel="letter").exists()
    [code] = _codes_in(by_name(batch)["이순자"])
    letter_codes.prove(
        code=code, name="이순자", birth_date=dt.date(1944, 1, 20), network="n", shared_device=False, at=at
    )
    assert watching.hear_of_use(at=at + 11 * DAY) == 1
    climbing.pull_outcomes(at=at + 11 * DAY)
    proven = Telling.objects.get(campaign=campaign, state=TellingState.PROVEN)
    assert (proven.channel, proven.proof) == ("letter", "delivered")


def test_it_takes_two_to_release_and_what_was_cancelled_meanwhile_stops_it(batch, editor, officer, at):
    with pytest.raises(rules.NotNow):
        batches.release(batch=batch, by=officer, at=at)
    made(batch)
    with pytest.raises(rules.SamePerson):
        batches.release(batch=batch, by=editor, at=at)
    with pytest.raises(IntegrityError, match="mailhouse_batch_released_by_two"), transaction.atomic():
        Batch.objects.filter(pk=batch.pk).update(released_at=at, released_by=batch.gathered_by_id)
    delivery.cancel(about="letters:demo", at=at)
    with pytest.raises(rules.CancelledMeanwhile, match="3통"):
        batches.release(batch=batch, by=officer, at=at)


def test_dropped_its_letters_wait_again_and_its_codes_open_nothing(batch, incident, editor, officer, at, stored):
    made(batch)
    batches.release(batch=batch, by=officer, at=at)
    with pytest.raises(rules.NoReason):
        batches.drop(batch=batch, reason=" ", by=editor, at=at)
    batches.drop(batch=batch, reason="오타", by=editor, at=at)
    assert not LetterCode.objects.filter(void_at=None).exists()
    assert [source.waiting for source in queries.sources(at=at)] == [3]
    again = made(batches.gather(incident=incident, abouts=ABOUT, large_print=True, by=editor, at=at))
    assert again.printed == 3
    assert set(by_name(again)) == {"이순자", "(주)한빛상사", "Maria Santos"}


def test_handed_over_and_posted_its_messages_are_accepted(batch, editor, officer, at):
    made(batch)
    batches.release(batch=batch, by=officer, at=at)
    with pytest.raises(rules.TooEarly):
        batches.hand_over(batch=batch, day=today(at) - DAY, by=editor, at=at)
    batches.hand_over(batch=batch, day=today(at), by=editor, at=at)
    assert Message.objects.filter(state=State.WAITING).count() == 3, "handed over is not posted"
    with pytest.raises(rules.MoreThanThereAre):
        batches.post(batch=batch, day=today(at), count=4, by=editor, at=at)
    with pytest.raises(rules.TooEarly):
        batches.post(batch=batch, day=today(at) + DAY, count=3, by=editor, at=at)
    batches.post(batch=batch, day=today(at), count=3, by=editor, at=at)
    with pytest.raises(rules.NotNow):
        batches.post(batch=batch, day=today(at), count=3, by=editor, at=at)
    accepted = Message.objects.filter(state=State.ACCEPTED).order_by("provider_id")
    assert [message.provider_id for message in accepted] == [
        rules.running_number(batch.pk, number) for number in (1, 2, 3)
    ]
    assert queries.figures(batch).posted == 3


def test_a_code_that_is_used_proves_that_its_letter_arrived(batch, editor, officer, at):
    made(batch)
    batches.release(batch=batch, by=officer, at=at)
    batches.hand_over(batch=batch, day=today(at), by=editor, at=at)
    batches.post(batch=batch, day=today(at), count=3, by=editor, at=at)
    [code] = _codes_in(by_name(batch)["이순자"])
    letter_codes.prove(
        code=code, name="이순자", birth_date=dt.date(1944, 1, 20), network="n", shared_device=False, at=at
    )
    assert Proof.objects.count() == 1
    assert [watching.hear_of_use(at=at) for _twice in range(2)] == [1, 0]
    assert Message.objects.get(state=State.DELIVERED).receipts.get().code == "letter-code-used"
    assert queries.figures(batch).arrived == 1


def test_the_archive_is_for_two_with_a_reason_and_for_a_day(batch, editor, officer, at):
    made(batch)
    with pytest.raises(rules.NotNow):
        taking.ask(batch=batch, reason="업체", by=editor, at=at)
    batches.release(batch=batch, by=officer, at=at)
    with pytest.raises(rules.NoReason):
        taking.ask(batch=batch, reason=" ", by=editor, at=at)
    wanted = taking.ask(batch=batch, reason="업체에 넘김", by=editor, at=at)
    with pytest.raises(rules.Over):
        taking.take(taking=wanted, by=editor, at=at)
    with pytest.raises(rules.SamePerson):
        taking.agree(taking=wanted, by=editor, at=at)
    taking.agree(taking=wanted, by=officer, at=at)
    with pytest.raises(rules.Over):
        taking.take(taking=wanted, by=officer, at=at)
    assert len(b"".join(taking.take(taking=wanted, by=editor, at=at))) == batch.size
    with pytest.raises(rules.Over):
        taking.take(taking=wanted, by=editor, at=at + rules.TAKING_LIVES)
    with pytest.raises(IntegrityError, match="mailhouse_taking_takes_two"), transaction.atomic():
        Taking.objects.update(agreed_by=editor)


def test_some_days_after_it_was_handed_over_the_archive_is_gone(batch, editor, officer, at, stored):
    made(batch)
    batches.release(batch=batch, by=officer, at=at)
    batches.hand_over(batch=batch, day=today(at), by=editor, at=at)
    assert watching.forget_archives(at=at + rules.KEEP_ARCHIVE - DAY) == 0
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert watching.forget_archives(at=at + rules.KEEP_ARCHIVE) == 1
    batch.refresh_from_db()
    assert (batch.has_file, stored()) == (False, [])
    with pytest.raises(rules.NotNow):
        taking.ask(batch=batch, reason="다시", by=editor, at=at + 20 * DAY)


def test_an_example_shows_neither_name_nor_address_nor_code(batch):
    [ko, _en] = sorted(
        Message.objects.filter(pk__in=queries.examples(batch)), key=lambda message: message.language, reverse=True
    )
    shown = printing.example(ko.words, ko.recipient, batch=batch).decode()
    assert printing.NO_CODE in shown
    assert ko.recipient.name not in shown
    assert ko.recipient.street not in shown


def test_only_staff_who_work_here_do_any_of_it(incident, written, at):
    gone = staff.member("notice_editor", is_active=False)
    with pytest.raises(rules.NotStaff):
        writing.write(incident=incident, by=gone, at=at)
    with pytest.raises(rules.NotStaff):
        batches.gather(incident=incident, abouts=ABOUT, large_print=False, by=gone, at=at)

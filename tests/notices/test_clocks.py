"""The law's clocks at the desk: proposed from the facts, counted from posting, met with evidence, and shown with their lateness."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation
from PIL import Image

from breachdesk.accounts.models import User
from breachdesk.audit.models import Event
from breachdesk.desk import session
from notices import clock_pages, clocking, proof, rules, snapshots
from notices.campaign_models import Campaign, Telling
from notices.clock_models import Clock
from notices.models import AffectedRecord, Incident
from notices.states import CountedFrom
from tests import cast, staff
from tests.notices.conftest import person
from tests.notices.test_incident_desk import SEOUL, seen, send
from tests.notices.test_notice_desk import inside, text

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def editor(db: None) -> User:
    return staff.member("notice_editor", name="이작성")


@pytest.fixture
def client(editor: User) -> Client:
    return inside(editor)


def path(name: str, *arguments: object) -> str:
    with translation.override("ko"):
        return reverse(f"admin:{name}", args=arguments)


def stamp(clock: Clock) -> str:
    return snapshots.stamp(snapshots.of_meeting(clock))


def clock_of(incident: Incident, code: str, editor: User, at: dt.datetime) -> Clock:
    [clock] = clocking.adopt(incident=incident, codes=[code], by=editor, at=at)
    return clock


def test_clocks_are_proposed_from_the_facts_and_taken_over_once(incident: Incident, client: Client, at: dt.datetime):
    page = path("incident_law", incident.pk)
    assert "아직 확실하지 않음" in text(client.get(page))
    cast.listed(incident, person(1), person(2, phone="", email=""), at=at)
    Incident.objects.filter(pk=incident.pk).update(outside_access=True)
    shown = text(client.get(page))
    assert "2명" in shown
    assert "연락처를 모르는 분이 있음" in shown
    for said in ("시각 2개를 더했어요.", "달라진 것이 없어요."):
        wanted = {"duty": ["pipa_report", "pipa_post", "credit_report", "order_answer", "nothing"]}
        assert said in text(client.post(page, wanted, follow=True))
    report, post = incident.clocks.order_by("position")
    assert (report.code, report.due_at) == ("pipa_report", incident.learned_at + 72 * HOUR)
    assert (post.code, post.due_at) == ("pipa_post", None)
    assert Event.objects.filter(kind="notices.clock_changed").count() == 2


def test_what_counts_from_posting_begins_with_the_first_version(incident: Incident, editor: User, at: dt.datetime):
    clock = clock_of(incident, "pipa_post", editor, at)
    line = clock_pages.line(clock, learned_at=incident.learned_at, at=at)
    assert (line.counts, line.left) == ("안내문을 처음 올린 때부터 30일", None)
    notice = cast.notice(incident, at=at)
    clocking.count_from_posting(incident=incident)
    clock.refresh_from_db()
    full = notice.published_at.astimezone(SEOUL).date() + dt.timedelta(days=31)
    assert clock.due_at == dt.datetime.combine(full, dt.time(), SEOUL), "the day of posting is not counted"
    assert clock_pages.line(clock, learned_at=incident.learned_at, at=at + 745 * HOUR).dot == "done"


def test_a_clock_is_met_with_evidence_and_corrected_with_both_in_the_audit(
    incident: Incident, client: Client, editor: User, at: dt.datetime
):
    clock = clock_of(incident, "pipa_report", editor, at)
    page = path("clock_met", incident.pk, clock.pk)
    given = {"met_at": f"{incident.learned_at + 80 * HOUR:%Y-%m-%dT%H:%M}", "evidence": "접수 1187"}
    wrong = {
        "met_at": ("2999-01-01T00:00", "아직 오지 않은 때를 적을 수 없어요."),
        "evidence": ("", "적어 주세요."),
    }
    for field, (typed, said) in wrong.items():
        assert said in text(send(client, page, {**given, field: typed}))
    early = f"{incident.learned_at - 30 * HOUR:%Y-%m-%dT%H:%M}"
    assert "유출을 알기 전에 했을 수는 없어요." in text(send(client, page, {**given, "met_at": early}))
    Clock.objects.filter(pk=clock.pk).update(due_at=(at - 72 * HOUR).replace(second=0, microsecond=0))
    good = {"met_at": _local(at - 71 * HOUR), "evidence": "접수 1187"}
    stale = seen(client, page)
    assert "저장했어요." in text(send(client, page, good))
    assert "달라진 것이 없어요." in text(send(client, page, good))
    assert client.post(page, {**good, "evidence": "x", "seen": stale}).status_code == 409
    clock.refresh_from_db()
    assert (clock.evidence, clock.met_by) == ("접수 1187", editor)
    picture = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(picture, "PNG")
    picture.seek(0)
    picture.name = "receipt.png"
    assert "저장했어요." in text(send(client, page, {**good, "evidence": "접수 1187-2", "file": picture}))
    first, second = Event.objects.filter(kind="notices.clock_met").order_by("pk")
    assert (first.data["before"]["met_at"], second.data["after"]["evidence"]) == (None, "접수 1187-2")
    incident_page = text(client.get(path("notices_incident_change", incident.pk)))
    assert "60분 늦음" in incident_page
    assert "접수 1187-2 · 이작성" in incident_page
    got = client.get(path("clock_evidence", incident.pk, clock.pk))
    assert got["Content-Disposition"].startswith("attachment")


def _local(moment: dt.datetime) -> str:
    return f"{moment.astimezone(SEOUL):%Y-%m-%dT%H:%M}"


def test_a_stranger_and_a_role_without_the_right_meet_nothing(incident: Incident, editor: User, at: dt.datetime):
    clock = clock_of(incident, "pipa_report", editor, at)
    page = path("clock_met", incident.pk, clock.pk)
    assert Client().get(page).status_code == 302
    reader = inside(staff.member("reviewer"))
    assert reader.get(page).status_code == reader.post(page).status_code == 403
    assert reader.get(path("incident_law", incident.pk)).status_code == 200
    assert reader.post(path("incident_law", incident.pk), {"duty": "efin_error"}).status_code == 403
    assert inside(editor).delete(page).status_code == 405


def test_the_database_keeps_evidence_with_its_clock_and_one_clock_a_duty(
    incident: Incident, editor: User, at: dt.datetime
):
    clock = clock_of(incident, "pipa_report", editor, at)
    case = clock_of(incident, "efin_error", editor, at)
    for wrong in (
        lambda: Clock.objects.filter(pk=clock.pk).update(met_by=editor, met_written_at=at, met_at=at),
        lambda: Clock.objects.filter(pk=case.pk).update(code="pipa_report"),
        lambda: Clock.objects.filter(pk=case.pk).update(due_at=at),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()
    with pytest.raises(rules.NotMetOnce):
        clocking.meet(clock=case, met_at=at, evidence="x", file=None, seen=stamp(case), by=editor, at=at)


def test_an_incident_keeps_values_of_its_own_until_they_go(incident: Incident, client: Client):
    page = path("incident_duty", incident.pk, "pipa_report")
    given = {
        "law_ko": "법",
        "law_en": "Law",
        "hours": "24",
        "people_from": "500",
        "sourced": "on",
        "read_on": "2027-01-02",
    }
    assert "저장했어요." in text(send(client, page, given))
    incident.refresh_from_db()
    own = clocking.duties_of(incident)["pipa_report"]
    assert (own.hours, own.people_from, own.outside_access, own.read_on) == (24, 500, False, dt.date(2027, 1, 2))
    assert "이 사고에 맞게 고친 값" in text(client.get(path("incident_law", incident.pk)))
    assert "저장했어요." in text(send(client, page, {"act": "remove"}))
    assert clocking.duties_of(Incident.objects.get())["pipa_report"].hours == 72
    assert client.get(path("incident_duty", incident.pk, "tithe")).status_code == 404


def test_an_exception_names_who_wrote_it(incident: Incident, client: Client, editor: User, at: dt.datetime):
    clock = clock_of(incident, "pipa_notify", editor, at)
    page = path("incident_part", incident.pk, "clocks", clock.pk)
    kept = {name: getattr(clock, name) for name in ("name_ko", "name_en", "law_ko", "law_en", "kind", "hours")}
    why = {"exception_ko": "경로 차단", "exception_en": "Blocking", "exception_from_at": _local(at - HOUR)}
    whole = {**kept, **why, "counted_from": CountedFrom.LEARNED, "sourced": "on", "position": "1"}
    assert "저장했어요." in text(send(client, page, whole))
    clock.refresh_from_db()
    assert clock.exception_by == editor
    assert "· 이작성" in clock_pages.exception(clock)


# -- the one number -------------------------------------------------------------------------------------------------------


def test_everybody_without_proof_is_counted_with_the_reason(incident: Incident, at: dt.datetime):
    people = [person(number) for number in range(1, 8)]
    dataset = cast.listed(incident, *people, at=at)
    assert proof.counted(incident, at=at).unproven == 7
    notice = cast.notice(incident, at=at)
    writer = cast.staff("Writer")
    campaign = Campaign.objects.create(
        incident=incident, notice=notice, dataset=dataset, prepared_at=at, prepared_by=writer
    )
    keys = AffectedRecord.objects.filter(dataset_id=dataset.pk).order_by("person_key")
    put = {"put_at": at, "rung": 2, "channel": "lms"}
    for record, (state, more) in zip(
        keys,
        [
            ("proven", {**put, "settled_at": at, "proven_at": at - 2 * HOUR, "proof": "delivered"}),
            ("proven", {**put, "settled_at": at, "proven_at": at - HOUR / 2, "proof": "not_bounced"}),
            ("put", put),
            ("no_contact", {"settled_at": at}),
            ("failed", {"settled_at": at}),
            ("waiting", {}),
        ],
        strict=False,
    ):
        Telling.objects.create(
            incident=incident,
            notice=notice,
            campaign=campaign,
            person_key=record.person_key,
            state=state,
            listed_at=at,
            **more,
        )
    found = proof.counted(incident, at=at)
    assert (found.people, found.proven, found.unproven, found.not_listed) == (7, 2, 5, 1)
    assert (found.under_way, found.stuck, found.last_hour) == (2, 3, 1)
    assert found.done_at == at + 2 * HOUR
    assert proof.tell_by(incident) == incident.learned_at + 72 * HOUR


def test_what_one_look_counted_serves_everybody_for_half_a_minute(incident: Incident, at: dt.datetime):
    cast.listed(incident, person(1), at=at)
    assert proof.proof(incident, at=at).people == 1
    cast.listed(incident, person(2), at=at, mode="changes")  # type: ignore[arg-type]
    incident.refresh_from_db()
    assert proof.proof(incident, at=at).people == 2, "another list is another count"


def test_the_front_page_says_the_number_and_until_when(incident: Incident, at: dt.datetime):
    cast.listed(incident, person(1), person(2), at=at)
    cast.notice(incident, at=at)
    officer = inside(staff.member("privacy_officer"))
    shown = text(officer.get("/admin/"))
    assert "아직 알렸다는 증거가 없는 사람 통지 캠페인 2 명" in shown
    assert "개별 통지 기한이" in shown, "three days have gone by"
    assert "아직 어느 통지에도 들지 않음 2" in shown


def test_a_page_that_fetches_itself_keeps_no_session_alive(incident: Incident):
    user = staff.member("privacy_officer")
    left = staff.sign_in(Client(), user)
    kept = left.session
    kept[session.SEEN] -= 10 * 60
    kept.save()
    left.get("/admin/", headers={"X-Refresh": "1"})
    assert left.session[session.SEEN] == kept[session.SEEN]
    left.get("/admin/")
    assert left.session[session.SEEN] > kept[session.SEEN]

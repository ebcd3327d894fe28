"""Claims are closed and opened by staff, with words and a day; nobody loses a day or a draft."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from breachdesk.audit.models import Event
from claims import actions, rules
from claims.models import Claim, Draft
from notices import closing, service, snapshots
from notices.models import Incident
from notices.rules import ChangedSince, NotStaff
from tests import cast, staff
from tests.claims.conftest import SEOYOUNG, browse, draft_of, prove, seen, submit
from tests.notices.test_notice_desk import inside
from tests.notices.test_notice_desk import text as desk_text
from tests.notices.test_pages import words

pytestmark = pytest.mark.django_db
DAY, HOUR = cast.DAY, dt.timedelta(hours=1)
KO, EN = "심사 시스템을 고치고 있어요.", "We are mending the review system."
UNTIL = dt.date(2027, 3, 31)
NOON = dt.datetime(2026, 11, 20, 3, 0, tzinfo=dt.UTC)  # in Seoul


@pytest.fixture
def incident(db: None) -> Incident:
    made = cast.incident(at=timezone.now(), claims_until_date=UNTIL)
    cast.listed(made, SEOYOUNG, at=timezone.now())
    cast.notice(made, at=timezone.now())
    return made


def close(incident: Incident, *, opens_at: dt.datetime | None = None, at: dt.datetime | None = None) -> bool:
    incident.refresh_from_db()
    return closing.close_claims(
        incident=incident,
        opens_at=opens_at,
        message_ko=KO,
        message_en=EN,
        seen=snapshots.stamp(snapshots.of_service(incident)),
        by=cast.staff("Editor"),
        at=at or timezone.now(),
    )


def reopen(incident: Incident, *, at: dt.datetime) -> bool:
    incident.refresh_from_db()
    stamp = snapshots.stamp(snapshots.of_service(incident))
    return closing.open_claims(incident=incident, seen=stamp, by=cast.staff("Editor"), at=at)


def stands(incident: Incident, at: dt.datetime) -> service.Standing:
    incident.refresh_from_db()
    return service.standing(incident, at=at)


# -- when it is closed ----------------------------------------------------------------------------------------------------


def test_it_is_closed_at_once_and_open_again_by_itself(incident: Incident):
    assert close(incident, opens_at=NOON + 26 * HOUR, at=NOON)
    assert not stands(incident, NOON).takes_claims
    assert stands(incident, NOON + 26 * HOUR - HOUR / 60).closed
    assert stands(incident, NOON + 26 * HOUR).takes_claims


def test_every_day_on_which_it_was_closed_is_given_back(incident: Incident):
    close(incident, opens_at=NOON + HOUR, at=NOON)
    assert stands(incident, NOON).until == UNTIL + DAY, "an hour of a day is that day"
    close(incident, opens_at=NOON + 3 * DAY, at=NOON + HOUR / 2)
    assert stands(incident, NOON).until == UNTIL + 4 * DAY, "the closing goes on: its days are not counted twice"
    reopen(incident, at=NOON + DAY)
    assert stands(incident, NOON).until == UNTIL + 4 * DAY, "what was promised is not taken back"


def test_closed_until_further_word_the_last_day_does_not_count(incident: Incident):
    Incident.objects.update(claims_until_date=dt.date(2026, 11, 21))
    close(incident, at=NOON)
    long_after = NOON + 40 * DAY
    assert stands(incident, long_after).closed
    assert not stands(incident, long_after).over
    assert reopen(incident, at=long_after)
    assert stands(incident, long_after).takes_claims
    assert stands(incident, long_after).until == dt.date(2026, 11, 21) + 41 * DAY


def test_a_second_closing_counts_by_itself(incident: Incident):
    close(incident, at=NOON)
    reopen(incident, at=NOON + HOUR)
    close(incident, at=NOON + 10 * DAY)
    reopen(incident, at=NOON + 11 * DAY)
    assert stands(incident, NOON).until == UNTIL + 3 * DAY


def test_what_cannot_be_closed_is_said(incident: Incident):
    Incident.objects.update(claims_until_date=None)
    with pytest.raises(closing.NotOffered):
        close(incident, at=NOON)
    Incident.objects.update(claims_until_date=dt.date(2026, 11, 19))
    with pytest.raises(closing.Over):
        close(incident, at=NOON)


def test_it_is_kept_with_who_before_and_after_and_never_over_what_was_not_seen(incident: Incident):
    old = snapshots.stamp(snapshots.of_service(incident))
    assert close(incident, at=NOON)
    assert not close(incident, at=NOON + HOUR), "nothing is different"
    [event] = Event.objects.filter(kind="notices.claims_closed").order_by("pk")
    assert event.data["after"]["claims_message_ko"] == KO
    with pytest.raises(ChangedSince):
        closing.open_claims(incident=incident, seen=old, by=cast.staff("Editor"), at=NOON)
    gone = cast.staff("Gone")
    gone.is_active = False
    with pytest.raises(NotStaff):
        closing.open_claims(incident=incident, seen=old, by=gone, at=NOON)
    assert reopen(incident, at=NOON + HOUR)
    assert not reopen(incident, at=NOON + HOUR)
    assert Event.objects.filter(kind="notices.claims_opened").count() == 1


def test_the_database_refuses_a_closing_without_words(incident: Incident):
    with pytest.raises(IntegrityError, match="closed_with_a_reason"), transaction.atomic():
        Incident.objects.update(claims_closed_at=NOON, claims_until_before=UNTIL)


# -- what people read and what happens to what they wrote -----------------------------------------------------------------


def test_a_claim_that_arrives_after_the_closing_is_refused_in_words_and_nothing_is_lost(incident: Incident):
    proof = prove(SEOYOUNG)
    draft = draft_of(proof, incident)
    value = seen(proof, draft)
    before = Draft.objects.get().steps
    close(incident)
    with pytest.raises(rules.ClosedNow):
        submit(proof, draft, seen=value)
    answer = browse(proof).post("/claims/new/check/", {"draft": str(draft.id), "seen": value, "declared": "on"})
    assert answer.status_code == 409
    text = words(answer.content)
    assert KO in text
    assert "적으신 것은 하나도 없어지지 않았어요" in text
    assert not Claim.objects.exists()
    assert Draft.objects.get().steps == before
    reopen(incident, at=timezone.now())
    assert submit(proof, Draft.objects.get(), seen=value).claim.reference


def test_a_draft_may_be_written_on_while_claims_are_closed(incident: Incident):
    proof = prove(SEOYOUNG)
    draft = draft_of(proof, incident)
    close(incident)
    client = browse(proof)
    assert client.get("/claims/new/story/").status_code == 200
    client.post("/claims/new/story/", {"draft": str(draft.id), "story": "닫힌 동안 더 적었어요."})
    assert Draft.objects.get().steps["story"] == {"story": "닫힌 동안 더 적었어요."}
    page = words(client.get("/claims/").content)
    assert KO in page
    assert "신청을 다시 받으면 여기에서 이어서 신청할 수 있어요" in page
    assert "이어서 신청하기" not in page


def test_no_draft_is_forgotten_for_a_time_in_which_it_could_not_be_filed(incident: Incident):
    draft_of(prove(SEOYOUNG), incident)
    at = timezone.now()
    close(incident, at=at)
    much_later = at + settings.CLAIM_DRAFTS_KEPT + 30 * DAY
    assert actions.forget_abandoned_drafts(at=much_later) == 0
    reopen(incident, at=much_later)
    assert actions.forget_abandoned_drafts(at=much_later + settings.CLAIM_DRAFTS_KEPT - DAY) == 0
    assert actions.forget_abandoned_drafts(at=much_later + settings.CLAIM_DRAFTS_KEPT + DAY) == 1


@pytest.mark.parametrize(("prefix", "said"), [("", KO), ("/en", EN)])
def test_the_notice_the_answer_and_the_claim_pages_say_so(incident: Incident, prefix: str, said: str):
    close(incident, opens_at=timezone.now() + 2 * DAY)
    proven = browse(prove(SEOYOUNG))
    for client, path in (
        (Client(), "/notices/demo/"),
        (proven, "/lookup/answer/"),
        (proven, "/claims/"),
        (proven, "/claims/new/"),
    ):
        html = client.get(prefix + path).content.decode()
        assert said in html, path
        assert "이어서 신청하기" not in html
    assert f'href="{prefix}/claims/new/"' not in Client().get(f"{prefix}/notices/demo/").content.decode()
    assert f'href="{prefix}/claims/new/"' not in Client().get(f"{prefix}/rights/").content.decode()


def test_an_incident_without_compensation_does_not_hide_that_another_is_closed_for_now(incident: Incident):
    newer = cast.incident("newer", at=timezone.now(), claims_until_date=None)
    cast.listed(newer, SEOYOUNG, at=timezone.now())
    close(incident, opens_at=timezone.now() + 2 * DAY)
    proven = browse(prove(SEOYOUNG))
    for path in ("/claims/", "/claims/new/"):
        assert KO in proven.get(path).content.decode(), path


# -- at the desk ----------------------------------------------------------------------------------------------------------


def test_staff_close_and_open_at_the_incidents_page(incident: Incident):
    client = inside(staff.member("notice_editor", name="이작성"))
    path = f"/admin/notices/incident/{incident.pk}/claims/"

    def send(**given: str) -> str:
        html = client.get(path).content.decode()
        stamp = html.split('name="seen" value="')[1].split('"')[0]
        return desk_text(client.post(path, {"seen": stamp, **given}, follow=True))

    assert "날짜와 시각을 적어 주세요" in send(state="until", claims_message_ko=KO, claims_message_en=EN)
    wrong = send(state="closed", claims_message_ko=KO, claims_message_en="")
    assert "적어 주세요." in wrong
    assert KO in wrong, "nothing typed is lost"
    assert "이미 지난 때예요." in send(state="until", claims_opens_at="2020-01-01T00:00", claims_message_ko=KO, claims_message_en=EN)  # fmt: skip
    page = send(state="closed", claims_message_ko=KO, claims_message_en=EN)
    assert "저장했어요." in page
    assert "닫아 둠" in page
    assert "달라진 것이 없어요." in send(state="closed", claims_message_ko=KO, claims_message_en=EN)
    assert "받는 중" in send(state="open", claims_message_ko=KO, claims_message_en=EN)
    reader = inside(staff.member("auditor", name="박감사"))
    assert reader.get(path).status_code == 403

"""/statistics/: its figures are those of a recount in plain SQL, groups under ten are left out, and anybody may read it."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import uuid

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from breachdesk.accounts.models import User
from breachdesk.statistics import charts, counting, figures, views
from claims.models import Claim, Decision, Payout, Proposal
from lookup.models import Person
from notices.campaign_models import Campaign, Telling
from notices.models import AffectedRecord, Clock, Incident
from tests import cast
from tests.browser import People, assert_accessible, picture
from tests.notices.conftest import needs_english, person

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
ASKED = 100_000
number = itertools.count(1)


@pytest.fixture
def at() -> dt.datetime:
    return dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    cache.clear()


@pytest.fixture
def incident(at: dt.datetime) -> Incident:
    made = cast.incident(at=at, decide_within_business_days=5, created_at=at)
    cast.notice(made, at=at)
    return made


def tell(incident: Incident, at: dt.datetime, *states: tuple[str, str, int], of: int) -> None:
    """(state, channel, how many), of so many people on the list."""
    dataset = cast.listed(incident, *(person(each) for each in range(1, of + 1)), at=at)
    notice = incident.notices.get()
    campaign = Campaign.objects.create(
        incident=incident, notice=notice, dataset=dataset, prepared_at=at, prepared_by=cast.staff("Writer")
    )
    keys = iter(AffectedRecord.objects.filter(dataset_id=dataset.pk).order_by("person_key"))
    for state, channel, many in states:
        for record in itertools.islice(keys, many):
            put = {"put_at": at, "rung": 2, "channel": channel} if channel else {}
            proven = {"proven_at": at - 2 * HOUR, "proof": "delivered"} if state == "proven" else {}
            settled = {} if state in ("waiting", "put", "unknown") else {"settled_at": at - 2 * HOUR}
            Telling.objects.create(
                incident=incident,
                notice=notice,
                campaign=campaign,
                person_key=record.person_key,
                state=state,
                listed_at=at,
                **put,
                **proven,
                **settled,
            )


def claim(
    incident: Incident, at: dt.datetime, kind: str, *, given: int | None, days: int = 2, paid: bool = False
) -> None:
    """One claim; `given` None: not decided yet."""
    each = next(number)
    user = User.objects.create(is_active=True)
    owner = Person.objects.create(person_key=uuid.uuid4(), user=user, created_at=at)
    submitted = at - dt.timedelta(days=20)
    decided = submitted + dt.timedelta(days=days) if given is not None else None
    state = "submitted" if given is None else "paid" if paid else "approved" if given else "refused"
    filed = Claim(
        reference=f"CLM-T{each:03d}-{each:04d}",
        person=owner,
        incident=incident,
        filed_from=uuid.uuid4(),
        kind=kind,
        state=state,
        language="ko",
        amount=ASKED,
        confirmation="0" * 64,
        declared_version="1",
        submitted_at=submitted,
        decide_by_date=submitted.date(),
        receiver_ko="센터",
        receiver_en="Centre",
        decided_at=decided,
        paid_at=decided + dt.timedelta(days=1) if decided and paid else None,
    )
    filed.claimant, filed.story, filed.account = {}, "", {"bank": "004", "number": str(each), "holder": "x"}
    filed.save()
    if given is None or decided is None:
        return
    proposer, confirmer = cast.staff("Proposer"), cast.staff("Confirmer")
    bound = {"account_hash": filed.account_hash, "evidence_hash": "0" * 64}
    proposal = Proposal(claim=filed, number=1, proposer=proposer, made_at=decided, **bound)
    proposal.sentence = "글"
    proposal.save()
    decision = Decision.objects.create(
        claim=filed,
        stage=1,
        proposal=proposal,
        proposer=proposer,
        confirmer=confirmer,
        claimant=user,
        amount=given,
        currency="KRW",
        decided_at=decided,
        **bound,
    )
    if paid:
        payout = Payout(
            claim=filed,
            decision=decision,
            stage=1,
            amount=given,
            currency="KRW",
            state="paid",
            prepared_by=proposer,
            prepared_at=decided,
            released_by=confirmer,
            released_at=decided,
            settled_at=decided,
        )
        payout.account = filed.account
        payout.save()


@pytest.fixture
def lived(incident: Incident, at: dt.datetime) -> Incident:
    """Some of it more than ten, some fewer."""
    tell(incident, at, ("proven", "lms", 14), ("proven", "email", 12), ("failed", "lms", 3), ("waiting", "", 11), of=45)
    for kind, given, many, paid in (
        ("card_payment", ASKED, 13, True),
        ("card_payment", 40_000, 11, False),
        ("smishing", 0, 12, False),
        ("cost", ASKED, 3, True),
        ("other", None, 10, False),
    ):
        for days in range(many):
            claim(incident, at, kind, given=given, days=days % 5, paid=paid)
    return incident


def sql(question: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchall()


def words(html: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.decode()))


def test_the_figures_are_those_of_a_recount_in_plain_sql(lived: Incident, at: dt.datetime):
    shown = figures.shown(counting.count(lived), learned_at=lived.learned_at, at=at)
    [(proven,)] = sql("SELECT count(DISTINCT person_key) FROM notices_telling WHERE state = 'proven'")
    [(people,)] = sql("SELECT count(*) FROM notices_affectedrecord WHERE dataset_id = %s", lived.active_dataset_id)
    told = shown["told"]
    assert (told["people"], told["proven"], told["by_phone"], told["by_email"]) == (people, proven, 14, 12)
    [(received, decided)] = sql("SELECT count(*), count(decided_at) FROM claims_claim")
    assert (shown["claims"]["received"], shown["claims"]["decided"]) == (received, decided)
    recount = dict(
        sql(
            "SELECT CASE WHEN d.amount = 0 THEN 'refused' WHEN d.amount < c.amount THEN 'part' ELSE 'full' END, count(*) "
            "FROM claims_decision d JOIN claims_claim c ON c.id = d.claim_id GROUP BY 1"
        )
    )
    counted = counting.count(lived)
    by_outcome = {
        code: sum(counted.outcomes.get((kind, code), 0) for kind in figures.KINDS) for code in figures.OUTCOMES
    }
    assert by_outcome == recount
    sums = shown["outcomes"][""]
    assert {code: sums[code] for code in figures.OUTCOMES if sums[code] is not None}.items() <= recount.items()
    assert sums[""] == decided
    days = sorted(
        day
        for (day,) in sql("SELECT extract(epoch FROM decided_at - submitted_at) / 86400 FROM claims_claim")
        if day is not None
    )
    middle = (days[(len(days) - 1) // 2] + days[len(days) // 2]) / 2
    assert shown["days"][""] == round(float(middle), 1)
    [(paid,)] = sql("SELECT sum(amount) FROM claims_payout WHERE state = 'paid'")
    assert shown["paid"]["amount"] == paid
    assert shown["paid"]["middle"] == ASKED


def test_a_group_under_ten_is_left_out_and_so_is_what_would_give_it_away(lived: Incident, at: dt.datetime):
    shown = figures.shown(counting.count(lived), learned_at=lived.learned_at, at=at)
    # Three whose message failed and five nobody listed are one figure of eight; another hides it.
    assert shown["told"]["not_told"] is None
    assert [shown["told"][code] for code in ("under_way", "by_posting")].count(None) == 1
    cost = shown["outcomes"]["cost"]
    assert cost["full"] is None
    assert cost[""] is None
    hidden = [kind for kind in ("card_payment", "smishing") if shown["outcomes"][kind][""] is None]
    assert len(hidden) == 1, "else the sum less the others would be three"
    assert set(shown["days"]) == {"", "card_payment", "smishing"}


def test_too_few_of_anything_is_shown_as_nothing(incident: Incident, at: dt.datetime):
    tell(incident, at, ("proven", "lms", 4), of=12)
    for _each in range(3):
        claim(incident, at, "cost", given=ASKED, paid=True)
    shown = figures.shown(counting.count(incident), learned_at=incident.learned_at, at=at)
    assert (shown["told"]["proven"], shown["curve"], shown["paid"], shown["outcomes"]) == (None, [], None, {})
    assert shown["days"] == {}
    page = words(Client().get("/statistics/").content)
    assert "보여 드리지 않아요" in page
    assert "보여 드릴 만큼 알린 분이 아직 없어요." in page


def test_the_page_is_public_kept_and_says_what_was_missed(lived: Incident, at: dt.datetime):
    due = lived.learned_at + 24 * HOUR
    Clock.objects.create(
        incident=lived,
        position=1,
        name_ko="신고",
        name_en="Report",
        law_ko="법",
        law_en="Law",
        due_at=due,
        met_at=due + HOUR,
        reason_missed_ko="창구가 닫혀 있었어요.",
        reason_missed_en="Closed.",
    )
    answer = Client().get("/statistics/")
    page = words(answer.content)
    assert answer.status_code == 200
    assert "max-age=60" in answer["Cache-Control"]
    assert "창구가 닫혀 있었어요." in page
    assert b"clock-missed" in answer.content
    assert "26 명" in page
    assert 'property="og:title"' in answer.content.decode()
    assert b"style=" not in answer.content
    assert Client().get(f"/statistics/{lived.slug}/").status_code == 200
    assert Client().get("/statistics/nothing/").status_code == 404
    assert Client().post("/statistics/").status_code == 405


def test_what_was_counted_is_shown_for_some_minutes(lived: Incident, at: dt.datetime):
    before = views.shown(lived, at=at)
    claim(lived, at, "cost", given=None)
    assert views.shown(lived, at=at + 2 * HOUR) == before
    cache.clear()
    assert views.shown(lived, at=at)["claims"]["received"] == before["claims"]["received"] + 1


def test_all_figures_are_a_table_without_formulas_and_without_what_is_hidden(lived: Incident):
    answer = Client().get("/statistics/figures.csv")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert answer["Content-Disposition"].startswith("attachment")
    assert "명단의 사람,45" in lines
    assert "서류 발급 같은 비용 · 모두 인정,보여 드리지 않아요" in lines
    assert not [line for line in lines if line.startswith(("=", "+", "-", "@"))]


def test_with_nothing_to_tell_it_says_so(db: None):
    assert "알려 드릴 유출이 없어요." in words(Client().get("/statistics/").content)
    assert Client().get("/statistics/figures.csv").status_code == 404


def test_a_share_is_never_rounded_up_to_all():
    assert charts.percent(9_999, 10_000) == "99.9"
    assert charts.percent(10, 10) == "100"
    assert charts.percent(None, 10) == charts.percent(0, 0) == ""


@needs_english
def test_the_same_in_english(lived: Incident):
    page = words(Client().get("/en/statistics/").content)
    assert "The response in figures" in page
    assert not set(re.findall(r"[가-힣]+", page)) - {"한국어"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("language", ["", "/en"])
def test_the_page_in_a_browser(people: People, lived: Incident, width: int, language: str):
    browser = people.come(width=width)
    browser.goto(f"{language}/statistics/")
    picture(browser, f"statistics-{width}{language.replace('/', '-')}")
    assert_accessible(browser)
    assert people.complaints == []

"""Keys are changed while the site answers, and then nobody needs the old ones."""

from __future__ import annotations

import base64
import datetime as dt
import json
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from breachdesk import files, keys, limits
from breachdesk.audit import actions as auditing
from breachdesk.audit.models import Countersign, Event
from breachdesk.desk import rotating, secrets
from breachdesk.lib.contacts import Contact
from claims import queries as claims
from claims.models import Claim, Decision, Evidence, Payout
from delivery.models import Message
from lookup import actions as lookup
from lookup import letter_codes, parking, rules, session
from lookup import queries as lookup_queries
from lookup.models import Parked, Person, Proof
from notices import campaigning, loading, queries
from notices import proof as ledger_proof
from notices.audience import Choice
from notices.campaign_models import Telling
from notices.models import AffectedRecord, Dataset, Incident
from tests import cast, staff
from tests.claims import paying
from tests.claims.conftest import EVERYBODY, JUNHO, SEOYOUNG, browse, draft_of, picture, prove, submit
from tests.racing import nobody_writes
from tests.servers import Server, database_address, wait_for
from tests.test_house import our_models

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]

OLD = {"DATA_KEYS": dict(django_settings.DATA_KEYS), "INDEX_KEYS": dict(django_settings.INDEX_KEYS)}
NEW = {"DATA_KEYS": {"k2": b"d" * 32}, "INDEX_KEYS": {"i2": b"x" * 32}}
BOTH = {name: {**NEW[name], **OLD[name]} for name in OLD}
# Known by an address alone: a letter was printed.
BY_POST = {"name": "오순자", "birth_date": "1944-02-01", "address": "서울특별시 중구 한빛로 7", "items": "name|phone"}
MANY = 9_900
Hold = Callable[[dict[str, dict[str, bytes]]], None]


def named(rings: dict[str, dict[str, bytes]]) -> str:
    """How a connection of a process with these keys is called (settings)."""
    held = [f"d{each}" for each in rings["DATA_KEYS"]] + [f"i{each}" for each in rings["INDEX_KEYS"]]
    return f"breachdesk keys {','.join(held)}"


@pytest.fixture
def hold(settings: Any) -> Iterator[Hold]:
    """Every thread of this process from now on, as after a restart with other keys in the environment."""

    def held(rings: dict[str, dict[str, bytes]]) -> None:
        settings.DATA_KEYS, settings.INDEX_KEYS = rings["DATA_KEYS"], rings["INDEX_KEYS"]
        for remembered in (keys.data_keys, keys.index_keys, lookup_queries._sealed_decoy):
            remembered.cache_clear()
        connection.settings_dict["OPTIONS"]["application_name"] = named(rings)
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('application_name', %s, false)", [named(rings)])

    held(OLD)
    yield held
    held(OLD)


@pytest.fixture(autouse=True)
def nobody_else_is_connected(transactional_db: None) -> None:
    """The site that other tests left running knows the keys it was started with; it connects again when it is asked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name LIKE 'breachdesk keys %' AND pid <> pg_backend_pid()"
        )


@pytest.fixture(autouse=True)
def lists_are_dropped(transactional_db: None) -> Iterator[None]:
    """Emptying the tables leaves the rows of lists: those of other tests go before, those of this one after."""
    drop_lists()
    yield
    drop_lists()


def drop_lists() -> None:
    with connection.cursor() as cursor:
        cursor.execute(r"SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '^notices_affectedrecord_\d+'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TABLE IF EXISTS {name}")


@pytest.fixture
def incident(transactional_db: None, hold: Hold) -> Incident:
    made = cast.incident(at=timezone.now(), department_ko="대응센터", department_en="Response Centre")
    cast.notice(made, at=timezone.now())
    cast.listed(made, *EVERYBODY, BY_POST, at=timezone.now())
    return made


def rotate(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    code = 0
    try:
        call_command("rotate_keys", "--json")
    except CommandError as error:
        code = error.returncode
    return code, json.loads(capsys.readouterr().out.splitlines()[-1])


def told(incident: Incident) -> None:
    """Everybody has a line in the ledger and a message."""
    campaign = campaigning.prepare(
        notice=queries.current_notice(incident), choice=Choice(), by=cast.staff("Writer"), at=timezone.now()
    )
    campaigning.release(campaign=campaign, by=cast.staff("Officer"), at=timezone.now())
    campaigning.carry_on(campaign=campaign, at=timezone.now())


def opened_by(code: str) -> Person | None:
    born = dt.date.fromisoformat(BY_POST["birth_date"])
    return letter_codes.prove(
        code=code, name=BY_POST["name"], birth_date=born, network="n", shared_device=False, at=timezone.now()
    ).person


def sees(who: dict[str, str]) -> list[str]:
    proof = prove(who)
    return [answer.outcome for answer in lookup_queries.answers(proof, timezone.now())]


def test_after_a_rotation_everything_opens_and_matches_without_the_old_keys(
    incident: Incident, hold: Hold, capsys: pytest.CaptureFixture[str]
):
    told(incident)
    proof = prove(SEOYOUNG)
    draft = draft_of(proof, incident)
    stored = files.keep(picture(), at=timezone.now(), by=None)
    claim = submit(proof, draft).claim
    Evidence.objects.create(claim=claim, file=stored, received_at=timezone.now())
    decision = paying.approve(claim)
    payout = paying.prepare(claim, paying.payers()[0])
    half_done = draft_of(prove(JUNHO), incident)
    reviewer = staff.member("reviewer")
    secret = secrets.unseal(reviewer.authenticator_set.get().data["secret"])
    people = {person.pk: person.person_key for person in Person.objects.all()}
    letters = claims.told_of(claim, "claim_received")
    assert letters
    event = Event.objects.filter(about=f"claim:{claim.reference}").first()
    [letter] = cast.codes_on_paper(incident, at=timezone.now()).values()

    hold(BOTH)
    code, done = rotate(capsys)
    assert (code, done["left"], done["data_key"], done["index_key"]) == (0, {}, "k2", "i2")
    assert {"notices.AffectedRecord", "claims.Claim", "lookup.Person", "delivery.Message"} <= set(done["rows"])
    assert rotate(capsys)[1]["rows"] == {}, "the second run does nothing"

    assert done["keep_old_until"][:10] == (timezone.now() + rules.LETTER_LIVES).date().isoformat()
    assert opened_by(letter), "a letter is out longer than the rotation takes"

    hold(NEW)
    # The list, the person and what they were told.
    [listing] = queries.listed(Contact.parse(SEOYOUNG["phone"]))
    assert (listing.name, listing.card_last4, listing.former_keys) == ("김서영", [], ())
    assert sees(SEOYOUNG) == ["leaked"]
    assert prove(SEOYOUNG).person == claim.person, "the same person as before"
    assert {person.pk for person in Person.objects.all()} >= people.keys()
    assert not set(people.values()) & set(Person.objects.values_list("person_key", flat=True))
    on_list = set(AffectedRecord.objects.values_list("person_key", flat=True))
    assert set(Telling.objects.values_list("person_key", flat=True)) == on_list
    known = ledger_proof.counted(Incident.objects.get(), at=timezone.now())
    assert (known.people, known.not_listed) == (len(EVERYBODY) + 1, 0)
    # A correction is still compared with the list before it.
    junho = {**JUNHO, "items": "name|phone|email"}
    same: dict[str, Any] = {"at": timezone.now(), "mode": "full", "activate": False}
    assert cast.listed(incident, SEOYOUNG, junho, *EVERYBODY[2:], BY_POST, **same).figures["unchanged"] == 4
    # The claim, what was decided of it, the money, the file, the letters.
    claim = Claim.objects.get(pk=claim.pk)
    assert (claim.claimant["name"], claim.story[:3]) == ("김서영", "11월")
    assert [line.merchant for line in claim.lines.all()] == ["GLB TECH STORE", "기프트나라"]
    assert half_done.pk in [each.pk for each in type(half_done).objects.all() if each.steps]
    assert (
        Decision.objects.get(pk=decision.pk).account_hash
        == claim.account_hash
        == claims.account_hashes(claim.account)[0]
    )
    assert Payout.objects.get(pk=payout.pk).account == claim.account
    assert paying.release(payout, paying.payers()[1]).state == "released"
    assert name_of(stored) == "결제알림.png"
    assert claims.told_of(claim, "claim_received") == letters
    messages = list(Message.objects.all())
    assert len(messages) > len(EVERYBODY)
    assert all(message.recipient and message.words.text for message in messages)
    # Staff, and the audit.
    assert secrets.unseal(reviewer.authenticator_set.get().data["secret"]) == secret
    assert event is not None
    assert auditing.is_ours(Event.objects.get(pk=event.pk))
    assert Event.objects.get(pk=event.pk).mac == event.mac, "the event stays as it was written"


def name_of(stored: files.models.StoredFile) -> str:
    stored.refresh_from_db()
    assert b"PNG" in b"".join(files.read(stored))[:8]
    return stored.name


class Run(Server):
    """`manage.py rotate_keys` as a process of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "rotate")
        given = {
            name: ",".join(f"{each}:{base64.b64encode(key).decode()}" for each, key in ring.items())
            for name, ring in BOTH.items()
        }
        address = database_address()
        command = [sys.executable, str(ROOT / "manage.py"), "rotate_keys", "--json"]
        self.launch(command, {"DATABASE_URL": address, "DATABASE_OWNER_URL": address, **given})

    def result(self) -> dict[str, Any]:
        assert self.process is not None
        assert self.process.wait(120) == 0, self.said()
        return json.loads(self.said().splitlines()[-1])


def copied(one: Dataset) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [f"{loading.table_of(one.pk)}_former"])
        if cursor.fetchone()[0] is None:
            return 0
        cursor.execute(f"SELECT count(*) FROM {loading.table_of(one.pk)}_former")
        return cursor.fetchone()[0]


def test_nobody_notices_and_a_run_that_is_killed_goes_on(
    incident: Incident, hold: Hold, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    crowd = [
        {"customer_ref": f"N{n}", "name": "김하늘", "phone": f"010-1111-{n:04d}", "items": "name", "member": "deceased"}
        for n in range(MANY)
    ]
    big = cast.listed(incident, *EVERYBODY, *crowd, at=timezone.now())
    told(incident)
    first_person = prove(SEOYOUNG).person
    hold(BOTH)

    over, failed, looks, saves = threading.Event(), [], [], []

    def reader() -> None:
        try:
            while not over.is_set():
                assert len(queries.listed(Contact.parse(SEOYOUNG["phone"]))) == 1
                assert len(queries.listed(Contact.parse(crowd[7]["phone"]))) == 1
                looks.append(1)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    def writer() -> None:
        try:
            while not over.is_set():
                proof = prove(JUNHO)
                assert proof.person is not None
                assert [answer.outcome for answer in lookup.look(proof=proof, by=None, at=timezone.now()).answers] == [
                    "leaked"
                ]
                assert draft_of(proof, incident).steps["story"]
                assert browse(prove(SEOYOUNG)).get("/lookup/answer/").status_code == 200
                assert prove(SEOYOUNG).person == first_person
                saves.append(1)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=each) for each in (reader, writer)]
    for each in threads:
        each.start()
    try:
        with nobody_writes(Dataset):
            killed = Run(tmp_path)
            wait_for(lambda: copied(big) or not killed.runs, seconds=90, but=killed.said)
            assert killed.runs, killed.said()
            killed.kill()
            assert copied(big) > 0, "and no list has changed places"
        again = Run(tmp_path).result()
    finally:
        over.set()
        for each in threads:
            each.join(60)
    assert failed == []
    assert len(looks) > 50
    assert len(saves) > 1
    assert again["left"] == {}
    # What was written in the meantime lies under the new keys already; nothing is left, and the old ones go.
    assert rotate(capsys)[1]["rows"] == {}
    hold(NEW)
    assert {message.recipient.kind for message in Message.objects.all()[:50]} <= {"phone", "email"}
    assert prove(SEOYOUNG).person == first_person
    assert Person.objects.count() == 2
    assert len(queries.listed(Contact.parse(crowd[-1]["phone"]))) == 1


def test_a_run_is_refused_while_a_process_does_not_know_the_new_keys(
    incident: Incident, hold: Hold, capsys: pytest.CaptureFixture[str]
):
    strangers = connection.copy()
    with strangers.cursor() as cursor:  # a process that was not restarted
        cursor.execute("SELECT 1")
    try:
        hold(BOTH)
        code, answer = rotate(capsys)
        assert code == 1
        assert "restart every process first" in answer["refused"]
        assert Dataset.objects.get().index_key == next(iter(OLD["INDEX_KEYS"]))
    finally:
        strangers.close()
    # PostgreSQL may list it for a moment longer.
    wait_for(lambda: rotate(capsys)[0] == 0, seconds=30)


def test_a_run_is_refused_while_another_goes_on(incident: Incident, hold: Hold, capsys: pytest.CaptureFixture[str]):
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [rotating.ROTATING])
    try:
        assert "another run" in rotate(capsys)[1]["refused"]
    finally:
        other.close()


def test_what_no_key_of_ours_opens_is_named_and_the_rest_is_done(
    incident: Incident, hold: Hold, capsys: pytest.CaptureFixture[str]
):
    lost, kept = prove(SEOYOUNG), prove(JUNHO)
    foreign = b"v1:k0:" + bytes(lost.sealed_contact)[6:]
    Proof.objects.filter(pk=lost.pk).update(sealed_contact=foreign)
    hold(BOTH)
    code, answer = rotate(capsys)
    assert (code, answer["left"]) == (1, {"lookup.Proof": {"cannot_open": 1}})
    assert "put the missing key back" in answer["refused"]
    assert bytes(Proof.objects.get(pk=lost.pk).sealed_contact) == foreign
    hold(NEW)
    assert Proof.objects.get(pk=kept.pk).contact.value == "+821000002345"


def test_who_was_matched_once_is_met_again_though_a_corrected_list_no_longer_holds_them(
    incident: Incident, hold: Hold, capsys: pytest.CaptureFixture[str]
):
    proof = prove(SEOYOUNG)
    Proof.objects.update(sealed_identity=None)  # as when it is over: what was typed is blanked
    cast.listed(incident, JUNHO, at=timezone.now())
    hold(BOTH)
    assert rotate(capsys)[0] == 0
    hold(NEW)
    assert prove(SEOYOUNG).person == proof.person
    assert sees(SEOYOUNG) == ["not_listed"]


def test_a_budget_counts_what_was_taken_under_the_old_key(transactional_db: None, hold: Hold):
    budget, at = limits.Budget("test.rotating", 3, dt.timedelta(hours=1)), timezone.now()
    assert limits.take(budget, subject="a", at=at).left == 2
    hold(BOTH)
    assert limits.left(budget, subject="a", at=at) == 2
    assert [limits.take(budget, subject="a", at=at).ok for _ in range(3)] == [True, True, False]
    # A process that was not restarted yet takes from the same budget.
    hold({name: dict(reversed(BOTH[name].items())) for name in BOTH})
    refused = limits.take(budget, subject="a", at=at)
    assert (refused.ok, refused.again_at) == (False, at + budget.period)


def test_a_form_parked_before_comes_back_to_the_same_browser_after(incident: Incident, hold: Hold):
    client, proof = browse(prove(JUNHO)), Proof.objects.get()
    parked_at = timezone.now()
    token = "a-random-token"
    client.cookies[session.BROWSER_COOKIE] = token
    hold(OLD)
    browser_hash = keys.secret_hash("lookup.browser", token)
    assert parking.park(form={"a": ["1"]}, path="/x/", proof=proof, browser_hash=browser_hash, at=parked_at)
    hold(BOTH)
    hashes = keys.secret_hashes("lookup.browser", token)
    again = prove(JUNHO)
    assert parking.take_back(path="/x/", proof=again, browser_hashes=hashes, at=parked_at) == {"a": ["1"]}
    assert not Parked.objects.exists()


def test_an_event_that_nobody_of_us_wrote_is_not_countersigned(
    incident: Incident, hold: Hold, capsys: pytest.CaptureFixture[str]
):
    forged = Event.objects.create(at=timezone.now(), kind="claims.decided", about="claim:X", data={}, mac=b"m" * 32)
    hold(BOTH)
    code, answer = rotate(capsys)
    assert (code, answer["left"]) == (1, {"audit.Event": {"not_ours": 1}})
    hold(NEW)
    assert not auditing.is_ours(forged)
    assert not Countersign.objects.filter(event=forged).exists()
    assert all(auditing.is_ours(event) for event in Event.objects.exclude(pk=forged.pk))


def test_every_sealed_or_hashed_field_is_rotated_or_says_why_not():
    hashed = {"person_key", "mac", "confirmation", "subject"}
    no_key = {"claims.Proposal.evidence_hash", "claims.Decision.evidence_hash"}  # sha256 over files, no key of ours
    ours = {
        f"{model._meta.app_label}.{model.__name__}.{field.name}"
        for model in our_models()
        for field in model._meta.concrete_fields
        if field.name not in ("sealed_in",)
        and (field.name.startswith("sealed") or field.name.endswith("_hash") or field.name in hashed)
    } - no_key
    covered = {name for part in rotating.PARTS for name in part.covers}
    assert ours - covered - set(rotating.NOT_ROTATED) == set(), "in <room>/resealing.py, or in rotating.NOT_ROTATED"
    assert set(rotating.NOT_ROTATED) <= ours
    assert not covered & set(rotating.NOT_ROTATED)
    assert covered - ours == {"delivery.Message.key", "mfa.Authenticator.data"}

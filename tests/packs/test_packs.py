"""A regulator pack: asked for with a reason, made by a worker from one moment's rows, the same bytes for the same moment."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import zipfile

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, InternalError, transaction
from django.test import Client

from breachdesk import keys
from breachdesk.accounts.models import User
from breachdesk.audit.models import Event
from breachdesk.lib import paper
from breachdesk.packs import actions, making, rules
from breachdesk.packs.models import Pack
from breachdesk.packs.states import PackState
from notices import clocking, snapshots
from notices.models import Incident
from tests import cast, staff
from tests.browser import People, assert_accessible, picture
from tests.notices.conftest import person
from tests.notices.test_notice_desk import inside, text
from tests.statistics.test_statistics import claim, tell

pytestmark = pytest.mark.django_db
LIST, NEW = "/admin/packs/pack/", "/admin/packs/pack/add/"
HOUR = dt.timedelta(hours=1)
needs_paper = pytest.mark.skipif(bool(paper.missing()), reason=paper.missing())


@pytest.fixture
def at() -> dt.datetime:
    return dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def officer(db: None) -> User:
    return staff.member("privacy_officer", name="정하윤")


@pytest.fixture
def incident(at: dt.datetime) -> Incident:
    made = cast.incident(at=at, created_at=at, outside_access=True)
    cast.notice(made, at=at - HOUR, title_ko="=cmd|'/c calc'!A1")
    tell(made, at, ("proven", "lms", 2), ("no_contact", "", 1), of=4)
    claim(made, at, "cost", given=100_000)
    return made


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paper is slow: where it does not matter a PDF is its own HTML."""
    monkeypatch.setattr(paper, "pdf", lambda html: b"%PDF " + html.encode())


def made(pack: Pack) -> zipfile.ZipFile:
    actions.carry_on()
    pack.refresh_from_db()
    assert pack.state == PackState.DONE, pack.problem
    return zipfile.ZipFile(io.BytesIO(b"".join(actions._read(pack))))


def lines(archive: zipfile.ZipFile, name: str) -> list[str]:
    return archive.read(name).decode("utf-8-sig").splitlines()


@pytest.mark.usefixtures("quick")
def test_a_pack_holds_everything_with_its_hashes(incident: Incident, officer: User, at: dt.datetime):
    [clock] = clocking.adopt(incident=incident, codes=["pipa_report"], by=officer, at=at)
    pack = actions.ask(incident=incident, reason="위원회가 달라고 함", by=officer, at=at)
    archive = made(pack)
    sums = dict(reversed(line.split("  ")) for line in archive.read(making.MANIFEST).decode().splitlines())
    assert sums == {name: hashlib.sha256(archive.read(name)).hexdigest() for name in sums}
    assert archive.namelist() == [*sums, making.MANIFEST]
    assert [one["name"] for one in pack.contents] == list(sums)
    assert "개인정보 유출등 신고서" in archive.read("01-신고서-pipc.pdf").decode()
    counted = {tuple(line.split(",")[1:3]): line.split(",")[4] for line in lines(archive, "03-통지-현황.csv")[1:]}
    assert counted == {("", "no_contact"): "1", ("lms", "proven"): "2"}
    assert any(line.startswith(clock.name_ko) for line in lines(archive, "05-법이-정한-시각.csv"))
    assert "서류 발급 같은 비용,모두 인정,1,100000,KRW" in lines(archive, "06-결정.csv")
    assert any("notices.clock_changed" in line for line in lines(archive, "07-기록.csv"))
    kinds = Event.objects.filter(about=pack.about).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["packs.asked", "packs.done"]


@pytest.mark.usefixtures("quick")
def test_nobody_stands_in_it_by_name_contact_or_birth(incident: Incident, officer: User, at: dt.datetime):
    archive = made(actions.ask(incident=incident, reason="요청", by=officer, at=at))
    people = lines(archive, "03-통지-한사람씩.csv")
    assert len(people) == 4
    assert all(len(line.split(",")[0]) == 16 for line in people[1:])
    whole = "".join(archive.read(name).decode(errors="replace") for name in archive.namelist())
    one = person(1)
    assert not [
        word
        for word in (one["name"], one["phone"], one["email"], one["birth_date"], one["customer_ref"])
        if word in whole
    ]
    keyed = {keys.index("customer_ref", person(each)["customer_ref"]).hex for each in range(1, 5)}
    assert not [key for key in keyed if key[:16] in whole]


@pytest.mark.usefixtures("quick")
def test_no_cell_begins_as_a_formula(incident: Incident, officer: User, at: dt.datetime):
    archive = made(actions.ask(incident=incident, reason="=1+1", by=officer, at=at))
    for name in archive.namelist():
        if name.endswith(".csv"):
            for row in csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"))):
                assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "＝", "\t"))], name


@pytest.mark.usefixtures("quick")
def test_the_same_moment_gives_the_same_bytes_and_what_came_later_is_not_in_it(
    incident: Incident, officer: User, at: dt.datetime
):
    pack = actions.ask(incident=incident, reason="요청", by=officer, at=at)
    with making.made(pack) as first:
        before = first.sha256
    cast.notice(incident, at=at + HOUR, number=2)
    claim(incident, at + 30 * 24 * HOUR, "cost", given=None)
    with making.made(pack) as again:
        assert again.sha256 == before


@pytest.mark.usefixtures("quick")
def test_once_the_first_report_was_made_the_next_says_what_is_new(incident: Incident, officer: User, at: dt.datetime):
    [clock] = clocking.adopt(incident=incident, codes=["pipa_report"], by=officer, at=at)
    first = actions.ask(incident=incident, reason="최초", by=officer, at=at)
    assert "최초 신고" in made(first).read("01-신고서-pipc.pdf").decode()
    seen = snapshots.stamp(snapshots.of_meeting(clock))
    clocking.meet(clock=clock, met_at=at, evidence="접수 1", file=None, seen=seen, by=officer, at=at + HOUR)
    Incident.objects.filter(pk=incident.pk).update(department_ko="새 부서")
    second = actions.ask(incident=incident, reason="추가", by=officer, at=at + 2 * HOUR)
    report = made(second).read("01-신고서-pipc.pdf").decode()
    assert "추가 신고 1차" in report
    assert "앞 신고와 달라진 것" in report
    assert "새 부서" in report.partition("신고 내용")[0]


@needs_paper
def test_the_reports_are_real_pdfs_and_the_same_each_time(incident: Incident, officer: User, at: dt.datetime):
    pack = actions.ask(incident=incident, reason="요청", by=officer, at=at)
    with making.made(pack) as first, making.made(pack) as again:
        assert first.sha256 == again.sha256
        archive = zipfile.ZipFile(first.file)
        assert archive.read("01-신고서-fss.pdf").startswith(b"%PDF")


# -- asking, making, taking -----------------------------------------------------------------------------------------------


def test_it_is_asked_for_with_a_reason_one_at_a_time(incident: Incident, officer: User):
    client = inside(officer)
    assert "왜 필요한지 적어 주세요." in text(client.post(NEW, {"incident": incident.pk, "reason": " "}))
    assert "차례를 기다림" in text(client.post(NEW, {"incident": incident.pk, "reason": "요청"}, follow=True))
    again = client.post(NEW, {"incident": incident.pk, "reason": "요청"})
    assert (again.status_code, "지금 만들고 있어요" in text(again)) == (422, True)
    [pack] = Pack.objects.all()
    assert (pack.asked_by, pack.reason) == (officer, "요청")
    assert "data-refresh" in client.get(f"{LIST}{pack.pk}/change/").content.decode()


@pytest.mark.usefixtures("quick")
def test_each_download_has_its_reason_in_the_audit(incident: Incident, officer: User, at: dt.datetime):
    pack = actions.ask(incident=incident, reason="요청", by=officer, at=at)
    client, path = inside(officer), f"/admin/packs/pack/{pack.pk}/file/"
    assert "아직 다 만들지 않았어요." in text(client.post(path, {"reason": "제출"}, follow=True))
    made(pack)
    assert "왜 필요한지 적어 주세요." in text(client.post(path, {"reason": ""}, follow=True))
    for _twice in range(2):
        got = client.post(path, {"reason": "제출"})
        body = b"".join(got.streaming_content)  # type: ignore[attr-defined]
        assert hashlib.sha256(body).hexdigest() == pack.sha256
        assert got["Content-Length"] == str(len(body))
    taken = Event.objects.filter(kind="packs.taken").order_by("pk")
    assert [one.data["reason"] for one in taken] == ["제출", "제출"]
    with default_storage.open(pack.storage_name) as stored:
        assert stored.read(2) != b"PK", "sealed where it lies"


def test_strangers_and_other_roles_get_nothing(incident: Incident, officer: User, at: dt.datetime):
    pack = actions.ask(incident=incident, reason="요청", by=officer, at=at)
    page, path = f"{LIST}{pack.pk}/change/", f"/admin/packs/pack/{pack.pk}/file/"
    auditor, editor = inside(staff.member("auditor")), inside(staff.member("notice_editor"))
    assert auditor.get(page).status_code == 200
    assert auditor.post(path, {"reason": "x"}).status_code == auditor.get(NEW).status_code == 403
    assert editor.get(page).status_code == editor.get(LIST).status_code == 403
    assert Client().get(page).status_code == Client().post(path).status_code == 302
    assert inside(officer).get(path).status_code == 405
    stale = inside(officer, ago=600).post(path, {"reason": "x"})
    assert stale["Location"].startswith("/accounts/2fa/reauthenticate/")


def test_what_cannot_be_made_is_said(incident: Incident, officer: User, at: dt.datetime, monkeypatch):
    def missing(html: str) -> bytes:
        raise paper.Unavailable("Pango is not installed")

    monkeypatch.setattr(paper, "pdf", missing)
    pack = actions.ask(incident=incident, reason="요청", by=officer, at=at)
    actions.carry_on()
    pack.refresh_from_db()
    assert (pack.state, pack.problem) == (PackState.STOPPED, "no_pdf: Pango is not installed")
    assert "Pango is not installed" in text(inside(officer).get(f"{LIST}{pack.pk}/change/"))


def test_what_a_dead_worker_left_is_taken_over_and_given_up_in_the_end(
    incident: Incident, officer: User, at: dt.datetime
):
    actions.ask(incident=incident, reason="요청", by=officer, at=at)
    for tries in range(1, rules.MOST_TRIES + 1):
        taken = actions.take_up(at=at + tries * HOUR)
        assert taken is not None
        assert taken.tries == tries
        assert actions.take_up(at=at + tries * HOUR) is None, "leased"
    assert actions.take_up(at=at + 9 * HOUR) is None
    assert Pack.objects.get().problem == "worker_lost"


def test_what_was_asked_for_never_changes(incident: Incident, officer: User, at: dt.datetime):
    pack = actions.ask(incident=incident, reason="요청", by=officer, at=at)
    with pytest.raises(InternalError), transaction.atomic():
        Pack.objects.filter(pk=pack.pk).update(reason="다른 이유")
    with pytest.raises(IntegrityError), transaction.atomic():
        Pack.objects.filter(pk=pack.pk).update(state=PackState.DONE)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [390, 1280])
def test_the_pages_in_a_browser(people: People, incident: Incident, officer: User, at: dt.datetime, width: int, quick):
    home = people.site.url.replace("127.0.0.1", "localhost")
    browser = people.come(width=width)
    key = staff.sign_in(Client(), officer).cookies["sessionid"].value
    browser.context.add_cookies([{"name": "sessionid", "value": key, "url": home}])
    pack = actions.ask(incident=incident, reason="요청", by=officer, at=at)
    made(pack)
    for name, path in {"new": NEW, "one": f"{LIST}{pack.pk}/change/", "list": LIST}.items():
        for language in ("", "/en"):
            browser.goto(f"{home}{language}{path}")
            picture(browser, f"packs-{name}-{width}{language.replace('/', '-')}")
            assert_accessible(browser)
    assert people.complaints == []

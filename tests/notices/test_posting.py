"""A notice is up for all the days that the law asks, and that it was can be shown."""

from __future__ import annotations

import csv
import datetime as dt
import functools
import hashlib
import http.server
import io
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client

from breachdesk.audit.models import Event
from delivery.models import Message
from notices import (
    actions,
    canonical,
    health,
    posting,
    posting_looks,
    posting_proof,
    posting_queries,
    posting_rules,
    public_pages,
    published_files,
    publishing,
    queries,
    rules,
    tasks,
)
from notices.models import Incident, Posting, PostingLook
from notices.posting_rules import Round
from notices.states import GapKind, LookResult, NoticeKind
from tests import cast, staff
from tests.notices import good

HOUR, MINUTE, DAY = dt.timedelta(hours=1), dt.timedelta(minutes=1), dt.timedelta(days=1)
SEOUL = ZoneInfo("Asia/Seoul")


class Files(http.server.SimpleHTTPRequestHandler):
    """Serves the pages as they lie on the disk; a test may make it do worse."""

    instead: dict[str, tuple[int, bytes, dict[str, str]]] = {}
    asked: list[tuple[str, dict[str, str]]] = []

    def do_GET(self) -> None:
        self.asked.append((self.path, dict(self.headers)))
        if self.path in self.instead:
            status, content, headers = self.instead[self.path]
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)
            return
        super().do_GET()

    def log_message(self, *_args: Any) -> None:
        return


@pytest.fixture
def server(settings: Any, tmp_path: Path) -> Iterator[type[Files]]:
    settings.PUBLISHED_ROOT = tmp_path / "published"
    (tmp_path / "published" / "pages").mkdir(parents=True)
    Files.instead, Files.asked = {}, []
    handler = functools.partial(Files, directory=str(tmp_path / "published" / "pages"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        settings.PUBLIC_URL = f"http://127.0.0.1:{running.server_port}"
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield Files
        running.shutdown()
        thread.join()


@pytest.fixture
def posted(incident: Incident, at: dt.datetime, settings: Any, tmp_path: Path) -> Posting:
    """Up for two hours, its files written."""
    settings.PUBLISHED_ROOT = tmp_path / "published"
    shown = at - 2 * HOUR
    notice = cast.notice(
        incident, at=shown, title_ko="온라인 결제 서버가 해킹됐어요", title_en="Our server was hacked",
        what_to_do_ko="1. 카드를 다시 만들어 주세요.\n2. **비밀번호**를 바꿔 주세요.",
    )  # fmt: skip
    with transaction.atomic():
        return posting.post(notice=notice, at=shown)


@pytest.fixture
def written(server: type[Files], posted: Posting, at: dt.datetime) -> Posting:
    publishing.keep_up(at=at - HOUR)
    return posted


def newest(one: Posting) -> list[str]:
    last = one.looks.order_by("-at").values_list("at", flat=True)[0]
    return sorted(one.looks.filter(at=last).values_list("result", flat=True))


# -- looking ----------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_every_hour_the_words_are_found_and_written_down(written: Posting, server: type[Files], at: dt.datetime):
    assert posting_looks.look_at_what_is_due(at=at) == 1
    looks = list(written.looks.order_by("path"))
    assert [look.path for look in looks] == ["/", "/en/", "/en/notices/demo/", "/notices/demo/"]
    for look in looks:
        assert (look.result, look.status, look.details) == (LookResult.THERE, 200, {})
        notice = queries.current_notice(written.incident)
        assert notice is not None
        assert look.found == look.expected == canonical.sha256(canonical.of_notice(notice, look.language))
    assert {headers["Accept-Encoding"] for _path, headers in server.asked} == set(posting_looks.ENCODINGS)
    assert not any("Cookie" in headers for _path, headers in server.asked)
    assert posting_looks.look_at_what_is_due(at=at + 59 * MINUTE) == 0
    assert posting_looks.look_at_what_is_due(at=at + HOUR) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("found", "instead", "result", "said"),
    [
        ("카드를 다시 만들어", "카드를 다시 만들이", LookResult.ALTERED, {"different": ["what_to_do"], "missing": []}),
        ('action="/lookup/start/"', 'action="/lookup/stert/"', LookResult.DIFFERS, {}),
        ("1500-0000", "1500-0001", LookResult.DIFFERS, {}),
        ('data-words="lede"', 'data-words="ledf"', LookResult.ALTERED, {"missing": ["lede"]}),
    ],
)
def test_one_byte_altered_in_the_file_is_reported_by_the_job(
    written: Posting, at: dt.datetime, found: str, instead: str, result: str, said: dict[str, list[str]]
):
    officer = staff.member("privacy_officer", email="officer@hanbitcard.example")
    tasks.look_at_postings()
    assert newest(written) == ["there"] * 4
    path = published_files.place("/notices/demo/")
    sound, altered = path.read_bytes(), path.read_bytes().replace(found.encode(), instead.encode(), 1)
    assert sum(one != other for one, other in zip(sound, altered, strict=True)) == 1
    path.write_bytes(altered)

    Posting.objects.update(look_at=at)
    tasks.look_at_postings()

    assert newest(written) == sorted([result, *["there"] * 3])
    [look] = written.looks.filter(result=result)
    assert look.path == "/notices/demo/"
    assert look.details.items() >= said.items()
    trouble = posting_queries.trouble(posting_queries.up().get(), at=at)
    assert trouble is not None
    assert trouble.look == look
    assert "/notices/demo/" in health.posting(at=at)
    [event] = Event.objects.filter(kind="notices.posting_trouble")
    assert event.data["result"] == result
    [message] = Message.objects.filter(about="incident:demo")
    assert message.occasion == "posting_trouble"
    assert officer.is_active

    path.write_bytes(sound)
    Posting.objects.update(look_at=at)
    tasks.look_at_postings()
    assert posting_queries.trouble(posting_queries.up().get(), at=at) is None
    assert Event.objects.filter(kind="notices.posting_well_again").count() == 1
    assert Message.objects.filter(about="incident:demo").count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "result", "problem"),
    [
        ((302, b"", {"Location": "http://127.0.0.1:9/elsewhere/"}), LookResult.WRONG_ANSWER, "HTTP 302"),
        ((503, b"away", {}), LookResult.WRONG_ANSWER, "HTTP 503"),
        ((200, b"<h1>Shopping days!</h1>", {}), LookResult.ALTERED, None),
        ((200, b"x" * (posting_looks.MOST_BYTES + 1), {}), LookResult.WRONG_ANSWER, "too long"),
        ((200, b"not gzip", {"Content-Encoding": "gzip"}), LookResult.WRONG_ANSWER, "cannot be unpacked"),
        ((200, b"\xff\xfe\x00<!", {}), LookResult.ALTERED, None),
    ],
)
def test_whatever_comes_instead_is_written_down(
    written: Posting, server: type[Files], at: dt.datetime, answer: Any, result: str, problem: str | None
):
    server.instead["/notices/demo/"] = answer
    posting_looks.look(posting=written, at=at)
    [look] = written.looks.filter(path="/notices/demo/")
    assert (look.result, look.details.get("problem")) == (result, problem)


@pytest.mark.django_db
def test_nothing_that_answers_is_trouble_when_it_happens_twice(posted: Posting, settings: Any, at: dt.datetime):
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    posting_looks.look_at_what_is_due(at=at)
    assert set(newest(posted)) == {LookResult.NO_ANSWER}
    assert posting_queries.trouble(posting_queries.up().get(), at=at) is None
    posting_looks.look_at_what_is_due(at=at + posting_rules.LOOK_AGAIN)
    assert posting_queries.trouble(posting_queries.up().get(), at=at + posting_rules.LOOK_AGAIN) is not None
    assert Event.objects.filter(kind="notices.posting_trouble").count() == 1
    posting_looks.look_at_what_is_due(at=at + 2 * posting_rules.LOOK_AGAIN)
    assert Event.objects.filter(kind="notices.posting_trouble").count() == 1, "said once"


@pytest.mark.django_db
def test_a_page_that_is_just_being_written_is_looked_at_a_little_later(written: Posting, at: dt.datetime):
    cast.notice(written.incident, at=at, number=2, title_ko="두 번째 안내")
    publishing.keep_up(at=at)
    published_files.place("/notices/demo/").write_bytes(b"as it was before, from a cache")
    assert posting_looks.look(posting=written, at=at + MINUTE) == ""
    assert not written.looks.exists()
    written.refresh_from_db()
    assert written.look_at == at + MINUTE + posting_rules.SETTLES_WITHIN
    assert posting_looks.look(posting=written, at=written.look_at) == LookResult.ALTERED


@pytest.mark.django_db
def test_two_workers_share_the_looks(written: Posting, at: dt.datetime, monkeypatch: pytest.MonkeyPatch):
    def another_comes(*, posting: Posting, at: dt.datetime) -> str:
        monkeypatch.undo()
        assert posting_looks.look_at_what_is_due(at=at) == 0
        return ""

    monkeypatch.setattr(posting_looks, "look", another_comes)
    assert posting_looks.look_at_what_is_due(at=at) == 1
    assert posting_looks.look_at_what_is_due(at=at + posting_rules.LOOK_LEASE) == 1, "the first one died"


@pytest.mark.django_db
def test_that_nobody_looks_is_said(posted: Posting, at: dt.datetime):
    Posting.objects.update(look_at=at)
    assert posting_queries.trouble(posting_queries.up().get(), at=at + 20 * MINUTE) is None
    late = at + 31 * MINUTE
    assert posting_queries.trouble(posting_queries.up().get(), at=late) is not None
    assert "nobody has looked" in health.posting(at=late)


@pytest.mark.django_db
def test_a_file_altered_beside_the_application_counts_as_seen(written: Posting, at: dt.datetime):
    path = published_files.place("/notices/demo/")
    path.write_bytes(path.read_bytes() + b" ")
    publishing.keep_up(at=at)
    [look] = written.looks.all()
    assert (look.result, look.path) == (LookResult.ON_DISK, "/notices/demo/")
    assert posting_queries.trouble(posting_queries.up().get(), at=at) is not None


@pytest.mark.django_db
def test_a_look_is_written_once(written: Posting, at: dt.datetime):
    posting_looks.look(posting=written, at=at)
    for change in (
        lambda: PostingLook.objects.update(result=LookResult.THERE),
        lambda: PostingLook.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_the_words_of_a_page_are_those_of_its_marked_elements():
    html = "<h1 data-words=title>가 &amp; 나</h1><div data-words=lede><p>다<br>라</p><ul><li>마</li><li>바</li></ul></div><p>사</p>"
    assert canonical.of_page(html) == {"title": "가 & 나", "lede": "다 라 마 바"}
    twice = canonical.of_page(html + "<h1 data-words=title>나</h1>")
    assert twice["title"] == "가 & 나나"
    assert canonical.of_page("<p>") == {}


@pytest.mark.django_db
def test_the_page_carries_every_word_that_is_compared(posted: Posting, at: dt.datetime, client: Client):
    notice = queries.current_notice(posted.incident)
    assert notice is not None
    for language, prefix in (("ko", ""), ("en", "/en")):
        page = client.get(f"{prefix}/notices/demo/").content.decode()
        expected = canonical.of_notice(notice, language)
        assert canonical.of_page(page) == expected
        assert expected.keys() == {
            "title", "lede", "what_leaked", "when_and_how", "what_to_do", "what_we_do", "whom_to_ask", "your_rights",
            "further_matters",
        }  # fmt: skip


# -- how long ---------------------------------------------------------------------------------------------------------------


def test_the_day_of_posting_is_not_counted():
    posted = dt.datetime(2026, 11, 2, 21, 0, tzinfo=SEOUL)
    assert posting_rules.keep_until(posted, hours=720, zone=SEOUL) == dt.datetime(2026, 12, 3, 0, 0, tzinfo=SEOUL)
    midnight = dt.datetime(2026, 11, 2, 0, 0, tzinfo=SEOUL)
    assert posting_rules.keep_until(midnight, hours=720, zone=SEOUL) == dt.datetime(2026, 12, 3, 0, 0, tzinfo=SEOUL)


@pytest.mark.django_db
def test_publishing_puts_it_up_and_each_version_keeps_it_up_longer(incident: Incident, at: dt.datetime):
    incident.contact_points.create(position=1, kind="phone", name_ko="전화", name_en="Phone", value="1500-0000")
    incident.contact_points.update(always_open=True)
    for day, kind in ((0, NoticeKind.CONFIRMED), (5, NoticeKind.FURTHER)):
        texts = good.words_for(incident, at=at + day * DAY) | {"kind": kind}
        draft = actions.draft_notice(incident=incident, texts=texts, by=cast.staff("Writer"), at=at + day * DAY)
        actions.publish(notice=draft, by=cast.staff("Editor"), at=at + day * DAY)
    [one] = incident.postings.all()
    assert one.from_at == at
    assert one.keep_until_at == posting_rules.keep_until(at + 5 * DAY, hours=720, zone=SEOUL)
    assert "제39조" in one.law_ko
    with pytest.raises(DatabaseError), transaction.atomic():
        Posting.objects.update(keep_until_at=at)
    with pytest.raises(DatabaseError), transaction.atomic():
        Posting.objects.update(from_at=at + DAY)


@pytest.mark.django_db
def test_what_was_published_before_there_were_postings_is_recorded_once(incident: Incident, at: dt.datetime):
    cast.notice(incident, at=at - 3 * DAY)
    cast.notice(incident, at=at - DAY, number=2)
    assert [posting.record_what_is_up(at=at) for _twice in range(2)] == [1, 0]
    [one] = incident.postings.all()
    assert one.from_at == at - 3 * DAY
    assert one.keep_until_at == posting_rules.keep_until(at - DAY, hours=720, zone=SEOUL)


@pytest.mark.django_db
def test_taking_down_wants_two_people_and_a_reason(posted: Posting, at: dt.datetime, client: Client):
    one, other = cast.staff("One"), cast.staff("Other")
    with pytest.raises(posting_rules.NoReasonToTakeDown):
        posting.propose_take_down(posting=posted, reason="  ", by=one, at=at)
    proposal = posting.propose_take_down(posting=posted, reason="법원이 내리라고 했어요.", by=one, at=at)
    with pytest.raises(posting_rules.TakeDownWaits):
        posting.propose_take_down(posting=posted, reason="또", by=other, at=at)
    with pytest.raises(rules.SamePerson):
        posting.confirm_take_down(proposal=proposal, by=one, at=at)
    assert client.get("/notices/demo/").status_code == 200
    publishing.keep_up(at=at)
    posting.confirm_take_down(proposal=proposal, by=other, at=at)
    with pytest.raises(posting_rules.AlreadyDown):
        posting.confirm_take_down(proposal=proposal, by=other, at=at)
    [event] = Event.objects.filter(kind="notices.notice_taken_down")
    assert event.data["before_its_days_were_full"] is True
    for address in ("/notices/demo/", "/notices/demo/v/1/"):
        assert client.get(address).status_code == 410
    assert "알려 드릴 유출이 없어요" in client.get("/").content.decode()
    assert "/notices/demo/" in publishing.keep_up(at=at + MINUTE).removed
    assert not published_files.place("/notices/demo/").exists()
    assert posting_looks.look_at_what_is_due(at=at + DAY) == 0


@pytest.mark.django_db
def test_the_database_itself_refuses_one_person_no_reason_and_a_second_end(posted: Posting, at: dt.datetime):
    one, other = cast.staff("One"), cast.staff("Other")
    for fields in (
        {"taken_down_at": at},
        {"taken_down_at": at, "taken_down_by": one, "take_down_confirmed_by": one, "reason": "까닭"},
        {"taken_down_at": at, "taken_down_by": one, "take_down_confirmed_by": other, "reason": ""},
        {"taken_down_at": at - DAY, "taken_down_by": one, "take_down_confirmed_by": other, "reason": "까닭"},
    ):
        with pytest.raises(IntegrityError, match="taken_down_by_two"), transaction.atomic():
            Posting.objects.update(**fields)
    sound = {"taken_down_at": at, "taken_down_by": one, "take_down_confirmed_by": other, "reason": "까닭"}
    Posting.objects.update(**sound)
    with pytest.raises(DatabaseError), transaction.atomic():
        Posting.objects.update(taken_down_at=at + DAY)
    with pytest.raises(DatabaseError), transaction.atomic():
        Posting.objects.all().delete()


@pytest.mark.django_db
def test_a_new_version_meanwhile_makes_the_proposal_about_something_else(posted: Posting, at: dt.datetime):
    proposal = posting.propose_take_down(posting=posted, reason="까닭", by=cast.staff("One"), at=at)
    notice = cast.notice(posted.incident, at=at + DAY, number=2)
    with transaction.atomic():
        posting.post(notice=notice, at=at + DAY)
    with pytest.raises(posting_rules.MustStayLonger):
        posting.confirm_take_down(proposal=proposal, by=cast.staff("Other"), at=at + DAY)
    posting.drop_take_down(proposal=proposal, by=cast.staff("One"), at=at + DAY)
    with pytest.raises(rules.DecidedAlready):
        posting.drop_take_down(proposal=proposal, by=cast.staff("One"), at=at + DAY)


# -- what the looks prove ---------------------------------------------------------------------------------------------------

START = dt.datetime(2026, 11, 2, 12, 0, tzinfo=dt.UTC)


def hourly(*results: str, start: int = 1) -> list[Round]:
    return [Round(START + (start + number) * HOUR, result) for number, result in enumerate(results)]


@pytest.mark.parametrize(
    ("rounds", "until", "gaps"),
    [
        (hourly("there", "there", "there"), 3, []),
        (hourly("there", "altered", "altered", "there"), 4, [(GapKind.NOT_AS_PUBLISHED, 1, 4, 2, False)]),
        (hourly("there", "no_answer", "there"), 3, [(GapKind.NO_ANSWER, 1, 3, 1, False)]),
        (hourly("no_answer", "wrong_answer", "there"), 3, [(GapKind.NOT_AS_PUBLISHED, 0, 3, 2, False)]),
        (hourly("there", "differs"), 3, [(GapKind.NOT_AS_PUBLISHED, 1, 3, 1, True)]),
        ([*hourly("there"), *hourly("there", start=5)], 5, [(GapKind.NOT_LOOKED, 1, 5, 0, False)]),
        (hourly("there"), 9, [(GapKind.NOT_LOOKED, 1, 9, 0, True)]),
        ([], 3, [(GapKind.NOT_LOOKED, 0, 3, 0, True)]),
        (
            [*hourly("there", "altered"), *hourly("there", start=8)],
            8,
            [(GapKind.NOT_AS_PUBLISHED, 1, 8, 1, False), (GapKind.NOT_LOOKED, 2, 8, 0, False)],
        ),
    ],
)
def test_gaps_are_told_apart_and_as_long_as_they_can_have_been(
    rounds: list[Round], until: int, gaps: list[tuple[str, int, int, int, bool]]
):
    found = posting_rules.gaps(rounds, from_at=START, until_at=START + until * HOUR)
    told = [
        (gap.kind, (gap.from_at - START) // HOUR, (gap.until_at - START) // HOUR, gap.seen, gap.open) for gap in found
    ]
    assert told == gaps


def test_of_one_round_the_worst_address_counts():
    assert posting_rules.rounds([(START, "there"), (START, "altered"), (START + HOUR, "there")]) == [
        Round(START, "altered"),
        Round(START + HOUR, "there"),
    ]


def looked(one: Posting, *, hours: int, but: dict[int, str] | None = None) -> None:
    notice = queries.current_notice(one.incident)
    PostingLook.objects.bulk_create(
        PostingLook(
            posting=one, at=one.from_at + hour * HOUR, path=path, language=language, notice=notice, expected="a" * 64,
            result=(but or {}).get(hour, LookResult.THERE), status=200, found="a" * 64,
        )
        for hour in range(1, hours + 1)
        for language, path in (("ko", "/notices/demo/"), ("en", "/en/notices/demo/"))
    )  # fmt: skip


@pytest.mark.django_db
def test_thirty_days_without_a_gap_and_what_breaks_them(posted: Posting):
    looked(posted, hours=31 * 24)
    full = posting_proof.of(posted, until=posted.keep_until_at)
    assert (full.whole, full.gaps, full.days_are_full) == (True, [], True)
    assert full.longest_without_a_look <= HOUR
    early = posting_proof.of(posted, until=posted.keep_until_at - MINUTE)
    assert (early.whole, early.gaps) == (False, [])
    assert len(full.days) == 32
    assert sum(day.rounds for day in full.days) == len(full.rounds)


@pytest.mark.django_db
def test_the_files_hold_every_look_and_each_others_hash(posted: Posting, at: dt.datetime):
    looked(posted, hours=48, but={7: LookResult.ALTERED})
    until = posted.from_at + 48 * HOUR
    proof = posting_proof.of(posted, until=until)
    content = posting_proof.take(proof, kind="csv", by=cast.staff("Auditor"), at=at)
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    assert len(rows) == 96
    assert [row["result"] for row in rows].count("altered") == 2
    assert rows[0]["moment"] == (posted.from_at + HOUR).astimezone(dt.UTC).isoformat(timespec="seconds")
    sha256 = hashlib.sha256(content).hexdigest()
    [event] = Event.objects.filter(kind="notices.posting_proof_taken")
    assert (event.data["looks_sha256"], event.data["gaps"], event.data["not_looked"]) == (sha256, 1, 0)
    looked_later = PostingLook(
        posting=posted, at=until + HOUR, path="/notices/demo/", language="ko", notice=proof.looks[0].notice,
        expected="a" * 64, result=LookResult.THERE,
    )  # fmt: skip
    looked_later.save()
    assert posting_proof.as_csv(posting_proof.of(posted, until=until)) == content, "the same moment, the same bytes"


@pytest.mark.django_db
def test_every_public_page_of_the_set_is_rendered_by_name(posted: Posting):
    addresses = [page.address for page in public_pages.every_page()]
    assert len(addresses) == len(set(addresses))

"""The published word as files: what is written, when, and that nothing of a visitor can be in it."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone, translation

from breachdesk.audit.models import Event
from notices import editing, hours, open_now, public_pages, published_files, publishing, snapshots
from notices.models import ContactPoint, Incident, Notice, OpeningHours, PublishedPage, SpecialHours
from notices.states import ContactKind
from tests import cast

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def published_root(settings: Any, tmp_path: Path) -> Path:
    settings.PUBLISHED_ROOT = tmp_path / "published"
    return settings.PUBLISHED_ROOT


@pytest.fixture
def told(incident: Incident, at: dt.datetime) -> Incident:
    """Two versions, and a line that answers."""
    point = ContactPoint.objects.create(
        incident=incident, position=1, kind=ContactKind.PHONE, name_ko="전화 상담", name_en="Phone",
        value="1500-0001", in_help_strip=True,
    )  # fmt: skip
    for weekday in range(8):
        OpeningHours.objects.create(contact_point=point, weekday=weekday, opens=dt.time(8), closes=dt.time(22))
    cast.notice(incident, at=at - 60 * MINUTE, title_ko="처음 안내")
    cast.notice(incident, at=at, number=2, title_ko="온라인 결제 서버가 해킹됐어요", title_en="Our server was hacked")
    return incident


def text(address: str) -> str:
    return published_files.place(address).read_text(encoding="utf-8")


def test_every_page_lies_there_in_both_languages_packed_too(told: Incident, at: dt.datetime):
    kept = publishing.keep_up(at=at)
    addresses = ["/", "/notices/demo/", "/notices/demo/v/1/", "/notices/demo/v/2/"]
    assert set(kept.written) >= {*addresses, *(f"/en{address}" for address in addresses)}
    assert not kept.failed
    for address in kept.written:
        path = published_files.place(address)
        content = path.read_bytes()
        assert gzip.decompress(path.with_name(f"{path.name}.gz").read_bytes()) == content
        assert brotli.decompress(path.with_name(f"{path.name}.br").read_bytes()) == content
        assert f'<html lang="{"en" if address.startswith("/en") else "ko"}"' in content.decode()
        assert path.stat().st_mode & 0o777 == 0o644, "the proxy is another user"
    assert "온라인 결제 서버가 해킹됐어요" in text("/notices/demo/")
    assert "처음 안내" in text("/notices/demo/v/1/")
    assert "Our server was hacked" in text("/en/")


def test_django_answers_with_the_same_page(told: Incident, client: Client):
    publishing.keep_up(at=timezone.now())
    for address in ("/", "/notices/demo/", "/en/notices/demo/", "/notices/demo/v/1/"):
        client.cookies["theme"] = "dark"
        assert client.get(address).content.decode() == text(address)


def test_nothing_of_a_visitor_and_nothing_inline_is_in_it(told: Incident, at: dt.datetime):
    publishing.keep_up(at=at)
    for address in ("/", "/en/notices/demo/", "/notices/demo/v/1/"):
        html = text(address)
        for never in ("csrfmiddlewaretoken", "nonce", "data-theme", "data-text", "style=", "onclick"):
            assert never not in html
        assert all("src=" in tag for tag in re.findall(r"<script\b[^>]*>", html)), "scripts are files"
        assert 'id="show-dark"' in html
        assert 'id="show-large"' in html
        assert "/display/" not in html
    [form] = re.findall(r"<form.*?</form>", text("/"), flags=re.S)
    assert 'method="post" action="/lookup/start/"' in form, "a contact never stands in an address"


def test_a_second_time_nothing_is_written(told: Incident, at: dt.datetime):
    publishing.keep_up(at=at)
    path = published_files.place("/notices/demo/")
    before = path.stat()
    kept = publishing.keep_up(at=at + MINUTE)
    assert (kept.written, kept.removed, kept.altered, kept.failed) == ([], [], [], [])
    assert path.stat().st_ino == before.st_ino
    assert PublishedPage.objects.get(path="/notices/demo/").looked_at == at + MINUTE


def test_whatever_changes_the_page_changes_the_file(told: Incident, at: dt.datetime, settings: Any):
    publishing.keep_up(at=at)
    point = told.contact_points.get()
    editing.keep_contact(
        incident=told, point=point, values={**vars_of(point), "value": "1500-0002"}, week=[[]] * 8,
        seen=snapshots.stamp(snapshots.of_contact(point)), by=cast.staff("Editor"), at=at,
    )  # fmt: skip
    kept = publishing.keep_up(at=at + MINUTE)
    assert "/notices/demo/" in kept.written
    assert "/notices/demo/v/1/" in kept.written
    assert "1500-0002" in text("/en/notices/demo/")
    settings.ISSUER = {**settings.ISSUER, "brand": "#8B0000"}
    publishing.keep_up(at=at + 2 * MINUTE)
    assert "brand.css?8b0000" in text("/")


def vars_of(point: ContactPoint) -> dict[str, Any]:
    return {name: getattr(point, name) for name in snapshots.CONTACT}


def test_a_publication_that_was_never_written_is_found(told: Incident, at: dt.datetime):
    publishing.keep_up(at=at)
    cast.notice(told, at=at, number=3, title_ko="세 번째 안내")
    assert set(publishing.keep_up(at=at + MINUTE).written) >= {"/", "/notices/demo/", "/notices/demo/v/3/"}
    assert "세 번째 안내" in text("/")
    row = PublishedPage.objects.get(path="/notices/demo/")
    assert row.notice is not None
    assert (row.notice.number, row.written_at) == (3, at + MINUTE)


def test_what_is_gone_from_the_disk_comes_back_from_the_database(told: Incident, at: dt.datetime):
    publishing.keep_up(at=at)
    published_files.place("/").with_name("index.html.gz").unlink()
    published_files.remove("/en/notices/demo/")
    kept = publishing.keep_up(at=at + MINUTE)
    assert sorted(kept.written) == ["/", "/en/notices/demo/"]
    assert kept.altered == []


def test_a_page_that_is_no_more_is_taken_away(told: Incident, at: dt.datetime):
    publishing.keep_up(at=at)
    cast.notice(cast.incident("second", at=at), at=at, title_ko="두 번째 유출")
    kept = publishing.keep_up(at=at + MINUTE)
    assert not published_files.place("/").exists() or "두 번째 유출" in text("/")
    assert "/notices/second/" in kept.written
    Incident.objects.get(slug="second")
    assert published_files.place("/notices/demo/").exists()


@pytest.mark.parametrize("suffix", ["", ".gz", ".br"])
def test_a_file_that_somebody_altered_is_said_kept_and_put_right(told: Incident, at: dt.datetime, suffix: str):
    publishing.keep_up(at=at)
    path = published_files.place("/notices/demo/")
    path = path.with_name(path.name + suffix)
    sound = path.read_bytes()
    broken = sound.replace(b"1500-0001", b"1500-0009") if not suffix else sound[:-40] + b"?" + sound[-39:]
    assert broken != sound
    path.write_bytes(broken)
    kept = publishing.keep_up(at=at + MINUTE)
    assert kept.altered == ["/notices/demo/"]
    assert path.read_bytes() == sound
    assert PublishedPage.objects.get(path="/notices/demo/").altered_at == at + MINUTE
    [event] = Event.objects.filter(kind="notices.page_altered")
    assert event.about == "incident:demo"
    aside = [
        one for one in published_files.place("/").parent.with_name("altered").iterdir() if one.suffix == path.suffix
    ]
    assert broken in [one.read_bytes() for one in aside], "for whoever looks into it"
    assert publishing.keep_up(at=at + 2 * MINUTE).altered == []


def test_a_writer_that_was_killed_halfway_is_no_stranger(told: Incident, at: dt.datetime):
    publishing.keep_up(at=at)
    row = PublishedPage.objects.get(path="/notices/demo/")
    row.sha256_before, row.sha256, row.written_at = row.sha256, "0" * 64, None
    row.save()
    kept = publishing.keep_up(at=at + MINUTE)
    assert kept.altered == []
    assert "/notices/demo/" in kept.written


def test_the_command_writes_the_same_and_says_how_much(told: Incident, capsys: pytest.CaptureFixture[str]):
    for written in (True, False):
        call_command("publish_static", "--json")
        told_us = json.loads(capsys.readouterr().out.splitlines()[-1])
        assert bool(told_us["written"]) == written
        assert told_us["written"] + told_us["unchanged"] == told_us["pages"] > 0


def test_one_page_that_cannot_be_drawn_does_not_hold_up_the_others(
    told: Incident, at: dt.datetime, monkeypatch: pytest.MonkeyPatch
):
    drawn = public_pages.notice

    def broken(one: Notice, *, address: str, at: dt.datetime) -> str:
        if address == "/notices/demo/v/1/":
            raise ValueError("something is wrong with this one")
        return drawn(one, address=address, at=at)

    monkeypatch.setattr(public_pages, "notice", broken)
    kept = publishing.keep_up(at=at)
    assert kept.failed == ["/notices/demo/v/1/"]
    assert {"/", "/notices/demo/", "/en/notices/demo/v/1/"} <= set(kept.written)


def test_a_disk_that_takes_nothing_is_told(told: Incident, published_root: Path, capsys: pytest.CaptureFixture[str]):
    published_root.write_text("a file where the folder should be")
    with pytest.raises(CommandError, match="could not be written"):
        call_command("publish_static", "--json")
    assert "/notices/demo/" in json.loads(capsys.readouterr().out.splitlines()[-1])["failed"]
    assert PublishedPage.objects.get(path="/notices/demo/").written_at is None


# -- who answers now, worked out in the browser -----------------------------------------------------------------------------


@pytest.mark.parametrize("always", [False, True])
def test_the_turns_say_at_every_moment_what_the_strip_would(told: Incident, at: dt.datetime, always: bool):
    point = told.contact_points.get()
    point.always_open = always
    point.save()
    SpecialHours.objects.create(contact_point=point, day=at.date() + dt.timedelta(days=2))
    turns = json.loads(open_now.as_data(open_now.turns(point, at=at)))
    for minutes in range(0, 7 * 24 * 60, 47):
        moment = at + minutes * MINUTE
        state = hours.open_now(point, moment)
        now = [turn for turn in turns if turn[0] <= moment.timestamp()][-1]
        assert now[1:] == [int(state.open), hours.now_in_words(state, moment)]
    assert turns[-1][2] == ""
    assert turns[-1][0] > (at + dt.timedelta(days=7)).timestamp()


def test_the_file_of_a_day_is_the_same_all_day(told: Incident):
    point = told.contact_points.get()
    morning = dt.datetime(2026, 11, 30, 0, 0, tzinfo=dt.timezone(dt.timedelta(hours=9)))
    one, other = (open_now.turns(point, at=morning + dt.timedelta(hours=hour)) for hour in (0, 23))
    assert one == other


def test_the_hours_are_printed_for_a_reader_without_scripts(told: Incident, at: dt.datetime):
    publishing.keep_up(at=at)
    assert re.search(r'<span class="strip-hours" data-turns="[^"]+">매일 08:00–22:00</span>', text("/"))
    with translation.override("en"):
        line = open_now.help_line(at)
    assert line is not None
    assert "open" in line["turns"].lower()

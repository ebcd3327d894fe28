"""The notice on paper: made once a version by a worker, kept as a file, and words where it is not there."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.test import Client

from breachdesk.lib import paper
from notices import printing, published_files
from notices.models import Incident, PublishedPage
from tests import cast

pytestmark = pytest.mark.django_db
KO, EN = "/notices/demo/v/1.pdf", "/en/notices/demo/v/1.pdf"
ALL = [KO, EN, "/notices/demo/v/1/large.pdf", "/en/notices/demo/v/1/large.pdf"]


@pytest.fixture(autouse=True)
def published_root(settings: Any, tmp_path: Path) -> Path:
    settings.PUBLISHED_ROOT = tmp_path / "published"
    return settings.PUBLISHED_ROOT


@pytest.fixture
def told(incident: Incident, at: dt.datetime) -> Incident:
    incident.contact_points.create(position=1, kind="phone", name_ko="전화 상담", name_en="Phone", value="1500-0001")
    cast.notice(incident, at=at, title_ko="온라인 결제 서버가 해킹됐어요", title_en="Our server was hacked")
    return incident


@pytest.fixture
def no_work(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was to be printed, instead of seconds of work for each."""
    sources: list[str] = []

    def pdf(html: str) -> bytes:
        sources.append(html)
        return f"%PDF-1.7 {len(sources)}".encode()

    monkeypatch.setattr(paper, "pdf", pdf)
    return sources


def make_all(at: dt.datetime) -> int:
    made = 0
    while printing.make_next(at=at):
        made += 1
    return made


def test_a_real_pdf_in_each_language_with_its_title(told: Incident, at: dt.datetime, client: Client):
    assert printing.make_next(at=at)
    answer = client.get(KO)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert 'inline; filename="notice-demo-v1-ko.pdf"' in answer["Content-Disposition"]
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert str(pdf.docinfo["/Title"]).startswith("온라인 결제 서버가 해킹됐어요")
        assert str(pdf.Root.Lang).startswith("ko")
        fonts = {str(font.BaseFont) for page in pdf.pages for font in page.Resources.Font.values()}
    assert any("Noto" in font or "CJK" in font for font in fonts), "the Korean letters are inside"
    assert client.get(KO, headers={"if-none-match": answer["ETag"]}).status_code == 304


def test_each_is_made_once_and_kept(told: Incident, at: dt.datetime, no_work: list[str], client: Client):
    assert make_all(at) == 4
    assert make_all(at) == 0
    assert [client.get(address).status_code for address in ALL] == [200] * 4
    assert sum('class="large"' in source for source in no_work) == 2
    assert sum('<html lang="en"' in source for source in no_work) == 2
    for source in no_work:
        assert "1500-0001" in source
        assert "<form" not in source


def test_the_newest_follows_a_change_and_older_ones_stay(
    told: Incident, at: dt.datetime, no_work: list[str], client: Client
):
    make_all(at)
    told.contact_points.update(value="1500-0002")
    assert make_all(at) == 4
    assert "1500-0002" in no_work[-1]
    cast.notice(told, at=at, number=2)
    assert make_all(at) == 4
    told.contact_points.update(value="1500-0003")
    assert make_all(at) == 4, "only the second version's"
    assert client.get("/notices/demo.pdf")["Location"] == "/notices/demo/v/2.pdf"
    assert client.get("/notices/demo/.pdf")["Location"] == "/notices/demo/v/2.pdf"
    assert client.get("/en/notices/demo/large.pdf")["Location"] == "/en/notices/demo/v/2/large.pdf"


@pytest.mark.parametrize("missing", ["", "no font"])
def test_where_it_is_not_there_words_and_printing_are_offered(
    told: Incident, client: Client, monkeypatch: pytest.MonkeyPatch, missing: str
):
    monkeypatch.setattr(paper, "missing", lambda: missing)
    answer = client.get(KO)
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "60", "no-store")
    text = answer.content.decode()
    assert ("여기서는 PDF를 만들 수 없어요" in text) == bool(missing)
    assert 'href="/notices/demo/v/1/"' in text
    assert client.get("/notices/demo/v/9.pdf").status_code == 404
    assert client.get("/notices/none.pdf").status_code == 404
    assert client.post(KO).status_code == 405


def test_an_altered_pdf_is_not_given_out_and_made_again(
    told: Incident, at: dt.datetime, no_work: list[str], client: Client
):
    make_all(at)
    published_files.place(KO).write_bytes(b"%PDF-1.7 somebody else's")
    assert client.get(KO).status_code == 503
    assert make_all(at) == 1
    assert client.get(KO).status_code == 200
    assert PublishedPage.objects.get(path=KO).altered_at == at


def test_what_nothing_stands_behind_any_more_goes(told: Incident, at: dt.datetime, no_work: list[str]):
    stray = PublishedPage.objects.create(path="/notices/gone/v/1.pdf", sha256="0" * 64)
    published_files.write(stray.path, b"old")
    make_all(at)
    assert not published_files.place(stray.path).exists()
    assert sorted(PublishedPage.objects.values_list("path", flat=True)) == sorted(ALL)


def test_the_page_leads_to_its_pdfs_and_prints_itself(told: Incident, client: Client):
    html = client.get("/notices/demo/").content.decode()
    for address in ("/notices/demo/v/1.pdf", "/notices/demo/v/1/large.pdf"):
        assert f'href="{address}"' in html

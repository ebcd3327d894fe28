"""What nginx serves of the published word by itself, and what it says while the application is away."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings as django_settings
from django.test import Client, override_settings

from bench.proxy import CONF
from notices import public_pages, published_files, publishing
from notices.models import Incident
from tests import cast
from tests.browser import Site
from tests.proxy import Proxy

HEADERS = (
    "Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy",
    "Cross-Origin-Opener-Policy",
)  # fmt: skip


@pytest.fixture
def published(settings: Any, tmp_path: Path, incident: Incident, at: dt.datetime) -> Incident:
    settings.PUBLISHED_ROOT = tmp_path / "published"
    cast.notice(incident, at=at, title_ko="온라인 결제 서버가 해킹됐어요", title_en="Our server was hacked")
    publishing.keep_up(at=at)
    return incident


def get(url: str, **headers: str) -> httpx.Response:
    return httpx.get(url, headers={name.replace("_", "-"): value for name, value in headers.items()}, trust_env=False)


@pytest.mark.django_db
def test_with_the_application_away_the_notice_is_there(published: Incident, proxy: Proxy):
    proxy.start()
    addresses = [page.address for page in public_pages.every_page() if not page.address.endswith("away.html")]
    assert {"/", "/notices/demo/", "/notices/demo/v/1/", "/en/", "/en/notices/demo/"} <= set(addresses)
    for address in addresses:
        answer = get(proxy.url + address)
        assert answer.status_code == 200
        assert answer.content == published_files.place(address).read_bytes()
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers["Cache-Control"] == "public, max-age=60"
        assert not answer.cookies
    assert get(f"{proxy.url}/static/css/site.css").status_code == 200


@pytest.mark.django_db
def test_with_the_application_away_everything_else_says_so_in_words(published: Incident, proxy: Proxy):
    proxy.start()
    for address in ("/lookup/", "/en/claims/", "/admin/"):
        answer = get(proxy.url + address)
        assert answer.status_code == 503
        assert answer.headers["Retry-After"] == "60"
        assert answer.headers["Cache-Control"] == "no-store"
        assert ('<html lang="en"' in answer.text) == address.startswith("/en/")
        assert ("안내문은 그대로 볼 수 있어요" in answer.text) != address.startswith("/en/")
        assert f'href="{"/en/" if address.startswith("/en/") else "/"}"' in answer.text, "the way to the notice"
        assert "tel:" in answer.text
    answer = httpx.post(f"{proxy.url}/lookup/start/", data={"contact": "010-0000-0001"}, trust_env=False)
    assert answer.status_code == 503
    assert "0000-0001" not in proxy.log.read_text(), "no contact stands in its log"


@pytest.mark.django_db
def test_without_files_it_says_so_too(published: Incident, proxy: Proxy):
    for address in ("/", "/away.html", "/en/away.html"):
        published_files.remove(address)
    proxy.start()
    for address in ("/", "/lookup/", "/en/lookup/"):
        answer = get(proxy.url + address)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert "try again in a minute" in answer.text


@pytest.mark.django_db
def test_packed_conditional_and_nothing_else_of_the_folder(published: Incident, proxy: Proxy):
    proxy.start()
    plain = published_files.place("/").read_bytes()
    with httpx.stream("GET", proxy.url, headers={"Accept-Encoding": "gzip"}, trust_env=False) as answer:
        raw = b"".join(answer.iter_raw())
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert raw == published_files.place("/").with_name("index.html.gz").read_bytes()
    first = get(proxy.url, accept_encoding="identity")
    assert "Content-Encoding" not in first.headers
    assert first.content == plain
    again = get(proxy.url, if_none_match=first.headers["ETag"], accept_encoding="identity")
    assert (again.status_code, again.content) == (304, b"")
    assert get(proxy.url, if_modified_since=first.headers["Last-Modified"]).status_code == 304
    stray = published_files.place("/").parent / "notices" / ".secret.new"
    stray.write_text("half written")
    for address in (
        "/notices/.secret.new",
        "/notices/demo/../.secret.new",
        "/away.html.gz",
        "/notices/demo/index.html.br",
    ):
        assert get(proxy.url + address).status_code == 503, "not a page: asked of the application, which is away"
    assert httpx.post(proxy.url, trust_env=False).status_code == 405


@pytest.mark.django_db
def test_its_headers_are_those_of_the_application(published: Incident, proxy: Proxy, client: Client):
    proxy.start()
    served, answered = get(proxy.url + "/"), client.get("/")
    for name in HEADERS:
        assert sorted(served.headers[name].split("; ")) == sorted(answered[name].split("; "))
    hsts = "max-age=31536000; includeSubDomains; preload"
    assert served.headers["Strict-Transport-Security"] == hsts
    assert set(re.findall(r'Strict-Transport-Security "([^"]+)"', CONF.read_text())) == {hsts}
    with override_settings(SECURE_HSTS_SECONDS=31536000, SECURE_HSTS_INCLUDE_SUBDOMAINS=True, SECURE_HSTS_PRELOAD=True):
        assert Client().get("/", secure=True)["Strict-Transport-Security"] == hsts


def test_what_is_no_file_is_asked_of_the_application_and_a_killed_one_is_missed_by_nobody_who_reads(
    site: Site, proxy: Proxy, settings: Any, tmp_path: Path, at: dt.datetime
):
    settings.PUBLISHED_ROOT = proxy.published = tmp_path / "published"
    cast.notice(cast.incident(at=at), at=at)
    publishing.keep_up(at=at)
    proxy.start(application=site.place)
    for address in ("/lookup/", "/notices/nothing/", "/healthz"):
        assert get(proxy.url + address).status_code == get(site.url + address).status_code
    assert get(f"{proxy.url}/notices/demo").headers["Location"].endswith("/notices/demo/")
    published_files.remove("/notices/demo/")
    assert get(f"{proxy.url}/notices/demo/").text == get(f"{site.url}/notices/demo/").text, "no file yet: the same page"
    publishing.keep_up(at=at)
    site.kill()
    assert get(f"{proxy.url}/notices/demo/").status_code == 200
    assert get(f"{proxy.url}/lookup/").status_code == 503
    assert get(f"{proxy.url}/").status_code == 200
    assert django_settings.DEMO

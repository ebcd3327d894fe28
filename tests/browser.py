"""A real browser before the real site: gunicorn on the test's database, and Chromium as `make test` found it.

`site`:   the web process; `site.url`. It can be killed and started again.
`people`: opens browsers: `people.come(width=390, language="ko")` is somebody new, with no cookies, on a screen that wide.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.servers import Issuer, Provider, Server, database_address, free_port, wait_for

AXE = Axe()
# Milliseconds for anything to appear: the machine may be busy with something else.
PATIENCE = 60_000
# Chromium would look for its maker's servers at every start; a root user has no sandbox.
ARGUMENTS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--no-first-run", "--disable-sync"]


class Site(Server):
    """gunicorn, as production runs it, on the test's database."""

    def __init__(self, folder: Path, provider: Provider, issuer: Issuer) -> None:
        super().__init__(folder, "site")
        self.provider, self.issuer = provider, issuer
        self.place = f"127.0.0.1:{free_port()}"
        self.url = f"http://{self.place}"

    def start(self, **settings: str) -> None:
        """`settings`: what this one shall have otherwise than the test's own."""
        command = [sys.executable, "-m", "gunicorn", "breachdesk.wsgi", "--bind", self.place, "--workers", "2"]
        environment = {
            "DATABASE_URL": database_address(),
            "DATABASE_OWNER_URL": database_address(),
            "PUBLIC_URL": self.url,
            "PHONE_PROVIDER_URL": self.provider.url,
            "SMTP_URL": self.provider.smtp_url,
            "CARDS_URL": self.issuer.url,
            "CARDS_TIMEOUT_SECONDS": "20",
        }
        self.launch(command, {**environment, **settings})
        wait_for(self._answers, seconds=60, but=self.said)

    def _answers(self) -> bool:
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"{self.url}/healthz", trust_env=False).status_code == 200
        return False


class People:
    def __init__(self, browser: Browser, site: Site) -> None:
        self.browser, self.site = browser, site
        self.complaints: list[str] = []

    def come(self, *, width: int = 390, language: str = "ko", **options: Any) -> Page:
        """A page of a browser that has never been here."""
        context = self.browser.new_context(
            viewport={"width": width, "height": 844},
            base_url=self.site.url,
            # What a browser asks for must not matter: Korean is the default, English has its own addresses.
            locale="de-DE",
            timezone_id="Asia/Seoul",
            **options,
        )
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page


def assert_accessible(page: Page) -> None:
    """axe finds nothing, and the page does not scroll sideways."""
    page.wait_for_load_state()  # a click is over when the next page begins to come
    found = AXE.run(page, options={"resultTypes": ["violations"]})
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url


def picture(page: Page, name: str) -> None:
    """Kept where SHOTS points, for a person to look at."""
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM")
    if not path:
        if os.environ.get("CI"):
            pytest.fail("no browser: set CHROMIUM")
        pytest.skip("no browser on this machine: set CHROMIUM to a Chromium to run what a person does in one")
    # Playwright's loop would make Django refuse the database in this thread, which is its own.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="session")
def site_process(
    provider_process: Provider,
    issuer_process: Issuer,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
) -> Iterator[Site]:
    process = Site(tmp_path_factory.mktemp("site"), provider_process, issuer_process)
    yield process
    process.kill()  # before the test database goes


@pytest.fixture
def site(site_process: Site, provider: Provider, transactional_db: None) -> Site:
    if not site_process.runs:
        site_process.start()
    return site_process


@pytest.fixture
def people(chromium: Browser, site: Site) -> Iterator[People]:
    cast = People(chromium, site)
    yield cast
    for context in chromium.contexts:
        context.close()

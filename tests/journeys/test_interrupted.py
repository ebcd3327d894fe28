"""What comes between: PostgreSQL away for a moment, the queue gone, a session that ran out between two pages."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone
from playwright.sync_api import APIResponse, Browser, Page, Route, expect

from breachdesk.demo import people as demo_people
from claims.models import Claim, Draft
from lookup.models import Proof
from tests.browser import People, Site, assert_accessible
from tests.journeys.steps import Cardholder, photograph
from tests.servers import Issuer, Provider, Worker, database_address, free_port

pytestmark = pytest.mark.django_db(transaction=True)

EMAIL = "seoyoung@mail.example"  # codes to one number are a minute apart
STORY = "자고 있는데 결제 문자가 왔어요. 한참 걸려서 적은 글이에요."


class Line:
    """The line between the site and PostgreSQL, which can be cut: what is open breaks, and nobody answers any more."""

    def __init__(self, to: tuple[str, int]) -> None:
        self.to, self.port = to, free_port()
        self.listener: socket.socket | None = None
        self.open: list[socket.socket] = []

    def mend(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._take, args=[self.listener], daemon=True).start()

    def cut(self) -> None:
        assert self.listener is not None
        listener, self.listener = self.listener, None
        self._close(listener, *self.open)
        self.open.clear()

    @staticmethod
    def _close(*ends: socket.socket) -> None:
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _take(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _address = listener.accept()
                far = socket.create_connection(self.to)
                self.open += [near, far]
                if self.listener is not listener:  # cut meanwhile
                    self._close(near, far)
                    return
                for ends in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=ends, daemon=True).start()

    @staticmethod
    def _carry(source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        with contextlib.suppress(OSError):
            target.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def line(transactional_db: None) -> Iterator[Line]:
    at = connection.settings_dict
    line = Line((at["HOST"], int(at["PORT"])))
    line.mend()
    yield line
    if line.listener:
        line.cut()


@pytest.fixture
def far_site(line: Line, provider: Provider, issuer: Issuer, tmp_path: Path) -> Iterator[Site]:
    """The site as it stands everywhere else, with the line between it and the test's database."""
    site = Site(tmp_path, provider, issuer)
    address = database_address(f"127.0.0.1:{line.port}")
    site.start(DATABASE_URL=address, DATABASE_OWNER_URL=address)
    yield site
    site.kill()


def seoyoung(people: People, provider: Provider) -> Cardholder:
    """With a claim begun."""
    person = next(person for person in demo_people.PEOPLE if person.name == "김서영")
    holder = Cardholder(people.come(), person.name, person.birth_date, person.phone, provider)
    holder.look_up()
    holder.begin_claim()
    return holder


def post(page: Page, path: str, **form: str) -> APIResponse:
    """As a form of that page would be sent, with this browser's own cookies."""
    token = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "csrftoken")
    return page.request.post(
        path, form={"csrfmiddlewaretoken": token, **form}, headers={"Origin": _origin(page)}, max_redirects=0
    )


def _origin(page: Page) -> str:
    return "/".join(page.url.split("/")[:3])


READ = (
    "", "notices/", "notices/demo/", "lookup/", "lookup/code/", "lookup/who/", "lookup/answer/", "lookup/again/", "claims/",
    "claims/new/", "claims/new/kind/", "claims/new/lines/", "claims/new/story/", "claims/new/evidence/", "claims/new/account/",
    "claims/new/check/", "claims/CLM-7F3K-29QD/", "accounts/login/",
)  # fmt: skip
SENT = (
    "lookup/start/", "lookup/who/", "lookup/steps/", "lookup/end/", "claims/new/", "claims/new/kind/", "claims/new/lines/",
    "claims/new/story/", "claims/new/evidence/", "claims/new/account/", "claims/new/check/", "accounts/login/",
)  # fmt: skip


def test_with_postgresql_away_every_page_says_so_and_is_itself_again_without_a_restart(
    told_for_real: None, chromium: Browser, far_site: Site, line: Line, provider: Provider, worker: Worker
) -> None:
    people = People(chromium, far_site)
    page = seoyoung(people, provider).page
    page.goto("/claims/new/story/")
    page.locator("textarea[name=story]").fill(STORY)
    draft = page.locator("form input[name=draft]").first.get_attribute("value") or ""

    line.cut()
    for root, words in (("/", "지금 조회를 할 수 없어요"), ("/en/", "You cannot check right now")):
        for path in READ:
            assert_away(page.request.get(root + path), words)
        for path in SENT:
            assert_away(post(page, root + path, draft=draft, contact="010-0000-1234", story="x", do="next"), words)
    assert page.request.get("/healthz").status == 200
    assert page.request.get("/readyz").status == 503
    page.locator("main form button.button-solid").click()
    expect(page.locator("h1")).to_have_text("지금 조회를 할 수 없어요")
    assert_accessible(page)

    line.mend()
    page.reload()  # sends the form again
    expect(page).to_have_url(re.compile("/claims/new/evidence/"))
    assert Draft.objects.get().steps["story"] == {"story": STORY}
    assert page.request.get("/readyz").status == 200
    assert "Traceback" not in far_site.said()


def assert_away(answer: APIResponse, words: str) -> None:
    text = answer.text()
    assert (answer.status, words in text) == (503, True), f"{answer.status} {answer.url}\n{text[:2000]}"
    assert int(answer.headers["retry-after"]) > 0
    assert answer.headers["cache-control"] == "no-store"


def test_a_claim_is_filed_at_once_though_the_queue_does_not_answer_and_its_message_leaves(
    told_for_real: None, chromium: Browser, provider: Provider, issuer: Issuer, worker: Worker, tmp_path: Path
) -> None:
    site = Site(tmp_path, provider, issuer)
    with socket.create_server(("127.0.0.1", 0)) as queue:  # takes a connection and says nothing
        site.start(REDIS_URL=f"redis://127.0.0.1:{queue.getsockname()[1]}/0")
        try:
            holder = seoyoung(People(chromium, site), provider)
            today = timezone.localdate().isoformat()
            holder.fill_in(date=today, merchant="GLB TECH STORE", amount="1000", holder="김서영")
            holder.page.locator("input[name=declared]").check()
            begun = time.monotonic()
            holder.page.locator("main form button.button-solid[type=submit]").click()
            expect(holder.page).to_have_url(re.compile("/receipt/"))
            took = time.monotonic() - begun
        finally:
            site.kill()
    # The queue would keep whoever waits for it for ever; a busy machine takes its time.
    assert took < 15
    assert Claim.objects.latest("pk").reference in provider.wait_for(holder.number, count=2)[0]["text"]


def test_what_was_typed_comes_back_when_the_session_ran_out_between_two_pages(
    told_for_real: None, people: People, provider: Provider, worker: Worker
) -> None:
    holder = seoyoung(people, provider)
    page = holder.page
    page.goto("/claims/new/story/")
    page.locator("textarea[name=story]").fill(STORY)
    hour = dt.timedelta(hours=1)
    Proof.objects.update(proved_at=F("proved_at") - hour, last_used_at=F("last_used_at") - hour)

    holder.go_on()
    expect(page).to_have_url(re.compile("/lookup/$"))
    expect(page.locator("main")).to_contain_text("적은 것은 30분 동안 맡아 둘게요")
    assert "story" not in Draft.objects.get().steps
    holder.look("ran-out")

    page.locator("input[name=contact]").first.fill(EMAIL)
    page.locator("form[action*='lookup/start'] button[type=submit]").first.click()
    page.locator("input[autocomplete=one-time-code]").fill(provider.code_for(EMAIL))
    holder.press("^확인$")
    holder.say_who()

    expect(page).to_have_url(re.compile("/claims/new/story/"))
    expect(page.locator("main")).to_contain_text("적은 것은 그대로 있어요")
    assert page.locator("textarea[name=story]").input_value() == STORY
    holder.look("came-back")
    holder.go_on()
    expect(page).to_have_url(re.compile("/claims/new/evidence/"))
    assert Draft.objects.get().steps["story"] == {"story": STORY}
    assert people.complaints == []


def test_a_file_chosen_before_the_script_has_come_is_sent_all_the_same(
    told_for_real: None, people: People, provider: Provider, worker: Worker
) -> None:
    page = seoyoung(people, provider).page
    held: list[Route] = []
    page.route(re.compile(r"/js/upload[^/]*\.js"), lambda route: held.append(route))
    page.goto("/claims/new/evidence/", wait_until="commit")
    page.locator("input[name=files]").last.set_input_files(
        {"name": "결제 알림.jpg", "mimeType": "image/jpeg", "buffer": photograph()}
    )
    expect(page.locator("li.file")).to_have_count(0)
    page.wait_for_function("document.readyState == 'interactive'")
    held[0].continue_()
    expect(page.locator("li.file .file-name", has_text="결제 알림.jpg")).to_be_visible()

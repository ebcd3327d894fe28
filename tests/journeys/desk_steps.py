"""What staff do at the desk, step by step. Words are read off the page in the member's language."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from breachdesk.accounts.models import User
from tests import staff
from tests.browser import assert_accessible, picture


@dataclass
class Member:
    """Somebody of the staff at a screen, from the login on."""

    page: Page
    user: User
    language: str = "ko"
    tag: str = ""
    seen: list[str] = field(default_factory=list)

    @property
    def desk(self) -> str:
        return "/en/admin/" if self.language == "en" else "/admin/"

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def word(self, ko: str, en: str) -> str:
        return en if self.language == "en" else ko

    def look(self, name: str) -> None:
        """At the page as it stands: nothing for axe to find, and a picture for whoever asked for one."""
        assert_accessible(self.page)
        self.seen.append(name)
        if self.tag:
            picture(self.page, f"{self.tag}-{len(self.seen):02d}-{name}")

    def says(self, words: str) -> None:
        """What the desk answers to an act, at the top of the page."""
        expect(self.page.locator("ul.said")).to_contain_text(words)

    def act(self, name: str) -> None:
        """One of the buttons that post an act of the review and payout pages."""
        self.page.locator(f"button[name=act][value={name}]").click()

    def sign_in(self) -> None:
        self.page.goto(self.desk)
        self.page.locator("input[name=login]").fill(self.user.email)
        self.page.locator("input[name=password]").fill(staff.PASSWORD)
        self.page.locator("main form .button-solid").first.click()
        self.page.locator("input[name=code]").fill(staff.code_of(self.user))
        self.page.locator("main form .button-solid").first.click()
        expect(self.page).to_have_url(re.compile(f"{self.desk}$"))
        self.look("front")

    # -- the list ------------------------------------------------------------------------------------------------------

    def upload(self, path: Path) -> None:
        self.page.goto(f"{self.desk}notices/importjob/add/")
        self.page.locator("select[name=mode]").select_option("full")
        self.page.locator("input[type=file]").set_input_files(path)
        self.page.locator("form.panel button").click()

    def watch_the_import(self) -> str:
        """Until its figures stand there, by themselves; what they say."""
        figures = self.page.locator("dl.figures")
        figures.wait_for(timeout=60_000)
        self.look("imported")
        return figures.inner_text()

    def propose_the_list(self) -> str:
        """Where the other may confirm it."""
        self.page.locator("main a.button-solid").click()
        self.look("list")
        self.act("propose")
        self.page.locator(".said-success").wait_for()
        return self.page.url

    def confirm_the_list(self, address: str) -> None:
        self.page.goto(address)
        self.act("confirm")
        self.page.locator(".said-success").wait_for()

    # -- the notice ----------------------------------------------------------------------------------------------------

    def propose_the_notice(self, number: int) -> str:
        """A version that is written; where the other may approve it."""
        self.page.goto(f"{self.desk}notices/notice/")
        self.page.locator("table a", has_text=re.compile(rf"(^|\D){number}(\D|$)")).first.click()
        self.look("notice")
        self.act("propose")
        self.page.locator(".said-success").wait_for()
        return self.page.url

    def approve_the_notice(self, address: str) -> None:
        self.page.goto(address)
        self.act("approve")
        self.page.locator(".said-success").wait_for()

    # -- the campaign --------------------------------------------------------------------------------------------------

    def prepare_the_campaign(self, *, tier: int | None = None) -> str:
        """To everybody on the list, or to one group of it; where the other may release it."""
        self.page.goto(f"{self.desk}notices/campaign/add/")
        if tier:
            self.page.locator(f"input[name=tiers][value='{tier}']").check()
        self.page.locator("button[name=preview]").click()
        self.look("campaign-preview")
        self.page.locator("form[action*=preview] .button-solid").click()
        expect(self.page).to_have_url(re.compile(r"/campaign/\d+/change/"))
        return self.page.url

    def release_the_campaign(self, address: str) -> None:
        self.page.goto(address)
        self.page.locator("main a.button-solid").click()
        self.look("campaign-release")
        self.page.locator("main form .button-solid").click()
        self.page.locator(".said-success").wait_for()
        self.look("campaign-released")

    # -- the review ----------------------------------------------------------------------------------------------------

    def find_in_the_queue(self, reference: str) -> None:
        self.page.goto(f"{self.desk}claims/claim/")
        self.look("queue")
        self.page.get_by_role("link", name=reference).click()
        expect(self.page.locator("h1")).to_have_text(reference)

    def open_the_claim(self, reference: str) -> None:
        self.page.goto(f"{self.desk}claims/review/{reference}/")

    def read_evidence(self, number: int = 1) -> None:
        """The picture is drawn inside the desk."""
        self.page.locator(f"ul.papers li:nth-child({number}) a").click()
        drawn = self.page.locator("#evidence img")
        expect(drawn).to_be_visible()
        drawn.evaluate("img => img.decode()")
        assert drawn.evaluate("img => img.naturalWidth") > 0

    def reveal(self, reason: str) -> None:
        self.page.locator("select[name=reveal-reason]").select_option(reason)
        self.act("reveal")

    def ask(self, words: str) -> None:
        self.page.locator("textarea[name=ask-words]").fill(words)
        self.act("ask")

    def judge(self, number: int, outcome: str, reason: str, amount: str = "") -> None:
        self.page.locator(f"input[name=line-{number}-outcome][value={outcome}]").check(force=True)
        self.page.locator(f"input[name=line-{number}-amount]").fill(amount)
        self.page.locator(f"select[name=line-{number}-reason]").select_option(reason)

    def propose(self, sentence: str) -> None:
        self.page.locator("textarea[name=sentence]").fill(sentence)
        self.look("judged")
        self.act("propose")

    # -- the payout ----------------------------------------------------------------------------------------------------

    def prepare_the_payout(self, reference: str) -> str:
        self.page.goto(f"{self.desk}payouts/")
        self.look("payouts")
        self.page.get_by_role("link", name=reference).click()
        self.look("payout-prepare")
        self.page.locator("main form .button-solid").click()
        expect(self.page).to_have_url(re.compile(r"/payouts/[0-9a-f-]{36}/"))
        return self.page.url

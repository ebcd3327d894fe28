"""What people do, step by step, said once for all journeys. Words are read off the page in the reader's language."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field

from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.browser import assert_accessible, picture
from tests.servers import Provider


@dataclass
class Cardholder:
    """Somebody at a screen."""

    page: Page
    name: str
    birth_date: str
    phone: str
    provider: Provider
    language: str = "ko"
    tag: str = ""
    seen: list[str] = field(default_factory=list)

    @property
    def start(self) -> str:
        return "/en/" if self.language == "en" else "/"

    @property
    def number(self) -> str:
        """As the provider knows it."""
        return "+82" + self.phone.replace("-", "")[1:]

    def look(self, name: str) -> None:
        """At the page as it stands: nothing for axe to find, and a picture for whoever asked for one."""
        assert_accessible(self.page)
        self.seen.append(name)
        if self.tag:
            picture(self.page, f"{self.tag}-{len(self.seen):02d}-{name}")

    def press(self, words: str) -> None:
        self.page.get_by_role("button", name=re.compile(words)).first.click()

    def read_the_notice(self) -> None:
        self.page.goto(self.start)
        self.look("notice")

    def prove(self) -> None:
        """Types the contact on the notice, and the code that the provider received."""
        before = len(self.provider.received(self.number))
        self.page.locator("input[name=contact]").first.fill(self.phone)
        self.page.locator("form[action*='lookup/start'] button[type=submit]").first.click()
        expect(self.page.locator("input[autocomplete=one-time-code]")).to_be_visible()
        self.look("code")
        self.provider.wait_for(self.number, count=before + 1)
        self.enter_code()

    def enter_code(self) -> None:
        self.page.locator("input[autocomplete=one-time-code]").fill(self.provider.code_for(self.number))
        self.press("^(확인|Confirm|Continue)$")

    def say_who(self) -> None:
        expect(self.page.locator("input[name=birth_date]")).to_be_visible()
        self.look("who")
        self.page.locator("input[name=name]").fill(self.name)
        self.page.locator("input[name=birth_date]").fill(self.birth_date)
        self.press("결과 보기|See the result|See my result|Show")

    def look_up(self) -> str:
        """From the notice to the answer; its heading."""
        self.read_the_notice()
        self.prove()
        self.say_who()
        expect(self.page).to_have_url(re.compile(r"/lookup/answer/"))
        self.look("answer")
        return self.heading

    @property
    def heading(self) -> str:
        return self.page.locator("h1").inner_text().replace("\n", " ")

    def begin_claim(self) -> None:
        self.page.goto(f"{self.start}claims/new/")
        self.look("new")
        self.press("신청 시작하기|이어서 신청하기|Start|Continue")
        expect(self.page).to_have_url(re.compile(r"/claims/new/kind/"))

    def go_on(self) -> None:
        self.press("^(저장하고 계속|Save and continue)$")

    def fill_in(
        self, *, date: str, merchant: str, amount: str, holder: str, another: tuple[str, str] = ("", "")
    ) -> None:
        """Kind, one loss (`another`: merchant and amount of a second), the story, a photograph, the account; up to the check."""
        self.choose_kind()
        self.fill_in_line(0, date, merchant, amount)
        if another[0]:
            self.page.locator("button[name=do][value=add]").click()
            self.fill_in_line(1, date, *another)
        self.fill_in_the_rest(holder=holder)

    def choose_kind(self) -> None:
        self.page.locator("input[name=kind][value=card_payment]").check()
        self.look("kind")
        self.go_on()
        expect(self.page).to_have_url(re.compile(r"/claims/new/lines/"))

    def fill_in_the_rest(self, *, holder: str) -> None:
        """From the lines, as they stand, to the check."""
        self.look("lines")
        self.page.locator(".sum-bar button").click()

        expect(self.page).to_have_url(re.compile(r"/claims/new/story/"))
        self.page.locator("textarea[name=story]").fill("자고 있는데 결제 문자가 왔어요. 저는 그 가게를 몰라요.")
        self.look("story")
        self.go_on()

        expect(self.page).to_have_url(re.compile(r"/claims/new/evidence/"))
        self.page.locator("input[name=files]").set_input_files(
            {"name": "결제 알림.jpg", "mimeType": "image/jpeg", "buffer": photograph()}
        )
        expect(self.page.locator("li.file .file-name", has_text="결제 알림.jpg")).to_be_visible()
        self.look("evidence")
        self.go_on()

        expect(self.page).to_have_url(re.compile(r"/claims/new/account/"))
        self.page.locator("select[name=bank]").select_option("088")
        self.page.locator("input[name=number]").fill("110-234-567890")
        self.page.locator("input[name=holder]").fill(holder)
        self.look("account")
        self.go_on()
        expect(self.page).to_have_url(re.compile(r"/claims/new/check/"))
        self.look("check")

    def fill_in_line(self, number: int, date: str, merchant: str, amount: str) -> None:
        self.page.locator(f"[name=line-{number}-kind]").select_option("card_payment")
        self.page.locator(f"[name=line-{number}-day]").fill(date)
        self.page.locator(f"[name=line-{number}-merchant]").fill(merchant)
        self.page.locator(f"[name=line-{number}-amount]").fill(amount)

    def file(self) -> str:
        """Declares and files; the reference on the receipt."""
        self.page.locator("input[name=declared]").check()
        self.page.locator("main form button.button-solid[type=submit]").click()
        expect(self.page).to_have_url(re.compile(r"/claims/CLM-[^/]+/receipt/"))
        self.look("receipt")
        found = re.search(r"CLM-\w{4}-\w{4}", self.page.locator("main").inner_text())
        assert found is not None
        return found.group()

    def follow(self, reference: str, name: str = "") -> str:
        """Opens the claim's page anew; its heading, which says what happened to the money."""
        self.page.goto(f"{self.start}claims/{reference}/")
        if name:
            self.look(name)
        return self.heading

    def answer(self, words: str) -> None:
        """What staff asked, on the claim's own page; a picture is added once the words are typed, and they stay."""
        self.page.locator("textarea[name=answer]").fill(words)
        self.page.locator("input[name=files]").set_input_files(
            {"name": "취소 문자.jpg", "mimeType": "image/jpeg", "buffer": photograph("-200,000")}
        )
        expect(self.page.locator("li.file:not([data-file]) .file-name", has_text="취소 문자.jpg")).to_be_visible()
        expect(self.page.locator("textarea[name=answer]")).to_have_value(words)
        self.look("answering")
        self.page.locator("button[name=do][value=answer]").click()

    def messages(self) -> list[str]:
        """What the provider brought here, oldest first."""
        return [row["text"] for row in reversed(self.provider.received(self.number))]


def photograph(amount: str = "612,400") -> bytes:
    """As a telephone shows a payment."""
    data = io.BytesIO()
    image = Image.new("RGB", (640, 480), (234, 239, 240))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((60, 80, 580, 400), 24, fill="white", outline=(113, 130, 138), width=2)
    draw.text((100, 130), "HANBIT CARD", fill=(69, 88, 98), font_size=30)
    draw.text((100, 200), f"KRW {amount}", fill=(20, 35, 42), font_size=48)
    draw.text((100, 290), "03:12  GLB TECH STORE", fill=(69, 88, 98), font_size=30)
    image.save(data, "JPEG")
    return data.getvalue()

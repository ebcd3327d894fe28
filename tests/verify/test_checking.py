"""Whoever got a message asks whether it is ours, without login, and learns nothing of anybody."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest
from django.test import Client
from django.utils import timezone

from breachdesk.lib import dates, references
from breachdesk.limits.models import Spent
from breachdesk.verify import rules
from delivery import check_codes, outbox
from delivery.models import Message
from delivery.states import State
from tests.verify.conftest import Sent

pytestmark = pytest.mark.django_db
ROOTS = ["", "/en"]


def shown(page) -> str:
    """What a reader reads, in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())


def test_a_message_of_ours_is_confirmed_with_what_can_be_compared(client: Client, sent: Sent, at: dt.datetime) -> None:
    message = sent()
    page = client.post("/verify/", {"code": message.code})
    said = shown(page)
    assert page.status_code == 200
    assert "한빛카드가 보낸 메시지가 맞아요" in said
    for fact in ("신청을 받았다는 안내", "문자(LMS)", "1500-0000", "[한빛카드] 신청을 받았어요."):
        assert fact in said
    assert dates.moment(timezone.localtime(at), "ko") in said
    assert "하나라도 다르면 가짜예요" in said
    assert "no-store" in page["Cache-Control"]


def test_it_never_says_to_whom_nor_what_only_they_were_told(client: Client, sent: Sent) -> None:
    message = sent(
        "김서영 님께 1,187,400원을 보냈어요. CLM-7F3K-29QD",
        to="seoyoung@mail.example",
        occasion="payout_sent",
        opening="",
    )
    for root in ROOTS:
        said = client.post(f"{root}/verify/", {"code": message.code}).content.decode()
        for secret in ("김서영", "서영", "1,187,400", "CLM-7F3K", "seoyoung", "mail.example", str(message.pk), "010-"):
            assert secret not in said
    assert "받는 분마다 달라서" in shown(client.post("/verify/", {"code": message.code}))


def test_in_english(client: Client, sent: Sent) -> None:
    said = shown(client.post("/en/verify/", {"code": sent().code}))
    assert "This message is from Hanbit Card" in said
    assert "Text message (LMS)" in said


def test_a_code_in_a_whole_pasted_message_is_found(client: Client, sent: Sent) -> None:
    message = sent()
    assert "맞아요" in shown(client.post("/verify/", {"code": message.words.text}))


@pytest.mark.parametrize("state", [State.WAITING, State.CANCELLED])
def test_a_message_that_has_not_left_is_told_from_none_by_nothing(client: Client, sent: Sent, state: State) -> None:
    message = sent(state=State.WAITING)
    if state == State.CANCELLED:
        Message.objects.filter(pk=message.pk).update(state=state, settled_at=message.put_at)
    nobodys = check_codes.new()
    pages = [client.post("/verify/", {"code": code}) for code in (message.code, nobodys)]
    told = [
        page.content.decode().replace(code, "CODE") for page, code in zip(pages, (message.code, nobodys), strict=True)
    ]
    assert told[0] == told[1]
    assert [page.status_code for page in pages] == [200, 200]
    assert "한빛카드가 보낸 기록이 없어요" in shown(pages[0])
    assert "한 번 더 봐 주세요" in shown(pages[0])


def test_a_mistyped_code_is_told_so_and_kept(client: Client, sent: Sent) -> None:
    code = sent().code
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    page = client.post("/verify/", {"code": wrong})
    assert page.status_code == 422
    assert "빠지거나 바뀐 글자가 있는지" in shown(page)
    assert f'value="{wrong}"' in page.content.decode()
    assert not Spent.objects.filter(budget__startswith="verify.").exists()


def test_letters_that_look_alike_are_read_as_what_was_sent(client: Client, sent: Sent) -> None:
    """A code holds no 0, O, 1, I, L or U; whoever types one meant another."""
    for _ in range(40):
        message = sent()
        if "Q" in message.code[4:]:
            break
    else:
        pytest.fail("no code with a Q in forty")
    assert check_codes.read(message.code[:4] + message.code[4:].replace("Q", "0")) in {message.code, None}
    assert check_codes.read(message.code[:4] + message.code[4:].replace("Q", "0", 1)) == message.code


def test_a_reference_is_told_from_a_code(client: Client) -> None:
    assert "접수번호예요" in shown(client.post("/verify/", {"code": references.new("CLM")}))


@pytest.mark.parametrize(
    "typed", ["", " ", "\0", "<script>alert(1)</script>", "{{ 7*7 }}", "' OR 1=1 --", "가" * 100_000, "VRF-" * 700, "٠١٢", "\ud7a3" * 40]
)  # fmt: skip
def test_whatever_is_typed_is_answered_in_words(client: Client, typed: str) -> None:
    for root in ROOTS:
        page = client.post(f"{root}/verify/", {"code": typed})
        assert page.status_code == 422
        assert 'class="error"' in page.content.decode()
        assert "<script>alert" not in page.content.decode()
    assert client.post("/verify/", {}).status_code == 422
    assert client.post("/verify/", b"\xff\xfe", content_type="text/plain").status_code in {415, 422}


def test_misses_are_counted_by_network_and_right_ones_given_back(
    client: Client, sent: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MISSES_PER_NETWORK", rules.Budget("verify.network", 3, rules.HOUR))
    message = sent()
    for _ in range(5):
        assert "맞아요" in shown(client.post("/verify/", {"code": message.code}))
    for _ in range(3):
        assert client.post("/verify/", {"code": check_codes.new()}).status_code == 200
    page = client.post("/verify/", {"code": message.code})
    assert page.status_code == 429
    assert int(page["Retry-After"]) > 0
    assert "부터 다시 할 수 있어요" in shown(page)
    assert f'value="{message.code}"' in page.content.decode()
    other = client.post("/verify/", {"code": message.code}, REMOTE_ADDR="192.0.2.7")
    assert other.status_code == 200


def test_it_wants_no_login_and_no_other_method(client: Client) -> None:
    for root in ROOTS:
        for path in ("/verify/", "/verify/pressed/"):
            page = client.get(root + path)
            assert page.status_code == 200
            assert "sessionid" not in page.cookies
            assert client.delete(root + path).status_code == 405
    assert client.post("/verify/pressed/").status_code == 405
    assert Client(enforce_csrf_checks=True).post("/verify/", {"code": check_codes.new()}).status_code == 403


def test_a_code_in_the_address_is_not_looked_at(client: Client, sent: Sent) -> None:
    message = sent()
    assert "맞아요" not in shown(client.get("/verify/", {"code": message.code}))


def test_the_registered_senders_are_listed_with_what_they_are_for(client: Client, settings) -> None:
    settings.OTHER_SENDERS = [("15880000", "카드 결제 알림", "Alerts of payments")]
    korean, english = shown(client.get("/verify/")), shown(client.get("/en/verify/"))
    for value in ("1500-0000", "safe@hanbitcard.example", "1588-0000"):
        assert value in korean
        assert value in english
    assert "카드 결제 알림" in korean
    assert "Alerts of payments" in english


def test_two_messages_of_one_code_are_both_shown(client: Client, sent: Sent) -> None:
    """Codes are drawn, so once in many millions two are the same."""
    one, two = sent(), sent(occasion="claim_withdrawn")
    Message.objects.filter(pk=two.pk).update(code_hash=one.code_hash)
    said = shown(client.post("/verify/", {"code": one.code}))
    assert "신청을 받았다는 안내" in said
    assert "신청을 거두었다는 안내" in said


def test_every_page_links_to_it(client: Client) -> None:
    page = client.get("/lookup/").content.decode()
    assert page.count('href="/verify/"') == 3
    assert "Check a message" in client.get("/en/lookup/").content.decode()


def test_the_page_bears_the_name_that_letters_give_it(client: Client) -> None:
    for language, root in (("ko", ""), ("en", "/en")):
        [called] = re.findall("[‘“](.+?)[’”]", check_codes.line(language, "VRF"))
        assert f">{called}</a>" in client.get(f"{root}/lookup/").content.decode()


def test_words_of_a_room_that_forgets_everything_still_carry_a_code(db: None, at: dt.datetime) -> None:
    words = outbox.Words("an_occasion_nobody_knows", "ko", "제목", "글")
    from breachdesk.lib.contacts import Contact

    message = outbox.put(words, to=Contact("phone", "+821000000001"), key="a", lane="claim", at=at)
    assert message.code in message.words.text

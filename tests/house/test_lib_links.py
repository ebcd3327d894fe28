"""An address in a text is found as a telephone would find it, and what only looks like one is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from breachdesk.lib import links

ADDRESSES = [
    "한글도메인.한국", "한빛카드.닷컴", "bit.ly/x", "example.com", "EXAMPLE.COM", "www.hanbit", "m.hanbitcard", "https://1", "ftp://a",
    "help@hanbitcard.example", "사기@메일", "1.2.3.4", "192.168.0.1:8080", "hanbit。kr", "ｅｘａｍｐｌｅ．ｃｏｍ", "a\u200b.c\u2060om",
    "xn--9t4b11y.xn--3e0b707e", "карта.рф", "银行.中国", "カード.コム", "hanbit-card.example.top/pay", "intent://x", "t.me/x", "me.가.com",
    "me2.do/5abc", "vo.la/x,", "(han.gl/y)", "kakao.link",
]  # fmt: skip
PLAIN = [
    "1.5배", "3.2판", "No.1", "No. 1", "버전 2.10.3", "v1.2", "3.5%", "₩1,187,400", "1,187,400원", "2026.11.20.(금) 14:21", "10:30~18:00",
    "CLM-7F3K-29QD", "VRF-7F3K2-9QDXW", "1500-0000", "02-1500-0000", "했어요.감사합니다", "끝.다음", "Hanbit Card. We will", "at 2 p.m. and",
    "U.S. 달러", "제34조의2.", "가.나.다.", "①.②", "...", "1.", "(주)한빛카드", "p.3", "No.12-3",
]  # fmt: skip


@pytest.mark.parametrize("text", ADDRESSES)
@pytest.mark.parametrize("around", ["{}", "여기서 보세요 {} 끝.", "한빛카드({})", "\n{}\n"])
def test_an_address_is_found(text, around):
    assert links.first_address(around.format(text))


@pytest.mark.parametrize("text", PLAIN)
@pytest.mark.parametrize("around", ["{}", "[한빛카드] {} 입니다", "{}, {}"])
def test_what_is_none_is_left_alone(text, around):
    assert links.first_address(around.format(text, text)) == ""


@pytest.mark.parametrize("text", ADDRESSES)
def test_an_address_shown_to_staff_can_still_be_read_and_no_longer_be_opened(text):
    shown = links.unlinked(f"여기 {text} 끝")
    assert links.first_address(shown) == ""
    assert "[" in shown


@given(st.text(max_size=200))
def test_whatever_it_was_nothing_of_it_opens(text):
    assert links.first_address(links.unlinked(text)) == ""

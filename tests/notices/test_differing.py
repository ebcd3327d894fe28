"""What differs between two texts, word by word."""

from __future__ import annotations

import random
import time

import pytest

from notices import differing
from notices.differing import ADDED, REMOVED, SAME


def shown(before: str, after: str, language: str = "ko") -> str:
    marks = {SAME: "{}", ADDED: "[+{}]", REMOVED: "[-{}]"}
    lines = []
    for line in differing.difference(before, after, language).lines:
        lines.append("".join(" " * (piece.apart and i > 0) + marks[piece.kind].format(piece.words) for i, piece in enumerate(line)))  # fmt: skip
    return "\n".join(lines)


def test_korean_is_compared_by_eojeol_and_english_by_word():
    assert shown("11월 1일 이후 생긴 결제를 보세요.", "11월 3일 이후 생긴 결제도 보세요.") == (
        "11월 [-1일] [+3일] 이후 생긴 [-결제를] [+결제도] 보세요."
    )
    assert shown("Call us by 5 November, please.", "Call us by 7 November, please!", "en") == (
        "Call us by [-5] [+7] November, please[-.][+!]"
    )


def test_one_word_that_stayed_between_two_that_did_not_goes_with_them():
    assert shown("Call us by 5 November.", "Call us by 7 November!", "en") == "Call us by [-5 November.] [+7 November!]"


def test_a_line_that_went_is_shown_whole_and_what_stayed_is_not_repeated():
    before = "1. 카드를 멈추고 다시 만드세요.\n2. 결제를 살펴보세요."
    assert shown(before, "1. 결제를 살펴보세요.") == "[-• 카드를 멈추고 다시 만드세요.]\n• 결제를 살펴보세요."
    assert shown("", "새 글\n\n둘째 글") == "[+새 글]\n[+둘째 글]"
    assert shown("그대로", "그대로") == "그대로"


def test_sentences_with_hardly_a_word_in_common_are_not_mixed():
    assert shown("서버를 끊고 접속 기록을 보존했어요.", "협력사 계정에 두 번째 확인을 더했어요.") == (
        "[-서버를 끊고 접속 기록을 보존했어요.]\n[+협력사 계정에 두 번째 확인을 더했어요.]"
    )


def test_bold_type_alone_is_no_change_of_words():
    found = differing.difference("**꼭** 바꾸세요", "꼭 바꾸세요", "ko")
    assert (found.changed, found.only_marks) == (False, True)
    assert not differing.difference("같아요", "같아요", "ko").only_marks


@pytest.mark.parametrize("language", ["ko", "en"])
def test_nothing_is_lost_or_invented(language: str):
    """Without what was added it is the old text, without what was removed the new one."""
    chance = random.Random(20261122)
    for _round in range(200):
        texts = [
            "\n".join(" ".join(chance.choices("가 나다, 라 a b. 1,198 • 끝".split(), k=chance.randrange(1, 9))) for _line in range(chance.randrange(5)))
            for _side in range(2)
        ]  # fmt: skip
        lines = differing.difference(*texts, language).lines
        for text, without in zip(texts, (ADDED, REMOVED), strict=True):
            kept = "".join(piece.words for line in lines for piece in line if piece.kind != without)
            assert kept.replace(" ", "") == "".join(text.split())


@pytest.mark.parametrize("words", [["가", "나", "다"], [f"{n}번째" for n in range(4000)]])
@pytest.mark.parametrize("joint", [" ", "\n"])
def test_the_longest_texts_that_a_field_takes_cost_no_more_than_moments(words: list[str], joint: str):
    chance = random.Random(7)
    before, after = (joint.join(chance.choices(words, k=20_000)) for _side in range(2))
    began = time.process_time()
    assert differing.difference(before, after, "ko").changed
    assert time.process_time() - began < 10

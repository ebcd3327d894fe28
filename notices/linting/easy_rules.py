"""Easy-read Korean: short sentences, one thought each, words that everybody knows. Advice, but for half an easy text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices import texts
from notices.linting import sentences
from notices.linting.facts import Facts, Finding, Weight

LONGEST = 40
EASY_LAW = gettext_lazy("쉬운 글의 약속: 한 문장에 한 가지만, 쉬운 말로")
# Hard word: the easy one.
HARD = {
    "개인정보처리자": "회사",
    "정보주체": "나, 손님",
    "유출등": "유출",
    "유출": "정보가 밖으로 나감(제목에서 한 번 풀이)",
    "경위": "어떻게",
    "구제": "도움",
    "청구": "달라고 하기",
    "소송": "재판",
    "법정손해배상": "법이 정한 배상",
    "정산": "계산",
    "선보상": "먼저 드리는 돈",
    "명의로": "이름으로",
    "명의 도용": "남이 내 이름을 씀",
    "사칭": "인 척하는",
    "부정사용": "남이 몰래 쓴 것",
    "재발급": "새로 만들기",
    "차단": "막기",
    "연계정보": "나를 알아보는 긴 암호",
    "조치": "한 일",
    "접수": "받기",
    "침입": "몰래 들어옴",
    "보안 취약점": "약한 곳",
    "취약점": "약한 곳",
    "해당": "그",
    "금번": "이번",
    "익일": "다음 날",
    "기재": "적기",
    "열람": "보기",
    "통보": "알림",
    "개설": "만들기",
    "해지": "그만두기",
    "유의": "조심",
}
# Explained in place, a hard word is no longer one: "선보상(먼저 드리는 돈)", "재발급은 … 뜻이에요".
EXPLAINED = re.compile(r"^\S{0,2} ?[(（]|^[은는이란]{1,2} [^.]*(?:뜻|말)이에요|^[^.]{0,12}(?:라는|라고 하는) ")
PASSIVE_ENDING = re.compile(r"(?:되어지|지게 되|하게 되었)")
DOUBLE_NEGATIVE = re.compile(r"않[^.]{0,10}(?:않|없)|없[^.]{0,10}(?:않|없)|못[^.]{0,8}(?:않|없)")


def findings(facts: Facts) -> Iterator[Finding]:
    written = {name: text for name in texts.EASY if (text := facts.text(name, "easy"))}
    # Item 7 has its sentence from the first day: alone it is no easy text.
    begun = [name for name in written if name != "further_matters"]
    if not begun:
        words = _("쉬운 글이 없어요. 없어도 올릴 수 있지만, 글을 어렵게 읽는 분께는 쉬운 글이 필요해요.")
        yield Finding("easy_none", "title", "easy", words, str(EASY_LAW), Weight.ADVICE)
        return
    needed = ["title", "lede", *([] if facts.is_first else ["changes"]), *facts.carried]
    for name in needed:
        if name not in written:
            words = _("쉬운 글이 여기만 비어 있어요. 쉬운 글은 처음부터 끝까지 있거나 아예 없어야 해요.")
            yield Finding("easy_half", name, "easy", words, str(EASY_LAW), Weight.MAY_BE_SET_ASIDE)
    for name, text in written.items():
        yield from _advice(facts, name, text)


def _advice(facts: Facts, name: str, text: str) -> Iterator[Finding]:
    def advice(rule: str, words: str, found: str = "") -> Finding:
        return Finding(rule, name, "easy", words, str(EASY_LAW), Weight.ADVICE, found)

    before = {code: facts.before.get(f"{name}_{code}", "").strip() for code in ("ko", "easy")}
    if before["easy"] == text and before["ko"] != facts.text(name, "ko"):
        yield advice("easy_as_before", _("한국어 글은 바뀌었는데 쉬운 글은 앞 판 그대로예요."))
    for sentence in sentences.sentences(text):
        body = sentences.LIST.sub("", sentence)
        if len(body) > LONGEST:
            words = _("문장이 길어요(%(length)d자). %(longest)d자 안으로 나누어 주세요: %(start)s…") % {
                "length": len(body),
                "longest": LONGEST,
                "start": body[:20],
            }
            yield advice("easy_long", words, body[:40])
        if PASSIVE_ENDING.search(body) or DOUBLE_NEGATIVE.search(body):
            yield advice(
                "easy_twisted",
                _("돌려 말한 문장이에요. 바로 말해 주세요: %(start)s…") % {"start": body[:20]},
                body[:40],
            )
    for hard, easy in _hard_words(text):
        words = _("어려운 말이에요: %(hard)s → %(easy)s") % {"hard": hard, "easy": easy}
        yield advice("easy_hard_word", words, hard)


def _hard_words(text: str) -> Iterator[tuple[str, str]]:
    # A name in quotes is a name.
    rest = re.sub(r"[‘“][^’”]*[’”]", " ", sentences.plain(text))
    for hard in sorted(HARD, key=len, reverse=True):
        places = [match.end() for match in re.finditer(re.escape(hard), rest)]
        if places and hard != "유출" and not any(EXPLAINED.match(rest[end:]) for end in places):
            yield hard, HARD[hard]
        rest = rest.replace(hard, "\N{OBJECT REPLACEMENT CHARACTER}" * len(hard))

"""Words of a search and of a text cut to what they have in common: 카드번호만으로도 and 카드번호가 are both 카드번호.

No dictionary, only the two tables below: particles that stand after a noun, and endings of verbs, most of them with 하다 or
되다 (조회했는데, 조회하면). The longest that fits is cut, at most twice. The uncut word stays beside the stem, so that a
word that only looks as if it had a particle (나이, 회의) is found all the same. English words lose a plural or -ing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

PARTICLES = (
    "으로부터 로부터 에게서 한테서 에서는 에서도 에서만 으로는 으로도 으로만 까지는 까지도 부터는 이라는 이라고 이라도 에게는 에게도 "
    "에서 에게 한테 부터 까지 마다 처럼 보다 만큼 조차 이나 으로 이랑 라고 라는 이란 께서 밖에 들이 들은 들을 들의 하고 이라 에는 에도 만은 만이 "
    "은 는 이 가 을 를 에 의 도 만 로 와 과 나 랑 께 들 요"
).split()
ENDINGS = (
    "하였습니다 했습니다 되었습니다 됐습니다 하겠습니다 하려면 하려고 했는데 했더니 했나요 했어요 했다면 했으면 하는데 하는지 하나요 하면은 할까요 할게요 "
    "할래요 해주세요 해야 해도 해서 해요 합니다 합니까 하세요 하면 하고 하는 하기 하지 하게 하다 한다 한데 한지 할지 할 한 함 "
    "되었는데 됐는데 됐나요 됐어요 되는데 되는지 되나요 되면 되는 되지 되어 되고 된다 된지 될까요 될지 돼요 돼도 돼서 된 될 됨 "
    "었습니다 았습니다 습니다 었는데 았는데 었어요 았어요 었나요 았나요 었으면 았으면 인가요 인지요 인데요 이에요 예요 입니다 "
    "는데요 는데 는지 나요 까요 어요 아요 으면 으니 어도 아도 어서 아서 네요 지요 죠 면"
).split()
_LONGEST_FIRST = sorted({*PARTICLES, *ENDINGS}, key=len, reverse=True)
_WORDS = re.compile(r"[가-힣]+|[a-z0-9]+")
_ENGLISH = ("ings", "ing", "ies", "es", "s", "ed")


def words(text: str) -> list[str]:
    return _WORDS.findall(unicodedata.normalize("NFKC", text).lower())


def stem(word: str) -> str:
    if "가" <= word[0] <= "힣":
        return _cut(_cut(word))
    for ending in _ENGLISH:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _cut(word: str) -> str:
    for tail in _LONGEST_FIRST:
        # Of two syllables one may stay: 돈이, 집에.
        if word.endswith(tail) and len(word) - len(tail) >= (2 if len(word) > 2 else 1):
            return word[: -len(tail)]
    return word


def forms(text: str) -> set[str]:
    """Every word of a text as it stands, and its stem."""
    return {form for word in words(text) for form in (word, stem(word))}


def score(query: str, *, heading: str, body: str) -> int:
    """How well a text answers a search: each word counts thrice in its heading, once in its body; 0: not at all."""
    in_heading, in_body = forms(heading), forms(body)
    total = 0
    for word in words(query):
        total += 3 * _is_in(word, in_heading) + _is_in(word, in_body)
    return total


def _is_in(word: str, found: Iterable[str]) -> bool:
    """The word, or its stem; one of two syllables and more may also begin a longer word or stand within one: 납부 in 자동납부."""
    looked_for = {word, stem(word)}
    return any(form in found or (len(form) >= 2 and any(form in other for other in found)) for form in looked_for)

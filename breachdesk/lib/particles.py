"""Korean particles that follow the sound before them: 한빛카드가, 신한은행이, 5678로, 5673으로."""

from __future__ import annotations

# The last sound of 영 일 이 삼 사 오 육 칠 팔 구.
DIGITS_THAT_CLOSE = "013678"
DIGITS_THAT_END_IN_L = "178"
L = 8  # the place of ㄹ among the final consonants


def with_particle(word: str, particles: str) -> str:
    """`particles`: the one after a consonant, then the one after a vowel: 이/가, 은/는, 을/를, 으로/로."""
    after_consonant, _, after_vowel = particles.partition("/")
    last = word[-1:]
    if "가" <= last <= "힣":
        final = (ord(last) - ord("가")) % 28
        closes, ends_in_l = final > 0, final == L
    else:
        closes, ends_in_l = last in DIGITS_THAT_CLOSE and last != "", last in DIGITS_THAT_END_IN_L
    if after_consonant == "으로" and ends_in_l:
        closes = False
    return word + (after_consonant if closes else after_vowel)

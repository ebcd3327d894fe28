"""Words as data: what the texts of a notice are read for. Patterns, and what to write instead.

From COMPLAINTS, LAW and the house's own words (docs/LOOK.md). A regulator asked in 2025 that a leak be called a leak.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

REGULATOR = _("개인정보 보호위원회가 2025년 12월 3일에 요구한 것: 유출은 ‘유출’이라고 적기")
HOUSE = _("우리 글의 약속")


def words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# Names of laws, systems and bodies, which stay whole: nothing in them is read.
PROPER_NAMES = words(
    r"개인정보 ?노출자 ?사고예방 ?시스템|노출자 ?사고예방 ?시스템|개인정보 침해 신고센터"
    r"|exposed[- ]persons?(?: accident| incident)? (?:prevention system|registry)"
    r"|(?:accident|incident) prevention system(?: for (?:people|persons) with exposed personal (?:data|information))?"
    r"|(?:cyber )?incident response team"
)


@dataclass(frozen=True)
class Soft:
    """A word that plays the matter down, or that our texts do without."""

    language: str
    pattern: re.Pattern[str]
    instead: StrOrPromise
    regulator: bool = False


LEAKED = _("‘유출’이라고 적어 주세요.")
MAY_HAVE = _("무엇이 확실하고 무엇이 아직 확실하지 않은지 나누어 적어 주세요. 예: 유출됐을 수 있어요.")
SORRY = _("무엇을 잘못했는지 적고 사과해 주세요. 예: 지켜 드리지 못해 죄송해요.")
NOT_SMALLER = _("작게 들리게 하는 말을 빼고 사람 수를 적어 주세요.")
PLAINLY = _("해요체로 적어 주세요. 예: 해 주세요.")
LEAK = _("영어로는 leak 이라고 적어 주세요.")

SOFT = (
    Soft("ko", words(r"노출"), LEAKED, regulator=True),
    Soft("ko", words(r"우려"), MAY_HAVE),
    Soft("ko", words(r"(?:불편|심려|걱정)을 (?:드|끼)[려쳐친]"), SORRY),
    Soft("ko", words(r"너그러운|너그럽게|양해(?:를|해|하여| 부탁| 바랍)"), SORRY),
    Soft("ko", words(r"극히 일부|에 불과|미미한|경미한|단순 (?:유출|사고)"), NOT_SMALLER),
    Soft("ko", words(r"반려"), _("‘인정하지 않아요’처럼 누가 무엇을 하는지 적어 주세요.")),
    Soft("ko", words(r"귀책"), _("누구의 잘못인지 쉬운 말로 풀어 적어 주세요.")),
    Soft("ko", words(r"(?:해당|당해|본) 건(?![가-힣])|(?:해당|당해|본) 건[은이을의]"), _("무엇을 말하는지 이름을 적어 주세요.")),
    Soft("ko", words(r"시기 ?바랍니다|하시길 ?바랍니다"), PLAINLY),
    Soft("ko", words(r"입력값이 올바르지|오류가 발생"), _("무엇이 왜 안 됐는지 적어 주세요.")),
    Soft("ko", words(r"(?<![가-힣])실패"), _("‘못했어요’라고 적어 주세요.")),
    Soft("en", words(r"\bexpos(?:e|es|ed|ing|ures?)\b"), LEAK, regulator=True),
    Soft("en", words(r"\bincidents?\b"), LEAK),
    Soft("en", words(r"\b(?:may|might|could) have (?:been )?(?:impacted|affected|involved)\b|\bimpacted\b"), MAY_HAVE),
    Soft("en", words(r"\binconvenience\b|\bregret any\b|\bregret to inform\b"), SORRY),
    Soft("en", words(r"\b(?:an )?abundance of caution\b|\b(?:very |extremely )?(?:small|limited) (?:number|subset|portion)\b"), NOT_SMALLER),
    Soft("en", words(r"\btakes? .{0,40}\b(?:very )?seriously\b|\brest assured\b"), _("약속 대신 한 일을 적어 주세요.")),
)  # fmt: skip
SHOUTING = re.compile(r"[!！]|[\U0001f000-\U0001faff☀-➿]")

# A mention, not a use: "노출이 아니라 유출", “exposure” in quotes that nothing is made of.
QUOTED_BEFORE, QUOTED_AFTER = "‘“'\"「『《", "’”'\"」』》"
MENTION_AFTER = {
    "ko": re.compile(r"\s*(?:[이가] )?아니|\s*(?:이)?라(?:고|는)(?: 말은)? (?:적|쓰|부르|하)지"),
    "en": re.compile(r"(?!)"),
}
MENTION_BEFORE = {
    "ko": re.compile(r"(?!)"),
    "en": re.compile(r"(?:\bnot|\bnever|\brather than|\binstead of|\bthe word) (?:an? |the )?[‘“'\"]?$", re.IGNORECASE),
}
MADE_A_VERB = re.compile(r"\s*(?:되|돼|됐|된|될|하|한|했|할)")

# -- promises --------------------------------------------------------------------------------------------------------------

VAGUE = {
    "ko": words(
        r"(?<![가-힣])곧(?![가-힣])|조속(?:히|한)|(?:빠른|이른) (?:시일|시간)|(?:가능한|최대한|되도록) (?:한 )?(?:빨리|빠르게|빠른)"
        r"|신속(?:히|하게)|지체 ?없이|머지않아|(?:추후|향후|차후|나중에)(?=.{0,30}(?:알려|알리|안내|공지|통지|보내|말씀))"
    ),
    "en": words(
        r"\bas soon as (?:is )?(?:possible|practicable|we can)\b|\bsoon\b(?! as)|\bshortly\b(?! (?:after|before))|\bin due course\b"
        r"|\bin the (?:near|coming) (?:future|days|weeks)\b|\bat the earliest\b|\bpromptly\b|\bat a later date\b|\bwithout (?:undue )?delay\b"
    ),
}
# Bound to something that will be known: enough where the next word has its date.
WHEN_KNOWN = {
    "ko": words(r"(?:확인|파악|조사)(?:하는|되는|한) 대로|확인(?:하면|되면) 바로|(?:확인|파악) 즉시"),
    "en": words(r"\bas soon as (?:we|it|this|they)\b|\bonce (?:we|it is) (?:know|confirm)"),
}
DATED = {
    "ko": words(
        r"\d+월 ?\d+일|\d{4}[.-]\d{1,2}[.-]\d{1,2}|(?:영업일 ?)?\d+ ?(?:시간|영업일|일|주|개월|분) ?(?:안|이내|내|만|동안)"
        r"|영업일 ?\d+일|오늘|내일|모레|이번 주|다음 주|지난|어제"
    ),
    "en": words(
        r"\b\d{1,2} (?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
        r"|\b(?:january|february|march|april|may|june|july|august|september|october|november|december) \d{1,2}\b"
        r"|\b(?:within|in|after|for) \d+ (?:business |working )?(?:hours?|days?|weeks?|months?|minutes?)\b|\btoday\b|\btomorrow\b|\byesterday\b"
    ),
}
PAST = {
    "ko": words(r"(?:[았었했됐갔왔냈뒀렸졌꿨췄]|막았|끊었)(?:어요|습니다|고|으며|다|는데)[.]?$"),
    "en": words(r"\b(?:promptly|shortly|soon) (?:\w+ed|cut|took|closed|told|began|shut|found)\b|\b(?:we|it) (?:\w+ed|cut|took|closed|told|began|shut|found)\b.*\b(?:promptly|shortly|soon)\b"),
}  # fmt: skip

# -- what does not belong into a notice ------------------------------------------------------------------------------------

ADVERTISING = {
    "ko": words(
        r"할인|쿠폰|경품|이벤트|프로모션|특가|사은품|포인트 ?(?:적립|증정|지급)|(?:신규|지금) ?(?:가입|발급) ?(?:하|시|고객)|추천 ?(?:상품|카드)|출시|무료 ?체험"
    ),
    "en": words(
        r"\bdiscounts?\b|\bcoupons?\b|\bvouchers?\b|\bpromotions?\b|\bspecial offers?\b|\bexclusive (?:offers?|deals?)\b|\bprizes?\b"
        r"|\breward points\b|\bbonus points\b|\bfree trial\b|\bsign up (?:now|today|for)\b|\bintroducing our\b"
    ),
}
DENIED = {
    "ko": words(r"않|없|아니|마세요|말아|못|속지"),
    "en": words(r"\b(?:not|no|never|nor|without)\b|n['’]t\b"),
}
PLACEHOLDERS = re.compile(
    r"\{[^}\n]{0,40}\}|%\(\w+\)s|\[[^\]\n]{0,30}(?:입력|기재|작성|날짜|시각|이름|연락처|번호|TODO|TBD|date|name|phone|insert)[^\]\n]{0,30}\]"
    r"|\b(?:TODO|TBD|TBC|FIXME|XXX+|YYYY|lorem ipsum)\b|[○〇◯]{2,}|_{3,}|(?<![가-힣])0000년|(?:○|〇|OO|XX)(?:년|월|일|명|시|원)"
    r"|\(?(?:추후 기재|작성 예정|내용 입력|여기에 (?:적|입력)[^)\n]{0,10})\)?|<[^>\n]{1,40}>",
    re.IGNORECASE,
)

# -- kinds, in the title ---------------------------------------------------------------------------------------------------

MAY_BE = {"ko": words(r"수(?:도)? 있|가능성"), "en": words(r"\bmay\b|\bmight\b|\bcould\b|\bpossib")}
WAS_NOT = {"ko": words(r"않|아니|없"), "en": words(r"\bnot\b|\bno\b|\bnever\b|n['’]t\b")}

# -- numbers of public bodies ----------------------------------------------------------------------------------------------

PUBLIC_PHONES = frozenset({"112", "114", "118", "119", "182", "1301", "1332", "18336972"})

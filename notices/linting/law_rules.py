"""What the law asks of this kind of notice: what must not be empty, what may follow what, whom to ask, item 7."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from django.utils.translation import gettext as _

from notices import kinds, law, texts
from notices.linting import figures, wording
from notices.linting.facts import LANGUAGES, Facts, Finding, Weight, is_all_clear
from notices.states import Cleared, NoticeKind

# A stored sentence older than this is no longer the day's word.
SENTENCE_IS_GOOD_FOR = dt.timedelta(days=3)
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def findings(facts: Facts) -> Iterator[Finding]:
    yield from _kind(facts)
    yield from _all_clear(facts)
    yield from _empty(facts)
    yield from _contacts(facts)
    yield from _item_seven(facts)
    yield from _title(facts)


def _kind(facts: Facts) -> Iterator[Finding]:
    if not kinds.may_follow(facts.kind, facts.cleared, facts.told):
        words = str(kinds.WHY_NOT[kinds.standing(facts.told)])
        yield Finding("kind_order", "kind", "", words, str(facts.duty.law))
    if facts.listed is None:
        return
    certain = bool(facts.listed.sure)
    if certain and not facts.says_leaked:
        words = _("지금 명단에는 유출이 확인된 분이 있어요. ‘유출 확인’으로 바꿔 알려야 해요.")
        yield Finding("kind_against_list", "kind", "", words, _("개인정보 보호법 시행령 제39조의3 제2항"))
    elif not certain and facts.says_leaked and not is_all_clear(facts):
        words = _("유출을 확인했다고 하는데, 지금 명단에는 유출 가능성이 있는 분뿐이에요.")
        yield Finding("kind_against_list", "kind", "", words, str(facts.duty.law))


def _all_clear(facts: Facts) -> Iterator[Finding]:
    if not is_all_clear(facts):
        return
    said = str(facts.duty.law)
    if not facts.cleared:
        yield Finding("cleared_for_whom", "cleared", "", _("누구에게 유출이 아니라고 알리는지 골라 주세요."), said)
    elif facts.cleared == Cleared.TIERS and not facts.cleared_tiers:
        yield Finding("cleared_for_whom", "cleared", "", _("어느 묶음에 들어 있던 분인지 골라 주세요."), said)
    elif facts.cleared == Cleared.EVERYBODY and facts.listed and (facts.listed.sure or facts.listed.possible):
        words = _("지금 명단에 아직 사람이 있어요. 모두에게 유출이 아니라고 할 수 없어요.")
        yield Finding("cleared_against_list", "cleared", "", words, said)
    elif facts.cleared in (Cleared.OFF_LIST, Cleared.TIERS) and not facts.cleared_people:
        words = _("앞선 명단에 있다가 지금 명단에서 빠진 분이 없어요. 바로잡은 명단을 먼저 쓰기 시작해 주세요.")
        yield Finding("nobody_cleared", "cleared", "", words, said)


def _empty(facts: Facts) -> Iterator[Finding]:
    names = ["title", "lede", *([] if facts.is_first else ["changes"]), *facts.carried]
    for name in names:
        for language in LANGUAGES:
            if not facts.text(name, language):
                words = _("비어 있어요.")
                yield Finding("empty", name, language, words, texts.reference(name) or str(facts.duty.law))
    if facts.duty.next_word:
        for language in LANGUAGES:
            if not facts.text("next_word", language):
                words = _(
                    "다음 안내를 언제 드리는지 날짜로 적어 주세요. 가능성만 알릴 때는 다시 알린다는 것도 알려야 해요."
                )
                yield Finding("next_word_missing", "next_word", language, words, str(facts.duty.law))


def _contacts(facts: Facts) -> Iterator[Finding]:
    if "whom_to_ask" not in facts.carried:
        return
    said = texts.reference("whom_to_ask")
    reachable = [one for one in facts.contacts if _reaches(one.kind, one.value)]
    if not facts.contacts:
        yield Finding("contact_none", "contact_points", "", _("연락처: 이 사고에 물어볼 곳이 하나도 없어요"), said)
    elif not reachable:
        words = _("연락처: 걸 수 있는 전화번호도, 쓸 수 있는 이메일 주소도 없어요.")
        yield Finding("contact_unreachable", "contact_points", "", words, said)
    elif not any(one.has_hours for one in reachable):
        yield Finding("contact_no_hours", "contact_points", "", _("연락처: 여는 시간이 적힌 곳이 하나도 없어요."), said)
    for language in LANGUAGES:
        if not facts.department.get(language, "").strip():
            words = _("피해 신고를 받는 부서의 이름이 사고의 사실에 없어요.")
            yield Finding("no_department", "contact_points", language, words, said)
    known = {re.sub(r"\D", "", one.value) for one in facts.contacts} | facts.own_phones | wording.PUBLIC_PHONES
    for key, text in facts.texts.items():
        name, _underline, language = key.rpartition("_")
        for digits, written in figures.phones(text).items():
            if digits in known:
                continue
            weight = Weight.BLOCKS if name == "whom_to_ask" else Weight.MAY_BE_SET_ASIDE
            words = _("%(phone)s: 이 사고의 연락처에도 알려진 기관의 번호에도 없어요.") % {"phone": written}
            yield Finding("phone_not_known", name, language, words, said, weight, written)


def _reaches(kind: str, value: str) -> bool:
    if kind == "email":
        return bool(ADDRESS.fullmatch(value.strip()))
    digits = re.sub(r"\D", "", value)
    return 3 <= len(digits) <= 12 and len(set(digits)) > 1


def _item_seven(facts: Facts) -> Iterator[Finding]:
    if "further_matters" not in facts.carried or law.PRESCRIBED:
        return
    said = texts.reference("further_matters")
    for language in LANGUAGES:
        text = facts.text("further_matters", language)
        if not text:
            continue
        on = next((day.near(facts.today) for day in figures.days(text, language)), None)
        if on is None or law.nothing_prescribed(on)[language] != text:
            words = _(
                "시행령이 더 정한 것이 없을 때는 정해진 문장만 적어요. ‘더 정한 사항이 없다’는 문장을 넣어 주세요."
            )
            yield Finding("stored_sentence", "further_matters", language, words, said)
        elif on > facts.today:
            words = _("아직 오지 않은 날을 기준으로 적혀 있어요.")
            yield Finding("stored_sentence_day", "further_matters", language, words, said)
        elif facts.today - on > SENTENCE_IS_GOOD_FOR:
            words = _("기준일이 오래됐어요. 시행령을 다시 확인하고 문장을 새로 넣어 주세요.")
            yield Finding("stored_sentence_old", "further_matters", language, words, said, Weight.ADVICE)


def _title(facts: Facts) -> Iterator[Finding]:
    """The title says what kind of word this is, and neither more nor less."""
    for language in LANGUAGES:
        title = facts.text("title", language)
        if not title:
            continue
        maybe, was_not = wording.MAY_BE[language].search(title), wording.WAS_NOT[language].search(title)
        words = ""
        if facts.kind == NoticeKind.POSSIBLE and not maybe:
            words = _("아직 확실하지 않은데 제목은 확실하다고 해요. ‘유출됐을 수 있어요’처럼 적어 주세요.")
        elif is_all_clear(facts) and not was_not and not _lede_says_not(facts, language):
            words = _("제목이나 머리글에 누구의 정보가 유출되지 않았는지 적어 주세요.")
        elif facts.says_leaked and not is_all_clear(facts) and maybe:
            words = _("유출을 확인했는데 제목은 그럴 수 있다고만 해요. ‘유출됐어요’라고 적어 주세요.")
        if words:
            yield Finding("title_kind", "title", language, words, str(facts.duty.law), Weight.MAY_BE_SET_ASIDE, title)


def _lede_says_not(facts: Facts, language: str) -> bool:
    """An all-clear for some goes on telling the others, in the title too: to whom it clears it speaks below."""
    return not facts.clears_everybody and bool(wording.WAS_NOT[language].search(facts.text("lede", language)))

"""Faults that real notices had (COMPLAINTS, LAW), planted one at a time into a good one: each is found where it is, with its rule."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from django.utils import translation

from notices import linting, proofreading
from notices.linting import ContactFacts, ListFacts, Weight
from notices.linting.facts import Facts
from tests.notices import good

HELP = ContactFacts("phone", "1500-0000", True)
CONTACT = frozenset({"name", "phone", "email"})
CARD = CONTACT | {"card_number", "card_expiry", "cvc"}
POSSIBLE = {
    "title_ko": "고객 정보가 유출됐을 수 있어요",
    "title_en": "Customer data may have been leaked",
    "what_leaked_ko": "이름, 휴대전화 번호, 이메일이 나갔을 수 있어요.",
    "what_leaked_en": "Names, mobile numbers and e-mail addresses may have been taken.",
}
CLEAR = {"title_ko": "일부 고객의 정보는 유출되지 않았어요", "title_en": "Data of some customers was not leaked"}
ITEM = "개인정보 보호법 제34조 제1항 제%d호"
POSSIBLE_LAW = "개인정보 보호법 제34조 제2항, 시행령 제39조의2"
CLEAR_LAW = "개인정보 보호법 시행령 제39조의3 제3항"
HOUSE = "우리 글의 약속"
REGULATOR = "개인정보 보호위원회가 2025년 12월 3일에 요구한 것"


def listed(*sure: str, possible: frozenset[str] = frozenset()) -> ListFacts:
    return ListFacts(frozenset(sure), possible, 1284, 41)


def add(name: str, words: str) -> dict[str, Any]:
    """Words at the end of a text of the good notice."""
    return {"texts": {name: f"{good.facts().texts[name]}\n\n{words}"}}


def put(**texts: str) -> dict[str, Any]:
    return {"texts": texts}


def swap(name: str, this: str, that: str) -> dict[str, Any]:
    before = good.facts().texts[name]
    assert this in before
    return {"texts": {name: before.replace(this, that)}}


# What is planted, where it is found, by which rule, with which reference.
FAULTS: list[tuple[str, dict[str, Any], str, str, str]] = [
    # An item left out, or left empty in one language (COMPLAINTS 12; Art. 34(1)).
    ("item 1 empty", put(what_leaked_ko=" "), "what_leaked_ko", "empty", ITEM % 1),
    ("item 2 empty in English", put(when_and_how_en=""), "when_and_how_en", "empty", ITEM % 2),
    ("item 3 empty", put(what_to_do_ko=""), "what_to_do_ko", "empty", ITEM % 3),
    ("item 4 empty in English", put(what_we_do_en="\n"), "what_we_do_en", "empty", ITEM % 4),
    ("item 5 empty", put(whom_to_ask_ko=""), "whom_to_ask_ko", "empty", ITEM % 5),
    ("item 6 empty", put(your_rights_ko=""), "your_rights_ko", "empty", ITEM % 6),
    ("item 6 empty in English", put(your_rights_en=""), "your_rights_en", "empty", ITEM % 6),
    ("item 7 empty", put(further_matters_en=""), "further_matters_en", "empty", ITEM % 7),
    ("what changed is not said", put(changes_ko=""), "changes_ko", "empty", "제34조 제1항"),
    # Item 7: nothing but the stored sentence.
    ("item 7 in words of one's own", put(further_matters_ko="없음"), "further_matters_ko", "stored_sentence", ITEM % 7),
    ("item 7 used for something else", add("further_matters_en", "Watch out for calls."), "further_matters_en", "stored_sentence", ITEM % 7),
    ("item 7 as of a day to come", swap("further_matters_ko", "11월 22일", "11월 29일"), "further_matters_ko", "stored_sentence_day", ITEM % 7),
    # Items against the list (COMPLAINTS 5, 12, 13).
    ("an item of the list is left out", swap("what_leaked_ko", "이름, 휴대전화 번호, 이메일이", "이름, 이메일이"), "what_leaked_ko", "item_not_named", ITEM % 1),
    ("an item is left out in English only", swap("what_leaked_en", "Names, mobile numbers and", "Names and"), "what_leaked_en", "item_not_named", ITEM % 1),
    ("only the group is named", {"listed": listed(*CARD), **put(what_leaked_ko="이름, 휴대전화 번호, 이메일과 카드 정보가 나갔어요.")}, "what_leaked_ko", "item_not_named", ITEM % 1),
    ("an item that the list does not know", swap("what_leaked_ko", "이름, ", "이름, 계좌번호, "), "what_leaked_ko", "item_not_listed", ITEM % 1),
    ("the same in English", swap("what_leaked_en", "Names, ", "Names, card numbers, "), "what_leaked_en", "item_not_listed", ITEM % 1),
    ("an item is said not to have leaked and has", swap("what_leaked_ko", "주민등록번호는", "이메일과 주민등록번호는") | {"listed": listed("name", "phone", "rrn"), "not_leaked": ()}, "what_leaked_ko", "item_denied", ITEM % 1),
    ("not leaked, says the box; leaked, says the list", {"not_leaked": ("rrn", "email")}, "not_leaked", "not_leaked_against_list", ITEM % 1),
    ("not leaked, says the box; leaked, says the text", {"not_leaked": ("phone",), "listed": None}, "what_leaked_ko", "text_against_not_leaked", ITEM % 1),
    ("sure in the text, possible on the list", {"listed": listed("name", "phone", possible=frozenset({"email"}))}, "what_leaked_ko", "item_only_possible", ITEM % 1),
    ("an item of the incident's own is left out", {"listed": listed(*CONTACT, "passport")}, "what_leaked_ko", "item_not_named", ITEM % 1),
    ("no item is named at all", put(what_leaked_ko="고객 정보가 나갔어요.") | {"listed": None}, "what_leaked_ko", "no_item_named", ITEM % 1),
    # Item 3 wants concrete steps.
    ("no step, only good wishes", put(what_to_do_ko="각별한 주의를 부탁드려요."), "what_to_do_ko", "no_step", ITEM % 3),
    ("no step in English", put(what_to_do_en="Please be careful. Call 1500-0000."), "what_to_do_en", "no_step", ITEM % 3),
    ("no step for a leaked card", {"listed": listed(*CARD)}, "what_to_do_ko", "no_step", ITEM % 3),
    ("no step for a leaked account", {"listed": listed(*CONTACT, "account")}, "what_to_do_en", "no_step", ITEM % 3),
    # Item 5: somebody must be there.
    ("nobody to ask", {"contacts": ()}, "contact_points", "contact_none", ITEM % 5),
    ("a number that is none", {"contacts": (ContactFacts("phone", "0000", True),)}, "contact_points", "contact_unreachable", ITEM % 5),
    ("an e-mail address that is none", {"contacts": (ContactFacts("email", "help@", True),)}, "contact_points", "contact_unreachable", ITEM % 5),
    ("no hours anywhere", {"contacts": (replace(HELP, has_hours=False),)}, "contact_points", "contact_no_hours", ITEM % 5),
    ("no department", {"department": {"ko": "", "en": "Centre"}}, "contact_points_ko", "no_department", ITEM % 5),
    ("an old number in item 5", add("whom_to_ask_ko", "1588-1234로 전화해 주세요."), "whom_to_ask_ko", "phone_not_known", ITEM % 5),
    ("a strange number in item 3", add("what_to_do_en", "Call 02-123-4567."), "what_to_do_en", "phone_not_known", ITEM % 5),
    # Soft words (COMPLAINTS 12; LOOK 5).
    ("a leak is called an exposure", swap("title_ko", "유출됐어요", "노출됐어요"), "title_ko", "soft_word", REGULATOR),
    ("in scare quotes too", swap("lede_ko", "밖으로 나갔어요", "‘노출’됐어요"), "lede_ko", "soft_word", REGULATOR),
    ("exposure in English", swap("title_en", "leaked", "exposed"), "title_en", "soft_word", REGULATOR),
    ("exposure in the easy text", add("lede_easy", "정보가 노출됐어요."), "lede_easy", "soft_word", REGULATOR),
    ("worry instead of facts", add("lede_ko", "개인정보 유출이 우려됩니다."), "lede_ko", "soft_word", HOUSE),
    ("may have been impacted", add("lede_en", "Your data may have been impacted."), "lede_en", "soft_word", HOUSE),
    ("an incident", swap("lede_en", "got out", "was involved in an incident"), "lede_en", "soft_word", HOUSE),
    ("sorry for the inconvenience", add("lede_ko", "고객님께 불편을 드려 죄송합니다."), "lede_ko", "soft_word", HOUSE),
    ("your generous understanding", add("lede_ko", "고객 여러분의 너그러운 이해를 구해요."), "lede_ko", "soft_word", HOUSE),
    ("only a small part", add("what_leaked_ko", "극히 일부 고객이에요."), "what_leaked_ko", "soft_word", HOUSE),
    ("rejection", add("what_we_do_ko", "신청은 반려될 수 있어요."), "what_we_do_ko", "soft_word", HOUSE),
    ("kindly be advised", add("what_to_do_ko", "유의하시기 바랍니다."), "what_to_do_ko", "soft_word", HOUSE),
    ("shouting", add("what_to_do_ko", "지금 전화하세요!"), "what_to_do_ko", "shouting", HOUSE),
    ("a picture", add("lede_en", "We are sorry 🙏"), "lede_en", "shouting", HOUSE),
    # Days that contradict the incident (COMPLAINTS 13).
    ("began on another day", swap("when_and_how_ko", "10월 28일부터", "10월 30일부터"), "when_and_how_ko", "day_it_began", ITEM % 2),
    ("ended on another day", swap("when_and_how_en", "to 17 November", "to 15 November"), "when_and_how_en", "day_it_ended", ITEM % 2),
    ("two days of one month, the wrong ones", {"began": dt.datetime(2026, 11, 2, 1, 0, tzinfo=good.SEOUL), **put(when_and_how_ko="11월 2일부터 16일까지 누군가 들어왔어요.")}, "when_and_how_ko", "day_it_ended", ITEM % 2),
    ("the same in English", {"began": dt.datetime(2026, 11, 2, 1, 0, tzinfo=good.SEOUL), **put(when_and_how_en="From 3 to 17 November, somebody broke in.")}, "when_and_how_en", "day_it_began", ITEM % 2),
    ("another day behind a stroke", put(when_and_how_ko="유출된 때: 2026. 10. 28. 02:14 ~ 2026. 11. 15. 23:40"), "when_and_how_ko", "day_it_ended", ITEM % 2),
    ("the lede says other days", swap("lede_ko", "11월 17일 사이", "11월 15일 사이"), "lede_ko", "day_it_ended", HOUSE),
    ("learned on another day", swap("when_and_how_ko", "11월 18일 09:20", "11월 20일 09:20"), "when_and_how_ko", "day_we_learned", ITEM % 2),
    ("learned at another hour", swap("when_and_how_en", "at 09:20", "at 11:20"), "when_and_how_en", "time_we_learned", ITEM % 2),
    ("a day to come in item 2", add("when_and_how_ko", "12월 3일에 서버를 끊었어요."), "when_and_how_ko", "day_to_come", ITEM % 2),
    ("a day before the leak", add("when_and_how_en", "We saw the first signs on 1 October 2026."), "when_and_how_en", "day_before_the_leak", ITEM % 2),
    ("the thirty-first of November", add("when_and_how_ko", "2026년 11월 31일에 서버를 끊었어요."), "when_and_how_ko", "no_such_day", ITEM % 2),
    # Promises without a day (COMPLAINTS 15; LOOK 5).
    ("soon", add("lede_ko", "결과는 곧 알려 드릴게요."), "lede_ko", "promise_without_day", HOUSE),
    ("as fast as possible", add("what_we_do_ko", "조속히 조치할게요."), "what_we_do_ko", "promise_without_day", ITEM % 4),
    ("without delay", add("what_we_do_ko", "결과는 지체 없이 알려 드려요."), "what_we_do_ko", "promise_without_day", ITEM % 4),
    ("at a later time", add("what_we_do_ko", "추후 홈페이지에 안내해 드려요."), "what_we_do_ko", "promise_without_day", ITEM % 4),
    ("soon in English", add("lede_en", "We will tell you more soon."), "lede_en", "promise_without_day", HOUSE),
    ("as soon as possible", add("what_we_do_en", "We will reply as soon as possible."), "what_we_do_en", "promise_without_day", ITEM % 4),
    ("when it is known, and the next word has no day", put(next_word_ko="", next_word_en="", lede_ko="고객 정보가 나갔어요. 확인하는 대로 알려 드려요."), "lede_ko", "promise_without_day", HOUSE),
    ("the next word has no day", put(next_word_ko="새 사실 확인 즉시"), "next_word_ko", "next_word_without_day", "제34조 제1항"),
    ("the next word was due yesterday", put(next_word_en="by 21 November"), "next_word_en", "next_word_past", "제34조 제1항"),
    # Addresses, advertising, what was not filled in (COMPLAINTS 4, 12, 16).
    ("a link", add("what_to_do_ko", "https://check.hanbitcard.example 에서 보세요."), "what_to_do_ko", "address", HOUSE),
    ("a bare domain", add("what_to_do_en", "See hanbitcard.com for more."), "what_to_do_en", "address", HOUSE),
    ("an e-mail address that is not ours", add("whom_to_ask_ko", "이메일은 help@other.example 이에요."), "whom_to_ask_ko", "address", HOUSE),
    ("a coupon", add("what_we_do_ko", "모든 고객께 할인 쿠폰을 드려요."), "what_we_do_ko", "advertising", HOUSE),
    ("an offer in English", add("what_we_do_en", "Enjoy our special offer on travel."), "what_we_do_en", "advertising", HOUSE),
    ("a brace", add("lede_ko", "{고객명} 님께 알려 드려요."), "lede_ko", "placeholder", HOUSE),
    ("a bracket", add("what_we_do_en", "You hear from us by [insert date]."), "what_we_do_en", "placeholder", ITEM % 4),
    ("circles for a day", add("when_and_how_ko", "○○월에 알았어요."), "when_and_how_ko", "placeholder", ITEM % 2),
    ("to be done", add("your_rights_en", "TBD"), "your_rights_en", "placeholder", ITEM % 6),
    # One language says another number than the other.
    ("another sum in English", swap("your_rights_en", "₩3,000,000", "₩300,000"), "your_rights_en", "figures_differ", ITEM % 6),
    ("a sum only in Korean", add("what_we_do_ko", "5만 원을 드려요."), "what_we_do_en", "figures_differ", ITEM % 4),
    ("another number to call in English", swap("your_rights_en", "1833-6972", "1332"), "your_rights_en", "figures_differ", ITEM % 6),
    ("another day in Korean", swap("next_word_ko", "11월 24일", "11월 25일"), "next_word_ko", "figures_differ", HOUSE),
    ("other people in English", put(lede_ko="고객 1,284명의 정보가 나갔어요.", lede_en="Data of 1,248 customers got out."), "lede_en", "figures_differ", HOUSE),
    ("another day in the easy text", swap("when_and_how_easy", "11월 17일", "11월 16일"), "when_and_how_easy", "figures_differ", ITEM % 2),
    # What the kind of notice asks for (Art. 34(2), Decree Art. 39-2 and 39-3).
    ("only possible, says so nowhere", {"kind": "possible", "listed": listed(possible=CONTACT), "told": ()}, "title_ko", "title_kind", POSSIBLE_LAW),
    ("only possible, and no further word", {"kind": "possible", "listed": listed(possible=CONTACT), "told": (), "texts": {**POSSIBLE, "next_word_ko": "", "next_word_en": ""}}, "next_word_en", "next_word_missing", POSSIBLE_LAW),
    ("confirmed, says only that it may be", put(title_ko=POSSIBLE["title_ko"]), "title_ko", "title_kind", "제34조 제1항"),
    ("still only possible, and the list is sure", {"kind": "possible", "texts": POSSIBLE}, "kind", "kind_against_list", "시행령 제39조의3 제2항"),
    ("a correction of a possible leak that the list confirms", {"kind": "correction"}, "kind", "kind_against_list", "시행령 제39조의3 제2항"),
    ("confirmed, and the list is not", {"listed": listed(possible=CONTACT)}, "kind", "kind_against_list", "제34조 제1항"),
    ("further facts come first", {"kind": "further", "told": ()}, "kind", "kind_order", "시행령 제39조 제2항"),
    ("possible again after it was confirmed", {"kind": "possible", "told": (("confirmed", ""),), "texts": POSSIBLE, "listed": None}, "kind", "kind_order", POSSIBLE_LAW),
    ("all clear for everybody after it was confirmed", {"kind": "not_leaked", "cleared": "everybody", "told": (("confirmed", ""),), "texts": CLEAR, "listed": None}, "kind", "kind_order", CLEAR_LAW),
    ("all clear, for whom?", {"kind": "not_leaked", "texts": CLEAR, "listed": None}, "cleared", "cleared_for_whom", CLEAR_LAW),
    ("all clear for groups, which?", {"kind": "not_leaked", "cleared": "tiers", "texts": CLEAR, "cleared_people": 3}, "cleared", "cleared_for_whom", CLEAR_LAW),
    ("all clear for everybody with people on the list", {"kind": "not_leaked", "cleared": "everybody", "texts": CLEAR}, "cleared", "cleared_against_list", CLEAR_LAW),
    ("all clear for nobody", {"kind": "not_leaked", "cleared": "off_list", "texts": CLEAR, "told": (("confirmed", ""),), "cleared_people": 0}, "cleared", "nobody_cleared", CLEAR_LAW),
    ("all clear, says the title not", {"kind": "not_leaked", "cleared": "off_list", "told": (("confirmed", ""),), "cleared_people": 12}, "title_en", "title_kind", CLEAR_LAW),
    # An easy text that stops halfway.
    ("half an easy text", put(your_rights_easy=""), "your_rights_easy", "easy_half", "쉬운 글의 약속"),
]  # fmt: skip


def with_(planted: dict[str, Any]) -> Facts:
    return good.facts(**planted)


@pytest.fixture(autouse=True)
def in_korean():
    with translation.override("ko"):
        yield


@pytest.mark.parametrize(
    ("planted", "place", "rule", "law"), [fault[1:] for fault in FAULTS], ids=[one[0] for one in FAULTS]
)
def test_each_planted_fault_is_found_in_its_place_with_its_rule_of_law(
    planted: dict[str, Any], place: str, rule: str, law: str
):
    found = [one for one in good.blocking(with_(planted)) if one.rule == rule]
    places = {f"{one.field}_{one.language}".rstrip("_"): one for one in found}
    assert place in places, found
    assert law in places[place].law
    assert places[place].words


def test_the_good_notice_has_nothing_wrong_with_it_in_either_language():
    for language in ("ko", "en"):
        with translation.override(language):
            assert linting.findings(good.facts()) == []


HARMLESS: list[tuple[str, dict[str, Any]]] = [
    ("the name of a system of the supervisory service", add("what_to_do_ko", "금융감독원의 ‘개인정보노출자 사고예방시스템’에 등록하세요.")),
    ("the same with a space", add("what_to_do_ko", "개인정보 노출자 사고예방시스템에 등록하세요.")),
    ("that system in English", add("what_to_do_en", "Register with the exposed-person registry of the Financial Supervisory Service.")),
    ("it says that it does not use the word", add("lede_ko", "이것은 노출이 아니라 유출이에요.")),
    ("the word as a word", add("lede_ko", "우리는 이 일을 ‘노출’이라고 부르지 않아요.")),
    ("not an exposure, a leak", add("lede_en", "This is not an exposure, it is a leak.")),
    ("a denial in the same sentence", swap("what_leaked_ko", "이메일이 나갔어요. 주민등록번호는 나가지 않았어요.", "이메일이 나갔지만 주민등록번호와 계좌번호는 나가지 않았어요.")),
    ("a list under a heading that denies", swap("what_leaked_ko", "주민등록번호는 나가지 않았어요.", "\n\n나가지 않은 정보:\n- 주민등록번호\n- 계좌번호")),
    ("what is not known yet", add("what_leaked_ko", "카드번호가 나갔는지는 조사하고 있어요.")),
    ("what is not known yet, in English", add("what_leaked_en", "We are still finding out whether card numbers were.")),
    ("an e-mail address is no postal one", swap("what_leaked_ko", "이메일이", "이메일 주소가")),
    ("other usual names", put(what_leaked_ko="성명, 전화번호, 전자우편이 나갔어요.", what_leaked_en="Full names, phone numbers and email addresses were taken.")),
    ("a name with bold marks", swap("what_leaked_ko", "이름", "**이름**")),
    ("soon after", add("when_and_how_en", "We cut the server off soon after.")),
    ("a promise with its days", add("what_we_do_ko", "신속히 살펴보고 11월 30일까지 알려 드려요.") | {"texts": {**add("what_we_do_ko", "신속히 살펴보고 11월 30일까지 알려 드려요.")["texts"], **add("what_we_do_en", "We will look into it promptly and tell you by 30 November.")["texts"]}}),
    ("what was done quickly", add("what_we_do_ko", "서버를 신속히 끊었어요.")),
    ("paid first, settled later", add("what_we_do_ko", "먼저 보상하고 나중에 정산해요.")),
    ("what was done without delay", add("what_we_do_ko", "지체 없이 서버를 끊었어요.")),
    ("immediately, as an order", add("what_to_do_ko", "돈이 나갔으면 곧바로 112에 전화하세요.")),
    ("when it is known, and the next word has its day", add("lede_ko", "확인하는 대로 다시 알려 드려요.")),
    ("our own e-mail address", add("whom_to_ask_ko", "이메일은 help@hanbitcard.example 이에요.")),
    ("numbers of public bodies", add("what_to_do_ko", "112, 118, 1332에 전화해도 돼요.")),
    ("no offer, said so", add("what_we_do_ko", "쿠폰으로 보상하지 않아요.")),
    ("rights are not an offer", add("your_rights_en", "Accepting advance compensation or any other offer from us takes none of these rights away.")),
    ("a sum in other words", swap("your_rights_en", "₩3,000,000", "3 million won")),
    ("a day in the American way", swap("next_word_en", "by 24 November", "by November 24, 2026")),
    ("an hour in another way", swap("when_and_how_en", "at 09:20", "at 9:20 am")),
    ("hours beside the days", {"texts": {"when_and_how_ko": "2026년 10월 28일 02:14부터 11월 17일 23:40까지 누군가 들어왔어요.", "when_and_how_en": "From 28 October 2026 02:14 to 17 November 23:40, an intruder came in.", "when_and_how_easy": "10월 28일부터였어요."}}),
    ("ended at midnight", {"ended": dt.datetime(2026, 11, 18, 0, 0, tzinfo=good.SEOUL)}),
    ("days after it was learned", {"texts": {name: f"{good.facts().texts[name]} {words}" for name, words in (("when_and_how_ko", "11월 19일에 서버를 모두 바꿨어요."), ("when_and_how_en", "We replaced the servers on 19 November."))}}),
    ("no list answers yet", {"listed": None}),
    ("a possible item beside sure ones", {"listed": listed(*CONTACT, possible=frozenset({"ci"})), "texts": {"what_leaked_ko": "이름, 휴대전화 번호, 이메일이 나갔고 연계정보(CI)는 나갔을 수 있어요.", "what_leaked_en": "Names, mobile numbers and e-mail addresses were taken; CI may have been taken.", "what_to_do_ko": "사칭 전화를 의심하고 끊으세요. 안심차단을 신청하세요.", "what_to_do_en": "Do not open links in texts. Ask for the safe-block."}}),
    ("a possible leak", {"kind": "possible", "texts": POSSIBLE, "listed": listed(possible=CONTACT), "told": ()}),
    ("a second possible leak", {"kind": "possible", "texts": POSSIBLE, "listed": None}),
    ("a possible leak without items 6 and 7", {"kind": "possible", "told": (), "listed": None, "texts": {**POSSIBLE, **{f"{name}_{code}": "" for name in ("your_rights", "further_matters") for code in ("ko", "en", "easy")}}}),
    ("a first confirmed one says nothing of changes", {"told": (), "texts": {f"changes_{code}": "" for code in ("ko", "en", "easy")}}),
    ("a correction after it was confirmed", {"kind": "correction", "told": (("possible", ""), ("confirmed", ""))}),
    ("all clear for some", {"kind": "not_leaked", "cleared": "off_list", "cleared_people": 12, "told": (("confirmed", ""),), "texts": CLEAR}),
    ("all clear for a group", {"kind": "not_leaked", "cleared": "tiers", "cleared_tiers": (0,), "cleared_people": 12, "told": (("confirmed", ""),), "texts": CLEAR}),
    ("all clear for everybody", {"kind": "not_leaked", "cleared": "everybody", "listed": None, "texts": {**CLEAR, **{f"{name}_{code}": "" for name in ("what_leaked", "when_and_how", "what_to_do", "what_we_do", "your_rights", "further_matters") for code in ("ko", "en", "easy")}}}),
    ("no easy text at all", put(**{name: "" for name in good.facts().texts if name.endswith("_easy")})),
    ("item 7's easy sentence alone is no easy text", put(**{name: "" for name in good.facts().texts if name.endswith("_easy") and name != "further_matters_easy"})),
]  # fmt: skip


@pytest.mark.parametrize("planted", [one[1] for one in HARMLESS], ids=[one[0] for one in HARMLESS])
def test_what_is_harmless_stands_in_nobody_s_way(planted: dict[str, Any]):
    assert good.blocking(with_(planted)) == []


def advice(planted: dict[str, Any]) -> list[tuple[str, str]]:
    found = linting.findings(with_(planted))
    return [(one.rule, f"{one.field}_{one.language}") for one in found if one.weight is Weight.ADVICE]


@pytest.mark.parametrize(
    ("planted", "rule", "place"),
    [
        (add("lede_easy", "나쁜 사람이 우리 회사 컴퓨터에 몰래 들어와서 손님의 이름과 전화번호와 이메일을 모두 가져갔어요."), "easy_long", "lede_easy"),
        (add("your_rights_easy", "손해배상을 청구하세요."), "easy_hard_word", "your_rights_easy"),
        (add("what_we_do_easy", "드리지 않을 수 없어요."), "easy_twisted", "what_we_do_easy"),
        ({"before": {**good.facts().texts, "what_we_do_ko": "- 길을 막고 있어요."}}, "easy_as_before", "what_we_do_easy"),
        (put(**{name: "" for name in good.facts().texts if name.endswith("_easy")}), "easy_none", "title_easy"),
        (swap("further_matters_ko", "11월 22일", "11월 10일") | {"texts": {f"further_matters_{code}": words for code, words in linting.law_rules.law.nothing_prescribed(dt.date(2026, 11, 10)).items()}}, "stored_sentence_old", "further_matters_ko"),
        (put(lede_ko="고객 9,999명의 정보가 나갔어요.", lede_en="Data of 9,999 customers got out."), "people_differ", "lede_ko"),
    ],
)  # fmt: skip
def test_advice_stands_beside_and_blocks_nothing(planted: dict[str, Any], rule: str, place: str):
    assert (rule, place) in advice(planted)
    assert good.blocking(with_(planted)) == []


def test_an_easy_word_explained_is_not_a_hard_one():
    explained = add("what_we_do_easy", "선보상(먼저 드리는 돈)을 신청하세요.")
    assert ("easy_hard_word", "what_we_do_easy") not in advice(explained)


def test_what_stands_in_the_data_is_never_set_aside_and_what_words_only_look_like_may_be():
    def aside(planted: dict[str, Any], rule: str) -> set[bool]:
        return {one.may_be_set_aside for one in good.blocking(with_(planted)) if one.rule == rule}

    assert aside(put(what_leaked_ko=""), "empty") == {False}
    assert aside({"contacts": ()}, "contact_none") == {False}
    assert aside(swap("what_leaked_ko", "이름, ", ""), "item_not_named") == {False}
    assert aside(put(next_word_ko="나중에"), "next_word_without_day") == {False}
    assert aside(add("what_we_do_ko", "5만 원을 드려요."), "figures_differ") == {True}

    found = linting.findings(with_(add("what_we_do_ko", "5만 원을 드려요.") | {"contacts": ()}))
    [differ] = [one for one in found if one.rule == "figures_differ"]
    [nobody] = [one for one in found if one.rule == "contact_none"]
    assert proofreading.in_the_way(found, set_aside={differ.key, nobody.key}) == [nobody]


def test_a_finding_s_key_is_of_the_very_words():
    def key(words: str) -> str:
        [one] = [one for one in good.blocking(with_(add("what_we_do_ko", words))) if one.rule == "figures_differ"]
        return one.key

    assert key("5만 원을 드려요.") == key("그리고 5만 원을 드려요.")
    assert key("5만 원을 드려요.") != key("6만 원을 드려요.")


def test_what_the_linter_says_it_says_in_the_reader_s_language():
    planted = with_(swap("title_ko", "유출됐어요", "노출됐어요"))
    with translation.override("en"):
        [english] = [one for one in good.blocking(planted) if one.rule == "soft_word"]
    [korean] = [one for one in good.blocking(planted) if one.rule == "soft_word"]
    assert "노출" in korean.words
    assert english.words != korean.words
    assert english.key == korean.key

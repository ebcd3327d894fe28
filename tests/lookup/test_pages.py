"""Every page: works, refuses the wrong method, refuses a stranger, does nothing the second time, survives what is typed."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from breachdesk.limits.models import Spent
from delivery.models import Message
from lookup.forms import ContactForm, WhoForm, birth_date
from lookup.models import Challenge, Proof, StepMark
from tests.lookup.conftest import MINJI, SEOYOUNG, Visitor

pytestmark = pytest.mark.django_db

PUBLIC = {"/lookup/": "get", "/lookup/start/": "post", "/lookup/ended/": "get", "/lookup/end/": "post"}
WITH_CODE = {"/lookup/code/": "both", "/lookup/code/again/": "post"}
PROVEN = {"/lookup/who/": "both", "/lookup/answer/": "get", "/lookup/answer/demo/": "get", "/lookup/stay/": "post"}
OF_A_PERSON = {"/lookup/again/": "both", "/lookup/again/send/": "post", "/lookup/steps/": "post"}
ALL = PUBLIC | WITH_CODE | PROVEN | OF_A_PERSON
ROOTS = ["", "/en"]

HOSTILE = [
    "",
    " ",
    "\0",
    "010-1234\0-5678",
    "김서영😀👩‍👩‍👧",
    "😀" * 50,
    "<script>alert(1)</script>",
    "{{ 7*7 }}{% load x %}",
    "' OR 1=1 --",
    "=HYPERLINK(1)",
    "٠١٠١٢٣٤٥٦٧٨",
    "\u202e8765-4321-010",
    "가" * 100_000,
    "a" * 1_000_000,
    "%00%0d%0aSet-Cookie: x=1",
    "ﷺ" * 3000,
    "-1",
    "99999999",
    "20260230",
    "20991231",
]


@pytest.mark.parametrize("root", ROOTS)
@pytest.mark.parametrize(("path", "method"), ALL.items())
def test_the_wrong_method_is_refused(visitor, root, path, method):
    visitor.look_up(SEOYOUNG)
    wrong = {"get": ["post", "put", "delete", "patch"], "post": ["put", "delete"], "both": ["put", "delete"]}
    for each in wrong[method]:
        assert getattr(visitor, each)(root + path).status_code == 405, each
    assert not StepMark.objects.exists()


LED_TO = {
    "/lookup/start/": "/lookup/",
    "/lookup/code/again/": "/lookup/code/",
    "/lookup/again/send/": "/lookup/again/",
    "/lookup/steps/": "/lookup/answer/",
    "/lookup/end/": "/lookup/",
}


@pytest.mark.parametrize("root", ROOTS)
@pytest.mark.parametrize(("path", "page"), LED_TO.items())
def test_whoever_opens_an_address_that_is_posted_to_is_led_to_its_form_and_nothing_happens(visitor, root, path, page):
    visitor.look_up(SEOYOUNG)
    before = Message.objects.count(), Proof.objects.filter(ended_at=None).count()
    assert visitor.get(root + path)["Location"] == root + page
    assert (Message.objects.count(), Proof.objects.filter(ended_at=None).count()) == before
    assert visitor.get("/lookup/stay/").status_code == 405


@pytest.mark.parametrize("root", ROOTS)
@pytest.mark.parametrize("path", [*WITH_CODE, *PROVEN, *OF_A_PERSON])
def test_a_stranger_is_sent_to_the_beginning_and_nothing_happens(incident, root, path):
    for stranger, method in ((Client(), ALL[path]), (Client(), "post")):
        act = stranger.get if method in ("get", "both") else stranger.post
        if method == "post" and ALL[path] == "get":
            continue
        answer = act(root + path)
        assert answer.status_code == 302
        assert answer["Location"].partition("?")[0] == f"{root}/lookup/"
    assert not Message.objects.exists()
    assert not Proof.objects.exists()


@pytest.mark.parametrize("path", OF_A_PERSON)
def test_whoever_matched_nobody_is_sent_to_their_answer(visitor, path):
    visitor.prove("010-0000-9999")
    visitor.say_who("최도윤")
    act = visitor.post if OF_A_PERSON[path] == "post" else visitor.get
    assert act(path)["Location"] == "/lookup/answer/"


@pytest.mark.parametrize("root", ROOTS)
def test_every_page_works_in_both_languages(visitor, root):
    pages = [visitor.get(f"{root}/lookup/"), visitor.get(f"{root}/lookup/ended/")]
    visitor.ask(SEOYOUNG["phone"])
    pages.append(visitor.get(f"{root}/lookup/code/"))
    visitor.enter(visitor.last_code)
    pages.append(visitor.get(f"{root}/lookup/who/"))
    visitor.say_who(SEOYOUNG["name"], "19860412")
    pages += [
        visitor.get(f"{root}/lookup/answer/"),
        visitor.get(f"{root}/lookup/again/"),
        visitor.get(f"{root}/lookup/"),
    ]
    for page in pages:
        html = page.content.decode()
        assert page.status_code == 200
        assert f'lang="{root.strip("/") or "ko"}"' in html
        assert not re.search(r"\sstyle=|<script>|\son[a-z]+=", html), "nothing that the policy would refuse"
        assert html.count("<h1") == 1
        assert "{{" not in html
        assert "{%" not in html


def test_the_second_click_on_send_me_a_code_sends_no_second(visitor):
    assert visitor.ask(SEOYOUNG["phone"]).status_code == 302
    again = visitor.ask(SEOYOUNG["phone"])
    assert again.status_code == 429
    assert "이미 받은 인증번호 적기" in again.content.decode()
    assert Message.objects.count() == Challenge.objects.count() == 1


def test_a_second_code_may_be_asked_for_after_a_minute_and_the_countdown_says_when(visitor, now):
    visitor.ask(SEOYOUNG["phone"])
    first = visitor.last_code
    page = visitor.get("/lookup/code/").content.decode()
    assert re.search(r'aria-disabled="true" data-seconds="(60|59|58)"', page)
    refused = visitor.post("/lookup/code/again/")
    assert refused.status_code == 429
    assert "부터 다시 받을 수 있어요." in refused.content.decode()

    Spent.objects.all().delete()
    assert visitor.post("/lookup/code/again/")["Location"] == "/lookup/code/"
    assert Message.objects.count() == 2
    assert visitor.enter(visitor.last_code)["Location"] == "/lookup/who/"
    assert first


# Who may post the first form: it stands on a page that is one file for everybody, so it cannot hold a token.


def test_the_first_form_is_taken_from_our_own_pages():
    for headers in (
        {"origin": "http://testserver"},
        {"sec-fetch-site": "same-origin"},
        {"origin": "http://testserver", "sec-fetch-site": "same-origin"},
    ):
        Spent.objects.all().delete()
        visitor = Client(enforce_csrf_checks=True)
        assert visitor.post("/lookup/start/", {"contact": SEOYOUNG["phone"]}, headers=headers).status_code == 302


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "http://testserver", "sec-fetch-site": "cross-site"},
        {"origin": "https://evil.example", "sec-fetch-site": "same-origin"},
    ],
)
def test_and_from_nowhere_else(headers):
    visitor = Client(enforce_csrf_checks=True)
    answer = visitor.post("/lookup/start/", {"contact": SEOYOUNG["phone"]}, headers=headers)
    assert answer.status_code == 403
    assert not Message.objects.exists()


def test_a_browser_that_says_nothing_of_itself_needs_the_token():
    visitor = Client(enforce_csrf_checks=True)
    page = visitor.get("/lookup/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    fields = {"contact": SEOYOUNG["phone"], "csrfmiddlewaretoken": token}
    assert visitor.post("/lookup/start/", fields)["Location"] == "/lookup/code/"


@pytest.mark.parametrize("path", ["/lookup/code/", "/lookup/who/", "/lookup/steps/", "/lookup/end/", "/lookup/stay/"])
def test_every_other_form_needs_its_token(path):
    assert Client(enforce_csrf_checks=True).post(path, headers={"origin": "https://evil.example"}).status_code == 403


# What is typed.


@pytest.mark.parametrize("typed", HOSTILE)
def test_whatever_is_typed_is_answered_in_words(incident, typed):
    visitor = Visitor()
    answer = visitor.ask(typed)
    assert answer.status_code == 422
    assert "휴대전화 번호나 이메일 주소를 적어 주세요." in answer.content.decode()
    assert "오류: " in answer.content.decode()

    visitor.ask(SEOYOUNG["phone"])
    answer = visitor.enter(typed)
    assert answer.status_code == 422
    assert "인증번호 6자리를 숫자로 적어 주세요." in answer.content.decode()

    visitor.enter(visitor.last_code)
    answer = visitor.say_who("김서영", typed)
    assert answer.status_code == 422
    assert "생년월일 8자리를 적어 주세요." in answer.content.decode()
    answer = visitor.say_who(typed, "19860412")
    assert answer.status_code in (302, 422)
    page = visitor.get("/lookup/answer/" if answer.status_code == 302 else "/lookup/who/")
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()
    assert not Message.objects.exclude(occasion="one_time_code").exists()


def test_a_form_without_its_fields_or_with_files_in_their_place_is_answered_in_words(incident):
    from django.core.files.uploadedfile import SimpleUploadedFile

    visitor = Visitor()
    assert visitor.post("/lookup/start/", headers={"origin": "http://testserver"}).status_code == 422
    file = {"contact": SimpleUploadedFile("x.txt", b"x")}
    assert visitor.post("/lookup/start/", file, headers={"origin": "http://testserver"}).status_code == 422
    for content_type in ("application/json", "text/plain", "multipart/form-data; boundary=x"):
        answer = visitor.post(
            "/lookup/start/", b"\xff\xfe{", content_type=content_type, headers={"origin": "http://testserver"}
        )
        assert answer.status_code in (400, 422)


@pytest.mark.parametrize("charset", ["unicode_escape", "utf-16", "utf-7", "punycode", "rot13", "no-such-charset"])
def test_an_odd_charset_is_refused_in_words(visitor, charset):
    half = b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n\\ud800\r\n'

    def post(path: str, *names: str):
        body = b"".join(half % name.encode() for name in names) + b"--x--\r\n"
        return visitor.generic("POST", path, body, f"multipart/form-data; boundary=x; charset={charset}")

    visitor.prove(SEOYOUNG["phone"])
    for answer in (post("/lookup/start/", "contact"), post("/lookup/who/", "name", "birth_date")):
        assert answer.status_code == 400
        assert "보낸 내용을 읽을 수 없어요" in answer.content.decode()


def test_half_characters_in_utf_8_are_read_as_unreadable(visitor):
    body = b"contact=%ED%A0%80"
    answer = visitor.generic(
        "POST", "/lookup/start/", body, "application/x-www-form-urlencoded", headers={"origin": "http://testserver"}
    )
    assert answer.status_code == 422


def test_a_body_that_is_too_large_is_refused_in_words(incident):
    answer = Visitor().ask("a" * 3_000_000)
    assert answer.status_code == 400
    assert "보낸 내용을 읽을 수 없어요" in answer.content.decode()


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("010 0000 1234", "+821000001234"),
        ("０１０－００００－１２３４", "+821000001234"),
        ("+82 10-0000-1234", "+821000001234"),
        ("SeoYoung@Mail.Example ", "seoyoung@mail.example"),
    ],
)
def test_a_contact_is_read_as_people_write_it(typed, value):
    form = ContactForm({"contact": typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["contact"].value == value


@pytest.mark.parametrize(
    "typed",
    [
        "19540302",
        "1954-03-02",
        "1954.3.2",
        "1954. 3. 2.",
        "1954년 3월 2일",
        "1954/03/02",
        "1954 03 02",
        "１９５４０３０２",
    ],
)
def test_a_birth_date_is_read_as_people_write_it(typed):
    assert birth_date(typed).isoformat() == "1954-03-02"


@pytest.mark.parametrize("typed", ["540302", "1954-13-02", "1954-02-30", "02031954", "1954", "18000101x", ""])
def test_what_is_no_birth_date_is_none(typed):
    assert birth_date(typed) is None or birth_date(typed).year < 1880


def test_a_birth_date_lies_in_the_past(now):
    form = WhoForm({"name": "김서영", "birth_date": "20991231"}, today=now.date())
    assert not form.is_valid()


# In English.


@pytest.mark.django_db
def test_the_refusals_of_a_code_have_their_words_in_english(incident, time_machine):
    visitor = Visitor()
    visitor.post("/en/lookup/start/", {"contact": "nobody"}, headers={"origin": "http://testserver"})
    begun = visitor.post("/en/lookup/start/", {"contact": SEOYOUNG["phone"]}, headers={"origin": "http://testserver"})
    assert begun["Location"] == "/en/lookup/code/"
    assert Message.objects.get().words.text.startswith("[Hanbit Card] Code ")
    assert len(Message.objects.get().words.text) <= 90

    def said(code: str) -> str:
        page = visitor.post("/en/lookup/code/", {"code": code}).content.decode()
        return re.search(r'id="id_code_error">.*?</span>(.*?)</span>', page, re.DOTALL)[1]

    wrong = "111111" if visitor.last_code != "111111" else "222222"
    assert said("12") == "Enter the 6 digits of the code."
    assert [said(wrong) for _ in range(5)] == [
        "That code is not right. You can try 4 more times.",
        "That code is not right. You can try 3 more times.",
        "That code is not right. You can try 2 more times.",
        "That code is not right. You can try 1 more time.",
        "All 5 tries were different, so we have stopped for now. Please get a new code.",
    ]
    assert said(visitor.last_code) == "All 5 tries were different, so we have stopped for now. Please get a new code."
    refused = visitor.post("/en/lookup/code/again/")
    assert re.search(r"You can get another code at this contact from \d+:?\d* [ap]m\.", refused.content.decode())


@pytest.mark.parametrize(
    ("person", "words"),
    [
        (SEOYOUNG, "김서영, 7 pieces of your data were leaked"),
        (MINJI, "박민지, your data may have been leaked"),
        ({"name": "최도윤", "birth_date": "2001-09-14", "phone": "010-0000-9999"}, "is not on the list of leaked data"),
    ],
)
def test_the_three_answers_in_english(visitor, person, words):
    visitor.look_up(person)
    page = visitor.get("/en/lookup/answer/").content.decode()
    assert words in page
    assert not re.search(r"\b(is|are) safe\b", page)


@pytest.mark.parametrize(("root", "words"), [("", "쿠키를 켜 주세요"), ("/en", "allow cookies")])
def test_a_browser_that_keeps_no_cookies_is_told_why_it_comes_back(incident, root, words):
    assert words not in Client().get(f"{root}/lookup/").content.decode()
    for posted in (False, True):
        stranger = Client()
        answer = (
            stranger.post(f"{root}/lookup/code/", {"code": "1"}) if posted else stranger.get(f"{root}/lookup/code/")
        )
        assert words in Client().get(answer["Location"]).content.decode()


def test_whoever_has_proved_already_is_not_told_to_ask_again(visitor):
    visitor.look_up(SEOYOUNG)
    answer = visitor.get("/lookup/code/", follow=True)
    assert "쿠키를 켜 주세요" not in answer.content.decode()
    assert "조회 결과 다시 보기" in answer.content.decode()

"""Every page that anybody may open, found by following links: its own preview, nothing from elsewhere, nothing advertised."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.django_db
START = ("/", "/en/", "/verify/", "/lookup/")
# What is not for the public, or is told apart elsewhere.
NOT_HERE = re.compile(r"^/(?:en/)?(?:admin|accounts|demo|static|display)/")
PROMOTION = re.compile(
    r"할인|쿠폰|사은품|경품|특가|적립|프로모션|쇼핑|이벤트|무료 체험|회원 ?가입|추천 상품|(?<!다른 )광고(?!는 보내지 않아요)"
    r"|\b(?:discount|coupon|promo\w*|sponsor\w*|advert\w*|special offer|free trial|sign up|bonus|cashback|sale)\b",
    re.I,
)
# What a form hands back is drawn anew each time, and may hold any letters.
DRAWN = re.compile(r'\bvalue="[^"]*"')
TRACKING = re.compile(
    r"gtag|google|facebook|fbq|pixel|analytics|beacon|kakao|naver|doubleclick|hotjar|utm_|\bping=|dns-prefetch|preconnect",
    re.I,
)
ROOT = Path(settings.BASE_DIR)


@pytest.fixture
def told(told_once: None, db: None) -> None:
    """The demo's incident."""


def attributes(html: str, name: str) -> list[str]:
    return [unescape(value) for value in re.findall(rf'\s{name}="([^"]*)"', html)]


def found_by_walking() -> dict[str, str]:
    """Address to page, for a visitor without a session."""
    pages: dict[str, str] = {}
    todo = list(START)
    while todo:
        path = todo.pop()
        if path in pages or NOT_HERE.match(path):
            continue
        answer = Client().get(path)
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        pages[path] = answer.content.decode()
        links = [urlsplit(href).path for href in attributes(pages[path], "href")]
        todo += [link for link in links if link.startswith("/")]
    return pages


def words_of(html: str) -> str:
    return re.sub(r"<[^>]+>", " ", html)


def tags_of(html: str) -> str:
    return DRAWN.sub("", " ".join(re.findall(r"<[^>]+>", html)))


def is_for_everybody(html: str) -> bool:
    return 'name="robots" content="noindex"' not in html


def test_no_page_loads_names_or_sells_anything_from_elsewhere(told: None):
    pages = found_by_walking()
    assert {
        "/notices/",
        "/notices/demo/v/3/changes/",
        "/rights/",
        "/verify/",
        "/lookup/",
        "/en/notices/demo/others/",
    } <= set(pages)
    for path, html in pages.items():
        for name in ("href", "src", "action", "content", "poster", "srcset", "formaction"):
            for value in attributes(html, name):
                if re.match(r"(?:\w+:)?//", value):
                    assert value.startswith(settings.PUBLIC_URL + "/"), (path, value)
        assert re.findall(r"https?://[^\"\s<]+", html.replace(settings.PUBLIC_URL, "")) == [], path
        assert not re.search(r"<(?:iframe|embed|object|video|audio)\b", html), path
        assert not re.search(r"<script(?![^>]*\ssrc=)", html), path
        assert all(src.startswith("/static/") for src in attributes(html, "src")), path
        assert not TRACKING.search(tags_of(html)), (path, TRACKING.search(tags_of(html)))
        assert not PROMOTION.search(words_of(html)), (path, PROMOTION.search(words_of(html)))
        assert "og:image" not in html, path


def test_every_page_for_everybody_has_a_preview_of_its_own(told: None):
    previews: dict[str, str] = {}
    for path, html in found_by_walking().items():
        if "og:title" not in html:
            assert not is_for_everybody(html), path
            continue
        [title], [words] = (
            re.findall(rf'property="og:{name}" content="([^"]+)"', html) for name in ("title", "description")
        )
        [own], [address] = (
            re.findall(r'rel="canonical" href="([^"]+)"', html),
            re.findall(r'og:url" content="([^"]+)"', html),
        )
        assert own == address
        assert own.startswith(settings.PUBLIC_URL)
        english = path.startswith("/en/")
        assert urlsplit(own).path.startswith("/en/") == english
        assert f'og:locale" content="{"en_GB" if english else "ko_KR"}"' in html
        if words_of(html) and "/easy/" not in path:
            others = dict(re.findall(r'rel="alternate" hreflang="([\w-]+)" href="([^"]+)"', html))
            assert set(others) == {"ko", "en", "x-default"}
            assert others["en" if english else "ko"] == own
            assert others["x-default"] == others["ko"]
        assert title
        assert words
        assert previews.setdefault(own, title) == title, "one address, one preview"


def test_a_preview_of_a_notice_says_how_sure_it_is(told: None, client: Client):
    for path, said in (
        ("/notices/demo/", "유출 확인 · 일부는 아님 · 온라인 결제 서버가 해킹되어 고객 정보가 유출됐어요"),
        ("/notices/call-records/", "유출 아님 · 상담 녹취 파일은 유출되지 않았어요"),
        ("/notices/call-records/v/1/", "유출 가능성 · 상담 녹취 파일이 유출됐을 수 있어요"),
    ):
        assert f'property="og:title" content="{said}"' in client.get(path).content.decode()


OF_A_VISITOR = (
    {"host": "evil.example"},
    {"host": "evil.example:443"},
    {"host": "localhost@evil.example"},
    {"x-forwarded-host": "evil.example"},
    {"forwarded": "host=evil.example;proto=https"},
    {"x-host": "evil.example", "x-original-host": "evil.example"},
    {"x-forwarded-proto": "https", "x-forwarded-port": "444", "x-forwarded-prefix": "/evil.example"},
    {"x-original-url": "//evil.example/", "x-rewrite-url": "//evil.example/"},
)


def test_no_header_of_a_visitor_gets_into_an_address(told: None, client: Client):
    for path in ("/", "/notices/", "/rights/", "/notices/feed.xml", "/en/notices/demo/v/3/changes/", "/verify/"):
        for headers in OF_A_VISITOR:
            answer = client.get(path, headers=headers)
            html = answer.content.decode()
            assert answer.status_code in (200, 400)
            assert "evil.example" not in html + str(answer.headers), (path, headers)
            if "canonical" in html:
                assert f'rel="canonical" href="{settings.PUBLIC_URL}/' in html


def test_no_template_for_the_public_holds_an_address_of_somebody_else_or_sells():
    for path in sorted((ROOT / "templates").rglob("*.html")):
        inside = path.relative_to(ROOT / "templates").parts
        if {"desk", "admin", "account", "mfa", "usersessions"} & set(inside):
            continue
        text = re.sub(r"{% comment %}.*?{% endcomment %}", "", path.read_text(encoding="utf-8"), flags=re.S)
        assert re.findall(r"https?://", text) == [], path
        assert not PROMOTION.search(text), (path, PROMOTION.search(text))
        assert not TRACKING.search(tags_of(text)), path

"""Whoever carries the machine away without its keys: a thousand words of people's own are planted, and none is found again."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import logging
import unicodedata
import zlib
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from breachdesk import logs
from claims.models import Draft
from delivery.models import Message
from drill import guessing, stolen
from lookup.models import Proof
from tests import cast
from tests.browser import Site
from tests.claims.conftest import line, picture
from tests.lookup.conftest import Visitor
from tests.servers import Provider, Worker

PEOPLE, WALKERS = 190, 10
NAME, LATIN, PHONE, STREET, STORY, SHOP, ACCOUNT = "뷁쉙", "zqmarker", "107391", "뽥길", "쀓읻", "뜗샵", "7739155"


def person(number: int) -> dict[str, str]:
    return {
        "customer_ref": f"{LATIN}-ref-{number}x",
        "name": f"{NAME}{chr(0xAC00 + number * 7)}",
        "birth_date": "1986-04-12",
        "phone": f"010-7391-{2000 + number * 3}",
        "email": f"{LATIN}{number}@mail.example",
        "address": f"서울특별시 {STREET} {3000 + number}",
        "items": "name|phone|email|address",
    }


def seeded(people: list[dict[str, str]]) -> dict[str, list[str]]:
    """By what they share. Phones as people, machines and lists write them."""
    phones = [one["phone"].removeprefix("0") for one in people]
    return {
        NAME: [one["name"] for one in people],
        LATIN: [one[field] for one in people for field in ("customer_ref", "email")],
        "10-7391": phones,
        PHONE: [phone.replace("-", "") for phone in phones],
        STREET: [one["address"] for one in people],
        STORY: [f"{STORY} 이야기 {number}" for number in range(WALKERS)],
        SHOP: [f"{SHOP} {number}호점" for number in range(WALKERS)],
        ACCOUNT: [f"{ACCOUNT}{40000 + number}" for number in range(WALKERS)],
        f"{LATIN}-bill": [f"{LATIN}-bill-{number}.png" for number in range(WALKERS)],
    }


def look_up_and_claim(one: dict[str, str], number: int) -> None:
    """Through the pages, mistakes included: what is typed wrongly is kept no more than what is typed right."""
    visitor = Visitor()
    visitor.ask(f"{one['email']}@@")
    visitor.get("/lookup/", {"contact": one["phone"], "name": one["name"]})
    visitor.get(f"/claims/{one['email']}/")
    visitor.get(f"/notices/{quote(one['name'])}/")
    visitor.look_up(one)
    visitor.say_who(one["name"] + "님", "19990101")
    visitor.say_who(one["name"])

    def post(step: str, **typed: object) -> None:
        answer = visitor.post(reverse(f"claims:{step}"), {"draft": str(Draft.objects.latest("pk").id), **typed})
        assert answer.status_code == 302, (step, answer.content.decode()[:2000])

    assert visitor.post("/claims/new/", {"incident": "demo"}).status_code == 302
    post("kind", kind="card_payment")
    lost = line(merchant=f"{SHOP} {number}호점")
    post("lines", lines="1", **{f"line-0-{field}": value for field, value in lost.items()})
    post("story", story=f"{STORY} 이야기 {number}")
    post("evidence", files=[picture(f"{LATIN}-bill-{number}.png")])
    post("account", bank="088", number=f"{ACCOUNT}{40000 + number}", holder=one["name"])


@pytest.fixture
def written():
    """What our handlers would print, were they asked for everything."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(lambda record: not record.name.startswith(("httpx", "httpcore")))  # the test's own client
    handler.setFormatter(logs.WithoutValues(settings.LOGGING["formatters"]["line"]["format"]))
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.setLevel(before)
    root.removeHandler(handler)


@pytest.mark.django_db(transaction=True)
def test_of_a_thousand_planted_words_none_is_found_in_tables_files_broker_or_logs(
    provider: Provider, request: pytest.FixtureRequest, written: io.StringIO, tmp_path: Path
) -> None:
    now = timezone.now()
    incident = cast.incident(at=now)
    cast.notice(incident, at=now)
    people = [person(number) for number in range(PEOPLE)]
    words = seeded(people)
    assert sum(map(len, words.values())) >= 1000
    cast.listed(incident, *people, at=now)
    for number in range(WALKERS):
        look_up_and_claim(people[number], number)
    assert Message.objects.count() >= WALKERS
    assert Proof.objects.exclude(person=None).count() >= WALKERS

    # Waiting in the broker, before any worker has come for it; then with a worker and a site of their own.
    places = list(stolen.broker(settings.REDIS_URL))
    assert any(b"delivery" in held for _place, held in places), "there is a hint to be read"
    site: Site = request.getfixturevalue("site")
    for one in people[:5]:
        where = {"contact": one["phone"], "name": one["name"]}
        httpx.get(f"{site.url}/lookup/", params=where, trust_env=False)
        httpx.get(f"{site.url}/claims/{one['email']}/", params=where, trust_env=False)
        httpx.post(f"{site.url}/lookup/start/", data={"contact": one["email"]}, trust_env=False)
    worker: Worker = request.getfixturevalue("worker")
    provider.wait_for()
    places += stolen.broker(settings.REDIS_URL)
    places += stolen.tables()
    places += stolen.files(Path(settings.MEDIA_ROOT))
    places += [("worker's log", worker.log.read_bytes()), ("site's log", site.log.read_bytes())]
    places += [("our log", written.getvalue().encode())]
    assert all(held for _place, held in places[-3:]), "each has said something"
    assert {"public.notices_affectedrecord", "public.django_session"} <= {place for place, _held in places}
    assert (hits := stolen.found(words, places)) == [], "\n".join(hits)


def test_the_search_would_find_each_of_them() -> None:
    """In every shape in which something of ours, or of a library, could have put it away."""
    one = person(3)
    words = seeded([one])
    session = base64.urlsafe_b64encode(zlib.compress(json.dumps({"name": one["name"]}).encode())).rstrip(b"=")
    task = base64.b64encode(json.dumps([[one["email"]], {}]).encode())
    shapes = {
        "as it is": one["name"].encode(),
        "taken apart": unicodedata.normalize("NFD", one["address"]).encode(),
        "escaped": json.dumps(one["name"]).encode(),
        "in an address": b"/lookup/?name=" + quote(one["name"]).encode(),
        "in hexadecimal": b"\\\\x" + one["name"].encode().hex().encode(),
        "a session": b"." + session + b":1x:" + b"s" * 43,
        "a task": b'{"body": "' + task + b'"}',
        "in the middle of base64": base64.b64encode(b"..." + one["email"].encode() + b"."),
        "a phone": ("+82" + one["phone"].removeprefix("0").replace("-", "")).encode(),
    }
    for place, held in shapes.items():
        assert stolen.found(words, [(place, held)]), place
    assert not stolen.found(words, [("somebody else", "김서영 seoyoung@mail.example +821000001234".encode())])


@pytest.mark.django_db
def test_no_hash_in_the_tables_is_one_that_guessing_numbers_gives_away() -> None:
    """The list's own numbers are tried; `make drill FAULT=S-f1` tries every number there is."""
    now = timezone.now()
    incident = cast.incident(at=now)
    cast.listed(incident, *(person(number) for number in range(20)), at=now)
    visitor = Visitor()
    visitor.look_up(person(1))
    held = guessing.gather(stolen.tables())
    first = 73912000
    assert len(held) > 20 * 3
    assert guessing.search(held, first, first + 100) == []
    held |= guessing.gather([("planted", hashlib.sha256(b"010-7391-2003").hexdigest().encode())])
    assert guessing.search(held, first, first + 100) == ["010-7391-2003 by openssl_sha256"]

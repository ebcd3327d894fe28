"""The answer to a look-up: beside the same page written the usual way, and beside one SELECT; and what it costs as lists grow."""

from __future__ import annotations

import gc
import io
import itertools
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.utils import timezone

from bench import harness, lists, lookup_peers, people
from bench.harness import Result, Run
from breachdesk.accounts.models import User
from breachdesk.demo import story
from breachdesk.lib.contacts import Contact
from delivery.models import Message
from lookup.models import Challenge
from notices import actions as notices
from notices import importing
from notices.models import Dataset, Incident
from notices.states import Mode

VISITORS = 60
ROUNDS = 15
PAGES_FOR_MEMORY = 4_000


@dataclass(frozen=True)
class Visitor:
    """Somebody on every list who has proved the phone number and said who they are."""

    name: str
    birth_date: str
    phone: str
    cookie: str
    usual_cookie: str


def measure(run: Run) -> Iterator[Result]:
    sizes = sorted({30_000, harness.DEFAULT, run.size})
    paths = [people.write(run.folder / f"people-{size}.csv", size, seed=run.seed) for size in sizes]
    call_command("load_demo", verbosity=0)
    incident = Incident.objects.get(slug=story.SLUG)
    datasets = [imported_list(incident, path) for path in paths]
    answers_from(incident, datasets[-1])
    lookup_peers.fill(paths[-1])
    visitors = [visitor(incident, *row) for row in sample(paths[0])]
    with override_settings(ROOT_URLCONF="bench.lookup_peers", DEBUG=False):
        ask = Site()
        yield from beside_peers(ask, visitors, run.size)
        yield from exactly(ask, visitors, run.size)
        yield from grown(ask, visitors, incident, datasets, sizes)
        yield memory(ask, visitors, run.size)
    lists.drop_all()


def beside_peers(ask: Site, visitors: Sequence[Visitor], size: int) -> Iterator[Result]:
    ours, usual, bare = in_turns([ask.ours, ask.usual, ask.bare], visitors)
    yield Result("P5", "the same page by Form, ORM, session and template", harness.ratios(ours, usual), size, "≤ 0.5")
    yield Result("P6", "a view with one cursor SELECT", harness.ratios(ours, bare), size, "≤ 2.3")


def exactly(ask: Site, visitors: Sequence[Visitor], size: int) -> Iterator[Result]:
    """Of each page: the SELECTs against the lists, and the connections opened for it."""
    selects, backends = [], []
    for one in visitors:
        with CaptureQueriesContext(connection) as asked:
            ask.ours(one)
        selects.append(sum("notices_affectedrecord" in query["sql"] for query in asked))
        backends.append(backend())
    opened = [int(one != other) for one, other in itertools.pairwise(backends)]
    yield Result("P7.selects", "SELECTs against people in a page", selects, size, "≤ 1")
    yield Result("P7.connections", "new connections for a page", opened, size, "≤ 0")


def backend() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def grown(
    ask: Site, visitors: Sequence[Visitor], incident: Incident, datasets: Sequence[Dataset], sizes: Sequence[int]
) -> Iterator[Result]:
    """The same people on lists of several sizes, in turns."""
    spent: dict[int, list[float]] = {size: [] for size in sizes}
    for _round in range(ROUNDS):
        for size, dataset in zip(sizes, datasets, strict=True):
            answers_from(incident, dataset)
            spent[size].append(cpu(ask.ours, visitors))
    for size in sizes:
        yield Result("cost.lookup", "milliseconds of CPU a page", [1e3 * one for one in spent[size]], size)
    flat = harness.ratios(spent[sizes[-1]], spent[sizes[0]])
    yield Result("P7.flat", f"the same page on a list of {sizes[0]:,}", flat, sizes[-1], "≤ 1.2")


def memory(ask: Site, visitors: Sequence[Visitor], size: int) -> Result:
    """At the end of many pages beside after the first few."""
    for one in visitors * 5:
        ask.ours(one)
    before = resident()
    for one in itertools.islice(itertools.cycle(visitors), PAGES_FOR_MEMORY):
        ask.ours(one)
    return Result(
        "P15.web",
        f"memory of the web process after 300 pages, after {PAGES_FOR_MEMORY:,} more",
        [resident() / before],
        size,
        "≤ 1.1",
    )


def resident() -> int:
    gc.collect()
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) if status.exists() else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


# Asking, without a server between: the application as gunicorn calls it.


class Site:
    def __init__(self) -> None:
        self.application = get_wsgi_application()

    def ours(self, one: Visitor) -> None:
        self._get("/lookup/answer/", cookie=one.cookie)

    def usual(self, one: Visitor) -> None:
        typed = urlencode({"name": one.name, "birth_date": one.birth_date}).encode()
        self._get("/bench/usual/", cookie=one.usual_cookie, body=typed)

    def bare(self, one: Visitor) -> None:
        self._get("/bench/bare/", query=urlencode({"phone": one.phone}))

    def _get(self, path: str, *, cookie: str = "", query: str = "", body: bytes = b"") -> None:
        said: list[str] = []
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "POST" if body else "GET",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_COOKIE": cookie,
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": "http",
            "wsgi.errors": io.StringIO(),
        }
        response = self.application(environ, lambda status, headers, *_failure: said.append(status))  # type: ignore[arg-type, func-returns-value]
        for _part in response:
            pass
        response.close()
        assert said == ["200 OK"], f"{path}: {said}"


def in_turns(ways: Sequence[Callable[[Visitor], None]], visitors: Sequence[Visitor]) -> list[list[float]]:
    """CPU seconds a page of each way, round by round."""
    for way in ways:
        cpu(way, visitors)
    rounds = [[cpu(way, visitors) for way in ways] for _round in range(ROUNDS)]
    return [list(spent) for spent in zip(*rounds, strict=True)]


def cpu(way: Callable[[Visitor], None], visitors: Sequence[Visitor]) -> float:
    gc.collect()
    began = time.process_time()
    for one in visitors:
        way(one)
    return (time.process_time() - began) / len(visitors)


# The people, and their way to the answer.


def imported_list(incident: Incident, path: Path) -> Dataset:
    at = timezone.now()
    made = importing.import_list(incident=incident, path=path, mode=Mode.FULL, by=None, at=at)
    assert made.dataset
    by, confirmed_by = (User.objects.get(email=each["email"]) for each in (story.EDITOR, story.APPROVER))
    notices.activate(dataset=made.dataset, by=by, confirmed_by=confirmed_by, at=at)
    return made.dataset


def answers_from(incident: Incident, dataset: Dataset) -> None:
    """By hand: each was activated by two before, and going back and forth is not what is measured."""
    Incident.objects.filter(pk=incident.pk).update(active_dataset=dataset)


def sample(path: Path) -> list[tuple[int, str, str, str]]:
    """Number, name, birth date and phone of people from all over the list."""
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    chosen = [line.split(",") for line in lines[:: len(lines) // VISITORS][:VISITORS]]
    return [(number, cells[1], cells[2], cells[3]) for number, cells in enumerate(chosen)]


def visitor(incident: Incident, number: int, name: str, birth_date: str, phone: str) -> Visitor:
    browser = Client(headers={"origin": "http://testserver"}, REMOTE_ADDR=f"10.{number}.1.1")  # nobody's neighbour
    browser.post("/lookup/start/", {"contact": phone})
    words = Message.objects.get(key=f"one-time-code:{Challenge.objects.latest('sent_at').pk}").words.text
    code = next(word for word in words.split() if len(word) == 6 and word.isdigit())
    browser.post("/lookup/code/", {"code": code})
    browser.post("/lookup/who/", {"name": name, "birth_date": birth_date.replace("-", "")})
    assert browser.get("/lookup/answer/").status_code == 200
    theirs = SessionStore()
    theirs.update({"phone": Contact.parse(phone).value, "incident": incident.slug})
    theirs.save()
    return Visitor(
        name=name,
        birth_date=birth_date,
        phone=Contact.parse(phone).value,
        cookie=browser.cookies.output(header="", sep=";", attrs=[]).strip(),
        usual_cookie=f"{settings.SESSION_COOKIE_NAME}={theirs.session_key}",
    )

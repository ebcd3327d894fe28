"""How long the answer takes for a proven contact that is on the list for somebody else, and for one that is on no list.

Apart from `make test`, which never judges by time. AUC: how often a listed one took longer than one that is not; 0.5 tells nothing.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

from django.core import signing
from django.test import Client

from bench import people
from breachdesk.limits.models import Spent
from delivery.models import Message
from drill import harness
from lookup import session

ID = "S-o"
PAIRS, LISTED = 120, 20_000
LOWEST, HIGHEST = 0.45, 0.55


def seconds(contact: str) -> float:
    """From the name and birth date of nobody on the list to the end of the answer, the contact proved before."""
    Spent.objects.all().delete()
    visitor = Client()
    visitor.post("/lookup/start/", {"contact": contact})
    cookie = visitor.cookies[session.CHALLENGE_COOKIE].value
    challenge = signing.loads(cookie, salt=f"lookup.{session.CHALLENGE_COOKIE}")
    words = Message.objects.get(key=f"one-time-code:{challenge}").words.text
    code = next(word for word in words.split() if len(word) == 6 and word.isdigit())
    visitor.post("/lookup/code/", {"code": code})
    began = time.perf_counter()
    told = visitor.post("/lookup/who/", {"name": "아무도 아닌", "birth_date": "19010101"})
    page = visitor.get("/lookup/answer/")
    took = time.perf_counter() - began
    assert (told.status_code, page.status_code) == (302, 200), (told.status_code, page.status_code)
    return took


def auc(listed: Sequence[float], unlisted: Sequence[float]) -> float:
    longer = sum((one > other) + (one == other) / 2 for one in listed for other in unlisted)
    return longer / (len(listed) * len(unlisted))


def play(run: harness.Run) -> harness.Round:
    path = people.write(run.folder / f"timed-{run.seed}.csv", LISTED, seed=run.seed)
    harness.bring_in_and_activate(path)
    on_the_list = [line.split(",")[3] for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    # Of the same shape, and given to nobody in the list.
    off_the_list = [f"010-5{number // 10_000:03d}-{number % 10_000:04d}" for number in range(PAIRS)]
    contacts = [(contact, True) for contact in on_the_list[:PAIRS]] + [(contact, False) for contact in off_the_list]
    random.Random(run.seed).shuffle(contacts)  # noqa: S311 - in turns, so that what slows the machine slows both
    for contact, _listed in contacts[:10]:
        seconds(contact)  # what a process reads once and keeps is read
    taken: dict[bool, list[float]] = {True: [], False: []}
    for contact, listed in contacts[10:]:
        taken[listed].append(seconds(contact))
    found = auc(taken[True], taken[False])
    return harness.Round(
        load=f"{len(contacts) - 10} answers, half of them for listed contacts, {LISTED:,} on the list",
        worst={
            "auc": round(found, 3),
            **{
                f"median_ms_{'listed' if on else 'unlisted'}": round(sorted(each)[len(each) // 2] * 1000, 1)
                for on, each in taken.items()
            },
        },
        failures=[] if LOWEST <= found <= HIGHEST else [f"AUC {found:.3f}"],
    )

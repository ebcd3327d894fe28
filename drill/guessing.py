"""Every mobile number there is, hashed in every usual way without our keys, against what the stolen tables, broker and files hold."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Set
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from django.conf import settings

from bench import people
from drill import harness, replaying, stolen

ID = "S-f1"
NUMBERS, SOME = 100_000_000, 10_000_000  # 010-0000-0000 to 010-9999-9999 with FULL=1; else to 010-0999-9999
WAYS = (hashlib.md5, hashlib.sha1, hashlib.sha256, hashlib.sha512)
UUID = re.compile(rb"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
# As people, machines and lists write them.
FORMS = ("010{:08d}", "+8210{:08d}", "8210{:08d}")
KEPT = 16  # bytes of each: our own are cut to so many


def hashes_in(content: bytes) -> Iterator[bytes]:
    """What in it could be the hash of a number, by its beginning."""
    for found in UUID.finditer(content):
        yield bytes.fromhex(found.group().replace(b"-", b"").decode())
    for found in re.finditer(
        rb"(?<![0-9a-f])(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})(?![0-9a-f])", content
    ):
        yield bytes.fromhex(found.group().decode())[:KEPT]
    for found in stolen.TOKEN.finditer(content):
        coded = found.group().strip(b"=").translate(bytes.maketrans(b"-_", b"+/"))
        try:
            plain = base64.b64decode(coded + b"=" * (-len(coded) % 4))
        except ValueError:
            continue
        if len(plain) in (16, 20, 32, 64):
            yield plain[:KEPT]


def guesses(number: int) -> Iterator[str]:
    for form in FORMS:
        yield form.format(number)
    digits = f"{number:08d}"
    yield f"010-{digits[:4]}-{digits[4:]}"


def search(held: Set[bytes], first: int, last: int) -> list[str]:
    """The numbers from `first` up to `last` that somebody without a key could read out of these hashes."""
    hits = []
    for number in range(first, last):
        for guess in guesses(number):
            coded = guess.encode()
            hits += [f"{guess} by {way.__name__}" for way in WAYS if way(coded).digest()[:KEPT] in held]
    return hits


def search_all(held: Set[bytes], numbers: int) -> list[str]:
    step = max(numbers // 400, 1)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        parts = [pool.submit(search, held, at, min(at + step, numbers)) for at in range(0, numbers, step)]
        return [hit for part in parts for hit in part.result()]


def gather(places: Iterable[tuple[str, bytes]]) -> set[bytes]:
    return {each for _place, content in places for each in hashes_in(content)}


def play(run: harness.Run) -> harness.Round:
    numbers = NUMBERS if run.full else int(os.environ.get("NUMBERS") or SOME)
    path = people.write(run.folder / f"people-{run.seed}.csv", 1_000, seed=run.seed)
    harness.bring_in_and_activate(path)
    names, *lines = (line.split(",") for line in path.read_text(encoding="utf-8").splitlines())
    replaying.replay([dict(zip(names, line, strict=True)) for line in lines[:50]], networks=50)
    places = [*stolen.tables(), *stolen.broker(settings.REDIS_URL), *stolen.files(Path(settings.MEDIA_ROOT))]
    held = gather(places)
    # One that must be found, so that nothing found means something.
    planted = numbers // 2
    held.add(hashlib.sha256(f"+8210{planted:08d}".encode()).digest()[:KEPT])
    hits = search_all(held, numbers)
    expected = f"+8210{planted:08d} by openssl_sha256"
    wrong = [hit for hit in hits if hit != expected]
    if expected not in hits:
        wrong.append("the planted number was not found")
    return harness.Round(
        load=f"{numbers:,} numbers in {len(FORMS) + 1} spellings by {len(WAYS)} hashes against {len(held):,} values of {len(places)} places",
        worst={"hits": len(wrong), "planted_and_found": expected in hits},
        failures=wrong,
    )

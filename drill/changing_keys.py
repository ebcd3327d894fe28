"""The keys are changed while people look themselves up; the run is killed three times, and at the end the old keys are not needed."""

from __future__ import annotations

import base64
import itertools
import json
import os
import random
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence

from django.conf import settings
from django.db import connection

from bench import people
from bench.harness import ROOT
from breachdesk import keys
from breachdesk.lib.contacts import Contact
from drill import harness, timing
from lookup import queries as lookup_queries
from notices import queries

ID = "S-f2"
ROWS, FULL, KILLS, READERS = 50_000, 1_000_000, 3, 2
Rings = dict[str, dict[str, bytes]]


def hold(rings: Rings) -> None:
    """Every thread of this process from now on, as after a restart with other keys in the environment."""
    settings.DATA_KEYS, settings.INDEX_KEYS = rings["DATA_KEYS"], rings["INDEX_KEYS"]
    for remembered in (keys.data_keys, keys.index_keys, lookup_queries._sealed_decoy):
        remembered.cache_clear()
    named = [f"d{each}" for each in rings["DATA_KEYS"]] + [f"i{each}" for each in rings["INDEX_KEYS"]]
    connection.settings_dict["OPTIONS"]["application_name"] = f"breachdesk keys {','.join(named)}"
    connection.close()


def start(rings: Rings) -> subprocess.Popen[bytes]:
    given = {
        name: ",".join(f"{each}:{base64.b64encode(key).decode()}" for each, key in ring.items())
        for name, ring in rings.items()
    }
    return subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), "rotate_keys", "--json"],
        env={**os.environ, **given},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def killed_after(told: int, process: subprocess.Popen[bytes]) -> bool:
    """kill -9 once it has told of its progress so often. False: it was done before that."""
    assert process.stderr is not None
    for _line in itertools.islice(process.stderr, told):
        pass
    ran = process.poll() is None
    if ran:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return ran


class Crowd:
    """People who read all the while; each failed read is kept."""

    def __init__(self, contacts: Sequence[str]) -> None:
        self.contacts, self.reads, self.failed = contacts, 0, list[str]()
        self._over, self._count = threading.Event(), threading.Lock()
        self._threads = [threading.Thread(target=self._read, args=(number,)) for number in range(READERS)]
        self._threads.append(threading.Thread(target=self._prove))

    def __enter__(self) -> Crowd:
        for each in self._threads:
            each.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        for each in self._threads:
            each.join()

    def _keep_on(self, act: Callable[[], None]) -> None:
        while not self._over.is_set():
            try:
                act()
            except Exception as error:
                self.failed.append(type(error).__name__)
            with self._count:
                self.reads += 1
        connection.close()

    def _read(self, number: int) -> None:
        chance = random.Random(number)  # noqa: S311 - whose turn it is
        self._keep_on(lambda: found_once(chance.choice(self.contacts)))

    def _prove(self) -> None:
        waiting = iter(self.contacts)
        self._keep_on(lambda: timing.seconds(next(waiting)) and None)  # from the first page to the answer


def found_once(contact: str) -> None:
    found = queries.listed(Contact.parse(contact))
    if len(found) != 1:
        raise LookupError(f"{len(found)} records")


def play(run: harness.Run) -> harness.Round:
    rows = FULL if run.full else ROWS
    old: Rings = {"DATA_KEYS": dict(settings.DATA_KEYS), "INDEX_KEYS": dict(settings.INDEX_KEYS)}
    path = people.write(run.folder / f"keys-{run.seed}.csv", rows, seed=run.seed)
    harness.bring_in_and_activate(path)
    contacts = [line.split(",")[3] for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    for contact in contacts[-20:]:
        timing.seconds(contact)
    new: Rings = {name: {f"n{run.seed}": secrets.token_bytes(32)} for name in old}
    both: Rings = {name: {**new[name], **old[name]} for name in old}
    hold(both)
    wrong, chance = [], random.Random(run.seed)  # noqa: S311 - when to kill
    with Crowd(contacts) as crowd:
        for _ in range(KILLS):
            if not killed_after(chance.randint(1, 4), start(both)):
                wrong.append("a run was over before it could be killed")
        said, _trouble = (last := start(both)).communicate()
        done = json.loads(said.splitlines()[-1]) if said else {}
        again = json.loads(start(both).communicate()[0].splitlines()[-1])
    if last.returncode or done.get("left"):
        wrong.append(f"exit {last.returncode}, left {done.get('left')}")
    if again["rows"]:
        wrong.append(f"still under an old key: {again['rows']}")
    wrong += [f"{crowd.failed.count(kind)} reads failed with {kind}" for kind in sorted(set(crowd.failed))]
    hold(new)
    without = 0
    for contact in chance.sample(contacts, 1000):
        try:
            found_once(contact)
        except Exception:
            without += 1
    if without:
        wrong.append(f"{without} of 1,000 people cannot be read without the old keys")
    return harness.Round(
        load=f"{rows:,} people, {crowd.reads:,} reads meanwhile, killed {KILLS} times",
        worst={"failed_reads": len(crowd.failed), "not_read_without_old_keys": without},
        failures=wrong,
    )

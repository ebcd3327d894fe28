"""The product's own processes for tests: rehearsal provider and bank, and a Celery worker, real and startable, stoppable, killable.

`provider`: what the phone company and the mail server received. Nothing leaves without it: elsewhere nobody answers.
`bank`:     what the paying bank was ordered and what it paid.
`issuer`:   what the issuer's card system was asked and what it did.
`worker`:   a worker with its beat on the test's database (so the test runs with real transactions). Every pause and lease is
            scaled down: it sweeps each second. Without this fixture nothing is sent, and a message stays as it was put.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
import pytest
import redis
from django.conf import settings as django_settings
from django.db import connection
from django.utils import timezone

from cards.queries import asking
from claims.queries import ordering
from delivery import queries

Rows = list[dict[str, Any]]
T = TypeVar("T")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def wait_for(what: Callable[[], T], *, seconds: float = 60, but: Callable[[], str] = lambda: "") -> T:
    """The first true answer; after `seconds` the test fails and says what `but` says."""
    end = time.monotonic() + seconds
    while not (answer := what()):
        if time.monotonic() > end:
            pytest.fail(f"waited {seconds} s in vain. {but()}")
        time.sleep(0.02)
    return answer


def database_address(place: str = "") -> str:
    """Of the test's own database, for a process beside it; `place`: the host:port to reach it by."""
    at = connection.settings_dict
    who = quote(at["USER"]) + (":" + quote(at["PASSWORD"]) if at["PASSWORD"] else "")
    return f"postgres://{who}@{place or at['HOST'] + ':' + at['PORT']}/{quote(at['NAME'])}"


class Server:
    """One process group with a log; ended for good when the session ends."""

    def __init__(self, folder: Path, name: str) -> None:
        self.log = folder / f"{name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def launch(self, command: list[str], env: dict[str, str]) -> None:
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, env={**os.environ, **env}, stdout=log, stderr=log, start_new_session=True
            )

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def said(self) -> str:
        return self.log.read_text(errors="replace")[-3000:]

    def send(self, number: signal.Signals) -> None:
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """As the machine would: no goodbye, its children too."""
        if self.process is not None:
            self.send(signal.SIGKILL)
            self.process.wait(10)


class Provider(Server):
    """breachdesk.demo.provider as a process of its own."""

    def __init__(self, folder: Path, name: str = "provider") -> None:
        super().__init__(folder, name)
        self.ledger = folder / "ledger.jsonl"
        self.http, self.smtp = (f"127.0.0.1:{free_port()}" for _ in range(2))
        self.url = f"http://{self.http}/phone"
        self.smtp_url = f"smtp://{self.smtp}"
        self.seen: set[str] = set()

    def start(self) -> None:
        environment = {"PROVIDER_HTTP": self.http, "PROVIDER_SMTP": self.smtp, "PROVIDER_LEDGER": str(self.ledger)}
        self.launch([sys.executable, "-m", "breachdesk.demo.provider"], environment)
        wait_for(lambda: self._listens(self.http) and self._listens(self.smtp), but=self.said)

    def _listens(self, place: str) -> bool:
        host, port = place.split(":")
        with contextlib.suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
            return True
        return False

    def _everything(self, to: str | None = None) -> Rows:
        asked = {"to": to} if to else {}
        answer = httpx.get(f"http://{self.http}/received", params=asked, trust_env=False, timeout=30)
        return answer.raise_for_status().json()

    def forget(self) -> None:
        """What earlier tests sent is no concern of the next."""
        self.seen = {row["id"] for row in self._everything()}
        self.tell(phone="ok", email="ok")

    def tell(self, **order: object) -> None:
        """As breachdesk/demo/provider/behaviour.py lists it."""
        httpx.post(f"http://{self.http}/control", json=order, trust_env=False).raise_for_status()

    def mode(self, way: str) -> str:
        """How it answers now. A mode told with times=1 is over as soon as the request that meets it has come."""
        return str(httpx.get(f"http://{self.http}/control", trust_env=False).json()[way]["mode"])

    def received(self, to: str | None = None) -> Rows:
        """This test's messages, newest first: {"to", "channel", "subject", "text", "id", "received_at", "times"}."""
        return [row for row in self._everything(to) if row["id"] not in self.seen]

    def wait_for(self, to: str | None = None, *, count: int = 1, seconds: float = 60) -> Rows:
        """As `received`, once there are `count` of them."""
        return wait_for(
            lambda: rows if len(rows := self.received(to)) >= count else [],
            seconds=seconds,
            but=lambda: f"the provider has {self.received()}",
        )

    def code_for(self, to: str) -> str:
        """The six digits in the newest message to this address, once it has arrived."""
        found = re.search(r"(?<!\d)\d{6}(?!\d)", self.wait_for(to)[0]["text"])
        assert found is not None
        return found.group()


class Bank(Server):
    """breachdesk.demo.bank as a process of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "bank")
        self.ledger = folder / "orders.jsonl"
        self.place = f"127.0.0.1:{free_port()}"
        self.url = f"http://{self.place}"
        self.seen: set[str] = set()

    def start(self) -> None:
        self.launch(
            [sys.executable, "-m", "breachdesk.demo.bank"], {"BANK_LISTEN": self.place, "BANK_LEDGER": str(self.ledger)}
        )
        wait_for(self._listens, but=self.said)

    def _listens(self) -> bool:
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"{self.url}/control", trust_env=False).is_success
        return False

    def _everything(self) -> Rows:
        return httpx.get(f"{self.url}/ledger", trust_env=False).raise_for_status().json()

    def forget(self) -> None:
        """What earlier tests ordered is no concern of the next."""
        self.seen = {row["id"] for row in self._everything()}
        self.tell(mode="ok", callback_url="")

    def tell(self, **asked: object) -> None:
        """mode=: ok, refuse, error, hang, slow, drop_after_accept, late, twice; seconds=, times=, code=, callback_url=."""
        httpx.post(f"{self.url}/control", json=asked, trust_env=False).raise_for_status()

    def mode(self) -> str:
        """How it answers now. A mode told with times=1 is over as soon as the order that meets it has come."""
        return str(httpx.get(f"{self.url}/control", trust_env=False).json()["mode"])

    def orders(self) -> Rows:
        """This test's orders, newest first; `times`: how often each was ordered."""
        return [row for row in self._everything() if row["id"] not in self.seen]


class Issuer(Server):
    """breachdesk.demo.issuer as a process of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "issuer")
        self.ledger = folder / "card-acts.jsonl"
        self.place = f"127.0.0.1:{free_port()}"
        self.url = f"http://{self.place}"
        self.seen: set[str] = set()

    def start(self) -> None:
        environment = {"CARDS_LISTEN": self.place, "CARDS_LEDGER": str(self.ledger)}
        self.launch([sys.executable, "-m", "breachdesk.demo.issuer"], environment)
        wait_for(self._listens, but=self.said)

    def _listens(self) -> bool:
        with contextlib.suppress(httpx.HTTPError):
            return httpx.get(f"{self.url}/control", trust_env=False).is_success
        return False

    def _everything(self) -> Rows:
        return httpx.get(f"{self.url}/ledger", trust_env=False, timeout=30).raise_for_status().json()

    def forget(self) -> None:
        """What earlier tests asked is no concern of the next."""
        self.seen = {row["id"] for row in self._everything()}
        self.tell(mode="ok", delivery=0)

    def tell(self, **asked: object) -> None:
        """mode=: ok, refuse, error, hang, slow, drop_after_accept, late, twice; seconds=, times=, code=, reads=, customers=, delivery=."""
        httpx.post(f"{self.url}/control", json=asked, trust_env=False, timeout=30).raise_for_status()

    def acts(self) -> Rows:
        """This test's acts, newest first; `times`: how often each was told."""
        return [row for row in self._everything() if row["id"] not in self.seen]


class Worker(Server):
    """`celery worker` with its beat, on the test database."""

    NAME = "breachdesk-test-worker"

    def __init__(self, folder: Path, provider: Provider, bank: Bank, issuer: Issuer) -> None:
        super().__init__(folder, "worker")
        self.folder, self.provider, self.bank, self.issuer = folder, provider, bank, issuer

    def start(self) -> None:
        command = [sys.executable, "-m", "celery", "-A", "breachdesk.celery", "worker", "--loglevel=INFO"]
        command += ["--concurrency=1", "--without-gossip", "--without-mingle", "--without-heartbeat"]
        command += ["--beat", f"--schedule={self.folder / 'beat'}", "--pidfile="]
        database = f"{database_address()}?options={quote(f'-c application_name={self.NAME}')}"
        environment = {
            "DATABASE_URL": database,
            "DATABASE_OWNER_URL": database,
            "PHONE_PROVIDER_URL": self.provider.url,
            "SMTP_URL": self.provider.smtp_url,
            "DELIVERY_SWEEP_SECONDS": "1",
            "HEARTBEAT_SECONDS": "1",
            "DELIVERY_LEASE_SECONDS": "3",
            "DELIVERY_TIMEOUT_SECONDS": "2",
            "DELIVERY_FIRST_PAUSE_SECONDS": "1",
            "IMPORT_PROCESSES": "2",
            "PRINTING_SWEEP_SECONDS": "3600",  # seconds of work each, which no test waits for
            "BANK_URL": self.bank.url,
            "BANK_SWEEP_SECONDS": "1",
            "BANK_LEASE_SECONDS": "3",
            "BANK_TIMEOUT_SECONDS": "2",
            "BANK_FIRST_PAUSE_SECONDS": "1",
            "CARDS_URL": self.issuer.url,
            "CARDS_SWEEP_SECONDS": "1",
            "CARDS_LEASE_SECONDS": "3",
            "CARDS_TIMEOUT_SECONDS": "2",
            "CARDS_FIRST_PAUSE_SECONDS": "1",
        }
        self.launch(command, environment)
        wait_for(lambda: b"ready." in self.log.read_bytes(), seconds=60, but=self.said)

    def stop(self) -> None:
        """As an operator would: what it is doing is finished."""
        if self.runs:
            assert self.process is not None
            self.process.terminate()
            wait_for(lambda: not self.runs, seconds=60, but=self.said)

    def go_on(self) -> None:
        """Starts it, or lets it run again after `rest`."""
        redis.Redis.from_url(django_settings.REDIS_URL).delete("celery", "codes")  # hints of tests that had no worker
        if self.runs:
            self.send(signal.SIGCONT)
        else:
            self.start()

    def rest(self) -> None:
        """Frozen between tests, with nothing under way and no lock held, so that it touches no other test's rows."""
        if not self.runs:
            return
        wait_for(lambda: queries.is_idle(at=timezone.now()) and not ordering() and not asking(), but=self.said)
        self.send(signal.SIGSTOP)
        while self._is_in_a_transaction():
            self.send(signal.SIGCONT)
            time.sleep(0.02)
            self.send(signal.SIGSTOP)

    def _is_in_a_transaction(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity "
                "WHERE application_name = %s AND datname = current_database() AND state <> 'idle'",
                [self.NAME],
            )
            return bool(cursor.fetchone()[0])


@pytest.fixture(scope="session")
def provider_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    process = Provider(tmp_path_factory.mktemp("provider"))
    process.start()
    yield process
    process.kill()


@pytest.fixture
def provider(provider_process: Provider, settings: Any) -> Provider:
    if not provider_process.runs:
        provider_process.start()
    provider_process.forget()
    settings.PHONE_PROVIDER_URL, settings.SMTP_URL = provider_process.url, provider_process.smtp_url
    return provider_process


@pytest.fixture(scope="session")
def second_provider_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    process = Provider(tmp_path_factory.mktemp("second-provider"), "second-provider")
    yield process
    process.kill()


@pytest.fixture
def second_provider(second_provider_process: Provider, provider: Provider, settings: Any) -> Provider:
    """A second phone company beside `provider`, for a sender that runs in the test itself; started with its first use."""
    if not second_provider_process.runs:
        second_provider_process.start()
    second_provider_process.forget()
    settings.SECOND_PHONE_PROVIDER_URL = second_provider_process.url
    settings.SECOND_PHONE_PROVIDER_SECRET = settings.PHONE_PROVIDER_SECRET
    return second_provider_process


@pytest.fixture(scope="session")
def bank_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bank]:
    process = Bank(tmp_path_factory.mktemp("bank"))
    process.start()
    yield process
    process.kill()


@pytest.fixture
def bank(bank_process: Bank, settings: Any) -> Bank:
    if not bank_process.runs:
        bank_process.start()
    bank_process.forget()
    settings.BANK_URL = bank_process.url
    return bank_process


@pytest.fixture(scope="session")
def issuer_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Issuer]:
    process = Issuer(tmp_path_factory.mktemp("issuer"))
    process.start()
    yield process
    process.kill()


@pytest.fixture
def issuer(issuer_process: Issuer, settings: Any) -> Issuer:
    if not issuer_process.runs:
        issuer_process.start()
    issuer_process.forget()
    settings.CARDS_URL = issuer_process.url
    return issuer_process


@pytest.fixture(scope="session")
def worker_process(
    provider_process: Provider,
    bank_process: Bank,
    issuer_process: Issuer,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_setup: None,
) -> Iterator[Worker]:
    process = Worker(tmp_path_factory.mktemp("worker"), provider_process, bank_process, issuer_process)
    yield process
    process.kill()  # before the test database goes


@pytest.fixture
def worker(worker_process: Worker, provider: Provider, transactional_db: None) -> Iterator[Worker]:
    worker_process.go_on()
    yield worker_process
    worker_process.rest()

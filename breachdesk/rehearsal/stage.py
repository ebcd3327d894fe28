"""Workers, beat, web and rehearsal providers as processes that can be killed, frozen, asked to end and started again."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import httpx

from breachdesk.demo.provider.ledger import Book

ROOT = Path(__file__).resolve().parent.parent.parent
T = TypeVar("T")


class TooLate(Exception):
    """What was waited for did not come."""


def wait_for(what: Callable[[], T], *, seconds: float, words: str, every: float = 0.1) -> T:
    """The first true answer. Raises TooLate."""
    end = time.monotonic() + seconds
    while not (answer := what()):
        if time.monotonic() > end:
            raise TooLate(f"waited {seconds:.0f} seconds in vain: {words}")
        time.sleep(every)
    return answer


def free_place() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


class Actor:
    """One process in a group of its own, with its log."""

    def __init__(
        self, name: str, command: list[str], *, folder: Path, env: Mapping[str, str], root: Path = ROOT
    ) -> None:
        self.name, self.command, self.env, self.root = name, command, dict(env), root
        self.log = folder / f"{name}.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        env = {**os.environ, **self.env, "PYTHONPATH": str(self.root), "PYTHONUNBUFFERED": "1"}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self.command, env=env, cwd=self.root, stdout=log, stderr=log, start_new_session=True
            )

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def said(self) -> str:
        return self.log.read_text(errors="replace")[-2000:] if self.log.exists() else ""

    def send(self, number: signal.Signals) -> None:
        """To the process and all it started."""
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def kill(self) -> None:
        self.send(signal.SIGKILL)
        if self.process is not None:
            self.process.wait(30)

    def ask_to_end(self) -> None:
        """SIGTERM to the process alone, as a deployment does it; not waited for."""
        if self.process is not None and self.runs:
            self.process.terminate()

    def children(self) -> list[int]:
        assert self.process is not None
        told = subprocess.run(["ps", "-A", "-o", "ppid=,pid="], capture_output=True, text=True).stdout
        rows = (line.split() for line in told.splitlines())
        return [int(pid) for parent, pid in rows if int(parent) == self.process.pid]


class Provider(Actor):
    """One rehearsal company. Everything is counted against its ledger."""

    def __init__(self, name: str, *, folder: Path, mail: bool, env: Mapping[str, str]) -> None:
        self.place, self.mail_place = free_place(), free_place() if mail else ""
        self.ledger = folder / f"{name}.jsonl"
        own = {"PROVIDER_HTTP": self.place, "PROVIDER_SMTP": self.mail_place, "PROVIDER_LEDGER": str(self.ledger)}
        command = [sys.executable, "-m", "breachdesk.demo.provider"]
        super().__init__(name, command, folder=folder, env={**env, **own})

    @property
    def url(self) -> str:
        return f"http://{self.place}/phone"

    def tell(self, **order: Any) -> dict[str, Any]:
        answer = httpx.post(f"http://{self.place}/control", json=order, trust_env=False, timeout=30)
        return answer.raise_for_status().json()

    def state(self) -> dict[str, Any]:
        answer = httpx.get(f"http://{self.place}/control", trust_env=False, timeout=30)
        return answer.raise_for_status().json()

    def listens(self) -> bool:
        with contextlib.suppress(httpx.HTTPError):
            return bool(self.state())
        return False

    def book(self) -> Book:
        return Book.read(self.ledger)


class Stage:
    """All of them. `values` is the environment of the product's own processes, beside what the caller has."""

    def __init__(self, folder: Path, values: Mapping[str, str]) -> None:
        self.folder = folder
        self.web_place, secret = free_place(), os.environ["PHONE_PROVIDER_SECRET"]
        receipts = {"RECEIPT_URL": f"http://{self.web_place}/delivery/receipts/phone/"}
        self.first = Provider("provider-a", folder=folder, mail=True, env=receipts)
        self.second = Provider("provider-b", folder=folder, mail=False, env=receipts)
        self.env = {
            "AS_OWNER": "0",
            "ALLOWED_HOSTS": "127.0.0.1,localhost",
            "PHONE_PROVIDER_URL": self.first.url,
            "PHONE_PROVIDER_BATCH": "100",
            "SECOND_PHONE_PROVIDER_URL": self.second.url,
            "SECOND_PHONE_PROVIDER_SECRET": secret,
            "SECOND_PHONE_PROVIDER_BATCH": "100",
            # Each company carries both. Without an approved template nobody is sent an AlimTalk.
            "ALIMTALK_PROVIDER_URL": self.first.url,
            "ALIMTALK_PROVIDER_SECRET": secret,
            "ALIMTALK_PROVIDER_BATCH": "100",
            "ALIMTALK_SENDER": "@rehearsal",
            "SECOND_ALIMTALK_PROVIDER_URL": self.second.url,
            "SECOND_ALIMTALK_PROVIDER_SECRET": secret,
            "SECOND_ALIMTALK_PROVIDER_BATCH": "100",
            "SMTP_URL": f"smtp://{self.first.mail_place}",
            "PUBLIC_URL": f"http://{self.web_place}",
            **values,
        }
        self.actors: list[Actor] = [self.first, self.second]

    @property
    def providers(self) -> list[Provider]:
        return [self.first, self.second]

    def tell(self, **order: Any) -> None:
        for provider in self.providers:
            provider.tell(**order)

    def worker(self, name: str, *, hands: int = 2, root: Path = ROOT) -> Actor:
        command = [sys.executable, "-m", "celery", "-A", "breachdesk.celery", "worker", "--loglevel=INFO"]
        command += [f"--concurrency={hands}", f"--hostname={name}@stage"]
        command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        return self._has(Actor(name, command, folder=self.folder, env=self.env, root=root))

    def beat(self, name: str = "beat", *, root: Path = ROOT) -> Actor:
        command = [sys.executable, "-m", "celery", "-A", "breachdesk.celery", "beat", "--loglevel=INFO", "--pidfile="]
        command += [f"--schedule={self.folder / name}"]
        return self._has(Actor(name, command, folder=self.folder, env=self.env, root=root))

    def web(self, *, hands: int = 2) -> Actor:
        command = [sys.executable, "-m", "gunicorn", "breachdesk.wsgi:application", "--bind", self.web_place]
        command += ["--workers", str(hands), "--graceful-timeout", "5", "--no-control-socket"]
        return self._has(Actor("web", command, folder=self.folder, env=self.env))

    def _has(self, actor: Actor) -> Actor:
        self.actors.append(actor)
        return actor

    def open(self) -> None:
        """The providers; whoever else is wanted is started by whoever wants them."""
        for provider in self.providers:
            provider.start()
        for provider in self.providers:
            wait_for(provider.listens, seconds=60, words=f"{provider.name}: {provider.said()}")

    def close(self) -> None:
        for actor in self.actors:
            actor.send(signal.SIGCONT)
            actor.kill()


def is_at_work(worker: Actor) -> bool:
    """A worker that has said that it is ready. One that ended says why."""
    if not worker.runs:
        raise TooLate(f"{worker.name} ended: {worker.said()}")
    return b"ready." in worker.log.read_bytes()


def answers(place: str) -> bool:
    with contextlib.suppress(httpx.HTTPError, json.JSONDecodeError):
        return httpx.get(f"http://{place}/healthz", trust_env=False, timeout=5).status_code == 200
    return False

"""Where measured messages end: postfix's smtp-sink where Debian's package can be had, else one of ours; and an HTTP sink on uvloop.

    python -m bench.sinks http PORT     takes what channels/phone.py sends, whole batches too, and answers each with an id
    python -m bench.sinks smtp PORT     takes mails, several commands at once (PIPELINING)

The HTTP sink also says when a number got its short message: GET /arrived?to=… -> unix seconds, or 0.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast
from urllib.parse import parse_qs


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def running(command: list[str | Path], port: int, env: dict[str, str] | None = None) -> Iterator[None]:
    process = subprocess.Popen(command, env={**os.environ, **(env or {})}, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 15
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if time.monotonic() > until or process.poll() is not None:
                    raise
                time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def http() -> Iterator[str]:
    port = free_port()
    with running([sys.executable, "-m", "bench.sinks", "http", str(port)], port):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def smtp(folder: Path) -> Iterator[tuple[int, str]]:
    """Its port, and which one it is."""
    port = free_port()
    program, libraries = smtp_sink(folder)
    if program is None:
        with running([sys.executable, "-m", "bench.sinks", "smtp", str(port)], port):
            yield port, "a uvloop sink"
        return
    as_somebody = ["-u", "nobody"] if os.geteuid() == 0 else []
    env = {"LD_LIBRARY_PATH": str(libraries)} if libraries else None
    with running([program, *as_somebody, f"127.0.0.1:{port}", "200"], port, env):
        yield port, "postfix's smtp-sink"


def smtp_sink(folder: Path) -> tuple[Path | None, Path | None]:
    """Installed, or taken out of Debian's package without installing it."""
    there = shutil.which("smtp-sink") or shutil.which("smtp-sink", path="/usr/sbin")
    if there:
        return Path(there), None
    if not (shutil.which("apt-get") and shutil.which("dpkg")):
        return None, None
    out = folder / "postfix"
    out.mkdir(exist_ok=True)
    try:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "timeout": 60, "check": True}
        subprocess.run(["apt-get", "download", "postfix"], cwd=out, **quiet)  # type: ignore[call-overload]
        [package] = out.glob("postfix_*.deb")
        subprocess.run(["dpkg", "-x", package, out], **quiet)  # type: ignore[call-overload]
    except (OSError, ValueError, subprocess.SubprocessError):
        return None, None
    return out / "usr/sbin/smtp-sink", out / "usr/lib/postfix"


class Http(asyncio.Protocol):
    arrived: dict[str, float] = {}

    def __init__(self) -> None:
        self.seen = bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)  # uvloop's own class is none of asyncio's

    def data_received(self, data: bytes) -> None:
        self.seen += data
        while (end := self.seen.find(b"\r\n\r\n")) >= 0:
            head = bytes(self.seen[:end]).decode("latin-1")
            first, *lines = head.split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            length = int(headers.get("content-length", 0))
            if len(self.seen) < end + 4 + length:
                return
            body = bytes(self.seen[end + 4 : end + 4 + length])
            del self.seen[: end + 4 + length]
            self.answer(self.get(first) if first.startswith("GET") else self.take(body))

    def get(self, first: str) -> object:
        query = parse_qs(first.split()[1].partition("?")[2])
        return self.arrived.get(query.get("to", [""])[0], 0)

    def take(self, body: bytes) -> object:
        told, now = json.loads(body), time.time()
        if "messages" in told:
            return {"results": [{"id": each["id"], "provider_id": "s-" + each["id"]} for each in told["messages"]]}
        if told["kind"] == "sms":
            self.arrived[told["to"]] = now
        return {"provider_id": "s-" + told["id"]}

    def answer(self, value: object) -> None:
        body = json.dumps(value).encode()
        self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))


class Smtp(asyncio.Protocol):
    def __init__(self) -> None:
        self.seen, self.in_mail = bytearray(), False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(b"220 sink ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self.seen += data
        answers = []
        while True:
            end = self.seen.find(b"\r\n.\r\n" if self.in_mail else b"\r\n")
            if end < 0:
                break
            line = bytes(self.seen[:end])
            del self.seen[: end + (5 if self.in_mail else 2)]
            if self.in_mail:
                self.in_mail = False
                answers.append(b"250 2.0.0 Ok\r\n")
            elif (verb := line[:4].upper()) == b"EHLO":
                answers.append(b"250-sink\r\n250-PIPELINING\r\n250 8BITMIME\r\n")
            elif verb == b"DATA":
                self.in_mail = True
                answers.append(b"354 Go on\r\n")
            elif verb == b"QUIT":
                self.transport.write(b"".join(answers) + b"221 Bye\r\n")
                self.transport.close()
                return
            else:
                answers.append(b"250 2.0.0 Ok\r\n")
        if answers:
            self.transport.write(b"".join(answers))


async def serve(protocol: Callable[[], asyncio.Protocol], port: int) -> None:
    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", port, backlog=200)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    import uvloop

    uvloop.run(serve({"http": Http, "smtp": Smtp}[sys.argv[1]], int(sys.argv[2])))

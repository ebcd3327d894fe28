"""The public notice as the proxy serves it: beside the same page rendered by Django behind that proxy, and beside nginx's bare file.

nginx with deploy/nginx.conf (no TLS, no limit of requests), gunicorn as in the image, and a reader of ours on loopback that keeps
eight connections busy, all on the cores of this machine. The bare file is the same bytes from an nginx that is told nothing else.
"""

from __future__ import annotations

import contextlib
import os
import re
import selectors
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from bench import proxy
from bench.harness import Result, Run, ratios
from breachdesk.demo import story
from notices import published_files, publishing

ROUNDS = 9
SECONDS = 1.5
CONNECTIONS = 8
BY_FILE, BY_DJANGO = f"/notices/{story.SLUG}/", f"/notices/{story.SLUG}/v/3/"


def measure(run: Run) -> Iterator[Result]:
    program = os.environ.get("NGINX_PROGRAM")
    if not program:
        print("  skipped: there is no nginx on this machine (set NGINX_PROGRAM to the path of one)", flush=True)
        return
    Path(settings.STATIC_ROOT).mkdir(exist_ok=True)
    call_command("load_demo", verbosity=0)
    publishing.keep_up(at=timezone.now())
    # The newest version lies at two addresses. Without its file the second is asked of Django.
    published_files.remove(BY_DJANGO)
    with gunicorn() as application, nginx(program, run.folder, application) as (ours, bare):
        rates: dict[str, list[float]] = {"file": [], "django": [], "bare": []}
        for _round in range(ROUNDS):
            rates["file"].append(rate(ours, BY_FILE))
            rates["bare"].append(rate(bare, BY_FILE))
            rates["django"].append(rate(ours, BY_DJANGO))
    yield Result("P8.django", "the same page rendered by Django", ratios(rates["file"], rates["django"]), 1, "≥ 100")
    yield Result("P8.bare", "the same bytes as nginx's bare file", ratios(rates["file"], rates["bare"]), 1, "≥ 0.95")
    yield Result("rate.notice", "notices a second, from the file", rates["file"], 1)
    yield Result("rate.notice_django", "notices a second, rendered by Django", rates["django"], 1)


# -- the servers ------------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def gunicorn() -> Iterator[str]:
    place = f"127.0.0.1:{proxy.free_port()}"
    command = [sys.executable, "-m", "gunicorn", "breachdesk.wsgi:application", "--bind", place, "--workers", "4"]
    with running([*command, "--no-control-socket", "--log-level", "warning"], place):
        yield place


@contextlib.contextmanager
def nginx(program: str, folder: Path, application: str) -> Iterator[tuple[str, str]]:
    """Ours with everything it does for a reader, and one that is told of nothing but the folder."""
    ours, bare = (f"127.0.0.1:{proxy.free_port()}" for _ in range(2))
    pages = Path(settings.PUBLISHED_ROOT, "pages")
    places = {}
    for name in ("ours", "bare"):
        places[name] = folder / f"nginx-{name}"
        places[name].mkdir()
    text = proxy.conf(program, places["ours"], place=ours, application=application, pages=pages)
    text, limits = re.subn(r"limit_req zone=[^;]+;", "", text)
    assert limits, "a single reader of ours would be taken for a flood"
    logged = f"access_log {places['bare']}/access.log;"
    nothing_else = (
        f"{proxy.as_this_user()} worker_processes auto; pid {places['bare']}/nginx.pid; events {{ worker_connections 4096; }} "
        f"http {{ include {proxy.mime_types(program)}; {proxy.temporary(places['bare'])} sendfile on; {logged} "
        f"server {{ listen {bare}; root {pages}; gzip_static on; }} }}"
    )
    text = text.replace("access_log /dev/stdout plain;", f"access_log {places['ours']}/access.log plain;")
    files = {}
    for name, conf in (("ours", text), ("bare", nothing_else)):
        files[name] = places[name] / "nginx.conf"
        files[name].write_text(conf, encoding="utf-8")
    with (
        running(proxy.command(program, places["ours"], files["ours"]), ours),
        running(proxy.command(program, places["bare"], files["bare"]), bare),
    ):
        yield ours, bare


@contextlib.contextmanager
def running(command: list[str], place: str) -> Iterator[None]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError), connected(place):
                break
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{command[0]} does not answer at {place}")
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(20)


# -- the reader -------------------------------------------------------------------------------------------------------------


def connected(place: str) -> socket.socket:
    host, port = place.split(":")
    return socket.create_connection((host, int(port)), timeout=30)


def rate(place: str, path: str) -> float:
    """Whole pages a second, each asked for when the one before has come; the first ones are not counted."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n\r\n".encode()
    got = 0
    buffers: dict[socket.socket, bytes] = {}
    with contextlib.closing(selectors.DefaultSelector()) as selector:

        def ask_anew() -> None:
            one = connected(place)
            buffers[one] = b""
            selector.register(one, selectors.EVENT_READ)
            one.sendall(request)

        for _number in range(CONNECTIONS):
            ask_anew()
        began = time.perf_counter()
        warm = began + SECONDS / 5
        end = warm + SECONDS
        counting = False
        while (now := time.perf_counter()) < end:
            if not counting and now >= warm:
                got, began, counting = 0, now, True
            for key, _events in selector.select(timeout=30):
                one = key.fileobj
                assert isinstance(one, socket.socket)
                if not (part := one.recv(1 << 18)):
                    # nginx ends a connection after a thousand pages.
                    assert not buffers.pop(one), f"{place} ended a connection in the middle of a page"
                    selector.unregister(one)
                    one.close()
                    ask_anew()
                    continue
                buffers[one] += part
                if is_whole(buffers[one]):
                    assert buffers[one].startswith(b"HTTP/1.1 200"), buffers[one][:200]
                    last = b"\r\nConnection: close\r\n" in buffers[one]
                    buffers[one] = b""
                    got += 1
                    if not last:
                        one.sendall(request)
        for one in buffers:
            one.close()
    return got / (time.perf_counter() - began)


LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)


def is_whole(answer: bytes) -> bool:
    head, found, body = answer.partition(b"\r\n\r\n")
    if not found:
        return False
    length = LENGTH.search(head)
    return len(body) == int(length[1]) if length else body.endswith(b"0\r\n\r\n")

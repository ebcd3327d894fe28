"""The real nginx before the real files, with deploy/nginx.conf: no TLS, on a port of the machine's own, as `make test` found it.

`proxy`: `proxy.url`; it serves settings.PUBLISHED_ROOT and passes everything else to `proxy.application`, where nobody answers
until a test says who (`proxy.start(application="127.0.0.1:8000")`).
"""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench import proxy as proxy_of
from tests.servers import Server, free_port, wait_for

NOBODY = "127.0.0.1:9"


class Proxy(Server):
    def __init__(self, folder: Path, program: str, published: Path) -> None:
        super().__init__(folder, "nginx")
        self.folder, self.program, self.published = folder, program, published
        self.place = f"127.0.0.1:{free_port()}"
        self.url = f"http://{self.place}"

    def start(self, application: str = NOBODY) -> None:
        conf = self.folder / "nginx.conf"
        pages = self.published / "pages"
        text = proxy_of.conf(self.program, self.folder, place=self.place, application=application, pages=pages)
        conf.write_text(text, encoding="utf-8")
        self.launch(proxy_of.command(self.program, self.folder, conf), {})
        wait_for(self._listens, but=self.said)

    def _listens(self) -> bool:
        host, port = self.place.split(":")
        with contextlib.suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
            return True
        assert self.runs, self.said()
        return False


@pytest.fixture
def proxy(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    program = os.environ.get("NGINX_PROGRAM")
    if not program:
        if os.environ.get("CI"):
            pytest.fail("no nginx: set NGINX_PROGRAM")
        pytest.skip("no nginx on this machine: set NGINX_PROGRAM to one, to see what the proxy serves")
    process = Proxy(tmp_path_factory.mktemp("nginx"), program, Path(settings.PUBLISHED_ROOT))
    yield process
    process.kill()

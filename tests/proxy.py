"""The real nginx before the real files, with deploy/nginx.conf: no TLS, on a port of the machine's own, as `make test` found it.

`proxy`: `proxy.url`; it serves settings.PUBLISHED_ROOT and passes everything else to `proxy.application`, where nobody answers
until a test says who (`proxy.start(application="127.0.0.1:8000")`).
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from tests.servers import Server, free_port, wait_for

CONF = Path(django_settings.BASE_DIR, "deploy", "nginx.conf")
NOBODY = "127.0.0.1:9"


class Proxy(Server):
    def __init__(self, folder: Path, program: str, published: Path) -> None:
        super().__init__(folder, "nginx")
        self.folder, self.program, self.published = folder, program, published
        self.place = f"127.0.0.1:{free_port()}"
        self.url = f"http://{self.place}"

    def start(self, application: str = NOBODY) -> None:
        conf = self.folder / "nginx.conf"
        conf.write_text(self._conf(application), encoding="utf-8")
        self.launch([self.program, "-e", "stderr", "-p", str(self.folder), "-c", str(conf), "-g", "daemon off;"], {})
        wait_for(self._listens, but=self.said)

    def _listens(self) -> bool:
        host, port = self.place.split(":")
        with contextlib.suppress(OSError), socket.create_connection((host, int(port)), timeout=1):
            return True
        assert self.runs, self.said()
        return False

    def _conf(self, application: str) -> str:
        """The operators' own, with what only their machines have put right; each must be there to be replaced."""
        conf = CONF.read_text(encoding="utf-8")
        types = next(
            path
            for path in (Path(self.program).parents[2] / "etc/nginx/mime.types", Path("/etc/nginx/mime.types"))
            if path.exists()
        )
        temporary = "".join(
            f"{kind}_temp_path {self.folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        for found, instead in (
            (r"include /etc/nginx/modules-enabled/\*\.conf;", "user root;" if os.geteuid() == 0 else ""),
            (r"include /etc/nginx/brotli\*\.conf;", ""),
            (r"include mime\.types;", f"include {types}; {temporary}"),
            (r"pid /tmp/nginx\.pid;", f"pid {self.folder}/nginx.pid;"),
            (r"worker_processes auto;", "worker_processes 1;"),
            (r"listen 80 default_server;", f"listen 127.0.0.1:{free_port()};"),
            (r"listen 443 ssl default_server;", f"listen {self.place};"),
            (r"listen \[::\]:\d+ (ssl )?default_server;", ""),
            (r"http2 on;", ""),
            (r"ssl_\w+ [^;]+;", ""),
            (r"resolver [^;]+;", ""),
            (r"http://web:8000", f"http://{application}"),
            (r"root /published/pages;", f"root {self.published}/pages;"),
            (r"alias /static/;", f"alias {django_settings.BASE_DIR}/static/;"),
        ):
            conf, count = re.subn(found, lambda _match, instead=instead: instead, conf)  # type: ignore[misc]
            assert count, f"deploy/nginx.conf no longer says {found}"
        return conf


@pytest.fixture
def proxy(settings: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    program = os.environ.get("NGINX")
    if not program:
        if os.environ.get("CI"):
            pytest.fail("no nginx: set NGINX")
        pytest.skip("no nginx on this machine: set NGINX to one, to see what the proxy serves")
    process = Proxy(tmp_path_factory.mktemp("nginx"), program, Path(settings.PUBLISHED_ROOT))
    yield process
    process.kill()

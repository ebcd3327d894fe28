"""deploy/nginx.conf for one machine without TLS: what only the operators' machines have is put right, all else stays."""

from __future__ import annotations

import os
import re
import socket
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CONF = ROOT / "deploy" / "nginx.conf"


def conf(program: str, folder: Path, *, place: str, application: str, pages: Path) -> str:
    """`place` and `application`: host:port of the proxy and of what it asks. Each line that is changed must be there."""
    text = CONF.read_text(encoding="utf-8")
    for found, instead in (
        (r"include /etc/nginx/modules-enabled/\*\.conf;", as_this_user()),
        (r"include /etc/nginx/brotli\*\.conf;", ""),
        (r"include mime\.types;", f"include {mime_types(program)}; {temporary(folder)}"),
        (r"pid /tmp/nginx\.pid;", f"pid {folder}/nginx.pid;"),
        (r"listen 80 default_server;", f"listen 127.0.0.1:{free_port()};"),
        (r"listen 443 ssl default_server;", f"listen {place};"),
        (r"listen \[::\]:\d+ (ssl )?default_server;", ""),
        (r"http2 on;", ""),
        (r"ssl_\w+ [^;]+;", ""),
        (r"resolver [^;]+;", ""),
        (r"http://web:8000", f"http://{application}"),
        (r"root /published/pages;", f"root {pages};"),
        (r"alias /static/;", f"alias {ROOT}/static/;"),
    ):
        text, count = re.subn(found, lambda _match, instead=instead: instead, text)  # type: ignore[misc]
        assert count, f"deploy/nginx.conf no longer says {found}"
    return text


def as_this_user() -> str:
    return "user root;" if os.geteuid() == 0 else ""


def mime_types(program: str) -> Path:
    """Beside an nginx that was unpacked, else where the system has it."""
    beside = Path(program).resolve().parents[2] / "etc/nginx/mime.types"
    return beside if beside.exists() else Path("/etc/nginx/mime.types")


def temporary(folder: Path) -> str:
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    return "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)


def command(program: str, folder: Path, conf_file: Path) -> list[str]:
    return [program, "-e", "stderr", "-p", str(folder), "-c", str(conf_file), "-g", "daemon off;"]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])

"""The environment of a test run (a pytest plugin, named in pyproject.toml, so that it stands before the settings are read).

`make test` gives the addresses of the servers and the browser; a plain `python -m pytest` needs DATABASE_URL and REDIS_URL
set by hand. The role of DATABASE_URL may belong to either of the product's roles: the suite connects as the owner, who may
make a test database.

`make test` runs three processes at once (pytest-xdist), and with them everything is there three times: pytest-django gives
each process its test database, every fixture of tests/servers.py its own ports, and this file its number at Redis and its folders.
"""

from __future__ import annotations

import atexit
import base64
import os
import secrets
import shutil
import tempfile
from urllib.parse import urlsplit

import pytest

# Journals refuse TRUNCATE, which is how Django empties the tables after a test with real transactions.
ALLOW_TRUNCATE = "options=-c%20breachdesk.allow_truncate%3Don"


def key(name: str) -> str:
    return f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def fill(environment: os._Environ[str]) -> None:
    missing = [name for name in ("DATABASE_URL", "REDIS_URL") if not environment.get(name)]
    if missing:
        raise pytest.UsageError(f"{' and '.join(missing)} not set: run `make test`, which starts servers of its own.")
    owner = environment.get("DATABASE_OWNER_URL") or environment["DATABASE_URL"]
    if "allow_truncate" not in owner:
        owner += ("&" if "?" in owner else "?") + ALLOW_TRUNCATE
    folder = tempfile.mkdtemp(prefix="breachdesk-pytest-")
    os.mkdir(f"{folder}/static")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    environment.update(DATABASE_OWNER_URL=owner, AS_OWNER="1", DEMO="1", DEBUG="0")
    for name, value in {
        "TEST_RUN": f"run_{secrets.token_hex(6)}",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "DATA_KEYS": key("t1"),
        "INDEX_KEYS": key("t1"),
        "ALLOWED_HOSTS": "testserver,127.0.0.1,localhost",
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "PHONE_PROVIDER_URL": "http://127.0.0.1:9/phone",  # nobody answers there: a test that sends starts its own
        "PHONE_PROVIDER_SECRET": secrets.token_urlsafe(24),
        "PHONE_SENDER": "15000000",
        "LOOKUPS_A_MINUTE": "600000",  # nobody stands in line but where a test wants it
        "BANK_URL": "http://127.0.0.1:9",
        "BANK_SECRET": secrets.token_urlsafe(24),
        "CARDS_URL": "http://127.0.0.1:9",
        "CARDS_SECRET": secrets.token_urlsafe(24),
        "SMTP_URL": "smtp://127.0.0.1:9",
        "EMAIL_FROM": "safe@hanbitcard.example",
        "MEDIA_ROOT": f"{folder}/media",
        "STATIC_ROOT": f"{folder}/static",
        "PUBLISHED_ROOT": f"{folder}/published",
        # Every visitor of a test comes from one network, and few of them can work for a code (tests/lookup/test_work.py).
        "CODE_FREE_OF_NETWORK": "600",
        "CODE_FREE_OF_CONTACT": "600",
    }.items():
        environment.setdefault(name, value)


def keep_apart(environment: os._Environ[str], process: str) -> None:
    """What processes beside each other must not share. They inherit the environment of the one that started them."""
    redis = urlsplit(environment["REDIS_URL"])
    given, process_number = int(redis.path.strip("/") or 0), int(process.removeprefix("gw"))
    number = given ^ process_number  # of 0 it makes 0 and 1, of 7 it makes 7 and 6: never more than the server has
    environment["REDIS_URL"] = redis._replace(path=f"/{number}").geturl()
    for name in ("MEDIA_ROOT", "STATIC_ROOT", "PUBLISHED_ROOT"):
        environment[name] += f"-{process}"
    os.makedirs(environment["STATIC_ROOT"], exist_ok=True)


fill(os.environ)
if process := os.environ.get("PYTEST_XDIST_WORKER"):
    keep_apart(os.environ, process)

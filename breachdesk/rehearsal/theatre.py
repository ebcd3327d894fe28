"""A database and a number at the broker of a rehearsal's own, made for it and gone after it; and an environment that knows no other."""

from __future__ import annotations

import base64
import contextlib
import os
import secrets
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import psycopg2.sql
import redis

# What a rehearsal may know of the surroundings. Neither provider, bank nor key of the real house is among it.
KEPT = {"PATH", "HOME", "LANG", "TZ", "TMPDIR", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"}
KEPT_BEGINNINGS = ("LC_", "ISSUER_")
BROKER_NUMBERS = range(15, 0, -1)
TAKEN_FOR = 6 * 3600  # seconds


class NoTheatre(Exception):
    """There is no place to rehearse; the words say what is missing."""


@contextlib.contextmanager
def own_database(owner_url: str) -> Iterator[str]:
    """The name of a new one on the owner's server, dropped at the end."""
    name = f"rehearsal_{secrets.token_hex(6)}"
    try:
        _execute(owner_url, psycopg2.sql.SQL("CREATE DATABASE {}").format(psycopg2.sql.Identifier(name)))
    except psycopg2.errors.InsufficientPrivilege:
        role = urlsplit(owner_url).username
        raise NoTheatre(
            f"{role} may not create the rehearsal's own database. As a superuser: ALTER ROLE {role} CREATEDB"
        ) from None
    except psycopg2.Error as error:
        raise NoTheatre(f"no database could be made: {type(error).__name__}") from None
    try:
        # The rehearsal's own clock (clock.py) is found before the server's.
        ahead = psycopg2.sql.SQL("ALTER DATABASE {} SET search_path = public, pg_catalog")
        _execute(owner_url, ahead.format(psycopg2.sql.Identifier(name)))
        yield name
    finally:
        drop = psycopg2.sql.SQL("DROP DATABASE {} WITH (FORCE)").format(psycopg2.sql.Identifier(name))
        _execute(owner_url, drop)


def _execute(url: str, statement: psycopg2.sql.Composed) -> None:
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
    finally:
        connection.close()


@contextlib.contextmanager
def own_broker(url: str) -> Iterator[str]:
    """An empty numbered database of the broker, emptied again at the end."""
    for number in BROKER_NUMBERS:
        place = urlunsplit(urlsplit(url)._replace(path=f"/{number}"))
        try:
            with contextlib.closing(redis.Redis.from_url(place)) as broker:
                if broker.dbsize() or not broker.set("rehearsal", 1, nx=True, ex=TAKEN_FOR):
                    continue
                try:
                    yield place
                finally:
                    broker.flushdb()
                return
        except redis.ConnectionError:
            raise NoTheatre("the broker does not answer") from None
        except redis.ResponseError:
            continue  # it has fewer numbers
    raise NoTheatre("every numbered database of the broker is in use")


def environment(*, owner_url: str, app_url: str, database: str, broker: str, folder: Path) -> dict[str, str]:
    def key(name: str) -> str:
        return f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}"

    def named(url: str) -> str:
        return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))

    for part in ("media", "static", "published"):
        (folder / part).mkdir()
    return {
        **surroundings(os.environ),
        "DJANGO_SETTINGS_MODULE": "breachdesk.settings",
        "DATABASE_URL": named(app_url),
        "DATABASE_OWNER_URL": named(owner_url),
        "REDIS_URL": broker,
        "AS_OWNER": "1",
        "DEMO": "1",
        "DEBUG": "0",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "DATA_KEYS": key("r1"),
        "INDEX_KEYS": key("r1"),
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "PUBLIC_URL": "http://127.0.0.1:9",
        "PHONE_PROVIDER_URL": "http://127.0.0.1:9/phone",  # nobody answers there; the stage has its own
        "PHONE_PROVIDER_SECRET": secrets.token_urlsafe(24),
        "PHONE_SENDER": "15000000",
        "ALIMTALK_PROVIDER_URL": "http://127.0.0.1:9/phone",
        "ALIMTALK_PROVIDER_SECRET": secrets.token_urlsafe(24),
        "ALIMTALK_SENDER": "@rehearsal",
        "SMTP_URL": "smtp://127.0.0.1:9",
        "EMAIL_FROM": "rehearsal@issuer.example",
        "BANK_URL": "http://127.0.0.1:9",
        "BANK_SECRET": secrets.token_urlsafe(24),
        **{f"{part.upper()}_ROOT": str(folder / part) for part in ("media", "static", "published")},
        "PYTHONUNBUFFERED": "1",
        "PYTHONIOENCODING": "utf-8",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }


def surroundings(given: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in given.items() if name in KEPT or name.startswith(KEPT_BEGINNINGS)}

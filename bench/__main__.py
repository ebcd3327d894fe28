"""Runs the benches named by arguments or by BENCH, or all. `make bench` gives the servers and a folder."""

from __future__ import annotations

import base64
import importlib
import os
import pkgutil
import secrets
import sys
import tempfile
from pathlib import Path

import bench

ROOT = Path(__file__).resolve().parent.parent


def fill_environment(folder: Path) -> None:
    """What the settings ask for beside the servers' addresses."""

    def key(name: str) -> str:
        return f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}"

    given = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "DATA_KEYS": key("b1"),
        "INDEX_KEYS": key("b1"),
        "DEMO": "1",
        "AS_OWNER": "1",  # the peers make tables of their own
        "ALLOWED_HOSTS": "testserver,127.0.0.1,localhost",
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "PHONE_PROVIDER_URL": "http://127.0.0.1:9/phone",
        "PHONE_PROVIDER_SECRET": secrets.token_urlsafe(24),
        "PHONE_SENDER": "15000000",
        "BANK_URL": "http://127.0.0.1:9",
        "BANK_SECRET": secrets.token_urlsafe(24),
        "SMTP_URL": "smtp://127.0.0.1:9",
        "EMAIL_FROM": "safe@hanbitcard.example",
        "MEDIA_ROOT": str(folder / "media"),
        "STATIC_ROOT": str(folder / "static"),
        "PUBLISHED_ROOT": str(folder / "published"),
        "DJANGO_SETTINGS_MODULE": "breachdesk.settings",
    }
    for name, value in given.items():
        os.environ.setdefault(name, value)


def set_up() -> None:
    """Django, with the apps of the peers' models."""
    import django
    from django.conf import settings

    settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "bench", "post_office", "mailer"]
    django.setup()


def main(asked: list[str]) -> int:
    modules = {name: f"bench.{name}" for _finder, name, _package in pkgutil.iter_modules(bench.__path__)}
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=os.environ.get("BENCH_FOLDER")))
    fill_environment(folder)
    set_up()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from bench import harness, plot

    found = {name: module for name, module in modules.items() if hasattr(importlib.import_module(module), "measure")}
    names = asked or os.environ.get("BENCH", "").split() or sorted(found)
    if unknown := [name for name in names if name not in found]:
        print(f"There is no bench called {', '.join(unknown)}. There are: {', '.join(sorted(found))}", file=sys.stderr)
        return 2
    run = harness.Run(folder=folder, size=harness.FULL if os.environ.get("FULL") == "1" else harness.DEFAULT)
    print(f"machine: {harness.machine()}\ncommit {harness.commit()}, seed {run.seed}, {run.size:,} people", flush=True)
    for name in names:
        print(f"\n{name}: {(importlib.import_module(found[name]).__doc__ or '').splitlines()[0]}", flush=True)
        for result in importlib.import_module(found[name]).measure(run):
            print(result, flush=True)
            harness.keep(ROOT / "bench" / "results.json", [result])
        plot.draw(ROOT / "bench" / "results.json", ROOT / "bench" / "cost.svg")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

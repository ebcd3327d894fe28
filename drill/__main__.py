"""Plays the drills named by arguments or by FAULT, or all, on PostgreSQL and a broker of their own.

ROUNDS=5 of each · FULL=1 with all the time in the world · DRILL_PEOPLE=2000 in each campaign, else as many as the drill says ·
QUICK=1 with leases and outages scaled down · OLD_CODE=COMMIT that a deployment replaces, the one before this unless given ·
DRILL_RESULTS=FILE instead of drill/results.json
"""

from __future__ import annotations

import importlib
import os
import pkgutil
import secrets
import sys
import tempfile
import time
from pathlib import Path

import drill
from bench.__main__ import fill_environment
from breachdesk import launch

ROOT = Path(__file__).resolve().parent.parent
SEED = 20260914


def main(asked: list[str]) -> int:
    with launch.own_folder() as home:
        passwords = {name: secrets.token_urlsafe(24) for name in ("postgres", "owner", "app", "valkey")}
        servers = launch.Servers(home, passwords, lasting=True)
        try:
            servers.start()
            os.environ.update({**servers.addresses(), "BENCH_FOLDER": str(home)})
            return play(asked, servers)
        finally:
            servers.stop()


def play(asked: list[str], servers: launch.Servers) -> int:
    folder = Path(tempfile.mkdtemp(prefix="drill-", dir=os.environ["BENCH_FOLDER"]))
    (folder / "static").mkdir()
    fill_environment(folder)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from drill import harness

    modules = [
        importlib.import_module(f"drill.{name}") for _finder, name, _package in pkgutil.iter_modules(drill.__path__)
    ]
    found = {module.ID: module for module in modules if hasattr(module, "ID")}
    names = asked or os.environ.get("FAULT", "").split() or sorted(found)
    if unknown := [name for name in names if name not in found]:
        print(f"There is no drill called {', '.join(unknown)}. There are: {', '.join(sorted(found))}", file=sys.stderr)
        return 2
    results = Path(os.environ.get("DRILL_RESULTS") or ROOT / "drill" / "results.json")
    passed = True
    for name in names:
        print(f"\n{name}: {(found[name].__doc__ or '').splitlines()[0]}", flush=True)
        rounds = []
        for number in range(int(os.environ.get("ROUNDS") or 1)):
            began = time.monotonic()
            run = harness.Run(
                folder=folder,
                seed=SEED + number,
                full=os.environ.get("FULL") == "1",
                people=int(os.environ.get("DRILL_PEOPLE") or getattr(found[name], "PEOPLE", harness.PEOPLE)),
                quick=os.environ.get("QUICK") == "1",
                servers=servers,
            )
            rounds.append(found[name].play(run))
            took = time.monotonic() - began
            print(f"  round {number + 1}: {rounds[-1].load}\n  {rounds[-1].worst}, {took:.0f} s", flush=True)
            for failure in rounds[-1].failures:
                print(f"  FAILED: {failure}", flush=True)
        result = harness.as_data(name, rounds, seed=SEED)
        harness.append(results, result)
        print("  passed" if result["passed"] else "  FAILED", flush=True)
        passed = passed and result["passed"]
    for row in harness.add_up(results):
        print(f"{row['id']}: {row['load']}: {row['worst']}", flush=True)
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

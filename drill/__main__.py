"""Plays the drills named by arguments or by FAULT, or all. `make drill` gives the servers and a folder."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
import tempfile
from pathlib import Path

import drill
from bench.__main__ import fill_environment

ROOT = Path(__file__).resolve().parent.parent
SEED = 20260914


def main(asked: list[str]) -> int:
    folder = Path(tempfile.mkdtemp(prefix="drill-", dir=os.environ.get("BENCH_FOLDER")))
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
    passed = True
    for name in names:
        print(f"\n{name}: {(found[name].__doc__ or '').splitlines()[0]}", flush=True)
        rounds = []
        for number in range(int(os.environ.get("ROUNDS") or 1)):
            run = harness.Run(folder=folder, seed=SEED + number, full=os.environ.get("FULL") == "1")
            rounds.append(found[name].play(run))
            print(f"  round {number + 1}: {rounds[-1].load}\n  {rounds[-1].worst}", flush=True)
        result = harness.as_data(name, rounds, seed=SEED)
        harness.append(ROOT / "drill" / "results.json", result)
        print("  passed" if result["passed"] else "  FAILED: " + "; ".join(result["failures"]), flush=True)
        passed = passed and result["passed"]
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

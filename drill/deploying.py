"""A deployment in the middle: new code beside old code on the new tables, then SIGTERM to the old. Nobody notices."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from breachdesk.rehearsal.stage import ROOT
from drill import campaigns
from drill.harness import Round, Run
from drill.reading import Reader

ID = "F16"


def old_code(folder: Path, commit: str) -> tuple[Path, str]:
    """That commit where there is one; else the same code twice."""
    place = folder / "old-code"
    if not place.exists():
        command = ["git", "worktree", "add", "--detach", str(place), commit]
        if subprocess.run(command, cwd=ROOT, capture_output=True).returncode:
            return ROOT, "the same code"
        for compiled in (ROOT / "locale").rglob("*.mo"):
            (place / compiled.relative_to(ROOT)).write_bytes(compiled.read_bytes())
    named = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=place, capture_output=True, text=True)
    return place, f"the code of {named.stdout.strip()}"


def forget(place: Path) -> None:
    if place != ROOT:
        subprocess.run(["git", "worktree", "remove", "--force", str(place)], cwd=ROOT, capture_output=True)


def play(run: Run) -> Round:
    commit = os.environ.get("OLD_CODE", "" if run.quick else "HEAD^")
    place, named = old_code(run.folder, commit) if commit else (ROOT, "the same code")

    def strike(going: campaigns.UnderWay) -> None:
        reader = Reader(going.stage.web_place)
        beside, end = campaigns.shares(2, going.chance, last=0.5)
        going.until(beside)
        new, new_beat = going.stage.worker("new-worker"), going.stage.beat("new-beat")
        going.work(new)
        new_beat.start()
        going.until(end)
        with going.strike():
            going.worker.ask_to_end()
            going.beat.ask_to_end()
        old, going.worker = [going.worker, going.beat], new
        going.settle()
        for actor in old:
            actor.kill()  # it has ended by now, or would end in the next round
        statuses = reader.end()
        going.figures |= {"pages": sum(statuses.values())}
        if wrong := {status: count for status, count in statuses.items() if status != 200}:
            going.said.append(f"pages answered {wrong}")

    try:
        return campaigns.played(run, f"{named} beside the new, then ended by SIGTERM", strike, root=place, web=True)
    finally:
        forget(place)

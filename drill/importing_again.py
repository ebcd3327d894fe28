"""The same list twice, by several at once, under another name and in another order: nobody is put in twice, nobody is written to."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

from bench import lists, people
from delivery.models import Message
from drill import harness, importing
from notices import loading
from notices.models import Dataset

ID = "F14"
ROWS, FULL, AT_ONCE = 100_000, 1_000_000, 4


def play(run: harness.Run) -> harness.Round:
    rows = FULL if run.full else ROWS
    path = people.write(run.folder / f"again-{run.seed}.csv", rows, seed=run.seed)
    into, messages = lists.incident(), Message.objects.count()
    wrong = []
    at_once = [importing.result(each) for each in [importing.start(path, into.slug) for _ in range(AT_ONCE)]]
    if any(code for code, _said in at_once):
        wrong.append(f"of {AT_ONCE} at once: {[said for code, said in at_once if code]}")
    if (inserted := sorted(said.get("inserted", 0) for _code, said in at_once)) != [0] * (AT_ONCE - 1) + [rows]:
        wrong.append(f"at once they inserted {inserted}")
    for name, other in others(path, random.Random(run.seed)):  # noqa: S311 - only another order
        code, said = importing.result(importing.start(other, into.slug))
        if code or said["inserted"] or not said["already_imported"] or said["unchanged"] != rows:
            wrong.append(f"{name}: exit {code}, {said}")
    lists_of_it = list(Dataset.objects.filter(incident=into))
    if len(lists_of_it) != 1 or loading.count(lists_of_it[0].pk) != rows:
        wrong.append(f"{len(lists_of_it)} lists")
    if sent := Message.objects.count() - messages:
        wrong.append(f"{sent} messages")
    lists.drop_all()
    return harness.Round(
        load=f"{rows:,} rows, {AT_ONCE} imports at once, then again, renamed, in another order, in another encoding",
        worst={"inserted_twice": sum(inserted) - rows, "messages": sent},
        failures=wrong,
    )


def others(path: Path, chance: random.Random) -> list[tuple[str, Path]]:
    """The same people in other files."""
    renamed = Path(shutil.copy(path, path.with_name(f"renamed-{path.name}")))
    header, *lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    chance.shuffle(lines)
    turned, coded = path.with_name(f"turned-{path.name}"), path.with_name(f"coded-{path.name}")
    turned.write_text(header + "".join(lines), encoding="utf-8")
    coded.write_text(header + "".join(lines).replace("\n", "\r\n"), encoding="cp949", newline="")
    return [("again", path), ("renamed", renamed), ("in another order", turned), ("in another encoding", coded)]

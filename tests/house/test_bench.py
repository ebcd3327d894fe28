"""What `make bench` writes down, and the people it invents. Nothing here measures."""

from __future__ import annotations

import datetime as dt
import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from bench import harness, people, plot
from bench.harness import Result
from notices import catalogue, listfile, rows

TODAY = dt.date(2026, 9, 14)


def test_invented_people_are_all_sound_and_the_same_for_the_same_seed(tmp_path: Path):
    path = people.write(tmp_path / "people.csv", 500, seed=7)
    assert path.read_bytes() == people.write(tmp_path / "again.csv", 500, seed=7).read_bytes()
    with listfile.open_text(path, "utf-8") as text:
        (_line, header), *records = listfile.records(text)
    reader = rows.Reader(header or [], codes=catalogue.codes([]), today=TODAY)
    read = [reader.read(cells or []) for _line, cells in records]
    assert len({row.phone for row in read}) == len({row.customer_ref for row in read}) == 500


@pytest.mark.django_db
def test_the_newest_figure_of_an_id_and_size_is_kept_and_the_others_stay(tmp_path: Path):
    path = tmp_path / "results.json"
    harness.keep(path, [Result("P2", "the limit", [0.2, 0.4, 0.3], 300, "≥ 0.3"), Result("P1", "a peer", [1], 3000)])
    harness.keep(path, [Result("P2", "the limit", [0.1], 300, "≥ 0.3")])
    data = json.loads(path.read_text())
    assert data.keys() == {"machine", "commit", "results"}
    assert [(one["id"], one["value"], one["runs"]) for one in data["results"]] == [("P1", 1, 1), ("P2", 0.1, 1)]
    plot.draw(path, tmp_path / "cost.svg")
    assert not (tmp_path / "cost.svg").exists(), "nothing was measured at more than one size"
    costs = [Result("cost.import", "µs < a row", [20, 30, 25], size) for size in (30_000, 300_000)]
    harness.keep(path, costs)
    plot.draw(path, tmp_path / "cost.svg")
    assert len(ElementTree.parse(tmp_path / "cost.svg").findall(".//{*}circle")) == 2
    assert data["results"][1] == {
        "id": "P2", "value": 0.1, "low": 0.1, "high": 0.1, "against": "the limit", "runs": 1, "size": 300,
        "goal": "≥ 0.3", "met": False,
    }  # fmt: skip

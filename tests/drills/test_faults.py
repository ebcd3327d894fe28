"""A round of every drill of a campaign that no other test plays, with leases of two seconds and outages of five.

On PostgreSQL and a broker of their own, which are killed, frozen and emptied here. The others are played in small elsewhere:
F7 tests/delivery/test_two_providers.py, F8 F9 F10 tests/delivery/test_worker.py, F11 test_receipts.py, F21 tests/notices/test_campaign_worker.py.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

FAULTS = ["F2", "F3", "F4", "F5", "F6", "F16", "F19"]
# What names servers, providers and keys of this test run.
NOT_THEIRS = ("DATABASE_", "REDIS_", "PHONE_", "SECOND_", "SMTP_", "BANK_", "DATA_KEYS", "INDEX_KEYS", "SECRET_KEY")


def test_a_campaign_outlives_each_fault_with_nobody_lost_and_nobody_told_twice_unknown(tmp_path: Path) -> None:
    mine = {name: value for name, value in os.environ.items() if not name.startswith(NOT_THEIRS)}
    asked = {"QUICK": "1", "DRILL_PEOPLE": "300", "DRILL_RESULTS": str(tmp_path / "results.json")}
    done = subprocess.run(
        [sys.executable, "-m", "drill", *FAULTS],
        cwd=settings.BASE_DIR,
        env={**mine, **asked, "PYTHONPATH": str(settings.BASE_DIR)},
        capture_output=True,
        text=True,
        timeout=900,
    )
    said = done.stdout + done.stderr[-3000:]
    assert done.returncode == 0, said
    results = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))["results"]
    faults = [result for result in results if result["id"] in FAULTS]
    assert [result["id"] for result in faults if result["passed"]] == FAULTS, said
    assert all(result["worst"]["lost"] == 0 for result in faults)
    assert all(result["worst"]["due"] > 250 for result in faults)
    assert {result["id"] for result in results if result["passed"]} >= {"G1", "G2"}

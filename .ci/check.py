"""The stages of `make check`, run by the interpreter in .venv: all of them, or those named as arguments."""

from __future__ import annotations

import base64
import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent
SCRATCH = Path(tempfile.mkdtemp(prefix="breachdesk-check-"))


class Failed(Exception):
    pass


def run(*command: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, env=env or os.environ, capture_output=True, text=True)
    if done.returncode:
        raise Failed((done.stdout + done.stderr).strip())


def module(*arguments: str) -> None:
    run(sys.executable, "-m", *arguments, env=production())


def manage(*arguments: str, cwd: Path = ROOT) -> None:
    run(sys.executable, "-W", "ignore:Got an error checking a consistent migration history", "manage.py", *arguments,
        cwd=cwd, env=production())  # fmt: skip


def production() -> dict[str, str]:
    """The environment of a production, with keys made for this run and servers that are not there."""

    def key(name: str) -> str:
        return f"{name}:{base64.b64encode(secrets.token_bytes(32)).decode()}"

    return {
        **os.environ,
        "DEMO": "0",
        "DEBUG": "0",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "DATA_KEYS": key("d1"),
        "INDEX_KEYS": key("i1"),
        "DATABASE_URL": "postgres://breachdesk_app@127.0.0.1:9/breachdesk",
        "DATABASE_OWNER_URL": "postgres://breachdesk_owner@127.0.0.1:9/breachdesk",
        "REDIS_URL": "redis://127.0.0.1:9/0",
        "ALLOWED_HOSTS": "notice.issuer.example",
        "PUBLIC_URL": "https://notice.issuer.example",
        "TRUSTED_PROXY_COUNT": "1",
        "PHONE_PROVIDER_URL": "https://phone.provider.example/messages",
        "PHONE_PROVIDER_SECRET": secrets.token_urlsafe(32),
        "PHONE_SENDER": "15000000",
        "BANK_URL": "https://bank.example/payments",
        "BANK_SECRET": secrets.token_urlsafe(32),
        "CARDS_URL": "https://cards.example/api",
        "CARDS_SECRET": secrets.token_urlsafe(32),
        "SMTP_URL": "smtp://mail.issuer.example:25",
        "EMAIL_FROM": "notice@issuer.example",
        "ISSUER_NAME_KO": "발급사",
        "ISSUER_NAME_EN": "Issuer",
        "ISSUER_PHONE": "1500-0000",
        "ISSUER_ADDRESS_KO": "서울특별시",
        "ISSUER_ADDRESS_EN": "Seoul",
        "ISSUER_PRIVACY_OFFICER_KO": "보호책임자",
        "ISSUER_PRIVACY_OFFICER_EN": "Privacy officer",
        "MEDIA_ROOT": str(SCRATCH / "media"),
        "STATIC_ROOT": str(SCRATCH / "static"),
        "PUBLISHED_ROOT": str(SCRATCH / "published"),
    }


# -- the stages --------------------------------------------------------------------------------------------------------


def format() -> None:
    module("ruff", "format", "--check", ".")


def lint() -> None:
    module("ruff", "check", ".")


def types() -> None:
    module("mypy")


def templates() -> None:
    module("djlint", "templates", "--lint", "--quiet")


def imports() -> None:
    run(sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()", env=production())


def migrations() -> None:
    manage("makemigrations", "--check", "--dry-run")


def translations() -> None:
    """Every word that the code says is in the catalogue, translated; nothing in it is said by nobody."""
    need_gettext()
    copy = SCRATCH / "words"
    for name in subprocess.check_output(["git", "ls-files", "-z"], cwd=ROOT, text=True).split("\0"):
        # The house's own tools and tests speak to engineers.
        speaks = name.endswith((".py", ".html", ".txt")) and not name.startswith(("tests/", ".ci/", "requirements/"))
        if speaks and (ROOT / name).exists():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy / name)
    (copy / "locale").mkdir()
    manage("makemessages", "--locale", "en", "--no-location", cwd=copy)
    said, kept = (catalogue(place / "locale/en/LC_MESSAGES/django.po") for place in (copy, ROOT))
    texts = {
        key: message.string if isinstance(message.string, tuple) else (message.string,) for key, message in kept.items()
    }
    wrong = {
        "not in the catalogue": said.keys() - kept.keys(),
        "not translated": {key for key in said.keys() & kept.keys() if not all(texts[key])},
        "marked fuzzy": {key for key, message in kept.items() if message.fuzzy},
        "said by nobody any more": kept.keys() - said.keys(),
    }
    words = [f"{why}: {msgid!r}" for why, keys in wrong.items() for msgid, _context in sorted(keys, key=str)]
    if words:
        raise Failed("\n".join(words) + "\n(manage.py makemessages -l en --no-location --no-wrap, then translate)")
    run("msgfmt", "--check-format", "-o", "/dev/null", ROOT / "locale/en/LC_MESSAGES/django.po")


def catalogue(path: Path) -> dict[tuple[str, str | None], Catalog]:
    if not path.exists():
        return {}
    with path.open("rb") as file:
        messages = [message for message in read_po(file, abort_invalid=True) if message.id]
    return {(each.id[0] if isinstance(each.id, tuple) else each.id, each.context): each for each in messages}


def need_gettext() -> None:
    if shutil.which("xgettext"):
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update"], capture_output=True)
        subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", "gettext"], capture_output=True)
    if not shutil.which("xgettext"):
        raise Failed("xgettext is missing. Install it: sudo apt-get install gettext (macOS: brew install gettext)")


def locks() -> None:
    """The locks hold each other pin by pin, agree with pyproject.toml, and the runtime lock installs by its hashes alone."""
    pins = {name: pinned(name) for name in ("runtime", "demo", "dev", "bench")}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = {"runtime": project["dependencies"], **project["optional-dependencies"]}
    wrong = []
    for smaller, larger in (("runtime", "demo"), ("demo", "dev"), ("demo", "bench")):
        differing = [name for name, lines in pins[smaller].items() if pins[larger].get(name) != lines]
        wrong += [
            f"requirements/{larger}.txt does not hold {name} as requirements/{smaller}.txt does" for name in differing
        ]
    wrong += [
        f"requirements/bench.txt and requirements/dev.txt lock {name} otherwise"
        for name in pins["bench"].keys() & pins["dev"].keys()
        if pins["bench"][name] != pins["dev"][name]
    ]
    for lock, requirements in asked.items():
        for requirement in map(Requirement, requirements):
            versions = pins[lock].get(canonical(requirement.name), {})
            if requirement.name != "breachdesk" and not any(version in requirement.specifier for version in versions):
                wrong.append(f"requirements/{lock}.txt does not lock {requirement}")
    text = "".join((ROOT / "requirements" / f"{name}.txt").read_text() for name in pins)
    if re.search(r"^\s*--?(index-url|extra-index-url|find-links|[if]\b)|://", text, re.MULTILINE):
        wrong.append("a lock names an address")
    if wrong:
        raise Failed("\n".join(wrong))
    module("pip", "install", "--dry-run", "--ignore-installed", "--quiet", "--disable-pip-version-check", "--require-hashes",
           "--only-binary", ":all:", "-r", "requirements/runtime.txt")  # fmt: skip


def pinned(lock: str) -> dict[str, dict[str, frozenset[str]]]:
    """{name: {version: hashes}} of a lock."""
    found: dict[str, dict[str, frozenset[str]]] = {}
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "requirements" / f"{lock}.txt").read_text(), flags=re.MULTILINE)
    for line in filter(None, text.replace("\\\n", " ").splitlines()):
        name, version = re.match(r"([\w.-]+)(?:\[.*?\])?==(\S+)", line).groups()  # type: ignore[union-attr]
        found.setdefault(canonical(name), {})[version] = frozenset(re.findall(r"--hash=(\S+)", line))
    return found


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def settings() -> None:
    """Django's own deploy check of the production values, and what the check does not ask."""
    manage("check", "--deploy", "--fail-level", "WARNING")
    expected = """
from django.conf import settings as s
assert not s.DEBUG and not s.DEMO and "breachdesk.demo" not in s.INSTALLED_APPS, "the demo is on"
assert s.SESSION_COOKIE_NAME.startswith("__Host-") and s.CSRF_COOKIE_NAME.startswith("__Host-"), "cookie names"
assert s.SESSION_COOKIE_SECURE and s.CSRF_COOKIE_SECURE and s.SESSION_COOKIE_HTTPONLY, "cookie flags"
assert s.SECURE_HSTS_SECONDS >= 31536000 and s.SECURE_SSL_REDIRECT, "HTTPS only"
assert "'unsafe-inline'" not in str(s.CONTENT_SECURITY_POLICY) and "'unsafe-eval'" not in str(s.CONTENT_SECURITY_POLICY), "CSP"
"""
    manage("shell", "--no-imports", "--command", expected)


def static() -> None:
    manage("collectstatic", "--noinput", "--verbosity", "0")


def compose() -> None:
    module("check_jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml")


STAGES = [format, lint, types, templates, imports, migrations, translations, locks, settings, static, compose]


def main(names: list[str]) -> int:
    stages = [stage for stage in STAGES if not names or stage.__name__ in names]
    if not stages:
        print(f"Stages: {' '.join(stage.__name__ for stage in STAGES)}")
        return 2
    failed = []
    for stage in stages:
        print(f"{stage.__name__:<14}", end="", flush=True)
        start = time.monotonic()
        try:
            stage()
            print(f"ok      {time.monotonic() - start:5.1f} s", flush=True)
        except Failed as wrong:
            failed.append(stage.__name__)
            print(f"FAILED  {time.monotonic() - start:5.1f} s\n{wrong}\n", flush=True)
    print(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    finally:
        shutil.rmtree(SCRATCH, ignore_errors=True)

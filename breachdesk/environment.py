"""Reads settings from the environment and collects every problem, so that an operator learns of all of them at once.

Any variable NAME may be given as NAME_FILE, the path of a file that holds the value (a mounted secret).
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit


class Environment:
    """The environment with its problems: read everything, then call `refuse_if_wrong`."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self.variables = os.environ if variables is None else variables
        self.problems: list[str] = []

    def text(self, name: str, default: str | None = None) -> str:
        path = self.variables.get(f"{name}_FILE")
        if path:
            try:
                value = Path(path).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                self.problems.append(
                    f"{name}_FILE: cannot read {path} ({getattr(error, 'strerror', None) or 'not UTF-8'})"
                )
                return default or ""
            if not value:
                self.problems.append(f"{name}_FILE: {path} is empty")
            return value
        value = self.variables.get(name, "").strip()
        if value:
            return value
        if default is None:
            self.problems.append(f"{name} is missing: set it or {name}_FILE")
            return ""
        return default

    def flag(self, name: str) -> bool:
        value = self.text(name, "0").lower()
        if value not in {"0", "1", "false", "true", "no", "yes"}:
            self.problems.append(f"{name} must be 0 or 1, not {value!r}")
        return value in {"1", "true", "yes"}

    def number(self, name: str, default: int, *, within: range | None = None) -> int:
        value = self.text(name, str(default))
        try:
            found = int(value)
        except ValueError:
            self.problems.append(f"{name} must be a whole number, not {value!r}")
            return default
        if within is not None and found not in within:
            self.problems.append(f"{name} must be from {within.start} to {within.stop - 1}, not {found}")
            return default
        return found

    def prices(self, name: str, default: str) -> dict[str, tuple[int, int]]:
        """`KR:13/30,JP:70/70`: for each country the price of a short and of a long message."""
        found: dict[str, tuple[int, int]] = {}
        for part in self.names(name, default):
            read = re.fullmatch(r"([A-Z]{2}):([0-9]{1,6})/([0-9]{1,6})", part)
            if read is None or not int(read[2]) or not int(read[3]):
                self.problems.append(f"{name}: write each country as KR:13/30 (won of a short and of a long message)")
                continue
            found[read[1]] = (int(read[2]), int(read[3]))
        return found

    def senders(self, name: str) -> list[tuple[str, str, str]]:
        """`15880000 | 카드 결제 알림 | Alerts of payments; info@issuer.example | …`: number or address, and what for, twice."""
        found: list[tuple[str, str, str]] = []
        for part in filter(None, (each.strip() for each in self.text(name, "").split(";"))):
            cells = [cell.strip() for cell in part.split("|")]
            if len(cells) != 3 or not all(cells) or not re.fullmatch(r"[0-9+ ()-]{3,24}|[^@\s]+@[^@\s]+", cells[0]):
                self.problems.append(f"{name}: write each as number-or-address | what for, in Korean | and in English")
                continue
            found.append((cells[0], cells[1], cells[2]))
        return found

    def json(self, name: str) -> dict[str, object]:
        """An object; empty where nothing is set."""
        try:
            found = json.loads(self.text(name, "{}"))
        except ValueError:
            found = None
        if not isinstance(found, dict):
            self.problems.append(f"{name} must be a JSON object")
            return {}
        return found

    def names(self, name: str, default: str | None = None) -> list[str]:
        return [part.strip() for part in self.text(name, default).split(",") if part.strip()]

    def keys(self, name: str) -> dict[str, bytes]:
        """`id:base64,id:base64`, each 32 bytes; the first is the one that new values are written with."""
        found: dict[str, bytes] = {}
        for part in self.names(name):
            key_id, _, encoded = part.partition(":")
            try:
                key = base64.b64decode(encoded, validate=True)
            except binascii.Error:
                key = b""
            if not key_id.isalnum() or len(key) != 32:
                self.problems.append(f"{name}: write each key as id:base64 of 32 bytes (openssl rand -base64 32)")
                continue
            if key_id in found:
                self.problems.append(f"{name}: two keys are called {key_id}; values could not be told apart")
            found[key_id] = key
        return found

    def database(self, name: str) -> dict[str, object]:
        """A postgres:// URL as Django's settings; `?options=` is passed to the server."""
        url = self.text(name)
        parts = urlsplit(url)
        if url and parts.scheme not in {"postgres", "postgresql"}:
            self.problems.append(f"{name} must be a postgres:// address: the product runs on PostgreSQL only")
        options: dict[str, object] = {"connect_timeout": 3}
        query = parse_qs(parts.query)
        if "options" in query:
            options["options"] = query["options"][0]
        if "sslmode" in query:
            options["sslmode"] = query["sslmode"][0]
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            # One connection per worker process, kept: opening one costs more than the look-up itself.
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": options,
        }

    def refuse_if_wrong(self) -> None:
        """Raises SystemExit naming every problem, each once."""
        if self.problems:
            each_once = dict.fromkeys(self.problems)
            raise SystemExit("Breachdesk does not start:\n" + "\n".join(f"  - {each}" for each in each_once))

"""Logs that say what went wrong and where, never with whose data.

An exception's words may repeat what a person typed (a driver's DETAIL line shows the whole row), so an exception is written
as its class, its place and, for a database error, its code and constraint. Messages lose queries of addresses and anything
that could forge a line. The place is what a developer needs; the values are in the database.
"""

from __future__ import annotations

import copy
import logging
import re
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.template import TemplateDoesNotExist, TemplateSyntaxError

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "breachdesk.logs.WithoutValues",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "breachdesk": {"level": "INFO"},
        "delivery": {"level": "INFO"},
        "cards": {"level": "INFO"},
        "claims": {"level": "INFO"},
        # Django's own handlers would mail and print whole requests, with what was posted: everything goes through ours.
        "django": {"handlers": [], "level": "INFO"},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        "django.request": {"level": "ERROR"},
        # Its lines are SQL with the values in it.
        "django.db.backends": {"level": "WARNING"},
        # Eight lines a letter, thousands of letters.
        "weasyprint": {"level": "WARNING"},
    },
}

HOUSE = Path(__file__).resolve().parent.parent
# Their words are about code, not about people.
ABOUT_CODE = (ImportError, NameError, AttributeError, ImproperlyConfigured, TemplateDoesNotExist, TemplateSyntaxError)
QUERY = re.compile(r"""(/[^\s?"'<>]*)\?[^\s"'<>]*""")
DETAIL = re.compile(r"\b(?:DETAIL|CONTEXT|HINT|STATEMENT):.*", re.DOTALL)


class WithoutValues(logging.Formatter):
    """The formatter of every handler we have (settings.LOGGING)."""

    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        # A copy: other formatters keep theirs, and what they left in `exc_text` is not used.
        ours = copy.copy(record)
        ours.msg, ours.args, ours.exc_text = self._message(record), (), None
        return super().format(ours)

    def formatException(self, ei: Any) -> str:
        return "\n".join(described(ei[1])) if ei[1] is not None else ""

    def _message(self, record: logging.LogRecord) -> str:
        record = copy.copy(record)
        if isinstance(record.args, dict):
            record.args = {name: _plain(value) for name, value in record.args.items()}
            if record.name.startswith("celery.") and "exc" in record.args:
                # Celery has made texts of the exception, its traceback and the task's arguments already.
                named = str(record.args["exc"]).partition("(")[0]
                record.args.update(exc=named, traceback="", args="", kwargs="", return_value="")
        elif record.args:
            record.args = tuple(_plain(value) for value in record.args)
        if isinstance(record.msg, BaseException):
            record.msg = headline(record.msg)
        message = QUERY.sub(r"\1", DETAIL.sub("", record.getMessage())).rstrip()
        return "".join(mark if mark.isprintable() else mark.encode("unicode_escape").decode() for mark in message)


def headline(error: BaseException) -> str:
    """builtins.ValueError / django.db.utils.IntegrityError [23505 claims_claim_one_open]"""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    if isinstance(error, ABOUT_CODE):
        return f"{name}: {str(error).partition(chr(10))[0]}"
    if isinstance(error, OSError) and error.strerror:
        return f"{name}: {error.strerror}"
    code = getattr(error, "pgcode", None) or getattr(error.__cause__, "pgcode", None)
    if not code:
        return name
    diagnosis = getattr(error, "diag", None) or getattr(error.__cause__, "diag", None)
    return f"{name} [{' '.join(filter(None, [code, getattr(diagnosis, 'constraint_name', None)]))}]"


def described(error: BaseException, seen: frozenset[int] = frozenset()) -> Iterator[str]:
    """The exception, what it came from first, as lines without values."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and id(before) not in seen:
        yield from described(before, seen | {id(error)})
        yield "which led to"
    yield headline(error)
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  at {_place(frame.filename)}:{frame.lineno} {frame.name}"
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from described(each, seen | {id(error)})


def excepthook(kind: type[BaseException], error: BaseException, _traceback: TracebackType | None) -> None:
    """For manage.py: what a command dies of is read in a cron mail as well."""
    if issubclass(kind, KeyboardInterrupt):
        sys.stderr.write("\n")
    else:
        sys.stderr.write("\n".join(described(error)) + "\n")


def _plain(value: Any) -> Any:
    return headline(value) if isinstance(value, BaseException) else value


def _place(filename: str) -> str:
    path = Path(filename)
    return str(path.relative_to(HOUSE)) if path.is_relative_to(HOUSE) else filename

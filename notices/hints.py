"""Hints to the workers: a campaign has something to do, a list waits, a page says something new. They may be lost: beat asks too."""

from __future__ import annotations

import logging

from breachdesk.celery import hint

log = logging.getLogger(__name__)


def hurry() -> None:
    _ask("notices.tasks.tell")


def hurry_import() -> None:
    _ask("notices.tasks.import_lists")


def hurry_pages() -> None:
    _ask("notices.tasks.publish_pages")


def hurry_printing() -> None:
    _ask("notices.tasks.print_notices")


def hurry_exports() -> None:
    _ask("notices.tasks.make_exports")


def _ask(task: str) -> None:
    try:
        # By its name: the task's module imports those who give hints.
        hint(task)
    except Exception as error:
        log.warning("no hint for %s: %s; beat will ask", task, type(error).__name__)

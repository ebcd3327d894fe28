"""Shared by every room. Servers that a test may ask for: tests/servers.py; the site and browsers: tests/browser.py; the proxy: tests/proxy.py."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.models.signals import post_save
from django.test import TransactionTestCase
from django.utils import translation
from whitenoise.middleware import WhiteNoiseMiddleware

from breachdesk.audit.models import Event
from breachdesk.desk import kinds
from tests import in_order, migrated, told
from tests.emptying import Emptying

pytest_plugins = ["tests.servers", "tests.browser", "tests.proxy"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings: None, request: pytest.FixtureRequest, django_db_blocker: Any
) -> None:
    """Of several processes each has a copy of what one of them has migrated."""
    if hasattr(request.config, "workerinput"):
        with django_db_blocker.unblock():
            connection.settings_dict["TEST"]["TEMPLATE"] = migrated.prepare()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    in_order.long_ones_first(items)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """What the processes had copies of goes with the run, when they have ended."""
    if not hasattr(session.config, "workerinput"):
        migrated.drop()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """pytest-django's test database, and a quicker way to empty it."""
    with django_db_blocker.unblock():
        emptying = Emptying()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: emptying.after(case))
        yield


@pytest.fixture(scope="session", autouse=True)
def _static_files_are_read_once() -> Iterator[None]:
    """Every client has a middleware of its own, and each would read the whole folder again."""
    read, files = WhiteNoiseMiddleware.add_files_from_finders, dict[str, Any]()

    def add(middleware: WhiteNoiseMiddleware) -> None:
        if not files:
            read(middleware)
            files.update(middleware.files)
        middleware.files.update(files)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", add)
        yield


def shrink_crowd(patch: pytest.MonkeyPatch) -> Any:
    from breachdesk.demo import crowd

    patch.setattr(crowd, "TOLD_FIRST", ["minor"])
    whole = crowd.CLAIMS
    patch.setattr(crowd, "CLAIMS", tuple(replace(filed, many=1) for filed in whole))
    return whole


@pytest.fixture(autouse=True)
def whole_crowd(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Of each kind of claim that the demo invents, one, and few people told yesterday: all of them take a worker seconds.

    Gives back all claims, for whoever wants them.
    """
    return shrink_crowd(monkeypatch)


@pytest.fixture(scope="module")
def told_once(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The demo's incident for all tests of a file (tests/told.py).

    What a test changes of it is undone after the test, so every test of the file has to ask for it.
    """
    around = transaction.atomic()
    around._from_testcase = True  # as Django's own around a test: what wants to be outermost does not mind it
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        shrink_crowd(patch)
        patch.setattr(settings, "PASSWORD_HASHERS", ["tests.hashing.FewRounds"])
        around.__enter__()
        try:
            told.tell()
        except BaseException:
            around.__exit__(*sys.exc_info())
            raise
    yield
    with django_db_blocker.unblock():
        transaction.set_rollback(True)
        around.__exit__(None, None, None)


@pytest.fixture
def told_for_real(transactional_db: None) -> None:
    """The demo's incident with real transactions. Named before `worker`, which is to find it whole."""
    told.tell()


@pytest.fixture(autouse=True)
def _no_language_left_behind() -> Iterator[None]:
    """A page in English leaves its language in the thread."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    """A demo's ten logins in milliseconds. The real site reads these hashes too: it takes the rounds from the hash."""
    settings.PASSWORD_HASHERS = ["tests.hashing.FewRounds"]


@pytest.fixture(scope="session", autouse=True)
def _every_event_of_the_audit_has_words() -> Iterator[None]:
    """Whichever test makes one: in the audit's list a kind without words would stand as its bare name."""

    def look(instance: Event, **_more: Any) -> None:
        assert instance.kind in kinds.KINDS, f"breachdesk/desk/kinds.py has no words for {instance.kind}"
        assert instance.kind.partition(".")[0] in kinds.ROOMS

    post_save.connect(look, sender=Event)
    yield
    post_save.disconnect(look, sender=Event)

"""Shared by every room. Servers that a test may ask for: tests/servers.py; the site and browsers: tests/browser.py."""

import pytest

pytest_plugins = ["tests.servers", "tests.browser"]


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    """A demo's ten logins in milliseconds. The real site reads these hashes too: it takes the rounds from the hash."""
    settings.PASSWORD_HASHERS = ["tests.hashing.FewRounds"]

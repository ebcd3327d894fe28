"""Shared by every room. Servers that a test may ask for: tests/servers.py; the site and browsers: tests/browser.py."""

pytest_plugins = ["tests.servers", "tests.browser"]

"""Shared by every room. The servers that a test may ask for are in tests/servers.py."""

pytest_plugins = ["tests.servers"]

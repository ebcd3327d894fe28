from __future__ import annotations

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _an_empty_cache():
    """allauth's own limits live there; each test begins without them."""
    cache.clear()


@pytest.fixture(autouse=True)
def _quick_passwords(request, settings):
    """These tests compare hundreds of passwords; what is tried is how many, not how slowly. The real site knows no MD5."""
    if "site" in request.fixturenames:
        return
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

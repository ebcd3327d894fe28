from __future__ import annotations

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def _an_empty_cache():
    """allauth's own limits live there; each test begins without them."""
    cache.clear()

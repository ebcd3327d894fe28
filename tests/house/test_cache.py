"""The shared cache: plain data in Redis, and an empty one where Redis is away."""

import time

import pytest
from django.core.cache import cache, caches

from breachdesk.cache import Cache


def test_what_is_kept_is_plain_data():
    for value in (7, 1.5, "글", [1.0, 2.0], {"a": None}, True):
        cache.set("desk-test", value, 30)
        assert cache.get("desk-test") == value
    with pytest.raises(TypeError):
        cache.set("desk-test", object(), 30)
    cache.delete("desk-test")
    assert cache.get("desk-test", "nothing") == "nothing"


def test_with_redis_away_it_is_empty_and_nobody_waits_twice():
    away = Cache("redis://127.0.0.1:1/0", caches.settings["default"])
    assert away.add("a", 1)
    start = time.monotonic()
    assert away.get("a", "nothing") == "nothing"
    assert away.get_many(["a"]) == {}
    assert not away.has_key("a")
    assert away.incr("a") == 1
    assert not away.touch("a")
    assert not away.delete("a")
    away.set("a", 1)
    away.set_many({"a": 1})
    away.delete_many(["a"])
    away.clear()
    assert time.monotonic() - start < 5

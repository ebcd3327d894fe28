"""The shared cache: what may be lost at any moment. Redis away is an empty cache, never an error."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from typing import Any

import redis
from django.core.cache.backends.redis import RedisCache

log = logging.getLogger(__name__)

# After a failure nobody waits for Redis again for this long.
LEAVE_ALONE_SECONDS = 5.0


class JsonSerializer:
    """Plain data only: whoever could write into Redis must not be able to run code here."""

    def dumps(self, value: Any) -> bytes | int:
        if type(value) is int:
            return value
        return json.dumps(value).encode()

    def loads(self, stored: bytes) -> Any:
        return json.loads(stored)


def _patient(name: str, empty: Callable[..., Any]) -> Callable[..., Any]:
    """A method of the cache that, with Redis away, answers what an empty cache would."""
    ask = getattr(RedisCache, name)

    def method(self: Cache, *args: Any, **options: Any) -> Any:
        if time.monotonic() < self.away_until:
            return empty(*args, **options)
        try:
            return ask(self, *args, **options)
        except redis.RedisError as error:
            self.away_until = time.monotonic() + LEAVE_ALONE_SECONDS
            log.warning("the cache does not answer (%s): going on without it", type(error).__name__)
            return empty(*args, **options)

    return method


class Cache(RedisCache):
    away_until = 0.0

    add = _patient("add", lambda *_, **__: True)
    get = _patient("get", lambda key, default=None, *_, **__: default)
    get_many = _patient("get_many", lambda *_, **__: {})
    set = _patient("set", lambda *_, **__: None)
    set_many = _patient("set_many", lambda *_, **__: [])
    touch = _patient("touch", lambda *_, **__: False)
    has_key = _patient("has_key", lambda *_, **__: False)
    incr = _patient("incr", lambda key, delta=1, *_, **__: delta)
    delete = _patient("delete", lambda *_, **__: False)
    delete_many = _patient("delete_many", lambda *_, **__: None)
    clear = _patient("clear", lambda *_, **__: None)

"""One hand of many (hands.py): `python -m notices.hand` reads blocks from its standard input and loads what stands in them.

First comes one line of orders, then blocks, each answered by one line. What is answered about trouble never holds anything
of the list: whoever asked may write it to a log.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import gc
import json
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import IO, Any

from django.conf import settings
from django.db import connection

from notices import hands, listfile, loading
from notices.cutting import Block
from notices.reading import Account, BlockReader, Plan

Answer = Callable[[dict[str, Any]], None]


class Abandoned(Exception):
    """The pipe ended, and nobody had said that there are no more blocks."""


def main() -> int:
    # Answers leave by a descriptor of their own, so that nothing printed gets between them.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)

    def answer(words: dict[str, Any]) -> None:
        answers.write(json.dumps(words).encode() + b"\n")
        answers.flush()

    try:
        plan = take_orders(sys.stdin.buffer.readline())
        loading.fill(plan.dataset_id, loaded_rows(plan, sys.stdin.buffer, answer))
        answer({"finished": True})
    except (Abandoned, BrokenPipeError):
        return 1
    except Exception as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        answer({"lost": f"{type(error).__name__} in {os.path.basename(place.filename)}:{place.lineno}"})
        return 1
    return 0


def take_orders(line: bytes) -> Plan:
    if not line:
        raise Abandoned
    orders = json.loads(line)
    connection.settings_dict.update(orders["database"])
    for name in ("DATA_KEYS", "INDEX_KEYS"):
        setattr(settings, name, {key_id: base64.b64decode(key) for key_id, key in orders[name].items()})
    gc.set_threshold(100_000)  # rows come and go by the thousand, and none of them in a circle
    return Plan(**{**orders["plan"], "today": dt.date.fromisoformat(orders["plan"]["today"])})


def loaded_rows(plan: Plan, pipe: IO[bytes], answer: Answer) -> Iterator[loading.LoadedRow]:
    reader = BlockReader(plan)
    for block in given(pipe):
        account = Account()
        try:
            yield from reader.loaded_rows(block, account)
        except listfile.Refused:
            answer({"refused": True})
        else:
            answer(dataclasses.asdict(account))


def given(pipe: IO[bytes]) -> Iterator[Block]:
    while True:
        head = pipe.read(hands.BLOCK_HEAD.size)
        if len(head) < hands.BLOCK_HEAD.size:
            raise Abandoned
        line, length = hands.BLOCK_HEAD.unpack(head)
        if not length:
            return
        content = pipe.read(length)
        if len(content) < length:
            raise Abandoned
        yield Block(line, content)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "breachdesk.settings")
    sys.exit(main())

"""Many hands read one list: processes that each read blocks of it and load what they read through a connection of their own.

They are started as programs of their own (notices/hand.py): Celery's workers may have no children of multiprocessing, a
process with threads is not safely forked, and macOS forks none. A hand gets one block at a time through its pipe; where
the pipe ends before it was told to finish, whoever held the other end is dead, and what the hand loaded is taken back.
"""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import itertools
import json
import os
import selectors
import struct
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import IO, Any

from django.conf import settings
from django.db import connection

from notices import loading, reading
from notices.cutting import Block
from notices.reading import Account, Plan

# A smaller list is in before many hands are ready.
BLOCKS_WORTH_SHARING = 8
MOST = 8
# Where one hand is slow, the others read so many blocks for each hand, and no more: they wait in memory.
MOST_AHEAD = 3
BLOCK_HEAD = struct.Struct("!QI")  # first line, length; of length 0: no more blocks follow

Note = Callable[[Account], None]


class Lost(Exception):
    """A hand ended before its work was done; the message says of what, and nothing that stood in the list."""


def load(plan: Plan, blocks: Iterable[Block], *, note: Note) -> None:
    """Loads every block; `note` hears what became of each, in the order of the file. Raises listfile.Refused, Lost."""
    blocks = iter(blocks)
    first = list(itertools.islice(blocks, BLOCKS_WORTH_SHARING))
    # One more than there are cores: while one waits for PostgreSQL, another reads.
    number = min((os.cpu_count() or 1) + 1, MOST) if len(first) == BLOCKS_WORTH_SHARING else 1
    number = settings.IMPORT_PROCESSES or number
    blocks = itertools.chain(first, blocks)
    if number == 1 or connection.in_atomic_block:  # they would not see our table
        loading.fill(plan.dataset_id, in_this_process(plan, blocks, note))
        return
    with contextlib.ExitStack() as stack:
        share([stack.enter_context(Hand(plan)) for _ in range(number)], plan, blocks, note)


def in_this_process(plan: Plan, blocks: Iterable[Block], note: Note) -> Iterator[loading.LoadedRow]:
    reader = reading.BlockReader(plan)
    for block in blocks:
        account = Account()
        yield from reader.loaded_rows(block, account)
        note(account)


def share(hands: list[Hand], plan: Plan, blocks: Iterable[Block], note: Note) -> None:
    waiting = enumerate(blocks)
    free = list(hands)
    given: dict[int, Block] = {}  # to a hand, and not noted yet
    read: dict[int, Account | None] = {}  # and not noted yet, because an earlier one is not; None: refused
    following = 0
    with selectors.DefaultSelector() as answers:
        for hand in hands:
            answers.register(hand.answers, selectors.EVENT_READ, hand)
        while True:
            while (
                free
                and None not in read.values()
                and len(given) < MOST_AHEAD * len(hands)
                and (next_one := next(waiting, None))
            ):
                number, given[number] = next_one
                free.pop().take(number, given[number])
            if not given:
                break
            for key, _events in answers.select():
                number, account = key.data.answer()
                read[number] = account
                free.append(key.data)
            while following in read:
                block, account = given.pop(following), read.pop(following)
                if account is None:
                    account = Account()
                    for _row in reading.BlockReader(plan).loaded_rows(block, account):
                        pass  # refused here once more, in the words and language of whoever asked
                note(account)
                following += 1
    for hand in hands:
        hand.finish()
    for hand in hands:
        hand.finished()


class Hand:
    """One process that reads and loads, seen from the one that cuts."""

    def __init__(self, plan: Plan) -> None:
        self._block = -1
        self._process = subprocess.Popen(
            [sys.executable, "-m", "notices.hand"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=settings.BASE_DIR,
            process_group=0,  # a Ctrl-C is for us
        )
        assert self._process.stdin
        assert self._process.stdout
        self._blocks: IO[bytes] = self._process.stdin
        self.answers: IO[bytes] = self._process.stdout
        self._send(json.dumps(orders(plan)).encode() + b"\n")

    def __enter__(self) -> Hand:
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.kill()
        with contextlib.suppress(OSError):
            self._blocks.close()
        self.answers.close()
        self._process.wait()

    def take(self, number: int, block: Block) -> None:
        self._block = number
        self._send(BLOCK_HEAD.pack(block.line, len(block.content)) + block.content)

    def answer(self) -> tuple[int, Account | None]:
        answer = self._answer()
        return self._block, None if answer.get("refused") else Account(**answer)

    def finish(self) -> None:
        self._send(BLOCK_HEAD.pack(0, 0))

    def finished(self) -> None:
        self._answer()

    def _send(self, content: bytes) -> None:
        try:
            self._blocks.write(content)
            self._blocks.flush()
        except OSError:
            self._answer()  # it may have said why
            raise Lost("a process that reads the list takes no more") from None

    def _answer(self) -> dict[str, Any]:
        line = self.answers.readline()
        answer = dict(json.loads(line)) if line else {"lost": "a process that reads the list is gone"}
        if "lost" in answer:
            raise Lost(answer["lost"])
        return answer


def orders(plan: Plan) -> dict[str, Any]:
    """What a hand is told before the first block: the same database and keys as ours, wherever those came from."""
    return {
        "plan": {**dataclasses.asdict(plan), "today": plan.today.isoformat()},
        "database": connection.settings_dict,
        **{name: in_text(getattr(settings, name)) for name in ("DATA_KEYS", "INDEX_KEYS")},
    }


def in_text(ring: dict[str, bytes]) -> dict[str, str]:
    return {name: base64.b64encode(key).decode() for name, key in ring.items()}

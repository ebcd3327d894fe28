"""Cuts the file of a list into blocks that end where a record ends, so that each can be read without the others."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from typing import NamedTuple

from notices.listfile import LONGEST_LINE, Source

SIZE = 1 << 20
# No line that would be read is longer, in any encoding: a character has at most four bytes.
LONGEST = 4 * LONGEST_LINE


class Block(NamedTuple):
    line: int  # its first one, counted from the beginning of the file
    content: bytes


def blocks(path: Source, encoding: str) -> Iterator[Block]:
    """Where a record does not end for too long, the last block ends in its middle: whoever reads that will refuse it."""
    line, held = 1, b""
    with path.open("rb") as file:
        if encoding == "utf-8-sig":
            held = file.read(len(codecs.BOM_UTF8)).removeprefix(codecs.BOM_UTF8)
        while piece := file.read(SIZE):
            held += piece
            end = end_of_records(held)
            if end:
                yield Block(line, held[:end])
                line += line_ends(held[:end])
                held = held[end:]
            elif len(held) > LONGEST:
                break
    if held:
        yield Block(line, held)


def end_of_records(content: bytes) -> int:
    """The place behind the last record that surely ends in this beginning of a file; 0: none does."""
    if b'"' not in content:
        # A carriage return at the very end may be half of a line end.
        return content.rfind(b"\n") + 1 or content.rfind(b"\r", 0, -1) + 1
    lines = content.splitlines(keepends=True)
    if not content.endswith(b"\n"):
        lines.pop()
    # Commas, quotes and line ends are the same bytes in every encoding that is read, and no part of other letters.
    reader = csv.reader((line.decode("latin-1") for line in lines), strict=True)
    ended = 0
    while True:
        try:
            next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            if "end of data" in str(error):
                break
        ended = reader.line_num
    return sum(map(len, lines[:ended]))


def line_ends(content: bytes) -> int:
    return content.count(b"\n") + content.count(b"\r") - content.count(b"\r\n")

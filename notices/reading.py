"""One block of a list becomes rows to be loaded, and an account of every other row. Needs no database and no other block."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from notices import listfile, rows
from notices.cutting import Block
from notices.loading import LoadedRow
from notices.sealing import Sealer


@dataclass(frozen=True)
class Plan:
    """What must be known beside a block to read it."""

    dataset_id: int
    index_key: str
    encoding: str
    header_line: int
    header: list[str]
    codes: list[str]  # the leaked items this incident knows
    today: dt.date


@dataclass
class Account:
    """What became of the rows of one block."""

    rows: int = 0
    no_contact: int = 0
    rejected: list[tuple[int, str, str]] = field(default_factory=list)  # line, reason, column


class BlockReader:
    def __init__(self, plan: Plan) -> None:
        """Raises rows.WrongHeader."""
        self._plan = plan
        self._reader = rows.Reader(plan.header, codes=plan.codes, today=plan.today)
        self._sealer = Sealer(dataset_id=plan.dataset_id, index_key=plan.index_key)

    def loaded_rows(self, block: Block, account: Account) -> Iterator[LoadedRow]:
        """The sound rows, sealed; every other is put down. Raises listfile.Refused."""
        seal = self._sealer.seal
        for line, row in self._rows(block, account):
            account.rows += 1
            reachable = row.has_contact
            account.no_contact += not reachable
            yield line, reachable, seal(row)

    def _rows(self, block: Block, account: Account) -> Iterator[tuple[int, rows.Row]]:
        text = decoded(block, self._plan.encoding)
        if '"' in text:
            yield from self._closely(io.StringIO(text, newline=""), block.line, account)
            return
        text = text.replace("\r\n", "\n")
        lines = text.split("\n") if "\r" not in text else io.StringIO(text, newline=None).read().split("\n")
        read_plain = self._reader.read_plain
        for line, written in enumerate(lines, block.line):
            row = read_plain(written)
            if row is not None:
                yield line, row
            elif written:
                yield from self._closely(io.StringIO(written), line, account)

    def _closely(self, text: io.StringIO, first_line: int, account: Account) -> Iterator[tuple[int, rows.Row]]:
        plan = self._plan
        for line, cells in listfile.records(text, first_line=first_line, width=len(plan.header)):
            if line <= plan.header_line:
                continue
            try:
                if cells is None:
                    raise rows.Rejected("quotes")
                row = self._reader.read(cells)
            except rows.Rejected as rejected:
                account.rows += 1
                account.rejected.append((line, rejected.reason, rejected.column))
            else:
                yield line, row


def decoded(block: Block, encoding: str) -> str:
    """What cannot be read becomes a lone surrogate, which no sound row holds."""
    return block.content.decode(encoding.removesuffix("-sig"), errors="surrogateescape")

"""The file of a list as it comes: is it a CSV at all, in which encoding, and which records stand on which lines?"""

from __future__ import annotations

import codecs
import csv
import hashlib
import io
import re
from collections.abc import Iterator
from typing import Literal, Protocol, TextIO

from django.utils.translation import gettext_lazy as _

CHUNK = 1 << 20
LONGEST_LINE = 2 << 20

UTF_16 = _("UTF-16이나 UTF-32로 저장된 파일이에요. UTF-8이나 CP949로 저장해서 다시 올려 주세요.")
ZIPPED = _("엑셀 통합 문서(xlsx)나 압축 파일이에요. 엑셀에서 ‘CSV UTF-8’로 저장하거나 압축을 풀어서 다시 올려 주세요.")
PACKED = _("압축 파일이에요. 압축을 풀어서 다시 올려 주세요.")
# How files begin that are no text, whatever they are called.
NOT_TEXT = {
    b"PK\x03\x04": ZIPPED,
    b"PK\x05\x06": ZIPPED,
    b"\xd0\xcf\x11\xe0": _("옛 엑셀 문서(xls)예요. 엑셀에서 ‘CSV UTF-8’로 저장해서 다시 올려 주세요."),
    b"%PDF": _("PDF 문서예요. 명단을 CSV로 저장해서 다시 올려 주세요."),
    b"{\\rtf": _("워드 문서(RTF)예요. 명단을 CSV로 저장해서 다시 올려 주세요."),
    b"\x1f\x8b": PACKED,
    b"7z\xbc\xaf\x27\x1c": PACKED,
    b"Rar!\x1a": PACKED,
    b"BZh": PACKED,
    b"\xfd7zXZ": PACKED,
    b"\x28\xb5\x2f\xfd": PACKED,
    b"\xff\xfe": UTF_16,
    b"\xfe\xff": UTF_16,
    b"<": _("웹 문서나 XML이에요. 명단을 CSV로 저장해서 다시 올려 주세요."),
}


class Refused(Exception):
    """The file as a whole is not taken: why, and on which line that was seen (None: not on a line)."""

    def __init__(self, reason: object, line: int | None = None) -> None:
        super().__init__(reason)
        self.line = line

    @property
    def reason(self) -> str:
        """In the language of whoever reads it: a process of hands.py has none."""
        return str(self.args[0])


class Source(Protocol):
    """Where a list is read from, more than once: a path, or a file that lies sealed in the storage."""

    @property
    def name(self) -> str: ...

    def open(self, mode: Literal["rb"], /) -> io.BufferedReader: ...


Record = tuple[int, list[str] | None]  # the line it begins on; None: the quotes in it are broken


def refuse_if_no_text(path: Source) -> None:
    """Raises Refused."""
    with path.open("rb") as file:
        start = file.read(1024)
    text = start.removeprefix(codecs.BOM_UTF8).lstrip()
    if not text:
        raise Refused(_("빈 파일이에요."), line=1)
    for begins, reason in NOT_TEXT.items():
        if text.startswith(begins):
            raise Refused(reason, line=1)
    if looks_like_utf_16(start):
        raise Refused(UTF_16, line=1)


def looks_like_utf_16(start: bytes) -> bool:
    """Without its mark: of the letters of a header every other byte is nought."""
    return len(start) > 3 and any(start[0:40:2]) != any(start[1:40:2])


def sha256(path: Source) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def encoding(path: Source) -> str:
    """UTF-8, with or without its mark, or CP949: whichever reads every line; else the one that fails on fewer."""
    if _reads_whole(path, "utf-8-sig"):
        return "utf-8-sig"
    if _reads_whole(path, "cp949") and not _has_mark(path):
        return "cp949"
    with path.open("rb") as file:
        wrong = {"utf-8-sig": 0, "cp949": int(_has_mark(path))}
        while line := file.readline(LONGEST_LINE):
            for name in wrong:
                try:
                    line.decode(name)
                except UnicodeDecodeError:
                    wrong[name] += 1
    return min(wrong, key=wrong.__getitem__)


def _has_mark(path: Source) -> bool:
    with path.open("rb") as file:
        return file.read(3) == codecs.BOM_UTF8


def _reads_whole(path: Source, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def open_text(path: Source, encoding: str) -> TextIO:
    """What cannot be read becomes a lone surrogate, which no sound row holds."""
    return io.TextIOWrapper(path.open("rb"), encoding=encoding, errors="surrogateescape", newline="")


def records(text: TextIO, *, first_line: int = 1, width: int = 0) -> Iterator[Record]:
    """Each record with the line it begins on; blank lines are none. Raises Refused where a quote is never closed.

    Two or more lines in one broken record mean that a stray quote ate rows that nobody would count: the file goes back.
    `width`: how many cells a record has; else as many as the first one here.
    """
    last = ""

    def lines() -> Iterator[str]:
        nonlocal last
        for line in _lines(text, first_line):
            last = line
            yield line

    reader = csv.reader(lines(), strict=True)
    while True:
        begun = reader.line_num
        line = first_line + begun
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if reader.line_num > begun + 1 or "end of data" in str(error):
                raise _unclosed(line) from None
            # Without a quote it is only a cell beyond what the csv module takes, and its column can be named.
            yield line, None if '"' in last else last.rstrip("\r\n").split(",")
            continue
        if not cells or (len(cells) == 1 and not cells[0].strip()):
            continue
        width = width or len(cells)
        if reader.line_num > begun + 1 and (len(cells) != width or swallowed_rows(cells)):
            raise _unclosed(line)
        yield line, cells


LINE_END = re.compile(r"\r\n|\r|\n")


def swallowed_rows(cells: list[str]) -> bool:
    """A quote that was left open is closed by the next one in the same column: the cell holds the end of its row, whole
    rows, and the beginning of one, and the record looks sound."""
    commas = len(cells) - 1
    for place, cell in enumerate(cells):
        if not LINE_END.search(cell):
            continue
        first, *rows, last = LINE_END.split(cell)
        ends_and_begins = (first.count(","), last.count(",")) == (commas - place, place)
        if ends_and_begins and all(row.count(",") == commas for row in rows if row.strip()):
            return True
    return False


def _unclosed(line: int) -> Refused:
    return Refused(_("이 줄에서 연 따옴표가 닫히지 않았거나, 닫힐 때까지가 너무 길어요."), line)


def _lines(text: TextIO, number: int) -> Iterator[str]:
    while line := text.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise Refused(_("한 줄이 너무 길어요. 줄바꿈이 있는 CSV인지 확인해 주세요."), number)
        number += 1
        yield line

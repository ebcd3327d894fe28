"""What a thief of the machine holds: every table, every file, the broker and the cache. And in which shapes a word may lie there."""

from __future__ import annotations

import base64
import io
import json
import re
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote, quote_plus

import redis
from django.db import connection

TOKEN = re.compile(rb"[A-Za-z0-9_+/=-]{16,}")


def tables() -> Iterator[tuple[str, bytes]]:
    """As a dump of the database holds them. COPY needs no pg_dump, which not every machine has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1"
        )
        for (name,) in cursor.fetchall():
            held = io.BytesIO()
            cursor.copy_expert(f"COPY (SELECT * FROM {name}) TO STDOUT", held)
            yield name, held.getvalue()


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The names too: one may say more than what is in it."""
    for path in sorted(folder.rglob("*")):
        yield f"name of {path.name}", str(path).encode()
        if path.is_file():
            yield str(path), path.read_bytes()


def broker(address: str) -> Iterator[tuple[str, bytes]]:
    """Every key with what it holds: waiting tasks with their arguments, sessions of the queue, the cache."""
    server = redis.Redis.from_url(address)
    read = {
        b"string": lambda key: [server.get(key)],
        b"list": lambda key: server.lrange(key, 0, -1),
        b"set": lambda key: server.smembers(key),
        b"hash": lambda key: [each for pair in server.hgetall(key).items() for each in pair],
        b"zset": lambda key: server.zrange(key, 0, -1),
    }
    for key in server.scan_iter():
        reader = read.get(server.type(key))
        for held in reader(key) if reader else ():  # it may have run out meanwhile
            yield f"redis {key.decode(errors='replace')}", key + b"\n" + (held or b"")


def unpacked(content: bytes, *, depth: int = 2) -> bytes:
    """With what can be read out of it without a key: base64, packed or not, in hexadecimal or not."""
    found = [content]
    if depth:
        for token in {match.group() for match in TOKEN.finditer(content)}:
            for plain in _plain(token):
                found.append(unpacked(plain, depth=depth - 1))
    return b"\n".join(found)


def _plain(token: bytes) -> Iterator[bytes]:
    if not re.fullmatch(rb"[0-9a-f-]+", token):
        stripped = token.strip(b"-=").translate(bytes.maketrans(b"-_", b"+/"))
        try:
            plain = base64.b64decode(stripped + b"=" * (-len(stripped) % 4))
        except ValueError:
            return
        yield plain
        try:
            yield zlib.decompress(plain)
        except zlib.error:
            return


def shapes(word: str) -> set[bytes]:
    """A word as it may lie somewhere: as it is, taken apart, escaped, in an address, in hexadecimal, within base64."""
    texts = {unicodedata.normalize(form, word) for form in ("NFC", "NFD")}
    plain = {text.encode() for text in texts} | {json.dumps(text)[1:-1].encode() for text in texts}
    plain |= {text.encode("utf-16-le") for text in texts} | {text.encode("cp949", "ignore") for text in texts}
    found = set(plain)
    for text in texts:
        found |= {quote(text).encode(), quote(text).lower().encode(), quote_plus(text, safe="").encode()}
    for each in plain:
        found |= {each.hex().encode(), each.hex().upper().encode()} | set(within_base64(each))
    return {shape for shape in found if len(shape) >= 6}


def within_base64(word: bytes) -> Iterator[bytes]:
    """What of it does not depend on what stands before and after, for each of the three places it may begin at."""
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + word)
        first, last = -(-before * 8 // 6), (before + len(word)) * 8 // 6
        yield coded[first:last]
        yield coded[first:last].translate(bytes.maketrans(b"+/", b"-_"))


def found(seeded: Mapping[str, Sequence[str]], places: Iterable[tuple[str, bytes]]) -> list[str]:
    """Which word lies where. `seeded`: words by what they share, which is looked for first, and the words where it is found."""
    shared = {core: shapes(core) for core in seeded}
    hits = []
    for place, content in places:
        held = unpacked(content)
        for core in (core for core, each in shared.items() if any(shape in held for shape in each)):
            hits += [f"{word!r} in {place}" for word in seeded[core] if any(shape in held for shape in shapes(word))]
    return hits

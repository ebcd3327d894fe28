"""Public pages on disk, as a proxy serves them: index.html with .gz and .br beside it, each replaced whole or not at all.

PUBLISHED_ROOT/pages is the site's root for the proxy. PUBLISHED_ROOT/altered keeps what was found there and is not ours.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path

import brotli
from django.conf import settings

# What no page of ours comes near: nobody makes us unpack more.
MOST_BYTES = 32 * 1024 * 1024
KEPT_ASIDE = 50
PACKED: dict[str, Callable[[bytes], bytes]] = {
    ".gz": lambda content: gzip.compress(content, mtime=0),
    # The highest quality takes forty times as long for 400 bytes less of a page.
    ".br": lambda content: brotli.compress(content, mode=brotli.MODE_TEXT, quality=5),
}


def place(address: str) -> Path:
    """/en/notices/demo/ -> pages/en/notices/demo/index.html"""
    name = address.lstrip("/")
    return _pages() / (name if Path(name).suffix else f"{name}index.html")


def write(address: str, content: bytes) -> None:
    """What a reader gets from then on, also after the machine lost power. Raises OSError."""
    path = place(address)
    path.parent.mkdir(parents=True, exist_ok=True)
    packed = {suffix: pack(content) for suffix, pack in PACKED.items()} if path.suffix == ".html" else {}
    for suffix, bytes_ in {**packed, "": content}.items():
        _replace(path.with_name(path.name + suffix), bytes_)
    _sync(path.parent)


def remove(address: str) -> None:
    path = place(address)
    for suffix in ("", *PACKED):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    folder = path.parent
    while folder != _pages() and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def hashes(address: str) -> dict[str, str]:
    """The sha256 of what a reader would get from each file that is there: {"": …, ".gz": …, ".br": …}. Raises OSError."""
    path = place(address)
    found = {}
    for suffix in ("", *PACKED) if path.suffix == ".html" else ("",):
        one = path.with_name(path.name + suffix)
        if one.exists():
            found[suffix] = _hash(one, suffix)
    return found


def set_aside(address: str, at_name: str) -> None:
    """The files as they were found, for whoever looks into who did that."""
    path, folder = place(address), Path(settings.PUBLISHED_ROOT, "altered")
    folder.mkdir(parents=True, exist_ok=True)
    name = address.strip("/").replace("/", "_") or "home"
    for suffix in ("", *PACKED):
        one = path.with_name(path.name + suffix)
        if one.exists() and len(list(folder.iterdir())) < KEPT_ASIDE:
            os.replace(one, folder / f"{at_name}-{name}{path.suffix}{suffix}")


def _pages() -> Path:
    return Path(settings.PUBLISHED_ROOT, "pages")


def _hash(path: Path, suffix: str) -> str:
    """Of the unpacked content; what cannot be unpacked is hashed as it lies there, which is nothing that we wrote."""
    if path.stat().st_size > MOST_BYTES:
        return "too big"
    raw = path.read_bytes()
    try:
        content = {"": lambda: raw, ".gz": lambda: _gunzip(raw), ".br": lambda: brotli.decompress(raw)}[suffix]()
    except (zlib.error, brotli.error):
        content = raw
    return hashlib.sha256(content).hexdigest()


def _gunzip(raw: bytes) -> bytes:
    one = zlib.decompressobj(wbits=31)
    content = one.decompress(raw, MOST_BYTES)
    return content + one.unused_data if one.eof else raw


def _replace(path: Path, content: bytes) -> None:
    """Through a file beside it. Its moment is always later than the one before: a proxy tells versions apart by seconds."""
    descriptor, name = tempfile.mkstemp(prefix=".", suffix=".new", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            os.fsync(file.fileno())
        if path.exists():
            stat, new = path.stat(), os.stat(name)
            if int(new.st_mtime) <= int(stat.st_mtime):
                os.utime(name, (new.st_atime, int(stat.st_mtime) + 1))
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

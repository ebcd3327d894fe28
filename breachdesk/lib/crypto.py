"""Sealing with AES-256-GCM and keyed hashing with HMAC-SHA256, both with a key id so that keys can be rotated.

A sealed value is `v1:<key id>:` followed by a 12-byte nonce, the ciphertext and its tag. `bound_to` is authenticated but
not stored: a value copied to another row, column or dataset does not open (NIST SP 800-38D).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import uuid
from collections.abc import Callable, Iterator, Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class CannotOpen(Exception):
    """The value was sealed with a key we do not hold, for another place, or was altered."""


class Keyring:
    """Named 32-byte keys; the first is the one that new values are made with."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys:
            raise ValueError("a keyring needs at least one key")
        self.active = next(iter(keys))
        self._keys = dict(keys)
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}

    @property
    def key_ids(self) -> list[str]:
        return list(self._keys)

    def seal(self, plain: bytes, *, bound_to: str) -> bytes:
        nonce = os.urandom(12)
        sealed = self._ciphers[self.active].encrypt(nonce, plain, bound_to.encode())
        return b"v1:" + self.active.encode() + b":" + nonce + sealed

    def unseal(self, sealed: bytes, *, bound_to: str) -> bytes:
        """Raises CannotOpen."""
        version, _, rest = bytes(sealed).partition(b":")
        key_id, _, body = rest.partition(b":")
        cipher = self._ciphers.get(key_id.decode("ascii", "replace"))
        if version != b"v1" or cipher is None or len(body) < 28:
            raise CannotOpen("unknown key or format")
        try:
            return cipher.decrypt(body[:12], body[12:], bound_to.encode())
        except InvalidTag:
            raise CannotOpen("altered, or sealed for another place") from None

    def mac(self, purpose: str, value: bytes, *, key_id: str | None = None) -> bytes:
        """32 bytes. The purpose keeps the hash of a phone number from equalling that of any other thing."""
        message = purpose.encode() + b"\x00" + value
        return hmac.new(self._keys[key_id or self.active], message, hashlib.sha256).digest()

    def same_mac(self, mac: bytes, purpose: str, value: bytes) -> bool:
        """Whether any of our keys made it: what was hashed before a rotation is still known."""
        made = [self.mac(purpose, value, key_id=key_id) for key_id in self._keys]
        return any(hmac.compare_digest(bytes(mac), each) for each in made)

    def index(self, purpose: str, value: str, *, key_id: str | None = None) -> uuid.UUID:
        """A keyed hash cut to 16 bytes, to be matched in an indexed uuid column."""
        return uuid.UUID(bytes=self.mac(purpose, value.encode(), key_id=key_id)[:16])

    def indexer(self, purpose: str, *, key_id: str | None = None) -> Callable[[bytes], bytes]:
        """The 16 bytes of `index` for millions of values: HMAC by copies of two hashes that already took the key (RFC 2104)."""
        key = self._keys[key_id or self.active].ljust(64, b"\x00")
        inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key) + purpose.encode() + b"\x00")
        outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in key))

        def indexed(value: bytes) -> bytes:
            within = inner.copy()
            within.update(value)
            around = outer.copy()
            around.update(within.digest())
            return around.digest()[:16]

        return indexed

    def sealer(self, *, chunk: int = 2048) -> Callable[[bytes, bytes], bytes]:
        """`seal` for millions of values (plain, bound_to): nonces come from one urandom a chunk."""
        encrypt = self._ciphers[self.active].encrypt
        prefix = b"v1:" + self.active.encode() + b":"

        def fresh() -> Iterator[bytes]:
            while True:
                random = os.urandom(12 * chunk)
                yield from (random[place : place + 12] for place in range(0, len(random), 12))

        nonces = fresh()

        def sealed(plain: bytes, bound_to: bytes) -> bytes:
            nonce = next(nonces)
            return prefix + nonce + encrypt(nonce, plain, bound_to)

        return sealed

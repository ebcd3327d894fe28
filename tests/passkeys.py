"""A phone that keeps passkeys, for tests without a browser: it makes one key a site and signs when it is unlocked."""

from __future__ import annotations

import hashlib
import json
import os
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2 import cbor

PRESENT, VERIFIED, WITH_KEY = 0x01, 0x04, 0x40


class Phone:
    def __init__(self, site: str = "testserver") -> None:
        self.site = site
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = os.urandom(32)
        self.owner = ""

    def create(self, options: dict[str, Any], *, unlocked: bool = True) -> str:
        asked = options["publicKey"]
        self.owner = asked["user"]["id"]
        public = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: public.x.to_bytes(32), -3: public.y.to_bytes(32)}
        key = bytes(16) + struct.pack(">H", 32) + self.credential_id + cbor.encode(cose)
        made = {"fmt": "none", "attStmt": {}, "authData": self._data(WITH_KEY, unlocked) + key}
        return self._answer(
            clientDataJSON=self._client("webauthn.create", asked["challenge"]), attestationObject=cbor.encode(made)
        )

    def get(self, options: dict[str, Any], *, unlocked: bool = True) -> str:
        client, data = self._client("webauthn.get", options["publicKey"]["challenge"]), self._data(0, unlocked)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(
            clientDataJSON=client,
            authenticatorData=data,
            signature=signature,
            userHandle=urlsafe_b64decode(self.owner + "=="),
        )

    def _data(self, flags: int, unlocked: bool) -> bytes:
        flags |= PRESENT | (VERIFIED if unlocked else 0)
        return hashlib.sha256(self.site.encode()).digest() + struct.pack(">BI", flags, 0)

    def _client(self, act: str, challenge: str) -> bytes:
        return json.dumps({"type": act, "challenge": challenge, "origin": f"http://{self.site}"}).encode()

    def _answer(self, **response: bytes) -> str:
        credential_id = text(self.credential_id)
        return json.dumps(
            {
                "id": credential_id,
                "rawId": credential_id,
                "type": "public-key",
                "response": {part: text(value) for part, value in response.items()},
                "clientExtensionResults": {},
            }
        )


def text(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()

"""Passwords of the cast, hashed as the product hashes them but for the number of rounds, which the hash itself names."""

from __future__ import annotations

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class FewRounds(PBKDF2PasswordHasher):
    iterations = 1_000

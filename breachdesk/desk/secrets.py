"""How the secret of a second factor lies in the database: sealed, and for its owner's row only."""

from __future__ import annotations

import base64

from breachdesk import keys


def seal(secret: str, *, owner: int) -> str:
    sealed = keys.seal(secret, bound_to=_place(owner))
    return f"{owner}:{base64.b64encode(sealed).decode()}"


def unseal(sealed: str) -> str:
    """Raises keys.CannotOpen."""
    return keys.unseal(base64.b64decode(sealed.partition(":")[2]), bound_to=_place(owner_of(sealed))).decode()


def sealed_under(sealed: str) -> str:
    """The id of the key."""
    return keys.sealed_under(base64.b64decode(sealed.partition(":")[2]))


def owner_of(sealed: str) -> int:
    """Whose it says it is; only that owner's opens."""
    try:
        return int(sealed.partition(":")[0])
    except ValueError:
        raise keys.CannotOpen("not sealed by us") from None


def _place(owner: int) -> str:
    return f"desk.second_factor:{owner}"

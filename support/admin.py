"""What this room hangs into the desk's frame."""

from __future__ import annotations

from support import waiting_views  # noqa: F401

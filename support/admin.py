"""What this room hangs into the desk's frame."""

from __future__ import annotations

from support import acting_views, consultation_admin, desk_views, waiting_views  # noqa: F401

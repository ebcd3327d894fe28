"""What this room hangs into the desk's frame."""

from __future__ import annotations

from support import (  # noqa: F401
    acting_views,
    calling_views,
    consultation_admin,
    desk_views,
    faq_desk_views,
    paper_views,
    queue_views,
    reuse_views,
    seeing_views,
    waiting_views,
)

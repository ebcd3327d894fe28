"""Writes the published word as files for the proxy, in every language, from the database: what already lies there right is left.

Run it as often as you like; a worker with beat does the same every minute.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils import timezone

from breachdesk.lib import commands
from notices import publishing


class Command(commands.Command):
    help = __doc__

    def handle(self, **options: Any) -> None:
        kept = publishing.keep_up(at=timezone.now())
        figures = {
            "folder": str(settings.PUBLISHED_ROOT),
            "pages": kept.pages,
            "written": len(kept.written),
            "unchanged": kept.pages - len(kept.written) - len(kept.failed),
            "removed": len(kept.removed),
            "altered": kept.altered,
        }
        if kept.failed:
            self.refuse(f"{len(kept.failed)} pages could not be written", failed=kept.failed, **figures)
        self.done(figures, ", ".join(f"{name} {value}" for name, value in figures.items()))

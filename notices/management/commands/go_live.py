"""Lets campaigns of an incident reach everybody, not its guests only: one person asks for it, another confirms."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction
from django.utils import timezone

from breachdesk.lib import commands
from notices import planning, rules
from notices.management.staff import incident_named, staff_named


class Command(commands.Command):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--incident", required=True, metavar="SLUG")
        parser.add_argument("--reason", required=True, help="why everybody may be told now")
        parser.add_argument("--by", required=True, metavar="EMAIL")
        parser.add_argument("--confirmed-by", required=True, metavar="EMAIL")

    def handle(self, *, reason: str, by: str, confirmed_by: str, **options: Any) -> None:
        incident, at = incident_named(self, options["incident"]), timezone.now()
        asks, confirms = staff_named(self, by), staff_named(self, confirmed_by)
        try:
            with transaction.atomic():
                planning.ask_to_go_live(incident=incident, reason=reason, by=asks, at=at)
                planning.go_live(incident=incident, by=confirms, at=at)
        except rules.NotAllowed as refused:
            self.refuse(refused)
        self.done({"incident": incident.slug, "live": True}, f"campaigns of {incident.slug} reach everybody now")

"""Lets one imported list answer look-ups: one person proposes it, another confirms."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from breachdesk.lib import commands
from notices import actions, rules
from notices.management.staff import incident_named, staff_named


class Command(commands.Command):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--incident", required=True, metavar="SLUG")
        parser.add_argument("--dataset", required=True, type=int, metavar="N", help="the list's number")
        parser.add_argument("--by", required=True, metavar="EMAIL")
        parser.add_argument("--confirmed-by", required=True, metavar="EMAIL")

    def handle(self, *, dataset: int, by: str, confirmed_by: str, **options: Any) -> None:
        incident = incident_named(self, options["incident"])
        chosen = incident.datasets.filter(number=dataset).first()
        if chosen is None:
            self.refuse(f"{incident.slug} has no list {dataset}")
        try:
            actions.activate(
                dataset=chosen,
                by=staff_named(self, by),
                confirmed_by=staff_named(self, confirmed_by),
                at=timezone.now(),
            )
        except rules.NotAllowed as refused:
            self.refuse(refused)
        self.done(
            {"incident": incident.slug, "dataset": dataset, "active": True},
            f"list {dataset} of {incident.slug} answers look-ups now",
        )

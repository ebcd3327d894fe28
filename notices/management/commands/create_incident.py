"""Creates an incident from a JSON file: its facts, tiers, contact points and hours, clocks, and the notices about it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from breachdesk.lib import commands
from notices import actions, incident_file, rules
from notices.management.staff import staff_named


class Command(commands.Command):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, metavar="FILE.json")

    def handle(self, *, file: Path, **options: Any) -> None:
        if not file.is_file():
            self.wrong_usage(f"{file} is not a file")
        try:
            facts = incident_file.read(json.loads(file.read_text(encoding="utf-8-sig")))
        except UnicodeDecodeError:
            self.refuse("the file is not UTF-8")
        except json.JSONDecodeError as error:
            self.refuse(f"not JSON: {error.msg}", line=error.lineno)
        except incident_file.WrongFile as wrong:
            self.refuse(wrong, problems=wrong.problems)
        named = {email for one in facts.notices for email in (one.prepared_by, one.approved_by) if email}
        staff = {email: staff_named(self, email) for email in sorted(named)}
        by = staff_named(self, facts.created_by) if facts.created_by else None
        try:
            incident = actions.create_incident(facts=facts, staff=staff, by=by, at=timezone.now())
        except actions.AlreadyThere as there:
            self.refuse(f"incident {there} exists already; nothing was changed")
        except rules.Blocked as blocked:
            self.refuse(
                blocked,
                problems=[f"{f'{one.field}_{one.language}'.rstrip('_')}: {one.words}" for one in blocked.findings],
            )
        except rules.NotAllowed as refused:
            self.refuse(refused)
        data = {
            "incident": incident.slug,
            "tiers": len(facts.tiers),
            "contact_points": len(facts.contact_points),
            "clocks": len(facts.clocks),
            "notices": len(facts.notices),
            "published": sum(1 for one in facts.notices if one.approved_by),
        }
        self.done(data, f"incident {incident.slug}: {data['notices']} notices, {data['published']} of them published")

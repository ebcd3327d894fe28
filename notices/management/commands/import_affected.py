"""Takes in one list of affected people. Nothing answers from it until one person activates it and another confirms."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from breachdesk.lib import commands, safe_csv
from notices import actions, importing, rules
from notices.management.staff import incident_named, staff_named
from notices.models import Incident
from notices.rows import REASONS
from notices.states import Mode


class Command(commands.Command):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--incident", required=True, metavar="SLUG")
        parser.add_argument("file", type=Path, metavar="FILE", help="CSV, UTF-8 or CP949, with a header")
        mode = parser.add_mutually_exclusive_group()
        mode.add_argument("--full", dest="mode", action="store_const", const=Mode.FULL, help="a whole new list")
        mode.add_argument(
            "--changes",
            dest="mode",
            action="store_const",
            const=Mode.CHANGES,
            help="add and correct people, remove nobody (the default when a list is active)",
        )
        parser.add_argument("--rejects", type=Path, metavar="OUT.csv", help="where to report the rows not taken")
        parser.add_argument("--dry-run", action="store_true", help="only say what the import would do")
        parser.add_argument("--activate", action="store_true", help="let the list answer at once; needs two people")
        parser.add_argument("--by", metavar="EMAIL")
        parser.add_argument("--confirmed-by", metavar="EMAIL")

    def handle(self, *, file: Path, **options: Any) -> None:
        if not file.is_file():
            self.wrong_usage(f"{file} is not a file")
        if not os.access(file, os.R_OK):
            self.wrong_usage(f"{file} cannot be read")
        if options["activate"] and not (options["by"] and options["confirmed_by"]):
            self.wrong_usage("--activate needs --by and --confirmed-by")
        if options["activate"] and options["dry_run"]:
            self.wrong_usage("--dry-run activates nothing")
        if rejects := options["rejects"]:
            if not rejects.parent.is_dir() or not os.access(rejects.parent, os.W_OK):
                self.wrong_usage(f"{rejects.parent} is not a folder that can be written to")
            if rejects.is_dir():
                self.wrong_usage(f"{rejects} is a folder")
            if rejects.exists() and rejects.samefile(file):
                self.wrong_usage(f"{rejects} is the list itself")
        incident = incident_named(self, options["incident"])
        by = staff_named(self, options["by"]) if options["by"] else None
        confirmed_by = staff_named(self, options["confirmed_by"]) if options["confirmed_by"] else None
        if options["activate"] and by == confirmed_by:
            self.refuse(rules.SamePerson())
        at = timezone.now()
        try:
            with reject_report(options["rejects"]) as report:
                imported = importing.import_list(
                    incident=incident,
                    path=file,
                    mode=options["mode"],
                    report=report,
                    dry_run=options["dry_run"],
                    by=by,
                    at=at,
                )
            if options["activate"] and imported.dataset and by and confirmed_by:
                actions.activate(dataset=imported.dataset, by=by, confirmed_by=confirmed_by, at=at)
        except importing.Refused as refused:
            self.refuse(refused.reason, line=refused.line)
        except rules.NotAllowed as refused:
            # The list is in, only nothing answers from it yet.
            self.refuse(refused, dataset=imported.dataset.number if imported.dataset else None)
        data = {
            "incident": incident.slug,
            "dataset": imported.dataset.number if imported.dataset else None,
            "already_imported": imported.already is not None,
            "dry_run": options["dry_run"],
            "active": imported.dataset is not None
            and Incident.objects.get(pk=incident.pk).active_dataset == imported.dataset,
            **imported.figures,
        }
        self.done(data, in_words(data))


def in_words(data: dict[str, Any]) -> str:
    if data["already_imported"]:
        first = f"already imported: this is list {data['dataset']} of {data['incident']}; 0 rows written"
    elif data["dry_run"]:
        first = f"dry run for {data['incident']}: nothing was written"
    else:
        first = f"list {data['dataset']} of {data['incident']}" + (
            " is active" if data["active"] else ", not active yet"
        )
    rejected = sum(data["rejected"].values())
    figures = [
        f"{data['rows']} rows = {data['inserted']} inserted + {data['updated']} updated + {data['unchanged']} unchanged"
        f" + {rejected} rejected"
    ]
    figures += [f"  rejected for {reason}: {number}" for reason, number in data["rejected"].items()]
    figures.append(f"{data['no_contact']} without any contact, to be told by posting")
    if "gone" in data:
        figures.append(f"{data['gone']} of the list before are not in this one")
    return "\n".join([first, *figures])


@contextlib.contextmanager
def reject_report(target: Path | None) -> Iterator[importing.Report]:
    """Line, reason and column of each row not taken, and nothing of what stood in it. No report stays of a refused file."""
    if target is None:
        yield lambda line, reason, column: None
        return
    unfinished = target.with_name(target.name + ".part")
    try:
        # Readable by its owner only; with the mark that makes a spreadsheet read Korean.
        with open(
            os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8-sig", newline=""
        ) as file:
            safe_csv.write(file, [("line", "reason", "column", "explanation")])
            yield lambda line, reason, column: safe_csv.write(file, [(line, reason, column, REASONS[reason])])
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)

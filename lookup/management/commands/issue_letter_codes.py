"""Writes the file for the mail house: name, address, code and language of everybody who is told on paper.

The codes stand in that file and nowhere else. Run again, it gives only people who have no code that counts.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction
from django.utils import timezone

from breachdesk.lib import commands, safe_csv
from lookup import letter_codes
from lookup.letter_codes import Letter
from notices import rules
from notices.management.staff import incident_named, staff_named

COLUMNS = ("name", "address", "code", "language")


class Command(commands.Command):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--incident", required=True, metavar="SLUG")
        parser.add_argument("file", type=Path, metavar="OUT.csv")
        parser.add_argument("--by", required=True, metavar="EMAIL")
        parser.add_argument("--confirmed-by", required=True, metavar="EMAIL")
        parser.add_argument(
            "--everybody",
            action="store_true",
            help="those with a phone number or an e-mail too, if they have an address",
        )
        parser.add_argument("--again", action="store_true", help="new codes for those who have one; the old are void")
        parser.add_argument("--customer", default="", metavar="REF", help="this customer alone (a letter was lost)")

    def handle(self, *, file: Path, **options: Any) -> None:
        if not file.parent.is_dir():
            self.wrong_usage(f"{file.parent} is not a folder")
        if file.exists():
            self.wrong_usage(f"{file} exists already; its codes stand nowhere else, so it is not written over")
        unfinished = file.with_name(file.name + ".part")
        if unfinished.exists():
            self.wrong_usage(f"{unfinished} was left by a run that was cut off: see the runbook before you remove it")
        incident = incident_named(self, options["incident"])
        by, confirmed_by = staff_named(self, options["by"]), staff_named(self, options["confirmed_by"])
        try:
            # The file is whole and on the disk before the codes count, and has its name only once they do.
            with transaction.atomic(), manifest(unfinished) as write:
                mailing = letter_codes.issue(
                    incident=incident,
                    write=write,
                    everybody=options["everybody"],
                    again=options["again"],
                    customer_ref=options["customer"],
                    by=by,
                    confirmed_by=confirmed_by,
                    at=timezone.now(),
                )
        except rules.NotAllowed as refused:
            self.refuse(refused)
        unfinished.replace(file)
        self.done(
            {
                "incident": incident.slug,
                "letters": mailing.letters,
                "mailing": mailing.pk,
                "dataset": mailing.dataset_number,
                "expires_at": mailing.expires_at.isoformat(),
            },
            f"{mailing.letters} letter codes for {incident.slug} in {file}, good until {mailing.expires_at:%Y-%m-%d}"
            + ("" if mailing.letters else "; whoever has an address has a code, or another contact"),
        )


@contextlib.contextmanager
def manifest(path: Path) -> Iterator[Callable[[Letter], None]]:
    """Readable by its owner only; with the mark that makes a spreadsheet read Korean. Nothing stays of a refused one."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "w", encoding="utf-8-sig", newline="") as file:
            safe_csv.write(file, [COLUMNS])
            yield lambda letter: safe_csv.write(file, [(letter.name, letter.address, letter.code, letter.language)])
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise

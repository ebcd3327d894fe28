"""The first accounts, from the machine itself: afterwards account administrators open them in the desk."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from breachdesk.desk import actions, roles


class Command(BaseCommand):
    help = "Opens a staff account with roles and sends its one-time link by e-mail."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", required=True)
        parser.add_argument("--role", action="append", default=[], choices=list(roles.BY_CODE))
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        try:
            with transaction.atomic():
                user = actions.create_staff(email=options["email"], name=options["name"], by=None, at=at)
                actions.give_from_console(user=user, codes=options["role"], at=at)
        except actions.EmailTaken:
            raise CommandError("there is a member of staff with this e-mail") from None
        if options["json"]:
            self.stdout.write(json.dumps({"staff": user.pk, "email": user.email, "roles": options["role"]}))
        else:
            self.stdout.write(f"{user.email}: the one-time link is on its way; it is good for 24 hours")

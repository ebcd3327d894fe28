"""Management commands that programs drive: `--json` makes the last line of stdout one object; exit 0 done, 1 refused, 2 wrong usage."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser


class Command(BaseCommand):
    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result as one JSON object on the last line")

    def execute(self, *args: Any, **options: Any) -> Any:
        self.as_json = options.get("json", False)
        return super().execute(*args, **options)

    def done(self, data: dict[str, Any], words: str) -> None:
        self.stdout.write(json.dumps(data, ensure_ascii=False) if self.as_json else words)

    def refuse(self, words: object, **data: Any) -> NoReturn:
        """What was asked is not done, and why."""
        if self.as_json:
            self.stdout.write(json.dumps({"refused": str(words), **data}, ensure_ascii=False))
        raise CommandError(str(words), returncode=1)

    def wrong_usage(self, words: str) -> NoReturn:
        if self.as_json:
            self.stdout.write(json.dumps({"wrong_usage": words}, ensure_ascii=False))
        raise CommandError(words, returncode=2)

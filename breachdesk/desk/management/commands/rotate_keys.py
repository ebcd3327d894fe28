"""Seals and hashes everything anew under the active keys, so that the old ones can be taken out. The site answers meanwhile."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from breachdesk import audit, keys
from breachdesk.desk import rotating
from breachdesk.lib import commands

WHY_LEFT = {
    "cannot_open": "cannot be opened with any key of the ring: put the missing key back and run this again",
    "held_by_others": "were being worked with all the time: run this again",
    "in_use": "lists were being read all the time: run this again",
    "on_no_list": "people who stand on no list any more: their key cannot be made anew",
    "no_letter": "requests of people whose letter is gone: they cannot be found by it any more",
    "twice": "people who are there twice, once under each key: somebody must look at them",
    "not_ours": "events of the audit that no key of ours made: they were not countersigned",
}


class Command(commands.Command):
    help = __doc__

    def handle(self, **options: Any) -> None:
        try:
            rotated = rotating.rotate(self._report)
        except rotating.Refused as refused:
            self.refuse(refused)
        at = timezone.now()
        keep_old_until = rotating.keep_old_until(at)
        data_key, index_key = keys.data_keys().active, keys.index_keys().active
        data = {
            "data_key": data_key,
            "index_key": index_key,
            "rows": rotated.rows,
            "seconds": rotated.seconds,
            "left": rotated.left,
            "keep_old_until": keep_old_until.isoformat(timespec="seconds"),
        }
        if rotated.rows:
            with transaction.atomic():
                audit.record(
                    kind="desk.keys_rotated",
                    by=None,
                    about="keys",
                    at=at,
                    data_key=data_key,
                    index_key=index_key,
                    rows=sum(rotated.rows.values()),
                    left=sum(sum(why.values()) for why in rotated.left.values()),
                )
        if rotated.left:
            named = [
                f"{part}: {count} {WHY_LEFT[why]}" for part, whys in rotated.left.items() for why, count in whys.items()
            ]
            self.refuse("the old keys are still needed\n" + "\n".join(named), **data)
        self.done(data, self._in_words(rotated, data_key, index_key, keep_old_until))

    def _report(self, part: str, done: int, to_do: int) -> None:
        self.stderr.write(f"{part}: {done:,} of {to_do:,}", ending="\n")

    @staticmethod
    def _in_words(rotated: rotating.Rotated, data_key: str, index_key: str, until: dt.datetime) -> str:
        if not rotated.rows:
            return f"nothing to do: everything lies under {data_key} and {index_key} already"
        lines = [f"{part}: {rows:,} rows in {rotated.seconds[part]} s" for part, rows in rotated.rows.items()]
        lines.append(
            f"everything lies under {data_key} and {index_key}. What dies by itself (codes, letters, budgets of a day) needs "
            f"the old keys until {until:%Y-%m-%d %H:%M} UTC; after that take them out of the environment"
        )
        return "\n".join(lines)

"""The line for a card of which there are too few, and the hours at branches at which one can be fetched instead."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from breachdesk.demo.issuer_customers import today

# Whoever asks is the so-manieth; the line moves on by one in so many seconds.
LINE = 12
MOVES_ON = 60
BRANCHES = (("JG", "한빛카드 중구 지점", "Jung-gu branch"), ("MP", "한빛카드 마포 지점", "Mapo branch"))
HOURS = (("10:00", "12:00"), ("14:00", "16:00"))
DAYS = 3
CAPACITY = 4


class Slots:
    """Told under the ledger's lock: what is left is what is left."""

    def __init__(self) -> None:
        # By card: whoever books another hour gives back the first.
        self.booked: dict[str, str] = {}

    def told(self) -> list[dict[str, Any]]:
        return [{**slot, "left": self.left(slot["id"])} for slot in self._all()]

    def left(self, slot_id: str) -> int:
        """0 too of an hour that there is not."""
        number = next((number for number, slot in enumerate(self._all()) if slot["id"] == slot_id), None)
        if number is None:
            return 0
        # Some were there before.
        return max(CAPACITY - number % (CAPACITY + 1) - sum(slot_id == held for held in self.booked.values()), 0)

    def book(self, card_id: str, slot_id: str) -> None:
        self.booked[card_id] = slot_id

    def of(self, card_id: str) -> str:
        return self.booked.get(card_id, "")

    @staticmethod
    def _all() -> list[dict[str, Any]]:
        first = today()
        days = [day for day in (first + timedelta(days=ahead) for ahead in range(1, 8)) if day.weekday() < 5][:DAYS]
        return [
            {
                "id": f"{code}-{day:%Y%m%d}-{opens[:2]}",
                "place_ko": ko,
                "place_en": en,
                "day": day.isoformat(),
                "opens": opens,
                "closes": closes,
            }
            for day in days
            for opens, closes in HOURS
            for code, ko, en in BRANCHES
        ]

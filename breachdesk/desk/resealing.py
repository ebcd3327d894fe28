"""What staff sign in with when the keys are changed: the secret of an authenticator app, the seed of recovery codes."""

from __future__ import annotations

from collections.abc import Iterator

from allauth.mfa.models import Authenticator
from django.db import transaction

from breachdesk import keys
from breachdesk.desk import secrets
from breachdesk.resealing import Part

SEALED = ("secret", "seed")


class SecondFactors:
    name = "mfa.Authenticator"
    covers = ("mfa.Authenticator.data",)

    def __init__(self) -> None:
        self.left: dict[str, int] = {}

    def behind(self) -> int:
        return sum(self._is_behind(each) for each in self._sealed())

    def batches(self) -> Iterator[int]:
        self.left = {}
        for pk in [each.pk for each in self._sealed() if self._is_behind(each)]:
            with transaction.atomic():
                held = Authenticator.objects.select_for_update(of=("self",)).filter(pk=pk).first()
                if held is None or not self._is_behind(held):
                    continue
                try:
                    held.data |= {
                        name: secrets.seal(secrets.unseal(held.data[name]), owner=secrets.owner_of(held.data[name]))
                        for name in SEALED
                        if name in held.data
                    }
                except keys.CannotOpen:
                    self.left["cannot_open"] = self.left.get("cannot_open", 0) + 1
                held.save(update_fields=["data"])
            yield 1

    @staticmethod
    def _sealed() -> list[Authenticator]:
        """Of staff a few hundred at most. A passkey's public half is sealed for nobody."""
        return [each for each in Authenticator.objects.order_by("pk") if any(name in each.data for name in SEALED)]

    @staticmethod
    def _is_behind(each: Authenticator) -> bool:
        active = keys.data_keys().active
        return any(secrets.sealed_under(each.data[name]) != active for name in SEALED if name in each.data)


PARTS: list[Part] = [SecondFactors()]

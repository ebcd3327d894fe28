"""May they? From plain values only."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class NotAllowed(Exception):
    """An act of this room is refused; the message says why, for the person who asked."""

    words: StrOrPromise = ""

    def __init__(self, words: StrOrPromise = "") -> None:
        super().__init__(str(words or self.words))


class NotStaff(NotAllowed):
    words = _("이 일은 일하고 있는 직원만 할 수 있어요.")


class SamePerson(NotAllowed):
    words = _("두 사람이 확인해야 해요. 한 사람이 두 번 확인할 수 없어요.")


class EmptyList(NotAllowed):
    words = _("명단에 사람이 없어요. 이 명단을 쓰면 모두가 유출되지 않은 것으로 보여요.")


class BuiltOnAnotherList(NotAllowed):
    words = _("이 명단은 지금 쓰는 명단을 바로잡은 것이 아니에요. 바뀐 사람을 지금 명단에 다시 가져와 주세요.")


class NotYet(NotAllowed):
    words = _("아직 오지 않은 때부터 보였다고 적을 수 없어요.")


@dataclass(frozen=True)
class Actor:
    id: int
    works_here: bool


def refuse_unless_two_staff(*, by: Actor, confirmed_by: Actor) -> None:
    """Raises NotStaff or SamePerson."""
    if not (by.works_here and confirmed_by.works_here):
        raise NotStaff
    if by.id == confirmed_by.id:
        raise SamePerson


def refuse_wrong_list(*, people: int, is_correction: bool, base_id: int | None, active_id: int | None) -> None:
    """Raises EmptyList or BuiltOnAnotherList."""
    if not people:
        raise EmptyList
    if is_correction and active_id is not None and base_id != active_id:
        raise BuiltOnAnotherList


class NotComplete(NotAllowed):
    """A notice may not be published yet; `missing` names the empty fields."""

    def __init__(self, missing: Sequence[str]) -> None:
        super().__init__(_("안내문을 올릴 수 없어요. 비어 있는 칸: %s") % ", ".join(missing))
        self.missing = list(missing)


def missing_from_notice(texts: Mapping[str, str], *, must_carry: Collection[str], has_contact_point: bool) -> list[str]:
    """The empty fields without which a notice may not be published. `must_carry`: fields of the statutory items it needs."""
    fields = ["title", "lede", *must_carry]
    missing = [
        f"{name}_{code}" for name in fields for code in ("ko", "en") if not texts.get(f"{name}_{code}", "").strip()
    ]
    return missing if has_contact_point else [*missing, "contact_points"]

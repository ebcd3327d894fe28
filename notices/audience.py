"""Who of a list is told, by which way, and why not where not. Pure: from a record's plain columns to an answer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from django.utils.translation import gettext_lazy as _

from notices.states import Member, TellingState

Key = TypeVar("Key")

# Tiers that no list of an incident names: those of whom nothing is sure to have leaked, and those whom no tier fits.
POSSIBLY = 0
NO_TIER = -1

# Members who are not written to, though a contact may be on file, and why.
WITHHELD_FROM = {
    Member.DECEASED: _("돌아가신 분의 연락처로는 보내지 않아요. 게시한 안내문이 알림을 대신해요."),
}
# Why the others are told as they are, where it needs saying.
TOLD_BECAUSE = {
    Member.MINOR: _("명단에 있는 연락처로 보내고, 보호자와 함께 보라고 적어요."),
    Member.CORPORATE: _("법인이 맡긴 연락처로 보내요."),
    Member.SUPPLEMENTARY: _("가족카드를 쓰는 분께 따로 보내요."),
    Member.FORMER: _("탈회했어도 정보가 나갔으면 알려야 해요."),
}
NO_CONTACT_BECAUSE = _("휴대전화 번호도 이메일도 없어요. 주소가 있으면 우편으로, 없으면 게시한 안내문으로 대신해요.")


def first_state(*, member: str, has_phone: bool, has_email: bool, has_address: bool = False) -> TellingState:
    """Where a person's line in the ledger begins. An address counts where letters are posted."""
    if member in WITHHELD_FROM:
        return TellingState.WITHHELD
    return TellingState.WAITING if has_phone or has_email or has_address else TellingState.NO_CONTACT


class TierOf(NamedTuple):
    number: int
    any_of: Collection[str]


def tier_of(items: str, tiers: Sequence[TierOf]) -> int:
    """The first tier that fits a record's items, given as in the list (`name|phone?`)."""
    leaked = {code for code in items.split("|") if not code.endswith("?")}
    if not leaked:
        return POSSIBLY
    return next((tier.number for tier in tiers if not tier.any_of or leaked & set(tier.any_of)), NO_TIER)


@dataclass(frozen=True)
class Choice:
    """Who is to be told: empty means everybody."""

    tiers: Collection[int] = ()
    languages: Collection[str] = ()
    members: Collection[str] = ()
    # Any of these, leaked for sure or possibly.
    items: Collection[str] = ()
    # Only those of whom there is no proof yet, of any version.
    unproven: bool = False

    def takes(self, group: Alike, *, tier: int) -> bool:
        return (
            (not self.tiers or tier in self.tiers)
            and (not self.languages or group.language in self.languages)
            and (not self.members or group.member in self.members)
            and (not self.items or not set(self.items).isdisjoint(group.items.replace("?", "").split("|")))
            and not (self.unproven and group.proven)
        )


class Alike(NamedTuple):
    """People of a list who are the same in all that decides how they are told."""

    items: str
    language: str
    member: str
    has_phone: bool
    has_email: bool
    told: bool  # of this notice, by an earlier campaign
    proven: bool  # told of this incident, of whatever version, and there is proof
    people: int


@dataclass
class Preview:
    """What a campaign would do, in figures: audience == by_phone + by_email + no_contact + withheld."""

    audience: int = 0
    by_phone: int = 0
    by_email: int = 0
    no_contact: int = 0
    withheld: int = 0
    # Beside the equation: in the choice, but told of this notice before.
    already_told: int = 0
    by_tier: dict[int, int] = field(default_factory=dict)
    by_language: dict[str, int] = field(default_factory=dict)
    # Of by_phone: which messages a phone can be sent depends on the language.
    phone_by_language: dict[str, int] = field(default_factory=dict)
    by_member: dict[str, int] = field(default_factory=dict)
    # The combinations of items in the choice, as in the list.
    items: list[str] = field(default_factory=list)


def preview(groups: Iterable[Alike], *, tiers: Sequence[TierOf], choice: Choice) -> Preview:
    seen, items = Preview(), set()
    for group in groups:
        tier = tier_of(group.items, tiers)
        if not choice.takes(group, tier=tier):
            continue
        items.add(group.items)
        if group.told:
            seen.already_told += group.people
            continue
        seen.audience += group.people
        match first_state(member=group.member, has_phone=group.has_phone, has_email=group.has_email):
            case TellingState.WITHHELD:
                seen.withheld += group.people
            case TellingState.NO_CONTACT:
                seen.no_contact += group.people
            case _state if group.has_phone:
                seen.by_phone += group.people
                _add(seen.phone_by_language, group.language, group.people)
            case _state:
                seen.by_email += group.people
        _add(seen.by_tier, tier, group.people)
        _add(seen.by_language, group.language, group.people)
        _add(seen.by_member, group.member, group.people)
    seen.items = sorted(items)
    return seen


def samples(
    groups: Iterable[Alike], *, tiers: Sequence[TierOf], choice: Choice, count: int = 3, by_letter: bool = False
) -> list[Alike]:
    """Groups that are told differently: by way and language first, then by what leaked; the larger before the smaller.

    `by_letter`: those too who may have nothing but an address.
    """
    written_to = [
        group
        for group in sorted(groups, key=lambda group: (-group.people, group))
        if not group.told
        and choice.takes(group, tier=tier_of(group.items, tiers))
        and first_state(
            member=group.member, has_phone=group.has_phone, has_email=group.has_email, has_address=by_letter
        )
        == TellingState.WAITING
    ]
    chosen: list[Alike] = []
    for unlike in (
        lambda group: (group.has_phone, group.language),
        lambda group: (group.has_phone, group.language, group.items),
        lambda group: group,
    ):
        for group in written_to:
            if len(chosen) < count and unlike(group) not in {unlike(each) for each in chosen}:
                chosen.append(group)
    return chosen


def _add(counted: dict[Key, int], key: Key, people: int) -> None:
    counted[key] = counted.get(key, 0) + people

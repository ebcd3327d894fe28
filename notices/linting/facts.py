"""What the linter is told of a version, and what it answers. Plain values."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from notices import kinds, law
from notices.states import NoticeKind

LANGUAGES = ("ko", "en")
SPOKEN = ("ko", "en", "easy")


class Weight(Enum):
    BLOCKS = "blocks"
    # Blocks, until two people set it aside with a reason: text is judged by its words, which may deceive.
    MAY_BE_SET_ASIDE = "may_be_set_aside"
    ADVICE = "advice"


@dataclass(frozen=True)
class Finding:
    rule: str
    # Of a notice, without its language: a text, `kind`, `cleared`, `not_leaked` or `contact_points`.
    field: str
    language: str
    words: str
    law: str
    weight: Weight = Weight.BLOCKS
    # The words of the text that it is about.
    found: str = ""

    @property
    def key(self) -> str:
        """The same as long as the same words stand in the same place."""
        digest = hashlib.sha256(self.found.encode()).hexdigest()[:8]
        return f"{self.rule}:{self.field}:{self.language}:{digest}"

    @property
    def blocks(self) -> bool:
        return self.weight is not Weight.ADVICE

    @property
    def may_be_set_aside(self) -> bool:
        return self.weight is Weight.MAY_BE_SET_ASIDE


@dataclass(frozen=True)
class KnownItem:
    """One that may leak, in both languages, as the catalogue or the incident calls it."""

    code: str
    group: str
    ko: str
    en: str

    def name(self, language: str) -> str:
        return self.en if language == "en" else self.ko


@dataclass(frozen=True)
class ContactFacts:
    kind: str
    value: str
    has_hours: bool


@dataclass(frozen=True)
class ListFacts:
    """Of the list that answers now: codes that leaked for sure of somebody, those that only may have, and how many people."""

    sure: frozenset[str]
    possible: frozenset[str]
    people_sure: int = 0
    people_possible: int = 0


@dataclass(frozen=True)
class Facts:
    kind: str
    texts: Mapping[str, str]  # by field and language: what_leaked_ko
    items: Mapping[str, KnownItem]
    began: dt.datetime  # all moments in the incident's zone
    ended: dt.datetime
    learned: dt.datetime
    today: dt.date
    cleared: str = ""
    cleared_tiers: Sequence[int] = ()
    # How many an all-clear would be for, by the lists; None: no list answers.
    cleared_people: int | None = None
    not_leaked: Sequence[str] = ()
    # The published versions before, the oldest first, and the words of the newest of them.
    told: Sequence[kinds.Told] = ()
    before: Mapping[str, str] = field(default_factory=dict)
    listed: ListFacts | None = None
    contacts: Sequence[ContactFacts] = ()
    department: Mapping[str, str] = field(default_factory=dict)
    # Numbers that are ours besides the contact points.
    own_phones: frozenset[str] = frozenset()

    def text(self, name: str, language: str) -> str:
        return self.texts.get(f"{name}_{language}", "").strip()

    @property
    def duty(self) -> law.Duty:
        return law.duty(self.kind, self.cleared)

    @property
    def carried(self) -> list[str]:
        return law.fields_carried(self.kind, self.cleared)

    @property
    def clears_everybody(self) -> bool:
        return kinds.clears_everybody(self.kind, self.cleared)

    @property
    def says_leaked(self) -> bool:
        return kinds.says_leaked(self.kind, self.cleared, self.told)

    @property
    def is_first(self) -> bool:
        return not self.told

    @property
    def at_stake(self) -> frozenset[str]:
        """What leaked or may have, by the list that answers."""
        return self.listed.sure | self.listed.possible if self.listed else frozenset()


def is_all_clear(facts: Facts) -> bool:
    return facts.kind == NoticeKind.NOT_LEAKED

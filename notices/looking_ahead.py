"""Before anybody is told: of which list, whom, in which letter. Reads only; campaigning.py writes what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from notices import all_clear, audience, clearing, ledger, letters, letters_on_paper
from notices.campaign_models import Campaign
from notices.models import Dataset, Incident, Notice


@dataclass(frozen=True)
class Ahead:
    """What a campaign would do: of which list, and everybody it would write to, those alike as one."""

    dataset: Dataset
    choice: audience.Choice
    groups: Sequence[audience.Alike]
    seen: audience.Preview
    cleared_by: Dataset | None = None

    @property
    def readers(self) -> set[letters.Reader]:
        chosen = set(self.seen.items)
        return {letters.Reader(one.language, one.items, one.member) for one in self.groups if one.items in chosen}

    @property
    def by_letter_only(self) -> bool:
        """None of them has a phone or an e-mail."""
        return not (self.seen.by_phone or self.seen.by_email)


def look_ahead(*, notice: Notice, dataset: Dataset, choice: audience.Choice, to_cleared: bool = False) -> Ahead:
    """`dataset`: the list that answers. Of an all-clear those of the newest earlier list are told who have not been yet."""
    if not to_cleared:
        return _ahead(notice, dataset, choice)
    # Whether there is proof that they heard of the leak says nothing about who must hear that there was none.
    choice = replace(choice, tiers=clearing.tiers_cleared(notice) or choice.tiers, unproven=False)
    found = None
    for earlier in clearing.earlier_lists(notice.incident):
        found = _ahead(notice, earlier, choice, cleared_by=dataset)
        if found.seen.audience:
            break
    return found or Ahead(dataset, choice, (), audience.Preview())


def look_at(campaign: Campaign, choice: audience.Choice) -> Ahead:
    """The same of one that was prepared: of the list that it tells."""
    return _ahead(campaign.notice, campaign.dataset, choice, cleared_by=campaign.cleared_by)


def _ahead(notice: Notice, dataset: Dataset, choice: audience.Choice, *, cleared_by: Dataset | None = None) -> Ahead:
    groups = ledger.alike(dataset=dataset, notice=notice, cleared_by=cleared_by)
    seen = audience.preview(groups, tiers=tiers_of(notice.incident), choice=choice)
    return Ahead(dataset, choice, groups, seen, cleared_by)


def has_a_letter(notice: Notice, *, to_cleared: bool) -> bool:
    return clearing.clears_somebody(notice) if to_cleared else letters.tells_of_a_leak(notice)


def letter_of(notice: Notice, *, to_cleared: bool) -> letters.LeakNotice:
    return all_clear.AllClear(notice) if to_cleared else letters.LeakNotice(notice)


def letter_on_paper_of(notice: Notice, *, to_cleared: bool) -> letters_on_paper.LeakLetter:
    return all_clear.AllClearLetter(notice) if to_cleared else letters_on_paper.LeakLetter(notice)


def tiers_of(incident: Incident) -> list[audience.TierOf]:
    return [audience.TierOf(tier.number, tier.any_of) for tier in incident.tiers.all()]

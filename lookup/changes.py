"""What each list said of somebody, and what is different since they last looked. Reads only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from lookup.models import Proof
from lookup.queries import Answer
from lookup.standing import Told
from notices import catalogue, lines
from notices.catalogue import Item
from notices.lines import InOneList


@dataclass(frozen=True)
class Since:
    """What is different from the answer somebody was given last. All empty: nothing is."""

    looked_at: dt.datetime
    list_number: int | None
    added: list[Item]
    maybe_added: list[Item]
    # Possible then, sure now; and sure then, only possible now.
    surer: list[Item]
    less_sure: list[Item]
    removed: list[Item]

    @property
    def changed(self) -> bool:
        return bool(self.added or self.maybe_added or self.surer or self.less_sure or self.removed)


@dataclass(frozen=True)
class History:
    lists: Sequence[InOneList]
    # None: they never looked before.
    since: Since | None

    @property
    def was_listed(self) -> bool:
        """They stood on some list; known only of somebody who was met by it."""
        return any(one.leaked or one.possible for one in self.lists)


def history(answer: Answer, proof: Proof, told: Sequence[Told]) -> History:
    """Of somebody who matched no list, nothing is told of any: whoever shares their contact stays out of it."""
    last = _last_look(answer, told)
    lists: list[InOneList] = []
    if proof.person is not None:
        own = {proof.person.person_key, *answer.person_keys, *answer.former_keys}
        if answer.former_keys:
            lists = lines.in_every_list(answer.incident, own)
        else:
            lists = answer.said.in_every_list(own)
    return History(lists, _since(answer, last, lists) if last else None)


def _last_look(answer: Answer, told: Sequence[Told]) -> Told | None:
    """The last answer before the one that stands on the page now, under this or an earlier proof."""
    own = [each for each in told if each.incident_id == answer.incident.pk]
    earlier = [each for each in own if not (each.here and each.list_number == answer.dataset.number)]
    return max(earlier, key=lambda each: each.id, default=None)


def _since(answer: Answer, last: Told, lists: Sequence[InOneList]) -> Since:
    then = next((each for each in lists if each.number == last.list_number), None)
    if last.list_number == answer.dataset.number:
        sure, maybe = answer.leaked, answer.possible
    else:
        sure, maybe = (then.leaked, then.possible) if then else ((), ())
    known = catalogue.items(answer.incident.extra_items)

    def named(codes: Collection[str]) -> list[Item]:
        return [item for code, item in known.items() if code in codes]

    before, after = {*sure, *maybe}, {*answer.leaked, *answer.possible}
    return Since(
        looked_at=last.at,
        list_number=last.list_number,
        added=named(set(answer.leaked) - before),
        maybe_added=named(set(answer.possible) - before),
        surer=named(set(maybe) & set(answer.leaked)),
        less_sure=named(set(sure) & set(answer.possible)),
        removed=named(before - after),
    )

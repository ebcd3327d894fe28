"""Imports one list of affected people: read, validate, seal, load, compare, attach. Nothing answers from it until activated.

Nothing here holds more of the file than a few thousand rows. A run that is killed leaves no list and no half of one: the
Dataset row and the attached table come in one transaction at the very end.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import itertools
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.db import DatabaseError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from breachdesk import audit, keys
from breachdesk.accounts.models import User
from notices import catalogue, cutting, hands, listfile, loading, reading, rows
from notices.listfile import Refused
from notices.models import Dataset, Incident
from notices.states import Mode

Report = Callable[[int, str, str], None]  # line, reason, column


@dataclass
class Figures:
    """inserted + updated + unchanged + rejected == rows; the others stand beside the equation."""

    rows: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    no_contact: int = 0
    gone: int | None = None  # only a whole new list can miss somebody

    def as_data(self) -> dict[str, object]:
        data = {**vars(self), "rejected": dict(sorted(self.rejected.items()))}
        if self.gone is None:
            del data["gone"]
        return data


@dataclass(frozen=True)
class Imported:
    figures: dict[str, object]
    dataset: Dataset | None  # None: a dry run
    already: Dataset | None = None  # the list that holds exactly this already


def import_list(
    *,
    incident: Incident,
    path: listfile.Source,
    mode: Mode | None = None,
    report: Report = lambda line, reason, column: None,
    dry_run: bool = False,
    by: User | None,
    at: dt.datetime,
    figures: Figures | None = None,
) -> Imported:
    """Raises Refused; then nothing has changed. `figures`: counted into as rows are read, for whoever watches."""
    listfile.refuse_if_no_text(path)
    sha256 = listfile.sha256(path)
    loading.wait_for_turn()
    try:
        incident.refresh_from_db()
        mode, base = mode_and_base(incident, mode)
        known = already_imported(incident, sha256=sha256, mode=mode, base=base)
        if known is not None:
            return Imported(figures_again(known), dataset=known, already=known)
        loading.drop_left_behind()
        run = Run(
            incident=incident, path=path, mode=mode, base=base, report=report, at=at, figures=figures or Figures()
        )
        return run.go(sha256=sha256, dry_run=dry_run, by=by)
    finally:
        loading.end_turn()


def mode_and_base(incident: Incident, mode: Mode | None) -> tuple[Mode, Dataset | None]:
    """Changes correct the list that answers now. A whole list is compared with that, or else with the newest there is."""
    active = incident.active_dataset
    mode = mode or (Mode.CHANGES if active else Mode.FULL)
    if mode == Mode.CHANGES and active is None:
        raise Refused(_("바로잡을 명단이 아직 없어요. 전체 명단을 --full로 먼저 가져와 주세요."))
    return mode, active or incident.datasets.order_by("number").last()


def already_imported(incident: Incident, *, sha256: str, mode: Mode, base: Dataset | None) -> Dataset | None:
    """The list that this file made. Changes taken from the very file that made the list they would correct change nothing."""
    same = incident.datasets.filter(sha256=sha256, mode=mode).order_by("number")
    if mode == Mode.FULL:
        return same.last()
    if base is not None and base.sha256 == sha256:
        return base
    return same.filter(base=base).last()


def figures_again(known: Dataset) -> dict[str, object]:
    """The same file once more: every row that was taken then is there unchanged."""
    figures = dict(known.figures)
    figures["unchanged"] = figures["inserted"] + figures["updated"] + figures["unchanged"]
    figures["inserted"] = figures["updated"] = 0
    if "gone" in figures:
        figures["gone"] = 0
    return figures


class Run:
    """One import, from the file to the attached table."""

    def __init__(
        self,
        *,
        incident: Incident,
        path: listfile.Source,
        mode: Mode,
        base: Dataset | None,
        report: Report,
        at: dt.datetime,
        figures: Figures,
    ) -> None:
        self.incident = incident
        self.path = path
        self.mode = mode
        self.base = base
        self.report = report
        self.at = at
        self.figures = figures
        # One person has one key in every list, so a list is keyed like the one it is compared with.
        self.index_key = base.index_key if base else keys.index_keys().active
        self.dataset_id = loading.new_id()

    def go(self, *, sha256: str, dry_run: bool, by: User | None) -> Imported:
        loading.create(self.dataset_id)
        try:
            self.load()
            if dry_run:
                loading.drop(self.dataset_id)
                return Imported(self.figures.as_data(), dataset=None)
            if self.changes_nothing():
                loading.drop(self.dataset_id)
                return Imported(self.figures.as_data(), dataset=self.base, already=self.base)
            return Imported(self.figures.as_data(), dataset=self.keep(sha256=sha256, by=by))
        except BaseException:
            with contextlib.suppress(DatabaseError):  # else the next import drops it
                loading.drop(self.dataset_id)
            raise

    def load(self) -> None:
        encoding = listfile.encoding(self.path)
        blocks = cutting.blocks(self.path, encoding)
        first = next(blocks, cutting.Block(1, b""))
        plan = self.plan(first, encoding)
        hands.load(plan, itertools.chain([first], blocks), note=self.note)
        figures = self.figures
        if not figures.rows:
            raise Refused(_("머리글만 있고 사람이 없어요."), line=plan.header_line)
        # What the list before has beside changes comes in later, and sooner into a table without a key.
        if self.mode == Mode.CHANGES or not loading.key(self.dataset_id):
            for line, reachable in loading.second_rows(self.dataset_id):
                self.reject(line, "conflict", "customer_ref")
                figures.no_contact -= not reachable
        taken = figures.rows - figures.rejected.total()
        if self.base is None:
            figures.inserted = taken
        else:
            compared = loading.compare(self.dataset_id, self.base.pk)
            figures.inserted, figures.updated, figures.unchanged, gone = compared
            if self.mode == Mode.FULL:
                figures.gone = gone
        if figures.inserted + figures.updated + figures.unchanged != taken:
            raise AssertionError("the figures of this import do not add up")

    def plan(self, first: cutting.Block, encoding: str) -> reading.Plan:
        text = io.StringIO(reading.decoded(first, encoding), newline="")
        line, header = next(listfile.records(text), (1, []))
        plan = reading.Plan(
            dataset_id=self.dataset_id,
            index_key=self.index_key,
            encoding=encoding,
            header_line=line,
            header=header or [],
            codes=catalogue.codes(self.incident.extra_items),
            today=self.at.astimezone(ZoneInfo(self.incident.time_zone)).date(),
        )
        try:
            reading.BlockReader(plan)
        except rows.WrongHeader as wrong:
            raise Refused(wrong, line) from None
        return plan

    def note(self, account: reading.Account) -> None:
        """Of one block, in the order of the file."""
        self.figures.rows += account.rows
        self.figures.no_contact += account.no_contact
        for line, reason, column in account.rejected:
            self.reject(line, reason, column)

    def reject(self, line: int, reason: str, column: str) -> None:
        self.figures.rejected[reason] += 1
        self.report(line, reason, column)

    def changes_nothing(self) -> bool:
        figures = self.figures
        return self.base is not None and not (figures.inserted or figures.updated or figures.gone)

    def keep(self, *, sha256: str, by: User | None) -> Dataset:
        if self.mode == Mode.CHANGES and self.base is not None:
            loading.copy_the_rest(self.dataset_id, self.base.pk)
        newest = self.incident.datasets.aggregate(newest=Max("number"))["newest"] or 0
        people = loading.count(self.dataset_id)
        with transaction.atomic():
            loading.finish(self.dataset_id)
            dataset = Dataset.objects.create(
                id=self.dataset_id,
                incident=self.incident,
                number=newest + 1,
                mode=self.mode,
                base=self.base,
                sha256=sha256,
                file_name=self.path.name[:200],
                data_key=keys.data_keys().active,
                index_key=self.index_key,
                figures=self.figures.as_data(),
                people=people,
                imported_at=self.at,
                imported_by=by,
            )
            audit.record(
                kind="notices.list_imported",
                by=by,
                about=f"incident:{self.incident.slug}",
                at=self.at,
                dataset=dataset.number,
                sha256=sha256,
                **dataset.figures,
            )
        return dataset

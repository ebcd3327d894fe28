"""What came after the first notice: the first list, the confirmed notice, the corrected list, the correction, the all-clear for some;
and one of the people, who looked himself up in between. Made by the product's own actions, which are told the moment; only
the proof is made without a code, because nobody was there to type it. What was done already is not done again.
"""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db import transaction

from breachdesk import keys
from breachdesk.accounts.models import User
from breachdesk.demo import crowd, people, story, told
from breachdesk.lib.contacts import Contact
from lookup import actions as lookup
from lookup import proving
from lookup.models import Proof
from lookup.origin import Origin
from notices import actions, clocking, drafting, editing, importing, ordering, planning, queries, snapshots
from notices.models import Incident, Notice
from notices.states import Cleared, Mode, NoticeKind

HOUR = dt.timedelta(hours=1)
OFFICER = "officer@hanbitcard.example"
# Nobody on the list.
GUEST = "010-0000-9999"


def live_through(*, incident: Incident, now: dt.datetime) -> None:
    days = story.Days(now)
    editor, approver = (User.objects.get(email=one["email"]) for one in (story.EDITOR, story.APPROVER))
    two = {"by": editor, "confirmed_by": approver}
    versions = incident.notices.count()
    if versions == 1:
        write_down_reports(incident=incident, days=days)
        receive_an_order(incident=incident, days=days)
        _activate(incident, people.rows(first=True), at=days.second_notice - HOUR / 6, **two)
        confirmed = told.flat(told.confirmed(days, ended=days.ended_as_first_told))
        _publish(incident, NoticeKind.CONFIRMED, {**confirmed, "not_leaked": []}, at=days.second_notice, **two)
        _go_live(incident, at=days.second_notice, **two)
        crowd.tell_the_first(incident=Incident.objects.get(pk=incident.pk), at=days.second_notice)
        for person in people.PEOPLE:
            if person.items_before:
                _look_up(person, at=days.second_notice + 2 * HOUR)
    if versions <= 2:
        before = days.third_notice - HOUR / 6
        facts = {**snapshots.of_facts(incident), "leak_ended_at": days.ended}
        seen = snapshots.stamp(snapshots.of_facts(incident))
        editing.change_facts(incident=incident, facts=facts, seen=seen, by=editor, at=before)
        _activate(incident, people.rows(), at=before, **two)
        _publish(incident, NoticeKind.CORRECTION, told.flat(told.corrected(days)), at=days.third_notice, **two)
    if versions <= 3:
        gone = sum(count for _items, count in queries.gone_from_the_lists(incident, since=None))
        words = told.flat(told.cleared_for_some(days, people=gone, on=days.today))
        _publish(incident, NoticeKind.NOT_LEAKED, {**words, "cleared": Cleared.OFF_LIST}, at=now, **two)


def _go_live(incident: Incident, *, by: User, confirmed_by: User, at: dt.datetime) -> None:
    """A member of staff had the notice first; then everybody was told."""
    guest = Contact.parse(GUEST)
    planning.add_guest(incident=incident, contact=guest, reason="정보유출 대응센터 시험 전화", by=by, at=at - HOUR / 6)
    reason = "먼저 받은 문자와 이메일을 두 사람이 읽어 봤고, 명단과 안내문이 맞아요."
    planning.ask_to_go_live(incident=incident, reason=reason, by=by, at=at - HOUR / 12)
    planning.go_live(incident=incident, by=confirmed_by, at=at)


def _activate(
    incident: Incident, rows: Iterable[tuple[str, ...]], *, by: User, confirmed_by: User, at: dt.datetime
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder, "affected.csv")
        with listed.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        imported = importing.import_list(incident=incident, path=listed, mode=Mode.FULL, by=by, at=at)
    assert imported.dataset is not None, imported.figures
    actions.activate(dataset=imported.dataset, by=by, confirmed_by=confirmed_by, at=at)
    incident.refresh_from_db()


def _publish(
    incident: Incident, kind: NoticeKind, words: dict[str, Any], *, by: User, confirmed_by: User, at: dt.datetime
) -> Notice:
    """As at the desk: begun, written and proposed by one, approved by the other; whole or not at all."""
    with transaction.atomic():
        notice = drafting.begin(incident=incident, by=by, at=at)
        drafting.write(notice=notice, words={**words, "kind": kind}, seen=_stamp(notice), by=by, at=at)
        proposal = drafting.propose(notice=notice, seen=_stamp(notice), by=by, at=at)
        return drafting.approve(proposal=proposal, seen=proposal.words, by=confirmed_by, at=at)


def _stamp(notice: Notice) -> str:
    notice.refresh_from_db()
    return snapshots.stamp(snapshots.of_notice(notice))


def write_down_reports(*, incident: Incident, days: story.Days) -> None:
    """What the officer wrote down of the reports to the authorities: one of them went in late."""
    officer = User.objects.get(email=OFFICER)
    for code, met_at, evidence in (
        ("efin_report", days.told_fss, "금융감독원 전자금융 사고 보고 접수 FSS-2026-0412"),
        ("pipa_report", days.told_pipc, "개인정보 포털 유출 신고 접수 PIPC-2026-1187"),
        ("", days.told_pipc_more, "개인정보 포털 추가 신고 접수 PIPC-2026-1187-2"),
    ):
        clock = incident.clocks.get(code=code)
        seen = snapshots.stamp(snapshots.of_meeting(clock))
        clocking.meet(
            clock=clock, met_at=met_at, evidence=evidence, file=None, seen=seen, by=officer, at=met_at + HOUR / 4
        )


def receive_an_order(*, incident: Incident, days: story.Days) -> None:
    """What the privacy commission asked for yesterday, in the editor's hands."""
    editor, received = User.objects.get(email=story.EDITOR["email"]), days.second_notice
    order = ordering.write_down(
        incident=incident,
        facts={
            "authority": "pipc",
            "office": "조사1과",
            "reference": "조사1과-2417",
            "asks": "유출된 항목을 하나도 빠뜨리지 말고 다시 알리고, 다른 사람의 기록에 들어 있는 분께도 알린 다음, "
            "그 결과와 재발을 막을 방법을 내 주세요.",
            "received_at": received,
            "due_at": ordering.answer_by(incident, received_at=received),
        },
        by=editor,
        at=received + HOUR / 6,
    )
    ordering.take_on(order=order, by=editor, at=received + HOUR / 2)


def _look_up(person: people.Person, *, at: dt.datetime) -> None:
    contact, token = Contact.parse(person.phone), uuid.uuid4()
    proof = Proof.objects.create(
        token=token,
        contact_kind=contact.kind,
        contact_hash=keys.index(contact.kind, contact.value),
        sealed_contact=keys.seal(contact.value, bound_to=f"lookup.proof.contact:{token}"),
        proved_at=at,
        renewed_at=at,
        last_used_at=at,
    )
    lookup.identify(
        proof=proof,
        name=person.name,
        birth_date=dt.date.fromisoformat(person.birth_date),
        by=None,
        at=at,
        origin=Origin("203.0.•.•", "android/samsung"),
    )
    proving.end(proof=proof, browser_hashes=[], by=None, at=at + HOUR / 6)

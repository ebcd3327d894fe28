"""What the demo's people knew yesterday: the first list answered, and one of them looked himself up. Made by the product's
own actions, which are told the moment; only the proof is made without a code, because nobody was there to type it.
"""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
import uuid
from pathlib import Path

from breachdesk import keys
from breachdesk.accounts.models import User
from breachdesk.demo import people, story
from breachdesk.lib.contacts import Contact
from lookup import actions as lookup
from lookup import proving
from lookup.models import Proof
from lookup.origin import Origin
from notices import actions, clocking, importing, snapshots
from notices.models import Incident
from notices.states import Mode

HOUR = dt.timedelta(hours=1)
OFFICER = "officer@hanbitcard.example"


def live_through(*, incident: Incident, now: dt.datetime) -> None:
    began = story.Days(now).second_notice
    editor, approver = (User.objects.get(email=one["email"]) for one in (story.EDITOR, story.APPROVER))
    write_down_reports(incident=incident, days=story.Days(now))
    with tempfile.TemporaryDirectory() as folder:
        listed = Path(folder, "affected.csv")
        with listed.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(people.rows(first=True))
        imported = importing.import_list(incident=incident, path=listed, mode=Mode.FULL, by=editor, at=began)
    assert imported.dataset is not None, imported.figures
    actions.activate(dataset=imported.dataset, by=editor, confirmed_by=approver, at=began)
    for person in people.PEOPLE:
        if person.items_before:
            _look_up(person, at=began + 2 * HOUR)


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

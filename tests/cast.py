"""The people and things that tests in several rooms need, made through the product's own doors."""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from pathlib import Path

from breachdesk.accounts.models import User
from breachdesk.lib import references
from lookup import letter_codes
from notices import actions, addresses, importing
from notices.models import Dataset, Incident, Notice, SendingPlan
from notices.states import Mode, NoticeKind, NoticeState

DAY = dt.timedelta(days=1)


def staff(name: str) -> User:
    email = f"{name.lower()}@issuer.example"
    return User.objects.filter(email=email).first() or User.objects.create_staff(email=email, name=name)


def incident(slug: str = "demo", *, at: dt.datetime, **fields: object) -> Incident:
    given = {
        "title_ko": "온라인 결제 서버 해킹",
        "title_en": "Our online payment server was hacked",
        "department_ko": "정보유출 대응센터",
        "department_en": "Data Leak Response Centre",
        "leak_started_at": at - 30 * DAY,
        "leak_ended_at": at - 5 * DAY,
        "learned_at": at - 3 * DAY,
        "not_leaked": ["rrn", "account"],
        "claims_until_date": (at + 365 * DAY).date(),
        "created_at": at - 3 * DAY,
    }
    made = Incident.objects.create(slug=slug, **{**given, **fields})
    # Live, and at any hour: what is told must not hang on when a test runs.
    SendingPlan.objects.create(incident=made, text_quiet_from=None, text_quiet_until=None, live_at=at)
    return made


def notice(incident: Incident, *, at: dt.datetime, number: int = 1, **texts: str) -> Notice:
    """A published version; every text that is not given is a word long."""
    names = [field.name for field in Notice._meta.fields if field.name.endswith(("_ko", "_en"))]
    return Notice.objects.create(
        incident=incident,
        number=number,
        state=NoticeState.PUBLISHED,
        prepared_at=at,
        prepared_by=staff("Writer"),
        approved_by=staff("Editor"),
        published_at=at,
        **{"kind": NoticeKind.CONFIRMED, **dict.fromkeys(names, "글"), **texts},
    )


def listed(
    incident: Incident, *people: dict[str, str], at: dt.datetime, mode: Mode = Mode.FULL, activate: bool = True
) -> Dataset:
    """Imports the people as a list (columns of the CSV; `customer_ref` and `birth_date` may be left out) and activates it."""
    rows = [
        {"customer_ref": f"C-{one.get('name')}-{one.get('phone', one.get('email', ''))}", "birth_date": "1986-04-12"}
        | one
        for one in people
    ]
    columns = sorted({column for row in rows for column in row})
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, columns)
            writer.writeheader()
            writer.writerows(rows)
        imported = importing.import_list(incident=incident, path=path, mode=mode, by=staff("Importer"), at=at)
    dataset = imported.dataset
    assert dataset is not None, imported.figures
    assert not imported.figures["rejected"], imported.figures
    if activate:
        dataset = actions.activate(dataset=dataset, by=staff("Importer"), confirmed_by=staff("Checker"), at=at)
        incident.refresh_from_db()
    return dataset


def codes_on_paper(incident: Incident, *, at: dt.datetime, everybody: bool = False) -> dict[str, str]:
    """As if letters had been printed, released and read: by name, the codes that count."""
    assert incident.active_dataset is not None
    mailing = letter_codes.open_mailing(incident=incident, by=staff("Importer"), at=at)
    people = [one for some in addresses.addressed(incident.active_dataset, everybody=everybody) for one in some]
    codes = {one.person_key: references.new_secret() for one in people}
    letter_codes.count(mailing=mailing, codes=codes, at=at)
    letter_codes.release(mailing=mailing, by=staff("Checker"), at=at)
    return {one.name: codes[one.person_key] for one in people}

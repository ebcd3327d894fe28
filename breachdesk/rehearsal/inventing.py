"""An invented incident with invented people on its list, made by the product's own commands and acts, and a campaign to tell them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import random
import tempfile
from pathlib import Path

from django.core.management import call_command
from django.utils import timezone

from breachdesk.accounts.models import User
from breachdesk.demo import story
from notices import actions, audience, campaigning, importing, ladder_rules, laddering, planning, queries
from notices.campaign_models import Campaign
from notices.models import Incident
from notices.states import ProposalEnd, Way

FAMILY = "김이박최정강조윤장임한오서신권황안송류전"
GIVEN = ("서연", "민준", "지우", "도윤", "하은", "예준", "수아", "시우", "영희", "철수", "미경", "성호")
ITEMS = (
    "name|phone|email",
    "name|phone|email|card_number|card_expiry",
    "name|birth_date|phone|ci",
    "name|phone?|email?",
)
HEADER = ("customer_ref", "name", "birth_date", "phone", "email", "address", "items", "language", "member")
CLOCKS = [
    {"duty": duty} for duty in ("efin_report", "pipa_report", "pipa_notify", "pipa_post", "efin_error", "card_review")
]
SENDING: dict[str, object] = {"quiet_hours": {}}
# Nobody lives there: the numbers go to rehearsal providers only.
MOST = 80_000_000


def person(number: int, chance: random.Random) -> tuple[str, ...]:
    """Most have a phone, fewer an e-mail. Who has neither has moved without a word: the posting stands for them."""
    has_phone, has_email, lives = chance.random() < 0.96, chance.random() < 0.85, chance.random() < 0.9
    has_address = lives and (has_phone or has_email)
    place = number * 48_271 % MOST  # a prime: every number once, in no order
    place += 10_000_000 if place >= 50_000_000 else 0  # 010-5… is given out in part only
    return (
        f"RH{number:09d}",
        FAMILY[number % 20] + GIVEN[number // 20 % 12],
        f"{1940 + number % 65}-{1 + number % 12:02d}-{1 + number % 28:02d}",
        f"010-{place // 10_000:04d}-{place % 10_000:04d}" if has_phone else "",
        f"rehearsal{number}@mail.example" if has_email else "",
        f"서울특별시 중구 한빛로 {1 + number % 300}" if has_address else "",
        ITEMS[number % 4],
        "en" if number % 50 == 0 else "ko",
        "former" if number % 20 == 0 else "",
    )


def write_list(path: Path, *, people: int, seed: int) -> Path:
    chance = random.Random(seed)  # noqa: S311 - nobody is to guess anything
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(person(number, chance) for number in range(people))
    return path


def staff(email: str, name: str) -> User:
    return User.objects.filter(email=email).first() or User.objects.create_staff(email=email, name=name)


def incident(slug: str, *, learned_at: dt.datetime | None = None, at: dt.datetime) -> Incident:
    """The demo's, with its first notice published, under another name; live, and told at any hour and as fast as it goes.

    `learned_at`: the notice is published at `at`.
    """
    editor, approver = (staff(one["email"], one["name"]) for one in (story.EDITOR, story.APPROVER))
    facts = {**story.incident(timezone.now(), learned=learned_at), "slug": slug, "clocks": CLOCKS, "sending": SENDING}
    if learned_at is not None:
        facts["notices"] = [{**one, "published_at": at.isoformat()} for one in facts["notices"]]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "incident.json")
        path.write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
        call_command("create_incident", str(path), stdout=io.StringIO())
    made = Incident.objects.get(slug=slug)
    planning.ask_to_go_live(incident=made, reason="A rehearsal: nobody real is on the list.", by=editor, at=at)
    planning.go_live(incident=made, by=approver, at=at)
    return made


def bring_in(incident: Incident, path: Path, *, at: dt.datetime) -> None:
    """The list that answers, by two people as everywhere."""
    editor, approver = (staff(one["email"], one["name"]) for one in (story.EDITOR, story.APPROVER))
    imported = importing.import_list(incident=incident, path=path, by=editor, at=at)
    assert imported.dataset is not None, imported.figures
    actions.activate(dataset=imported.dataset, by=editor, confirmed_by=approver, at=at)


def campaign(incident: Incident, *, letters: bool = False, at: dt.datetime) -> Campaign:
    """To everybody, prepared by one and released by another. Not `letters`: nobody carries them, so the ladder has none."""
    editor, approver = (staff(one["email"], one["name"]) for one in (story.EDITOR, story.APPROVER))
    incident = Incident.objects.get(pk=incident.pk)
    newest = queries.current_notice(incident)
    assert newest is not None
    if not letters:
        without_post = [rung for rung in ladder_rules.USUAL if rung.way != Way.LETTER]
        proposed = laddering.propose(incident=incident, rungs=without_post, reason="No mail house.", by=editor, at=at)
        laddering.close(ladder=proposed, as_=ProposalEnd.APPROVED, by=approver, at=at)
    prepared = campaigning.prepare(notice=newest, choice=audience.Choice(), by=editor, at=at)
    return campaigning.release(campaign=prepared, by=approver, at=at)

"""Invented people who were told and claimed since yesterday, so that figures can be seen and a few of them cannot.

Made by the product's own actions, each told its moment. They came by the code in a letter and have no other proof, so that no
message about their claims buries those of whoever plays the demo.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from breachdesk.accounts.models import User
from breachdesk.demo import people, story
from breachdesk.lib import references
from claims import actions, filing, payouts, queries, reviewing
from claims.models import Claim
from claims.rules import Proposed
from claims.states import Kind, Outcome
from delivery.states import Channel
from lookup import letter_codes, proving
from notices import addresses, audience, campaigning, wrong_person
from notices import queries as notices
from notices.ladder_models import Attempt
from notices.models import Incident
from notices.states import Member
from notices.wrong_person_models import NotTheirContact

MINUTE = dt.timedelta(minutes=1)
REVIEWER = "reviewer@hanbitcard.example"
PAYERS = ("payer@hanbitcard.example", "payer2@hanbitcard.example")
OFFICER = "officer@hanbitcard.example"
INTAKE = "intake@hanbitcard.example"
# So many of a campaign are put while the demo is loaded; the workers tell the others.
FIRST_TOLD = 20


@dataclass(frozen=True)
class Filed:
    """So many claims alike; `part`: of how many hundredths it was recognised, None: nobody decided yet."""

    many: int
    kind: Kind
    asked: int
    hundredths: int | None
    reason: str = ""


# Whom the second notice was told yesterday; everybody else still waits.
TOLD_FIRST: list[str] = [Member.FORMER, Member.SUPPLEMENTARY, Member.MINOR]
# Enough of some to be shown; of costs too few.
CLAIMS = (
    Filed(14, Kind.CARD_PAYMENT, 412_000, 100, "card_data_leaked"),
    Filed(11, Kind.CARD_PAYMENT, 687_400, 60, "part_returned"),
    Filed(11, Kind.SMISHING, 320_000, 100, "tricked_by_leaked_data"),
    Filed(10, Kind.SMISHING, 950_000, 0, "not_leaked_data"),
    Filed(3, Kind.COST, 14_500, 100, "cost_of_the_leak"),
    Filed(11, Kind.CARD_PAYMENT, 59_000, None),
)


def tell_the_first(*, incident: Incident, at: dt.datetime) -> None:
    """Those who left, who use a family card or are minors were told of the second notice; everybody else still waits."""
    newest = notices.current_notice(incident)
    assert newest is not None  # published a moment ago
    choice = audience.Choice(members=TOLD_FIRST)
    campaign = campaigning.prepare(notice=newest, choice=choice, by=_staff(story.EDITOR["email"]), at=at)
    campaigning.release(campaign=campaign, by=_staff(OFFICER), at=at + 5 * MINUTE)


def find_a_wrong_number(*, incident: Incident, at: dt.datetime) -> None:
    """Of those who are told, one answered the phone who is not that person: the ladder goes on by e-mail. By night nobody is told."""
    campaign = incident.campaigns.filter(released_at__isnull=False).order_by("pk").first()
    if campaign is None or NotTheirContact.objects.exists():
        return
    campaigning.carry_on(campaign=campaign, at=at, ahead=FIRST_TOLD)
    phoned = Attempt.objects.filter(line__campaign=campaign, channel__in=[Channel.LMS, Channel.ALIMTALK])
    attempt = phoned.order_by("pk").first()
    if attempt is not None:
        wrong_person.mark(attempt=attempt, reason="전화를 받은 분이 그 회원이 아니래요.", by=_staff(INTAKE), at=at)


def claim(*, incident: Incident, now: dt.datetime) -> None:
    """Spread from the evening of yesterday until now. Nothing where somebody has claimed already."""
    if Claim.objects.filter(incident=incident).exists():
        return
    began = story.Days(now).second_notice + 30 * MINUTE
    letters = _codes(incident, at=began)
    claimants = _claimants(letters)
    wanted = [each for filed in CLAIMS for each in [filed] * filed.many]
    apart = (now - began) / (len(wanted) + 4)
    for number, (filed, (row, code)) in enumerate(zip(wanted, claimants, strict=False)):
        _one(
            incident,
            filed,
            row,
            code,
            number=number,
            at=began + number * apart,
            apart=apart,
            until_now=now - began - (number + 2) * apart,
        )


def _codes(incident: Incident, *, at: dt.datetime) -> dict[str, str]:
    """By address, as if each had read a letter: nobody prints a thousand of them for a demo."""
    assert incident.active_dataset is not None  # activated a moment ago
    people = [one for some in addresses.addressed(incident.active_dataset, everybody=True) for one in some]
    have_one = letter_codes.have_one(incident, [one.person_key for one in people], at=at)
    codes = {one.person_key: references.new_secret() for one in people if one.person_key not in have_one}
    mailing = letter_codes.open_mailing(incident=incident, by=_staff(story.EDITOR["email"]), at=at)
    letter_codes.count(mailing=mailing, codes=codes, at=at)
    letter_codes.release(mailing=mailing, by=_staff(story.APPROVER["email"]), at=at)
    return {one.address: codes[one.person_key] for one in people if one.person_key in codes}


def _claimants(letters: dict[str, str]) -> Iterator[tuple[dict[str, str], str]]:
    """Rows of the list with the code of their letter: of full age, and nobody who plays."""
    rows = people.rows()
    header = next(rows)
    played = {person.name for person in people.EVERYBODY}
    for values in rows:
        row = dict(zip(header, values, strict=True))
        usual = row["member"] in ("", "supplementary") and row["name"] not in played
        if usual and row["items"] == people.CARD_ITEMS and row["address"] in letters:
            yield row, letters[row["address"]]


def _one(
    incident: Incident,
    filed: Filed,
    row: dict[str, str],
    code: str,
    *,
    number: int,
    at: dt.datetime,
    apart: dt.timedelta,
    until_now: dt.timedelta,
) -> None:
    proof = letter_codes.prove(
        code=code,
        name=row["name"],
        birth_date=dt.date.fromisoformat(row["birth_date"]),
        network=f"203.0.113.{number}",
        shared_device=False,
        at=at,
    )
    person = queries.person_of(proof)
    terms = queries.terms_of(incident, at=at)
    draft = actions.open_draft(proof=proof, incident=incident, by=person.user, at=at)
    steps = {
        "kind": {"kind": filed.kind},
        "lines": [
            {
                "kind": filed.kind,
                "day": terms.first_day.isoformat(),
                "merchant": "GLB TECH STORE",
                "amount": str(filed.asked + 100 * number),
            }
        ],
        "story": {"story": "안내문을 보고 명세서를 살펴보다 알았어요."},
        "account": {"bank": "004", "number": f"123-45-67{number + 8001}", "holder": row["name"]},
    }
    for step, typed in steps.items():
        draft = actions.save_step(person=person, draft_id=draft.id, step=step, typed=typed, at=at)
    content = filing.read(draft.steps, terms=terms, proven_name=row["name"])
    seen = queries.confirmation_of(content, draft_id=draft.id, evidence=[])
    claim = actions.submit(proof=proof, draft_id=draft.id, seen=seen, language="ko", by=person.user, at=at).claim
    proving.end(proof=proof, browser_hashes=[], by=None, at=at + MINUTE)
    if filed.hundredths is not None:
        _decide(claim, filed, amount=filed.asked + 100 * number, at=at + apart + until_now * (5 + number % 3) / 10)


def _decide(claim: Claim, filed: Filed, *, amount: int, at: dt.datetime) -> None:
    reviewer, confirmer = _staff(REVIEWER), _staff(story.APPROVER["email"])
    reviewing.take(reference=claim.reference, version=_version(claim), by=reviewer, at=at)
    given = amount * (filed.hundredths or 0) // 100
    outcome = Outcome.REFUSED if not given else Outcome.PART if given < amount else Outcome.FULL
    reviewing.propose(
        reference=claim.reference,
        version=_version(claim),
        lines=[Proposed(1, outcome, given, filed.reason)],
        sentence="자료를 살펴보고 이렇게 정했어요.",
        by=reviewer,
        at=at + MINUTE,
    )
    reviewing.confirm(reference=claim.reference, version=_version(claim), by=confirmer, at=at + 2 * MINUTE)
    if given:
        claim = Claim.objects.get(pk=claim.pk)
        prepared_by, released_by = (_staff(email) for email in PAYERS)
        payout = payouts.prepare(claim=claim, by=prepared_by, at=at + 3 * MINUTE, version=claim.version)
        payouts.release(payout=payout, by=released_by, at=at + 4 * MINUTE, version=_version(claim))


def _version(claim: Claim) -> int:
    return Claim.objects.get(pk=claim.pk).version


def _staff(email: str) -> User:
    return User.objects.get(email=email)

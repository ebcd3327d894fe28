"""What staff read of a campaign, worked out from the rows: plain values, ready for a template."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from breachdesk.lib import masks
from breachdesk.lib.contacts import Contact
from breachdesk.lib.postal import NotAnAddress
from breachdesk.lib.tags import in_language, moment
from delivery import paper
from notices import audience, catalogue, ladder_rules, laddering, ledger, looking_ahead, rules
from notices.addresses import Addressed
from notices.campaign_models import Campaign
from notices.models import Incident, Notice
from notices.states import TELLING_PROVEN, CampaignState, Member, TellingState, Way

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LANGUAGES = {"ko": gettext_lazy("한국어"), "en": gettext_lazy("영어")}
TAGS = {
    CampaignState.PREPARED: "now",
    CampaignState.RELEASED: "now",
    CampaignState.PAUSED: "",
    CampaignState.FINISHED: "good",
    CampaignState.CANCELLED: "",
}
REASONS: dict[str, StrOrPromise] = {
    ladder_rules.CANNOT_OPEN: gettext_lazy("명단의 줄을 열 수 없어요."),
    ladder_rules.DOES_NOT_FIT: gettext_lazy("문자 한 통에 다 적을 수 없어요."),
    ladder_rules.NO_WAY: gettext_lazy("있는 연락처로 보낼 방법이 없어요."),
    ladder_rules.NO_RECEIPT: gettext_lazy("나갔지만 때가 지나도록 도착했다는 확인이 없어요."),
    ladder_rules.NOT_TAKEN: gettext_lazy("통신사나 메일 서버가 때가 지나도록 받지 않았어요."),
    ladder_rules.REFUSED: gettext_lazy("통신사나 메일 서버가 보낼 수 없다고 했어요."),
    ladder_rules.RETURNED: gettext_lazy("우편이 반송됐어요."),
    ladder_rules.CALLED_BACK: gettext_lazy("직원이 나가기 전에 거뒀어요."),
    ladder_rules.WRONG_PERSON: gettext_lazy("다른 사람의 연락처였어요."),
    ladder_rules.LISTED_AGAIN: gettext_lazy("나중에 쓴 명단에 다시 있어서 유출이 아니라고 알리지 않았어요."),
    ladder_rules.NEVER_TOLD: gettext_lazy("앞서 나간 통지가 없어서 유출이 아니라고 알리지 않았어요."),
    ladder_rules.NEWER_VERSION: gettext_lazy("더 새로운 판으로 알리고 있어서 이 판은 더 보내지 않아요."),
    **{str(member): why for member, why in audience.WITHHELD_FROM.items()},
}


# -- figures --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """A piece of the bar and the lines of the table that belong to it."""

    code: str
    name: StrOrPromise
    people: int
    lines: list[tuple[StrOrPromise, int]]
    # On a bar a thousand wide.
    start: int
    width: int


PARTS: tuple[tuple[str, StrOrPromise, tuple[TellingState, ...]], ...] = (
    ("told", gettext_lazy("알렸고 증거가 있어요"), TELLING_PROVEN),
    ("sent", gettext_lazy("나갔고 증거를 기다려요"), (TellingState.SENT,)),
    ("under-way", gettext_lazy("알리고 있어요"), (TellingState.WAITING, TellingState.PUT, TellingState.UNKNOWN)),
    (
        "not-told",
        gettext_lazy("알리지 못했어요"),
        (TellingState.FAILED, TellingState.NO_CONTACT, TellingState.WITHHELD, TellingState.CANCELLED),
    ),
)


def parts(by_state: dict[TellingState, int]) -> list[Part]:
    whole = sum(by_state.values())
    found, before = [], 0
    for code, name, of_part in PARTS:
        lines: list[tuple[StrOrPromise, int]] = [(state.label, by_state.get(state, 0)) for state in of_part]
        people = sum(number for _name, number in lines)
        start, end = (round(1000 * edge / whole) if whole else 0 for edge in (before, before + people))
        found.append(Part(code, name, people, [line for line in lines if line[1]], start, end - start))
        before += people
    return found


def failures(campaign: Campaign) -> list[tuple[StrOrPromise, int]]:
    """Why not, where the ledger says more than that it was not: {words, people}."""
    return [(REASONS.get(reason, reason), people) for reason, people in ledger.reasons(campaign.pk)]


# -- who ------------------------------------------------------------------------------------------------------------------


def tier_names(incident: Incident) -> dict[int, str]:
    """Every group that a person of this incident may belong to."""
    tiers = list(incident.tiers.all())
    named = {tier.number: in_language(tier, "name") for tier in tiers}
    named[audience.POSSIBLY] = _("나갔을 수 있지만 확실하지 않은 분")
    if all(tier.any_of for tier in tiers):
        named[audience.NO_TIER] = _("어느 쪽에도 들지 않는 분")
    return named


def choice_in_words(campaign: Campaign) -> list[tuple[str, str]]:
    names = tier_names(campaign.incident)
    cleared = (
        [(_("누구에게"), _("앞선 명단에 있었고 지금 명단에는 없는 분께, 유출이 아니라고"))]
        if campaign.cleared_by_id
        else []
    )
    return [
        *cleared,
        (_("유출된 정보"), _in_a_row(names.get(number, str(number)) for number in campaign.tiers)),
        (_("회원 구분"), _in_a_row(str(Member(code).label) for code in campaign.members)),
        (_("언어"), _in_a_row(str(LANGUAGES.get(code, code)) for code in campaign.languages)),
        *_narrowed(campaign),
    ]


def _narrowed(campaign: Campaign) -> list[tuple[str, str]]:
    """Where the choice is narrower than usual, and when it begins."""
    known = catalogue.items(campaign.incident.extra_items)
    found = []
    if campaign.any_items:
        named = (str(known[code].name) for code in campaign.any_items if code in known)
        found.append((_("유출 항목"), _in_a_row(named)))
    if campaign.unproven:
        found.append((_("증거"), _("아직 알렸다는 증거가 없는 분만")))
    if campaign.starts_at:
        found.append((_("보내기 시작하는 때"), moment(campaign.starts_at)))
    return found


def _in_a_row(names: Iterable[str]) -> str:
    return ", ".join(names) or _("모두")


@dataclass(frozen=True)
class Group:
    name: StrOrPromise
    people: int
    why: StrOrPromise = ""


def ways(expected: dict[str, Any]) -> list[Group]:
    """By which way how many would be told, and why some are not."""
    return [
        Group(_("휴대전화로(알림톡이나 문자)"), expected["by_phone"]),
        Group(_("휴대전화 번호가 없어 이메일로"), expected["by_email"]),
        Group(_("연락처가 없음"), expected["no_contact"], audience.NO_CONTACT_BECAUSE),
        Group(_("보내지 않음"), expected["withheld"], audience.WITHHELD_FROM[Member.DECEASED]),
    ]


def members(expected: dict[str, Any], *, to_cleared: bool = False) -> list[Group]:
    counted = expected["by_member"]
    # Why they are told of a leak is not why they are told that there was none.
    why = audience.WITHHELD_FROM if to_cleared else audience.TOLD_BECAUSE | audience.WITHHELD_FROM
    return [Group(one.label, counted[one], why.get(one, "")) for one in Member if one in counted]


def tiers(expected: dict[str, Any], incident: Incident) -> list[Group]:
    # JSON knows no numbers as names.
    counted = {int(number): people for number, people in expected["by_tier"].items()}
    return [Group(name, counted[number]) for number, name in tier_names(incident).items() if number in counted]


# -- samples --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sample:
    """One letter as one person of the list would get it, the person masked."""

    to: str
    way: StrOrPromise
    language: StrOrPromise
    people: str
    subject: str
    text: str
    # Why there is no letter for these.
    trouble: StrOrPromise = ""


def samples(*, notice: Notice, ahead: looking_ahead.Ahead, to_cleared: bool) -> list[Sample]:
    """Three letters as they would be sent now, to three people who are told differently; on paper where nothing else is sent."""
    on_paper = ahead.by_letter_only and laddering.posts_letters(laddering.rungs_of(laddering.in_force(notice.incident)))
    make = _on_paper(notice, to_cleared) if on_paper else _to_a_contact(notice, to_cleared)
    tiers_of, found = looking_ahead.tiers_of(notice.incident), []
    for group in audience.samples(ahead.groups, tiers=tiers_of, choice=ahead.choice, by_letter=on_paper):
        record = ledger.example(ahead.dataset.pk, group, cleared_by=ahead.cleared_by, addressed=on_paper)
        if record is not None:
            people = ngettext("이런 분 %(n)s명", "이런 분 %(n)s명", group.people) % {"n": f"{group.people:,}"}
            found.append(make(record, LANGUAGES.get(record.language, record.language), people))
    return found


Make = Callable[[ledger.Record, "StrOrPromise", str], Sample]


def _to_a_contact(notice: Notice, to_cleared: bool) -> Make:
    letter = looking_ahead.letter_of(notice, to_cleared=to_cleared)

    def make(record: ledger.Record, language: StrOrPromise, people: str) -> Sample:
        try:
            to, words = letter.to(record)
        except ValueError:
            # Told by another way or not at all: whoever looks must see it.
            contact = record.phone or record.email
            assert contact is not None  # of a group that has one
            return Sample(contact.masked, _way(contact), language, people, "", "", rules.LetterDoesNotFit.words)
        return Sample(to.masked, _way(to), language, people, words.subject, words.text)

    return make


def _way(contact: Contact) -> str:
    return _("문자(LMS)") if contact.kind == "phone" else _("이메일")


def _on_paper(notice: Notice, to_cleared: bool) -> Make:
    letter = looking_ahead.letter_on_paper_of(notice, to_cleared=to_cleared)

    def make(record: ledger.Record, language: StrOrPromise, people: str) -> Sample:
        masked = Addressed(
            record.person_key,
            record.customer_ref,
            masks.name(record.name),
            record.address,
            record.language,
            record.items,
            record.member,
        )
        try:
            to, words = letter.to(masked)
        except NotAnAddress:
            return Sample("", Way.LETTER.label, language, people, "", "", _("명단에 적힌 주소로는 부칠 수 없어요."))
        return Sample(to.masked, Way.LETTER.label, language, people, words.subject, paper.plain(words))

    return make


def history(campaign: Campaign) -> list[dict[str, Any]]:
    """Who did what with it, the first first."""
    began = {"words": _("준비함"), "by": campaign.prepared_by, "at": campaign.prepared_at}
    moves = [
        {"words": MOVES[move.came_from, move.went_to], "by": move.by, "at": move.at}
        for move in campaign.moves.select_related("by")
    ]
    return [began, *moves]


MOVES: dict[tuple[str, str], StrOrPromise] = {
    ("prepared", "released"): gettext_lazy("내보냄"),
    ("prepared", "cancelled"): gettext_lazy("내보내기 전에 취소함"),
    ("released", "paused"): gettext_lazy("멈춤"),
    ("released", "cancelled"): gettext_lazy("취소함"),
    ("released", "finished"): gettext_lazy("모두에게 알리는 일을 마침"),
    ("finished", "released"): gettext_lazy("증거가 없는 분께 다음 방법으로 알리기 시작함"),
    ("finished", "paused"): gettext_lazy("다음 방법으로 알리기 전에 멈춤"),
    ("paused", "released"): gettext_lazy("다시 시작함"),
    ("paused", "cancelled"): gettext_lazy("멈춘 뒤 취소함"),
}

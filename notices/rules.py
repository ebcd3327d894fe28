"""May they? From plain values only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from notices import texts
from notices.states import Cleared, Confidence, NoticeKind

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from notices.linting import Finding


class NotAllowed(Exception):
    """An act of this room is refused; the message says why, for the person who asked."""

    words: StrOrPromise = ""

    def __init__(self, words: StrOrPromise = "") -> None:
        super().__init__(str(words or self.words))


class NotStaff(NotAllowed):
    words = _("이 일은 일하고 있는 직원만 할 수 있어요.")


class SamePerson(NotAllowed):
    words = _("두 사람이 확인해야 해요. 한 사람이 두 번 확인할 수 없어요.")


class EmptyList(NotAllowed):
    words = _("명단에 사람이 없어요. 이 명단을 쓰면 모두가 유출되지 않은 것으로 보여요.")


class BuiltOnAnotherList(NotAllowed):
    words = _("이 명단은 지금 쓰는 명단을 바로잡은 것이 아니에요. 바뀐 사람을 지금 명단에 다시 가져와 주세요.")


class AnswersAlready(NotAllowed):
    words = _("이 명단이 이미 답하고 있어요.")


class ProposedAlready(NotAllowed):
    words = _("이 명단은 이미 제안되어 확인을 기다리고 있어요.")


class DecidedAlready(NotAllowed):
    words = _("그사이 다른 사람이 이미 정했어요.")


class ComparedWithAnother(NotAllowed):
    words = _("제안한 뒤에 답하는 명단이 바뀌었어요. 달라지는 것을 다시 보고 새로 제안해 주세요.")


class NotYet(NotAllowed):
    words = _("아직 오지 않은 때를 적을 수 없어요.")


class DraftAlready(NotAllowed):
    words = _("쓰고 있는 판이 이미 있어요. 한 사고에서는 한 번에 한 판만 써요.")


class NotADraft(NotAllowed):
    words = _("이 판은 이미 올라갔어요. 올린 판은 고칠 수 없으니 새 판을 써 주세요.")


class ChangedSince(NotAllowed):
    words = _("이 화면을 연 뒤에 다른 사람이 고쳤어요. 지금 것을 보고 다시 해 주세요.")


class WaitsForApproval(NotAllowed):
    words = _("이 안내문은 이미 제안되어 승인을 기다리고 있어요.")


class WordsChanged(NotAllowed):
    words = _("제안한 뒤에 글이 바뀌었어요. 다시 보고 새로 제안해 주세요.")


class OwnWords(SamePerson):
    words = _("쓰거나 제안한 사람은 승인할 수 없어요. 다른 사람이 승인해야 해요.")


class NoEvidence(NotAllowed):
    words = _("무엇으로 했다는 것을 알 수 있는지 적어 주세요.")


class MetTooEarly(NotAllowed):
    words = _("유출을 알기 전에 했을 수는 없어요.")


class NotMetOnce(NotAllowed):
    words = _("한 건마다 세는 시각이라 한 번에 지켰다고 적을 수 없어요.")


TOO_MANY_PAPERS = _("명령 하나에 서류를 30개까지 붙일 수 있어요.")
ORDER_ANSWERED = _("이미 답한 명령이에요. 고치거나 더 붙일 수 없어요.")
ORDER_PASSED = _("기한이 이미 지났어요. 기한을 늦추는 대신 답할 때 늦은 까닭을 적어 주세요.")


class OwnAnswer(SamePerson):
    words = _("답했다고 적은 사람은 확인할 수 없어요. 다른 사람이 확인해야 해요.")


class NoAnswer(NotAllowed):
    words = _("무엇을 답했는지 적어 주세요.")


class NoReasonForLateness(NotAllowed):
    words = _("기한이 지난 뒤에 답했어요. 왜 늦었는지 적어 주세요.")


class AnsweredTooEarly(NotAllowed):
    words = _("명령을 받기 전에 답했을 수는 없어요.")


CODE_TAKEN = _("이 코드의 항목이 이미 있어요.")


class Protected(NotAllowed):
    """Something leans on what was to be changed; `problems` says of each field why ("": of the whole thing)."""

    def __init__(self, problems: Mapping[str, StrOrPromise]) -> None:
        super().__init__(" ".join(str(words) for words in problems.values()))
        self.problems = problems


class NoReason(NotAllowed):
    words = _("왜 돌려보내는지 적어 주세요.")


@dataclass(frozen=True)
class Actor:
    id: int
    works_here: bool


def refuse_unless_two_staff(*, by: Actor, confirmed_by: Actor) -> None:
    """Raises NotStaff or SamePerson."""
    if not (by.works_here and confirmed_by.works_here):
        raise NotStaff
    if by.id == confirmed_by.id:
        raise SamePerson


def refuse_own_words(*, by: Actor, wrote: int, proposed: int) -> None:
    """Whoever approves a version neither wrote nor proposed it. Raises NotStaff or OwnWords."""
    refuse_unless_staff(by)
    if by.id in (wrote, proposed):
        raise OwnWords


def refuse_unless_staff(by: Actor) -> None:
    """Raises NotStaff."""
    if not by.works_here:
        raise NotStaff


def refuse_meeting(
    *, of_a_case: bool, learned_at: dt.datetime, met_at: dt.datetime, evidence: str, at: dt.datetime
) -> None:
    """Raises NotMetOnce, NotYet, MetTooEarly or NoEvidence."""
    if of_a_case:
        raise NotMetOnce
    if met_at > at:
        raise NotYet
    if met_at < learned_at:
        raise MetTooEarly
    if not evidence.strip():
        raise NoEvidence


def refuse_answer(
    *, answer: str, sent_at: dt.datetime, received_at: dt.datetime, due_at: dt.datetime, why_late: str, at: dt.datetime
) -> None:
    """Raises NoAnswer, NotYet, AnsweredTooEarly or NoReasonForLateness."""
    if not answer.strip():
        raise NoAnswer
    if sent_at > at:
        raise NotYet
    if sent_at < received_at:
        raise AnsweredTooEarly
    if sent_at > due_at and not why_late.strip():
        raise NoReasonForLateness


def refuse_own_answer(*, by: Actor, answered: int | None) -> None:
    """Raises NotStaff or OwnAnswer."""
    refuse_unless_staff(by)
    if by.id == answered:
        raise OwnAnswer


def refuse_wrong_list(*, people: int, is_correction: bool, base_id: int | None, active_id: int | None) -> None:
    """Raises EmptyList or BuiltOnAnotherList."""
    if not people:
        raise EmptyList
    if is_correction and active_id is not None and base_id != active_id:
        raise BuiltOnAnotherList


class Blocked(NotAllowed):
    """A notice may not be published like this; `findings` say where and why."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = list(findings)
        told = " / ".join(f"{texts.place(one.field, one.language)}: {one.words}" for one in self.findings[:3])
        more = _(" 외 %d가지") % (len(self.findings) - 3) if len(self.findings) > 3 else ""
        super().__init__(_("안내문을 올릴 수 없어요. %(told)s%(more)s") % {"told": told, "more": more})


def confidence(versions: Sequence[tuple[str, str]]) -> Confidence:
    """How sure we are of a leak. `versions`: of each published one its kind, and for whom an all-clear is, the newest first.

    Further facts, corrections and an all-clear for some leave it as it stood; that something was corrected is told until the
    next version.
    """
    stands = next(
        (CERTAIN[kind] for kind, cleared in versions if kind in CERTAIN and not _for_some(kind, cleared)), None
    )
    kind, cleared = versions[0]
    corrected = kind == NoticeKind.CORRECTION or _for_some(kind, cleared)
    if corrected and stands in (None, Confidence.CONFIRMED):
        return Confidence.CORRECTED
    return stands or Confidence.CONFIRMED


CERTAIN: dict[str, Confidence] = {
    NoticeKind.POSSIBLE: Confidence.SUSPECTED,
    NoticeKind.CONFIRMED: Confidence.CONFIRMED,
    NoticeKind.NOT_LEAKED: Confidence.NOT_LEAKED,
}


def _for_some(kind: str, cleared: str) -> bool:
    return kind == NoticeKind.NOT_LEAKED and cleared in (Cleared.OFF_LIST, Cleared.TIERS)


# -- campaigns ------------------------------------------------------------------------------------------------------------


class NoList(NotAllowed):
    words = _("쓰고 있는 명단이 없어요. 명단을 먼저 쓰기 시작해 주세요.")


class NotTheNewestNotice(NotAllowed):
    words = _("가장 새로 게시한 안내문으로만 알릴 수 있어요. 이 안내문으로 다시 준비해 주세요.")


class NoLetterForThisKind(NotAllowed):
    words = _("유출을 알리는 안내문이 아니라서 이 통지로 보낼 수 없어요.")


class ListHasChanged(NotAllowed):
    words = _("준비한 뒤에 쓰는 명단이 바뀌었어요. 취소하고 다시 준비해 주세요.")


class NobodyToTell(NotAllowed):
    words = _("고른 조건에 아직 알리지 않은 사람이 없어요.")


class LetterDoesNotFit(NotAllowed):
    words = _("유출 항목이나 문의할 곳이 너무 많아 문자 한 통에 다 적을 수 없어요.")


class NotReleased(NotAllowed):
    words = _("아직 내보내지 않은 통지예요. 준비한 사람이 아닌 다른 사람이 내보내야 해요.")


class Paused(NotAllowed):
    words = _("멈춰 둔 통지예요. 이어서 보내려면 다시 시작해 주세요.")


class Over(NotAllowed):
    words = _("이미 끝났거나 취소한 통지예요.")


def refuse_campaign(*, notice: int, newest_notice: int | None, list_id: int, active_list: int | None) -> None:
    """What was prepared must still be what people may be told. Raises NoList, NotTheNewestNotice, ListHasChanged."""
    if active_list is None:
        raise NoList
    if notice != newest_notice:
        raise NotTheNewestNotice
    if list_id != active_list:
        raise ListHasChanged


LOOK_AGAIN_FIRST = dt.timedelta(seconds=5)
LOOK_AGAIN_AT_MOST = dt.timedelta(hours=6)
# A receipt later than this is not waited for.
RECEIPTS_COME_WITHIN = dt.timedelta(days=3)


def look_again_at(*, put_at: dt.datetime, at: dt.datetime) -> dt.datetime:
    """When to ask next what became of a message: the older it is, the less often."""
    return at + min(max(at - put_at, LOOK_AGAIN_FIRST), LOOK_AGAIN_AT_MOST)


def may_still_be_receipted(*, put_at: dt.datetime, at: dt.datetime) -> bool:
    return at - put_at < RECEIPTS_COME_WITHIN

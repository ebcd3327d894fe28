"""States and kinds of this room, and the words people read for them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class IllegalMove(Exception):
    """The table of lawful moves does not know this one."""


class Mode(models.TextChoices):
    FULL = "full", _("전체 명단")
    CHANGES = "changes", _("바뀐 사람만")


class Member(models.TextChoices):
    CURRENT = "current", _("회원")
    FORMER = "former", _("탈회 회원")
    SUPPLEMENTARY = "supplementary", _("가족카드 회원")
    CORPORATE = "corporate", _("법인 회원")
    MINOR = "minor", _("미성년 회원")
    DECEASED = "deceased", _("돌아가신 회원")


class NoticeKind(models.TextChoices):
    POSSIBLE = "possible", _("유출 가능성")
    CONFIRMED = "confirmed", _("유출 확인")
    FURTHER = "further", _("추가로 확인한 사실")
    NOT_LEAKED = "not_leaked", _("유출 아님")
    CORRECTION = "correction", _("바로잡음")


class Cleared(models.TextChoices):
    """For whom an all-clear is."""

    EVERYBODY = "everybody", _("이 사고로 알려 드린 모든 분")
    OFF_LIST = "off_list", _("앞선 명단에 있었고 지금 명단에는 없는 분")
    TIERS = "tiers", _("그 가운데 아래 묶음에 들어 있던 분")


class Confidence(models.TextChoices):
    """How sure we are of a leak by now, in the words of the catalogue."""

    SUSPECTED = "suspected", _("의심돼요. 아직 확인하지 못했어요")
    CONFIRMED = "confirmed", _("저희가 조사해서 확인했어요")
    CORRECTED = "corrected", _("확인했고, 먼저 알린 내용을 바로잡았어요")
    NOT_LEAKED = "not_leaked", _("조사해 보니 유출되지 않았어요")


class NoticeState(models.TextChoices):
    DRAFT = "draft", _("작성 중")
    PUBLISHED = "published", _("게시됨")


# A published version never changes: what is new is a new version.
NOTICE_MOVES: dict[NoticeState, set[NoticeState]] = {
    NoticeState.DRAFT: {NoticeState.PUBLISHED},
    NoticeState.PUBLISHED: set(),
}


class ProposalEnd(models.TextChoices):
    """How it ended that somebody wanted a version published."""

    APPROVED = "approved", _("승인함")
    SENT_BACK = "sent_back", _("돌려보냄")
    WITHDRAWN = "withdrawn", _("제안을 거둠")
    VOID = "void", _("글을 고쳐 무효가 됨")


class LookResult(models.TextChoices):
    """What a look at a posted notice found, from good to bad."""

    THERE = "there", _("올린 그대로 있음")
    NO_ANSWER = "no_answer", _("대답이 없음")
    WRONG_ANSWER = "wrong_answer", _("안내문이 아닌 대답")
    DIFFERS = "differs", _("안내의 글은 같고 다른 곳이 다름")
    ON_DISK = "on_disk", _("파일을 누가 바꿔 둠")
    ALTERED = "altered", _("안내의 글이 다름")


class GapKind(models.TextChoices):
    """Why the looks do not prove for some time that the notice was up."""

    NOT_AS_PUBLISHED = "not_as_published", _("올린 대로 있지 않았음")
    NO_ANSWER = "no_answer", _("사이트가 대답하지 않음")
    # Of our looking, not of the posting.
    NOT_LOOKED = "not_looked", _("살펴보지 않음")


class ContactKind(models.TextChoices):
    PHONE = "phone", _("전화")
    EMAIL = "email", _("이메일")
    RELAY = "relay", _("수어·문자 통역")
    KAKAO = "kakao", _("카카오톡")
    BRANCH = "branch", _("찾아오는 곳")


# A number that can be dialled stands there; elsewhere it is an address or words.
DIALLED = (ContactKind.PHONE, ContactKind.RELAY)


class ClockKind(models.TextChoices):
    DO_BY = "do_by", _("그때까지 할 일")
    KEEP_UP = "keep_up", _("그때까지 이어 갈 일")


class CountedFrom(models.TextChoices):
    """What a clock of the law counts from."""

    LEARNED = "learned", _("유출을 안 때")
    POSTING = "posting", _("안내문을 처음 올린 때")
    ORDER = "order", _("규제기관의 명령을 받은 때")
    REQUEST = "request", _("신청이나 요구를 받은 때")
    RESULT = "result", _("결과를 알린 때")


# Each case has its own moment: no `due_at` of the incident stands for them.
OF_A_CASE = (CountedFrom.REQUEST, CountedFrom.RESULT)


class Authority(models.TextChoices):
    PIPC = "pipc", _("개인정보 보호위원회")
    KISA = "kisa", _("한국인터넷진흥원(KISA)")
    FSC = "fsc", _("금융위원회")
    FSS = "fss", _("금융감독원")
    OTHER = "other", _("그 밖의 기관")


class OrderState(models.TextChoices):
    """How far a regulator's order has been answered."""

    RECEIVED = "received", _("받음")
    IN_HAND = "in_hand", _("하고 있음")
    TO_CONFIRM = "to_confirm", _("답했다는 확인을 기다림")
    ANSWERED = "answered", _("답함")


ORDER_MOVES: dict[OrderState, set[OrderState]] = {
    OrderState.RECEIVED: {OrderState.IN_HAND},
    OrderState.IN_HAND: {OrderState.TO_CONFIRM},
    # Back in hand: the second person does not see that it was answered.
    OrderState.TO_CONFIRM: {OrderState.ANSWERED, OrderState.IN_HAND},
    OrderState.ANSWERED: set(),
}


class CampaignState(models.TextChoices):
    PREPARED = "prepared", _("준비함")
    RELEASED = "released", _("보내는 중")
    PAUSED = "paused", _("멈춰 둠")
    FINISHED = "finished", _("끝남")
    CANCELLED = "cancelled", _("취소함")


CAMPAIGN_MOVES: dict[CampaignState, set[CampaignState]] = {
    CampaignState.PREPARED: {CampaignState.RELEASED, CampaignState.CANCELLED},
    CampaignState.RELEASED: {CampaignState.PAUSED, CampaignState.CANCELLED, CampaignState.FINISHED},
    CampaignState.PAUSED: {CampaignState.RELEASED, CampaignState.CANCELLED},
    # Somebody has to be told by the next rung; or somebody stops that before it begins.
    CampaignState.FINISHED: {CampaignState.RELEASED, CampaignState.PAUSED},
    CampaignState.CANCELLED: set(),
}


class TellingState(models.TextChoices):
    """How far one person has been told: one line of the proof-of-notice ledger.

    WAITING to SENT are of the rung that the person is on; whoever waits again has seen a rung fail.
    """

    WAITING = "waiting", _("보낼 차례를 기다림")
    PUT = "put", _("보내는 중")
    SENT = "sent", _("나갔고 도착한 증거를 기다림")
    PROVEN = "proven", _("알렸다는 증거가 있음")
    UNKNOWN = "unknown", _("갔는지 아직 모름")
    FAILED = "failed", _("보낼 방법을 다 써도 증거가 없음")
    NO_CONTACT = "no_contact", _("연락처가 없음")
    WITHHELD = "withheld", _("보내지 않기로 함")
    CANCELLED = "cancelled", _("보내기 전에 취소함")


# Told, or on the way to be: once a notice and person, whatever campaign does it.
TELLING_LIVE = (
    TellingState.WAITING,
    TellingState.PUT,
    TellingState.SENT,
    TellingState.PROVEN,
    TellingState.UNKNOWN,
)
# That something left is no proof yet: what counts as one stands in the ladder.
TELLING_PROVEN = (TellingState.PROVEN,)
# Nothing has been said yet on the rung that the person is on, or it is not known.
TELLING_OPEN = (TellingState.WAITING, TellingState.PUT, TellingState.UNKNOWN)

# What may become of a rung that somebody is on. Back to waiting: for the next one.
_OF_A_RUNG = {
    TellingState.SENT,
    TellingState.PROVEN,
    TellingState.UNKNOWN,
    TellingState.WAITING,
    TellingState.FAILED,
    TellingState.CANCELLED,
}
# A line may begin in NO_CONTACT or WITHHELD too: notices/audience.py. What ended without proof may still be proven: by a late
# receipt, or by the posting that stands for it. What was taken for proof may fall: a letter comes back, it was another's number.
TELLING_MOVES: dict[TellingState, set[TellingState]] = {
    TellingState.WAITING: {
        TellingState.PUT,
        TellingState.PROVEN,
        TellingState.FAILED,
        TellingState.CANCELLED,
        TellingState.NO_CONTACT,
        TellingState.WITHHELD,
    },
    TellingState.PUT: _OF_A_RUNG,
    TellingState.UNKNOWN: _OF_A_RUNG - {TellingState.UNKNOWN},
    TellingState.SENT: {TellingState.PROVEN, TellingState.WAITING, TellingState.FAILED},
    TellingState.PROVEN: {TellingState.WAITING, TellingState.FAILED},
    TellingState.FAILED: {TellingState.PROVEN, TellingState.WAITING},
    TellingState.NO_CONTACT: {TellingState.PROVEN},
    TellingState.WITHHELD: {TellingState.PROVEN},
    TellingState.CANCELLED: {TellingState.PROVEN},
}


class Way(models.TextChoices):
    """A rung of the ladder: how somebody is told."""

    ALIMTALK = "alimtalk", _("알림톡")
    PHONE = "sms", _("문자")
    EMAIL = "email", _("이메일")
    LETTER = "letter", _("우편")
    POSTING = "posting", _("게시")


class ProofBy(models.TextChoices):
    """What counts as proof that somebody was told by a rung."""

    DELIVERED = "delivered", _("도착했다는 통신사의 확인")
    NOT_BOUNCED = "not_bounced", _("메일 서버가 받고 그 시간 안에 되돌아오지 않음")
    NOT_RETURNED = "not_returned", _("부치고 그 시간 안에 반송되지 않음")
    POSTED = "posted", _("법이 정한 날 동안 게시한 증명")


class AttemptOutcome(models.TextChoices):
    """What became of one rung for one person."""

    PUT = "put", _("보내는 중")
    TAKEN = "taken", _("나갔고 증거를 기다림")
    UNKNOWN = "unknown", _("갔는지 아직 모름")
    PROVEN = "proven", _("증거가 있음")
    FAILED = "failed", _("보내지 못함")
    OVERDUE = "overdue", _("때가 지나도록 증거가 없음")
    CANCELLED = "cancelled", _("나가기 전에 거둠")
    WRONG_PERSON = "wrong", _("다른 사람의 연락처")


ATTEMPT_OPEN = (AttemptOutcome.PUT, AttemptOutcome.TAKEN, AttemptOutcome.UNKNOWN)


class WishedWay(models.TextChoices):
    """By which way somebody wishes to be told first."""

    PHONE = "phone", _("문자나 알림톡")
    EMAIL = "email", _("이메일")


class ImportState(models.TextChoices):
    WAITING = "waiting", _("차례를 기다림")
    READING = "reading", _("읽는 중")
    DONE = "done", _("다 가져옴")
    REFUSED = "refused", _("받지 않음")
    STOPPED = "stopped", _("멈춤")


IMPORT_OPEN = (ImportState.WAITING, ImportState.READING)
# Read anew where a worker died; after too many of them it stops.
IMPORT_MOVES: dict[ImportState, set[ImportState]] = {
    ImportState.WAITING: {ImportState.READING},
    ImportState.READING: {ImportState.READING, ImportState.DONE, ImportState.REFUSED, ImportState.STOPPED},
    ImportState.DONE: set(),
    ImportState.REFUSED: set(),
    ImportState.STOPPED: set(),
}


class Known(models.TextChoices):
    """How sure it is that a kind of data leaked."""

    LEAKED = "leaked", _("유출됐어요")
    POSSIBLE = "possible", _("유출됐을 수 있어요")


class HowToGet(models.TextChoices):
    """What somebody does to have a remedy."""

    AUTOMATIC = "automatic", _("자동 적용")
    CALL = "call", _("전화로 신청")

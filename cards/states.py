"""What may be asked of a card, how the asking stands, and the words people read for both."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    LOST = "lost", _("분실 신고")
    STOLEN = "stolen", _("도난 신고")
    BLOCK = "block", _("모든 결제 멈추기")
    UNBLOCK = "unblock", _("모든 결제 다시 쓰기")
    ABROAD_OFF = "abroad-off", _("해외 결제 막기")
    ABROAD_ON = "abroad-on", _("해외 결제 다시 쓰기")
    ONLINE_OFF = "online-off", _("온라인 결제 막기")
    ONLINE_ON = "online-on", _("온라인 결제 다시 쓰기")
    REISSUE = "reissue", _("재발급 신청")
    ACTIVATE = "activate", _("새 카드 사용등록")
    PICKUP = "pickup", _("지점에서 새 카드 받기")
    FREEZE = "freeze", _("계좌 출금 멈추기")
    UNFREEZE = "unfreeze", _("계좌 출금 다시 쓰기")


class Switch(models.TextChoices):
    """What of a card or an account an act turns: of one switch only one act is open at a time."""

    ALL = "all", _("모든 결제")
    ABROAD = "abroad", _("해외 결제")
    ONLINE = "online", _("온라인 결제")
    RENEWAL = "renew", _("재발급")
    USE = "use", _("사용등록")
    PICKUP = "pickup", _("받는 곳")
    MONEY = "money", _("계좌 출금")


SWITCHES = {
    Kind.LOST: Switch.ALL,
    Kind.STOLEN: Switch.ALL,
    Kind.BLOCK: Switch.ALL,
    Kind.UNBLOCK: Switch.ALL,
    Kind.ABROAD_OFF: Switch.ABROAD,
    Kind.ABROAD_ON: Switch.ABROAD,
    Kind.ONLINE_OFF: Switch.ONLINE,
    Kind.ONLINE_ON: Switch.ONLINE,
    Kind.REISSUE: Switch.RENEWAL,
    Kind.ACTIVATE: Switch.USE,
    Kind.PICKUP: Switch.PICKUP,
    Kind.FREEZE: Switch.MONEY,
    Kind.UNFREEZE: Switch.MONEY,
}
# What can be turned off and on again.
TURNED = (Switch.ALL, Switch.ABROAD, Switch.ONLINE)
REPORTS = (Kind.LOST, Kind.STOLEN)
# What makes a card do less. It may be asked of all cards at once, and while the issuer's list of them cannot be read.
STOPPING = (*REPORTS, Kind.BLOCK)
# What lets a card or an account do more than before. Not to be had by a letter: whoever empties a letter box finds codes there,
# and new cards.
LETTING_MORE = (Kind.UNBLOCK, Kind.ABROAD_ON, Kind.ONLINE_ON, Kind.UNFREEZE, Kind.ACTIVATE)
# Asked of an account, not of a card.
OF_ACCOUNTS = (Kind.FREEZE, Kind.UNFREEZE)


class Stage(models.TextChoices):
    """Where a new card is, as the issuer tells it."""

    NONE = "none", _("신청하지 않음")
    QUEUED = "queued", _("차례를 기다리고 있어요")
    MAKING = "making", _("만들고 있어요")
    SENT = "sent", _("보냈어요")
    ARRIVED = "arrived", _("도착했어요")


class State(models.TextChoices):
    """As the person reads it; DESK_WORDS is the same for staff. Only the issuer's word makes anything "confirmed"."""

    ASKED = "asked", _("확인 기다리는 중")
    SENDING = "sending", _("확인 기다리는 중")
    UNKNOWN = "unknown", _("확인 기다리는 중")
    TAKEN = "taken", _("확인 기다리는 중")
    CONFIRMED = "confirmed", _("확인됨")
    REFUSED = "refused", _("하지 못했어요")


DESK_WORDS = {
    State.ASKED: _("카드 시스템에 보낼 것"),
    State.SENDING: _("카드 시스템을 부르는 중"),
    State.UNKNOWN: _("답을 듣지 못함"),
    State.TAKEN: _("카드 시스템이 받아서 처리 중"),
    State.CONFIRMED: _("카드 시스템이 확인함"),
    State.REFUSED: _("카드 시스템이 거절함"),
}
FIRST = State.ASKED
MOVES: dict[State, set[State]] = {
    State.ASKED: {State.SENDING},
    # Back to asked: it was certainly not taken.
    State.SENDING: {State.ASKED, State.UNKNOWN, State.TAKEN, State.CONFIRMED, State.REFUSED},
    # Sent again under its id only after the issuer said that it never heard of it.
    State.UNKNOWN: {State.SENDING, State.TAKEN, State.CONFIRMED, State.REFUSED},
    State.TAKEN: {State.CONFIRMED, State.REFUSED},
    State.CONFIRMED: set(),
    State.REFUSED: set(),
}
# In a fixed order: a constraint is compared word for word.
OPEN = (State.ASKED, State.SENDING, State.UNKNOWN, State.TAKEN)
SETTLED = (State.CONFIRMED, State.REFUSED)


class Todo(models.TextChoices):
    """What is left to do after a report of loss or theft, in this order."""

    BLOCKED = "blocked", _("카드가 멈췄는지 확인하기")
    REISSUE = "reissue", _("새 카드 신청하기")
    PAYMENTS = "payments", _("내가 쓰지 않은 결제 살펴보기")
    TIES = "ties", _("자동납부와 간편결제 옮기기")
    PIN = "pin", _("카드 비밀번호 바꾸기")


class TodoState(models.TextChoices):
    DONE = "done", _("했어요")
    LATER = "later", _("미룸")


class Benefit(models.TextChoices):
    """What an incident gives beside compensation."""

    WAIVER = "waiver", _("재발급 비용 면제")
    MONITORING = "monitoring", _("신용 변동 알림 이용권")
    INSTALMENTS = "instalments", _("무이자 할부")


# Their use is an act of ours. Of instalments nothing is heard: docs/issuer-api.yaml does not tell how a payment is split.
USE_IS_KNOWN = (Benefit.WAIVER, Benefit.MONITORING)


class Refusal(models.TextChoices):
    """Why the issuer would not, in words for the person."""

    UNKNOWN_CARD = "unknown_card", _("카드 시스템에 이 카드가 없어요.")
    UNKNOWN_CUSTOMER = "no_such_customer", _("카드 시스템에서 회원님을 찾지 못했어요.")
    REPORTED = "reported", _("분실·도난을 신고한 카드여서 다시 쓸 수 없어요.")
    FULL = "full", _("그 시간은 방금 다 찼어요. 다른 시간을 골라 주세요.")
    NOT_IN_LINE = "not_in_line", _("이 카드는 지금 차례를 기다리고 있지 않아요.")
    OTHER = "other", _("카드 시스템이 받지 않았어요.")


class IllegalMove(Exception):
    """Not in the table of lawful moves."""

"""What each code of a provider means: whether the message is on its way, whose fault it is that it is not, and words for staff.

One table a provider, literal, so that a code can be read beside the provider's own list. A code that stands in none means
nothing to us: its message is unknown, and staff find it listed (queries.unlisted_codes).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Says(StrEnum):
    TAKEN = "taken"  # on its way
    ARRIVED = "arrived"
    NEVER = "never"  # asking again will not help
    LATER = "later"
    UNCLEAR = "unclear"


class Fault(TextChoices):
    """Whose it is. The ladder takes the next rung for the first three, and a person looks at the others."""

    NUMBER = "number", _("받는 번호나 주소")
    BLOCKED = "blocked", _("받는 분이 막아 둠")
    OFF = "off", _("기기가 꺼졌거나 받을 수 없음")
    OURS = "ours", _("우리 쪽")
    PROVIDER = "provider", _("보내는 업체")


@dataclass(frozen=True)
class Meaning:
    says: Says
    words: str | Promise
    fault: Fault | None = None


TAKEN, ARRIVED, NEVER, LATER, UNCLEAR = Says
NUMBER, BLOCKED, OFF, OURS, PROVIDER = Fault

# What we find out ourselves.
OURS_TO_SAY: dict[str, Meaning] = {
    "address-in-words": Meaning(NEVER, _("문자에 주소가 들어 있어 보내지 않았어요"), OURS),
    "CannotOpen": Meaning(NEVER, _("잠긴 내용을 우리 열쇠로 열 수 없어요"), OURS),
    "Forgotten": Meaning(NEVER, _("내용을 이미 지웠어요"), OURS),
    "no-route": Meaning(NEVER, _("이 방법으로 보내는 업체가 설정에 없어요"), OURS),
    "no-template": Meaning(NEVER, _("승인된 알림톡 템플릿이 없어요"), OURS),
    "template-not-filled": Meaning(NEVER, _("알림톡 템플릿의 빈칸이 비거나 너무 길어져요"), OURS),
    "won-a-minute": Meaning(LATER, _("1분에 쓸 수 있는 돈을 다 써서 기다려요"), OURS),
    "won-a-day": Meaning(LATER, _("하루에 쓸 수 있는 돈을 다 써서 기다려요"), OURS),
    "worker-lost": Meaning(UNCLEAR, _("보내던 작업자가 멈췄어요"), OURS),
    "not-asked": Meaning(LATER, _("앞 메시지에서 시간이 다 되거나 연결이 끊겨 아직 보내지 않았어요"), PROVIDER),
    "no-result": Meaning(UNCLEAR, _("업체가 이 메시지에 대해 답하지 않았어요"), PROVIDER),
    "ConnectError": Meaning(LATER, _("업체에 연결되지 않았어요"), PROVIDER),
    "ConnectTimeout": Meaning(LATER, _("업체에 연결되지 않았어요"), PROVIDER),
    "PoolTimeout": Meaning(LATER, _("업체에 연결되지 않았어요"), PROVIDER),
    "ConnectionRefusedError": Meaning(LATER, _("메일 서버에 연결되지 않았어요"), PROVIDER),
    "SMTPServerDisconnected": Meaning(UNCLEAR, _("메일 서버가 연결을 끊었어요"), PROVIDER),
    "ReadTimeout": Meaning(UNCLEAR, _("업체가 제때 답하지 않았어요"), PROVIDER),
    "TimeoutError": Meaning(UNCLEAR, _("업체가 제때 답하지 않았어요"), PROVIDER),
    "WriteTimeout": Meaning(UNCLEAR, _("업체가 제때 답하지 않았어요"), PROVIDER),
    "ReadError": Meaning(UNCLEAR, _("업체가 답하다가 연결을 끊었어요"), PROVIDER),
    "WriteError": Meaning(UNCLEAR, _("업체가 답하다가 연결을 끊었어요"), PROVIDER),
    "RemoteProtocolError": Meaning(UNCLEAR, _("업체가 답하다가 연결을 끊었어요"), PROVIDER),
}

# Our own small HTTP (channels/phone.py) and the generic adapter (channels/plain.py).
BREACHDESK: dict[str, Meaning] = {
    "http-400": Meaning(NEVER, _("업체가 요청을 알아듣지 못했어요"), OURS),
    "http-401": Meaning(LATER, _("업체가 우리 비밀값을 받아들이지 않아요"), OURS),
    "http-402": Meaning(LATER, _("업체에 넣어 둔 잔액이 모자라요"), OURS),
    "http-403": Meaning(LATER, _("업체가 우리 비밀값을 받아들이지 않아요"), OURS),
    "http-404": Meaning(LATER, _("업체 주소가 틀렸어요"), OURS),
    "http-408": Meaning(LATER, _("업체가 바쁘다고 해요"), PROVIDER),
    "http-410": Meaning(NEVER, _("없는 번호예요"), NUMBER),
    "http-422": Meaning(NEVER, _("업체가 이 번호로는 보낼 수 없다고 해요"), NUMBER),
    "http-425": Meaning(LATER, _("업체가 바쁘다고 해요"), PROVIDER),
    "http-429": Meaning(LATER, _("업체가 바쁘다고 해요"), PROVIDER),
    "http-500": Meaning(UNCLEAR, _("업체가 고장 났어요"), PROVIDER),
    "http-502": Meaning(UNCLEAR, _("업체가 고장 났어요"), PROVIDER),
    "http-503": Meaning(LATER, _("업체가 잠시 쉰다고 해요"), PROVIDER),
    "http-504": Meaning(UNCLEAR, _("업체가 고장 났어요"), PROVIDER),
    "http-200-without-id": Meaning(UNCLEAR, _("업체가 받았다고만 하고 번호를 주지 않았어요"), PROVIDER),
    "number-refused": Meaning(NEVER, _("업체가 이 번호로는 보낼 수 없다고 해요"), NUMBER),
    "no such number": Meaning(NEVER, _("없는 번호예요"), NUMBER),
    "no messenger": Meaning(NEVER, _("카카오톡을 쓰지 않는 번호예요"), NUMBER),
    "blocked": Meaning(NEVER, _("받는 분이 막아 두었어요"), BLOCKED),
    "phone-off": Meaning(NEVER, _("전화기가 꺼져 있어 전하지 못했어요"), OFF),
    "http-400-of-many": Meaning(LATER, _("업체가 묶음을 통째로 물리쳐 하나씩 보내요"), OURS),
    "http-413-of-many": Meaning(LATER, _("업체가 묶음을 통째로 물리쳐 하나씩 보내요"), OURS),
    "http-422-of-many": Meaning(LATER, _("업체가 묶음을 통째로 물리쳐 하나씩 보내요"), OURS),
}

# SOLAPI: 1xxx when it is asked, 2xxx in its house, 3xxx at the carrier or at Kakao.
SOLAPI: dict[str, Meaning] = {
    "solapi-1010": Meaning(NEVER, _("요청에 빠진 값이 있어요"), OURS),
    "solapi-1011": Meaning(NEVER, _("요청의 형식이 틀렸어요"), OURS),
    "solapi-1013": Meaning(NEVER, _("짧은 문자에 제목이 붙었어요"), OURS),
    "solapi-1014": Meaning(NEVER, _("제목이 너무 길어요"), OURS),
    "solapi-1020": Meaning(LATER, _("업체가 우리 비밀값을 받아들이지 않아요"), OURS),
    "solapi-1024": Meaning(LATER, _("업체가 고장 났어요"), PROVIDER),
    "solapi-1025": Meaning(NEVER, _("업체가 모르는 종류의 메시지예요"), OURS),
    "solapi-1026": Meaning(NEVER, _("한 묶음에 같은 번호가 두 번 있어요"), OURS),
    "solapi-1028": Meaning(NEVER, _("보낼 수 없는 글자가 있어요"), OURS),
    "solapi-1029": Meaning(NEVER, _("보낼 수 없는 글자가 있어요"), OURS),
    "solapi-1030": Meaning(LATER, _("업체에 넣어 둔 잔액이 모자라요"), OURS),
    "solapi-1031": Meaning(NEVER, _("내용이 너무 길어요"), OURS),
    "solapi-1032": Meaning(NEVER, _("요청의 형식이 틀렸어요"), OURS),
    "solapi-1033": Meaning(NEVER, _("요청의 형식이 틀렸어요"), OURS),
    "solapi-1041": Meaning(NEVER, _("카카오톡 채널이 맞지 않아요"), OURS),
    "solapi-1042": Meaning(NEVER, _("없는 알림톡 템플릿이에요"), OURS),
    "solapi-1043": Meaning(NEVER, _("내용이 승인된 알림톡 템플릿과 달라요"), OURS),
    "solapi-1058": Meaning(NEVER, _("이 번호로 가는 길이 없어요"), NUMBER),
    "solapi-1060": Meaning(NEVER, _("차단된 번호예요"), BLOCKED),
    "solapi-1061": Meaning(NEVER, _("받는 분이 수신을 거부했어요"), BLOCKED),
    "solapi-1062": Meaning(NEVER, _("등록되지 않은 발신번호예요"), OURS),
    "solapi-1064": Meaning(NEVER, _("발신번호가 신고로 막혔어요"), OURS),
    "solapi-2000": Meaning(TAKEN, _("업체가 받았어요")),
    "solapi-2011": Meaning(NEVER, _("요청의 형식이 틀렸어요"), OURS),
    "solapi-2024": Meaning(LATER, _("업체가 고장 났어요"), PROVIDER),
    "solapi-2060": Meaning(NEVER, _("차단된 번호예요"), BLOCKED),
    "solapi-2061": Meaning(NEVER, _("받는 분이 수신을 거부했어요"), BLOCKED),
    "solapi-2062": Meaning(NEVER, _("등록되지 않은 발신번호예요"), OURS),
    "solapi-2063": Meaning(LATER, _("업체가 우리 계정을 막았어요"), OURS),
    "solapi-2064": Meaning(NEVER, _("발신번호가 신고로 막혔어요"), OURS),
    "solapi-2230": Meaning(LATER, _("업체에 넣어 둔 잔액이 모자라요"), OURS),
    "solapi-2254": Meaning(NEVER, _("업체가 스팸으로 보았어요"), OURS),
    "solapi-3000": Meaning(TAKEN, _("통신사가 받았어요")),
    "solapi-3010": Meaning(NEVER, _("받는 번호의 형식이 틀렸어요"), NUMBER),
    "solapi-3011": Meaning(NEVER, _("요청의 형식이 틀렸어요"), OURS),
    "solapi-3012": Meaning(LATER, _("통신사가 고장 났어요"), PROVIDER),
    "solapi-3013": Meaning(NEVER, _("발신번호의 형식이 틀렸어요"), OURS),
    "solapi-3014": Meaning(UNCLEAR, _("업체도 어떻게 되었는지 몰라요"), PROVIDER),
    "solapi-3024": Meaning(LATER, _("통신사가 고장 났어요"), PROVIDER),
    "solapi-3031": Meaning(NEVER, _("이 번호로는 보낼 수 없어요"), NUMBER),
    "solapi-3032": Meaning(NEVER, _("없는 번호예요"), NUMBER),
    "solapi-3040": Meaning(LATER, _("통신사가 제때 전하지 못했어요"), OFF),
    "solapi-3041": Meaning(LATER, _("전화기가 통화 중이었어요"), OFF),
    "solapi-3042": Meaning(LATER, _("전화기가 신호가 닿지 않는 곳에 있어요"), OFF),
    "solapi-3043": Meaning(LATER, _("전화기가 꺼져 있어 전하지 못했어요"), OFF),
    "solapi-3044": Meaning(LATER, _("전화기의 문자함이 가득 찼어요"), OFF),
    "solapi-3045": Meaning(LATER, _("번호가 일시 정지되었어요"), OFF),
    "solapi-3046": Meaning(LATER, _("전화기가 받지 못했어요"), OFF),
    "solapi-3047": Meaning(NEVER, _("받는 분이 막아 두었어요"), BLOCKED),
    "solapi-3048": Meaning(UNCLEAR, _("업체도 어떻게 되었는지 몰라요"), PROVIDER),
    "solapi-3050": Meaning(NEVER, _("문자를 받지 못하는 전화기예요"), NUMBER),
    "solapi-3051": Meaning(LATER, _("전화기가 받지 못했어요"), OFF),
    "solapi-3052": Meaning(LATER, _("통신사가 지웠어요"), PROVIDER),
    "solapi-3053": Meaning(LATER, _("통신사가 바쁘다고 해요"), PROVIDER),
    "solapi-3054": Meaning(NEVER, _("통신사가 스팸으로 보았어요"), OURS),
    "solapi-3055": Meaning(NEVER, _("받는 분이 수신을 거부했어요"), BLOCKED),
    "solapi-3056": Meaning(LATER, _("통신사가 전하지 못했어요"), PROVIDER),
    "solapi-3057": Meaning(LATER, _("통신사가 전하지 못했어요"), PROVIDER),
    "solapi-3058": Meaning(NEVER, _("이 번호로 가는 길이 없어요"), NUMBER),
    "solapi-3059": Meaning(NEVER, _("거짓으로 바뀐 발신번호로 보였어요"), OURS),
    "solapi-3101": Meaning(NEVER, _("카카오톡 채널이 맞지 않아요"), OURS),
    "solapi-3102": Meaning(NEVER, _("카카오톡 채널의 친구가 아니에요"), NUMBER),
    "solapi-3103": Meaning(NEVER, _("내용이 승인된 알림톡 템플릿과 달라요"), OURS),
    "solapi-3104": Meaning(NEVER, _("카카오톡을 쓰지 않는 번호예요"), NUMBER),
    "solapi-3105": Meaning(NEVER, _("없는 알림톡 템플릿이에요"), OURS),
    "solapi-3106": Meaning(NEVER, _("카카오톡 채널이 맞지 않아요"), OURS),
    "solapi-3107": Meaning(NEVER, _("알림톡을 막았거나 사흘 동안 카카오톡을 쓰지 않은 분이에요"), BLOCKED),
    "solapi-3108": Meaning(LATER, _("카카오톡이 밤에는 전하지 않아요"), PROVIDER),
    "solapi-4000": Meaning(ARRIVED, _("도착했어요")),
}

SMTP: dict[str, Meaning] = {
    "smtp-421": Meaning(LATER, _("메일 서버가 잠시 쉰다고 해요"), PROVIDER),
    "smtp-450": Meaning(LATER, _("받는 쪽 메일함을 지금은 쓸 수 없어요"), OFF),
    "smtp-451": Meaning(LATER, _("메일 서버가 바쁘다고 해요"), PROVIDER),
    "smtp-452": Meaning(LATER, _("메일 서버에 자리가 없어요"), PROVIDER),
    "smtp-530": Meaning(LATER, _("메일 서버가 우리 비밀값을 받아들이지 않아요"), OURS),
    "smtp-535": Meaning(LATER, _("메일 서버가 우리 비밀값을 받아들이지 않아요"), OURS),
    "smtp-550": Meaning(NEVER, _("없는 메일 주소예요"), NUMBER),
    "smtp-551": Meaning(NEVER, _("없는 메일 주소예요"), NUMBER),
    "smtp-552": Meaning(NEVER, _("받는 쪽 메일함이 가득 찼어요"), OFF),
    "smtp-553": Meaning(NEVER, _("없는 메일 주소예요"), NUMBER),
    "recipients-refused": Meaning(NEVER, _("메일 업체가 이 주소로는 보낼 수 없다고 해요"), NUMBER),
    "smtp-554": Meaning(NEVER, _("받는 쪽 메일 서버가 물리쳤어요"), BLOCKED),
}

# A letter that the post brought back (carrying.py), or that nobody could print.
POST: dict[str, Meaning] = {
    "returned-moved": Meaning(NEVER, _("편지가 돌아왔어요: 이사함"), NUMBER),
    "returned-unknown": Meaning(NEVER, _("편지가 돌아왔어요: 받는 분을 모름"), NUMBER),
    "returned-address": Meaning(NEVER, _("편지가 돌아왔어요: 주소가 없거나 틀림"), NUMBER),
    "returned-refused": Meaning(NEVER, _("편지가 돌아왔어요: 받지 않겠다고 함"), BLOCKED),
    "returned-unclaimed": Meaning(NEVER, _("편지가 돌아왔어요: 찾아가지 않음"), OFF),
    "returned-other": Meaning(NEVER, _("편지가 돌아왔어요: 그 밖의 까닭"), NUMBER),
    "cannot-be-opened": Meaning(NEVER, _("잠긴 내용을 우리 열쇠로 열 수 없어요"), OURS),
    "address-does-not-fit": Meaning(NEVER, _("주소가 봉투의 창에 들어가지 않아요"), NUMBER),
    "letter-code-used": Meaning(ARRIVED, _("편지에만 적힌 코드를 썼으니 도착했어요")),
}

NOT_LISTED = _("뜻을 모르는 코드예요")
TABLES = {"breachdesk": BREACHDESK, "solapi": SOLAPI, "smtp": SMTP, "post": POST, "": OURS_TO_SAY}
_ALL = {code: meaning for table in TABLES.values() for code, meaning in table.items()}


def meaning(code: str) -> Meaning | None:
    """None of a code that no table has."""
    return _ALL.get(code)


def words(code: str) -> str:
    """For staff: what it means, with the code itself; a code that no table has says so."""
    if not code:
        return ""
    found = meaning(code)
    return f"{found.words if found else NOT_LISTED} ({code})"


def fault(code: str) -> Fault | None:
    found = meaning(code)
    return found.fault if found else None

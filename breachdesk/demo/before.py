"""The demo's other incident, all invented and long over: a leak was possible, and after six weeks it had not happened.

It gives the catalogue a second line, three versions to compare, and an all-clear to read. `incident(now)` is what `create_incident` reads.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from breachdesk.demo import told
from breachdesk.demo.days import SEOUL, both
from breachdesk.demo.story import APPROVER, CONTACT_POINTS, EDITOR
from breachdesk.lib import dates
from notices import law

SLUG = "call-records"


class Days:
    def __init__(self, now: dt.datetime) -> None:
        today = now.astimezone(SEOUL).date()
        self.began = self._at(today, -431, 22, 5)
        self.ended = self._at(today, -430, 3, 40)
        self.learned = self._at(today, -428, 10, 15)
        self.told_fss = self._at(today, -428, 15, 20)
        self.first_notice = self._at(today, -427, 19, 0)
        self.second_notice = self._at(today, -416, 17, 30)
        self.third_notice = self._at(today, -385, 11, 0)
        self.posted_until = self.first_notice + dt.timedelta(days=30)
        self.over = today - dt.timedelta(days=350)

    @staticmethod
    def _at(today: dt.date, days: int, hour: int, minute: int) -> dt.datetime:
        return dt.datetime.combine(today + dt.timedelta(days=days), dt.time(hour, minute), SEOUL)


def incident(now: dt.datetime) -> dict[str, Any]:
    days = Days(now)
    return {
        "slug": SLUG,
        "title": both("상담 녹취 서버 무단 접속", "Intrusion into the call recordings server"),
        "department": both("개인정보보호부", "Data Protection Office"),
        "leak_started_at": days.began.isoformat(),
        "leak_ended_at": days.ended.isoformat(),
        "learned_at": days.learned.isoformat(),
        "ended": days.over.isoformat(),
        "extra_items": [
            {"code": "call_recording", "name": both("상담 녹취", "Call recordings"), "group": "contact"},
        ],
        "contact_points": [{**point, "in_help_strip": False} for point in CONTACT_POINTS],
        "clocks": clocks(days),
        "notices": [first_notice(days), second_notice(days), third_notice(days)],
        "created_by": EDITOR["email"],
    }


def clocks(days: Days) -> list[dict[str, Any]]:
    within = both(
        "개인정보 보호법 제34조 · 안 때부터 72시간 안",
        "Personal Information Protection Act, Art. 34: within 72 hours of learning",
    )
    third_day = (days.learned + dt.timedelta(hours=72)).isoformat()
    return [
        {
            "name": both("개인정보 보호위원회·KISA 신고", "Report to the privacy commission and KISA"),
            "law": within,
            "due_at": third_day,
            "met_at": days.told_fss.isoformat(),
        },
        {
            "name": both("유출 가능성을 알리기", "Telling people that a leak is possible"),
            "law": within,
            "due_at": third_day,
            "met_at": days.first_notice.isoformat(),
        },
        {
            "kind": "keep_up",
            "name": both("이 안내를 30일 넘게 게시", "Keeping this notice up for 30 days"),
            "law": both(
                "개인정보 보호법 시행령 제39조 · 연락처를 모르는 분을 위해",
                "Enforcement Decree, Art. 39: for people whose contacts we do not have",
            ),
            "due_at": days.posted_until.isoformat(),
        },
    ]


# This incident was never told in easy Korean.
YOUR_RIGHTS = {code: told.YOUR_RIGHTS[code] for code in ("ko", "en")}
WHOM_TO_ASK = both(
    "개인정보보호부에서 피해 신고와 상담을 함께 받아요.",
    "Our Data Protection Office takes reports of harm and gives advice.",
)


def what_to_do(*, recordings: bool) -> dict[str, str]:
    steps_ko = [
        "**모르는 번호의 전화를 조심하세요.** 최근 상담한 내용을 말하면서 카드번호나 비밀번호를 물으면 끊고, 카드 뒷면의 번호로 거세요.",
        "**문자 속 주소를 누르지 마세요.** 우리가 보내는 문자에는 누를 수 있는 주소가 없어요.",
    ]
    steps_en = [
        "**Beware of calls from numbers you do not know.** If a caller quotes your last call with us and asks for card numbers "
        "or PINs, hang up and dial the number on the back of your card.",
        "**Do not open links in texts.** Ours never carry one.",
    ]
    if recordings:
        steps_ko.append("**상담할 때 말한 비밀번호가 있으면 바꾸세요.** 우리는 비밀번호를 말로 묻지 않아요.")
        steps_en.append("**Change any PIN that you said aloud in a call.** We never ask for one.")
    return both(
        "\n".join(f"{number}. {step}" for number, step in enumerate(steps_ko, start=1)),
        "\n".join(f"{number}. {step}" for number, step in enumerate(steps_en, start=1)),
    )


def when_and_how(days: Days, *, corrected: bool) -> dict[str, str]:
    began, ended = (f"{dates.long_day(moment, 'ko')} {dates.clock(moment)}" for moment in (days.began, days.ended))
    began_en, ended_en = (
        f"{dates.long_day(moment, 'en')} {dates.clock(moment)}" for moment in (days.began, days.ended)
    )
    if not corrected:
        return both(
            f"{dates.long_day(days.ended, 'ko')} 새벽, 누군가 상담 녹취를 보관하는 서버에 들어온 흔적이 있어요. 파일이 밖으로 나갔는지는 조사하고 있어요.",
            f"There are traces of somebody in the server that keeps call recordings, early on {dates.long_day(days.ended, 'en')}. "
            "We are finding out whether files got out.",
        )
    return both(
        f"{began}부터 {ended}까지, 누군가 협력사 직원의 계정으로 상담 녹취를 보관하는 서버에 들어온 흔적이 있어요. "
        "파일이 밖으로 나갔는지는 조사하고 있어요.",
        f"From {began_en} to {ended_en}, somebody was in the server that keeps call recordings, with the account of a supplier's "
        "employee. We are finding out whether files got out.",
    )


def same_in_all(days: Days, on: dt.date) -> dict[str, Any]:
    return {
        "whom_to_ask": WHOM_TO_ASK,
        "your_rights": YOUR_RIGHTS,
        "further_matters": law.nothing_prescribed(on),
        "prepared_by": EDITOR["email"],
        "approved_by": APPROVER["email"],
    }


TITLE = both(
    "상담 녹취 파일이 유출됐을 수 있어요",
    "Recordings of calls with us may have been leaked",
)
WE_DO = both(
    "- 서버를 끊고 접속 기록을 모두 보존했어요.\n- 밖의 조사 기관과 함께 무엇이 나갔는지 살펴보고 있어요.",
    "- We cut the server off and kept every log.\n- With an outside investigator we are finding out what got out.",
)


def first_notice(days: Days) -> dict[str, Any]:
    return {
        **same_in_all(days, days.first_notice.date()),
        "kind": "possible",
        "title": TITLE,
        "lede": both(
            "상담 녹취를 보관하는 서버에 누군가 들어온 흔적을 찾았어요. 지켜 드리지 못해 죄송해요. 아직 확인하지 못한 것이 많지만, "
            "조심하실 수 있게 먼저 알려 드려요.",
            "We found traces of an intruder in the server that keeps recordings of calls. We failed to keep it shut, and we are sorry. Much is not yet "
            "known; we tell you now so that you can take care.",
        ),
        "what_leaked": both(
            "나갔을 수 있는 정보는 이름, 휴대전화 번호예요.",
            "What may have got out: names and mobile numbers.",
        ),
        "when_and_how": when_and_how(days, corrected=False),
        "what_to_do": what_to_do(recordings=False),
        "what_we_do": WE_DO,
        "next_word": told.by_day(days.second_notice.date()),
        "published_at": days.first_notice.isoformat(),
    }


def second_notice(days: Days) -> dict[str, Any]:
    return {
        **first_notice(days),
        **same_in_all(days, days.second_notice.date()),
        "kind": "correction",
        "changes": both(
            "- 나갔을 수 있는 정보에 **상담 녹취**를 더했어요. 처음에는 연락처만이라고 알려 드렸지만, 같은 폴더에 녹취 파일도 있었어요.\n"
            "- 들어온 때와 길을 바로잡았어요.",
            "- We added **call recordings** to what may have got out. We first named contacts only, but recordings lay in the same folder.\n"
            "- We corrected when and how the intruder came in.",
        ),
        "what_leaked": both(
            "나갔을 수 있는 정보는 이름, 휴대전화 번호, 상담 녹취예요.",
            "What may have got out: names, mobile numbers and call recordings.",
        ),
        "when_and_how": when_and_how(days, corrected=True),
        "what_to_do": what_to_do(recordings=True),
        "next_word": told.by_day(days.third_notice.date()),
        "published_at": days.second_notice.isoformat(),
    }


def third_notice(days: Days) -> dict[str, Any]:
    return {
        **same_in_all(days, days.third_notice.date()),
        "kind": "not_leaked",
        "cleared": "everybody",
        "title": both("상담 녹취 파일은 유출되지 않았어요", "No recordings of calls were leaked"),
        "lede": both(
            "밖의 조사 기관이 접속 기록과 통신 기록을 모두 살펴보고, 파일이 열리거나 밖으로 나가지 않은 것을 확인했어요. "
            "오래 기다리시게 해서 죄송해요.",
            "An outside investigator went through every log of access and traffic and found that no file was opened or sent out. "
            "We are sorry that it took so long.",
        ),
        "changes": both(
            "- 유출되지 않은 것을 확인했어요. 접속 기록 41일 치와 통신 기록이 모두 남아 있었고, 파일을 읽은 기록이 없었어요.\n"
            "- 새로 하실 일은 없어요.",
            "- We found that nothing was leaked. 41 days of access logs and all traffic logs were there, and none shows a file being read.\n"
            "- There is nothing more for you to do.",
        ),
        "what_leaked": both("유출된 개인정보는 없어요.", "No personal data was leaked."),
        "when_and_how": both(
            f"{dates.long_day(days.began, 'ko')} {dates.clock(days.began)}부터 {dates.long_day(days.ended, 'ko')} {dates.clock(days.ended)}까지, "
            "누군가 협력사 직원의 계정으로 서버에 들어왔지만 녹취 폴더의 파일은 열지 못했어요.",
            f"From {dates.long_day(days.began, 'en')} {dates.clock(days.began)} to {dates.long_day(days.ended, 'en')} {dates.clock(days.ended)}, "
            "somebody was in the server with the account of a supplier's employee, but could not open the files of recordings.",
        ),
        "what_to_do": both(
            "새로 하실 일은 없어요. 이상한 전화를 받으셨으면 알려 주세요.",
            "There is nothing more to do. If you had a strange call, please tell us.",
        ),
        "what_we_do": both(
            "- 협력사 계정에 두 번째 확인을 더했어요.\n- 녹취 파일을 한 달이 지나면 지우도록 바꿨어요.",
            "- Suppliers' accounts now need a second factor.\n- Recordings are now deleted after a month.",
        ),
        "published_at": days.third_notice.isoformat(),
    }

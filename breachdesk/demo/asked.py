"""What people ask in the demo, all invented: frequent questions that two people published, times to be called and one who booked, one inquiry
that was answered and one that waits, and how long callers wait now. What is there is left as it is.
"""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from breachdesk.accounts.models import User
from breachdesk.demo import story
from breachdesk.lib.contacts import Contact
from notices import hours, queries
from notices.models import Incident
from support import answering_often, calling, contacting, inquiring, rules
from support.callback_models import Slot
from support.inquiry_models import Inquiry
from support.states import InquiryKind, Source

OFFICER, INTAKE = "officer@hanbitcard.example", "intake@hanbitcard.example"
PLACES, DAYS_AHEAD = 6, 3
CALLED = Contact("phone", "+821000001770")

QUESTIONS = (
    (
        "카드번호만 나가도 결제가 되나요?",
        "Can someone pay with my card number alone?",
        "유효기간과 CVC까지 나갔으면 일부 해외 온라인 가게에서 결제가 될 수 있어요. **내 카드**에서 해외·온라인 결제를 막고 새 카드를 신청해 주세요. "
        "쓰지 않은 결제가 있으면 **보상 신청**에서 알려 주세요. 먼저 보상해요.",
        "With the expiry date and CVC, some online shops abroad would take it. Block payments abroad and online under **My cards** and order a new card. "
        "If there is a payment that was not yours, tell us under **Compensation**: we pay in advance.",
    ),
    (
        "탈회했는데 왜 문자가 왔나요?",
        "Why did I get a message though I have left?",
        "탈회한 뒤에도 법에 따라 결제 기록을 한동안 보관해요. 그 기록이 나갔기 때문에 알려 드렸어요. 조회와 보상 신청은 회원과 똑같이 할 수 있어요.",
        "The law has us keep payment records for a time after you leave. Those records were taken, so we told you. You can look yourself up and claim just as members do.",
    ),
    (
        "보상을 받으면 소송을 못 하나요?",
        "Can I still go to court if I accept compensation?",
        "네, 소송할 수 있어요. 선보상이나 다른 혜택을 받아도 권리는 하나도 줄지 않아요.",
        "Yes. Whatever you accept from us, you give up none of your rights.",
    ),
    (
        "부모님 대신 조회해도 되나요?",
        "May I look up for my parents?",
        "부모님의 휴대전화나 이메일로 온 인증번호가 있어야 해서, 함께 계실 때 도와드리는 것이 가장 쉬워요. 연락처가 없으면 편지에 적힌 코드로 조회하거나 전화해 주세요.",
        "It takes the code sent to their own phone or e-mail, so it is easiest while you are together. Without either, use the code printed in the letter, or call us.",
    ),
    (
        "새 카드로 바꾸면 자동납부는 어떻게 되나요?",
        "What happens to standing payments on a new card?",
        "카드번호가 바뀌어서 옮겨야 해요. **내 카드**의 ‘새 카드로 옮길 곳’에 자동납부와 간편결제가 차례로 나와요. 옮긴 것을 하나씩 표시해 둘 수 있어요.",
        "The number changes, so they must be moved. **My cards** lists standing payments and wallets one by one, and you can tick off what is done.",
    ),
    (
        "상담원이 인증번호를 물어요. 알려 줘도 되나요?",
        "Somebody asks me for a code. May I tell them?",
        "아니요. 우리는 인증번호도 비밀번호도 묻지 않아요. 묻는 사람은 우리가 아니에요. 끊고 카드 뒷면의 번호로 거세요.",
        "No. We never ask for codes or PINs; whoever does is not us. Hang up and dial the number on the back of your card.",
    ),
)
ASKED = (
    "어제 모르는 번호에서 한빛카드라며 전화가 왔어요. 제 이름과 카드 이름을 알고 있었어요. 정보가 나간 건가요? 무엇을 해야 하나요?",
    "알려 주셔서 고마워요. 저희는 그 시간에 고객님께 전화하지 않았어요. 사칭으로 보여요.\n\n"
    "카드번호나 비밀번호를 말하셨다면 ‘내 카드’에서 바로 멈춰 주세요. 말하지 않으셨다면 지금 하실 일은 없고, 어떤 정보가 나갔는지는 ‘유출 조회’에서 볼 수 있어요.",
)
STILL_WAITING = "I live abroad and will be back in Korea in March. Can you send my new card to my address here?"


def ask(*, incident: Incident, at: dt.datetime) -> None:
    if queries.current_notice(incident) is None:
        return
    editor, officer, agent = (User.objects.get(email=one) for one in (story.EDITOR["email"], OFFICER, INTAKE))
    if answering_often.published(incident) is None and answering_often.draft(incident) is None:
        _questions(incident, written_by=editor, published_by=officer, at=at)
    if not Slot.objects.filter(incident=incident, starts_at__gt=at).exists():
        _times(incident, by=agent, at=at)
        _booked(incident, at=at)
    if not Inquiry.objects.filter(incident=incident).exists():
        _inquiries(incident, by=agent, at=at)
    for channel in contacting.channels(incident, at=at):
        if channel.main and channel.open and channel.waiting is None:
            contacting.say_waiting(point=channel.point, minutes=4, by=agent, at=at)


def _questions(incident: Incident, *, written_by: User, published_by: User, at: dt.datetime) -> None:
    for position, texts in enumerate(QUESTIONS, start=1):
        words = dict(zip(answering_often.WORDS, texts, strict=True))
        answering_often.write(incident=incident, key=None, words=words, position=position, by=written_by, at=at)
    draft = answering_often.draft(incident)
    assert draft is not None
    answering_often.publish(incident=incident, revision=draft.revision, by=published_by, at=at)


def _times(incident: Incident, *, by: User, at: dt.datetime) -> None:
    """Of the next days on which people go to work, by day."""
    zone = ZoneInfo(incident.time_zone)
    day, found = at.astimezone(zone).date(), 0
    while found < DAYS_AHEAD:
        if day.weekday() < 5 and not hours.is_public_holiday(day):
            starts, ends = (dt.datetime.combine(day, dt.time(hour), zone) for hour in (10, 18))
            times = [each for each in rules.slots_between(starts, ends, minutes=60) if each[0] > at + rules.HOUR]
            if times:
                calling.open_slots(incident=incident, times=times, capacity=PLACES, by=by, at=at)
                found += 1
        day += rules.DAY


def _booked(incident: Incident, *, at: dt.datetime) -> None:
    """Somebody on no list wants to be called; it stands in the line of what waits."""
    slot = Slot.objects.filter(incident=incident, starts_at__gt=at + rules.HOUR).order_by("starts_at").first()
    if slot is not None:
        told = {"person": None, "subject": CALLED.value, "language": "ko", "by": None}
        calling.book(slot=slot, contact=CALLED, at=at, **told)  # type: ignore[arg-type]


def _inquiries(incident: Incident, *, by: User, at: dt.datetime) -> None:
    told = {"incident": incident, "source": Source.WEB, "person": None, "by": None}
    answered = inquiring.ask(
        kind=InquiryKind.SOMETHING_HAPPENED,
        text=ASKED[0],
        language="ko",
        contact=Contact.parse("minji@mail.example"),
        at=at - 20 * rules.HOUR,
        **told,  # type: ignore[arg-type]
    )
    inquiring.answer(inquiry=answered, text=ASKED[1], by=by, at=at - 2 * rules.HOUR)
    inquiring.ask(
        kind=InquiryKind.OTHER,
        text=STILL_WAITING,
        language="en",
        contact=Contact.parse("maria@mail.example"),
        at=at - rules.HOUR,
        **told,  # type: ignore[arg-type]
    )

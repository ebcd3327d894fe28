"""The words of the demo's four notices, all invented, in Korean, English and easy Korean.

A possible leak, then confirmed, then corrected, then an all-clear for some whom the corrected list no longer names.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from breachdesk.demo.days import Days, both
from breachdesk.demo.people import OTHERS, WITH_CARD
from breachdesk.lib import dates
from notices import law

Words = dict[str, dict[str, str]]

TITLE = both(
    "온라인 결제 서버가 해킹되어 고객 정보가 유출됐어요",
    "Our online payment server was hacked and customer data was leaked",
    "나쁜 사람이 손님 정보를 가져갔어요",
)
TITLE_POSSIBLE = both(
    "온라인 결제 서버가 해킹되어 고객 정보가 유출됐을 수 있어요",
    "Our online payment server was hacked and customer data may have been leaked",
    "손님 정보가 밖으로 나갔을 수 있어요",
)

WHAT_WE_DO_FIRST = both(
    """
- 침입한 경로를 막고 모든 결제 서버를 다시 살펴보고 있어요.
- 경찰과 함께 누가 들어왔는지 조사하고 있어요.
- 부정사용 피해는 **먼저 보상하고 나중에 정산해요**(선보상). 신청하면 영업일 5일 안에 결과를 알려 드려요.
""",
    """
- We closed the way in and are checking every payment server.
- We are working with the police to find out who broke in.
- If money was taken, we **pay you first and settle later**. You hear from us within 5 business days of your claim.
""",
    """
- 나쁜 사람이 들어온 길을 막았어요.
- 경찰과 함께 누구인지 찾고 있어요.
- 내 카드로 남이 돈을 썼으면 말해 주세요. 그 돈을 먼저 드려요.
""",
)

WHAT_WE_DO = both(
    """
- 침입한 경로를 막고 모든 결제 서버를 다시 살펴봤어요.
- 카드번호가 나간 분의 해외·온라인 결제를 더 엄격하게 살펴보고 있어요.
- 카드를 다시 만드는 값과 올해 연회비는 받지 않아요.
- 부정사용 피해는 **먼저 보상하고 나중에 정산해요**(선보상). 신청하면 영업일 5일 안에 결과를 알려 드려요.
""",
    """
- We closed the way in and have checked every payment server again.
- We watch overseas and online payments of everybody whose card number leaked more closely.
- Replacing a card is free, and so is this year's annual fee.
- If money was taken, we **pay you first and settle later**. You hear from us within 5 business days of your claim.
""",
    """
- 나쁜 사람이 들어온 길을 막았어요.
- 카드번호가 나간 분의 결제를 더 꼼꼼히 봐요.
- 카드를 새로 만드는 값은 받지 않아요.
- 내 카드로 남이 돈을 썼으면 말해 주세요. 그 돈을 먼저 드려요.
""",
)

WHOM_TO_ASK = both(
    "정보유출 대응센터에서 피해 신고와 상담을 함께 받아요. 분실·도난 신고는 밤에도 받아요.",
    "Our Data Leak Response Centre takes reports of harm and gives advice. Lost or stolen cards can be reported at night too.",
    """
아래 번호로 전화하세요. 정보유출 대응센터가 받아요.

전화가 어려우면 가족이나 도와주는 분과 함께 하세요.
""",
)

YOUR_RIGHTS = both(
    """
- **손해배상**(개인정보 보호법 제39조): 손해를 입었다면 배상을 청구할 수 있어요. 법원에 소송을 내면 돼요.
- **법정손해배상**(제39조의2): 손해액을 증명하기 어려워도 300만 원 이하에서 청구할 수 있어요.
- **분쟁조정**(제43조): 개인정보 분쟁조정위원회(1833-6972)에 무료로 조정을 신청할 수 있어요.

선보상이나 다른 혜택을 받아도 **이 권리는 하나도 줄지 않아요.**
""",
    """
- **Damages** (Personal Information Protection Act, Art. 39): you may claim for harm you suffered, in court.
- **Statutory damages** (Art. 39-2): you may claim up to ₩3,000,000 even where the loss is hard to prove.
- **Mediation** (Art. 43): you may apply to the Personal Information Dispute Mediation Committee (1833-6972), free of charge.

Accepting advance compensation or any other offer from us **takes none of these rights away.**
""",
    """
- 나에게 손해가 생겼으면 회사에 돈을 물어 달라고 할 수 있어요.
- 얼마인지 몰라도 300만 원까지 달라고 할 수 있어요.
- 1833-6972에 전화하면 나라에서 무료로 도와줘요.

회사가 먼저 드린 돈을 받아도 괜찮아요. 내 권리는 그대로예요.
""",
)

STEPS_KO = (
    "**카드를 멈추고 다시 만드세요.** 카드번호가 나간 분은 1500-0000으로 전화하면 24시간 언제든 무료로 해 드려요.",
    "**{began} 이후 결제를 살펴보세요.** 모르는 결제가 있으면 전화하고, 이 사이트에서 선보상을 신청하세요.",
    "**간편결제를 살펴보세요.** 쓰는 간편결제 앱에서 모르는 카드와 기기를 지우고 비밀번호를 새로 정하세요.",
    "**새 대출과 카드 개설을 막아 두세요.** 거래하는 은행에서 여신거래 안심차단을 신청하면 돼요.",
    "**문자 속 주소를 누르지 마세요.** 우리가 보내는 문자에는 누를 수 있는 주소가 없어요.",
)
STEPS_EN = (
    "**Stop and replace your card.** If your card number was taken, call 1500-0000 at any hour. It is free.",
    "**Look through payments since {began}.** If you do not know one, call us and claim compensation on this site.",
    "**Check your easy-pay app.** Remove cards and devices you do not know, and set a new password.",
    "**Block new loans and cards.** Ask any bank you use for the credit safe-block (여신거래 안심차단).",
    "**Do not open links in texts.** Ours never carry one.",
)
STEPS_EASY = (
    "카드번호가 나간 분은 1500-0000에 전화하세요. 카드를 멈추고 새로 만들어요. 돈은 안 들어요.",
    "{began}부터 내 카드로 쓴 돈을 보세요. 모르는 것이 있으면 전화하세요.",
    "휴대전화 결제 앱을 보세요. 모르는 카드가 있으면 지우세요.",
    "은행에 가서 ‘안심차단’을 해 달라고 하세요. 남이 내 이름으로 돈을 못 빌려요.",
    "문자에 있는 주소를 누르지 마세요. 우리 문자에는 주소가 없어요.",
)


def what_to_do(days: Days, *, with_card: bool) -> dict[str, str]:
    """Without a leaked card, nothing need be replaced; without the virtual payment code, the easy-pay app is left alone."""
    began = {code: dates.short_day(days.began, code) for code in ("ko", "en")}

    def numbered(steps: tuple[str, ...], language: str) -> str:
        told = steps if with_card else (steps[1], *steps[3:])
        return "\n".join(f"{number}. {step.format(began=began[language])}" for number, step in enumerate(told, start=1))

    return both(numbered(STEPS_KO, "ko"), numbered(STEPS_EN, "en"), numbered(STEPS_EASY, "ko"))


def when_and_how(days: Days, ended: dt.datetime | None) -> dict[str, str]:
    """`ended` None: until when is not known yet."""

    def at(moment: dt.datetime, language: str) -> str:
        return f"{dates.long_day(moment, language)} {dates.clock(moment)}"

    def short(moment: dt.datetime, language: str) -> str:
        return f"{dates.short_day(moment, language)} {dates.clock(moment)}"

    learned_ko = (
        f"한빛카드는 {short(days.learned, 'ko')}에 이 사실을 알았고, {dates.clock(days.cut_off)}에 서버를 끊었어요."
    )
    learned_en = f"We learned of it on {dates.short_day(days.learned, 'en')} at {dates.clock(days.learned)} and cut the server off at {dates.clock(days.cut_off)}."
    learned_easy = f"우리는 {dates.short_day(days.learned, 'ko')}에 알았어요. 바로 컴퓨터를 껐어요."
    if ended is None:
        return both(
            f"{at(days.began, 'ko')}부터 누군가 온라인 결제 서버의 보안 약점을 통해 드나든 흔적이 있어요. 파일을 밖으로 보냈는지, 언제까지였는지는 조사하고 있어요.\n\n{learned_ko}",
            f"There are traces of an intruder who used a weakness in our online payment server, beginning on {at(days.began, 'en')}. We are investigating whether files were copied out, and until when.\n\n{learned_en}",
            f"{dates.long_day(days.began, 'ko')}부터 나쁜 사람이 우리 컴퓨터에 몰래 들어왔어요. 정보를 가져갔는지는 아직 몰라요.\n\n{learned_easy}",
        )
    return both(
        f"{at(days.began, 'ko')}부터 {short(ended, 'ko')}까지, 누군가 온라인 결제 서버의 보안 약점을 통해 들어와 결제 기록 파일을 밖으로 보냈어요.\n\n{learned_ko}",
        f"From {at(days.began, 'en')} to {short(ended, 'en')}, an intruder used a weakness in our online payment server and copied payment records out.\n\n{learned_en}",
        f"{dates.long_day(days.began, 'ko')}부터 {dates.short_day(ended, 'ko')}까지예요. 나쁜 사람이 우리 컴퓨터에 몰래 들어와 정보를 가져갔어요.\n\n{learned_easy}",
    )


def lede(days: Days, ended: dt.datetime, *, counted: bool = False) -> dict[str, str]:
    """`counted`: the list is whole, so there is a figure."""
    people = WITH_CARD + OTHERS
    whose_ko = f"고객 **{people:,}명**의" if counted else "온라인으로 결제한 고객의"
    whose_en = f"data about **{people:,} people**" if counted else "data of customers who paid online"
    whose_easy = f"{people:,}명의 정보예요." if counted else "인터넷에서 우리 카드로 물건을 산 분의 정보예요."
    return both(
        f"{dates.long_day(days.began, 'ko')}부터 {dates.short_day(ended, 'ko')} 사이에 {whose_ko} 정보가 밖으로 나갔어요. "
        "지켜 드리지 못해 죄송해요. 내 정보가 들어 있는지, 지금 무엇을 하면 되는지 이 화면에서 모두 확인할 수 있어요.",
        f"Between {dates.short_day(days.began, 'en')} and {dates.long_day(ended, 'en')}, {whose_en} got out. "
        "We failed to protect it, and we are sorry. This page tells you whether you are affected and what to do now.",
        f"나쁜 사람이 우리 컴퓨터에 몰래 들어왔어요. 손님 정보를 밖으로 가져갔어요. {whose_easy}\n\n"
        "지켜 드리지 못해 죄송해요.\n\n내 정보도 나갔는지 아래에서 알아볼 수 있어요.",
    )


def by_day(day: dt.date) -> dict[str, str]:
    return both(f"{dates.short_day(day, 'ko')}까지", f"by {dates.short_day(day, 'en')}")


def same_in_all(on: dt.date, next_day: dt.date) -> Words:
    return {
        "whom_to_ask": WHOM_TO_ASK,
        "your_rights": YOUR_RIGHTS,
        "further_matters": law.nothing_prescribed(on),
        "next_word": by_day(next_day),
    }


def possible(days: Days) -> Words:
    return {
        **same_in_all(days.first_notice.date(), days.second_notice.date()),
        "title": TITLE_POSSIBLE,
        "lede": both(
            f"{dates.long_day(days.learned, 'ko')}에 온라인 결제 서버가 해킹된 것을 알았어요. 온라인으로 결제한 고객의 정보가 나갔을 수 있어요. "
            "아직 확실하지 않지만, 먼저 알려 드려요. 지켜 드리지 못해 죄송해요. 누구의 무엇이 나갔는지는 확인하는 대로 다시 알려 드려요.",
            f"On {dates.long_day(days.learned, 'en')} we learned that our online payment server had been hacked. Data of customers who paid online may have been taken. "
            "It is not certain yet, but we tell you now. We failed to protect it, and we are sorry. We will tell you again as soon as we know whose data was taken.",
            "나쁜 사람이 우리 컴퓨터에 몰래 들어왔어요. 손님 정보를 가져갔을 수 있어요.\n\n"
            "아직 확실하지 않아요. 그래도 먼저 알려 드려요. 알게 되면 다시 알려 드려요.\n\n지켜 드리지 못해 죄송해요.",
        ),
        "what_leaked": both(
            "이름, 휴대전화 번호, 이메일, 연계정보(CI)가 나갔을 수 있어요. 카드 정보가 나갔는지는 조사하고 있어요.",
            "Names, mobile numbers, e-mail addresses and CI may have been taken. We are still finding out whether card details were.",
            "- 이름\n- 휴대전화 번호\n- 이메일\n- 나를 알아보는 긴 암호\n\n이것이 나갔을 수 있어요. 카드번호는 아직 몰라요.",
        ),
        "when_and_how": when_and_how(days, None),
        "what_to_do": what_to_do(days, with_card=False),
        "what_we_do": WHAT_WE_DO_FIRST,
    }


def confirmed(days: Days, *, ended: dt.datetime) -> Words:
    return {
        **same_in_all(days.second_notice.date(), days.today),
        "title": TITLE,
        "lede": lede(days, ended),
        "changes": both(
            "- 나갔을 수 있다고 한 정보가 **정말 나간 것을 확인했어요.** 앞의 안내를 이 안내로 바꿔요.\n"
            "- 일부 고객은 **카드번호와 유효기간**, 가상결제코드도 나간 것을 확인해서 더했어요.\n"
            "- 카드번호가 나간 분이 하실 일을 더했어요.",
            "- We **have confirmed that the data was taken.** This notice replaces the one before.\n"
            "- We added that **card numbers and expiry dates** of some customers, and virtual payment codes, were taken.\n"
            "- We added what to do if your card number was taken.",
            "- 정보가 정말 나갔어요. 이제 확실해요.\n- 카드번호가 나간 분도 있어요.",
        ),
        "what_leaked": both(
            "이름, 휴대전화 번호, 이메일, 연계정보(CI)가 나갔어요. 사람에 따라 가상결제코드, 카드번호와 유효기간도 나갔어요.",
            "Names, mobile numbers, e-mail addresses and CI were taken, and for some people virtual payment codes, card numbers and expiry dates.",
            "- 이름\n- 휴대전화 번호\n- 이메일\n- 나를 알아보는 긴 암호\n\n이것이 나갔어요. 어떤 분은 카드번호와 유효기간도 나갔어요.",
        ),
        "when_and_how": when_and_how(days, ended),
        "what_to_do": what_to_do(days, with_card=True),
        "what_we_do": WHAT_WE_DO,
    }


WHAT_LEAKED = both(
    """
나간 정보는 사람마다 달라요. 내가 어느 쪽인지는 조회하면 나와요.

- 모두: 이름, 휴대전화 번호, 이메일, 연계정보(CI)
- 카드 정보가 나간 분: 카드번호, 유효기간, CVC
- 그 밖의 분: 가상결제코드
""",
    """
Not everybody lost the same. The look-up tells you which applies to you.

- Everybody: name, mobile number, e-mail, CI
- Card details leaked: card number, expiry date, CVC
- Everybody else: virtual payment code
""",
    """
나간 정보는 사람마다 달라요.

- 모두: 이름, 휴대전화 번호, 이메일, 나를 알아보는 긴 암호
- 어떤 분: 카드번호, 유효기간, 카드 뒷면 세 자리

내 것은 무엇이 나갔는지 알아볼 수 있어요.
""",
)


def corrected(days: Days) -> Words:
    end, told = days.ended, days.ended_as_first_told
    end_ko, end_en, told_ko, told_en = (
        dates.short_day(moment, code) for moment, code in ((end, "ko"), (end, "en"), (told, "ko"), (told, "en"))
    )
    return {
        **same_in_all(days.third_notice.date(), days.next_word),
        "title": TITLE,
        "lede": lede(days, days.ended, counted=True),
        "changes": both(
            "- 유출된 정보에 **CVC**를 더했어요. 카드번호가 나간 분이 해당해요. 기록을 다시 살펴보고 알았어요.\n"
            f"- 유출이 끝난 날을 {told_ko}에서 **{end_ko}**로 바로잡았어요. 처음에는 마지막 기록을 찾지 못했기 때문이에요.\n"
            "- 몇 분의 정보가 나갔는지 더했어요.",
            "- We added **CVC** to what was taken. It concerns everybody whose card number was taken. We found it when we went through the logs again.\n"
            f"- We corrected the last day of the leak from {told_en} to **{end_en}**, because we had not found the last log at first.\n"
            "- We added how many people are affected.",
            f"- 카드 뒷면 세 자리도 나갔어요. 카드번호가 나간 분만 그래요.\n- 언제까지 나갔는지 틀리게 말했어요. {end_ko}까지가 맞아요.\n- 몇 명인지 알게 됐어요.",
        ),
        "what_leaked": WHAT_LEAKED,
        "when_and_how": when_and_how(days, days.ended),
        "what_to_do": what_to_do(days, with_card=True),
        "what_we_do": WHAT_WE_DO,
    }


def cleared_for_some(days: Days, *, people: int, on: dt.date) -> Words:
    """The same for those whose data did leak, and for the others the word that theirs did not."""
    begins = lede(days, days.ended, counted=True)
    said = both(
        f"앞서 정보가 나갔을 수 있다고 알려 드린 분 가운데 **{people}명**의 정보는 나가지 않은 것을 확인했어요.",
        f"Of those whom we had told that their data may have been taken, we have confirmed that the data of **{people} people** was not.",
        f"나갔을 수 있다고 말씀드린 분 가운데 {people}명은 나가지 않았어요.",
    )
    return {
        **corrected(days),
        "further_matters": law.nothing_prescribed(on),
        "lede": {code: f"{begins[code]}\n\n{said[code]}" for code in begins},
        "changes": both(
            f"- 앞선 명단에 있던 **{people}명**의 정보는 나가지 않은 것을 확인했어요. 서버에 남은 기록과 하나하나 견주었어요.\n"
            "- 이분들은 지금 명단에 없어서, 조회하면 ‘유출 명단에 없어요’라고 나와요.\n"
            "- 다른 분께 알려 드린 것은 달라지지 않았어요.",
            f"- We have confirmed that the data of **{people} people** on the earlier list was not taken. We compared each with the logs of the server.\n"
            "- They are not on the present list, so the look-up tells them that they are not on it.\n"
            "- Nothing has changed for anybody else.",
            f"- {people}명의 정보는 나가지 않았어요.\n- 그분들은 이제 명단에 없어요.\n- 다른 분은 그대로예요.",
        ),
    }


def flat(words: Words) -> dict[str, Any]:
    """As the desk writes them: what_leaked_ko, what_leaked_en, what_leaked_easy."""
    return {f"{name}_{code}": text for name, texts in words.items() for code, text in texts.items()}

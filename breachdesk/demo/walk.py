"""What to do in the demo, as whom, in which order: one line of work from two sides of the desk. Korean with English beside it."""

from __future__ import annotations

from dataclasses import dataclass

from breachdesk.demo.people import CALLERS, PEOPLE, Person
from breachdesk.demo.staff import STAFF, Member

BY_KEY = {member.key: member for member in STAFF}
SEOYOUNG = PEOPLE[0]
OKSUN = CALLERS[0]
AGENT = BY_KEY["agent"]
OFFICER, EDITOR, APPROVER = (BY_KEY[name] for name in ("officer", "editor", "approver"))
REVIEWER, PAYER, OTHER_PAYER = (BY_KEY[name] for name in ("reviewer", "payer", "payer2"))
# Not on the demo's list; late.csv brings him in.
LATE = next(person for person in PEOPLE if not person.items)


@dataclass(frozen=True)
class Step:
    who: Person | Member
    # Where it happens; the English page lies under /en.
    path: str
    place: str
    place_en: str
    words: str
    words_en: str
    # To be downloaded from the demo's own pages.
    file: str = ""


@dataclass(frozen=True)
class Part:
    title: str
    title_en: str
    steps: tuple[Step, ...]


PARTS = (
    Part(
        "알리고, 조회하고, 신청해요",
        "Told, looked up, claimed",
        (
            Step(
                OFFICER,
                "/admin/notices/campaign/",
                "통지 캠페인",
                "Campaigns",
                f"{EDITOR.name} 님이 준비해 둔 통지를 열고 ‘내보내기’를 누른 다음, 물으면 한 번 더 눌러요. "
                "문자와 이메일이 받은 편지함에 들어와요.",
                f"Open the one that {EDITOR.name} prepared, press Release, and again when asked. "
                "Texts and e-mails arrive in the inbox.",
            ),
            Step(
                SEOYOUNG,
                "/",
                "안내문",
                "Notice",
                "휴대전화 번호를 적고, 받은 편지함에 온 인증번호를 적고, 이름과 생년월일을 적어요. 무엇이 나갔는지 나와요.",
                "Type the mobile number, then the code from the inbox, then name and date of birth: what leaked is shown.",
            ),
            Step(
                SEOYOUNG,
                "/claims/new/",
                "보상 신청",
                "Compensation",
                "선보상을 신청하고 접수번호를 받아요. 피해를 두 건 적으면 한 건은 모두, 한 건은 일부만 인정해 볼 수 있어요.",
                "File a claim and get its reference. With two losses, one can be recognised in full and one in part.",
            ),
        ),
    ),
    Part(
        "카드를 멈춰요",
        "A card is stopped",
        (
            Step(
                LATE,
                "/cards/",
                "내 카드",
                "My cards",
                "새벽 3시에 카드를 잃어버렸다고 해 봐요. 명단에 없어도 연락처, 이름, 생년월일을 확인하면 카드가 나와요. "
                "‘분실·도난 신고하기’를 누르면 접수번호와 접수한 곳이 바로 나오고, 연습 카드 시스템이 확인하면 멈췄다고 해요. 문자도 와요.",
                "A card lost at three in the morning. On no list, but known to the card system: after code, name and date of birth the cards "
                "are there. Report loss or theft gives the reference and the receiver at once, and says stopped when the rehearsal card system has said so.",
            ),
            Step(
                SEOYOUNG,
                "/cards/",
                "내 카드",
                "My cards",
                "카드 한 장을 분실 신고하고, 접수증의 ‘이제 할 일’에서 재발급을 신청해요(카드 정보가 유출돼서 비용이 없어요). 1분쯤 뒤 새 카드가 오면 사용등록하고, "
                "‘새 카드로 옮길 곳’을 표시해요. ‘내가 쓴 결제인지 살펴보기’에서 평소와 다른 결제 두 건을 고르면 그 두 건으로 보상 신청이 시작돼요.",
                "Report one card lost, and ask for a new one under ‘What to do now’ on the receipt (free, as the card's data leaked). About a minute later the new card is there: "
                "activate it, and mark what you moved to it. Among the payments choose the two unusual ones: a claim begins with them.",
            ),
            Step(
                SEOYOUNG,
                "/cards/",
                "내 카드",
                "My cards",
                "해외 결제만 막았다가 다시 쓰고, 모든 결제를 멈췄다가 다시 써 봐요. 카드 시스템이 답하기 전에는 ‘확인됨’이라고 하지 않아요.",
                "Block payments abroad and allow them again, stop everything and use it again. Nothing is called Confirmed before the card system has answered.",
            ),
        ),
    ),
    Part(
        "어르신의 전화를 받아요",
        "An older caller",
        (
            Step(
                AGENT,
                "/admin/consultations/new/",
                "전화 받기",
                "Take a call",
                f"{OKSUN.name} 님이 무엇을 물었는지 적고, 이름·생년월일·휴대전화 번호를 적어요. ‘편지의 코드 앞뒤로’를 누르고 화면에 나온 앞 여섯 글자를 먼저 말해요.",
                "Write down what she asks, then her name, date of birth and mobile number. Press By the two halves and say the first six characters first.",
            ),
            Step(
                OKSUN,
                "/support/call/",
                "통화 중 본인 확인",
                "Verify yourself during a call",
                "편지의 뒤 여섯 글자로 답해요. ‘전화기로 인증번호 보내기’를 눌렀으면 받은 편지함의 인증번호를 여기에 직접 적어요. 상담원은 그 번호를 보지 못해요.",
                "Answer with the last six characters. If a code was sent instead, key it here from the inbox; staff never see it.",
            ),
            Step(
                AGENT,
                "/admin/support/consultation/",
                "상담",
                "Consultations",
                "확인되면 30분 동안 ‘보상 신청하기’로 대신 적고, 읽어 드리고, 신청해요. 등록된 번호로 바로 문자가 가고, 그 신청은 이 상담원이 심사할 수 없어요.",
                "Verified, for 30 minutes: file a claim for her, read it out, file it. She is texted at once, and this agent can never review it.",
            ),
        ),
    ),
    Part(
        "심사하고, 결정하고, 지급해요",
        "Reviewed by two, paid by two",
        (
            Step(
                REVIEWER,
                "/admin/claims/claim/",
                "심사할 신청",
                "Claims to review",
                "접수번호를 누르고 ‘이 신청 맡기’. 증빙을 열어 보고, 가려진 이름은 이유를 골라 열어 봐요. "
                "‘자료 더 부탁하기’로 물어볼 수도 있어요.",
                "Press the reference, then Take this claim. Look at the evidence; a masked name opens for a reason. "
                "Ask for more, if you like.",
            ),
            Step(
                SEOYOUNG,
                "/claims/",
                "보상 신청",
                "Compensation",
                "물음이 오면 신청 화면에서 답하고 사진을 올려요. 단계마다 문자가 와요.",
                "Answer what was asked on the claim's page, with a picture. Each step also comes as a text.",
            ),
            Step(
                REVIEWER,
                "/admin/claims/claim/",
                "심사할 신청",
                "Claims to review",
                "항목마다 모두·일부·안 함과 이유를 고르고, 한마디를 적고 ‘결정 제안하기’. 자기 제안은 확인할 수 없어요.",
                "Choose for each line, with a reason, write a sentence, and Propose this decision. "
                "Nobody confirms their own.",
            ),
            Step(
                APPROVER,
                "/admin/claims/claim/",
                "심사할 신청",
                "Claims to review",
                "같은 신청을 열어 증빙을 보고 ‘지급 확인하기’를 눌러요. 이제 결정이고, 바꿀 수 없어요.",
                "Open the same claim, look at the evidence and Confirm payment. Now it is decided, for good.",
            ),
            Step(
                PAYER,
                "/admin/payouts/",
                "지급",
                "Payouts",
                "‘준비할 지급’에서 접수번호를 누르고 지급을 준비해요.",
                "Press the reference under To prepare, and prepare the payout.",
            ),
            Step(
                OTHER_PAYER,
                "/admin/payouts/",
                "지급",
                "Payouts",
                "‘내보낼 지급’에서 그 지급을 열고 내보내요. 연습 은행이 몇 초 안에 답해요.",
                "Open it under To release, and release it. The rehearsal bank answers within seconds.",
            ),
            Step(
                SEOYOUNG,
                "/claims/",
                "보상 신청",
                "Compensation",
                "얼마를 왜 먼저 보냈는지, 동의하지 않으면 어떻게 하는지 읽어요.",
                "Read what was paid and why, and how to object.",
            ),
        ),
    ),
    Part(
        "명단과 안내문을 고쳐요",
        "Corrections to the list and the notice",
        (
            Step(
                EDITOR,
                "/admin/notices/importjob/add/",
                "명단 가져오기",
                "Import lists",
                f"late.csv를 내려받아 ‘바뀐 사람만’으로 올리고, 달라지는 것을 본 다음 제안해요. {LATE.name} 님이 더해져요.",
                f"Download late.csv, upload it as Changes only, look at what changes, and propose it. It adds {LATE.name}.",
                file="late.csv",
            ),
            Step(
                OFFICER,
                "/admin/notices/dataset/",
                "유출 명단",
                "Lists of affected people",
                f"새 판을 열고 ‘확인하고 쓰기’. {LATE.name} 님이 다시 조회하면 답이 바뀌어 있어요.",
                f"Open the new version and Confirm and use. {LATE.name}'s look-up now answers otherwise.",
            ),
            Step(
                EDITOR,
                "/admin/notices/notice/",
                "안내문",
                "Notices",
                "‘새 판 쓰기’로 지금 글을 옮겨 와서 고치고, 무엇이 달라졌는지 두 언어로 적고, ‘올리자고 제안하기’.",
                "New version takes over the present words: mend them, say in both languages what changed, and propose it.",
            ),
            Step(
                OFFICER,
                "/admin/notices/notice/",
                "안내문",
                "Notices",
                "두 언어의 미리 보기를 보고 ‘승인하고 올리기’. 첫 화면의 안내문이 바로 바뀌고, 올린 판은 아무도 고칠 수 없어요.",
                "Look at both previews and approve it. The public notice changes at once; a published version cannot be edited.",
            ),
        ),
    ),
    Part(
        "가짜 메시지를 가려내요",
        "Telling fakes apart",
        (
            Step(
                SEOYOUNG,
                "/verify/",
                "메시지 확인",
                "Check a message",
                "받은 편지함의 문자 맨 끝에 있는 VRF- 코드를 적어요. 누구에게 보냈는지는 말하지 않고, 우리가 보냈는지만 말해요. "
                "한 글자를 바꿔도 보고, ‘가짜 메시지 신고하기’도 해 봐요.",
                "Type the VRF- code from the end of a message in the inbox: whether it is ours, never whom it went to. "
                "Change one character, and try Report a fake message.",
            ),
            Step(
                SEOYOUNG,
                "/lookup/certificate/demo/",
                "유출 확인서",
                "Leak certificate",
                "인증번호로 확인하고 확인서를 만들어 PDF를 내려받아요. CRT- 코드를 ‘메시지 확인’에 적으면 누구나 진짜인지 봐요. "
                "바로잡은 명단이 답을 바꾸면 그 순간부터 ‘바뀐 확인서’예요.",
                "Prove who you are, make one and download the PDF. Anybody can check its CRT- code at Check a message. "
                "From the moment a corrected list changes the answer, it is a replaced certificate.",
            ),
            Step(
                OFFICER,
                "/admin/notices/posting/",
                "게시",
                "Postings",
                "올린 안내문을 한 시간마다 누구나 여는 주소로 열어 본 기록이에요. 하나를 열고 ‘증명 PDF 받기’를 누르면 빈 곳까지 적힌 증명이 나와요.",
                "Every hour the posted notice was opened at its public address: this is the record. "
                "Open one and Download the proof as PDF: it names every gap.",
            ),
            Step(
                OFFICER,
                "/admin/verify/fakereport/",
                "가짜 메시지 신고",
                "Reports of fake messages",
                "지어낸 신고가 하나 기다려요. 적힌 주소는 누를 수 없게 되어 있어요. 이유를 골라 열어 보고 ‘조치 적기’.",
                "An invented report waits. No address in it can be opened. Give a reason to unmask it, "
                "and Write down what was done.",
            ),
        ),
    ),
)

"""Where an advance can be paid: Korea's deposit-taking banks by the three-digit code of the inter-bank network.

`digits` is how many digits an account number of that bank may have. The ranges are wide on purpose: accounts opened
decades ago and those whose number is a phone number are still in use, and a refused honest account costs more than a
mistyped one, which the check of the holder's name finds before anything is paid.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bank:
    code: str
    name_ko: str
    name_en: str
    fewest: int
    most: int

    def takes(self, number: str) -> bool:
        return self.fewest <= len(number) <= self.most


BANKS = {
    bank.code: bank
    for bank in [
        Bank("004", "KB국민은행", "KB Kookmin Bank", 10, 14),
        Bank("088", "신한은행", "Shinhan Bank", 10, 14),
        Bank("020", "우리은행", "Woori Bank", 10, 14),
        Bank("081", "하나은행", "Hana Bank", 11, 14),
        Bank("011", "NH농협은행", "NH NongHyup Bank", 10, 14),
        Bank("003", "IBK기업은행", "Industrial Bank of Korea", 10, 14),
        Bank("090", "카카오뱅크", "KakaoBank", 13, 13),
        Bank("092", "토스뱅크", "Toss Bank", 12, 14),
        Bank("089", "케이뱅크", "K bank", 10, 14),
        Bank("002", "KDB산업은행", "Korea Development Bank", 11, 14),
        Bank("007", "수협은행", "Suhyup Bank", 11, 14),
        Bank("012", "지역농·축협", "NongHyup local cooperatives", 11, 14),
        Bank("023", "SC제일은행", "SC First Bank Korea", 11, 14),
        Bank("027", "한국씨티은행", "Citibank Korea", 10, 13),
        Bank("031", "iM뱅크", "iM Bank", 11, 14),
        Bank("032", "부산은행", "Busan Bank", 10, 13),
        Bank("034", "광주은행", "Kwangju Bank", 11, 13),
        Bank("035", "제주은행", "Jeju Bank", 10, 12),
        Bank("037", "전북은행", "Jeonbuk Bank", 11, 13),
        Bank("039", "경남은행", "Kyongnam Bank", 11, 13),
        Bank("045", "새마을금고", "MG Community Credit Cooperatives", 12, 14),
        Bank("048", "신협", "Credit unions (Shinhyup)", 10, 14),
        Bank("050", "저축은행", "Savings banks", 10, 15),
        Bank("064", "산림조합", "Forestry cooperatives", 11, 14),
        Bank("071", "우체국", "Korea Post", 12, 14),
    ]
}

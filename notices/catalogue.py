"""What can leak, in words: each item's name and group, what it may be used for, and the steps that help against that.

Pure: texts and tables. An incident may add items of its own (`Incident.extra_items`); `items(extra)` joins them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.functional import lazystr
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, eq=False)
class Group:
    """One of a kind, equal to itself alone."""

    code: str
    name: StrOrPromise
    icon: str  # of templates/components/icon.html
    # Stands under "이렇게 쓰일 수 있어요."
    misuse: StrOrPromise


@dataclass(frozen=True)
class Item:
    code: str
    name: StrOrPromise
    group: str
    # Usable for paying.
    hot: bool = False


GROUPS = {
    group.code: group
    for group in (
        Group(
            "payment",
            _("카드 결제 정보"),
            "card",
            _("누군가 해외 사이트나 온라인 가게에서 내 카드로 결제할 수 있어요."),
        ),
        Group(
            "wallet",
            _("간편결제 정보"),
            "card",
            _("내 간편결제에 다른 카드나 기기를 붙이려고 할 수 있어요. 이것만으로 결제하기는 어려워요."),
        ),
        Group(
            "account",
            _("계좌 정보"),
            "doc",
            _("내 계좌로 자동이체를 걸거나, 은행을 사칭하는 전화에 쓸 수 있어요."),
        ),
        Group(
            "contact",
            _("연락처"),
            "phone",
            _("카드사, 경찰, 금융감독원인 척하는 전화나 문자를 보낼 수 있어요."),
        ),
        Group(
            "identity",
            _("신분을 확인하는 정보"),
            "person",
            _("내 이름으로 대출, 카드, 휴대전화를 신청하려고 할 수 있어요."),
        ),
        Group(
            "ci",
            _("연계정보(CI)"),
            "half",
            _("여러 사이트에서 같은 사람인지 알아보는 긴 암호값이에요. 이것만으로는 로그인하거나 결제할 수 없어요."),
        ),
        Group(
            "internal",
            _("내부 관리 정보"),
            "info",
            _("카드사인 척하면서 나를 잘 아는 것처럼 말하는 데 쓸 수 있어요."),
        ),
    )
}

ITEMS = {
    item.code: item
    for item in (
        Item("card_number", _("카드번호"), "payment", hot=True),
        Item("card_expiry", _("유효기간"), "payment", hot=True),
        Item("cvc", _("CVC"), "payment", hot=True),
        Item("pin2", _("비밀번호 앞 2자리"), "payment", hot=True),
        Item("payment_code", _("가상결제코드"), "wallet"),
        Item("wallet", _("간편결제 정보"), "wallet"),
        Item("account", _("계좌번호"), "account"),
        Item("name", _("이름"), "contact"),
        Item("phone", _("휴대전화 번호"), "contact"),
        Item("email", _("이메일"), "contact"),
        Item("address", _("주소"), "contact"),
        Item("birth_date", _("생년월일"), "identity"),
        Item("rrn", _("주민등록번호"), "identity"),
        Item("ci", _("연계정보(CI)"), "ci"),
        Item("internal_id", _("내부 관리번호"), "internal"),
    )
}


def items(extra: Iterable[Mapping[str, Any]] = ()) -> dict[str, Item]:
    """Every item an incident knows, by code, in the order they are shown. `extra`: {code, name_ko, name_en, group, hot}."""
    own = {
        one["code"]: Item(one["code"], _in_two(one, "name"), one["group"], bool(one.get("hot", False))) for one in extra
    }
    return {**ITEMS, **own}


def codes(extra: Iterable[Mapping[str, Any]] = ()) -> list[str]:
    return list(items(extra))


def in_groups(leaked: Iterable[str], extra: Iterable[Mapping[str, Any]] = ()) -> list[tuple[Group, list[Item]]]:
    """The items by group, in the order of the groups."""
    known = items(extra)
    chosen = [known[code] for code in known if code in set(leaked)]
    grouped = [(group, [item for item in chosen if item.group == group.code]) for group in GROUPS.values()]
    return [(group, members) for group, members in grouped if members]


def _in_two(texts: Mapping[str, Any], field: str) -> StrOrPromise:
    def chosen() -> str:
        english = texts.get(f"{field}_en", "") if (get_language() or "ko").startswith("en") else ""
        return english or texts[f"{field}_ko"]

    return lazystr(_Text(chosen))


class _Text:
    """`lazystr` asks for str() each time it is shown, so the reader's language is asked then."""

    def __init__(self, chosen: Any) -> None:
        self._chosen = chosen

    def __str__(self) -> str:
        return self._chosen()


# -- steps ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Where a step is done. `phone` None: the issuer's own line, which the page knows."""

    name: StrOrPromise
    phone: str | None = ""
    words: StrOrPromise = ""


@dataclass(frozen=True, eq=False)
class Step:
    """One of a kind, equal to itself alone."""

    code: str
    title: StrOrPromise
    # Why, in one line.
    line: StrOrPromise
    # What to do, one act an entry.
    todo: tuple[StrOrPromise, ...]
    places: tuple[Place, ...]
    # Needed where any of these leaked.
    against: frozenset[str]

    @property
    def numbers(self) -> list[Place]:
        """Where it is done by telephone; a place without a number of its own has the issuer's (None)."""
        return [place for place in self.places if place.phone != ""]

    @property
    def elsewhere(self) -> list[Place]:
        return [place for place in self.places if place.phone == ""]


CARD = frozenset({"card_number", "card_expiry", "cvc", "pin2"})
WALLET = frozenset({"payment_code", "wallet"})
CONTACT = frozenset({"name", "phone", "email", "address"})
IDENTITY = frozenset({"birth_date", "rrn", "ci"})

ISSUER_ALWAYS = Place(_("카드사 분실·도난 신고"), phone=None, words=_("24시간 받아요"))
POLICE = Place(_("경찰"), "112", _("24시간 받아요"))
FSS = Place(_("금융감독원"), "1332", _("평일 09:00–18:00"))

# In the order of urgency.
STEPS = (
    Step(
        "stop_card",
        _("카드를 멈추고 다시 만들기"),
        _("새 번호의 카드를 받으면 나간 번호로는 결제할 수 없어요."),
        (
            _("아래 번호로 전화해서 ‘유출 안내를 받았다’고 말하고 카드를 멈춰 달라고 하세요."),
            _("번호가 바뀌는 재발급을 해 달라고 하세요. 같은 번호로 다시 받으면 소용이 없어요."),
            _("접수번호와 받은 사람 이름을 적어 두세요."),
        ),
        (ISSUER_ALWAYS,),
        CARD,
    ),
    Step(
        "check_payments",
        _("모르는 결제 살펴보기"),
        _("모르는 결제가 있으면 결과를 기다리지 않고 먼저 보상을 신청할 수 있어요."),
        (
            _("카드사 앱이나 명세서에서 유출이 시작된 날부터 오늘까지의 결제를 모두 보세요."),
            _("천 원이 안 되는 결제와 해외 결제도 보세요. 카드가 살아 있는지 시험해 본 것일 수 있어요."),
            _("모르는 결제가 있으면 카드사에 전화하고, 이 사이트에서 보상을 신청하세요."),
        ),
        (ISSUER_ALWAYS,),
        CARD,
    ),
    Step(
        "check_wallet",
        _("간편결제에 모르는 기기가 없는지 보기"),
        _("모르는 기기나 카드가 붙어 있으면 바로 끊을 수 있어요."),
        (
            _("쓰는 간편결제 앱에서 등록된 카드와 로그인한 기기를 보고, 모르는 것은 지우세요."),
            _("간편결제 비밀번호를 새로 정하세요."),
        ),
        (Place(_("쓰는 간편결제 앱의 고객센터")),),
        WALLET,
    ),
    Step(
        "check_account",
        _("계좌에서 나간 돈 살펴보기"),
        _("모르는 자동이체는 은행이 멈출 수 있어요."),
        (
            _("은행 앱에서 자동이체와 출금 동의 목록을 보고, 모르는 것은 해지하세요."),
            _("입출금 알림을 켜 두세요."),
            _("모르는 돈이 나갔으면 은행이나 112에 ‘지급정지’를 신청하세요."),
        ),
        (Place(_("거래하는 은행 고객센터")), POLICE),
        frozenset({"account"}),
    ),
    Step(
        "block_loans",
        _("새 대출·카드 개설 막기"),
        _("여신거래 안심차단을 걸어 두면 내 이름으로 새 대출이나 카드를 만들 수 없어요."),
        (
            _("거래하는 은행 창구에 신분증을 가지고 가서 ‘여신거래 안심차단’을 신청하세요. 무료예요."),
            _("은행 앱에서 받는 곳도 있으니 먼저 앱에서 찾아보세요."),
            _("대출이나 카드를 만들어야 할 때는 은행 창구에서 풀 수 있어요."),
        ),
        (Place(_("거래하는 은행 창구나 앱")), FSS),
        IDENTITY,
    ),
    Step(
        "register_fss",
        _("금융감독원에 등록하기"),
        _("등록하면 금융회사가 내 이름으로 들어온 신청을 한 번 더 확인해요."),
        (
            _("금융감독원의 ‘개인정보노출자 사고예방시스템’(pd.fss.or.kr)에서 본인확인을 하고 등록하세요."),
            _("인터넷이 어려우면 은행 창구에서도 등록할 수 있어요."),
            _("등록하면 카드나 계좌를 만들 때 확인이 길어질 수 있어요. 언제든 풀 수 있어요."),
        ),
        (FSS,),
        IDENTITY,
    ),
    Step(
        "block_phone",
        _("내 이름으로 휴대전화가 개통되지 않게 막기"),
        _("휴대전화가 새로 개통되면 인증 문자를 남이 받을 수 있어요."),
        (
            _("통신사 고객센터에 ‘가입제한’과 ‘번호이동 제한’을 신청하세요."),
            _("유심을 다른 기기에서 쓰지 못하게 하는 서비스가 있으면 함께 신청하세요."),
        ),
        (Place(_("통신사 고객센터"), "114", _("휴대전화에서 눌러요")),),
        frozenset({"phone", "rrn", "ci"}),
    ),
    Step(
        "beware",
        _("사칭 전화와 문자 조심하기"),
        _("우리가 보내는 문자에는 누를 수 있는 주소가 없어요. 인증번호도 묻지 않아요."),
        (
            _("문자나 메신저에 있는 주소를 누르지 말고, 보내 준 앱을 깔지 마세요."),
            _("의심되는 전화는 끊고, 카드 뒷면에 적힌 번호로 직접 거세요."),
            _("이미 눌렀거나 돈을 보냈으면 바로 112에 전화하고 은행에 지급정지를 신청하세요."),
        ),
        (POLICE, FSS),
        CONTACT | CARD | IDENTITY | frozenset({"internal_id"}),
    ),
    Step(
        "move_payments",
        _("자동납부 옮기기"),
        _("새 카드를 받은 뒤에 해요. 옛 카드로 걸어 둔 납부는 멈춰요."),
        (
            _("통신비, 관리비, 보험료, 구독 서비스에 새 카드번호를 등록하세요."),
            _("간편결제와 교통카드에도 새 카드를 다시 등록하세요."),
        ),
        (),
        frozenset({"card_number"}),
    ),
)


def steps_for(leaked: Iterable[str]) -> list[Step]:
    """What somebody whose `leaked` items these are should do, most urgent first."""
    leaked = set(leaked)
    return [step for step in STEPS if step.against & leaked]

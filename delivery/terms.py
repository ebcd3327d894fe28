"""What a phone provider is asked for by and what it costs, read from the settings of its place (PHONE, SECOND_PHONE, …)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from breachdesk.environment import Environment

ADAPTERS = ("breachdesk", "solapi", "http")
# A carrier lets a message out only from a number that was registered as its sender's: 02-…, 070-…, 010-…, 1500-0000.
NUMBER = re.compile(r"0\d{8,10}|1[4-9]\d{6}")
SHORTEST_TOKEN = 24


@dataclass(frozen=True)
class Terms:
    """Of one provider. `won`: a message's price by its kind; `form`: of the generic adapter (channels/plain.py)."""

    adapter: str = "breachdesk"
    key: str = ""
    profile: str = ""
    senders: Sequence[str] = ()
    won: Mapping[str, int] = field(default_factory=dict)
    won_a_minute: int = 0
    won_a_day: int = 0
    reserve_percent: int = 0
    receipt_token: str = ""
    form: Mapping[str, Any] = field(default_factory=dict)


def read(env: Environment, place: str, *, sender: str, default_won: str, kakao: bool = False) -> Terms:
    """`sender`: the one that is used. Every problem is named with the others that keep the product from starting."""
    if not env.text(f"{place}_PROVIDER_URL", ""):
        return Terms()
    adapter = env.text(f"{place}_PROVIDER", "breachdesk")
    if adapter not in ADAPTERS:
        env.problems.append(f"{place}_PROVIDER must be one of {', '.join(ADAPTERS)}, not {adapter!r}")
    terms = Terms(
        adapter=adapter,
        key=env.text(f"{place}_PROVIDER_KEY", None if adapter == "solapi" else ""),
        profile=env.text(f"{place}_PROFILE", None if kakao and adapter == "solapi" else ""),
        senders=env.names(f"{place}_SENDERS", sender),
        won=_prices(env, f"{place}_WON", default_won),
        won_a_minute=env.number(f"{place}_WON_A_MINUTE", 2_000_000, within=range(1, 10**9)),
        won_a_day=env.number(f"{place}_WON_A_DAY", 200_000_000, within=range(1, 10**12)),
        reserve_percent=env.number(f"{place}_WON_RESERVE_PERCENT", 20, within=range(1, 91)),
        receipt_token=env.text(f"{place}_RECEIPT_TOKEN", "" if adapter == "breachdesk" else None),
        form=_form(env, f"{place}_PROVIDER_FORM") if adapter == "http" else {},
    )
    env.problems += [f"{place}{problem}" for problem in _problems(terms, sender=sender, kakao=kakao)]
    return terms


def _problems(terms: Terms, *, sender: str, kakao: bool) -> list[str]:
    found = []
    if sender not in terms.senders:
        found.append(f"_SENDER {sender} is not among the registered ones of _SENDERS")
    wrong = [] if kakao else [number for number in terms.senders if not NUMBER.fullmatch(number)]
    if wrong:
        found.append(f"_SENDERS: not a number that can be registered as a sender's: {', '.join(wrong)} (digits only)")
    if terms.adapter != "breachdesk" and 0 < len(terms.receipt_token) < SHORTEST_TOKEN:
        found.append(
            f"_RECEIPT_TOKEN must be at least {SHORTEST_TOKEN} characters: whoever knows it can tell of receipts"
        )
    if terms.receipt_token and not re.fullmatch(r"[A-Za-z0-9_-]+", terms.receipt_token):
        found.append("_RECEIPT_TOKEN is part of an address: letters, digits, - and _ only")
    dearest = max(terms.won.values(), default=0)
    for name, allowance in (("_WON_A_MINUTE", terms.won_a_minute), ("_WON_A_DAY", terms.won_a_day)):
        if allowance - reserve(allowance, terms.reserve_percent) < dearest:
            found.append(f"{name} without its reserve does not pay for one message of {dearest} won")
    return found


def reserve(allowance: int, percent: int) -> int:
    return -(-allowance * percent // 100)


def _prices(env: Environment, name: str, default: str) -> dict[str, int]:
    """`sms:13,lms:30`."""
    found = dict(_price(part) for part in default.split(","))
    for part in env.names(name, default):
        if not re.fullmatch(r"[a-z]+:[0-9]{1,6}", part) or (price := _price(part))[0] not in found:
            env.problems.append(f"{name}: write the won of each kind as {default}")
            continue
        found[price[0]] = price[1]
    return found


def _price(part: str) -> tuple[str, int]:
    kind, _, won = part.partition(":")
    return kind, int(won)


def _form(env: Environment, name: str) -> dict[str, Any]:
    """`{"headers": {…}, "fields": {…}, "id": "path.to.id"}`: what is in braces is filled in (channels/plain.py)."""
    try:
        form = json.loads(env.text(name))
    except ValueError:
        form = None
    if not isinstance(form, dict) or not isinstance(form.get("fields"), dict) or not isinstance(form.get("id"), str):
        env.problems.append(f'{name} must be JSON: {{"headers": {{…}}, "fields": {{…}}, "id": "path.of.the.id"}}')
        return {}
    said = json.dumps(form["fields"], ensure_ascii=False)
    missing = [
        place for place in ("{to}", "{id}") if place not in said and place.replace("}", "_national}") not in said
    ]
    if missing:
        env.problems.append(
            f"{name}: its fields must hold {' and '.join(missing)}: without an id a message is sent twice"
        )
    return form

"""What staff see of the providers on the first page: what messages cost, what waits for money, and codes that we do not know."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext

from breachdesk.desk import frame
from delivery import budgets, queries
from delivery.provider_names import name_of

UNLISTED_FOR = dt.timedelta(days=7)


@frame.panel("delivery_money", may="delivery.view_message", template="delivery/desk/money.html", order=70)
def money(request: HttpRequest, at: dt.datetime) -> dict[str, Any] | None:
    """Nothing where nothing was spent in a day and nothing is odd."""
    spent = budgets.spending(at=at)
    # Counted once for everybody who looks in half a minute.
    kept: tuple[int, dict[str, int]] | None = cache.get_or_set(
        "desk.panel.delivery_money", lambda: _odd(at), frame.COUNTS_LIVE_SECONDS
    )
    waiting, unlisted = kept or (0, {})
    if not (waiting or unlisted or any(each.spent for each in spent)):
        return None
    periods = {budgets.MINUTE: gettext("1분"), budgets.DAY: gettext("하루")}
    return {
        "rows": [(name_of(each.provider), periods[each.period], each) for each in spent],
        "waiting": waiting,
        "unlisted": unlisted,
    }


def _odd(at: dt.datetime) -> tuple[int, dict[str, int]]:
    return queries.waiting_for_money(), queries.unlisted_codes(since=at - UNLISTED_FOR)

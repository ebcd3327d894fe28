"""The leaked file itself, typed in: a hundred right rows from twenty networks. `make drill FAULT=S-a2` plays ten thousand."""

from __future__ import annotations

import pytest

from drill import replaying
from lookup.models import Challenge
from tests import cast
from tests.lookup.conftest import Visitor

pytestmark = pytest.mark.django_db
ROWS, NETWORKS = 100, 20


@pytest.fixture
def leaked(incident, now) -> list[dict[str, str]]:
    rows = [
        {
            "customer_ref": f"R{place}",
            "name": f"김지우{place}",
            "birth_date": "1990-01-01",
            "phone": f"010-3{place:03d}-5678",
            "items": "name|cvc",
        }
        for place in range(ROWS)
    ]
    cast.listed(incident, *rows, at=now)
    return rows


def test_right_rows_are_worth_no_answer_no_session_no_claim_and_one_message_a_contact(leaked):
    seen = replaying.replay(leaked, networks=NETWORKS)
    assert not replaying.failures(seen, rows=ROWS)
    assert seen.messages == Challenge.objects.count() <= ROWS


def test_the_drill_would_notice_an_answer(leaked):
    """Whoever holds the phone is told, and counted."""
    visitor = Visitor()
    visitor.look_up(leaked[0])
    visitor.get("/lookup/answer/")
    assert "1 persons" in replaying.failures(replaying.Seen(), rows=ROWS)

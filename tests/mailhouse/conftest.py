from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from breachdesk.accounts.models import User
from breachdesk.lib import paper
from notices.models import Incident
from tests import cast, staff

SUNJA = {
    "customer_ref": "C-1",
    "name": "이순자",
    "birth_date": "1944-01-20",
    "address": "(04500) 서울특별시 중구 한빛로 7, 101동 1203호",
    "items": "name|card_number|cvc|phone?",
}
COMPANY = {
    "customer_ref": "C-2",
    "name": "(주)한빛상사",
    "birth_date": "",
    "member": "corporate",
    "address": "부산 1",
    "items": "name",
}
MARIA = {
    "customer_ref": "C-3",
    "name": "Maria Santos",
    "birth_date": "1993-11-20",
    "address": "=1+1 Hanbit-ro 3, Seoul",
    "items": "name|card_number",
    "language": "en",
}
RICH = {**SUNJA, "customer_ref": "C-4", "name": "김서영", "phone": "010-0000-1001"}
GONE = {**SUNJA, "customer_ref": "C-5", "name": "박별세", "member": "deceased"}
NOWHERE = {**SUNJA, "customer_ref": "C-6", "name": "강무소", "address": "", "email": "n@mail.example"}


@pytest.fixture
def at() -> dt.datetime:
    return timezone.now()


@pytest.fixture
def editor(db: None) -> User:
    return staff.member("notice_editor", name="오지안")


@pytest.fixture
def officer(db: None) -> User:
    return staff.member("privacy_officer", name="정하윤")


@pytest.fixture
def incident(db: None, at: dt.datetime) -> Incident:
    made = cast.incident(at=at)
    cast.notice(
        made, at=at - dt.timedelta(hours=5), title_ko="고객 정보가 유출됐어요", title_en="Customer data was leaked"
    )
    cast.listed(made, SUNJA, COMPANY, MARIA, RICH, GONE, NOWHERE, at=at)
    made.refresh_from_db()
    return made


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paper is slow: where it does not matter a PDF is its own HTML."""
    monkeypatch.setattr(paper, "pdf_and_pages", lambda html: (b"%PDF " + html.encode(), 1))


@pytest.fixture
def stored(settings, tmp_path):
    """The names in the storage of this test alone."""
    settings.MEDIA_ROOT = str(tmp_path)
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": str(tmp_path)}},
    }
    return lambda: sorted(default_storage.listdir("letters")[1]) if default_storage.exists("letters") else []

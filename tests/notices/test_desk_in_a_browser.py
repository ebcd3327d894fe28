"""The desk's pages about lists in a real browser, under the strict policy, with and without JavaScript."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from notices.import_models import ImportJob
from notices.models import Tier
from tests import cast, staff
from tests.browser import People, assert_accessible, picture
from tests.notices.conftest import Write, needs_english, person
from tests.notices.test_desk_importing import forget_lists_and_files
from tests.servers import Worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nothing_lies_about(transactional_db):
    yield
    forget_lists_and_files()


def come_in(people: People, user, **options):
    """A browser of somebody who has signed in with both factors."""
    page = people.come(**options)
    cookie = staff.sign_in(Client(), user).cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": people.site.url}])
    return page


@pytest.mark.parametrize(
    ("width", "language"), [(1280, "ko"), pytest.param(390, "en", marks=needs_english)], ids=["wide", "narrow"]
)
def test_a_list_is_uploaded_watched_proposed_and_confirmed_in_two_browsers(
    worker: Worker, people: People, write: Write, width, language
):
    at = timezone.now()
    incident = cast.incident(at=at)
    Tier.objects.create(
        incident=incident,
        number=1,
        name_ko="카드 정보까지 나간 분",
        name_en="Card details too",
        any_of=["cvc"],
        advice_ko="가",
        advice_en="a",
    )
    Tier.objects.create(
        incident=incident, number=2, name_ko="연락처만 나간 분", name_en="Contacts only", advice_ko="나", advice_en="b"
    )
    cast.listed(
        incident, *[{"name": "김서영", "phone": f"010-0000-{n:04d}", "items": "name|phone"} for n in range(20)], at=at
    )
    path = write(
        *[person(n, items="name|cvc" if n % 3 else "name") for n in range(1, 300)], person(1), person(2, name="")
    )
    before = "/en/admin/" if language == "en" else "/admin/"

    editor = come_in(people, staff.member("notice_editor", name="한지우"), width=width, language=language)
    editor.goto(f"{before}notices/importjob/add/")
    assert_accessible(editor)
    picture(editor, f"list-new-{width}-{language}")
    editor.locator("select[name=mode]").select_option("full")
    editor.locator("input[type=file]").set_input_files(path)
    editor.locator("form.panel button").click()
    editor.locator("dl.figures").wait_for(timeout=60_000)
    assert_accessible(editor)
    picture(editor, f"list-import-{width}-{language}")
    editor.locator("a.button-solid").click()
    assert_accessible(editor)
    editor.locator("button[value=propose]").click()
    editor.locator(".said-success").wait_for()
    picture(editor, f"list-proposed-{width}-{language}")
    assert editor.locator("button[value=confirm]").count() == 0

    officer = come_in(people, staff.member("privacy_officer", name="정하윤"), width=width, language=language)
    officer.goto(editor.url)
    picture(officer, f"list-to-confirm-{width}-{language}")
    officer.locator("button[value=confirm]").click()
    officer.locator(".said-success").wait_for()
    incident.refresh_from_db()
    assert incident.active_dataset == ImportJob.objects.get().dataset
    officer.goto(f"{before}notices/importjob/")
    assert_accessible(officer)
    picture(officer, f"list-imports-{width}-{language}")
    assert people.complaints == []


def test_without_javascript_the_page_asks_again_by_itself(people: People):
    incident = cast.incident(at=timezone.now())
    user = staff.member("notice_editor")
    job = ImportJob.objects.create(
        incident=incident, asked_at=timezone.now(), asked_by=user, file_name="a.csv", file_id="0" * 32, size=1, lines=1
    )
    page = come_in(people, user, java_script_enabled=False)
    page.goto(f"/admin/notices/importjob/{job.pk}/change/")
    with page.expect_navigation(timeout=60_000):
        pass
    assert "차례가 되면" in page.content()

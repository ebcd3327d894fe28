from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import transaction
from django.utils import timezone

from breachdesk.audit.models import Event
from breachdesk.lib.contacts import Contact
from delivery import outbox
from delivery.models import Message
from tests import cast, staff

pytestmark = pytest.mark.django_db
LIST = "/admin/delivery/message/"


def put(number: int, *, at, lane="claim", text="접수번호 CLM-7F3K-29QD\n김서영 님의 번호는 010-1234-5678이에요."):
    with transaction.atomic():
        return outbox.put(
            outbox.Words("claim_received", "ko", "선보상 신청을 받았어요", text),
            to=Contact("phone", f"+8210000{number:05d}"),
            key=f"test:{number}",
            about="claim:CLM-7F3K-29QD",
            lane=lane,
            at=at,
        )


def shown(page: str) -> list[str]:
    return re.findall(r"010-••••-(\d{4})", page)


def test_the_list_goes_on_and_back_without_page_numbers_and_misses_nobody(client):
    staff.sign_in(client, staff.member("auditor"))
    at = timezone.now()
    for number in range(120):
        # Several at the very same moment: the place in the list is the moment and the key.
        put(number, at=at - dt.timedelta(minutes=number // 7, microseconds=number // 7))
    seen, link = [], LIST
    pages = []
    while link:
        page = client.get(link).content.decode()
        pages.append(page)
        seen += shown(page)
        following = re.search(r'href="([^"]+)" rel="next"', page)
        link = LIST + following[1].replace("&amp;", "&") if following else ""
    assert len(pages) == 3
    assert len(seen) == len(set(seen)) == 120
    back = re.search(r'href="([^"]+)" rel="prev"', pages[2])[1].replace("&amp;", "&")
    assert shown(client.get(LIST + back).content.decode()) == shown(pages[1])
    assert "모두 120건" in pages[0]


def test_a_place_that_none_of_our_links_wrote_is_the_first_page(client):
    staff.sign_in(client, staff.member("auditor"))
    put(1, at=timezone.now())
    for place in ("x", "bm90IGpzb24", "eyJhIjoxfQ", "WzFd", "W251bGwsbnVsbF0", "%00", "W1siYSJdLCAiYiJd"):
        assert client.get(LIST, {"after": place}).status_code == 200, place
        assert client.get(LIST, {"before": place}).status_code == 200, place


def test_staff_read_a_message_with_personal_data_masked(client):
    staff.sign_in(client, staff.member("auditor"))
    message = put(1234, at=timezone.now())
    page = client.get(f"{LIST}{message.pk}/change/").content.decode()
    assert "010-••••-1234" in page
    assert "김*영 님의 번호는 010-••••-5678" in page
    for open_text in ("김서영", "1234-5678", "01000001234", "+821000001234"):
        assert open_text not in page


def test_the_words_of_a_code_are_never_shown(client):
    staff.sign_in(client, staff.member("auditor"))
    message = put(1, at=timezone.now(), lane="code", text="인증번호 482913")
    page = client.get(f"{LIST}{message.pk}/change/").content.decode()
    assert "482913" not in page
    assert "보여 주지 않아요" in page


def test_a_forgotten_message_says_so(client):
    staff.sign_in(client, staff.member("auditor"))
    message = put(1, at=timezone.now())
    Message.objects.filter(pk=message.pk).update(sealed_recipient=None, sealed_words=None)
    assert "지움" in client.get(LIST).content.decode()
    assert "보관 기간이 지나 지웠어요." in client.get(f"{LIST}{message.pk}/change/").content.decode()


def test_a_person_is_found_by_the_whole_contact_only_and_the_search_is_kept(client):
    user = staff.member("auditor")
    staff.sign_in(client, user)
    put(1, at=timezone.now()), put(2, at=timezone.now())
    assert shown(client.get(LIST, {"q": "010-0000-0001"}).content.decode()) == ["0001"]
    for part in ("0001", "010-0000", "•", "김"):
        assert shown(client.get(LIST, {"q": part}).content.decode()) == [], part
    event = Event.objects.get(kind="delivery.searched_by_contact")
    assert event.by == user
    assert "0000" not in str(event.data)


def test_masked_values_cannot_be_guessed_through_the_address_line(client):
    staff.sign_in(client, staff.member("auditor"))
    put(1, at=timezone.now())
    for lookup in (
        "recipient_hash__gt",
        "sealed_words__isnull",
        "key__startswith",
        "state__regex",
        "about__contains",
        "o",
    ):
        response = client.get(LIST, {lookup: "a"})
        assert response.status_code in {200, 400}, lookup
        if response.status_code == 200:
            assert shown(response.content.decode()) == ["0001"]
    for lookup in ("password__startswith", "email__contains", "name__startswith"):
        assert client.get("/admin/accounts/user/", {lookup: "a"}).status_code == 400, lookup


def test_nobody_posts_changes_through_a_list_or_a_page_that_only_shows(client):
    staff.sign_in(client, staff.member("auditor"))
    message = put(1, at=timezone.now())
    for form in ({"action": "delete_selected", "_selected_action": str(message.pk), "index": "0"}, {"_save": "1"}):
        client.post(LIST, form)
        client.post(f"{LIST}{message.pk}/change/", {"state": "delivered", **form})
        client.post(f"{LIST}{message.pk}/delete/", {"post": "yes"})
    assert Message.objects.get(pk=message.pk).state == "waiting"


def test_filters_narrow_the_list(client):
    staff.sign_in(client, staff.member("auditor"))
    put(1, at=timezone.now()), put(2, at=timezone.now(), lane="campaign")
    assert shown(client.get(LIST, {"lane": "campaign", "state": "waiting"}).content.decode()) == ["0002"]
    assert shown(client.get(LIST, {"lane": "nonsense"}).content.decode()) != []
    assert "이 조건에 맞는 것이 없어요." in client.get(LIST, {"state": "failed"}).content.decode()


def test_the_audit_is_read_by_kind_person_and_thing(client):
    user = staff.member("auditor")
    staff.sign_in(client, user)
    client.post("/accounts/logout/")
    staff.sign_in(client, user)
    page = client.get(
        "/admin/audit/event/", {"room": "desk", "kind": "desk.signed_out", "by": str(user.pk)}
    ).content.decode()
    assert "나감" in page
    assert f"staff:{user.pk}" in client.get("/admin/audit/event/", {"q": f"staff:{user.pk}"}).content.decode()
    event = Event.objects.get(kind="desk.signed_out")
    assert "확인값이 맞아요" in client.get(f"/admin/audit/event/{event.pk}/change/").content.decode()


def test_the_lists_of_affected_people_show_figures_and_nobody(client):
    staff.sign_in(client, staff.member("auditor"))
    at = timezone.now()
    incident = cast.incident(at=at)
    dataset = cast.listed(incident, {"name": "김서영", "phone": "010-0000-1234", "items": "name|phone"}, at=at)
    for path in ("/admin/", "/admin/notices/dataset/", f"/admin/notices/dataset/{dataset.pk}/change/"):
        page = client.get(path).content.decode()
        assert "1" in page
        assert "김서영" not in page
        assert "1234" not in page


@pytest.mark.parametrize("language", ["", "/en"])
def test_every_list_and_page_opens_in_both_languages(client, language):
    staff.sign_in(client, staff.member("auditor", "account_admin"))
    at = timezone.now()
    incident = cast.incident(at=at)
    notice = cast.notice(incident, at=at)
    message, event = put(1, at=at), Event.objects.first()
    for path in (
        "",
        "notices/incident/",
        f"notices/incident/{incident.pk}/change/",
        "notices/notice/",
        f"notices/notice/{notice.pk}/change/",
        "notices/contactpoint/",
        "delivery/message/",
        f"delivery/message/{message.pk}/change/",
        "accounts/user/",
        "accounts/user/add/",
        "audit/event/",
        *([f"audit/event/{event.pk}/change/"] if event else []),
    ):
        response = client.get(f"{language}/admin/{path}")
        assert response.status_code == 200, path
        assert f'<html lang="{"en" if language else "ko"}"' in response.content.decode()

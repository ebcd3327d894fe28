"""A version at the desk: written in two languages, previewed on the public page itself, proposed, sent back, approved."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from breachdesk.accounts.models import User
from breachdesk.audit.models import Event
from notices import drafting, snapshots
from notices.models import Incident, Notice
from notices.states import NoticeState, ProposalEnd
from tests import cast, staff
from tests.browser import People, assert_accessible, picture
from tests.notices import good
from tests.notices.conftest import needs_english, person

pytestmark = pytest.mark.django_db
LIST, NEW = "/admin/notices/notice/", "/admin/notices/notice/add/"


@pytest.fixture
def incident(incident: Incident) -> Incident:
    good.contact_for(incident)
    return incident


@pytest.fixture
def editor(db: None) -> User:
    return staff.member("notice_editor", name="이작성")


@pytest.fixture
def officer(db: None) -> User:
    return staff.member("privacy_officer", name="정하윤")


@pytest.fixture
def draft(incident: Incident, editor: User, at: dt.datetime) -> Notice:
    cast.notice(incident, at=at)
    return drafting.begin(incident=incident, by=editor, at=at)


@pytest.fixture
def whole(draft: Notice, editor: User, at: dt.datetime) -> Notice:
    words = good.words_for(draft.incident, at=at)
    drafting.write(notice=draft, words=words, seen=stamp(draft), by=editor, at=at)
    draft.refresh_from_db()
    return draft


@pytest.fixture
def waiting(whole: Notice, editor: User, at: dt.datetime) -> Notice:
    drafting.propose(notice=whole, seen=stamp(whole), by=editor, at=at)
    return whole


def stamp(notice: Notice) -> str:
    notice.refresh_from_db()
    return snapshots.stamp(snapshots.of_notice(notice))


def inside(user: User, **how: float) -> Client:
    return staff.sign_in(Client(), user, **how)


def page(notice: Notice) -> str:
    return f"{LIST}{notice.pk}/change/"


def at_desk(name: str, notice: Notice) -> str:
    with translation.override("ko"):
        return reverse(f"admin:notice_{name}", args=[notice.pk])


def text(response: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))  # type: ignore[attr-defined]


def form(notice: Notice, **other: object) -> dict[str, object]:
    """As the browser would post the page."""
    return {**snapshots.of_notice(notice), "seen": stamp(notice), "act": "save", **other}


def act(client: Client, notice: Notice, what: str, **other: str) -> object:
    proposal = notice.proposals.order_by("pk").last()
    given = {"act": what, "words": stamp(notice), "proposal": str(proposal.pk) if proposal else "", **other}
    return client.post(at_desk("act", notice), given, follow=True)


def test_the_editor_begins_a_version_once(incident: Incident, editor: User, at: dt.datetime):
    cast.notice(incident, at=at, title_ko="지금 제목")
    client, begin = inside(editor), reverse("admin:notice_begin", args=[incident.pk])
    assert "옮겨 와서 새 판 쓰기" in text(client.get(NEW))
    assert client.get(begin).status_code == 405

    shown = client.post(begin, follow=True)
    assert "지금 제목" in shown.content.decode()
    again = client.post(begin, follow=True)
    assert "한 번에 한 판만 써요" in text(again)
    assert again.redirect_chain[-1][0].endswith(page(incident.notices.get(number=2)))
    assert incident.notices.count() == 2
    assert "쓰고 있는 2판 열기" in text(client.get(NEW))


def test_what_is_empty_is_named_with_its_law_and_cannot_be_proposed(draft: Notice, editor: User):
    client = inside(editor)
    client.post(at_desk("edit", draft), form(draft, what_to_do_en=""))

    shown = text(client.get(page(draft)))
    assert "3 피해를 줄이기 위해 할 수 있는 방법 · 영어 비어 있어요. · 개인정보 보호법 제34조 제1항 제3호" in shown
    assert "무엇이 왜 달라졌나요? · 한국어" in shown
    assert "올리자고 제안하기" not in shown
    assert "안내문을 올릴 수 없어요." in text(act(client, draft, "propose"))
    assert not draft.proposals.exists()


def test_what_was_typed_is_read_without_being_saved(draft: Notice, editor: User, at: dt.datetime):
    words = {**good.words_for(draft.incident, at=at), "title_ko": "고객 정보가 노출됐어요"}
    answer = inside(editor).post(at_desk("edit", draft), form(draft, **words, act="check"))
    shown = text(answer)
    assert answer.status_code == 200
    assert "올리는 것을 막는 것 1가지" in shown
    assert "‘노출’ 대신: ‘유출’이라고 적어 주세요." in shown
    assert 'href="#id_title_ko"' in answer.content.decode()
    assert 'value="고객 정보가 노출됐어요"' in answer.content.decode()
    draft.refresh_from_db()
    assert draft.title_ko == "글"


def test_only_kinds_that_may_follow_are_offered(draft: Notice, editor: User):
    shown = inside(editor).get(at_desk("edit", draft)).content.decode()
    offered = re.findall(r'<option value="(\w+)"', shown.partition('id="id_kind"')[2].partition("</select>")[0])
    assert offered == ["further", "not_leaked", "correction"]


def test_what_words_only_look_like_is_set_aside_by_two_with_a_reason(whole: Notice, editor: User, officer: User):
    words = {"what_we_do_ko": f"{whole.what_we_do_ko}\n- 5만 원을 드려요."}
    writer, at = inside(editor), whole.prepared_at
    drafting.write(notice=whole, words=words, seen=stamp(whole), by=editor, at=at)
    assert "안내문을 올릴 수 없어요." in text(act(writer, whole, "propose"))
    [key] = re.findall(r'name="(aside:figures_differ[^"]+)"', writer.get(page(whole)).content.decode())
    refused = act(writer, whole, "propose", **{key: " ", "aside:other": "다른 까닭"})
    assert (refused.status_code, whole.proposals.count()) == (422, 0)
    assert "다른 까닭" not in refused.content.decode()

    assert "올리자고 제안했어요." in text(act(writer, whole, "propose", **{key: "영어 글은 따로 알려요."}))
    assert "영어 글은 따로 알려요." in text(inside(officer).get(page(whole)))
    assert "승인했어요." in text(act(inside(officer), whole, "approve"))
    event = Event.objects.get(kind="notices.notice_published")
    assert [one["reason"] for one in event.data["set_aside"]] == ["영어 글은 따로 알려요."]


def test_the_list_that_answers_at_approval_counts(waiting: Notice, officer: User, at: dt.datetime):
    cast.listed(waiting.incident, person(1, items="name|phone|email|cvc", card_last4="1234"), at=at)
    shown = text(act(inside(officer), waiting, "approve"))
    assert "명단에는 유출됐다고 있는데 글에 없는 정보: CVC" in shown
    waiting.refresh_from_db()
    assert waiting.state == NoticeState.DRAFT


def test_the_editor_writes_saves_and_goes_on(draft: Notice, editor: User):
    client = inside(editor)
    saved = client.post(at_desk("edit", draft), form(draft, title_ko="새 제목\r\n", act="stay"), follow=True)
    draft.refresh_from_db()
    assert "저장했어요." in text(saved)
    assert draft.title_ko == "새 제목"
    assert saved.redirect_chain[-1][0].endswith("/edit/")
    assert "달라진 것이 없어요." in text(client.post(at_desk("edit", draft), form(draft), follow=True))
    seen = client.post(at_desk("edit", draft), form(draft, lede_ko="새 머리글", act="preview"), follow=True)
    assert "새 머리글" in text(seen)


def test_the_stored_sentence_fills_item_seven_and_keeps_what_was_typed(draft: Notice, editor: User):
    given = form(draft, title_ko="아직 저장하지 않은 제목", further_matters_ko="", act="sentence")
    shown = inside(editor).post(at_desk("edit", draft), given).content.decode()
    assert "대통령령이 더 정한 사항은 없어요" in shown
    assert "아직 저장하지 않은 제목" in shown
    draft.refresh_from_db()
    assert draft.title_ko == "글"


def test_nothing_typed_is_lost_when_another_was_quicker_or_a_text_is_too_long(
    draft: Notice, editor: User, at: dt.datetime
):
    client, given = inside(editor), form(draft, title_ko="내가 쓴 제목")
    other = staff.member("notice_editor", name="남다른")
    drafting.write(notice=draft, words={"title_ko": "남이 쓴 제목"}, seen=stamp(draft), by=other, at=at)

    answer = client.post(at_desk("edit", draft), given)
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "이 화면을 연 뒤에 다른 사람이 고쳤어요" in shown
    assert 'value="내가 쓴 제목"' in shown
    assert "남이 쓴 제목" in shown
    draft.refresh_from_db()
    assert draft.title_ko == "남이 쓴 제목"

    long = client.post(at_desk("edit", draft), form(draft, next_word_ko="가" * 121, lede_ko="그대로 있는 글"))
    assert long.status_code == 422
    assert "120자까지 쓸 수 있어요. 지금은 121자예요." in text(long)
    assert "그대로 있는 글" in text(long)


def test_the_preview_is_the_public_page_in_the_language_of_the_address(whole: Notice, editor: User, officer: User):
    for user in (editor, officer, staff.member("auditor")):
        client = inside(user)
        korean = text(client.get(at_desk("preview", whole)))
        assert "미리보기(2판)예요." in korean
        assert "고객 정보가 유출됐어요" in korean
        assert "내 정보가 유출됐는지 확인하기" in korean
        english = client.get(f"/en{at_desk('preview', whole)}")
        assert "customer data was leaked" in text(english)
        assert 'lang="en"' in english.content.decode()
    assert Client().get(f"/notices/{whole.incident.slug}/v/2/").status_code == 404
    whole.refresh_from_db()
    assert (whole.state, whole.published_at) == (NoticeState.DRAFT, None), "a look changes nothing"


def test_proposed_by_one_approved_by_another_and_shown_to_all(whole: Notice, editor: User, officer: User):
    writer, approver = inside(editor), inside(officer)
    assert "올리자고 제안했어요." in text(act(writer, whole, "propose"))
    assert "이미 제안되어" in text(act(writer, whole, "propose"))
    shown = text(writer.get(page(whole)))
    assert "쓰거나 제안한 사람은 승인할 수 없어요." in shown
    assert "승인하고 올리기" not in shown
    assert "안내문 1건이 승인을 기다려요" in text(approver.get("/admin/"))
    assert "승인 기다림" in text(writer.get("/admin/"))

    assert "승인했어요." in text(act(approver, whole, "approve"))
    assert "이미 정했어요" in text(act(approver, whole, "approve")), "the second time: nothing"
    whole.refresh_from_db()
    assert (whole.state, whole.prepared_by, whole.approved_by) == (NoticeState.PUBLISHED, editor, officer)
    public = text(Client().get(f"/notices/{whole.incident.slug}/v/2/"))
    assert "1판과 달라진 점 언제까지 나갔는지 바로잡았어요." in public
    assert "올린 판은 고칠 수 없으니" in text(writer.get(at_desk("edit", whole), follow=True))
    assert writer.post(at_desk("edit", whole), form(whole, title_ko="x")).status_code == 409


def test_it_is_sent_back_with_a_reason_that_the_writer_reads(waiting: Notice, editor: User, officer: User):
    client = inside(officer)
    assert "왜 돌려보내는지 적어 주세요." in text(act(client, waiting, "send_back"))
    assert "돌려보냈어요." in text(act(client, waiting, "send_back", reason="<b>3번</b>이 모자라요."))
    writer = inside(editor)
    for path in (page(waiting), "/admin/"):
        assert "3번&lt;/b&gt;이 모자라요." in writer.get(path).content.decode()
    assert "정하윤 님이 돌려보냈어요." in text(writer.get(page(waiting)))


def test_a_change_while_it_waits_says_and_makes_the_proposal_void(waiting: Notice, editor: User, officer: User):
    client, before = inside(editor), stamp(waiting)
    assert "제안이 무효가 되고" in text(client.get(at_desk("edit", waiting)))
    client.post(at_desk("edit", waiting), form(waiting, lede_ko="다른 글"))
    assert waiting.proposals.get().closed_as == ProposalEnd.VOID
    assert "이미 정했어요" in text(act(inside(officer), waiting, "approve", words=before))
    waiting.refresh_from_db()
    assert waiting.state == NoticeState.DRAFT


def test_weighty_acts_want_the_second_factor_anew(waiting: Notice, officer: User):
    late = inside(officer, ago=600)
    answer = late.post(at_desk("act", waiting), {"act": "approve"})
    assert "reauthenticate" in answer["Location"]
    waiting.refresh_from_db()
    assert waiting.state == NoticeState.DRAFT


def test_other_roles_change_nothing(waiting: Notice):
    for role in ("intake", "reviewer", "approver", "payer", "auditor", "account_admin"):
        client = inside(staff.member(role))
        for path in (at_desk("edit", waiting), NEW, reverse("admin:notice_begin", args=[waiting.incident_id])):
            assert client.post(path, form(waiting, title_ko="x")).status_code == 403, (role, path)
        assert client.get(at_desk("edit", waiting)).status_code == client.get(NEW).status_code == 403
        for what in ("propose", "approve", "send_back", "withdraw"):
            assert client.post(at_desk("act", waiting), {"act": what}).status_code == 403
        sees = client.get(page(waiting))
        assert sees.status_code == (403 if role == "account_admin" else 200)
        assert '<form method="post" action="/admin/notices' not in sees.content.decode()
    assert waiting.proposals.get().closed_at is None


def test_each_of_the_two_has_one_half(waiting: Notice, editor: User, officer: User):
    assert inside(officer).get(at_desk("edit", waiting)).status_code == 403
    assert inside(officer).post(at_desk("act", waiting), {"act": "propose"}).status_code == 403
    assert inside(editor).post(at_desk("act", waiting), {"act": "approve"}).status_code == 403
    assert inside(editor).post(at_desk("act", waiting), {"act": "send_back"}).status_code == 403
    assert "제안을 거두었어요." in text(act(inside(editor), waiting, "withdraw"))


def test_strangers_and_what_is_not_there(waiting: Notice, editor: User):
    paths = [page(waiting), NEW, *(at_desk(name, waiting) for name in ("edit", "preview", "act"))]
    for path in paths:
        assert Client().get(path).status_code in (302, 405)
        assert Client().post(path).status_code in (302, 403, 405)
    client = inside(editor)
    for path in (f"{LIST}999999/change/", f"{LIST}x/change/", f"{LIST}999999/edit/", f"{LIST}999999/preview/"):
        assert client.get(path).status_code == 404, path
    assert client.post(at_desk("act", waiting), {"act": "explode"}).status_code == 404
    assert client.post(at_desk("act", waiting), {"act": "withdraw", "proposal": "999"}).status_code == 404
    assert client.get(at_desk("act", waiting)).status_code == client.delete(at_desk("edit", waiting)).status_code == 405
    assert client.post(at_desk("preview", waiting)).status_code == 405


def come_in(people: People, user: User, **options: object):
    browser = people.come(**options)  # type: ignore[arg-type]
    cookie = staff.sign_in(Client(), user).cookies[settings.SESSION_COOKIE_NAME].value
    browser.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": people.site.url}])
    return browser


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("width", "language"), [(1280, "ko"), pytest.param(390, "en", marks=needs_english)], ids=["wide", "narrow"]
)
def test_written_proposed_and_approved_in_two_browsers(
    people: People, incident: Incident, editor: User, officer: User, at: dt.datetime, width: int, language: str
):
    cast.listed(incident, person(1), person(2), at=at)
    cast.notice(incident, at=at)
    prefix, name = ("/en" if language == "en" else ""), f"notice-{width}-{language}"
    writer = come_in(people, editor, width=width)
    writer.goto(f"{prefix}{NEW}")
    assert_accessible(writer)
    writer.locator("form button.button-solid").click()
    for field, words in good.words_for(incident, at=at).items():
        writer.locator(f"#id_{field}").fill(words)
    writer.locator("#id_title_ko").fill("결제 서버가 해킹됐어요")
    writer.locator("#id_title_en").fill("Our payment server was hacked")
    writer.locator("#id_what_to_do_ko").fill("각별한 주의를 부탁드려요! 곧 알려 드릴게요.")
    assert_accessible(writer)
    picture(writer, f"{name}-edit")
    writer.locator("button:not([name])", has_text="").first.scroll_into_view_if_needed()
    writer.locator("button[value=stay]").click()
    writer.locator(".said-success").wait_for()
    writer.goto(writer.url.replace("/edit/", "/change/"))
    assert_accessible(writer)
    picture(writer, f"{name}-missing")
    assert writer.locator("button[value=propose]").count() == 0
    writer.locator(".findings a").first.click()
    assert "#id_what_to_do_ko" in writer.url
    writer.locator("#id_what_to_do_ko").fill("1. 문자 속 주소를 누르지 마세요!\n2. 1500-0000으로 전화하면 도와드려요.")
    writer.locator("button[value=check]").first.click()
    writer.locator(".finding-blocks").wait_for()
    assert_accessible(writer)
    picture(writer, f"{name}-checked")
    writer.locator("button[value=preview]").click()
    writer.locator(".note-now").first.wait_for()
    assert_accessible(writer)
    picture(writer, f"{name}-preview")
    writer.locator(".note-now a").first.click()
    writer.locator("[name^='aside:']").fill("느낌표는 회원이 급히 알아야 해서 남겨요.")
    assert_accessible(writer)
    writer.locator("button[value=propose]").click()
    writer.locator(".said-success").wait_for()

    approver = come_in(people, officer, width=width)
    approver.goto(f"{prefix}/admin/")
    picture(approver, f"{name}-front")
    approver.locator(".drafts a").click()
    assert_accessible(approver)
    assert "급히 알아야 해서" in approver.locator("main").inner_text()
    picture(approver, f"{name}-to-approve")
    approver.locator("button[value=approve]").click()
    approver.locator(".said-success").wait_for()

    reader = people.come(width=width)
    for path, said in (("", "결제 서버가 해킹됐어요"), ("/en", "Our payment server was hacked")):
        for place in (f"/notices/{incident.slug}/", f"/notices/{incident.slug}/v/2/"):
            reader.goto(f"{path}{place}")
            assert reader.locator("h1").inner_text() == said
            assert "1500-0000" in reader.locator("#item-3").inner_text()
    assert people.complaints == []

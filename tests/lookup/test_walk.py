"""From a contact to an answer."""

from tests.lookup.conftest import MINJI, SEOYOUNG


def test_whoever_proves_a_listed_contact_and_is_its_person_is_told_what_leaked(visitor):
    visitor.look_up(SEOYOUNG)
    page = visitor.get("/lookup/answer/")
    assert page.status_code == 200
    assert "김서영 님의 정보 7가지가 유출됐어요" in page.content.decode()


def test_possible(visitor):
    visitor.look_up(MINJI)
    assert "박민지 님의 정보가 유출됐을 수 있어요" in visitor.get("/lookup/answer/").content.decode()


def test_not_listed(visitor):
    visitor.prove("010-0000-9999")
    visitor.say_who("최도윤")
    page = visitor.get("/lookup/answer/").content.decode()
    assert "최도윤 님의 정보는 유출 명단에 없어요" in page
    assert "안전" not in page

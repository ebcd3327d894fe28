"""Parts of pages that are kept: rendered once for what they are given, and nothing of a person in them."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.utils.translation import override

from breachdesk.lib import kept
from breachdesk.limits.models import Spent
from notices.models import Incident
from tests import cast
from tests.lookup.conftest import MINJI, SEOYOUNG, Visitor, incident, now  # noqa: F401

NOTE = '{% kept "components/note.html" icon=icon lead=lead fresh words=words %}'


@pytest.fixture(autouse=True)
def _nothing_kept():
    kept.pieces.cache_clear()


def note(lead: str = "먼저.", words: str = "글", icon: str = "warn") -> str:
    return Template(NOTE).render(Context({"icon": icon, "lead": lead, "words": words}))


def test_what_is_given_the_same_is_rendered_once_and_what_is_fresh_is_put_in_anew():
    pages = [note(words=words) for words in ("하나", "둘")]
    assert [kept.pieces.cache_info().misses, kept.pieces.cache_info().hits] == [1, 1]
    assert ["하나" in page for page in pages] == [True, False]
    assert pages[1] == pages[0].replace("하나", "둘")


def test_another_value_and_another_language_are_another_part():
    note()
    note(lead="다음.")
    with override("en"):
        note()
    assert kept.pieces.cache_info().currsize == 3


def test_it_is_the_page_that_an_include_would_have_made():
    given = Context({"icon": "warn", "lead": "먼저 <b>", "words": "A & <i>"})
    include = '{% include "components/note.html" with icon=icon lead=lead words=words only %}'
    assert Template(NOTE).render(given) == Template(include).render(given)


def test_what_is_fresh_is_escaped_like_everything_else():
    assert "<script>" not in note(words="<script>")
    assert "&lt;script&gt;" in note(words="<script>")


def test_a_row_of_the_database_is_refused_as_it_would_be_equal_to_itself_after_a_change():
    with pytest.raises(TypeError, match="Incident is a row"):
        note(lead=[Incident(pk=1)])


@pytest.mark.parametrize(
    "wrong", ['"note.html" lead', "part lead=1", '"note.html" lead=1 fresh', '"note.html" lead=1 with words=2']
)
def test_it_is_written_one_way(wrong: str):
    with pytest.raises(TemplateSyntaxError):
        Template("{% kept " + wrong + " %}")


@pytest.mark.django_db
def test_nothing_of_a_person_is_a_key_or_is_kept(incident, now, monkeypatch):  # noqa: F811
    seen: list[str] = []
    render = kept.pieces

    def watched(*given: object) -> list[str]:
        found = render(*given)
        seen.append(repr(given) + "".join(found))
        return found

    monkeypatch.setattr(kept, "pieces", watched)
    with_letter = MINJI | {"items": "card_number|name|phone", "card_last4": "7391"}
    cast.listed(incident, SEOYOUNG, with_letter, at=now + dt.timedelta(minutes=1))
    personal = ["김서영", "박민지", "2417", "7391", "1234", "5555", "1986", "1994"]
    for person in (SEOYOUNG, with_letter, SEOYOUNG | {"name": "없는이"}):
        Spent.objects.all().delete()
        visitor = Visitor()
        visitor.prove(person["phone"])
        visitor.say_who(person["name"], person["birth_date"].replace("-", ""))
        visitor.post("/lookup/watch/", {"incident": "demo", "act": "begin"})
        visitor.post("/lookup/steps/", {"incident": "demo", "step": "beware", "state": "tomorrow"})
        for address in ("/lookup/answer/", "/en/lookup/answer/", "/lookup/history/", "/claims/", "/claims/new/"):
            page = visitor.get(address)
            tokens = re.findall(r'csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())
            assert tokens or page.status_code != 200 or "answer" not in address
            assert not [one for one in seen for token in tokens if token in one]
    assert len(seen) > 50
    for secret in personal:
        assert not [one for one in seen if secret in one], secret

"""The texts that a version is made of: in which order, in which languages, and what they are called at the desk. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from notices import law

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Without _ko and _en, in the order of the page.
TEXTS = ("title", "lede", "changes", *(item.field for item in law.ITEMS), "next_word")
# Those that stand in easy-read Korean too.
EASY = tuple(name for name in TEXTS if name != "next_word")
ITEMS = {item.field: item for item in law.ITEMS}
LANGUAGES: dict[str, StrOrPromise] = {"ko": _("한국어"), "en": _("영어"), "easy": _("쉬운 글")}
HEADINGS: dict[str, StrOrPromise] = {
    "title": _("제목"),
    "lede": _("머리글"),
    "changes": _("무엇이 왜 달라졌나요?"),
    "next_word": _("다음 안내"),
    "kind": _("어떤 안내인가요?"),
    "cleared": _("누구에게 유출이 아니라고 알리나요?"),
    "not_leaked": _("유출되지 않은 것으로 확인한 정보"),
    "contact_points": _("사고의 연락처"),
}


def languages(name: str) -> tuple[str, ...]:
    """In which a text is written."""
    return ("ko", "en", "easy") if name in EASY else ("ko", "en")


def heading(name: str) -> StrOrPromise:
    """1 유출된 개인정보의 항목"""
    item = ITEMS.get(name)
    return f"{item.number} {item.law}" if item else HEADINGS[name]


def reference(name: str) -> str:
    """The law behind a text, or nothing."""
    return ITEMS[name].reference if name in ITEMS else ""


def place(name: str, language: str) -> str:
    """1 유출된 개인정보의 항목 · 한국어"""
    return f"{heading(name)} · {LANGUAGES[language]}" if language else str(heading(name))

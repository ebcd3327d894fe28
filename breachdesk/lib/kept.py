"""Parts of pages that are the same for many people, rendered once for each language and each set of values they are given.

    {% kept "lookup/parts/step.html" step=row.step is_now=row.is_now fresh csrf_token=csrf_token %}

What stands before `fresh` is the key: a part that is given the same is the same, so nothing that was kept is ever old. It is
given plain values only: a row of the database would be equal to itself after a change. What is a person's own stands behind
`fresh`: it is put into its places anew for every page, is no part of any key and is not kept; the part can only say where
(`{{ csrf_token }}`), not ask or change it.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from functools import lru_cache
from typing import Any

from django import template
from django.db.models import Model
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.template.loader import get_template
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

AT_MOST = 2000
PLACE = re.compile("\x00(\\w+)\x00")

Values = tuple[tuple[str, Hashable], ...]


@lru_cache(maxsize=AT_MOST)
def pieces(part: str, language: str, values: Values, fresh: tuple[str, ...]) -> list[str]:
    """The rendered part, cut at its places: text, the name of what comes there, text, and so on."""
    places = {name: SafeString(f"\x00{name}\x00") for name in fresh}
    return PLACE.split(get_template(part).render({**dict(values), **places}))


class Kept(template.Node):
    def __init__(self, part: str, values: dict[str, FilterExpression], fresh: dict[str, FilterExpression]) -> None:
        self.part, self.values, self.fresh = part, values, fresh

    def render(self, context: template.Context) -> SafeString:
        values = tuple((name, _plain(value.resolve(context))) for name, value in self.values.items())
        found = pieces(self.part, get_language() or "", values, tuple(self.fresh))
        if len(found) > 1:
            fresh = {name: conditional_escape(value.resolve(context)) for name, value in self.fresh.items()}
            found = [fresh[piece] if place % 2 else piece for place, piece in enumerate(found)]
        return SafeString("".join(found))


def _plain(value: Any) -> Hashable:
    if isinstance(value, Model):
        raise TypeError(f"{type(value).__name__} is a row of the database: a kept part is given its values")
    return tuple(_plain(each) for each in value) if isinstance(value, (list, tuple)) else value


def tag(parser: Parser, token: Token) -> Kept:
    _name, part, *words = token.split_contents()
    values = token_kwargs(words, parser)
    fresh = token_kwargs(words[1:], parser) if words[:1] == ["fresh"] else {}
    if len(words) != (len(fresh) + 1 if fresh else 0) or part[0] not in "\"'":
        raise template.TemplateSyntaxError('{% kept "part.html" name=value … fresh name=value … %}')
    return Kept(part[1:-1], values, fresh)

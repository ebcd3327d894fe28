"""What the catalogue of English words cannot see by itself."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings

HOUSE = Path(settings.BASE_DIR)
PLURAL = re.compile(r'^msgid "(.+)"\nmsgid_plural', re.MULTILINE)
BLOCK = re.compile(r"{% blocktranslate ([^%]*)%}(.*?){% endblocktranslate %}", re.DOTALL)


def test_a_number_that_has_a_plural_is_always_said_with_it() -> None:
    """Korean has none, so a count that is not given reads right there and "1,325 person" in English."""
    plural = set(PLURAL.findall((HOUSE / "locale/en/LC_MESSAGES/django.po").read_text()))
    assert plural
    templates = [path for path in (HOUSE / "templates").rglob("*") if path.suffix in {".html", ".txt"}]
    wrong = [
        f"{path.relative_to(HOUSE)}: {words}"
        for path in templates
        for how, words in BLOCK.findall(path.read_text())
        if "count" not in how.split() and re.sub(r"{{ (\w+) }}", r"%(\1)s", words).strip() in plural
    ]
    assert not wrong, "\n".join(wrong)

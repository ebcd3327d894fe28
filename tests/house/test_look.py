"""The look keeps its promises: contrast from the stylesheet itself, nothing inline, nothing from elsewhere, nothing asked
that must never be asked."""

from __future__ import annotations

import re
from importlib import import_module, util
from itertools import pairwise
from pathlib import Path

import pytest
from django import forms
from django.conf import settings

from breachdesk.lib import icons
from breachdesk.lib.colours import contrast, parse

ROOT = Path(settings.BASE_DIR)
CSS = (ROOT / "static/css/site.css").read_text()
# An e-mail is read where no stylesheet of ours reaches; everything else is a page.
TEMPLATES = [path for path in sorted((ROOT / "templates").rglob("*.html")) if path.name != "email.html"]
# What becomes a PDF is sent to no browser, and its style stands in it (breachdesk/lib/paper.py).
PAPERS = [path for path in TEMPLATES if path.parent.name == "paper" or path.stem.endswith("_paper")]
SCRIPTS = sorted((ROOT / "static/js").glob("*.js"))

LIGHT = dict(re.findall(r"^  --([a-z0-9-]+): (#[0-9A-F]{6});", CSS, re.M))
BOTH = {name: (light, dark) for name, light, dark in re.findall(r"--([a-z0-9-]+): light-dark\((#\w+), (#\w+)\);", CSS)}

# Text on ground, and the least ratio in light and in dark.
TEXT = [
    ("ink", "sheet", 16.0, 14.0),
    ("ink-2", "sheet", 7.3, 8.0),
    ("ink-2", "paper", 6.3, 6.7),
    ("ink-2", "sunk", 6.3, 6.7),
    ("ink-2", "brand-tint", 6.3, 6.7),
    ("ink-2", "light-tint", 6.3, 6.7),
    ("ink-2", "danger-tint", 6.3, 6.7),
    ("ink-2", "good-tint", 6.3, 6.7),
    ("brand", "sheet", 9.0, 9.0),
    ("on-brand", "brand", 9.0, 9.0),
    ("on-brand", "brand-deep", 9.0, 9.0),
    ("brand-deep", "paper", 4.5, 4.5),
    ("brand-deep", "brand-tint", 4.5, 4.5),
    ("light-ink", "light-tint", 7.6, 10.6),
    ("danger", "sheet", 6.5, 8.2),
    ("danger-ink", "danger-tint", 7.6, 9.2),
    ("good", "sheet", 6.9, 9.2),
    ("good", "good-tint", 4.5, 4.5),
]
# What is not text but must be seen: borders of controls, and the shapes of states.
SHAPES = [
    ("edge", "sheet", 3.9, 4.6),
    ("edge", "paper", 3.0, 3.0),
    ("danger", "danger-tint", 3.0, 3.0),
    ("light-ink", "light-tint", 3.0, 3.0),
    ("ink", "light-tint", 3.0, 3.0),
]


@pytest.mark.parametrize(("text", "ground", "light", "dark"), TEXT + SHAPES)
def test_every_pair_of_colours_is_at_least_as_readable_as_promised(
    text: str, ground: str, light: float, dark: float
) -> None:
    for theme, least in enumerate((light, dark)):
        ratio = contrast(parse(BOTH[text][theme]), parse(BOTH[ground][theme]))
        assert round(ratio, 1) >= least, (text, ground, theme, ratio)


def test_a_browser_without_light_dark_gets_the_same_light_colours() -> None:
    assert {name: light for name, (light, _) in BOTH.items()} == LIGHT


def test_the_amber_dot_always_wears_a_ring_of_ink() -> None:
    rule = re.search(r"^\.dot-now \{(.*?)\}", CSS, re.M)
    assert rule
    assert "border: 2.5px solid var(--ring)" in rule[1]


def test_colours_are_named_once_and_used_by_name() -> None:
    """Outside the token table only the printed page and the mark, which keep their colours, name one."""
    rules = CSS.split("/* ---------- type ---------- */")[1].split("/* ---------- paper: a letter")[0]
    assert set(re.findall(r"#[0-9A-Fa-f]{3,8}\b", rules)) <= {"#0B5061", "#FFFFFF"}


def test_headings_of_the_stylesheet_are_in_one_weight_or_the_other() -> None:
    assert set(re.findall(r"font-weight: (\w+)", CSS)) <= {"400", "700"}


@pytest.mark.parametrize(
    "path", [path for path in TEMPLATES if path not in PAPERS], ids=lambda path: str(path.relative_to(ROOT))
)
def test_a_template_holds_nothing_that_the_content_security_policy_refuses(path: Path) -> None:
    html = path.read_text()
    assert not re.search(r"\sstyle\s*=", html)
    assert "<style" not in html
    assert not re.search(r"\son[a-z]+\s*=", html)
    assert "javascript:" not in html
    for script in re.findall(r"<script\b[^>]*>", html):
        assert " src=" in script or 'type="application/json"' in script, f"{script} is inline"
    for address in re.findall(r"(?:src|href|action|poster|data)=\"(https?:)?//([^\"/]+)", html):
        raise AssertionError(f"{address} is another origin")


# The reports of a pack go to Korean authorities, in Korean, whoever makes them.
IN_TWO_LANGUAGES = [path for path in TEMPLATES if "packs/paper" not in path.as_posix()]


@pytest.mark.parametrize("path", IN_TWO_LANGUAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_component_says_what_it_takes_and_leaks_no_words(path: Path) -> None:
    html = path.read_text()
    if path.parent.name == "components":
        assert html.startswith("{% comment %}"), "one line first: what it is and which parameters it takes"
    # A word of Korean outside a translate tag would stay Korean on the English page.
    bare = re.sub(r"{% comment %}.*?{% endcomment %}|{#.*?#}", "", html, flags=re.S)
    bare = re.sub(r"{% blocktranslate.*?{% endblocktranslate %}", "", bare, flags=re.S)
    bare = re.sub(r"{[%{].*?[%}]}", "", bare, flags=re.S)
    assert set(re.findall(r"[가-힣]+", bare)) <= {
        "한국어",
        "원",
    }  # the name of a language in itself; the unit after a Korean sum


def test_every_icon_that_a_template_names_is_drawn() -> None:
    drawn = set(icons.DRAWINGS)
    named: set[str] = set()
    for path in TEMPLATES:
        html = path.read_text()
        named |= set(re.findall(r'components/icon\.html" with name="(\w+)"', html))
        named |= set(re.findall(r'\bicon="(\w+)"', html))
    assert named <= drawn, named - drawn


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_writes_no_markup_and_calls_nobody_else(path: Path) -> None:
    code = path.read_text()
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|\.style\b", code)
    assert not re.search(r"https?://", code)
    assert not re.search(r"localStorage|sessionStorage|document\.cookie", code)


NEVER_ASKED = re.compile(r"card_?(number|no\b)|pan\b|cvc|cvv|pass_?word|(?<!account_)pin\b|rrn|resident|jumin", re.I)


def test_no_form_asks_for_what_must_never_be_asked() -> None:
    """Card number, CVC, password, resident registration number: no field and no hand-written input carries one."""
    for room in ("notices", "lookup", "cards", "claims"):
        if util.find_spec(f"{room}.forms") is None:
            continue
        for form in vars(import_module(f"{room}.forms")).values():
            if isinstance(form, type) and issubclass(form, forms.BaseForm):
                for name, field in getattr(form, "base_fields", {}).items():
                    assert not NEVER_ASKED.search(name), (form, name)
                    assert not isinstance(field.widget, forms.PasswordInput), (form, name)
                    assert not str(field.widget.attrs.get("autocomplete", "")).startswith("cc-"), (form, name)
    for path in TEMPLATES:
        for tag in re.findall(r"<input\b[^>]*>", path.read_text()):
            assert not NEVER_ASKED.search(tag), (path, tag)
            assert 'type="password"' not in tag, (path, tag)


def test_sizes_fall_in_the_order_the_page_reads() -> None:
    sizes = [float(re.search(rf"^{tag} {{ font-size: ([\d.]+)rem", CSS, re.M)[1]) for tag in ("h1", "h2", "h3, h4")]  # type: ignore[index]
    assert all(larger > smaller for larger, smaller in pairwise([*sizes, 1.125]))

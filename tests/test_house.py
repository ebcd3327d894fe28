"""The house itself: which room may know which, who reads the clock, what a state leads to, what is kept of people."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Field, Model
from django.urls import URLPattern, URLResolver, get_resolver

HOUSE = Path(settings.BASE_DIR)
ROOMS = ["delivery", "notices", "lookup", "cards", "claims", "support"]
# From the ground up. A foreign key points to its own step or one below.
STAIR = [
    {"accounts"},
    {"audit", "files", "limits"},
    {"delivery"},
    {"notices"},
    {"lookup"},
    {"cards"},
    {"claims"},
    {"support"},
    {"packs", "mailhouse"},
    {"desk"},
    {"verify"},
]
OURS = set().union(*STAIR)
# The edge, where the clock is read once and passed on.
EDGE = {"views.py", "tasks.py", "admin.py", "middleware.py", "health.py", "session.py", "context.py", "errors.py"}
# Processes of their own around the product.
BESIDE = {"breachdesk/launch.py", "breachdesk/demo", "breachdesk/rehearsal"}


def sources() -> list[Path]:
    folders = [HOUSE / "breachdesk", *(HOUSE / room for room in ROOMS)]
    found = [path for folder in folders for path in folder.rglob("*.py") if "migrations" not in path.parts]
    return [path for path in found if not any(path.is_relative_to(HOUSE / each) for each in BESIDE)]


def shown(path: Path) -> str:
    return str(path.relative_to(HOUSE))


def our_models() -> list[type[Model]]:
    return [model for model in apps.get_models() if model._meta.app_label in OURS]


# -- who may know whom -------------------------------------------------------------------------------------------------


def test_the_import_contracts_are_kept():
    lint = "from importlinter.cli import lint_imports_command as lint; lint(['--no-cache'])"
    done = subprocess.run([sys.executable, "-c", lint], cwd=HOUSE, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout


def test_every_room_is_on_the_stair():
    rooms = {config.label for config in apps.get_app_configs() if Path(config.path).is_relative_to(HOUSE)}
    rooms -= {"demo", "rehearsal"}

    assert {label for label in rooms if ".venv" not in apps.get_app_config(label).path} == OURS


def test_every_foreign_key_points_down_the_stair():
    step_of = {label: number for number, labels in enumerate(STAIR) for label in labels}
    upwards = [
        f"{field} -> {field.related_model._meta.label}"
        for model in our_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField)
        and field.related_model._meta.app_label in OURS
        and step_of[field.related_model._meta.app_label] > step_of[model._meta.app_label]
    ]

    assert upwards == []


def test_nothing_points_at_an_affected_record():
    from notices.models import AffectedRecord

    pointing = [
        field
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, Field) and field.is_relation and field.related_model is AffectedRecord
    ]

    assert pointing == []


def test_delivery_has_no_foreign_key_but_into_itself_and_to_staff():
    keys = [
        field
        for model in apps.get_app_config("delivery").get_models()
        for field in model._meta.fields
        if field.is_relation
    ]

    assert {field.related_model._meta.app_label for field in keys} <= {"delivery", "accounts"}


# -- the clock ---------------------------------------------------------------------------------------------------------

CLOCKS = {
    ("timezone", "now"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
}


def clock_reads(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
            owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            if (owner, node.attr) in CLOCKS:
                found.append(f"{shown(path)}:{node.lineno} {owner}.{node.attr}")
        if isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}:
            found.append(f"{shown(path)}:{node.value.lineno} {node.arg}")
    return found


def is_at_the_edge(path: Path) -> bool:
    """Pages, tasks and commands; and where a provider is called, whose signatures carry the moment of the call."""
    return path.name in EDGE or path.name.endswith("_views.py") or {"commands", "channels"} & set(path.parts)


def test_the_clock_is_read_at_the_edge_only():
    reads = [read for path in sources() if not is_at_the_edge(path) for read in clock_reads(path)]

    # An account is made by allauth and by `createsuperuser` too, which know no `at`.
    assert [read for read in reads if not read.startswith("breachdesk/accounts/models.py")] == []


# -- rules, actions, tasks ---------------------------------------------------------------------------------------------

NOT_IN_RULES = re.compile(
    r"^(django\.(?!utils\.translation)|celery|redis|httpx|os$|time$|random$|secrets$|.*\.(models|queries|actions|views)$)"
)


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", [path for path in sources() if path.name == "rules.py"], ids=shown)
def test_rules_answer_from_plain_values(path):
    assert [name for name in imported(path) if NOT_IN_RULES.match(name)] == []


@pytest.mark.parametrize("path", [path for path in sources() if path.parent.name == "lib"], ids=shown)
def test_the_lib_imports_none_of_ours_but_itself(path):
    ours = {name for name in imported(path) if name.partition(".")[0] in {"breachdesk", *ROOMS}}

    assert {name for name in ours if not name.startswith("breachdesk.lib")} == set()


def test_only_actions_are_keyword_only_writers_that_are_told_the_time():
    """Every public action of a room takes what it needs by name, the moment among it."""
    wrong = []
    for room in ROOMS:
        if not (HOUSE / room / "actions.py").exists():
            continue
        module = importlib.import_module(f"{room}.actions")
        for name, action in inspect.getmembers(module, inspect.isfunction):
            if action.__module__ != module.__name__ or name.startswith("_"):
                continue
            named = inspect.signature(inspect.unwrap(action)).parameters
            if "at" not in named or any(each.kind is not inspect.Parameter.KEYWORD_ONLY for each in named.values()):
                wrong.append(f"{room}.actions.{name}{inspect.signature(action)}")

    assert wrong == []


VIEW_WRITES = re.compile(r"\.(save|delete|create|bulk_create|update_or_create|get_or_create)\(")


def test_views_write_nothing_themselves():
    wrong = []
    for path in sources():
        if path.name != "views.py" and not path.name.endswith("_views.py"):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if (VIEW_WRITES.search(line) and "objects" in line) or re.search(r"^\s*\w+\.save\(\)", line):
                wrong.append(f"{shown(path)}:{number} {line.strip()}")

    assert wrong == []


def test_every_lock_names_the_rows_it_takes():
    """`select_for_update()` alone locks what it joins as well."""
    wrong = [
        f"{shown(path)}:{number}"
        for path in sources()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if "select_for_update(" in line and "of=" not in line
    ]

    assert wrong == []


def test_no_lock_on_an_incident_or_a_notice_keeps_the_public_waiting():
    """FOR UPDATE stops every insert that points at the row: each look and each claim names its incident."""
    wrong = [
        f"{shown(path)}:{number}"
        for path in sources()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(r"\b(Incident|Notice)\.objects\.select_for_update\(", line) and "no_key=True" not in line
    ]

    assert wrong == []


def test_no_file_is_named_for_nothing():
    nothing = {"utils.py", "helpers.py", "common.py", "core.py", "services.py", "managers.py", "misc.py"}

    assert [shown(path) for path in sources() if path.name in nothing] == []


def test_no_file_has_taken_in_another_s_job():
    long = {shown(path): n for path in sources() if (n := len(path.read_text(encoding="utf-8").splitlines())) > 420}

    assert long == {}, "past about 300 lines, split it by job"


# -- states ------------------------------------------------------------------------------------------------------------


def moves_tables() -> list[tuple[str, type[models.TextChoices], dict, object]]:
    """(name, the states, the lawful moves, the first state) of every table of moves in a states.py."""
    tables = []
    for room in ROOMS:
        if not (HOUSE / room / "states.py").exists():
            continue
        module = importlib.import_module(f"{room}.states")
        for name, value in vars(module).items():
            if name.endswith("MOVES") and isinstance(value, dict) and value:
                states = type(next(iter(value)))
                first = getattr(module, name.replace("MOVES", "FIRST"), next(iter(value)))
                tables.append((f"{room}.states.{name}", states, value, first))
    return tables


@pytest.mark.parametrize(
    ("name", "states", "moves", "first"), moves_tables(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_table_of_moves_is_total_and_every_state_can_be_reached(name, states, moves, first):
    assert set(moves) == set(states), "each state says where it may go"
    assert set().union(*moves.values()) <= set(states)

    reached, waiting = {first}, [first]
    while waiting:
        new = set(moves[waiting.pop()]) - reached
        reached |= new
        waiting += new
    assert reached == set(states)


@pytest.mark.parametrize("room", ROOMS)
def test_every_state_has_words(room):
    if not (HOUSE / room / "states.py").exists():
        pytest.skip(f"{room} has no states")
    module = importlib.import_module(f"{room}.states")
    for choices in vars(module).values():
        if inspect.isclass(choices) and issubclass(choices, models.TextChoices) and choices is not models.TextChoices:
            assert all(str(label).strip() for label in choices.labels), choices


# -- what is kept of people --------------------------------------------------------------------------------------------

# A field is personal by its name: sealed, or a keyed hash of something of a person, or a member of staff's own.
PERSONAL = re.compile(
    r"^(sealed.*|.*_hash|person_key|recipient.*|subject|email|name|password|last_login|storage_name)$"
)
NOT_OF_A_PERSON = {"notices.ContactPoint.name_ko", "cards.Breaker.name"}


def personal_fields() -> set[str]:
    return {
        f"{model._meta.app_label}.{model.__name__}.{field.name}"
        for model in our_models()
        for field in model._meta.concrete_fields
        if PERSONAL.match(field.name) and not field.is_relation
    } - NOT_OF_A_PERSON


def listed_fields() -> dict[str, list[str]]:
    """The rows of docs/PRIVACY.md's tables that begin with a field: why, who sees it, how long, what erases it."""
    rows = {}
    for line in (HOUSE / "docs" / "PRIVACY.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        for name in re.findall(r"`(\w+\.\w+\.\w+)`", cells[0] if line.startswith("|") else ""):
            rows[name] = cells[1:]
    return rows


def test_every_personal_field_is_in_privacy_md():
    assert personal_fields() - set(listed_fields()) == set()


def test_privacy_md_lists_no_field_that_is_gone():
    existing = {
        f"{m._meta.app_label}.{m.__name__}.{f.name}" for m in apps.get_models() for f in m._meta.concrete_fields
    }

    assert set(listed_fields()) - existing == set()


def test_privacy_md_says_of_each_field_why_who_how_long_and_what_erases_it():
    incomplete = [name for name, cells in listed_fields().items() if len(cells) != 4 or not all(cells)]

    assert incomplete == []


def test_what_is_sealed_is_bytes():
    wrong = [
        str(field)
        for model in our_models()
        for field in model._meta.concrete_fields
        if field.name.startswith("sealed") and field.name != "sealed_in" and not isinstance(field, models.BinaryField)
    ]

    assert wrong == []


def test_no_name_or_birth_date_of_a_cardholder_has_a_column_of_its_own():
    names = re.compile(r"(birth|phone|mobile|address$|resident|rrn|card_number|account_number|customer_ref)")
    clear = [
        str(field)
        for model in our_models()
        for field in model._meta.concrete_fields
        if names.search(field.name) and not field.name.endswith("_hash") and not field.name.startswith("sealed")
    ]

    assert clear == []


# -- addresses ---------------------------------------------------------------------------------------------------------


def all_patterns(resolver: URLResolver) -> list[URLPattern]:
    found = []
    for each in resolver.url_patterns:
        found += all_patterns(each) if isinstance(each, URLResolver) else [each]
    return found


def test_every_address_of_ours_has_a_name_or_is_a_probe():
    unnamed = [
        str(each.pattern)
        for each in all_patterns(get_resolver())
        if not each.name and each.callback.__module__.partition(".")[0] in {"breachdesk", *ROOMS}
    ]

    assert set(unnamed) <= {"healthz", "readyz"}


def test_decisions_are_numbered_in_their_order():
    told = re.findall(r"^## (\d+)\. ", (HOUSE / "docs" / "DECISIONS.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(number) for number in told] == list(range(1, len(told) + 1))

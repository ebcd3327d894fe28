"""How a list is usually brought into Django, each with its documentation's own recipe.

All of them do our job on the same rows: every row is read by csv.DictReader (or tablib), checked and cleaned by a Django form as
one would write it for this list, and sealed with the product's ordinary keys. The table has the columns and indexes of a list.
"""

from __future__ import annotations

import csv
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import phonenumbers
import tablib
from django import forms
from django.db import connection, models
from import_export import fields, resources, widgets
from postgres_copy import CopyManager

from breachdesk import keys
from notices import catalogue, rows, sealing
from notices.states import Member

SAID = {
    "import_export": "django-import-export 4.4.3 as it comes, rows a second",
    "import_export_bulk": "django-import-export 4.4.3 in its bulk mode, rows a second",
    "bulk_create": "bulk_create of 1,000 at a time, rows a second",
    "postgres_copy": "django-postgres-copy 2.8.0, rows a second",
}


class Person(models.Model):
    person_key = models.UUIDField(unique=True)
    phone_hash = models.UUIDField(null=True, db_index=True)
    email_hash = models.UUIDField(null=True, db_index=True)
    content_hash = models.UUIDField()
    member = models.CharField(max_length=13)
    language = models.CharField(max_length=2)
    items = models.TextField()
    sealed = models.BinaryField()
    objects = CopyManager()

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return str(self.person_key)


FIELDS = [field.name for field in Person._meta.fields if field.name != "id"]


def empty_table() -> None:
    with connection.schema_editor() as editor:
        editor.execute("DROP TABLE IF EXISTS bench_person")
        editor.create_model(Person)


class PersonForm(forms.Form):
    """The columns of a list (docs: CSV) and what each may hold."""

    customer_ref = forms.CharField(max_length=64)
    name = forms.CharField(max_length=80)
    birth_date = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    phone = forms.CharField(required=False)
    email = forms.EmailField(required=False)
    address = forms.CharField(required=False, max_length=300)
    card_last4 = forms.RegexField(r"^\d{4}(\|\d{4})*$", required=False)
    items = forms.CharField()
    language = forms.ChoiceField(choices=[(code, code) for code in rows.LANGUAGES], required=False)
    member = forms.ChoiceField(choices=Member.choices, required=False)

    def clean_name(self) -> str:
        return unicodedata.normalize("NFC", self.cleaned_data["name"])

    def clean_phone(self) -> str:
        if not (typed := self.cleaned_data["phone"]):
            return ""
        try:
            number = phonenumbers.parse(typed, "KR")
        except phonenumbers.NumberParseException as error:
            raise forms.ValidationError("not a phone number") from error
        if not phonenumbers.is_valid_number(number):
            raise forms.ValidationError("not a phone number")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def clean_items(self) -> str:
        items: str = self.cleaned_data["items"]
        if unknown := {item.removesuffix("?") for item in items.split("|")} - set(catalogue.ITEMS):
            raise forms.ValidationError(f"unknown items: {unknown}")
        return items

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not given.get("birth_date") and given.get("member") != Member.CORPORATE:
            self.add_error("birth_date", "required")
        return given


def cleaned(row: Mapping[str, Any]) -> dict[str, Any]:
    form = PersonForm(row)
    if not form.is_valid():
        raise forms.ValidationError(form.errors.as_json())
    return form.cleaned_data


def sealed(row: Mapping[str, Any]) -> dict[str, Any]:
    """One clean row as the product seals any other value."""
    personal = {field: str(row[field]) for field in sealing.SEALED_FIELDS if row[field]}
    person_key = keys.index("customer_ref", row["customer_ref"])
    return {
        "person_key": person_key,
        "phone_hash": keys.index("phone", row["phone"]) if row["phone"] else None,
        "email_hash": keys.index("email", row["email"]) if row["email"] else None,
        "content_hash": keys.index("notices.row", "\x1f".join(str(value) for value in row.values())),
        "member": row["member"] or Member.CURRENT,
        "language": row["language"] or "ko",
        "items": row["items"],
        "sealed": keys.seal_json(personal, bound_to=sealing.bound_to(0, person_key.hex)),
    }


def sealed_rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield sealed(cleaned(row))


# -- the peers -----------------------------------------------------------------------------------------------------------


class Bytes(widgets.Widget):
    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return bytes(value or b"").hex()


class People(resources.ModelResource):
    sealed = fields.Field(attribute="sealed", column_name="sealed", widget=Bytes())

    class Meta:
        model = Person
        fields = FIELDS
        import_id_fields = ("person_key",)

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        dataset.append_col([""] * len(dataset), header="person_key")  # it asks for the header of what it looks up by
        super().before_import(dataset, **kwargs)

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        row.update(sealed(cleaned(row)))


class PeopleInBulk(People):
    class Meta(People.Meta):
        use_bulk = True
        batch_size = 1000
        skip_diff = True
        force_init_instance = True


def import_export(path: Path, *, bulk: bool = False) -> None:
    empty_table()
    dataset = tablib.Dataset().load(path.read_text(encoding="utf-8"), format="csv")
    result = (PeopleInBulk if bulk else People)().import_data(dataset, raise_errors=True, use_transactions=True)
    assert result.totals["new"] == Person.objects.count() > 0


def bulk_create(path: Path) -> None:
    empty_table()
    Person.objects.bulk_create((Person(**row) for row in sealed_rows(path)), batch_size=1000)
    assert Person.objects.exists()


def postgres_copy(path: Path) -> None:
    empty_table()
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", newline="", dir=path.parent) as file:
        writer = csv.DictWriter(file, FIELDS)
        writer.writeheader()
        for row in sealed_rows(path):
            writer.writerow({**row, "sealed": "\\x" + row["sealed"].hex()})
        file.flush()
        Person.objects.from_csv(file.name)
    assert Person.objects.exists()

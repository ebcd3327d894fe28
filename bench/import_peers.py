"""How a list is usually brought into Django, each with its documentation's own recipe.

All of them do our job on the same rows: each row is read and checked by the product's own reader and sealed with the
product's ordinary keys; only the way into the table is theirs. The table has the columns and indexes of a list.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import tablib
from django.db import connection, models
from django.utils import timezone
from import_export import fields, resources, widgets
from postgres_copy import CopyManager

from breachdesk import keys
from notices import catalogue, rows, sealing

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


def reader(header: list[str]) -> rows.Reader:
    return rows.Reader(header, codes=catalogue.codes([]), today=timezone.localdate())


def sealed(row: rows.Row) -> dict[str, Any]:
    """One row as the product seals any other value."""
    personal = {field: value for field, value in zip(sealing.SEALED_FIELDS, row, strict=False) if value}
    person_key = keys.index("customer_ref", row.customer_ref)
    return {
        "person_key": person_key,
        "phone_hash": keys.index("phone", row.phone) if row.phone else None,
        "email_hash": keys.index("email", row.email) if row.email else None,
        "content_hash": keys.index("notices.row", "\x1f".join(row)),
        "member": row.member,
        "language": row.language,
        "items": row.items,
        "sealed": keys.seal_json(personal, bound_to=sealing.bound_to(0, person_key.hex)),
    }


def sealed_rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        records = csv.reader(file)
        read = reader(next(records)).read
        for cells in records:
            yield sealed(read(cells))


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
        self.columns = list(dataset.headers)
        self.read = reader(self.columns).read
        dataset.append_col([""] * len(dataset), header="person_key")  # it asks for the header of what it looks up by
        super().before_import(dataset, **kwargs)

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        row.update(sealed(self.read([row[column] for column in self.columns])))


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

"""The files when the keys are changed: their bytes lie under keys of their own, which are sealed in the rows."""

from breachdesk.files.models import StoredFile
from breachdesk.resealing import Part, Table

PARTS: list[Part] = [
    Table(
        StoredFile,
        sealed={
            "sealed_key": lambda stored: f"files.key:{stored.id}",
            "sealed_name": lambda stored: f"files.name:{stored.id}",
        },
    )
]

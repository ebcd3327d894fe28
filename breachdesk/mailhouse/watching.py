"""What happens to letters without a hand: somebody uses a code, an archive's days are over. Writers."""

from __future__ import annotations

import datetime as dt

from django.core.files.storage import default_storage
from django.db import transaction

from breachdesk import audit
from breachdesk.mailhouse import batches, making, queries, states
from breachdesk.mailhouse.models import Batch, Letter, Part
from delivery import carrying
from notices import looking_again

BATCH = 500
# What a killed worker left behind has nobody's key; its writer may still be at work.
LEFT_AFTER = dt.timedelta(days=1)


def hear_of_use(*, at: dt.datetime) -> int:
    """Whoever used the code of a letter has got it: proof of its arrival. Says of how many."""
    heard = 0
    while count := _hear_next(at=at):
        heard += count
    return heard


@transaction.atomic
def _hear_next(*, at: dt.datetime) -> int:
    used = Letter.objects.filter(
        code__used_at__isnull=False, arrived_at=None, returned_at=None, batch__state__in=states.OUT
    )
    rows = used.select_for_update(of=("self",), skip_locked=True).select_related("code", "message").order_by("pk")
    letters = list(rows[:BATCH])
    for letter in letters:
        assert letter.code is not None
        letter.arrived_at = letter.code.used_at
        carrying.arrived(pk=letter.message_id, happened_at=letter.code.used_at or at, at=at)
    Letter.objects.bulk_update(letters, ["arrived_at"])
    looking_again.look_now_at([letter.message.key for letter in letters], at=at)
    return len(letters)


def forget_archives(*, at: dt.datetime) -> int:
    """Erases what nobody needs in clear any more. That letters were made, and how many, stays."""
    gone = 0
    for pk in queries.archives_to_forget(at=at).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            batch = Batch.objects.select_for_update(of=("self",)).get(pk=pk)
            if not batch.has_file:
                continue
            batches.erase(batch)
            batch.forgotten_at = at
            batch.save(update_fields=["forgotten_at"])
            audit.record(kind="mailhouse.archive_forgotten", by=None, about=batch.about, at=at)
        gone += 1
    return gone


def sweep(*, at: dt.datetime) -> int:
    """Objects that no row names."""
    try:
        _folders, names = default_storage.listdir(making.FOLDER)
    except FileNotFoundError:
        return 0
    kept = {
        name
        for model in (Batch, Part)
        for name in model._default_manager.exclude(storage_name="").values_list("storage_name", flat=True)
    }
    gone = 0
    for name in (f"{making.FOLDER}/{each}" for each in names):
        if name not in kept and default_storage.get_modified_time(name) < at - LEFT_AFTER:
            default_storage.delete(name)
            gone += 1
    return gone

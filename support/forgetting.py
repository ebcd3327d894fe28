"""What of this room need not be kept any more."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from breachdesk import audit, files
from support import inquiring, rules
from support.callback_models import CallBack, Slot
from support.inquiry_models import Attachment, Inquiry
from support.states import Inquiry as State

BATCH = 200


def forget_old_inquiries(*, at: dt.datetime) -> int:
    """Closes what was answered and has rested; erases threads, with their files, so long after the last word."""
    rested = Inquiry.objects.filter(state=State.ANSWERED, written_at__lte=at - rules.CLOSES_AFTER)
    for inquiry in rested.order_by("pk")[:BATCH]:
        inquiring.close(inquiry=inquiry, by=None, at=at)
    gone = 0
    while count := _forget_batch(at=at):
        gone += count
    return gone


def forget_old_call_backs(*, at: dt.datetime) -> int:
    """So long after their time, whatever became of them; and the times themselves."""
    with transaction.atomic():
        before = at - rules.KEEP_CALL_BACK
        gone = CallBack.objects.filter(slot__ends_at__lte=before).delete()[0]
        Slot.objects.filter(ends_at__lte=before).delete()
        if gone:
            audit.record(kind="support.call_backs_forgotten", by=None, about="room:support", at=at, call_backs=gone)
    return gone


def _forget_batch(*, at: dt.datetime) -> int:
    with transaction.atomic():
        old = Inquiry.objects.filter(written_at__lte=at - rules.KEEP_INQUIRY).exclude(state=State.WAITING)
        held = list(old.select_for_update(of=("self",)).order_by("pk")[:BATCH])
        stored = [
            each.file
            for each in Attachment.objects.filter(post__inquiry__in=held).select_related("file").order_by("pk")
        ]
        for inquiry in held:
            inquiry.delete()
        for each in stored:
            files.erase(each)
        if held:
            audit.record(kind="support.inquiries_forgotten", by=None, about="room:support", at=at, inquiries=len(held))
    return len(held)

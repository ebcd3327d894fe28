"""What somebody asked, entry by entry, and how it stands."""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from breachdesk import keys
from breachdesk.accounts.models import User
from breachdesk.files.models import StoredFile
from breachdesk.lib.contacts import Contact
from lookup.models import Person
from notices.models import Incident
from support import states
from support.states import IllegalMove
from support.states import Inquiry as State

STAFF = settings.AUTH_USER_MODEL


class InquiryQuerySet(models.QuerySet["Inquiry"]):
    def unanswered(self) -> InquiryQuerySet:
        return self.filter(state=State.WAITING)

    def due_on(self, day: dt.date) -> InquiryQuerySet:
        return self.unanswered().filter(answer_by_date=day)

    def overdue(self, *, today: dt.date) -> InquiryQuerySet:
        return self.unanswered().filter(answer_by_date__lt=today)


class Inquiry(models.Model):
    """One thread. Whose it is: the person's, where one was known; else of whoever proves its contact; else nobody's but the desk's.

    `reference` is a name, not a key: ownership is in the queryset.
    """

    # Bound into the sealed contact of this row.
    seal_id = models.UUIDField(default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=13, unique=True)
    # Keyed hash of the form it came by and what was typed: sent twice, it is one.
    once = models.UUIDField(null=True, unique=True)
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=states.InquiryKind.choices)
    source = models.CharField(max_length=6, choices=states.Source.choices)
    state = models.CharField(max_length=8, choices=State.choices)
    language = models.CharField(max_length=2)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="inquiries")
    # Where the answer is announced; proved, or only typed. Null: nowhere.
    contact_kind = models.CharField(max_length=5, blank=True)
    contact_hash = models.UUIDField(null=True, db_index=True)
    # The key that it is hashed with.
    index_key = models.CharField(max_length=20, blank=True, db_default="")
    sealed_contact = models.BinaryField(null=True)
    # The promised day, of what was written last.
    answer_by_date = models.DateField()
    asked_at = models.DateTimeField()
    # Of the last entry of either side.
    written_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    # Whoever has taken it; null: in the queue.
    taken_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    # Raised by every change: a form that was opened on an older one is told so.
    version = models.PositiveIntegerField(default=1)

    objects = InquiryQuerySet.as_manager()

    class Meta:
        permissions = [
            ("answer_inquiry", "Can take an inquiry and answer it"),
        ]
        constraints = [
            models.CheckConstraint(
                name="support_inquiry_contact_whole",
                condition=Q(contact_kind="", contact_hash=None, sealed_contact=None)
                | (~Q(contact_kind="") & Q(contact_hash__isnull=False, sealed_contact__isnull=False)),
            ),
            models.CheckConstraint(
                name="support_inquiry_stamps_agree_with_its_state",
                condition=Q(state=State.WAITING, closed_at=None)
                | Q(state=State.ANSWERED, answered_at__isnull=False, closed_at=None)
                | Q(state=State.CLOSED, closed_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index("answer_by_date", "id", name="support_inquiry_due", condition=Q(state=State.WAITING)),
            models.Index("written_at", name="support_inquiry_last_word"),
        ]

    def __str__(self) -> str:
        return self.reference

    def move(self, *, to: State, by: User | None, at: dt.datetime) -> None:
        """The only way a state changes: state, stamp and history row together. Raises IllegalMove."""
        source = State(self.state) if self.state else None
        if to not in ({states.INQUIRY_FIRST} if source is None else states.INQUIRY_MOVES[source]):
            raise IllegalMove(f"{source} -> {to}")
        self.state = to
        if to == State.ANSWERED:
            self.answered_at = at
        elif to == State.CLOSED:
            self.closed_at = at
        if self._state.adding:
            self.save(force_insert=True)
        else:
            self.version += 1
            self.save()
        actor = by if by is not None and by.pk else None
        InquiryMove.objects.create(inquiry=self, from_state=source or "", to_state=to, at=at, by=actor)

    @property
    def is_open(self) -> bool:
        return self.state in states.INQUIRY_OPEN

    @property
    def contact(self) -> Contact | None:
        if self.sealed_contact is None:
            return None
        plain = keys.unseal(self.sealed_contact, bound_to=self.bound("contact")).decode()
        return Contact("email" if self.contact_kind == "email" else "phone", plain)

    def bound(self, column: str) -> str:
        """Where a sealed value of this row may be opened."""
        return f"support.inquiry.{column}:{self.seal_id}"


class InquiryMove(models.Model):
    """One move, never changed."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="moves")
    from_state = models.CharField(max_length=8, blank=True)
    to_state = models.CharField(max_length=8, choices=State.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.inquiry_id} {self.to_state}"


class Post(models.Model):
    """One entry of the thread, never changed. `by`: whoever wrote it down, which of an asker's entry may be staff."""

    inquiry = models.ForeignKey(Inquiry, on_delete=models.CASCADE, related_name="posts")
    seal_id = models.UUIDField(default=uuid.uuid4, editable=False)
    once = models.UUIDField(null=True, unique=True)
    side = models.CharField(max_length=5, choices=states.Side.choices)
    sealed_text = models.BinaryField()
    at = models.DateTimeField()
    by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                name="support_post_of_staff_names_who",
                condition=Q(side=states.Side.ASKER) | Q(side=states.Side.STAFF, by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.inquiry_id} {self.side}"

    @property
    def text(self) -> str:
        return keys.unseal(self.sealed_text, bound_to=self.bound).decode()

    @property
    def bound(self) -> str:
        return f"support.post.text:{self.seal_id}"


class Attachment(models.Model):
    """A file sent along with an entry."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="attachments")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.post_id} {self.file_id}"

"""Words on their way to an address. Nothing here knows why they are sent: `about` is a string, never a foreign key."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import models
from django.db.models import Q

from breachdesk import keys
from breachdesk.lib.contacts import Contact
from breachdesk.lib.postal import PostalAddress
from delivery import check_codes, states
from delivery.states import Lane, State
from delivery.template_models import TemplateVersion as TemplateVersion
from delivery.words import Words

# Nothing more is done with these by us; a receipt may still say what became of them.
SETTLED = (State.ACCEPTED, State.DELIVERED, State.FAILED, State.EXPIRED, State.CANCELLED)
# To be sent, or to be asked about again. An unknown one that we have given up on has its `settled_at`.
OPEN = Q(state__in=[State.WAITING, State.UNKNOWN], settled_at__isnull=True)
# A letter is asked of no provider: it waits until a batch for the mail house takes it (carrying.py).
TO_SEND = OPEN & ~Q(channel=states.Channel.LETTER)
LETTERS_WAITING = Q(channel=states.Channel.LETTER, state=State.WAITING)
OPENING_LENGTH = 200
# No provider was asked, because the won of its minute or day are spent (budgets.py).
TOO_DEAR = Q(last_problem__in=["won-a-minute", "won-a-day"])
SAID_SOMETHING = ~Q(code="")
# Given up without knowing whether they arrived.
SET_ASIDE = Q(state=State.UNKNOWN, settled_at__isnull=False)
NOT_ARRIVED = Q(state__in=[State.FAILED, State.UNKNOWN, State.EXPIRED])


class Forgotten(Exception):
    """The words and the address were blanked when their time had passed."""


def opened_recipient(pk: uuid.UUID, channel: str, sealed: keys.Stored | None) -> Contact | PostalAddress:
    """Raises Forgotten, keys.CannotOpen."""
    if sealed is None:
        raise Forgotten(pk)
    value = keys.unseal(sealed, bound_to=f"delivery.recipient:{pk}").decode()
    if channel == states.Channel.LETTER:
        return PostalAddress.read(value)
    return Contact("email" if channel == states.Channel.EMAIL else "phone", value)


def opened_words(
    pk: uuid.UUID, sealed: keys.Stored | None, *, occasion: str, language: str, opening: str, template: str | None
) -> Words:
    """`template`: the operator's code of an AlimTalk's. Raises Forgotten, keys.CannotOpen."""
    if sealed is None:
        raise Forgotten(pk)
    subject, text, *more = keys.unseal_json(sealed, bound_to=f"delivery.words:{pk}")
    if template is None:
        return Words(occasion, language, subject, text, opening)
    [variables] = more
    return Words(occasion, language, subject, text, opening, variables, template)


class Messages(models.QuerySet["Message"]):
    def open(self) -> Messages:
        return self.filter(OPEN)

    def due(self, *, at: dt.datetime) -> Messages:
        """May leave now: never one that is held back or whose time to be of use has passed."""
        return self.filter(TO_SEND, due_at__lte=at, held_at__isnull=True).exclude(expires_at__lte=at)

    def letters_waiting(self, *, at: dt.datetime) -> Messages:
        """May be gathered now."""
        return self.filter(LETTERS_WAITING, due_at__lte=at, held_at__isnull=True).exclude(expires_at__lte=at)

    def unsettled(self, *, about: str) -> Messages:
        return self.filter(about=about, settled_at__isnull=True)

    def held(self, *, lease: uuid.UUID) -> Messages:
        """Still ours to record: nobody else took it, no receipt settled it."""
        return self.filter(state=State.SENDING, lease=lease)


class Message(models.Model):
    """One message to one address. Its `id` is the idempotency key every provider sees, and never changes."""

    id = models.UUIDField(primary_key=True, editable=False)
    # Chosen by the sender (`claim-received:17`): the same occasion put twice is one message.
    key = models.CharField(max_length=120)
    about = models.CharField(max_length=80, blank=True)
    occasion = models.CharField(max_length=60)
    lane = models.CharField(max_length=10, choices=Lane.choices)
    channel = models.CharField(max_length=10, choices=states.Channel.choices)
    language = models.CharField(max_length=2)
    recipient_hash = models.UUIDField(db_index=True)
    # The key that both hashes are made with; empty: hashed before its name was kept.
    index_key = models.CharField(max_length=20, blank=True, db_default="")
    # The check code in its words, and what may be said of it to whoever types that: never whom it went to. Not forgotten with
    # the words: a message can be checked for as long as somebody may still hold it. Null: a one-time code, or older than codes.
    code_hash = models.UUIDField(null=True)
    sealed_code = models.BinaryField(null=True)
    opening = models.CharField(max_length=OPENING_LENGTH, blank=True, db_default="")
    # The registered number or address it left from.
    sender = models.CharField(max_length=200, blank=True, db_default="")
    # Of an AlimTalk: the version of the template that its words are made of.
    template = models.ForeignKey(TemplateVersion, on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    # Both null once forgotten. The words are JSON of subject and text, and of what fills a template's places.
    sealed_recipient = models.BinaryField(null=True)
    sealed_words = models.BinaryField(null=True)

    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    put_at = models.DateTimeField()
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    # Since then it must not leave, until it is let go.
    held_at = models.DateTimeField(null=True)
    # For so long it was held back since a provider was first asked, this time not counted.
    held_for = models.DurationField(default=dt.timedelta, db_default=dt.timedelta())
    leased_until = models.DateTimeField(null=True)
    # Compare-and-set: only the holder of the current lease may record what became of it.
    lease = models.UUIDField(null=True)
    # Leases that ran out while the provider was being asked: what kills its sender again and again is set aside.
    lost_leases = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    # Some try may have reached the provider without our hearing its yes.
    in_doubt = models.BooleanField(default=False)
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    provider = models.CharField(max_length=40, blank=True)
    provider_id = models.CharField(max_length=200, blank=True)
    last_problem = models.CharField(max_length=120, blank=True)

    objects = Messages.as_manager()

    class Meta:
        permissions = [("handle_message", "may have a message sent again, or call it back")]
        # Each is written anew whenever a message moves, twice for one that leaves: none that nobody asks. (Django would add
        # another beside every unique or indexed column of text, for searches by its beginning.)
        indexes = [
            models.Index("about", name="delivery_message_about"),
            models.Index("lane", "due_at", name="delivery_message_to_send", condition=TO_SEND),
            models.Index("about", "put_at", "id", name="delivery_message_letters", condition=LETTERS_WAITING),
            models.Index("expires_at", name="delivery_message_expiring", condition=OPEN & Q(expires_at__isnull=False)),
            models.Index("leased_until", name="delivery_message_leased", condition=Q(state=State.SENDING)),
            models.Index("about", name="delivery_message_unsettled", condition=Q(settled_at__isnull=True)),
            # As staff read them: newest first, and those that did not arrive.
            models.Index("put_at", "id", name="delivery_message_newest"),
            models.Index("put_at", "id", name="delivery_message_not_arrived", condition=NOT_ARRIVED),
            models.Index("code_hash", name="delivery_message_by_code", condition=Q(code_hash__isnull=False)),
            models.Index("put_at", name="delivery_message_set_aside", condition=SET_ASIDE),
            models.Index("due_at", name="delivery_message_too_dear", condition=TOO_DEAR),
            models.Index("template", name="delivery_message_of_template", condition=Q(template__isnull=False)),
            models.Index("settled_at", name="delivery_message_to_forget", condition=Q(sealed_recipient__isnull=False)),
        ]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="delivery_message_key_once"),
            models.CheckConstraint(
                name="delivery_message_sending_holds_a_lease",
                condition=Q(state=State.SENDING, leased_until__isnull=False, lease__isnull=False)
                | (~Q(state=State.SENDING) & Q(leased_until__isnull=True, lease__isnull=True)),
            ),
            models.CheckConstraint(
                name="delivery_message_accepted_has_sent_at",
                condition=~Q(state__in=[State.ACCEPTED, State.DELIVERED]) | Q(sent_at__isnull=False),
            ),
            models.CheckConstraint(
                name="delivery_message_end_has_settled_at",
                condition=~Q(state__in=SETTLED) | Q(settled_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.occasion} {self.id}"

    @property
    def handed(self) -> bool:
        """To the mail house: a letter that may be in somebody's hands, though it is not known to be posted."""
        return self.channel == states.Channel.LETTER and bool(self.provider)

    @property
    def recipient(self) -> Contact | PostalAddress:
        """Raises Forgotten, keys.CannotOpen."""
        return opened_recipient(self.id, self.channel, self.sealed_recipient)

    @recipient.setter
    def recipient(self, contact: Contact | PostalAddress) -> None:
        self.recipient_hash, self.index_key = keys.index(contact.kind, contact.hashed), keys.index_keys().active
        self.sealed_recipient = keys.seal(contact.value, bound_to=f"delivery.recipient:{self.id}")

    @property
    def words(self) -> Words:
        """Raises Forgotten, keys.CannotOpen."""
        return opened_words(
            self.id,
            self.sealed_words,
            occasion=self.occasion,
            language=self.language,
            opening=self.opening,
            template=self.template.code if self.template else None,
        )

    @words.setter
    def words(self, words: Words) -> None:
        self.occasion, self.language, self.opening = words.occasion, words.language, words.opening[:OPENING_LENGTH]
        said = [words.subject, words.text, *([dict(words.variables)] if words.template else [])]
        self.sealed_words = keys.seal_json(said, bound_to=f"delivery.words:{self.id}")

    @property
    def code(self) -> str:
        """Empty where it has none. Raises keys.CannotOpen."""
        if self.sealed_code is None:
            return ""
        return keys.unseal(bytes(self.sealed_code), bound_to=f"delivery.code:{self.id}").decode()

    @code.setter
    def code(self, code: str) -> None:
        self.code_hash = keys.index(check_codes.KIND, code)
        self.sealed_code = keys.seal(code, bound_to=f"delivery.code:{self.id}")

    def move(self, to: State, *, at: dt.datetime, by_hand: bool = False, **changes: Any) -> None:
        """On a locked row. Its history is its attempts and receipts. Raises IllegalMove."""
        if not states.may_move(self.state, to, by_hand=by_hand):
            raise states.IllegalMove(f"{self.id}: {self.state} to {to}")
        self.state = to
        self.lease = self.leased_until = None
        for name, value in changes.items():
            setattr(self, name, value)
        if to in SETTLED:
            self.settle(at=at)
        self.save()

    def settle(self, *, at: dt.datetime) -> None:
        """Nothing more is done with it by us. A code that has left, or never will, is worth nothing but to a thief."""
        self.settled_at = self.settled_at or at
        if self.lane == Lane.CODE:
            self.sealed_words = None


class Share(models.Model):
    """How messages are shared out between two providers (steering.py): one row a way."""

    way = models.CharField(max_length=10, primary_key=True)
    # Percent of the first provider; the second has the rest.
    first = models.PositiveSmallIntegerField()
    moved_at = models.DateTimeField(null=True)
    trouble_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(name="delivery_share_is_a_percentage", condition=Q(first__lte=100))]

    def __str__(self) -> str:
        return f"{self.way}: {self.first} %"


class Outage(models.Model):
    """A way of which no provider takes anything (outages.py): one row a way."""

    way = models.CharField(max_length=10, primary_key=True)
    # Messages that no provider took, with nothing taken in between; no more are counted than it takes.
    in_a_row = models.PositiveSmallIntegerField()
    since = models.DateTimeField(null=True)
    # When a few are tried again.
    try_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="delivery_outage_is_tried_again",
                condition=Q(since__isnull=True, try_at__isnull=True) | Q(since__isnull=False, try_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.way}: {self.in_a_row}"


class Heartbeat(models.Model):
    """When word last went the whole way: from beat through the broker to a worker and into this row. One row."""

    name = models.CharField(max_length=20, primary_key=True)
    arrived_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.arrived_at}"


class Attempt(models.Model):
    """One call to a provider and what it answered, in the provider's code, never the words or the address.

    Written before the call: an attempt without an end may have reached the provider.
    """

    # Its index is the one of the constraint.
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attempts", db_index=False)
    number = models.PositiveSmallIntegerField()
    provider = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=states.Outcome.choices, blank=True)
    code = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("message", "number", name="delivery_attempt_number_once")]
        indexes = [models.Index("started_at", "code", name="delivery_attempt_codes", condition=SAID_SOMETHING)]

    def __str__(self) -> str:
        return f"{self.message_id} #{self.number} {self.outcome}"


class Receipt(models.Model):
    """What a provider told us afterwards. Its event id, behind the provider's name, is good once."""

    event_id = models.CharField(max_length=160, primary_key=True)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="receipts")
    state = models.CharField(max_length=10, choices=State.choices)
    code = models.CharField(max_length=120, blank=True)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index("received_at", "code", name="delivery_receipt_codes", condition=SAID_SOMETHING)]

    def __str__(self) -> str:
        return f"{self.message_id} {self.state}"

"""Words on their way to an address. Nothing here knows why they are sent: `about` is a string, never a foreign key."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from breachdesk import keys
from breachdesk.lib.contacts import Contact
from delivery import states


class Message(models.Model):
    """One message to one address. Its `id` is the idempotency key every provider sees, and never changes."""

    id = models.UUIDField(primary_key=True, editable=False)
    # Chosen by the sender (`claim-received:17`): the same occasion put twice is one message.
    key = models.CharField(max_length=120, unique=True)
    about = models.CharField(max_length=80, blank=True, db_index=True)
    occasion = models.CharField(max_length=60)
    lane = models.CharField(max_length=10, choices=states.Lane.choices)
    channel = models.CharField(max_length=10, choices=states.Channel.choices)
    language = models.CharField(max_length=2)
    recipient_hash = models.UUIDField(db_index=True)
    sealed_recipient = models.BinaryField()
    # JSON of subject and text; null once blanked after its retention.
    sealed_words = models.BinaryField(null=True)

    state = models.CharField(max_length=10, choices=states.State.choices, default=states.State.WAITING)
    put_at = models.DateTimeField()
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    leased_until = models.DateTimeField(null=True)
    # Compare-and-set: only the holder of the current lease may record what became of it.
    lease = models.UUIDField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    provider = models.CharField(max_length=40, blank=True)
    provider_id = models.CharField(max_length=120, blank=True, db_index=True)
    last_problem = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes = [
            models.Index(
                "lane",
                "due_at",
                name="delivery_message_due",
                condition=Q(state=states.State.WAITING),
            ),
            models.Index("leased_until", name="delivery_message_leased", condition=Q(state=states.State.SENDING)),
        ]
        constraints = [
            models.CheckConstraint(
                name="delivery_message_sending_holds_a_lease",
                condition=~Q(state=states.State.SENDING) | Q(leased_until__isnull=False, lease__isnull=False),
            ),
            models.CheckConstraint(
                name="delivery_message_accepted_has_sent_at",
                condition=~Q(state__in=[states.State.ACCEPTED, states.State.DELIVERED]) | Q(sent_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.occasion} {self.id}"

    @property
    def recipient(self) -> Contact:
        kind = "email" if self.channel == states.Channel.EMAIL else "phone"
        return Contact(kind, keys.unseal(self.sealed_recipient, bound_to=f"delivery.recipient:{self.id}").decode())


class Attempt(models.Model):
    """One call to a provider and what it answered, in the provider's code, never the words or the address."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    provider = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=states.Outcome.choices, blank=True)
    code = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint("message", "number", name="delivery_attempt_number_once")]

    def __str__(self) -> str:
        return f"{self.message_id} #{self.number} {self.outcome}"


class Receipt(models.Model):
    """What a provider told us afterwards. Its event id is good once."""

    event_id = models.CharField(max_length=120, primary_key=True)
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="receipts")
    state = models.CharField(max_length=10, choices=states.State.choices)
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.message_id} {self.state}"

"""The incident, its lists of affected people, and the published word about it."""

from __future__ import annotations

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from notices import duties, states

STAFF = settings.AUTH_USER_MODEL


def all_acts() -> list[str]:
    """A card issuer's leak falls under each of them, until somebody says otherwise."""
    return list(duties.ACTS)


class Incident(models.Model):
    """One leak: what happened, by whose law it is told, and which list answers for it now."""

    slug = models.SlugField(max_length=40, unique=True)
    title_ko = models.CharField(max_length=120)
    title_en = models.CharField(max_length=160)
    # Who takes reports of harm: item 5 of a notice.
    department_ko = models.CharField(max_length=80)
    department_en = models.CharField(max_length=120)
    # Half-open: the leak went on from `leak_started_at` until `leak_ended_at`.
    leak_started_at = models.DateTimeField()
    leak_ended_at = models.DateTimeField()
    # T0 of every clock: 유출 인지 시각.
    learned_at = models.DateTimeField()
    time_zone = models.CharField(max_length=40, default="Asia/Seoul")
    # What notices.duties judges by: acts under which the leak falls; null everywhere below: not known yet.
    legal_acts = ArrayField(models.CharField(max_length=10), default=all_acts, blank=True)
    # Until a list answers, its people count.
    people_estimate = models.PositiveIntegerField(null=True)
    outside_access = models.BooleanField(null=True)
    # Sensitive data or unique identifiers (민감정보·고유식별정보) leaked; null: as the leaked items say.
    unique_ids = models.BooleanField(null=True)
    # Extra leaked items of this incident, in the shape of notices.catalogue.Item.
    extra_items = models.JSONField(default=list, blank=True)
    # Codes confirmed as *not* leaked, as far as is known now: said in every answer.
    not_leaked = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    # Advance compensation: until which day (inclusive) a claim may be filed, and the cap for one claim.
    claims_until_date = models.DateField(null=True)
    claim_cap = models.PositiveBigIntegerField(null=True)
    # When staff last closed the service for claims, from when it is open again (null: nobody knows yet), what is said
    # meanwhile, and the last day as it stood then: notices/service.py.
    claims_closed_at = models.DateTimeField(null=True)
    claims_opens_at = models.DateTimeField(null=True)
    claims_message_ko = models.TextField(blank=True)
    claims_message_en = models.TextField(blank=True)
    claims_until_before = models.DateField(null=True)
    currency = models.CharField(max_length=3, default="KRW")
    decide_within_business_days = models.PositiveSmallIntegerField(default=5)
    # On which day everything about it was done: it stays in the catalogue and leaves the front page to others.
    ended_date = models.DateField(null=True)
    # The list that answers look-ups. Moving this pointer is what activating means.
    active_dataset = models.OneToOneField("Dataset", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="notices_incident_leak_begins_before_it_ends", condition=Q(leak_started_at__lt=F("leak_ended_at"))
            ),
            models.CheckConstraint(
                name="notices_incident_claims_are_closed_with_a_reason",
                condition=Q(claims_closed_at__isnull=True, claims_opens_at__isnull=True)
                | Q(claims_closed_at__isnull=False, claims_until_before__isnull=False)
                & (Q(claims_opens_at__isnull=True) | Q(claims_closed_at__lte=F("claims_opens_at")))
                & ~Q(claims_message_ko="")
                & ~Q(claims_message_en=""),
            ),
        ]

    def __str__(self) -> str:
        return self.slug


class Tier(models.Model):
    """A group of affected people told the same: those with any of `any_of` leaked. The first that fits counts."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="tiers")
    number = models.PositiveSmallIntegerField()
    name_ko = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    # Empty: everybody else.
    any_of = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    advice_ko = models.TextField()
    advice_en = models.TextField()

    class Meta:
        ordering = ["incident", "number"]
        constraints = [models.UniqueConstraint("incident", "number", name="notices_tier_number_once")]

    def __str__(self) -> str:
        return f"{self.incident} tier {self.number}"


class Remedy(models.Model):
    """What affected people may have beside advance compensation. Each ends by itself: nothing turns into something paid for."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="remedies")
    position = models.PositiveSmallIntegerField()
    name_ko = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    words_ko = models.TextField(blank=True)
    words_en = models.TextField(blank=True)
    # Numbers of the tiers it is for, 0 for those of whom nothing is sure; empty: everybody on the list.
    tiers = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    how = models.CharField(max_length=9, choices=states.HowToGet.choices)
    # The last days on which it may be asked for, and on which it lasts; or how long it lasts, in words.
    ask_until_date = models.DateField(null=True)
    ends_date = models.DateField(null=True)
    lasts_ko = models.CharField(max_length=80, blank=True)
    lasts_en = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["incident", "position"]
        constraints = [
            models.CheckConstraint(
                name="notices_remedy_has_an_end", condition=Q(ends_date__isnull=False) | ~Q(lasts_ko="")
            )
        ]

    def __str__(self) -> str:
        return f"{self.incident} remedy {self.position}"


# All of a list's columns but those that say when and by whom it was activated.
FACTS_CHANGED = pgtrigger.AnyChange(
    "incident",
    "number",
    "mode",
    "base",
    "sha256",
    "file_name",
    "data_key",
    "index_key",
    "figures",
    "people",
    "imported_at",
    "imported_by",
)


class Dataset(models.Model):
    """One immutable list. A correction is a new one; activating moves the incident's pointer."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="datasets")
    number = models.PositiveIntegerField()
    mode = models.CharField(max_length=8, choices=states.Mode.choices)
    base = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="corrections")
    # Of the file as received; the same bytes are imported once.
    sha256 = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200)
    data_key = models.CharField(max_length=20)
    index_key = models.CharField(max_length=20)
    # Of the import: rows, inserted, updated, unchanged, rejected{reason: n}, no_contact, gone
    figures = models.JSONField(default=dict)
    # On the whole list, those taken over from the one before included.
    people = models.PositiveIntegerField()
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    # Two people: one proposes that the list should answer, another confirms.
    activated_at = models.DateTimeField(null=True)
    activated_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint("incident", "number", name="notices_dataset_number_once"),
            models.UniqueConstraint(
                fields=["incident", "sha256", "mode", "base"],
                name="notices_dataset_same_bytes_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="notices_dataset_activated_by_two",
                condition=Q(activated_at__isnull=True, activated_by__isnull=True, confirmed_by__isnull=True)
                | (
                    Q(activated_at__isnull=False, activated_by__isnull=False, confirmed_by__isnull=False)
                    & ~Q(activated_by=F("confirmed_by"))
                ),
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="facts_never_change", operation=pgtrigger.Update, condition=FACTS_CHANGED),
            pgtrigger.Protect(name="stays", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.incident} list {self.number}"


class AffectedRecord(models.Model):
    """One line of one list. Partitioned by dataset (migration 0002); nothing points here and the admin does not show it.

    `person_key` is the keyed hash of the issuer's customer_ref: the same person has the same key in every dataset.
    `sealed` is JSON of name, birth_date, phone, email, address, card_last4 and customer_ref, those that were given, bound to
    `notices.record:<sealed_in>:<person_key>`. `sealed_in` is the dataset in which the row was sealed: a correction copies
    the unchanged rows of the list before it by SQL, without opening them, and they stay bound to where they came from.
    """

    pk = models.CompositePrimaryKey("dataset_id", "person_key")
    dataset_id = models.BigIntegerField()
    person_key = models.UUIDField()
    phone_hash = models.UUIDField(null=True)
    email_hash = models.UUIDField(null=True)
    # Codes joined by `|`, a `?` after a possibly leaked one, as in the list.
    items = models.TextField()
    member = models.CharField(max_length=13, choices=states.Member.choices)
    language = models.CharField(max_length=2)
    sealed_in = models.BigIntegerField()
    sealed = models.BinaryField()
    # Keyed hash of the row's content: tells a changed row from an unchanged one without opening either.
    content_hash = models.UUIDField()

    class Meta:
        managed = False
        db_table = "notices_affectedrecord"

    def __str__(self) -> str:
        return f"{self.dataset_id}:{self.person_key}"


class ContactPoint(models.Model):
    """Where people may ask: phone, e-mail, text relay, KakaoTalk, a branch."""

    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="contact_points")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=states.ContactKind.choices)
    name_ko = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)
    value = models.CharField(max_length=120)
    # A line beside it: which key to press, what it is for.
    note_ko = models.CharField(max_length=120, blank=True, db_default="")
    note_en = models.CharField(max_length=160, blank=True, db_default="")
    always_open = models.BooleanField(default=False)
    # The one whose number stands in the strip on every page.
    in_help_strip = models.BooleanField(default=False)

    class Meta:
        ordering = ["incident", "position"]

    def __str__(self) -> str:
        return self.name_ko


class OpeningHours(models.Model):
    """Half-open: from `opens` until `closes`, in the incident's zone. Monday is 0; 7 stands for public holidays."""

    contact_point = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        ordering = ["contact_point", "weekday", "opens"]
        constraints = [
            models.CheckConstraint(name="notices_hours_open_before_close", condition=Q(opens__lt=F("closes"))),
            models.CheckConstraint(name="notices_hours_weekday_exists", condition=Q(weekday__lte=7)),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens}-{self.closes}"


class SpecialHours(models.Model):
    """One day on which a contact point is open otherwise than in the week: from `opens` until `closes`, or not at all."""

    contact_point = models.ForeignKey(ContactPoint, on_delete=models.CASCADE, related_name="special_hours")
    day = models.DateField()
    # Both null: closed that day.
    opens = models.TimeField(null=True)
    closes = models.TimeField(null=True)

    class Meta:
        ordering = ["contact_point", "day", "opens"]
        constraints = [
            models.UniqueConstraint(
                fields=["contact_point", "day", "opens"], name="notices_specialhours_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                name="notices_specialhours_open_before_close",
                condition=Q(opens__isnull=True, closes__isnull=True) | Q(opens__lt=F("closes")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.opens}-{self.closes}"


# Django finds a room's tables by this module.
from notices.campaign_models import Campaign, CampaignMove, Telling  # noqa: E402, F401
from notices.clock_models import Clock, LegalDuty  # noqa: E402, F401
from notices.draft_models import NoticeProposal  # noqa: E402, F401
from notices.export_models import LedgerExport  # noqa: E402, F401
from notices.import_models import ActivationProposal, ImportJob  # noqa: E402, F401
from notices.ladder_models import Attempt, Ladder, Rung  # noqa: E402, F401
from notices.notice_models import Notice  # noqa: E402, F401
from notices.order_models import OrderDocument, OrderMove, RegulatorOrder  # noqa: E402, F401
from notices.plan_models import Guest, SendingPlan  # noqa: E402, F401
from notices.posting_models import Posting, PostingLook, TakeDown  # noqa: E402, F401
from notices.publishing_models import PublishedPage  # noqa: E402, F401
from notices.third_party_models import ThirdParty  # noqa: E402, F401
from notices.wish_models import ContactWish  # noqa: E402, F401
from notices.wrong_person_models import NotTheirContact, SaidNotTheirs  # noqa: E402, F401

"""A role is given by two people: one proposes, another confirms, and neither is the one who gets it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from breachdesk.desk import roles

STAFF = settings.AUTH_USER_MODEL


class RoleGrant(models.Model):
    """Open until somebody decides. The group itself is what gives the rights; this row is how it came about."""

    user = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="role_grants")
    role = models.CharField(max_length=30)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(STAFF, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(STAFF, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed = models.BooleanField(null=True)

    class Meta:
        ordering = ["proposed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "user", "role", name="desk_rolegrant_one_open", condition=Q(decided_at__isnull=True)
            ),
            models.CheckConstraint(name="desk_rolegrant_not_proposed_for_oneself", condition=~Q(proposed_by=F("user"))),
            models.CheckConstraint(
                name="desk_rolegrant_decided_whole",
                condition=Q(decided_at__isnull=True, decided_by__isnull=True, confirmed__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False, confirmed__isnull=False),
            ),
            models.CheckConstraint(
                name="desk_rolegrant_confirmed_by_another",
                condition=~Q(confirmed=True) | (~Q(decided_by=F("proposed_by")) & ~Q(decided_by=F("user"))),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} for {self.user_id}"

    @property
    def role_name(self) -> str:
        role = roles.BY_CODE.get(self.role)
        return str(role.name) if role else self.role

"""Members of staff and incidents as commands name them."""

from __future__ import annotations

from breachdesk.accounts.models import User
from breachdesk.lib.commands import Command
from notices.models import Incident


def incident_named(command: Command, slug: str) -> Incident:
    incident = Incident.objects.filter(slug=slug).first()
    if incident is None:
        known = ", ".join(Incident.objects.order_by("slug").values_list("slug", flat=True)) or "none"
        command.refuse(f"There is no incident {slug!r}. Known: {known}")
    return incident


def staff_named(command: Command, email: str) -> User:
    user = User.objects.staff().filter(email=email.strip().lower()).first()
    if user is None:
        command.refuse(f"{email} is no member of staff")
    return user

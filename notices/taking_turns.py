"""Who may write of one campaign at the same time: several who tell, or one who decides, never both."""

from __future__ import annotations

from django.db import connection

from notices.campaign_models import Campaign

# Two numbers name an advisory lock; this is ours.
TELLING = 0x74656C6C


def beside_others(campaign: Campaign) -> None:
    """Several workers may tell at once; whoever pauses or cancels waits for their batches, and those after wait for them.

    What was read of the campaign before is out of date.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, %s)", [TELLING, campaign.pk])


def alone(campaign: Campaign) -> Campaign:
    """Its row, locked, with nobody telling meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [TELLING, campaign.pk])
    rows = Campaign.objects.select_for_update(of=("self",)).select_related("incident", "prepared_by")
    return rows.get(pk=campaign.pk)

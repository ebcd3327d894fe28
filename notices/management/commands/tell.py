"""Tells everybody whom a released campaign of an incident concerns: its due batches, now, in this process.

Messages are put into the outbox; the workers send them. Run again, nobody is told twice.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone

from breachdesk.lib import commands
from notices import campaigning, gate, ledger
from notices.campaign_models import Campaign
from notices.management.staff import incident_named
from notices.states import CampaignState

NOT_RELEASED = {
    CampaignState.PREPARED: "it is prepared, and another person has to release it first",
    CampaignState.PAUSED: "it is paused",
    CampaignState.CANCELLED: "it was cancelled",
}


class Command(commands.Command):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--incident", required=True, metavar="SLUG")

    def handle(self, **options: Any) -> None:
        incident = incident_named(self, options["incident"])
        released = incident.campaigns.filter(state__in=[CampaignState.RELEASED, CampaignState.FINISHED])
        if not released:
            newest = incident.campaigns.order_by("-pk").first()
            why = NOT_RELEASED[CampaignState(newest.state)] if newest else "nobody has prepared one"
            self.refuse(f"{incident.slug} has no released campaign: {why}")
        told = [self._told(campaign) for campaign in released.order_by("pk")]
        put = sum(one["put_now"] for one in told)
        self.done(
            {"incident": incident.slug, "put": put, "campaigns": told},
            f"{put} messages put for {incident.slug}; "
            + "; ".join(f"campaign {one['campaign']}: {self._in_words(one)}" for one in told),
        )

    def _told(self, campaign: Campaign) -> dict[str, Any]:
        at = timezone.now()
        put = campaigning.carry_on(campaign=campaign, at=at, ahead=None)
        campaign.refresh_from_db()
        figures = ledger.figures(campaign.pk)
        counted = {str(state): people for state, people in figures.by_state.items()}
        plan = gate.plan_of(campaign.incident)
        waits = gate.why_not_now(campaign, plan, at=at)
        return {
            "campaign": campaign.pk,
            "state": campaign.state,
            # Until it is live only guests are told; quiet hours and a start that was set are waited for.
            "live": plan.is_live,
            "waits_until": waits.until.isoformat() if waits else None,
            "put_now": put,
            "audience": figures.audience,
        } | counted

    def _in_words(self, told: dict[str, Any]) -> str:
        return ", ".join(
            f"{name} {value}"
            for name, value in told.items()
            if name not in ("campaign", "put_now") and value is not None
        )

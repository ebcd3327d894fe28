"""The incident, its lists and its word, for staff. The affected people themselves are not shown here, nor anywhere in the desk."""

from __future__ import annotations

from notices import (
    campaign_admin,
    day_off_views,
    duty_views,
    incident_admin,
    ladder_views,
    ledger_views,
    list_admin,
    notice_admin,
    order_views,
    plan_views,
    posting_admin,
    proof_views,
)

# Their pages hang themselves in when they are imported.
__all__ = [
    "campaign_admin",
    "day_off_views",
    "duty_views",
    "incident_admin",
    "ladder_views",
    "ledger_views",
    "list_admin",
    "notice_admin",
    "order_views",
    "plan_views",
    "posting_admin",
    "proof_views",
]

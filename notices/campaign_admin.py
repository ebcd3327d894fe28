"""Campaigns at the desk: prepared by one, released by another, watched by both. Imported by admin.py."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from breachdesk.desk import frame, session
from breachdesk.desk.admin_base import DeskAdmin, choice, words
from breachdesk.lib.tags import moment
from notices import (
    campaign_acts,
    campaign_pages,
    campaigning,
    clearing,
    gate,
    ladder_pages,
    laddering,
    ledger,
    looking_ahead,
    queries,
    rules,
)
from notices.audience import Choice
from notices.campaign_forms import Audience
from notices.campaign_models import Campaign
from notices.edit_forms import in_zone
from notices.ladder_models import Ladder
from notices.models import Incident, Notice
from notices.states import CampaignState

SEE, PREPARE = campaign_acts.SEE, campaign_acts.PREPARE


@admin.register(Campaign)
class CampaignAdmin(DeskAdmin):
    """The list; a new campaign and one by itself are pages of ours, because nothing of it is changed by a field."""

    desk_title = _("통지 캠페인")
    desk_one = _("통지")
    desk_add = _("통지 준비하기")
    desk_group = frame.TELL
    desk_order = 40
    desk_intro = _("한 사람이 준비하고 다른 사람이 내보내요. 숫자는 사람마다 한 줄씩 적은 통지 증명 장부에서 세요.")
    keyset = ("-prepared_at", "-pk")
    list_display = ("title", "state_name", "people", "prepared", "released")
    list_display_links = ("title",)
    list_select_related = ("incident", "notice", "prepared_by", "released_by")
    list_filter = (choice("state", _("상태"), CampaignState.choices),)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        return new(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        return one(request, object_id)

    def about(self, obj: Any) -> str:
        return f"incident:{obj.incident.slug}"

    @words(_("통지"))
    def title(self, campaign: Campaign) -> str:
        return campaign_acts.title(campaign)

    @words(_("상태"))
    def state_name(self, campaign: Campaign) -> SafeString:
        kind = campaign_pages.TAGS[CampaignState(campaign.state)] or "quiet"
        return format_html('<span class="tag tag-{}">{}</span>', kind, campaign.get_state_display())

    @words(_("대상"), side="end")
    def people(self, campaign: Campaign) -> str:
        return f"{campaign.audience if campaign.released_at else campaign.expected['audience']:,}"

    @words(_("준비"))
    def prepared(self, campaign: Campaign) -> str:
        return f"{campaign.prepared_by.name} · {moment(campaign.prepared_at)}"

    @words(_("내보냄"))
    def released(self, campaign: Campaign) -> str:
        return f"{campaign.released_by.name} · {moment(campaign.released_at)}" if campaign.released_by else ""


# -- a new one ------------------------------------------------------------------------------------------------------------


def new(request: HttpRequest) -> HttpResponse:
    """Choose, look, and only then prepare: the preview is a GET with the choice in its address."""
    if not request.user.has_perm(PREPARE):
        raise PermissionDenied
    notice = _notice_to_tell(request.GET.get("incident", ""))
    context: dict[str, Any] = {"title": gettext("통지 준비하기"), "notice": notice, "incidents": _incidents()}
    if notice is None:
        return campaign_acts.page(request, "campaign_new", context)
    with timezone.override(in_zone(notice.incident.time_zone)):
        return _new_of(request, notice, context)


def _new_of(request: HttpRequest, notice: Notice, context: dict[str, Any]) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET.copy()
    if request.method == "GET" and clearing.clears_somebody(notice):
        # Nobody has asked yet: those whom it clears come first.
        given.setdefault("to", "cleared")
    form = Audience(given, notice=notice)
    if not form.is_valid():
        return campaign_acts.page(request, "campaign_new", {**context, "form": form})
    if request.method == "POST":
        if asked := session.ask_again(request):
            return asked
        try:
            by, at = session.staff(request), session.now(request)
            campaign = campaigning.prepare(
                notice=notice,
                choice=form.choice,
                by=by,
                at=at,
                starts_at=form.cleaned_data["starts_at"],
                to_cleared=form.to_cleared,
            )
        except rules.NotAllowed as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, gettext("준비했어요. 다른 사람이 살펴보고 내보내야 보내기 시작해요."))
            return redirect("admin:notices_campaign_change", campaign.pk)
    dataset = notice.incident.active_dataset
    assert dataset is not None  # _notice_to_tell asks for one
    ahead = looking_ahead.look_ahead(notice=notice, dataset=dataset, choice=form.choice, to_cleared=form.to_cleared)
    context |= {
        "form": form,
        "dataset": ahead.dataset,
        "chosen": form.chosen,
        "plan": gate.plan_of(notice.incident),
        **_expected(asdict(ahead.seen), notice.incident, to_cleared=form.to_cleared, at=session.now(request)),
    }
    if "preview" in request.GET:
        context["previewed"] = True
        context["samples"] = campaign_pages.samples(notice=notice, ahead=ahead, to_cleared=form.to_cleared)
    return campaign_acts.page(request, "campaign_new", context)


def _incidents() -> list[Incident]:
    return [incident for incident in queries.open_incidents() if incident.active_dataset_id]


def _notice_to_tell(slug: str) -> Notice | None:
    """The newest word on the chosen incident, else on the newest that has both a notice to tell of and a list."""
    for incident in _incidents():
        notice = queries.current_notice(incident)
        if slug in ("", incident.slug) and notice:
            return notice
    return None


def _expected(expected: dict[str, Any], incident: Incident, *, to_cleared: bool, at: dt.datetime) -> dict[str, Any]:
    return {
        "expected": expected,
        "ways": campaign_pages.ways(expected),
        "members": campaign_pages.members(expected, to_cleared=to_cleared),
        # Of whom nothing leaked, there is nothing that did.
        "tiers": [] if to_cleared else campaign_pages.tiers(expected, incident),
        **campaign_acts.costs(expected, incident, to_cleared=to_cleared, at=at),
    }


# -- one by itself --------------------------------------------------------------------------------------------------------


def one(request: HttpRequest, pk: str) -> HttpResponse:
    if not request.user.has_perm(SEE):
        raise PermissionDenied
    campaign = campaign_acts.by_number(pk)
    with timezone.override(in_zone(campaign.incident.time_zone)):
        return _one_of(request, campaign)


def _one_of(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    state = CampaignState(campaign.state)
    figures = ledger.figures(campaign.pk)
    possible = [
        act
        for act in campaign_acts.ACTS.values()
        if campaign_acts.possible(act, campaign) and frame.may(request, act.may)
    ]
    plan = gate.plan_of(campaign.incident)
    own = state == CampaignState.PREPARED and campaign.prepared_by_id == request.user.pk
    context = {
        "title": campaign_acts.title(campaign),
        "campaign": campaign,
        "state_kind": campaign_pages.TAGS[state],
        "figures": figures,
        "parts": campaign_pages.parts(figures.by_state),
        "rungs": ladder_pages.lines(laddering.rungs_of(_ladder_of(campaign)), figures),
        "still_goes_on": campaign.released_at is not None and _still_goes_on(figures),
        "reasons": campaign_pages.failures(campaign),
        "choice": campaign_pages.choice_in_words(campaign),
        "acts": [act for act in possible if not (own and act.code == "release")],
        "own": own,
        "plan": plan,
        "not_now": gate.why_not_now(campaign, plan, at=session.now(request)),
        "history": campaign_pages.history(campaign),
        **_expected(
            campaign.expected,
            campaign.incident,
            to_cleared=campaign.cleared_by_id is not None,
            at=session.now(request),
        ),
    }
    if state == CampaignState.PREPARED:
        chosen = Choice(campaign.tiers, campaign.languages, campaign.members, campaign.any_items, campaign.unproven)
        ahead = looking_ahead.look_at(campaign, chosen)
        context["samples"] = campaign_pages.samples(
            notice=campaign.notice, ahead=ahead, to_cleared=campaign.cleared_by_id is not None
        )
    return campaign_acts.page(request, "campaign", context)


def _ladder_of(campaign: Campaign) -> Ladder | None:
    """The one that it keeps to, else the one that its release would pin."""
    return campaign.ladder if campaign.released_at else laddering.in_force(campaign.incident)


def _still_goes_on(figures: ledger.Figures) -> bool:
    """Something may still become of a line by itself."""
    return figures["proven"] + figures["cancelled"] < figures.audience

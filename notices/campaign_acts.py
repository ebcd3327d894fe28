"""What is done with a campaign at the desk: its buttons, each of which asks first, and the dry run. The pages: campaign_admin.py."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from breachdesk.desk import frame, session
from breachdesk.desk.admin_base import Words
from breachdesk.lib.tags import in_language
from delivery.states import Channel
from notices import (
    all_clear,
    campaign_pages,
    campaigning,
    dry_run,
    gate,
    ledger,
    letters,
    rules,
    states,
)
from notices.campaign_models import Campaign
from notices.edit_forms import in_zone
from notices.models import Incident
from notices.states import CampaignState

SEE, PREPARE, RELEASE = "notices.view_campaign", "notices.add_campaign", "notices.release_campaign"
HOURS_SHOWN = 24


@dataclass(frozen=True)
class Act:
    """A button of the campaign's page, and what it asks before it acts."""

    code: str
    button: Words
    question: Words
    means: Words
    done: Words
    may: tuple[str, ...]
    possible_in: tuple[CampaignState, ...]
    action: Callable[..., Campaign]
    kind: str = ""
    weighty: bool = True


ACTS = {
    act.code: act
    for act in (
        Act(
            "release",
            _("내보내기"),
            _("이 통지를 내보낼까요?"),
            _(
                "보내지 않는 시간이 아니고 정한 때가 됐으면 바로 보내기 시작해요. 이미 나간 문자와 이메일은 되돌릴 수 없어요. 앞선 판의 통지는 이 통지를 받을 분께 더 나가지 않아요."
            ),
            _("내보냈어요. 이제 차례로 알려요."),
            (RELEASE,),
            (CampaignState.PREPARED,),
            campaigning.release,
            kind="solid",
        ),
        Act(
            "pause",
            _("잠시 멈추기"),
            _("이 통지를 잠시 멈출까요?"),
            _("지금 통신사에 묻고 있는 것만 빼고 더 나가지 않아요. 언제든 다시 시작할 수 있어요."),
            _("멈췄어요. 더 나가지 않아요."),
            (PREPARE, RELEASE),
            (CampaignState.RELEASED,),
            campaigning.pause,
            # Whoever sees a mistake must not look for a telephone first.
            weighty=False,
        ),
        Act(
            "resume",
            _("다시 시작하기"),
            _("이 통지를 다시 시작할까요?"),
            _("멈춘 곳에서 이어서 보내요. 이미 알린 분께는 다시 보내지 않아요."),
            _("다시 시작했어요."),
            (RELEASE,),
            (CampaignState.PAUSED,),
            campaigning.resume,
            kind="solid",
        ),
        Act(
            "cancel",
            _("취소하기"),
            _("이 통지를 취소할까요?"),
            _("아직 나가지 않은 것은 나가지 않고, 다시 시작할 수 없어요. 남은 분께 알리려면 새로 준비해야 해요."),
            _("취소했어요. 나가지 않은 것은 거두고 있어요."),
            (RELEASE,),
            (CampaignState.PREPARED, CampaignState.RELEASED, CampaignState.PAUSED),
            campaigning.cancel,
            kind="danger",
        ),
    )
}


def possible(act: Act, campaign: Campaign) -> bool:
    if act.code == "pause" and ledger.may_climb(campaign):
        return True
    return CampaignState(campaign.state) in act.possible_in


@frame.page("notices/campaign/<int:pk>/act/<slug:code>/", name="campaign_act", may=(PREPARE, RELEASE))
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Asks first (GET), then acts (POST)."""
    chosen = ACTS.get(code)
    if chosen is None:
        raise Http404
    if not frame.may(request, chosen.may):
        raise PermissionDenied
    if chosen.weighty and (asked := session.ask_again(request)):
        return asked
    campaign = by_number(str(pk))
    if request.method == "GET":
        return _ask(request, campaign, chosen)
    try:
        chosen.action(campaign=campaign, by=session.staff(request), at=session.now(request))
    except rules.NotAllowed as refused:
        messages.error(request, str(refused))
    except states.IllegalMove:
        messages.warning(request, gettext("그사이 다른 사람이 상태를 바꿨어요. 지금 상태를 보고 다시 해 주세요."))
    else:
        messages.success(request, str(chosen.done))
    return redirect("admin:notices_campaign_change", campaign.pk)


def _ask(request: HttpRequest, campaign: Campaign, chosen: Act) -> HttpResponse:
    sends = chosen.code in ("release", "resume")
    plan = gate.plan_of(campaign.incident)
    context = {
        "title": chosen.question,
        "campaign": campaign,
        "act": chosen,
        "name": title(campaign),
        "not_now": gate.why_not_now(campaign, plan, at=session.now(request)) if sends else None,
    }
    with timezone.override(in_zone(campaign.incident.time_zone)):
        return page(request, "campaign_act", context)


@frame.page("notices/campaign/<int:pk>/dry-run/", name="campaign_dry_run", may=SEE)
@require_POST
def try_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything but sending: it takes seconds, so it is asked for by a button, and it writes nothing."""
    campaign = by_number(str(pk))
    if campaign.state != CampaignState.PREPARED:
        return redirect("admin:notices_campaign_change", campaign.pk)
    seen = dry_run.of(campaign, at=session.now(request))
    context = {
        "title": gettext("미리 돌려 보기"),
        "name": title(campaign),
        "campaign": campaign,
        "plan": gate.plan_of(campaign.incident),
        "seen": seen,
        "channels": sorted(seen.by_channel.items()),
        "by_letter": seen.by_channel[Channel.LETTER],
        "problems": [(campaign_pages.REASONS.get(why, why), people) for why, people in sorted(seen.problems.items())],
        "hours": seen.hours[:HOURS_SHOWN],
        "more_hours": max(len(seen.hours) - HOURS_SHOWN, 0),
        **costs(campaign.expected, campaign.incident, to_cleared=campaign.cleared_by_id is not None, at=seen.at),
    }
    with timezone.override(in_zone(campaign.incident.time_zone)):
        return page(request, "dry_run", context)


# -- shared with the pages of the campaign ---------------------------------------------------------------------------------


def by_number(pk: str) -> Campaign:
    rows = Campaign.objects.select_related(
        "incident", "notice__incident", "dataset", "cleared_by", "prepared_by", "released_by", "ladder"
    )
    found = rows.filter(pk=int(pk)).first() if pk.isdecimal() else None
    if found is None:
        raise Http404
    return found


def title(campaign: Campaign) -> str:
    facts = {"title": in_language(campaign.incident, "title"), "n": campaign.notice.number, "c": campaign.pk}
    return gettext("%(title)s · 안내문 %(n)d판 통지 (%(c)d번)") % facts


def page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, f"notices/desk/{template}.html", {**admin.site.each_context(request), **context})


def costs(expected: dict[str, Any], incident: Incident, *, to_cleared: bool, at: dt.datetime) -> dict[str, Any]:
    occasion = all_clear.OCCASION if to_cleared else letters.OCCASION
    costs = dry_run.costs(expected, incident, occasion=occasion, at=at)
    return {"costs": costs, "total": sum(one.won for one in costs)}

"""Campaigns at the desk: prepared by one, released by another, watched by both. Imported by admin.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from breachdesk.desk import frame, session
from breachdesk.desk.admin_base import DeskAdmin, Words, choice, words
from breachdesk.lib.tags import in_language, moment
from notices import (
    campaign_pages,
    campaigning,
    dry_run,
    gate,
    ladder_pages,
    laddering,
    ledger,
    letters,
    queries,
    rules,
    states,
)
from notices.audience import Choice
from notices.campaign_forms import Audience
from notices.campaign_models import Campaign
from notices.ladder_models import Ladder
from notices.models import Incident, Notice
from notices.states import CampaignState

SEE, PREPARE, RELEASE = "notices.view_campaign", "notices.add_campaign", "notices.release_campaign"


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
        return _title(campaign)

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


def _title(campaign: Campaign) -> str:
    facts = {"title": in_language(campaign.incident, "title"), "n": campaign.notice.number, "c": campaign.pk}
    return gettext("%(title)s · 안내문 %(n)d판 통지 (%(c)d번)") % facts


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, f"notices/desk/{template}.html", {**admin.site.each_context(request), **context})


# -- a new one ------------------------------------------------------------------------------------------------------------


def new(request: HttpRequest) -> HttpResponse:
    """Choose, look, and only then prepare: the preview is a GET with the choice in its address."""
    if not request.user.has_perm(PREPARE):
        raise PermissionDenied
    notice = _notice_to_tell(request.GET.get("incident", ""))
    context: dict[str, Any] = {"title": gettext("통지 준비하기"), "notice": notice, "incidents": _incidents()}
    if notice is None:
        return _page(request, "campaign_new", context)
    form = Audience(request.POST if request.method == "POST" else request.GET, incident=notice.incident)
    if not form.is_valid():
        return _page(request, "campaign_new", {**context, "form": form})
    if request.method == "POST":
        if asked := session.ask_again(request):
            return asked
        try:
            by, at = session.staff(request), session.now(request)
            campaign = campaigning.prepare(
                notice=notice, choice=form.choice, by=by, at=at, starts_at=form.cleaned_data["starts_at"]
            )
        except rules.NotAllowed as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, gettext("준비했어요. 다른 사람이 살펴보고 내보내야 보내기 시작해요."))
            return redirect("admin:notices_campaign_change", campaign.pk)
    dataset = notice.incident.active_dataset
    assert dataset is not None  # _notice_to_tell asks for one
    seen, _readers = campaigning.look_ahead(notice=notice, dataset=dataset, choice=form.choice)
    context |= {
        "form": form,
        "dataset": dataset,
        "chosen": form.chosen,
        "plan": gate.plan_of(notice.incident),
        **_expected(asdict(seen), notice.incident),
    }
    if "preview" in request.GET:
        context["samples"] = campaign_pages.samples(notice=notice, dataset=dataset, choice=form.choice)
    return _page(request, "campaign_new", context)


def _incidents() -> list[Incident]:
    return [incident for incident in queries.open_incidents() if incident.active_dataset_id]


def _notice_to_tell(slug: str) -> Notice | None:
    """The newest word on the chosen incident, else on the newest that has both a notice to tell of and a list."""
    for incident in _incidents():
        notice = queries.current_notice(incident)
        if slug in ("", incident.slug) and notice and letters.tells_of_a_leak(notice):
            return notice
    return None


def _expected(expected: dict[str, Any], incident: Incident) -> dict[str, Any]:
    return {
        "expected": expected,
        "ways": campaign_pages.ways(expected),
        "members": campaign_pages.members(expected),
        "tiers": campaign_pages.tiers(expected, incident),
        **_costs(expected, incident),
    }


def _costs(expected: dict[str, Any], incident: Incident) -> dict[str, Any]:
    costs = dry_run.costs(expected, incident)
    return {"costs": costs, "total": sum(one.won for one in costs)}


# -- one by itself --------------------------------------------------------------------------------------------------------


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
            _("바로 보내기 시작해요. 이미 나간 문자와 이메일은 되돌릴 수 없어요."),
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


def _campaign(pk: str) -> Campaign:
    rows = Campaign.objects.select_related(
        "incident", "notice__incident", "dataset", "prepared_by", "released_by", "ladder"
    )
    found = rows.filter(pk=int(pk)).first() if pk.isdecimal() else None
    if found is None:
        raise Http404
    return found


def one(request: HttpRequest, pk: str) -> HttpResponse:
    if not request.user.has_perm(SEE):
        raise PermissionDenied
    campaign = _campaign(pk)
    state = CampaignState(campaign.state)
    figures = ledger.figures(campaign.pk)
    possible = [act for act in ACTS.values() if _possible(act, campaign) and frame.may(request, act.may)]
    plan = gate.plan_of(campaign.incident)
    own = state == CampaignState.PREPARED and campaign.prepared_by_id == request.user.pk
    context = {
        "title": _title(campaign),
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
        **_expected(campaign.expected, campaign.incident),
    }
    if state == CampaignState.PREPARED:
        chosen = Choice(campaign.tiers, campaign.languages, campaign.members, campaign.any_items, campaign.unproven)
        context["samples"] = campaign_pages.samples(notice=campaign.notice, dataset=campaign.dataset, choice=chosen)
    return _page(request, "campaign", context)


def _ladder_of(campaign: Campaign) -> Ladder | None:
    """The one that it keeps to, else the one that its release would pin."""
    return campaign.ladder if campaign.released_at else laddering.in_force(campaign.incident)


def _still_goes_on(figures: ledger.Figures) -> bool:
    """Something may still become of a line by itself."""
    return figures["proven"] + figures["cancelled"] < figures.audience


def _possible(act: Act, campaign: Campaign) -> bool:
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
    campaign = _campaign(str(pk))
    if request.method == "GET":
        return _page(
            request,
            "campaign_act",
            {"title": chosen.question, "campaign": campaign, "act": chosen, "name": _title(campaign)},
        )
    try:
        chosen.action(campaign=campaign, by=session.staff(request), at=session.now(request))
    except rules.NotAllowed as refused:
        messages.error(request, str(refused))
    except states.IllegalMove:
        messages.warning(request, gettext("그사이 다른 사람이 상태를 바꿨어요. 지금 상태를 보고 다시 해 주세요."))
    else:
        messages.success(request, str(chosen.done))
    return redirect("admin:notices_campaign_change", campaign.pk)


HOURS_SHOWN = 24


@frame.page("notices/campaign/<int:pk>/dry-run/", name="campaign_dry_run", may=SEE)
@require_POST
def try_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything but sending: it takes seconds, so it is asked for by a button, and it writes nothing."""
    campaign = _campaign(str(pk))
    if campaign.state != CampaignState.PREPARED:
        return redirect("admin:notices_campaign_change", campaign.pk)
    seen = dry_run.of(campaign, at=session.now(request))
    context = {
        "title": gettext("미리 돌려 보기"),
        "name": _title(campaign),
        "campaign": campaign,
        "plan": gate.plan_of(campaign.incident),
        "seen": seen,
        "channels": sorted(seen.by_channel.items()),
        "problems": [(campaign_pages.REASONS.get(why, why), people) for why, people in sorted(seen.problems.items())],
        "hours": seen.hours[:HOURS_SHOWN],
        "more_hours": max(len(seen.hours) - HOURS_SHOWN, 0),
        **_costs(campaign.expected, campaign.incident),
    }
    return _page(request, "dry_run", context)

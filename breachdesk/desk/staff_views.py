"""One member of staff: what may be done with the account, each act with its own button."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from breachdesk import desk
from breachdesk.accounts.models import User
from breachdesk.desk import actions, frame, queries, roles, session
from breachdesk.desk.forms import NO_EMAIL
from breachdesk.desk.models import RoleGrant

SEE, ADD, CHANGE = "accounts.view_user", "accounts.add_user", "accounts.change_user"


class NewStaff(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("이름"), max_length=80, error_messages={"required": gettext_lazy("이름을 적어 주세요.")}
    )
    email = forms.EmailField(
        label=gettext_lazy("회사 이메일"),
        max_length=254,
        help_text=gettext_lazy("이 주소로 비밀번호를 정하는 일회용 주소가 가요. 24시간 동안 쓸 수 있어요."),
        error_messages={"required": NO_EMAIL, "invalid": NO_EMAIL},
    )


def _frame(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, template, {**admin.site.each_context(request), **context}, status=status)


@desk.fresh
def new(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm(ADD):
        raise PermissionDenied
    form = NewStaff(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            user = actions.create_staff(**form.cleaned_data, by=session.staff(request), at=session.now(request))
        except actions.EmailTaken:
            form.add_error("email", _("이 이메일로 된 직원 계정이 있어요."))
        else:
            messages.success(request, _("계정을 만들고 일회용 주소를 보냈어요. 이제 역할을 제안해 주세요."))
            return redirect("admin:accounts_user_change", user.pk)
    return _frame(request, "desk/staff_new.html", {"title": _("새 직원 계정"), "form": form})


def one(request: HttpRequest, pk: str) -> HttpResponse:
    if not request.user.has_perm(SEE):
        raise PermissionDenied
    user = _member(pk)
    held = roles.of(user)
    open_grants = list(user.role_grants.filter(decided_at=None).select_related("proposed_by"))
    proposed = {grant.role for grant in open_grants}
    context = {
        "title": user.name,
        "member": user,
        "held": held,
        "grants": open_grants,
        "free": [role for role in roles.ROLES if role not in held and role.code not in proposed],
        "oneself": user.pk == request.user.pk,
        "may_change": request.user.has_perm(CHANGE),
    }
    return _frame(request, "desk/staff_one.html", context)


@frame.page("accounts/user/<int:pk>/act/", name="staff_act", may=CHANGE)
@require_POST
@desk.fresh
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Every button of the account's page posts here: which act, and for some which role or proposal."""
    user = _member(str(pk))
    done = ACTS.get(request.POST.get("act", ""))
    if done is None:
        raise Http404
    try:
        messages.success(request, done(request, user))
    except actions.NotOneself:
        messages.error(request, _("자기 계정은 자기가 바꿀 수 없어요. 다른 계정 관리자에게 부탁해 주세요."))
    except actions.NotByTheSame:
        messages.error(request, _("제안한 사람은 확인할 수 없어요. 다른 계정 관리자가 확인해야 해요."))
    except (actions.AlreadyDecided, RoleGrant.DoesNotExist):
        messages.warning(request, _("그사이 다른 사람이 이미 정했어요."))
    return redirect("admin:accounts_user_change", user.pk)


def _link(request: HttpRequest, user: User) -> str:
    actions.send_link(user=user, by=session.staff(request), at=session.now(request))
    return _("일회용 주소를 보냈어요.")


def _forget_second_factor(request: HttpRequest, user: User) -> str:
    actions.forget_second_factor(user=user, by=session.staff(request), at=session.now(request))
    return _("두 번째 인증을 지우고 이 직원에게 알렸어요. 다음에 로그인할 때 새로 정해요.")


def _close(request: HttpRequest, user: User) -> str:
    actions.close(user=user, by=session.staff(request), at=session.now(request))
    return _("계정을 닫았어요. 지금 쓰던 곳에서도 바로 나가져요.")


def _reopen(request: HttpRequest, user: User) -> str:
    actions.reopen(user=user, by=session.staff(request), at=session.now(request))
    return _("계정을 다시 열고 일회용 주소를 보냈어요. 역할은 새로 제안해 주세요.")


def _propose(request: HttpRequest, user: User) -> str:
    role = request.POST.get("role", "")
    if role not in roles.BY_CODE:
        raise Http404
    actions.propose_role(user=user, role=role, by=session.staff(request), at=session.now(request))
    return _("역할을 제안했어요. 다른 계정 관리자가 확인하면 그때부터 쓸 수 있어요.")


def _decide(confirm: bool) -> Callable[[HttpRequest, User], str]:
    def decide(request: HttpRequest, user: User) -> str:
        grant = user.role_grants.get(pk=int(request.POST["grant"]) if request.POST.get("grant", "").isdecimal() else 0)
        actions.decide_role(grant=grant, confirm=confirm, by=session.staff(request), at=session.now(request))
        return _("역할을 주었어요.") if confirm else _("제안을 거두었어요.")

    return decide


def _take(request: HttpRequest, user: User) -> str:
    role = request.POST.get("role", "")
    if role not in roles.BY_CODE:
        raise Http404
    actions.take_role(user=user, role=role, by=session.staff(request), at=session.now(request))
    return _("역할을 거두었어요.")


ACTS: dict[str, Callable[[HttpRequest, User], str]] = {
    "link": _link,
    "forget_second_factor": _forget_second_factor,
    "close": _close,
    "reopen": _reopen,
    "propose": _propose,
    "confirm": _decide(True),
    "refuse": _decide(False),
    "take": _take,
}


def _member(pk: str) -> User:
    user = queries.staff().filter(pk=int(pk)).first() if pk.isdecimal() else None
    if user is None:
        raise Http404
    return user

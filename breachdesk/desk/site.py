"""Django's admin as the frame of the desk: our list on the left, our first page, and no way past the second factor."""

from __future__ import annotations

from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from breachdesk.desk import frame, roles, session, views
from breachdesk.desk.admin_base import DeskAdmin

OURS = ("breachdesk.", "delivery.", "notices.", "lookup.", "claims.", "cards.", "support.")
FIRST = frame.Entry(_("첫 화면"), "admin:index", frame.WORK, order=0)


class DeskSite(admin.AdminSite):
    site_title = site_header = _("대응실")
    enable_nav_sidebar = False

    def __init__(self, name: str = "admin") -> None:
        super().__init__(name)
        self.disable_action("delete_selected")  # nothing here is removed by ticking it

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """What libraries would register (groups, authenticators, e-mail addresses) has no place here."""
        models = model_or_iterable if isinstance(model_or_iterable, (list, tuple)) else [model_or_iterable]
        ours = [model for model in models if model.__module__.startswith(OURS)]
        if ours:
            super().register(ours, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        return session.is_inside(request)

    def get_urls(self) -> list[Any]:
        own = [path("go-on/", self.admin_view(views.go_on), name="go_on")]
        own += [path(page.path, self.admin_view(_for(page)), name=page.name) for page in frame.frame.pages.values()]
        # A link to an object's public page has no use here: nothing that staff see has one.
        theirs = [each for each in super().get_urls() if getattr(each, "name", "") not in {"view_on_site", "app_list"}]
        return own + theirs

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        inside = self.has_permission(request)
        return {
            "site_title": self.site_title,
            "site_header": self.site_header,
            "has_permission": inside,
            "is_popup": False,
            "as_of": session.now(request),
            "roles": roles.of(request.user) if inside else [],
            "second_factor_at": session.second_factor_at(request),
            "left_list": frame.lines(request, self.entries()) if inside else [],
        }

    def entries(self) -> list[frame.Entry]:
        lists = [
            frame.Entry(
                model_admin.desk_title,
                f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist",
                model_admin.desk_group,
                model_admin.desk_order,
                (f"{model._meta.app_label}.view_{model._meta.model_name}",),
                model_admin.desk_count,
            )
            for model, model_admin in self._registry.items()
            if isinstance(model_admin, DeskAdmin) and model_admin.desk_group
        ]
        return [FIRST, *frame.frame.entries.values(), *lists]

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        at = session.now(request)
        panels = []
        for panel in sorted(frame.frame.panels.values(), key=lambda panel: panel.order):
            if frame.may(request, panel.may) and (context := panel.context(request, at)) is not None:
                panels.append({"panel": panel, **context})
        request.current_app = self.name
        context = {**self.each_context(request), "title": _("첫 화면"), "panels": panels, **(extra_context or {})}
        return TemplateResponse(request, "admin/index.html", context)

    def app_index(self, request: HttpRequest, app_label: str, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]
        return redirect("admin:index")

    # Django's own pages for these stay unused: allauth's ask for the second factor.

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("account_login")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]
        return redirect("account_change_password")

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # type: ignore[override]
        return redirect("admin:index")


def _for(page: frame.Page) -> Any:
    """The page's view for whoever may see it; 403 for other staff."""

    @wraps(page.view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not frame.may(request, page.may):
            raise PermissionDenied
        return page.view(request, *args, **kwargs)

    return guarded

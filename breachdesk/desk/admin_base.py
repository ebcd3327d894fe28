"""What every list and detail page of the desk shares. A room's admin.py says what is in them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from breachdesk import audit
from breachdesk.desk import session
from breachdesk.desk.keyset import KeysetChangeList
from breachdesk.lib import references
from breachdesk.lib.tags import short_day

Words = str | Promise


class DeskAdmin(admin.ModelAdmin):
    """A list in the frame with its detail pages.

    desk_title, desk_group, desk_order, desk_count: how it stands in the list on the left (no group: it does not)
    keyset: the order of the list, see keyset.py
    labels: our words for fields, in the list's head and on the detail page
    search: finds by exact values only, so that what is masked cannot be guessed letter by letter
    weighty: adding and changing want the second factor of the last five minutes
    """

    desk_title: Words = ""
    desk_one: Words = ""
    desk_intro: Words = ""
    desk_group = ""
    desk_order = 50
    desk_count: Callable[[HttpRequest], int | None] | None = None
    keyset: tuple[str, ...] = ("-pk",)
    labels: dict[str, Words] = {}
    search_label: Words = ""
    search_hint: Words = _("일부만 적어서는 찾을 수 없어요. 전체를 적어 주세요.")
    weighty = True

    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    actions = None
    view_on_site = False
    save_on_top = False

    def get_search_fields(self, request: HttpRequest) -> tuple[str, ...]:
        # Django shows its search only where fields are named; ours asks `search`.
        return ("pk",) if self.search_label else ()

    def search(self, request: HttpRequest, term: str) -> Q | None:
        """The rows that this exact term names; None: it is nothing that could be found here."""
        return None

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, term: str) -> tuple[QuerySet, bool]:
        term = term.strip()
        if not term or not self.search_label:
            return queryset, False
        found = self.search(request, term)
        return (queryset.none() if found is None else queryset.filter(found)), False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only the filters on the page. Django would let `?password__startswith=` guess any column of the table."""
        return lookup in {getattr(choice, "parameter_name", "") for choice in self.list_filter}

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[KeysetChangeList]:
        return KeysetChangeList

    def get_form(self, request: HttpRequest, obj: Model | None = None, change: bool = False, **options: Any) -> Any:
        options.setdefault("labels", self.labels)
        return super().get_form(request, obj, change=change, **options)

    def title_of(self, obj: Any) -> Words:
        return str(obj)

    def about(self, obj: Any) -> str:
        """What audit events call this thing."""
        return f"{self.opts.model_name}:{obj.pk}"

    def changeform_view(self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any) -> Any:
        if self.weighty and request.method == "POST" and (asked := session.ask_again(request)):
            return asked
        return super().changeform_view(request, object_id, *args, **kwargs)

    def render_change_form(self, request: HttpRequest, context: dict, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = kwargs.get("obj")
        context.update(title=self.title_of(obj) if obj else self.desk_one, subtitle=None, list_title=self.desk_title)
        return super().render_change_form(request, context, *args, **kwargs)

    # Django's own log knows neither chain nor MAC: the audit keeps what staff change.

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]
        self._record(request, obj, "added")

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> list[Any]:
        return [*form.changed_data, *(formset.prefix for formset in formsets or [] if formset.has_changed())]

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:  # type: ignore[override]
        self._record(request, obj, "changed", fields=message)

    def log_deletions(self, request: HttpRequest, queryset: Iterable[Model]) -> None:  # type: ignore[override]
        for obj in queryset:
            self._record(request, obj, "removed")

    def _record(self, request: HttpRequest, obj: Model, done: str, **data: Any) -> None:
        kind = f"{self.opts.app_label}.{self.opts.model_name}_{done}"
        audit.record(kind=kind, by=session.staff(request), about=self.about(obj), at=session.now(request), **data)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        obj = self.get_object(request, object_id)
        if obj is None or not self.has_view_permission(request, obj):
            return redirect("admin:index")
        return redirect(f"{reverse('admin:audit_event_changelist')}?{urlencode({'q': self.about(obj)})}")


class ReadOnlyAdmin(DeskAdmin):
    """To be read only: what is in it changes by the rooms' actions, never by a field."""

    weighty = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class LinkedByReference(KeysetChangeList):
    def url_for_result(self, result: Any) -> str:
        return reverse(f"admin:{self.model_admin.desk_page}", args=[result.reference])


class ByReference(ReadOnlyAdmin):
    """Rows that people call by a reference, each with a page of our own.

    desk_page: the name of that page
    """

    desk_page = ""
    list_display_links = ("reference",)
    labels = {"reference": _("접수번호")}
    search_label = _("정확히 찾기")
    search_hint = _("접수번호를 전체로 적어 주세요.")

    def get_changelist(self, request: HttpRequest, **options: Any) -> type[KeysetChangeList]:
        return LinkedByReference

    def search(self, request: HttpRequest, term: str) -> Q | None:
        reference = references.normalise(term)
        return Q(reference=reference) if references.is_valid(reference) else None

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.get_object(request, object_id)
        if found is None or not self.has_view_permission(request, found):
            return redirect("admin:index")
        return redirect(f"admin:{self.desk_page}", found.reference)


def due_words(day: dt.date, *, today: dt.date) -> str | SafeString:
    """Until when; late in red and in words."""
    if day < today:
        return format_html('<span class="late">{} {}</span>', short_day(day), gettext("지남"))
    return short_day(day)


class ReadOnlyInline(admin.TabularInline):
    template = "desk/inline.html"
    extra = 0
    can_delete = False
    show_change_link = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ChoiceFilter(admin.SimpleListFilter):
    """A filter of the list, shown as a box to choose from. Give it title, parameter_name, lookups and queryset."""

    @property
    def chosen(self) -> str:
        return self.value() or ""

    def has_output(self) -> bool:
        return True


def choice(field: str, words: Words, choices: Iterable[tuple[str, Words]]) -> type[ChoiceFilter]:
    """A filter on one column with a fixed set of values."""
    known: list[tuple[str, Any]] = list(choices)

    class Choice(ChoiceFilter):
        title = words  # type: ignore[assignment]
        parameter_name = field

        def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
            return known

        def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
            return (
                queryset.filter(**{field: self.value()})
                if self.value() in {code for code, _words in known}
                else queryset
            )

    return Choice


def words(description: Words, *, side: str = "") -> Callable[..., Any]:
    """Decorates a column of a list: its words; side="end" for figures, "whole" for what must not break."""

    def decorate(column: Callable[..., Any]) -> Callable[..., Any]:
        column.short_description, column.side = description, side  # type: ignore[attr-defined]
        return column

    return decorate


EMPTY = SafeString('<span class="quiet">–</span>')

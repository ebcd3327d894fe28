"""The step that takes files: each is received with a receipt or refused in words, and nothing else is lost."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from breachdesk.files.rules import MAX_MEGABYTES
from breachdesk.lib import typed_text
from claims import actions, rules, uploading
from claims.draft_views import TO_BE_MENDED, back_to, on_draft, onward, page, read_and_post
from claims.models import Draft
from lookup import session


@read_and_post
@session.known_person
@on_draft
def evidence(request: HttpRequest, draft: Draft, at: dt.datetime) -> HttpResponseBase:
    if request.method != "POST":
        # Words wait for their owner, files do not: they are asked for again, and the page says so.
        return _evidence_page(request, draft, at, came_back=session.parked(request) is not None)
    do = request.POST.get("do", "upload")
    if do.startswith("remove-"):
        number = typed_text.number(do.removeprefix("remove-"))
        if number:
            actions.remove_evidence(
                person=draft.person, draft_id=draft.id, evidence_id=number, by=session.actor(request), at=at
            )
        return back_to("evidence", request)
    if do == "upload" or request.FILES:
        problems = _take_in(request, draft, at)
        if problems:
            return _evidence_page(request, draft, at, problems=problems, status=TO_BE_MENDED)
        if do == "upload":
            return back_to("evidence", request)
    if do == "later":
        return redirect("claims:list")
    return onward(request, "evidence")


def _take_in(request: HttpRequest, draft: Draft, at: dt.datetime) -> list[str]:
    return uploading.take_in(
        request,
        lambda upload: actions.add_evidence(
            person=draft.person, draft_id=draft.id, upload=upload, by=session.actor(request), at=at
        ),
    )


def _evidence_page(
    request: HttpRequest, draft: Draft, at: dt.datetime, *, problems: list[str] | None = None, **context: Any
) -> HttpResponse:
    draft.refresh_from_db(fields=["saved_at"])
    return page(
        request,
        draft,
        "evidence",
        at,
        evidence=draft.evidence.select_related("file"),
        problems=problems or [],
        most_files=rules.MOST_FILES,
        megabytes=MAX_MEGABYTES,
        **context,
    )

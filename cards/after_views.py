"""What is left to do after a report, and with a new card: its owner marks what is done, and puts off what is not."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from breachdesk.lib import references
from cards import afterwards, queries
from cards.states import Todo, TodoState
from lookup import queries as lookup
from lookup import session
from lookup.states import Later


@require_http_methods(["GET", "POST"])
@session.proven_person(parking=False)
def todo(request: HttpRequest, reference: str) -> HttpResponse:
    at, person = timezone.now(), session.person_of(request)
    act = queries.act_of(person, reference) if references.is_valid(reference) else None
    if act is None or not act.is_report:
        raise Http404
    response = redirect("cards:receipt", act.reference)
    response["Location"] += "#todo"
    if request.method != "POST":
        return response
    which, said = request.POST.get("todo", ""), request.POST.get("state", "")
    # Whether the card is stopped only the issuer says.
    if which not in Todo.values or which == Todo.BLOCKED or said not in ("todo", *TodoState.values, *Later.values):
        raise Http404
    remind = Later(said) if said in Later.values and lookup.contacts_of(person) else None
    state = TodoState.LATER if said in Later.values else None if said == "todo" else TodoState(said)
    afterwards.mark(
        act=act,
        todo=Todo(which),
        state=state,
        remind=remind,
        language=(get_language() or "ko")[:2],
        by=session.actor(request),
        at=at,
    )
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@session.proven_person
def moving(request: HttpRequest) -> HttpResponse:
    at, person = timezone.now(), session.person_of(request)
    if request.method == "POST":
        sheet = request.POST.get("sheet", "")
        number = int(sheet) if sheet.isascii() and sheet.isdigit() and len(sheet) < 19 else 0
        moved = [item.replace("\0", "")[:40] for item in request.POST.getlist("moved")]
        if not afterwards.tick(person=person, sheet=number, moved=moved, by=session.actor(request), at=at):
            raise Http404
        return redirect("cards:moving")
    parked = session.parked(request)
    sheets = [
        {
            "sheet": sheet,
            "card": sheet.act.asked,
            "ties": [
                (
                    tie,
                    tie.told,
                    tie.moved_at is not None or (parked is not None and tie.item in parked.getlist("moved")),
                )
                for tie in sheet.ties.order_by("next_on", "pk")
            ],
            "left": sum(tie.moved_at is None for tie in sheet.ties.all()),
        }
        for sheet in queries.sheets_of(person)
    ]
    return render(request, "cards/moving.html", {"sheets": sheets})

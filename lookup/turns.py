"""Whose turn it is: the line (line.py) as one browser carries it, in cookies that say nothing about anybody."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse

from lookup import cookies, line
from lookup.line import Place, Ticket

TICKET_COOKIE = f"{cookies.PREFIX}place"
TURN_COOKIE = f"{cookies.PREFIX}turn"
BEGAN_COOKIE = f"{cookies.PREFIX}began"
COOKIES = (TICKET_COOKIE, TURN_COOKIE, BEGAN_COOKIE)
# Once in, nobody lines up again for a mistyped number or a second contact.
TURN_LASTS = dt.timedelta(minutes=15)
BEGAN_LASTS = dt.timedelta(days=14)


def has_turn(request: HttpRequest) -> bool:
    return bool(cookies.read(request, TURN_COOKIE, lives=TURN_LASTS))


def ask(request: HttpRequest, at: dt.datetime) -> tuple[Place, Ticket]:
    """The place of this browser's ticket; of a new one where it has none that is still good."""
    the_line = line.of_the_site()
    brought = Ticket.read(cookies.read(request, TICKET_COOKIE, lives=line.TICKET_LIVES), at)
    began = bool(cookies.read(request, BEGAN_COOKIE, lives=BEGAN_LASTS))
    if brought:
        place = the_line.ask(brought, returns=True, began=began, at=at)
        if place:
            return place, brought
    ticket = Ticket.new(at)
    place = the_line.ask(ticket, returns=False, began=began, at=at)
    assert place, "a ticket that was just made has not gone in"
    return place, ticket


def keep_place(response: HttpResponse, ticket: Ticket) -> None:
    cookies.put(response, TICKET_COOKIE, ticket.written(), lives=line.TICKET_LIVES)


def go_in(response: HttpResponse) -> None:
    cookies.put(response, TURN_COOKIE, "1", lives=TURN_LASTS)
    cookies.drop(response, TICKET_COOKIE)


def remember_begun(response: HttpResponse) -> None:
    """Something unfinished waits for this browser's reader: next time they go first."""
    cookies.put(response, BEGAN_COOKIE, "1", lives=BEGAN_LASTS)

"""The desk: where staff sign in, and the frame (Django's admin in our own skin) that the rooms hang their pages into.

A room's `admin.py` hangs things in:

    from breachdesk import desk
    from breachdesk.desk import frame
    from breachdesk.desk.admin_base import ReadOnlyAdmin

    @admin.register(Message)                     a list and its detail page: admin_base.ReadOnlyAdmin, admin_base.DeskAdmin
    class MessageAdmin(ReadOnlyAdmin): ...

    @frame.page("review/", name="review_queue", title=_("심사할 신청"), group=frame.WORK, may="claims.review_claim")
    def queue(request): ...                      a page of its own, at /admin/review/, in the list on the left

    @frame.panel("messages", may="delivery.view_message", template="desk/panels/messages.html")
    def messages(request, at): ...               a panel on the first page

    @desk.fresh                                  a weighty act: the second factor of the last five minutes
    def confirm(request): ...

Who may what is one table: breachdesk/desk/roles.py.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase


def fresh(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For weighty acts: whoever did not use the second factor within five minutes is asked for it first.

    A posted form is not lost: it is kept sealed in the session and offered again afterwards.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        # Imported late: a package that is an app cannot import its models while apps are loading.
        from breachdesk.desk import session

        return session.ask_again(request) or view(request, *args, **kwargs)

    return guarded

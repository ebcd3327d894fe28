"""What the audit keeps of signing in: who and what, never an address, an e-mail or anything typed."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account_signals
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import signals as mfa_signals
from allauth.mfa.models import Authenticator
from allauth.usersessions import signals as usersessions_signals
from django.contrib.auth import signals as auth_signals
from django.db import transaction
from django.db.models.signals import post_save, pre_save
from django.http import HttpRequest

from breachdesk import audit
from breachdesk.accounts.models import User
from breachdesk.desk import session


def begin() -> None:
    auth_signals.user_logged_in.connect(_session_begins)
    auth_signals.user_logged_out.connect(_signed_out)
    auth_signals.user_login_failed.connect(_sign_in_failed)
    account_signals.user_logged_in.connect(_signed_in)
    account_signals.password_changed.connect(_password_changed)
    mfa_signals.authentication_failed.connect(_second_factor_failed)
    mfa_signals.authenticator_used.connect(_second_factor_used)
    mfa_signals.authenticator_added.connect(_second_factor_added)
    mfa_signals.authenticator_removed.connect(_second_factor_removed)
    mfa_signals.authenticator_reset.connect(_recovery_codes_renewed)
    pre_save.connect(_before_saving, sender=User)
    post_save.connect(_after_saving, sender=User)
    # allauth would keep address and browser of everybody who signs in; it keeps those of staff only.
    account_signals.user_logged_in.disconnect(usersessions_signals.on_user_logged_in)


def about(user: User | None) -> str:
    return f"staff:{user.pk}" if user else "staff:unknown"


def _record(kind: str, request: HttpRequest | None, *, by: User | None, of: User | None, **data: Any) -> None:
    with transaction.atomic():
        audit.record(kind=f"desk.{kind}", by=by, about=about(of), at=session.now(request), **data)


def _before_saving(instance: User, **_more: Any) -> None:
    was = User.objects.filter(pk=instance.pk, is_superuser=True).exists() if instance.is_superuser else False
    instance.becomes_superuser = instance.is_superuser and not was  # type: ignore[attr-defined]


def _after_saving(instance: User, **_more: Any) -> None:
    """No page of ours makes a superuser, so whoever did it did it past us."""
    from breachdesk.desk import actions  # it names people by `about` from here

    if instance.becomes_superuser:  # type: ignore[attr-defined]
        actions.note_superuser(user=instance, at=session.now(None))


def _session_begins(request: HttpRequest | None, user: User, **_more: Any) -> None:
    if user.is_staff and request is not None:
        session.begin(request, at=session.now(request))


def _signed_in(request: HttpRequest, user: User, **more: Any) -> None:
    if not user.is_staff:
        return
    usersessions_signals.on_user_logged_in(request=request, user=user, **more)
    records = get_authentication_records(request, user)
    _record(
        "signed_in", request, by=user, of=user, proved_by=[record.get("type") or record["method"] for record in records]
    )


def _signed_out(request: HttpRequest | None, user: User | None, **_more: Any) -> None:
    if user is not None and user.is_staff:
        _record("signed_out", request, by=user, of=user)


def _sign_in_failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_more: Any) -> None:
    email = str(credentials.get("email") or credentials.get("username") or "").strip().lower()
    _record(
        "sign_in_failed",
        request,
        by=None,
        of=User.objects.filter(is_staff=True, email=email).first() if email else None,
    )


def paused(request: HttpRequest, *, subject: str) -> None:
    """The last try was used up: somebody is guessing."""
    staff = User.objects.filter(is_staff=True)
    found = staff.filter(pk=int(subject)) if subject.isdecimal() else staff.filter(email=subject)
    _record("sign_in_paused", request, by=None, of=found.first() if subject else None)


def _password_changed(request: HttpRequest, user: User, **_more: Any) -> None:
    _record("password_changed", request, by=user, of=user)


def _second_factor_failed(request: HttpRequest, user: User, authenticator: Authenticator, **_more: Any) -> None:
    _record("second_factor_failed", request, by=None, of=user, type=authenticator.type)


def _second_factor_used(request: HttpRequest, user: User, authenticator: Authenticator, **more: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        _record("recovery_code_used", request, by=user, of=user)
    elif more.get("reauthenticated"):
        _record("proved_again", request, by=user, of=user, type=authenticator.type)


def _second_factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **_more: Any) -> None:
    _record("second_factor_added", request, by=user, of=user, type=authenticator.type)
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        # Setting it up proved it: nobody is asked for the same thing twice in a minute.
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)


def _second_factor_removed(request: HttpRequest, user: User, authenticator: Authenticator, **_more: Any) -> None:
    _record("second_factor_removed", request, by=user, of=user, type=authenticator.type)


def _recovery_codes_renewed(request: HttpRequest, user: User, authenticator: Authenticator, **_more: Any) -> None:
    _record("recovery_codes_renewed", request, by=user, of=user)

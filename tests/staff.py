"""A cast of staff for every room's tests: people with roles, and a client that has passed the second factor."""

from __future__ import annotations

import itertools
import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from breachdesk.accounts.models import User
from breachdesk.desk import secrets, session

PASSWORD = "a long enough password"
_numbers = itertools.count(1)


def member(*roles: str, name: str = "", **fields: Any) -> User:
    """A member of staff with a password, an authenticator app and these roles."""
    number = next(_numbers)
    user = User.objects.create_staff(
        email=fields.pop("email", f"staff{number}@hanbitcard.example"),
        name=name or f"직원 {number}",
        password=PASSWORD,
        **fields,
    )
    user.groups.set(Group.objects.filter(name__in=roles))
    assert user.groups.count() == len(roles)
    totp_of(user)
    return user


def totp_of(user: User) -> str:
    """Gives the user an authenticator app; its secret."""
    secret = generate_totp_secret()
    Authenticator.objects.create(
        user=user, type=Authenticator.Type.TOTP, data={"secret": secrets.seal(secret, owner=user.pk)}
    )
    return secret


def code_of(user: User, *, steps: int = 0) -> str:
    """What the user's authenticator app shows now, or so many half minutes later."""
    authenticator = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    secret = secrets.unseal(authenticator.data["secret"])
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def sign_in(client: Client, user: User, *, second_factor: bool = True, ago: float = 0.0) -> Client:
    """As if the user had signed in `ago` seconds ago, with the second factor, without going through the pages."""
    client.force_login(user)
    kept = client.session
    then = timezone.now().timestamp() - ago
    kept[session.SINCE] = then
    kept[session.SEEN] = timezone.now().timestamp()
    records = [{"method": "password", "at": then}]
    if second_factor:
        records.append({"method": "mfa", "at": then, "type": "totp"})
    kept["account_authentication_methods"] = records
    kept["account_authentication_methods_user"] = str(user.pk)
    kept.save()
    return client

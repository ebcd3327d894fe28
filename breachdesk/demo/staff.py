"""The demo's staff, all invented: one login a role, two where two must agree.

Passwords are derived from the demo's own keys, so that each demo has others and none is written down anywhere.
"""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import transaction

from breachdesk import keys, limits
from breachdesk.accounts.models import User
from breachdesk.demo import story
from breachdesk.desk import actions, secrets, tries

STEP_SECONDS = 30


@dataclass(frozen=True)
class Member:
    role: str
    email: str
    name: str

    @property
    def key(self) -> str:
        return self.email.partition("@")[0]

    @property
    def password(self) -> str:
        letters = base64.b32encode(keys.secret_hash("demo.staff.password", self.email)).decode().lower()
        return "-".join(letters[place : place + 5] for place in range(0, 20, 5))


STAFF = (
    Member("intake", "intake@hanbitcard.example", "한지우"),
    Member("agent", "agent@hanbitcard.example", "한소리"),
    Member("agent", "agent2@hanbitcard.example", "임가온"),
    Member("reviewer", "reviewer@hanbitcard.example", "박지안"),
    Member("reviewer", "reviewer2@hanbitcard.example", "최다온"),
    Member("approver", story.APPROVER["email"], story.APPROVER["name"]),
    Member("payer", "payer@hanbitcard.example", "신유진"),
    Member("payer", "payer2@hanbitcard.example", "남도경"),
    Member("notice_editor", story.EDITOR["email"], story.EDITOR["name"]),
    Member("privacy_officer", "officer@hanbitcard.example", "정하윤"),
    Member("auditor", "auditor@hanbitcard.example", "배수현"),
    Member("account_admin", "admin@hanbitcard.example", "오세린"),
    Member("account_admin", "admin2@hanbitcard.example", "윤도현"),
)


@transaction.atomic
def open_accounts(*, at: dt.datetime) -> None:
    """Every member with password, role and authenticator app. What somebody has is left as it is."""
    there = {user.email: user for user in User.objects.filter(is_staff=True)}
    for member in STAFF:
        user = there.get(member.email) or User.objects.create_staff(email=member.email, name=member.name)
        if not user.is_active:
            continue
        if not user.has_usable_password():
            user.set_password(member.password)
            user.save(update_fields=["password"])
        if not user.groups.exists():
            actions.give_from_console(user=user, codes=[member.role], at=at)
        if not Authenticator.objects.filter(user=user).exists():
            secret = base64.b32encode(keys.secret_hash("demo.staff.totp", member.email)[:20]).decode()
            sealed = {"secret": secrets.seal(secret, owner=user.pk)}
            Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data=sealed)


def codes(*, at: dt.datetime) -> dict[str, str]:
    """By e-mail, a code that still counts. Each counts once, so after its use the one of the next half minute is given."""
    apps = Authenticator.objects.filter(type=Authenticator.Type.TOTP, user__email__in=[one.email for one in STAFF])
    return {app.user.email: _unused(app, at) for app in apps.select_related("user")}


def _unused(app: Authenticator, at: dt.datetime) -> str:
    secret = secrets.unseal(app.data["secret"])
    now = int(at.timestamp()) // STEP_SECONDS
    for step in (now, now + 1, now - 1):
        code = format_hotp_value(hotp_value(secret, step))
        if limits.left(tries.CODE_ONCE, subject=f"{app.user_id}:{code}", at=at):
            return code
    return ""

"""What the desk reads across the rooms."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib.auth.tokens import default_token_generator
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.http import urlsafe_base64_decode

from breachdesk.accounts.models import User


def staff() -> QuerySet[User]:
    """Every member of staff, with `protected`: a second factor is set up."""
    own = Authenticator.objects.filter(user=OuterRef("pk")).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return User.objects.filter(is_staff=True).annotate(protected=Exists(own))


def owner_of_link(whom: str, token: str) -> User | None:
    """Whose one-time link this is; None once it was used, is a day old, or the account is closed."""
    try:
        pk = int(urlsafe_base64_decode(whom))
    except ValueError:
        return None
    user = User.objects.staff().filter(pk=pk).first()
    return user if default_token_generator.check_token(user, token) else None

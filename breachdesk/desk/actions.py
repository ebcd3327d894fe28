"""The only writers of staff accounts and roles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from breachdesk import audit
from breachdesk.accounts.models import User
from breachdesk.desk import letters, roles, rules, watch
from breachdesk.desk.models import RoleGrant
from breachdesk.lib.contacts import Contact
from delivery import outbox
from delivery.words import Words

LINK_LIVES = dt.timedelta(hours=24)


class EmailTaken(Exception):
    """There is a member of staff with this e-mail."""


class NotOneself(Exception):
    """Nobody changes their own account or rights."""


class NotByTheSame(Exception):
    """Whoever proposed a role does not confirm it, and whoever gets it neither."""


class AlreadyDecided(Exception):
    """Somebody has decided this meanwhile, or the account has the role."""


@transaction.atomic
def create_staff(*, email: str, name: str, by: User | None, at: dt.datetime) -> User:
    """An account without password or role; the one-time link leaves by e-mail, so that nobody else ever knows a password."""
    try:
        with transaction.atomic():
            user = User.objects.create_staff(email=email, name=name)
    except IntegrityError:
        raise EmailTaken from None
    _record("staff_created", user, by=by, at=at)
    _send_link(user, at=at)
    return user


@transaction.atomic
def send_link(*, user: User, by: User | None, at: dt.datetime) -> None:
    """A new one-time link. The old password stays good until the link is used."""
    _not_oneself(user, by)
    user = _locked(user)
    _record("link_sent", user, by=by, at=at)
    _send_link(user, at=at)


@transaction.atomic
def set_password(*, user: User, password: str, at: dt.datetime) -> None:
    user = _locked(user)
    user.set_password(password)
    user.save(update_fields=["password"])
    _end_sessions(user)
    _record("password_set", user, by=user, at=at)


@transaction.atomic
def forget_second_factor(*, user: User, by: User, at: dt.datetime) -> None:
    """The phone is lost: the next sign-in sets up a new one. The owner is told, in case it was not."""
    _not_oneself(user, by)
    user = _locked(user)
    Authenticator.objects.filter(user=user).delete()
    _end_sessions(user)
    _record("second_factor_forgotten", user, by=by, at=at)
    _tell(user, letters.second_factor_removed(user), key=f"staff-second-factor:{user.pk}:{at.timestamp()}", at=at)


@transaction.atomic
def close(*, user: User, by: User, at: dt.datetime) -> None:
    _not_oneself(user, by)
    user = _locked(user)
    user.is_active = False
    user.set_unusable_password()
    user.save(update_fields=["is_active", "password"])
    _end_sessions(user)
    _record("staff_closed", user, by=by, at=at)


@transaction.atomic
def reopen(*, user: User, by: User, at: dt.datetime) -> None:
    """Comes back without password and without roles: those are given anew, by two."""
    _not_oneself(user, by)
    user = _locked(user)
    user.is_active = True
    user.save(update_fields=["is_active"])
    user.groups.clear()
    _record("staff_reopened", user, by=by, at=at)
    _send_link(user, at=at)


@transaction.atomic
def propose_role(*, user: User, role: str, by: User, at: dt.datetime) -> RoleGrant:
    _not_oneself(user, by)
    user = _locked(user)
    if role not in roles.BY_CODE:
        raise LookupError(role)
    if user.groups.filter(name=role).exists() or user.role_grants.filter(role=role, decided_at=None).exists():
        raise AlreadyDecided
    grant = RoleGrant.objects.create(user=user, role=role, proposed_by=by, proposed_at=at)
    _record("role_proposed", user, by=by, at=at, role=role)
    return grant


@transaction.atomic
def decide_role(*, grant: RoleGrant, confirm: bool, by: User, at: dt.datetime) -> None:
    """Confirming takes a third person; taking a proposal back may be done by whoever made it."""
    grant = RoleGrant.objects.select_for_update(of=("self",)).select_related("user", "proposed_by").get(pk=grant.pk)
    if grant.decided_at is not None:
        raise AlreadyDecided
    if grant.user_id == by.pk or (confirm and grant.proposed_by_id == by.pk):
        raise NotByTheSame
    grant.decided_at, grant.decided_by, grant.confirmed = at, by, confirm
    grant.save(update_fields=["decided_at", "decided_by", "confirmed"])
    if confirm:
        _join(grant.user, [grant.role])
        _record("role_given", grant.user, by=by, at=at, role=grant.role, proposed_by=grant.proposed_by_id)
        _tell(grant.user, letters.role_given(grant.user, grant.role_name), key=f"staff-role:{grant.pk}", at=at)
        two = f"{grant.proposed_by.name}, {by.name}"
        _warn(letters.rights_given(grant.user, grant.role_name, by=two), key=f"staff-role-alert:{grant.pk}", at=at)
    else:
        _record("role_refused", grant.user, by=by, at=at, role=grant.role)


@transaction.atomic
def take_role(*, user: User, role: str, by: User, at: dt.datetime) -> None:
    """Taking a right away needs one person only."""
    _not_oneself(user, by)
    user.groups.remove(Group.objects.get(name=role))
    _record("role_taken", user, by=by, at=at, role=role)


@transaction.atomic
def give_from_console(*, user: User, codes: Iterable[str], at: dt.datetime) -> None:
    """For whoever has the machine: the first account administrators, and the demo. Recorded like any other."""
    codes = list(codes)
    _join(user, codes)
    for code in codes:
        _record("role_given", user, by=None, at=at, role=code)


@transaction.atomic
def note_superuser(*, user: User, at: dt.datetime) -> None:
    """Somebody with the machine made a superuser: it is recorded, and those who watch are told."""
    _record("superuser_made", user, by=None, at=at)
    words = letters.rights_given(user, gettext("최고 관리자"), by=gettext("콘솔"))
    _warn(words, key=f"staff-superuser:{user.pk}:{at.timestamp()}", at=at)


@transaction.atomic
def forget_sessions(*, at: dt.datetime) -> int:
    """Where staff were signed in, once no session of theirs can still be alive."""
    gone, _by_model = UserSession.objects.filter(created_at__lt=at - rules.AT_MOST).delete()
    return gone


def _join(user: User, codes: Iterable[str]) -> None:
    user.groups.add(*Group.objects.filter(name__in=list(codes)))


def _locked(user: User) -> User:
    return User.objects.select_for_update(of=("self",)).get(pk=user.pk, is_staff=True)


def _not_oneself(user: User, by: User | None) -> None:
    if by is not None and by.pk == user.pk:
        raise NotOneself


def _end_sessions(user: User) -> None:
    for session in UserSession.objects.filter(user=user):
        session.end()


def _send_link(user: User, *, at: dt.datetime) -> None:
    key = f"staff-link:{user.pk}:{at.timestamp()}"
    _tell(user, letters.one_time_link(user), key=key, at=at, expires_at=at + LINK_LIVES)


def _tell(user: User, words: Words, *, key: str, at: dt.datetime, expires_at: dt.datetime | None = None) -> None:
    # In the lane whose words are blanked as soon as the provider has them: the link is a secret.
    to = Contact("email", user.email or "")
    outbox.put(words, to=to, key=key, about=watch.about(user), lane="code", at=at, expires_at=expires_at)


def _warn(words: Words, *, key: str, at: dt.datetime) -> None:
    for watcher in User.objects.staff().filter(groups__name="privacy_officer"):
        _tell(watcher, words, key=f"{key}:{watcher.pk}", at=at)


def _record(kind: str, user: User, *, by: User | None, at: dt.datetime, **data: object) -> None:
    audit.record(kind=f"desk.{kind}", by=by, about=watch.about(user), at=at, **data)

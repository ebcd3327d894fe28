"""Who may sign in: staff, and the account of a cardholder who has proved a contact."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q


class UserManager(BaseUserManager["User"]):
    def create_staff(self, *, email: str, name: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), name=name, is_staff=True, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_cardholder(self) -> User:
        """An account without e-mail, name or password: contacts exist only sealed, in `lookup`."""
        user = self.model()
        user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, name: str = "", password: str | None = None, **fields: Any) -> User:
        return self.create_staff(email=email, name=name or email, password=password, is_superuser=True, **fields)

    def staff(self) -> models.QuerySet[User]:
        return self.filter(is_staff=True, is_active=True)


class User(AbstractBaseUser, PermissionsMixin):
    """A member of staff (e-mail, name, password) or a cardholder (none of them)."""

    email = models.EmailField(unique=True, null=True, blank=True)
    name = models.CharField(max_length=80, blank=True)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="accounts_user_staff_have_email_cardholders_none",
                condition=Q(is_staff=True, email__isnull=False) | Q(is_staff=False, email__isnull=True, name=""),
            )
        ]

    def __str__(self) -> str:
        return self.name if self.is_staff else f"cardholder {self.pk}"

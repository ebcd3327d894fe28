"""The forms of signing in: allauth's, with what theirs leave open closed."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from breachdesk import keys, limits
from breachdesk.desk import secrets, session, tries

NO_EMAIL = _("이메일 주소를 적어 주세요. 예: name@company.example")
NO_CODE = _("코드를 적어 주세요.")
NO_NEW_PASSWORD = _("새 비밀번호를 적어 주세요.")
NOT_THE_SAME = _("두 번 적은 비밀번호가 서로 달라요.")
HOW_LONG = _("12자 넘게 적어 주세요. 이름이나 이메일이 들어가면 안 돼요.")


class LoginForm(account_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("이메일")
        self.fields["login"].widget.attrs = {"autocomplete": "username webauthn", "type": "email"}
        self.fields["password"].label = _("비밀번호")
        self.fields["password"].help_text = ""
        self.fields["login"].error_messages |= {"required": NO_EMAIL, "invalid": NO_EMAIL}
        self.fields["password"].error_messages["required"] = _("비밀번호를 적어 주세요.")
        self.fields["password"].widget.attrs.pop("placeholder", None)

    def clean_login(self) -> str:
        login = super().clean_login().lower()
        if not login.isascii():
            # PostgreSQL's upper() takes ı for I and ſ for S: each spelling would have had tries of its own.
            raise get_account_adapter().validation_error("email_password_mismatch")
        return login

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.user is not None and not self.user.is_staff:
            raise get_account_adapter().validation_error("email_password_mismatch")
        return cleaned


class CodeForm(forms.Form):
    """A code counts once, and a secret only in its owner's row. PostgreSQL knows both; a flushed cache resets nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("6자리 코드")
        self.fields["code"].error_messages["required"] = NO_CODE
        self.fields["code"].widget.attrs = {
            "autocomplete": "one-time-code",
            "inputmode": "numeric",
            "autocapitalize": "off",
            "spellcheck": "false",
        }

    def clean_code(self) -> str:
        for authenticator in Authenticator.objects.filter(user=self.user):  # type: ignore[attr-defined]
            sealed = authenticator.data.get("secret") or authenticator.data.get("seed")
            if sealed and secrets.owner_of(sealed) != authenticator.user_id:
                raise keys.CannotOpen("a second factor lies in somebody else's row")
        code: str = super().clean_code()  # type: ignore[misc]
        once = tries.CODE_ONCE.of(f"{self.user.pk}:{code.strip()}")  # type: ignore[attr-defined]
        if not limits.take(once, at=session.now(context.request)).ok:
            raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(CodeForm, mfa_forms.AuthenticateForm):
    pass


class ReauthenticateForm(CodeForm, mfa_forms.ReauthenticateForm):
    pass


class LoginWebAuthnForm(webauthn_forms.LoginWebAuthnForm):
    """Signing in with a passkey alone. Only staff may, whoever else will own a passkey one day."""

    def clean_credential(self) -> Authenticator:
        authenticator = super().clean_credential()
        if not (authenticator.user.is_staff and authenticator.user.is_active):
            raise get_adapter().validation_error("incorrect_code")
        return authenticator


class ActivateTOTPForm(totp_forms.ActivateTOTPForm):
    """While it is being set up, the secret waits in the session: sealed, as it will lie in the database afterwards."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kept = context.request.session
        waiting = kept.pop(SECRET_SESSION_KEY, None)
        if waiting:
            kept[SECRET_SESSION_KEY] = secrets.unseal(waiting)
        super().__init__(*args, **kwargs)
        kept[SECRET_SESSION_KEY] = secrets.seal(self.secret, owner=self.user.pk)
        self.fields["code"].label = _("앱에 보이는 6자리 코드")
        self.fields["code"].error_messages["required"] = NO_CODE
        self.fields["code"].widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric"}


class ChangePasswordForm(account_forms.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("지금 비밀번호")
        self.fields["oldpassword"].error_messages["required"] = _("지금 비밀번호를 적어 주세요.")
        for name, label in (("password1", _("새 비밀번호")), ("password2", _("새 비밀번호 한 번 더"))):
            self.fields[name].label = label
            self.fields[name].error_messages["required"] = NO_NEW_PASSWORD
        for field in self.fields.values():
            field.help_text = ""
            field.widget.attrs.pop("placeholder", None)
        self.fields["password1"].help_text = HOW_LONG

    def add_error(self, field: str | None, error: Any) -> None:
        """The only error that allauth gives as bare words is that the two differ."""
        super().add_error(field, NOT_THE_SAME if field == "password2" and isinstance(error, str | Promise) else error)


class FirstPasswordForm(SetPasswordForm):
    error_messages = {"password_mismatch": NOT_THE_SAME}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("new_password1", _("새 비밀번호")), ("new_password2", _("새 비밀번호 한 번 더"))):
            self.fields[name].label, self.fields[name].help_text = label, ""
            self.fields[name].error_messages["required"] = NO_NEW_PASSWORD
        self.fields["new_password1"].help_text = HOW_LONG

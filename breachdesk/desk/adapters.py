"""allauth as staff see it: no sign-up, no mail of its own, sealed secrets, and our words."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from breachdesk import limits
from breachdesk.desk import secrets, session

# All that a session may carry over into a staff session: allauth's own notes on this sign-in, and a form that waits, sealed for one person.
KEEP = ("account_", "_account_", "mfa.", "_messages", "messages", session.HELD)


class StaffAccounts(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("이메일이나 비밀번호가 맞지 않아요."),
        "incorrect_password": _("비밀번호가 맞지 않아요."),
        "enter_current_password": _("지금 비밀번호가 맞지 않아요."),
        "too_many_login_attempts": _("여러 번 틀려서 잠시 멈췄어요. 조금 뒤에 다시 해 주세요."),
        "rate_limited": _("너무 자주 보냈어요. 조금 뒤에 다시 해 주세요."),
        "account_inactive": _("닫힌 계정이에요."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: Any) -> None:
        """Cardholders come here too, from `lookup`, after our own code. A staff session takes nothing of theirs along."""
        if user.is_staff:
            for key in list(request.session.keys()):
                if not key.startswith(KEEP):
                    del request.session[key]
        super().login(request, user)

    def is_reauthentication_required(self, *, app: str) -> bool:
        return not session.is_fresh(context.request, at=session.now(context.request))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, str]]:
        """With a second factor set up, the password is not enough to prove oneself again."""
        methods = super().get_reauthentication_methods(user)
        stronger = [method for method in methods if method["id"] != "reauthenticate"]
        return stronger or methods

    def get_client_ip(self, request: HttpRequest) -> str:
        return limits.client_address(request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """allauth writes to nobody: what staff are told leaves by delivery.outbox (breachdesk/desk/letters.py)."""

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """allauth's own notices are left out: the page that follows says it. Errors of the passkey pages stay."""
        if kwargs.get("message"):
            super().add_message(*args, **kwargs)


class SecondFactors(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("코드가 맞지 않거나 이미 쓴 코드예요. 다음 코드를 기다려 적어 주세요."),
        "cannot_delete_authenticator": _("하나 남은 두 번째 인증은 지울 수 없어요."),
    }

    def encrypt(self, text: str) -> str:
        return secrets.seal(text, owner=context.request.user.pk)

    def decrypt(self, encrypted_text: str) -> str:
        return secrets.unseal(encrypted_text)

    def get_totp_issuer(self) -> str:
        return self._get_site_name()

    def _get_site_name(self) -> str:
        language = "en" if (get_language() or "ko").startswith("en") else "ko"
        return str(settings.ISSUER["name"][language])

    def build_totp_svg(self, url: str) -> str:
        """Only the drawing: an XML declaration has no place inside a page."""
        return super().build_totp_svg(url).partition("?>")[2]

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to our one address, whatever a request calls us. A demo answers to any name of its machine."""
        host = context.request.get_host() if settings.DEMO else urlsplit(settings.PUBLIC_URL).netloc
        return {"id": host.partition(":")[0], "name": self._get_site_name()}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        """A cardholder's device keeps our name and a number beside the passkey, and nothing of theirs."""
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        if not user.is_staff:
            entity["name"] = entity["display_name"] = f"{self._get_site_name()} · {_('유출 조회')}"
        return entity

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """Left to the page to fill in: the device it is on."""
        return str(_("패스키"))


__all__ = ["SECRET_SESSION_KEY", "SecondFactors", "StaffAccounts"]

"""What staff call the providers, which the settings and the attempts know by a short name."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

NAMES = {
    "phone": _("문자 업체 1"),
    "phone-2": _("문자 업체 2"),
    "alimtalk": _("알림톡 업체 1"),
    "alimtalk-2": _("알림톡 업체 2"),
    "smtp": _("메일 서버"),
    "mail": _("메일 업체"),
    "mail-house": _("우편 발송 업체"),
}


def name_of(provider: str) -> str:
    """As it is written where nobody has named it: one that is in the settings no more."""
    return str(NAMES.get(provider, provider))

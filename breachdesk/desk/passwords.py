"""Django's rules for a password, in our words."""

from __future__ import annotations

from django.contrib.auth import password_validation as django_rules
from django.utils.translation import gettext as _


class LongEnough(django_rules.MinimumLengthValidator):
    def get_error_message(self) -> str:
        return _("%(n)d자 넘게 적어 주세요.") % {"n": self.min_length}

    get_help_text = get_error_message


class NotCommon(django_rules.CommonPasswordValidator):
    def get_error_message(self) -> str:
        return _("너무 많은 사람이 쓰는 비밀번호예요. 다른 것을 적어 주세요.")

    get_help_text = get_error_message


class NotOneself(django_rules.UserAttributeSimilarityValidator):
    def get_error_message(self) -> str:
        return _("이름이나 이메일과 너무 비슷해요. 다른 것을 적어 주세요.")

    def get_help_text(self) -> str:
        return self.get_error_message()

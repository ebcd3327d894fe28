"""/accounts/…: what staff need of allauth, under allauth's names, and nothing else. The rest of it is not reachable."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.usersessions import views as usersessions
from django.urls import path

from breachdesk.desk import tries, views

password = tries.guarded(tries.PASSWORD, tries.of_signed_in)
code = tries.guarded(tries.CODE, tries.of_signed_in)

urlpatterns = [
    path("login/", tries.guarded(tries.PASSWORD, tries.of_typed_email)(account.login), name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("closed/", account.account_inactive, name="account_inactive"),
    path("start/<str:whom>/<str:token>/", views.first_password, name="desk_first_password"),
    path("reauthenticate/", password(account.reauthenticate), name="account_reauthenticate"),
    path("password/", password(account.password_change), name="account_change_password"),
    path("sessions/", usersessions.list_usersessions, name="usersessions_list"),
    path("2fa/", mfa.index, name="mfa_index"),
    path(
        "2fa/authenticate/",
        tries.guarded(tries.CODE, tries.of_pending_user)(mfa.authenticate),
        name="mfa_authenticate",
    ),
    path("2fa/reauthenticate/", code(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("2fa/app/activate/", code(totp.activate_totp), name="mfa_activate_totp"),
    path("2fa/app/remove/", views.not_the_last(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/new/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("2fa/passkeys/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("2fa/passkeys/add/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("2fa/passkeys/login/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("2fa/passkeys/reauthenticate/", code(webauthn.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("2fa/passkeys/<int:pk>/remove/", views.not_the_last(webauthn.remove_webauthn), name="mfa_remove_webauthn"),
    path("2fa/passkeys/<int:pk>/edit/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
]

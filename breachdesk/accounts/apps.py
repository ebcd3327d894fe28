from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "breachdesk.accounts"
    label = "accounts"

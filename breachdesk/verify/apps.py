from django.apps import AppConfig


class VerifyConfig(AppConfig):
    name = "breachdesk.verify"
    label = "verify"

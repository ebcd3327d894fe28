from django.apps import AppConfig


class LimitsConfig(AppConfig):
    name = "breachdesk.limits"
    label = "limits"

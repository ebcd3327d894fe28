from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "breachdesk.audit"
    label = "audit"

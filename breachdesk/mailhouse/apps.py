from django.apps import AppConfig


class MailhouseConfig(AppConfig):
    name = "breachdesk.mailhouse"
    label = "mailhouse"

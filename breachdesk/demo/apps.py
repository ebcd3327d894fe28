from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "breachdesk.demo"
    label = "demo"

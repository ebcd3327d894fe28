from django.apps import AppConfig


class PacksConfig(AppConfig):
    name = "breachdesk.packs"
    label = "packs"

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "breachdesk.files"
    label = "files"

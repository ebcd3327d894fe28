from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.db.models.signals import post_migrate


class AdminConfig(admin_apps.AdminConfig):
    """Django's admin with our site in it."""

    default = False  # the one to be named in full; `breachdesk.desk` by itself means DeskConfig
    default_site = "breachdesk.desk.site.DeskSite"


class DeskConfig(AppConfig):
    name = "breachdesk.desk"
    label = "desk"

    def ready(self) -> None:
        from breachdesk.desk import roles, watch
        from lookup import readings

        watch.begin()
        readings.name_roles(lambda user: [str(role.name) for role in roles.of(user)])
        # Last of our apps, so that every room's permissions are there when the table is applied.
        post_migrate.connect(roles.apply, sender=self)

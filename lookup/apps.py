from django.apps import AppConfig


class LookupConfig(AppConfig):
    name = "lookup"

    def ready(self) -> None:
        from lookup import disputing, readings

        readings.register(
            {"lookup.dispute_revealed": disputing.REVEALED},
            about=disputing.names_of,
            why=disputing.reason_of,
        )

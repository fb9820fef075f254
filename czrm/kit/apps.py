from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "czrm.kit"

    def ready(self) -> None:
        from . import checks  # noqa: F401 - registers itself

from django.apps import AppConfig


class DoorsConfig(AppConfig):
    name = "czrm.doors"

    def ready(self) -> None:
        from . import schema  # noqa: F401  drf-spectacular finds it once it is imported

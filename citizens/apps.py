from django.apps import AppConfig


class CitizensConfig(AppConfig):
    name = "citizens"
    default_auto_field = "django.db.models.BigAutoField"
    inner_functions = (  # steps of definer functions, which the application may not take by themselves: see `migrate`
        "confirm_citizen", "claim_identifier", "visible_people", "likely_names", "is_named", "is_sealed_from", "match_reach",
        "portal_mandate",
    )  # fmt: skip

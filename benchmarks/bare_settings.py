"""The yardstick: Django and DRF with nothing of ours, as a role that no policy binds."""

from czrm.settings import *  # noqa: F403
from czrm.settings import DATABASES, OWNER_ROLE

INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "rest_framework"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "benchmarks.bare_urls"
AUTH_USER_MODEL = "auth.User"
DATABASES["default"]["USER"] = OWNER_ROLE
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [], "DEFAULT_PERMISSION_CLASSES": [], "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"], "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
}  # fmt: skip

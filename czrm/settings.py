"""Every setting, top to bottom; every environment variable is read here and described in docs/configuration.md."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from redis.backoff import NoBackoff
from redis.retry import Retry

from czrm.kit import embedded, logs

BASE_DIR = Path(__file__).resolve().parent.parent

VERSION = "0.1.0"
DEMO = os.environ.get("CZRM_DEMO", "") == "1"  # sample accounts, no second factor, a mailbox built in
DEBUG = os.environ.get("CZRM_DEBUG", "") == "1"
SECRET_KEY = os.environ.get("SECRET_KEY") or embedded.secret("secret-key")
GLASS_MINUTES = int(os.environ.get("GLASS_MINUTES", "60"))  # how long whoever breaks the glass of a protected record sees it
AUDIT_KEY = os.environ.get("AUDIT_KEY") or SECRET_KEY  # signs the segments of the trail
AUDIT_KEYS_BEFORE = [key for key in os.environ.get("AUDIT_KEYS_BEFORE", "").split(",") if key]  # public keys, in hexadecimal
ALLOWED_HOSTS = [host for host in os.environ.get("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]").split(",") if host]
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("CSRF_TRUSTED_ORIGINS", "").split(",") if origin]
HTTPS = os.environ.get("CZRM_HTTPS", "") == "1"  # behind a proxy that speaks TLS and sets X-Forwarded-Proto

INSTALLED_APPS = [
    "czrm.kit",  # first: our `migrate` and `flush` win over Django's
    "czrm.trail", "czrm.doors", "czrm.institutions", "citizens", "cases", "channels", "reporting",
    "czrm.institutions.site.AdminConfig", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
    "django.contrib.messages", "django.contrib.staticfiles", "django.contrib.postgres", "django.contrib.humanize", "django.forms",
    "allauth", "allauth.account", "allauth.mfa", "allauth.usersessions", "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "auditlog", "guardian", "oauth2_provider", "rest_framework", "drf_spectacular", "drf_spectacular_sidecar", "django_filters",
    "django_htmx", "csp", "django_cotton.apps.SimpleAppConfig", "template_partials.apps.SimpleAppConfig", "anymail",
]  # fmt: skip
MIDDLEWARE = [
    "czrm.kit.logs.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "czrm.doors.policy.ContentPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "czrm.doors.unchanged.Unchanged",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "czrm.doors.middleware.Door",
    "czrm.institutions.locale.InstitutionLocale",
    "czrm.doors.refusals.Refusals",
]
ROOT_URLCONF = "czrm.urls"
WSGI_APPLICATION = "czrm.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ERRAND = "channels.errands.errand_of"
GUEST = "czrm.institutions.entrance.guest_of"
MANDATE = "citizens.acting.held"  # for whom somebody acts at a portal
PROCEDURES = "cases.services.offers.names"  # what a mandate may be for

TEMPLATES: list[dict[str, Any]] = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [BASE_DIR / "templates"],
    "OPTIONS": {
        "loaders": [("template_partials.loader.Loader", [("django.template.loaders.cached.Loader", [
            "django_cotton.cotton_loader.Loader", "django.template.loaders.filesystem.Loader",
            "django.template.loaders.app_directories.Loader",
        ])])],
        "builtins": [
            "django_cotton.templatetags.cotton", "template_partials.templatetags.partials", "django.templatetags.i18n",
            "django.templatetags.static",
        ],
        "context_processors": [
            "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages", "czrm.institutions.context.desk", "channels.context.contacts",
        ],
    },
}]  # fmt: skip
COTTON_ISOLATE_BY_DEFAULT = True
FORM_RENDERER = "czrm.kit.forms.Renderer"

# Two logins, one database: the application runs as czrm_app; `migrate` and `flush` become czrm_owner (see kit/owner.py).
APP_ROLE, OWNER_ROLE = "czrm_app", "czrm_owner"


def database(url: str, role: str) -> dict[str, Any]:
    """The connection settings of a URL, or of the embedded server where there is none."""
    if not url:
        return {"NAME": embedded.DATABASE, "USER": role, "HOST": str(embedded.POSTGRES)}
    parts = urlsplit(url)
    return {"NAME": parts.path[1:], "USER": unquote(parts.username or role), "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "", "PORT": parts.port or ""}  # fmt: skip


POOL = int(os.environ.get("DATABASE_POOL", "8"))
POOLED = {"pool": {"min_size": 1, "max_size": POOL, "timeout": 5}, "server_side_binding": True, "prepare_threshold": 3}
DATABASES: dict[str, Any] = {"default": {
    "ENGINE": "django.db.backends.postgresql", **database(os.environ.get("DATABASE_URL", ""), APP_ROLE), "ATOMIC_REQUESTS": False,
    "CONN_HEALTH_CHECKS": True,
    "OPTIONS": POOLED if POOL else {},
    "CONN_MAX_AGE": 0 if POOL else 600,
}}  # fmt: skip
OWNER = database(os.environ.get("DATABASE_OWNER_URL", ""), OWNER_ROLE)

REDIS_URL = os.environ.get("REDIS_URL") or f"unix://{embedded.VALKEY_SOCKET}?db=0"
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL,
        "OPTIONS": {"retry": Retry(NoBackoff(), 0), "socket_timeout": 0.5, "socket_connect_timeout": 0.5},  # it would retry
    },
}  # fmt: skip
CELERY_BROKER_URL = os.environ.get("REDIS_URL") or f"redis+socket://{embedded.VALKEY_SOCKET}"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

AUTH_USER_MODEL = "institutions.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ANONYMOUS_USER_NAME = None  # guardian would insert one at every migrate
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/desk/"
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 10 * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"
ACCOUNT_ADAPTER = "czrm.institutions.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # people are invited to an address: the link they got proves it
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_SESSION_REMEMBER = False  # desks are shared: the session ends with the browser
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
MFA_ADAPTER = "czrm.institutions.adapters.MFAAdapter"
MFA_FORMS = {"add_webauthn": "czrm.institutions.passkeys.PasskeyForm"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "CzRM"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO or DEBUG
SOCIALACCOUNT_ADAPTER = "czrm.institutions.adapters.SocialAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
PORTAL_IDLE, PORTAL_LONGEST = 30 * 60, 4 * 60 * 60  # seconds a citizen's session lasts without use, and at all

# Citizens' log-in by an identity provider: OpenID Connect, its claims named as in citizens/vouching.py.
OIDC_ISSUER, OIDC_NAME = os.environ.get("OIDC_ISSUER", "").rstrip("/"), os.environ.get("OIDC_NAME", "")
OIDC_DOCUMENT, OIDC_KINDS = os.environ.get("OIDC_DOCUMENT", "document"), os.environ.get("OIDC_KINDS", "cl.rut")
OIDC_KIND, OIDC_GIVEN = os.environ.get("OIDC_KIND", ""), os.environ.get("OIDC_GIVEN", "given_name")
OIDC_SURNAME, OIDC_BIRTH = os.environ.get("OIDC_SURNAME", "family_name"), os.environ.get("OIDC_BIRTH", "birthdate")


def identity_provider(issuer: str, client_id: str, secret: str, scopes: str) -> dict[str, Any]:
    """As allauth takes it: authorisation code with PKCE."""
    app = {"provider_id": "citizens", "name": OIDC_NAME or "OpenID Connect", "client_id": client_id, "secret": secret,
           "settings": {"server_url": issuer, "oauth_pkce_enabled": True, "scope": scopes.split()}}  # fmt: skip
    return {"openid_connect": {"APPS": [app] if issuer else []}}


SOCIALACCOUNT_PROVIDERS = identity_provider(
    OIDC_ISSUER,
    os.environ.get("OIDC_CLIENT_ID", ""),
    os.environ.get("OIDC_CLIENT_SECRET", ""),
    os.environ.get("OIDC_SCOPES", "openid profile"),
)

OAUTH2_PROVIDER_APPLICATION_MODEL = "institutions.Client"
OAUTH2_PROVIDER = {"SCOPES": {"api": "Use the API"}, "ACCESS_TOKEN_EXPIRE_SECONDS": 900, "CLIENT_SECRET_HASHER": "default"}
AUDITLOG_LOGENTRY_MODEL = "trail.Change"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["czrm.doors.rest.DoorAuthentication"], "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_PAGINATION_CLASS": "czrm.doors.rest.Pages", "EXCEPTION_HANDLER": "czrm.doors.api.explain",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}  # fmt: skip
SPECTACULAR_SETTINGS = {
    "TITLE": "CzRM", "VERSION": "1", "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {"CitizenKindEnum": "citizens.models.Citizen.Kind"},
    "DESCRIPTION": "Ask `/oauth/token/` for a token (OAuth2 client credentials; an administrator registers your system) and send it"
    " as a bearer token. A client acts for one purpose, sees what it filed and what an agreement opens for that purpose, and each look is"
    " written down for the citizen. Errors are problem details (RFC 9457) with a stable `code`; an `Idempotency-Key` makes a request that"
    " is sent again be done once; `ETag` and `If-None-Match` spare what you have already. Times are in UTC.",
}  # fmt: skip

LANGUAGE_CODE = "es"
LANGUAGES = [("es", "Español"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "czrm" / "static"]
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", BASE_DIR / "staticfiles"))
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT") or embedded.HOME / "media")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": os.environ.get("STATIC_STORAGE", "django.contrib.staticfiles.storage.StaticFilesStorage")},
}
WHITENOISE_USE_FINDERS = not STATIC_ROOT.exists()
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

CONTENT_SECURITY_POLICY = {"DIRECTIVES": {
    "default-src": [SELF], "script-src": [SELF], "style-src": [SELF], "img-src": [SELF, "data:"], "object-src": [NONE],
    "base-uri": [NONE], "form-action": [SELF], "frame-ancestors": [NONE],
}}  # fmt: skip
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if HTTPS:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
    SECURE_HSTS_SECONDS, SECURE_HSTS_INCLUDE_SUBDOMAINS = 365 * 24 * 60 * 60, True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_USE_SESSIONS = False


def mail(url: str) -> dict[str, Any]:
    """smtp://user:password@host:port, or smtps:// for TLS from the first byte, smtp+tls:// for STARTTLS."""
    parts = urlsplit(url)
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or 25, "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps", "EMAIL_USE_TLS": parts.scheme == "smtp+tls", "EMAIL_TIMEOUT": 10,
    }  # fmt: skip


def short_messages(url: str) -> str:
    """https+json://user:token@host/path; without TLS only on this machine, for people's numbers and codes travel on it."""
    parts = urlsplit(url)
    here = parts.scheme == "http+json" and parts.hostname in ("localhost", "127.0.0.1", "::1")
    if url and not (parts.hostname and (here or parts.scheme == "https+json")):
        raise ImproperlyConfigured("SMS_URL is not https+json://USER:TOKEN@HOST/PATH")
    return url


EMAIL_URL = os.environ.get("EMAIL_URL", "")
globals().update(mail(EMAIL_URL) if EMAIL_URL else {"EMAIL_BACKEND": "django.core.mail.backends.locmem.EmailBackend"})
SMS_URL = short_messages(os.environ.get("SMS_URL", ""))  # without it no short message goes out, and none is offered
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "CzRM <no-reply@localhost>")
PUBLIC_URL = os.environ.get("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")  # what letters and notices point to

LOGGING_CONFIG = None
logs.configure(level=os.environ.get("LOG_LEVEL", "INFO"), readable=os.environ.get("LOG_FORMAT", "json") != "json")

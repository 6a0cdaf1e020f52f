"""Settings of the workspace, read from the environment, and refused where they would be unsafe.

| variable | meaning | default |
|---|---|---|
| `RESETTLE_HOME` | folder of the database, the secret key and files | `workspace` |
| `RESETTLE_MODE` | `production`, or `demo` (invented people, no second factor) | `production` |
| `RESETTLE_DATABASE` | `postgresql://user:password@host:port/name`; empty: SQLite in the folder | empty |
| `RESETTLE_HOSTS` | names that the site answers to, with commas | `localhost,127.0.0.1` |
| `RESETTLE_INSECURE` | `1` allows plain HTTP in production; for a trial on one machine only | empty |
| `RESETTLE_TEXTS` | the class that carries text messages | each is written to a file in `outbox/texts` |
| `RESETTLE_OIDC_URL`, `_ID`, `_SECRET`, `_NAME` | an OpenID Connect provider for sign-in | empty |
"""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONCE, SELF
from django.core.exceptions import ImproperlyConfigured

from resettle.web.deployment import database, origin, provider, secret_key

HERE = Path(__file__).parent
HOME = Path(os.environ.get("RESETTLE_HOME", "workspace")).resolve()
MODE = os.environ.get("RESETTLE_MODE", "production")
if MODE not in ("production", "demo"):
    raise ImproperlyConfigured(f"RESETTLE_MODE is production or demo (found {MODE!r}).")
DEMO = MODE == "demo"
PLAIN_HTTP = DEMO or os.environ.get("RESETTLE_INSECURE") == "1"

DEBUG = False
SECRET_KEY = secret_key(HOME)
ALLOWED_HOSTS = [name for name in os.environ.get("RESETTLE_HOSTS", "localhost,127.0.0.1").split(",") if name]
CSRF_TRUSTED_ORIGINS = [f"https://{name}" for name in ALLOWED_HOSTS if not name.startswith(".")]
ROOT_URLCONF = "resettle.web.urls"
WSGI_APPLICATION = "resettle.web.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "axes",
    "csp",
    "resettle.web.access",
    "resettle.web.people",
    "resettle.web.plans",
    "resettle.web.budgets",
    "resettle.web.contacts",
    "resettle.web.services",
    "resettle.web.mentors",
    "resettle.web.gate",
    "resettle.web.correspondence",
    "resettle.web.reviews",
    "resettle.web.topics",
    "resettle.web.portal",
    "resettle.web.measures",
    "resettle.web.importing",
    "resettle.web.retention",
    "resettle.web.duplicates",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "resettle.web.access.middleware.SecondFactorMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {
            "environment": "resettle.web.look.jinja.environment",
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "resettle.web.access.context.everywhere",
            ],
        },
    },
    # Pages of the sign-in library that have no template of ours use its own.
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    },
]
FORM_RENDERER = "resettle.web.look.forms.GovukRenderer"

DATABASES = {"default": database(os.environ.get("RESETTLE_DATABASE", ""), HOME)}

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
CSRF_FAILURE_VIEW = "resettle.web.access.kept.forged"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "resettle.web.access.adapter.StaffOnly"
SOCIALACCOUNT_ADAPTER = "resettle.web.access.adapter.KnownStaffOnly"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# Wrong passwords and codes are counted by axes, in the database. These limits are for floods: a whole office can have one address.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "60/m/ip,20/5m/key"}
MFA_FORMS = {
    "authenticate": "resettle.web.access.adapter.CodeForm",
    "activate_totp": "resettle.web.access.adapter.FirstCodeForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Resettle"
SECOND_FACTOR = not DEMO
AXES_FAILURE_LIMIT = 6
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "resettle.web.access.adapter.who_tries"
AXES_CLIENT_IP_CALLABLE = "resettle.web.access.adapter.where_from"
AXES_LOCKOUT_TEMPLATE = "access/locked.html"
AXES_RESET_ON_SUCCESS = True

ORGANISATION = provider(os.environ, PLAIN_HTTP)
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [ORGANISATION] if ORGANISATION else []}
}

SESSION_COOKIE_AGE = 60 * 60 * 8
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = not PLAIN_HTTP
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 0 if PLAIN_HTTP else 31_536_000
# Subdomains and the browsers' list are for the owner of the whole domain to decide, not for one site on it.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "frame-ancestors": ["'none'"],
        # A browser holds what a form leads on to against this too: the button that leaves for the organisation's sign-in.
        "form-action": [SELF, *([origin(ORGANISATION["settings"]["server_url"])] if ORGANISATION else [])],
        "base-uri": [SELF],
        "object-src": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("cy", "Cymraeg")]
LOCALE_PATHS = [HERE / "locale"]
TIME_ZONE = "Europe/London"
USE_TZ = True
STATIC_URL = "/static/"
STATICFILES_DIRS = [HERE / "static"]
STATIC_ROOT = HOME / "static"
WHITENOISE_USE_FINDERS = True
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = HOME / "outbox"
TEXTS = os.environ.get("RESETTLE_TEXTS", "resettle.web.correspondence.adapters.FileTexts")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"axes": {"level": "ERROR"}},
}

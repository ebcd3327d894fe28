"""All settings, from the environment (breachdesk/environment.py reads it; .env.example lists it)."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.module_loading import import_string

from breachdesk import brand, logs
from breachdesk.environment import Environment
from breachdesk.lib import links
from delivery import terms

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment()

DEMO = env.flag("DEMO")
DEBUG = env.flag("DEBUG")
SECRET_KEY = env.text("SECRET_KEY")
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS")
PUBLIC_URL = env.text("PUBLIC_URL").rstrip("/")
TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0)

# Personal data is sealed with the first of DATA_KEYS and matched by a hash keyed with the first of INDEX_KEYS; older
# keys stay listed until `rotate_keys` has finished with them.
DATA_KEYS = env.keys("DATA_KEYS")
INDEX_KEYS = env.keys("INDEX_KEYS")

# Two roles from the first day: one owns the tables and migrates, the other runs and can be denied things.
AS_OWNER = env.flag("AS_OWNER")
DATABASES = {"default": env.database("DATABASE_OWNER_URL" if AS_OWNER else "DATABASE_URL")}
# A connection names the keys that its process holds: `rotate_keys` begins only when all of them know the new ones.
if "application_name" not in str(DATABASES["default"]["OPTIONS"]):
    _held = ",".join([f"d{key_id}" for key_id in DATA_KEYS] + [f"i{key_id}" for key_id in INDEX_KEYS])
    DATABASES["default"]["OPTIONS"]["application_name"] = f"breachdesk keys {_held}"[:63]  # type: ignore[index]
REDIS_URL = env.text("REDIS_URL")


def of_the_issuer(name: str, in_the_demo: str) -> str:
    """Whose site this is must be said everywhere but in the demo, whose issuer is invented."""
    return env.text(f"ISSUER_{name}", in_the_demo if DEMO else None)


ISSUER: dict[str, Any] = {
    "name": {"ko": of_the_issuer("NAME_KO", "한빛카드"), "en": of_the_issuer("NAME_EN", "Hanbit Card")},
    "phone": of_the_issuer("PHONE", "1500-0000"),
    "address": {
        "ko": of_the_issuer("ADDRESS_KO", "서울특별시 중구 한빛로 1"),
        "en": of_the_issuer("ADDRESS_EN", "1 Hanbit-ro, Jung-gu, Seoul"),
    },
    "privacy_officer": {
        "ko": of_the_issuer("PRIVACY_OFFICER_KO", "정하윤"),
        "en": of_the_issuer("PRIVACY_OFFICER_EN", "Jeong Hayun"),
    },
    "brand": env.text("ISSUER_BRAND", "#0B5061"),
}

# They stand in every letter, and a letter to a phone names no address.
for _said in (*ISSUER["name"].values(), ISSUER["phone"]):
    if links.first_address(_said):
        env.problems.append(f"ISSUER_NAME and ISSUER_PHONE must not read as an address, as {_said!r} does")

if _problem := brand.problem_with(ISSUER["brand"]):
    env.problems.append(_problem)

# What a production must not start with, all named together.
if DEMO and PUBLIC_URL.startswith("https://"):
    env.problems.append("DEMO must be off: PUBLIC_URL begins with https://, so this is no demo")
if not DEMO:
    if DEBUG:
        env.problems.append("DEBUG must be off outside the demo")
    if len(SECRET_KEY) < 50 or SECRET_KEY.startswith(("change", "dev-", "demo-", "django-insecure")):
        env.problems.append("SECRET_KEY must be a random text of at least 50 characters (openssl rand -base64 48)")
    if "*" in ALLOWED_HOSTS:
        env.problems.append("ALLOWED_HOSTS must name the hosts exactly: no *")
    if not PUBLIC_URL.startswith("https://"):
        env.problems.append("PUBLIC_URL must begin with https://")
    if set(DATA_KEYS.values()) & set(INDEX_KEYS.values()):
        env.problems.append("INDEX_KEYS must be other keys than DATA_KEYS")
    if ISSUER["name"]["ko"] == "한빛카드" or ISSUER["name"]["en"] == "Hanbit Card":
        env.problems.append("ISSUER_NAME_KO and ISSUER_NAME_EN still name the demo's invented issuer")
    if len(env.text("PHONE_PROVIDER_SECRET")) < 16:
        env.problems.append("PHONE_PROVIDER_SECRET must be at least 16 characters: it signs what the provider tells us")
    if env.text("SECOND_PHONE_PROVIDER_URL", "") and len(env.text("SECOND_PHONE_PROVIDER_SECRET")) < 16:
        env.problems.append("SECOND_PHONE_PROVIDER_SECRET must be at least 16 characters, as the first one's")
    if len(env.text("CARDS_SECRET")) < 16:
        env.problems.append("CARDS_SECRET must be at least 16 characters: it signs what is asked of cards")
    if len(env.text("BANK_SECRET")) < 16:
        env.problems.append("BANK_SECRET must be at least 16 characters: it signs orders to pay")

INSTALLED_APPS = [
    "breachdesk.desk.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "pgtrigger",
    "breachdesk.accounts",
    "breachdesk.audit",
    "breachdesk.limits",
    "breachdesk.files",
    "delivery",
    "notices",
    "lookup",
    "cards",
    "claims",
    "support",
    "breachdesk.verify",
    "breachdesk.packs",
    "breachdesk.mailhouse",
    "breachdesk.desk",
    "breachdesk.rehearsal",
    *(["breachdesk.demo"] if DEMO else []),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "breachdesk.errors.wrong_methods_in_words",
    "breachdesk.charset.utf_8_only",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "breachdesk.desk.middleware.StaffDoor",
]

ROOT_URLCONF = "breachdesk.urls"
WSGI_APPLICATION = "breachdesk.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "breachdesk.context.site",
            ],
            "libraries": {"words": "breachdesk.lib.tags"},
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "breachdesk.lib.tags"],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
        },
    }
]

# People. Staff have a password and a second factor through allauth; a cardholder's account is made by `lookup` after our
# own one-time code and has neither password nor e-mail.
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "breachdesk.desk.passwords.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "breachdesk.desk.passwords.NotCommon"},
    {"NAME": "breachdesk.desk.passwords.NotOneself", "OPTIONS": {"user_attributes": ("name", "email")}},
]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = False  # its counter can be raced: docs/DECISIONS.md
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "breachdesk.desk.adapters.StaffAccounts"
ACCOUNT_FORMS = {
    "login": "breachdesk.desk.forms.LoginForm",
    "change_password": "breachdesk.desk.forms.ChangePasswordForm",
}
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300  # breachdesk/desk/session.py says what counts
# The first fence is breachdesk/desk/tries.py, in PostgreSQL; these, in the cache, stand behind it.
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "120/m/ip,30/5m/key", "reauthenticate": "30/m/user"}
MFA_ADAPTER = "breachdesk.desk.adapters.SecondFactors"
MFA_FORMS = {
    "authenticate": "breachdesk.desk.forms.AuthenticateForm",
    "reauthenticate": "breachdesk.desk.forms.ReauthenticateForm",
    "activate_totp": "breachdesk.desk.forms.ActivateTOTPForm",
    "login_webauthn": "breachdesk.desk.forms.LoginWebAuthnForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_TOLERANCE = 1  # half a minute of a phone's clock, and of slow fingers; each code still counts once
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO  # http://localhost
PASSWORD_RESET_TIMEOUT = int(timedelta(hours=24).total_seconds())  # the one-time link for a member of staff
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT

# A proof: ten idle minutes, sixty at most (lookup/rules.py). The session itself never outlives that.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
CSRF_FAILURE_VIEW = "breachdesk.once_more.refused"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
# The demo speaks plain HTTP on the reader's own machine; everything else is HTTPS only.
if not DEMO:
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds())
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    if TRUSTED_PROXY_COUNT:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", "한국어"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Seoul"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(env.text("MEDIA_ROOT", str(BASE_DIR / "media")))
# The published word as files (notices/publishing.py): the proxy serves them, also while this application is down.
PUBLISHED_ROOT = Path(env.text("PUBLISHED_ROOT", str(BASE_DIR / "published")))
# Workers that may print letters for the mail house at once; the others stay free for codes.
PRINTING_WORKERS = env.number("PRINTING_WORKERS", 1, within=range(1, 65))
# How soon a notice that was published is printed as PDF.
PRINTING_SWEEP = timedelta(seconds=env.number("PRINTING_SWEEP_SECONDS", 60, within=range(1, 86_401)))
STORAGES = {
    # What people send us: read by this process alone, and on the disk before we say that we have it.
    "default": {
        "BACKEND": "breachdesk.files.storage.DurableFileSystemStorage",
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEMO
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 600
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "breachdesk.cache.Cache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "cache",
        "OPTIONS": {
            "serializer": "breachdesk.cache.JsonSerializer",
            "socket_connect_timeout": 0.5,
            "socket_timeout": 0.5,
        },
    }
}

# The queue is a hint, so nothing waits for it: a broker that is away costs a request at most a second.
CELERY_BROKER_URL = REDIS_URL

# How many processes read one list; 0: one, and for a long list one more than there are cores.
IMPORT_PROCESSES = max(env.number("IMPORT_PROCESSES", 0), 0)

# Look-ups that may begin in a minute; more stand in line, in the order in which they came. About 600 for each core.
LOOKUPS_A_MINUTE = max(env.number("LOOKUPS_A_MINUTE", 1200), 1)

# An unfinished claim that nobody opens any more is forgotten with its files.
CLAIM_DRAFTS_KEPT = timedelta(days=env.number("CLAIM_DRAFTS_KEPT_DAYS", 90))

# One-time codes cost money, and whoever asks for one is nobody yet (lookup/purses.py). Countries whose mobile numbers are
# sent a code, each with the won of a short and of a long message; what all codes may cost, and the percent of it that is
# kept for those whom a flood of requests would otherwise shut out. Nothing else is paid from this, and this pays nothing else.
CODE_COUNTRIES = env.prices("CODE_COUNTRIES", "KR:13/30")
CODE_WON_A_MINUTE = env.number("CODE_WON_A_MINUTE", 100_000, within=range(1, 10**9))
CODE_WON_A_DAY = env.number("CODE_WON_A_DAY", 10_000_000, within=range(1, 10**12))
CODE_RESERVE_PERCENT = env.number("CODE_RESERVE_PERCENT", 20, within=range(1, 91))
# Codes an hour that are sent for the asking; after them the device works, or its reader waits (lookup/work.py). The bits
# say how long it works: 2 to that power of hashes; a slow phone does about 100,000 a second.
CODE_FREE_OF_CONTACT = env.number("CODE_FREE_OF_CONTACT", 2, within=range(1000))
CODE_FREE_OF_NETWORK = env.number("CODE_FREE_OF_NETWORK", 2, within=range(1000))
CODE_WORK_BITS = env.number("CODE_WORK_BITS", 17, within=range(4, 27))
CODE_WORK_BITS_HARD = env.number("CODE_WORK_BITS_HARD", 19, within=range(4, 27))
CODE_WAIT = timedelta(seconds=env.number("CODE_WAIT_SECONDS", 30, within=range(1, 1201)))

# Where messages leave the house: text messages, and AlimTalk where there is a provider of it. A second provider takes over
# where the first breaks down (delivery/steering.py); while both are well the first has its percent. What each is asked for
# by and what it costs: delivery/terms.py.
PHONE_PROVIDER_URL = env.text("PHONE_PROVIDER_URL")
PHONE_PROVIDER_SECRET = env.text("PHONE_PROVIDER_SECRET")
PHONE_SENDER = env.text("PHONE_SENDER")
PHONE_PROVIDER_BATCH = env.number("PHONE_PROVIDER_BATCH", 1, within=range(1, 1001))  # of a campaign, in one request
PHONE_TERMS = terms.read(env, "PHONE", sender=PHONE_SENDER, default_won="sms:13,lms:30")
PHONE_SHARE = env.number("PHONE_SHARE", 50, within=range(101))
SECOND_PHONE_PROVIDER_URL = env.text("SECOND_PHONE_PROVIDER_URL", "")
SECOND_PHONE_PROVIDER_SECRET = env.text("SECOND_PHONE_PROVIDER_SECRET", None if SECOND_PHONE_PROVIDER_URL else "")
SECOND_PHONE_SENDER = env.text("SECOND_PHONE_SENDER", PHONE_SENDER if SECOND_PHONE_PROVIDER_URL else "")
SECOND_PHONE_PROVIDER_BATCH = env.number("SECOND_PHONE_PROVIDER_BATCH", 1, within=range(1, 1001))
SECOND_PHONE_TERMS = terms.read(env, "SECOND_PHONE", sender=SECOND_PHONE_SENDER, default_won="sms:13,lms:30")
ALIMTALK_PROVIDER_URL = env.text("ALIMTALK_PROVIDER_URL", "")
ALIMTALK_PROVIDER_SECRET = env.text("ALIMTALK_PROVIDER_SECRET", None if ALIMTALK_PROVIDER_URL else "")
ALIMTALK_SENDER = env.text("ALIMTALK_SENDER", None if ALIMTALK_PROVIDER_URL else "")  # the channel's name: @issuer
ALIMTALK_PROVIDER_BATCH = env.number("ALIMTALK_PROVIDER_BATCH", 1, within=range(1, 1001))
ALIMTALK_TERMS = terms.read(env, "ALIMTALK", sender=ALIMTALK_SENDER, default_won="alimtalk:8", kakao=True)
ALIMTALK_SHARE = env.number("ALIMTALK_SHARE", 50, within=range(101))
SECOND_ALIMTALK_PROVIDER_URL = env.text("SECOND_ALIMTALK_PROVIDER_URL", "")
SECOND_ALIMTALK_PROVIDER_SECRET = env.text(
    "SECOND_ALIMTALK_PROVIDER_SECRET", None if SECOND_ALIMTALK_PROVIDER_URL else ""
)
SECOND_ALIMTALK_SENDER = env.text("SECOND_ALIMTALK_SENDER", ALIMTALK_SENDER)
SECOND_ALIMTALK_PROVIDER_BATCH = env.number("SECOND_ALIMTALK_PROVIDER_BATCH", 1, within=range(1, 1001))
SECOND_ALIMTALK_TERMS = terms.read(
    env, "SECOND_ALIMTALK", sender=SECOND_ALIMTALK_SENDER, default_won="alimtalk:8", kakao=True
)
# E-mail leaves by SMTP, or by one of Django's mail backends that is named here (delivery/channels/mail_backend.py).
MAIL_BACKEND = env.text("MAIL_BACKEND", "")
SMTP_URL = env.text("SMTP_URL", "" if MAIL_BACKEND else None)
if MAIL_BACKEND:
    try:
        import_string(MAIL_BACKEND)
    except ImportError as error:
        env.problems.append(f"MAIL_BACKEND: {MAIL_BACKEND} cannot be imported ({error}); is its package installed?")
EMAIL_FROM = env.text("EMAIL_FROM")
DEFAULT_FROM_EMAIL = EMAIL_FROM
# What else the issuer's messages come from, for the list on /verify/.
OTHER_SENDERS = env.senders("OTHER_SENDERS")
DELIVERY_TIMEOUT = timedelta(seconds=env.number("DELIVERY_TIMEOUT_SECONDS", 10))  # for each answer of a provider
# Its own patience would be thirty seconds.
ANYMAIL = {"REQUESTS_TIMEOUT": DELIVERY_TIMEOUT.total_seconds(), **env.json("ANYMAIL")}
DELIVERY_LEASE = timedelta(
    seconds=env.number("DELIVERY_LEASE_SECONDS", 60)
)  # after this a silent worker is taken for dead
DELIVERY_SWEEP = timedelta(seconds=env.number("DELIVERY_SWEEP_SECONDS", 20))  # what no hint hurried waits this long
# Beat asks a worker for a sign of life so often; where none has come for so long, /readyz is red.
HEARTBEAT = timedelta(seconds=env.number("HEARTBEAT_SECONDS", 20, within=range(1, 3601)))
HEARTBEAT_LIMIT = timedelta(seconds=env.number("HEARTBEAT_LIMIT_SECONDS", 90, within=range(2, 86_401)))
if HEARTBEAT_LIMIT < 2 * HEARTBEAT:
    env.problems.append("HEARTBEAT_LIMIT_SECONDS must be at least twice HEARTBEAT_SECONDS: one may be late")
DELIVERY_FIRST_PAUSE = timedelta(seconds=env.number("DELIVERY_FIRST_PAUSE_SECONDS", 5))  # doubled after every try
DELIVERY_WORDS_KEPT = timedelta(days=env.number("DELIVERY_WORDS_KEPT_DAYS", 90))  # once nothing more is done with them

# What people pasted when they reported a fake message, with the sender, their contact and the picture.
FAKE_REPORTS_KEPT = timedelta(days=env.number("FAKE_REPORTS_KEPT_DAYS", 180, within=range(1, 1096)))

# Where payouts leave the house.
BANK_URL = env.text("BANK_URL").rstrip("/")
BANK_SECRET = env.text("BANK_SECRET")
BANK_TIMEOUT = timedelta(seconds=env.number("BANK_TIMEOUT_SECONDS", 10))  # for each answer
BANK_LEASE = timedelta(seconds=env.number("BANK_LEASE_SECONDS", 60))  # after this a silent worker is taken for dead
BANK_SWEEP = timedelta(seconds=env.number("BANK_SWEEP_SECONDS", 20))  # what no hint hurried waits this long
BANK_FIRST_PAUSE = timedelta(
    seconds=env.number("BANK_FIRST_PAUSE_SECONDS", 5)
)  # doubled after every try, up to a minute
# Between a corrected account and money on its way to it: whoever was told of the change can still object.
CLAIM_ACCOUNT_COOL_OFF = timedelta(minutes=env.number("CLAIM_ACCOUNT_COOL_OFF_MINUTES", 24 * 60))

# The issuer's card system (docs/issuer-api.yaml). A demo without one says that it does not answer.
CARDS_URL = env.text("CARDS_URL", "" if DEMO else None).rstrip("/")
CARDS_SECRET = env.text("CARDS_SECRET", "" if DEMO else None)
CARDS_TIMEOUT = timedelta(seconds=env.number("CARDS_TIMEOUT_SECONDS", 4))  # for each answer, while a person waits
CARDS_LEASE = timedelta(seconds=env.number("CARDS_LEASE_SECONDS", 60))  # after this a silent caller is taken for dead
CARDS_SWEEP = timedelta(seconds=env.number("CARDS_SWEEP_SECONDS", 5))  # what has no answer waits this long
CARDS_REISSUE_WON = env.number(
    "CARDS_REISSUE_WON", 5000, within=range(1_000_000)
)  # what a new card costs, where it does
CARDS_FIRST_PAUSE = timedelta(seconds=env.number("CARDS_FIRST_PAUSE_SECONDS", 5))  # doubled, up to a minute

LOGGING = logs.LOGGING

if "collectstatic" not in sys.argv:
    env.refuse_if_wrong()

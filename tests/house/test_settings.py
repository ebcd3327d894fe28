"""A production that is set up wrongly does not start, and says everything that is wrong at once."""

import base64
import os
import secrets
import subprocess
import sys

import pytest
from django.conf import settings


def key(name="k1", value=None):
    return f"{name}:{base64.b64encode(value or secrets.token_bytes(32)).decode()}"


def production(**changes):
    values = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "DATABASE_URL": "postgres://breachdesk_app@127.0.0.1:1/breachdesk",
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "ALLOWED_HOSTS": "notice.issuer.example",
        "PUBLIC_URL": "https://notice.issuer.example",
        "DATA_KEYS": key(),
        "INDEX_KEYS": key(),
        "PHONE_PROVIDER_URL": "https://provider.example/messages",
        "PHONE_PROVIDER_SECRET": secrets.token_urlsafe(24),
        "PHONE_SENDER": "15991234",
        "BANK_URL": "https://bank.example/payments",
        "BANK_SECRET": secrets.token_urlsafe(24),
        "CARDS_URL": "https://cards.example/api",
        "CARDS_SECRET": secrets.token_urlsafe(24),
        "SMTP_URL": "smtp://mail.issuer.example:25",
        "EMAIL_FROM": "notice@issuer.example",
        "ISSUER_NAME_KO": "가온카드",
        "ISSUER_NAME_EN": "Gaon Card",
        "ISSUER_PHONE": "1599-1234",
        "ISSUER_ADDRESS_KO": "서울특별시 종로구 1",
        "ISSUER_ADDRESS_EN": "1 Jongno-gu, Seoul",
        "ISSUER_PRIVACY_OFFICER_KO": "박가온",
        "ISSUER_PRIVACY_OFFICER_EN": "Park Gaon",
    } | changes
    return {name: value for name, value in values.items() if value is not None}


def start(environment, code="import breachdesk.settings"):
    """As any process of the product starts: in an environment of its own."""
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_production_that_is_set_up_well_starts():
    done = start(production())

    assert (done.returncode, done.stderr) == (0, "")


def test_nothing_set_names_every_missing_value():
    done = start({})

    assert done.returncode == 1
    for name in production():
        assert f"  - {name} is missing: set it or {name}_FILE" in done.stderr
    assert "Traceback" not in done.stderr


def test_all_that_is_wrong_is_named_together_and_no_value_is_shown():
    secret = "dev-only-secret-key"
    same = secrets.token_bytes(32)
    done = start(
        production(
            DEBUG="1",
            SECRET_KEY=secret,
            ALLOWED_HOSTS="*",
            PUBLIC_URL="http://notice.issuer.example",
            DATA_KEYS=key(value=same),
            INDEX_KEYS=key(value=same),
            PHONE_PROVIDER_SECRET="rehearsal",
            ISSUER_NAME_KO="한빛카드",
            DATABASE_URL="sqlite:///db.sqlite3",
        )
    )

    assert done.returncode == 1
    for words in (
        "DEBUG must be off",
        "SECRET_KEY must be a random text",
        "ALLOWED_HOSTS must name the hosts exactly",
        "PUBLIC_URL must begin with https://",
        "INDEX_KEYS must be other keys than DATA_KEYS",
        "PHONE_PROVIDER_SECRET must be at least 16",
        "still name the demo's invented issuer",
        "runs on PostgreSQL only",
    ):
        assert words in done.stderr
    assert secret not in done.stderr
    assert base64.b64encode(same).decode() not in done.stderr


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("CODE_COUNTRIES", "KR", "write each country as KR:13/30"),
        ("CODE_COUNTRIES", "KR:0/30", "write each country as KR:13/30"),
        ("CODE_RESERVE_PERCENT", "100", "must be from 1 to 90"),
        ("CODE_WON_A_DAY", "0", "must be from 1 to"),
        ("CODE_WORK_BITS", "60", "must be from 4 to 26"),
    ],
)
def test_what_codes_may_cost_is_checked(name, value, words):
    done = start(production(**{name: value}))

    assert done.returncode == 1
    assert name in done.stderr
    assert words in done.stderr


@pytest.mark.parametrize(
    "secret_key",
    ["short", "django-insecure-" + "a" * 60, "change-me" + "a" * 60, "demo-" + "a" * 60, "dev-" + "a" * 60],
)
def test_a_default_or_short_secret_is_refused(secret_key):
    assert "SECRET_KEY must be a random text" in start(production(SECRET_KEY=secret_key)).stderr


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("k1:" + base64.b64encode(b"short").decode(), "of 32 bytes"),
        ("k1:not base64!", "of 32 bytes"),
        (f"{key('k1')},{key('k1')}", "two keys are called k1"),
        ("", "is missing"),
    ],
    ids=["short", "no base64", "one name twice", "none"],  # the same in every process, which a random key is not
)
def test_keys_that_cannot_be_used_are_refused(keys, words):
    done = start(production(DATA_KEYS=keys))

    assert done.returncode == 1
    assert words in done.stderr


def test_the_demo_is_refused_on_a_public_address():
    assert "DEMO must be off" in start(production(DEMO="1")).stderr


def test_a_value_may_come_from_a_file(tmp_path):
    mounted = tmp_path / "secret_key"
    mounted.write_text(secrets.token_urlsafe(48) + "\n")
    assert start(production(SECRET_KEY=None, SECRET_KEY_FILE=str(mounted))).returncode == 0

    mounted.write_text("")
    assert "is empty" in start(production(SECRET_KEY=None, SECRET_KEY_FILE=str(mounted))).stderr
    assert "cannot read" in start(production(SECRET_KEY=None, SECRET_KEY_FILE=str(tmp_path / "absent"))).stderr


def test_production_serves_https_only_with_cookies_bound_to_the_host():
    done = start(
        production(DJANGO_SETTINGS_MODULE="breachdesk.settings"),
        "from django.conf import settings as s; "
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, "
        "s.SECURE_SSL_REDIRECT, s.SECURE_HSTS_SECONDS, s.DEBUG, 'breachdesk.demo' in s.INSTALLED_APPS)",
    )

    assert done.stdout.split() == [
        *("__Host-sessionid", "__Host-csrftoken", "True", "True"),
        *("True", "31536000", "False", "False"),
    ]


def test_the_demo_does_not_exist_in_production():
    done = start(
        production(DJANGO_SETTINGS_MODULE="breachdesk.settings"),
        "import django, sys; django.setup(); from django.urls import Resolver404, resolve\n"
        "try: resolve('/demo/')\n"
        "except Resolver404: print('absent', 'breachdesk.demo' in sys.modules)",
    )

    assert done.stdout.split() == ["absent", "False"], done.stderr


def test_every_problem_with_a_phone_provider_is_named():
    done = start(
        production(
            PHONE_PROVIDER="solapi",
            PHONE_SENDER="15991234",
            PHONE_SENDERS="021234567, 010-1234",
            PHONE_WON="sms:13,mms:1",
            PHONE_WON_A_MINUTE="10",
            PHONE_RECEIPT_TOKEN="short/",
            SECOND_PHONE_PROVIDER_URL="https://second.example",
            SECOND_PHONE_PROVIDER_SECRET=secrets.token_urlsafe(24),
            SECOND_PHONE_PROVIDER="http",
            SECOND_PHONE_RECEIPT_TOKEN=secrets.token_urlsafe(24),
            SECOND_PHONE_PROVIDER_FORM='{"fields": {"to": "{to}"}, "id": "id"}',
            ALIMTALK_PROVIDER_URL="https://kakao.example",
        )
    )

    assert done.returncode == 1
    for problem in (
        "PHONE_PROVIDER_KEY is missing",
        "PHONE_SENDERS: not a number that can be registered as a sender's: 010-1234",
        "PHONE_SENDER 15991234 is not among the registered ones of _SENDERS",
        "PHONE_WON: write the won of each kind as sms:13,lms:30",
        "PHONE_WON_A_MINUTE without its reserve does not pay for one message of 30 won",
        "PHONE_RECEIPT_TOKEN must be at least 24 characters",
        "PHONE_RECEIPT_TOKEN is part of an address",
        "SECOND_PHONE_PROVIDER_FORM: its fields must hold {id}",
        "ALIMTALK_PROVIDER_SECRET is missing",
        "ALIMTALK_SENDER is missing",
    ):
        assert f"  - {problem}" in done.stderr, done.stderr


def test_a_production_with_two_adapters_and_alimtalk_starts():
    done = start(
        production(
            PHONE_PROVIDER="solapi",
            PHONE_PROVIDER_KEY="NCSKEY",
            PHONE_SENDERS="15991234,021234567",
            PHONE_RECEIPT_TOKEN=secrets.token_urlsafe(24),
            SECOND_PHONE_PROVIDER="http",
            SECOND_PHONE_PROVIDER_URL="https://second.example",
            SECOND_PHONE_PROVIDER_SECRET=secrets.token_urlsafe(24),
            SECOND_PHONE_RECEIPT_TOKEN=secrets.token_urlsafe(24),
            SECOND_PHONE_PROVIDER_FORM='{"fields": {"to": "{to_national}", "ref": "{id}"}, "id": "id"}',
            ALIMTALK_PROVIDER_URL="https://kakao.example",
            ALIMTALK_PROVIDER_SECRET=secrets.token_urlsafe(24),
            ALIMTALK_SENDER="@gaoncard",
        )
    )

    assert (done.returncode, done.stderr) == (0, "")

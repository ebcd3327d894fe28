"""A planted marker never reaches a log line, whatever goes wrong."""

import io
import logging

import httpx
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import path

from breachdesk import logs
from breachdesk.accounts.models import User
from breachdesk.lib.contacts import Contact

MARKER = "seoyoung-marker@mail.example"


def falls_over(request):
    raise ValueError(f"cannot use {request.POST.get('contact')}")


def breaks_a_constraint(request):
    User.objects.create(name=request.POST["contact"], is_staff=False)
    return HttpResponse()


def handler500(request):
    return HttpResponse(status=500)


urlpatterns = [path("falls-over", falls_over), path("breaks-a-constraint", breaks_a_constraint)]


@pytest.fixture
def written():
    """What the handler of settings.LOGGING would print."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.WithoutValues(settings.LOGGING["formatters"]["line"]["format"]))
    logger = logging.getLogger("django.request")
    root = logging.getLogger()
    root.addHandler(handler)
    logger.addHandler(handler)
    yield stream
    root.removeHandler(handler)
    logger.removeHandler(handler)


def formatted(**record):
    fields = {"level": logging.ERROR, "pathname": "", "lineno": 1, "exc_info": None, "args": ()} | record
    return logs.WithoutValues("%(levelname)s %(name)s %(message)s").format(logging.LogRecord(**fields))


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize("where", ["falls-over", "breaks-a-constraint"])
def test_an_error_in_a_view_is_logged_with_class_and_place_and_no_value(written, where):
    client = Client(raise_request_exception=False)
    with transaction.atomic():
        client.post(f"/{where}?contact={MARKER}", {"contact": MARKER})
        transaction.set_rollback(True)

    line = written.getvalue()
    assert f"/{where}" in line
    assert "test_logs.py" in line
    assert "seoyoung-marker" not in line
    assert "DETAIL" not in line


@pytest.mark.django_db
def test_a_database_error_is_logged_with_its_code_and_constraint():
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        User.objects.create(name=MARKER, is_staff=False)
    assert MARKER in str(caught.value), "the driver does repeat the row"

    line = formatted(name="x", msg="nothing stored", exc_info=caught._excinfo)

    assert "IntegrityError [23514 accounts_user_staff_have_email_cardholders_none]" in line
    assert MARKER not in line


def test_the_chain_of_causes_is_kept_without_their_words():
    def lose_it():
        try:
            Contact.parse(f"{MARKER}@")
        except ValueError as error:
            raise RuntimeError(f"lost {MARKER}") from error

    with pytest.raises(RuntimeError) as caught:
        lose_it()

    line = formatted(name="x", msg="stopped", exc_info=caught._excinfo)

    assert "breachdesk.lib.contacts.NotAContact\n  at tests/house/test_logs.py" in line
    assert "  at breachdesk/lib/contacts.py:" in line
    assert "which led to\nRuntimeError\n" in line
    assert MARKER not in line


def test_an_exception_given_as_an_argument_loses_its_words():
    assert formatted(name="x", msg="lost: %s", args=(ValueError(MARKER),)) == "ERROR x lost: ValueError"
    assert formatted(name="x", msg=KeyError(MARKER)) == "ERROR x KeyError"


def test_a_message_that_quotes_a_database_error_loses_the_row():
    line = formatted(name="x", msg="%s", args=(f"violates unique\nDETAIL:  Key (email)=({MARKER}) already exists.\n",))

    assert line == "ERROR x violates unique"


def test_queries_of_addresses_are_cut_off():
    line = formatted(name="x", msg='"GET /lookup/?contact=%s HTTP/1.1" 200 /claims/', args=(MARKER,))

    assert line == 'ERROR x "GET /lookup/ HTTP/1.1" 200 /claims/'


def test_nobody_forges_a_second_line():
    line = formatted(name="x", msg="no host %s", args=("a\r\n2026-11-20 INFO paid\x1b[2J",))

    assert line == "ERROR x no host a\\r\\n2026-11-20 INFO paid\\x1b[2J"


def test_what_another_formatter_wrote_down_is_not_used():
    record = logging.LogRecord("x", logging.ERROR, "", 1, "stopped", (), (ValueError, ValueError(MARKER), None))
    logging.Formatter().format(record)
    assert MARKER in record.exc_text

    assert MARKER not in logs.WithoutValues("%(message)s").format(record)


def test_a_task_that_falls_over_is_logged_without_its_arguments():
    error = ValueError(MARKER)
    line = formatted(
        name="celery.app.trace",
        msg="Task %(name)s[%(id)s] %(description)s: %(exc)s\n%(traceback)s %(args)s %(kwargs)s",
        args=(
            {
                "name": "delivery.tasks.send",
                "id": "7",
                "description": "raised unexpected",
                "exc": repr(error),
                "traceback": f"ValueError: {MARKER}",
                "args": f"('{MARKER}',)",
                "kwargs": "{}",
            },
        ),
        exc_info=(ValueError, error, None),
    )

    assert line.startswith("ERROR celery.app.trace Task delivery.tasks.send[7] raised unexpected: ValueError")
    assert MARKER not in line


def test_words_about_code_are_kept():
    assert logs.headline(ImproperlyConfigured("no such setting")).endswith("ImproperlyConfigured: no such setting")
    assert logs.headline(FileNotFoundError(2, "No such file or directory", MARKER)).endswith(
        "No such file or directory"
    )
    assert logs.headline(httpx.ConnectError(f"to {MARKER}")) == "httpx.ConnectError"


def test_every_handler_of_the_settings_writes_without_values():
    assert {each["formatter"] for each in settings.LOGGING["handlers"].values()} == {"line"}
    assert settings.LOGGING["formatters"]["line"]["()"] == "breachdesk.logs.WithoutValues"
    assert logging.getLogger("django").handlers == []
    assert logging.getLogger("django.server").propagate


@pytest.mark.django_db
def test_sql_is_not_logged_with_its_values(written):
    with override_settings(DEBUG=True), connection.cursor() as cursor:
        cursor.execute("SELECT %s", [MARKER])

    assert MARKER not in written.getvalue()

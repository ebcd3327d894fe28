"""What was done is written down once and for all."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from breachdesk import audit
from breachdesk.accounts.models import User
from breachdesk.audit import actions
from breachdesk.audit.models import Event

NOON = dt.datetime(2026, 11, 20, 3, 0, 0, 123456, tzinfo=dt.UTC)
APP = "breachdesk_app"


def recorded(**changes):
    return audit.record(
        **{"kind": "claims.submitted", "by": None, "about": "claim:CLM-1", "at": NOON, "lines": 3} | changes
    )


@pytest.mark.django_db(transaction=True)
def test_an_event_is_refused_outside_the_transaction_of_its_act():
    with pytest.raises(actions.NotInTransaction):
        recorded()

    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_act_that_is_undone_leaves_no_event():
    with transaction.atomic():
        recorded()
        transaction.set_rollback(True)

    assert not Event.objects.exists()


@pytest.mark.django_db
def test_what_was_recorded_verifies_after_being_read_back():
    staff = User.objects.create_staff(email="reviewer@hanbitcard.example", name="심사자")
    event = recorded(by=staff, reason="이중 결제", codes=["a", "b"], nested={"z": 1, "a": None})

    read = Event.objects.get(pk=event.pk)

    assert read.by == staff
    assert read.data["reason"] == "이중 결제"
    assert actions.is_ours(read)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "alter",
    [
        {"at": NOON + dt.timedelta(microseconds=1)},
        {"kind": "claims.withdrawn"},
        {"about": "claim:CLM-2"},
        {"data": {"lines": 4}},
    ],
)
def test_an_altered_row_does_not_verify(alter):
    event = recorded()
    for name, value in alter.items():
        setattr(event, name, value)

    assert not actions.is_ours(event)


@pytest.mark.django_db
def test_a_row_written_past_us_does_not_verify():
    event = recorded()
    forged = Event.objects.create(at=event.at, kind=event.kind, about="claim:CLM-9", data=event.data, mac=event.mac)

    assert not actions.is_ours(forged)


@pytest.mark.django_db
def test_figures_that_the_database_would_spell_otherwise_are_refused():
    with pytest.raises(TypeError, match="whole numbers"):
        recorded(amount=1e16)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_event SET about = 'x'", "DELETE FROM audit_event", "UPDATE audit_event SET at = at"],
)
def test_a_trigger_refuses_to_change_or_remove(statement):
    recorded()
    with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
        run(statement)

    assert Event.objects.count() == 1


@pytest.mark.django_db
def test_a_trigger_refuses_to_empty_the_table():
    recorded()
    run("SET CONSTRAINTS ALL IMMEDIATE")  # events waiting for the check of their foreign key would refuse it first
    run("SET LOCAL breachdesk.allow_truncate = off")
    with pytest.raises(DatabaseError, match="cannot be removed"), transaction.atomic():
        run("TRUNCATE audit_event CASCADE")


@pytest.mark.django_db
def test_the_orm_cannot_remove_an_event_either():
    event = recorded()
    with pytest.raises(DatabaseError), transaction.atomic():
        event.delete()


@pytest.mark.django_db
def test_the_running_role_has_no_right_to_change_events():
    if not exists(APP):
        pytest.skip(f"this server has no role {APP}")
    from importlib import import_module

    taking = import_module("breachdesk.audit.migrations.0002_take_the_right_to_change_away")
    # As the roles are set up: the running role gets every right on a new table, and the migration takes three away.
    run(f"GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON audit_event TO {APP}")
    run(taking.TAKE_AWAY)

    rights = {right: may(right) for right in ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE")}

    assert rights == {"SELECT": True, "INSERT": True, "UPDATE": False, "DELETE": False, "TRUNCATE": False}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement", ["UPDATE audit_event SET about = 'x'", "DELETE FROM audit_event", "TRUNCATE audit_event"]
)
def test_as_the_running_role_nothing_is_changed(statement):
    if not exists(APP) or not value("SELECT pg_has_role(current_user, %s, 'MEMBER')", APP):
        pytest.skip(f"this connection may not become {APP}")
    recorded()
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run(f"GRANT SELECT, INSERT ON audit_event TO {APP}")
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        run(f"SET LOCAL ROLE {APP}; {statement}")


def run(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


def value(query, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchone()[0]


def exists(role):
    return value("SELECT count(*) FROM pg_roles WHERE rolname = %s", role) == 1


def may(right):
    return value("SELECT has_table_privilege(%s, 'audit_event', %s)", APP, right)

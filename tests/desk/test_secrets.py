from __future__ import annotations

import json

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection

from breachdesk import keys
from breachdesk.desk import secrets
from tests import staff

pytestmark = pytest.mark.django_db


def stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT json_agg(data) FROM mfa_authenticator")
        return json.dumps(cursor.fetchone()[0])


def test_no_secret_of_a_second_factor_lies_open_in_the_database(client):
    user = staff.member("auditor")
    staff.sign_in(client, user)
    client.post("/accounts/2fa/recovery-codes/new/")
    opened = [
        secrets.unseal(row.data.get("secret") or row.data["seed"]) for row in Authenticator.objects.filter(user=user)
    ]
    assert len(opened) == 2
    for secret in opened:
        assert secret not in stored()


def test_a_secret_copied_into_somebody_elses_row_opens_nothing(client):
    owner, victim = staff.member("auditor"), staff.member("account_admin")
    data = Authenticator.objects.get(user=owner).data
    Authenticator.objects.filter(user=victim).update(data=data)
    client.post("/accounts/login/", {"login": victim.email, "password": staff.PASSWORD})
    with pytest.raises(keys.CannotOpen):
        client.post("/accounts/2fa/authenticate/", {"code": staff.code_of(owner)})

    # Nor with the owner's name on it changed to the victim's.
    data["secret"] = f"{victim.pk}:{data['secret'].partition(':')[2]}"
    Authenticator.objects.filter(user=victim).update(data=data)
    with pytest.raises(keys.CannotOpen):
        client.post("/accounts/2fa/authenticate/", {"code": staff.code_of(owner)})

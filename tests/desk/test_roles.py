from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import reverse

from breachdesk.desk import frame, roles
from breachdesk.desk.admin_base import ReadOnlyAdmin
from tests import staff

pytestmark = pytest.mark.django_db

EVERY_ROLE = [role.code for role in roles.ROLES]


def test_the_groups_are_the_table():
    for role in roles.ROLES:
        group = Group.objects.get(name=role.code)
        held = {f"{p.content_type.app_label}.{p.codename}" for p in group.permissions.select_related("content_type")}
        assert held == role.may, role.code


def test_what_is_taken_out_of_the_table_is_taken_from_the_group():
    from django.contrib.auth.models import Permission

    group = Group.objects.get(name="reviewer")
    group.permissions.add(Permission.objects.get(codename="view_event"))
    roles.apply()
    assert not group.permissions.filter(codename="view_event").exists()


def test_a_permission_that_nobody_declares_is_refused_by_name(monkeypatch):
    wrong = roles.Role("reviewer", "심사", "", frozenset({"claims.view_clam"}))
    monkeypatch.setattr(roles, "ROLES", (wrong,))
    with pytest.raises(LookupError, match=r"claims\.view_clam"):
        roles.apply()


def test_the_auditor_sees_and_changes_nothing():
    # A search of the ledger reads, too: it is another right because each is written down with its reason.
    may = roles.BY_CODE["auditor"].may - {"notices.search_ledger"}
    assert all(right.partition(".")[2].startswith("view_") for right in may)


def test_no_role_adds_changes_or_removes_what_the_desk_only_shows():
    for model, model_admin in admin.site._registry.items():
        if isinstance(model_admin, ReadOnlyAdmin) and model._meta.label != "accounts.User":
            rights = {
                f"{model._meta.app_label}.{verb}_{model._meta.model_name}" for verb in ("add", "change", "delete")
            }
            for role in roles.ROLES:
                assert not rights & role.may, (role.code, model)


def test_only_account_administrators_open_accounts():
    held = {right for role in roles.ROLES if role.code != "account_admin" for right in role.may}
    assert not held & {"accounts.add_user", "accounts.change_user", "accounts.delete_user"}


@pytest.mark.parametrize("code", [*EVERY_ROLE, None])
def test_each_role_reaches_its_lists_and_no_others(client, code):
    staff.sign_in(client, staff.member(*([code] if code else [])))
    rights = roles.BY_CODE[code].may if code else frozenset()
    for model in admin.site._registry:
        label, name = model._meta.app_label, model._meta.model_name
        expected = 200 if f"{label}.view_{name}" in rights else 403
        path = reverse(f"admin:{label}_{name}_changelist")
        assert client.get(path).status_code == expected, path
        add = client.get(reverse(f"admin:{label}_{name}_add")).status_code
        assert add == (200 if f"{label}.add_{name}" in rights else 403), path
    for page in frame.frame.pages.values():
        if "<" in page.path:
            continue
        expected = {200, 302} if not page.may or rights & set(page.may) else {403, 405}
        assert client.get(reverse(f"admin:{page.name}")).status_code in expected | {405}, page.path


@pytest.mark.parametrize("code", EVERY_ROLE)
def test_the_list_on_the_left_names_only_what_the_role_may_open(client, code):
    import re

    staff.sign_in(client, staff.member(code))
    page = client.get("/admin/").content.decode()
    links = re.findall(r'<li><a href="(/admin/[^"]*)"', page.partition('<nav class="left"')[2].partition("</nav>")[0])
    assert links
    for link in links:
        assert client.get(link).status_code == 200, link


def test_whoever_has_no_role_is_told_so(client):
    staff.sign_in(client, staff.member())
    page = client.get("/admin/").content.decode()
    assert "아직 맡은 역할이 없어요" in page
    assert "법이 정한 시각" not in page


def test_a_superuser_is_let_in_by_the_second_factor_only_and_sees_everything(client):
    user = staff.member(is_superuser=True)
    staff.sign_in(client, user, second_factor=False)
    assert client.get("/admin/").status_code == 302
    staff.sign_in(client, user)
    for model in admin.site._registry:
        assert (
            client.get(reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")).status_code == 200
        )


def test_nothing_of_the_libraries_is_in_the_desk():
    rooms = {model._meta.app_label for model in admin.site._registry}
    assert not rooms & {"account", "mfa", "usersessions", "auth", "sessions", "admin", "contenttypes"}
    of_lookup = {model._meta.model_name for model in admin.site._registry if model._meta.app_label == "lookup"}
    assert of_lookup == {"dispute"}, "of people nothing is listed but what they asked staff to look into"
    assert not any(model._meta.model_name == "affectedrecord" for model in admin.site._registry)

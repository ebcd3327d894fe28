"""The running role may add audit events and read them, nothing else."""

from django.db import migrations

TAKE_AWAY = """
DO $$
DECLARE role_name text;
BEGIN
    FOR role_name IN
        SELECT DISTINCT grantee FROM information_schema.role_table_grants
        WHERE table_schema = current_schema() AND table_name = 'audit_event' AND grantee <> current_user
    LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON audit_event FROM %I', role_name);
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_the_first_tables")]

    operations = [migrations.RunSQL(TAKE_AWAY, migrations.RunSQL.noop)]

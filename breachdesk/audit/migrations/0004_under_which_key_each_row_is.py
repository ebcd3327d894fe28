"""Events tell which key their MAC is under, and may be countersigned under a newer one. A countersign never changes either."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

TAKE_AWAY = """
DO $$
DECLARE role_name text;
BEGIN
    FOR role_name IN
        SELECT DISTINCT grantee FROM information_schema.role_table_grants
        WHERE table_schema = current_schema() AND table_name = 'audit_countersign' AND grantee <> current_user
    LOOP
        EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON audit_countersign FROM %I', role_name);
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0003_events_of_a_kind'),
    ]

    operations = [
        migrations.AddField(
            model_name='event',
            name='mac_key',
            field=models.CharField(blank=True, db_default='', max_length=20),
        ),
        migrations.CreateModel(
            name='Countersign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mac', models.BinaryField(max_length=32)),
                ('mac_key', models.CharField(max_length=20)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='countersigned', to='audit.event')),
            ],
            options={
                'constraints': [models.UniqueConstraint(models.F('event'), models.F('mac_key'), name='audit_countersign_once_a_key')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='countersign',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='67cda6782057ab7fbd5f16ad8f047d833b5ba570', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_49866', table='audit_countersign', when='BEFORE')),
        ),
        migrations.RunSQL(TAKE_AWAY, migrations.RunSQL.noop),
    ]


import datetime
import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0021_what_regulators_order'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Guest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('contact_kind', models.CharField(max_length=5)),
                ('contact_hash', models.UUIDField()),
                ('index_key', models.CharField(max_length=20)),
                ('sealed_contact', models.BinaryField()),
                ('reason', models.CharField(max_length=200)),
                ('added_at', models.DateTimeField()),
                ('removed_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='SendingPlan',
            fields=[
                ('incident', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='sending_plan', serialize=False, to='notices.incident')),
                ('text_quiet_from', models.TimeField(default=datetime.time(21, 0), null=True)),
                ('text_quiet_until', models.TimeField(default=datetime.time(8, 0), null=True)),
                ('email_quiet_from', models.TimeField(null=True)),
                ('email_quiet_until', models.TimeField(null=True)),
                ('pace_a_minute', models.PositiveIntegerField(null=True)),
                ('agents', models.PositiveIntegerField(null=True)),
                ('minutes_a_call', models.PositiveSmallIntegerField(null=True)),
                ('calls_a_hundred', models.PositiveSmallIntegerField(null=True)),
                ('live_asked_at', models.DateTimeField(null=True)),
                ('live_reason', models.CharField(blank=True, max_length=500)),
                ('live_at', models.DateTimeField(null=True)),
            ],
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='campaign',
            name='facts_never_change',
        ),
        migrations.AddField(
            model_name='campaign',
            name='any_items',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), blank=True, db_default=[], default=list, size=None),
        ),
        migrations.AddField(
            model_name='campaign',
            name='starts_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='campaign',
            name='unproven',
            field=models.BooleanField(db_default=False, default=False),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='campaign',
            trigger=pgtrigger.compiler.Trigger(name='facts_never_change', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."any_items" IS DISTINCT FROM (NEW."any_items") OR OLD."dataset_id" IS DISTINCT FROM (NEW."dataset_id") OR OLD."expected" IS DISTINCT FROM (NEW."expected") OR OLD."incident_id" IS DISTINCT FROM (NEW."incident_id") OR OLD."items" IS DISTINCT FROM (NEW."items") OR OLD."languages" IS DISTINCT FROM (NEW."languages") OR OLD."members" IS DISTINCT FROM (NEW."members") OR OLD."notice_id" IS DISTINCT FROM (NEW."notice_id") OR OLD."prepared_at" IS DISTINCT FROM (NEW."prepared_at") OR OLD."prepared_by_id" IS DISTINCT FROM (NEW."prepared_by_id") OR OLD."starts_at" IS DISTINCT FROM (NEW."starts_at") OR OLD."tiers" IS DISTINCT FROM (NEW."tiers") OR OLD."unproven" IS DISTINCT FROM (NEW."unproven"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='6696c78dee1d4730c79186e4bb7a4e589ed72e07', operation='UPDATE', pgid='pgtrigger_facts_never_change_29dea', table='notices_campaign', when='BEFORE')),
        ),
        migrations.AddField(
            model_name='guest',
            name='added_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='guest',
            name='incident',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='guests', to='notices.incident'),
        ),
        migrations.AddField(
            model_name='guest',
            name='removed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='sendingplan',
            name='live_asked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='sendingplan',
            name='live_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='guest',
            constraint=models.UniqueConstraint(models.F('incident'), models.F('contact_hash'), condition=models.Q(('removed_at__isnull', True)), name='notices_guest_once'),
        ),
        migrations.AddConstraint(
            model_name='guest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('removed_at__isnull', True), ('removed_by__isnull', True)), models.Q(('removed_at__isnull', False), ('removed_by__isnull', False)), _connector='OR'), name='notices_guest_removed_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='sendingplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('text_quiet_from__isnull', True), ('text_quiet_until__isnull', True)), models.Q(('text_quiet_from__isnull', False), ('text_quiet_until__isnull', False), models.Q(('text_quiet_from', models.F('text_quiet_until')), _negated=True)), _connector='OR'), name='notices_plan_text_is_quiet_from_and_until'),
        ),
        migrations.AddConstraint(
            model_name='sendingplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('email_quiet_from__isnull', True), ('email_quiet_until__isnull', True)), models.Q(('email_quiet_from__isnull', False), ('email_quiet_until__isnull', False), models.Q(('email_quiet_from', models.F('email_quiet_until')), _negated=True)), _connector='OR'), name='notices_plan_email_is_quiet_from_and_until'),
        ),
        migrations.AddConstraint(
            model_name='sendingplan',
            constraint=models.CheckConstraint(condition=models.Q(('pace_a_minute', 0), _negated=True), name='notices_plan_pace_tells_somebody'),
        ),
        migrations.AddConstraint(
            model_name='sendingplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agents__isnull', True), ('calls_a_hundred__isnull', True), ('minutes_a_call__isnull', True)), models.Q(('agents__gt', 0), ('agents__isnull', False), ('calls_a_hundred__gt', 0), ('calls_a_hundred__isnull', False), ('minutes_a_call__gt', 0), ('minutes_a_call__isnull', False)), _connector='OR'), name='notices_plan_contact_centre_is_known_whole'),
        ),
        migrations.AddConstraint(
            model_name='sendingplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('live_asked_at__isnull', True), ('live_asked_by__isnull', True), ('live_reason', '')), models.Q(('live_asked_at__isnull', False), ('live_asked_by__isnull', False), models.Q(('live_reason', ''), _negated=True)), _connector='OR'), name='notices_plan_is_asked_for_with_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='sendingplan',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('live_at__isnull', True), ('live_by__isnull', True)), models.Q(('live_asked_by__isnull', True), ('live_at__isnull', False), ('live_by__isnull', True)), models.Q(('live_asked_by__isnull', False), ('live_at__isnull', False), ('live_by__isnull', False), models.Q(('live_by', models.F('live_asked_by')), _negated=True)), _connector='OR'), name='notices_plan_goes_live_by_two'),
        ),
        # Whose campaigns have reached people is live; the others reach their guests first.
        migrations.RunSQL(
            "INSERT INTO notices_sendingplan (incident_id, text_quiet_from, text_quiet_until, live_reason, live_at)"
            " SELECT incident_id, '21:00', '08:00', '', min(released_at) FROM notices_campaign"
            " WHERE released_at IS NOT NULL GROUP BY incident_id",
            migrations.RunSQL.noop,
        ),
    ]

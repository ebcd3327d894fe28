import uuid

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0022_who_is_told_when'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Attempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rung', models.PositiveSmallIntegerField()),
                ('channel', models.CharField(max_length=10)),
                ('message_key', models.CharField(blank=True, max_length=120)),
                ('outcome', models.CharField(choices=[('put', '보내는 중'), ('taken', '나갔고 증거를 기다림'), ('unknown', '갔는지 아직 모름'), ('proven', '증거가 있음'), ('failed', '보내지 못함'), ('overdue', '때가 지나도록 증거가 없음'), ('cancelled', '나가기 전에 거둠'), ('wrong', '다른 사람의 연락처')], default='put', max_length=9)),
                ('reason', models.CharField(blank=True, max_length=120)),
                ('put_at', models.DateTimeField()),
                ('taken_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('look_again_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['line', 'rung'],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Ladder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('reason', models.TextField(blank=True)),
                ('proposed_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_as', models.CharField(blank=True, choices=[('approved', '승인함'), ('sent_back', '돌려보냄'), ('withdrawn', '제안을 거둠'), ('void', '글을 고쳐 무효가 됨')], max_length=9)),
            ],
            options={
                'ordering': ['incident', 'number'],
                'permissions': [('propose_ladder', 'May propose by which ways people of an incident are told'), ('confirm_ladder', 'May confirm the ways that another proposed')],
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='NotTheirContact',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('person_key', models.UUIDField()),
                ('kind', models.CharField(max_length=10)),
                ('contact_hash', models.UUIDField()),
                ('index_key', models.CharField(max_length=20)),
                ('sealed_contact', models.BinaryField()),
                ('reason', models.CharField(max_length=200)),
                ('marked_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['marked_at', 'id'],
                'permissions': [('mark_wrong_person', "May write down that a contact is another person's")],
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='Rung',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('way', models.CharField(choices=[('alimtalk', '알림톡'), ('sms', '문자'), ('email', '이메일'), ('letter', '우편'), ('posting', '게시')], max_length=10)),
                ('wait_minutes', models.PositiveIntegerField()),
                ('proof', models.CharField(choices=[('delivered', '도착했다는 통신사의 확인'), ('not_bounced', '메일 서버가 받고 그 시간 안에 되돌아오지 않음'), ('not_returned', '부치고 그 시간 안에 반송되지 않음'), ('posted', '법이 정한 날 동안 게시한 증명')], max_length=12)),
                ('silence_hours', models.PositiveIntegerField(default=0)),
            ],
            options={
                'ordering': ['ladder', 'position'],
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='attempt',
            name='line',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='notices.telling'),
        ),
        migrations.AddField(
            model_name='ladder',
            name='closed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='ladder',
            name='incident',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='ladders', to='notices.incident'),
        ),
        migrations.AddField(
            model_name='ladder',
            name='proposed_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='campaign',
            name='ladder',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notices.ladder'),
        ),
        migrations.AddField(
            model_name='nottheircontact',
            name='incident',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='notices.incident'),
        ),
        migrations.AddField(
            model_name='nottheircontact',
            name='marked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='rung',
            name='ladder',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rungs', to='notices.ladder'),
        ),
        migrations.AddIndex(
            model_name='attempt',
            index=models.Index(models.F('look_again_at'), condition=models.Q(('look_again_at__isnull', False)), name='notices_attempt_to_look_at'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.UniqueConstraint(models.F('line'), models.F('rung'), name='notices_attempt_rung_once'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.UniqueConstraint(models.F('message_key'), condition=models.Q(('message_key', ''), _negated=True), name='notices_attempt_message_once'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('channel', 'posting'), ('message_key', '')), models.Q(models.Q(('channel', 'posting'), _negated=True), models.Q(('message_key', ''), _negated=True)), _connector='OR'), name='notices_attempt_has_its_message'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', True), ('outcome__in', ('put', 'taken', 'unknown'))), models.Q(models.Q(('outcome__in', ('put', 'taken', 'unknown')), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='notices_attempt_ended_when_over'),
        ),
        migrations.AddConstraint(
            model_name='attempt',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('outcome__in', ['put', 'unknown']), _negated=True), ('look_again_at__isnull', False), _connector='OR'), name='notices_attempt_open_is_looked_at'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attempt',
            trigger=pgtrigger.compiler.Trigger(name='what_was_tried_stays', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."channel" IS DISTINCT FROM (NEW."channel") OR OLD."line_id" IS DISTINCT FROM (NEW."line_id") OR OLD."message_key" IS DISTINCT FROM (NEW."message_key") OR OLD."put_at" IS DISTINCT FROM (NEW."put_at") OR OLD."rung" IS DISTINCT FROM (NEW."rung"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='2a81335f63e70a44f8edf2ad34f905421e62fecc', operation='UPDATE', pgid='pgtrigger_what_was_tried_stays_8b90a', table='notices_attempt', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attempt',
            trigger=pgtrigger.compiler.Trigger(name='stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='afd89dbeeb9d74073f5ac2827f973a7804193c1e', operation='DELETE', pgid='pgtrigger_stays_66aa7', table='notices_attempt', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='ladder',
            constraint=models.UniqueConstraint(models.F('incident'), models.F('number'), name='notices_ladder_number_once'),
        ),
        migrations.AddConstraint(
            model_name='ladder',
            constraint=models.UniqueConstraint(models.F('incident'), condition=models.Q(('closed_at', None), ('number__gt', 0)), name='notices_ladder_one_proposal'),
        ),
        migrations.AddConstraint(
            model_name='ladder',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', True), ('number', 0), ('proposed_by__isnull', True)), models.Q(('number__gt', 0), ('proposed_by__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='notices_ladder_is_proposed_by_somebody'),
        ),
        migrations.AddConstraint(
            model_name='ladder',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_as', ''), ('closed_at__isnull', True), ('closed_by__isnull', True)), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), models.Q(('closed_as', ''), _negated=True)), _connector='OR'), name='notices_ladder_closed_whole'),
        ),
        migrations.AddConstraint(
            model_name='ladder',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_as', 'approved'), _negated=True), models.Q(('closed_by', models.F('proposed_by')), _negated=True), _connector='OR'), name='notices_ladder_confirmed_by_another'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ladder',
            trigger=pgtrigger.compiler.Trigger(name='words_never_change', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."incident_id" IS DISTINCT FROM (NEW."incident_id") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."proposed_at" IS DISTINCT FROM (NEW."proposed_at") OR OLD."proposed_by_id" IS DISTINCT FROM (NEW."proposed_by_id") OR OLD."reason" IS DISTINCT FROM (NEW."reason"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='742bdf9b821abd23ab2a72af3b233ddc0fdf6f72', operation='UPDATE', pgid='pgtrigger_words_never_change_9d83b', table='notices_ladder', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ladder',
            trigger=pgtrigger.compiler.Trigger(name='closed_once', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."closed_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='c97fe6e631ae3246a1d5b791548c41137611010c', operation='UPDATE', pgid='pgtrigger_closed_once_97e47', table='notices_ladder', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ladder',
            trigger=pgtrigger.compiler.Trigger(name='stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='f770d702fad83484ed51f88e2f5ee25a21e8642f', operation='DELETE', pgid='pgtrigger_stays_7fa1c', table='notices_ladder', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='nottheircontact',
            constraint=models.UniqueConstraint(models.F('person_key'), models.F('contact_hash'), name='notices_not_their_contact_once'),
        ),
        migrations.AddConstraint(
            model_name='nottheircontact',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='notices_not_their_contact_has_a_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='nottheircontact',
            trigger=pgtrigger.compiler.Trigger(name='stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='4b5a21471d31e06caec90f2ea10a955ab2579bf1', operation='DELETE', pgid='pgtrigger_stays_8fcf6', table='notices_nottheircontact', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='rung',
            constraint=models.UniqueConstraint(models.F('ladder'), models.F('position'), name='notices_rung_position_once'),
        ),
        migrations.AddConstraint(
            model_name='rung',
            constraint=models.UniqueConstraint(models.F('ladder'), models.F('way'), name='notices_rung_way_once'),
        ),
        migrations.AddConstraint(
            model_name='rung',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('proof__in', ['not_bounced', 'not_returned']), ('silence_hours__gt', 0)), models.Q(models.Q(('proof__in', ['not_bounced', 'not_returned']), _negated=True), ('silence_hours', 0)), _connector='OR'), name='notices_rung_silence_where_it_is_proof'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='rung',
            trigger=pgtrigger.compiler.Trigger(name='is_written_once', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ed300d72705c1b47dc8ae64d8fe97c45df57904f', operation='UPDATE OR DELETE', pgid='pgtrigger_is_written_once_1948b', table='notices_rung', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='campaign',
            trigger=pgtrigger.compiler.Trigger(name='ladder_is_pinned', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."released_at" IS NOT NULL AND OLD."ladder_id" IS DISTINCT FROM (NEW."ladder_id"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='597fc9ea2ea035383e4f04f8e5006e168df50be2', operation='UPDATE', pgid='pgtrigger_ladder_is_pinned_074ae', table='notices_campaign', when='BEFORE')),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0023_ladders_and_what_was_tried'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='telling',
            name='notices_telling_once',
        ),
        migrations.RemoveConstraint(
            model_name='telling',
            name='notices_telling_put_has_its_message',
        ),
        migrations.RemoveConstraint(
            model_name='telling',
            name='notices_telling_open_is_looked_at',
        ),
        migrations.RemoveIndex(
            model_name='telling',
            name='notices_telling_to_look_at',
        ),
        migrations.AddField(
            model_name='telling',
            name='proof',
            field=models.CharField(blank=True, choices=[('delivered', '도착했다는 통신사의 확인'), ('not_bounced', '메일 서버가 받고 그 시간 안에 되돌아오지 않음'), ('not_returned', '부치고 그 시간 안에 반송되지 않음'), ('posted', '법이 정한 날 동안 게시한 증명')], db_default='', max_length=12),
        ),
        migrations.AddField(
            model_name='telling',
            name='proven_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='telling',
            name='rung',
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='telling',
            name='state',
            field=models.CharField(choices=[('waiting', '보낼 차례를 기다림'), ('put', '보내는 중'), ('sent', '나갔고 도착한 증거를 기다림'), ('proven', '알렸다는 증거가 있음'), ('unknown', '갔는지 아직 모름'), ('failed', '보낼 방법을 다 써도 증거가 없음'), ('no_contact', '연락처가 없음'), ('withheld', '보내지 않기로 함'), ('cancelled', '보내기 전에 취소함')], default='waiting', max_length=10),
        ),
    ]

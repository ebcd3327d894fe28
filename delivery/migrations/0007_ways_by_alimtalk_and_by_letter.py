from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0006_two_providers_share_the_phone"),
    ]

    operations = [
        migrations.AlterField(
            model_name="message",
            name="channel",
            field=models.CharField(
                choices=[
                    ("sms", "문자"),
                    ("lms", "긴 문자"),
                    ("email", "이메일"),
                    ("alimtalk", "알림톡"),
                    ("letter", "우편"),
                ],
                max_length=10,
            ),
        ),
    ]

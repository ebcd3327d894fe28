from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0013_an_easy_text_beside_each_and_for_whom_an_all_clear_is")]

    operations = [
        migrations.AddField(model_name="incident", name="ended_date", field=models.DateField(null=True)),
    ]

"""Every message of the ledger becomes the attempt that it was, on the rung of its channel in the ladder as the house sets it out.

What a receipt confirmed is proven. What was only taken by a provider is looked at once more: an e-mail that did not bounce is
proven by that; a phone that never answered is not, and nobody of an old campaign climbs because of it.
"""

from django.db import migrations

ATTEMPTS = """
    INSERT INTO notices_attempt
        (line_id, rung, channel, message_key, outcome, reason, put_at, taken_at, ended_at, look_again_at)
    SELECT id, CASE channel WHEN 'email' THEN 3 ELSE 2 END, channel, message_key,
           CASE state WHEN 'sent' THEN 'taken' WHEN 'delivered' THEN 'proven'
                WHEN 'put' THEN 'put' WHEN 'unknown' THEN 'unknown' WHEN 'cancelled' THEN 'cancelled' ELSE 'failed' END,
           '', coalesce(put_at, listed_at),
           CASE WHEN state IN ('sent', 'delivered') THEN settled_at END,
           CASE WHEN state NOT IN ('put', 'sent', 'unknown') THEN settled_at END,
           CASE WHEN state IN ('put', 'unknown') THEN coalesce(look_again_at, now())
                WHEN state = 'sent' AND channel = 'email' THEN now()
                WHEN state = 'sent' THEN look_again_at END
    FROM notices_telling WHERE message_key <> ''
"""
LINES = """
    UPDATE notices_telling
    SET rung = CASE channel WHEN 'email' THEN 3 ELSE 2 END,
        state = CASE state WHEN 'delivered' THEN 'proven' ELSE state END,
        proof = CASE state WHEN 'delivered' THEN 'delivered' ELSE '' END,
        proven_at = CASE state WHEN 'delivered' THEN settled_at END
    WHERE message_key <> ''
"""


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0024_a_line_stands_on_a_rung'),
    ]

    operations = [
        migrations.RunSQL(ATTEMPTS, migrations.RunSQL.noop),
        migrations.RunSQL(LINES, migrations.RunSQL.noop),
    ]

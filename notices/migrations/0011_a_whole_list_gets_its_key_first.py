"""The primary key of a whole list is made before its rows are compared: that is how two rows of one customer are found.

Counting them first costs as much again as the key. A list of changes still gets its key at the end, when it is complete.
"""

from django.db import migrations

KEY_LIST = """
CREATE FUNCTION notices_key_list(list bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET maintenance_work_mem = '256MB' AS $$
DECLARE
    bare text := notices_list_table(list);
BEGIN
    EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (dataset_id, person_key)', bare);
END $$;
"""

FINISH_LIST = """
CREATE OR REPLACE FUNCTION notices_finish_list(list bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET maintenance_work_mem = '256MB' AS $$
DECLARE
    bare text := notices_list_table(list);
BEGIN
    EXECUTE format('ALTER TABLE %I DROP COLUMN line, DROP COLUMN reachable', bare);
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I CHECK (dataset_id = %s)', bare, bare || '_is_its_own', list);
    IF NOT EXISTS (SELECT FROM pg_index WHERE indrelid = to_regclass(bare) AND indisprimary) THEN
        EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (dataset_id, person_key)', bare);
    END IF;
    EXECUTE format('CREATE INDEX ON %I (phone_hash)', bare);
    EXECUTE format('CREATE INDEX ON %I (email_hash)', bare);
    EXECUTE format('ANALYZE %I', bare);
    EXECUTE format('ALTER TABLE notices_affectedrecord ATTACH PARTITION %I FOR VALUES IN (%s)', bare, list);
END $$;
"""

# The finish of 0002 would make a second key only for lists that are on their way in at that moment.
UNDO = "DROP FUNCTION notices_key_list"


class Migration(migrations.Migration):
    dependencies = [("notices", "0010_clocks_by_the_hour_and_days_that_are_not_as_usual")]

    operations = [migrations.RunSQL(KEY_LIST + FINISH_LIST, UNDO)]

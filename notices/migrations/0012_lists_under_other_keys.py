"""A list under other keys: a copy beside it, filled batch by batch, which takes its place in one transaction.

As in migration 0002, the running role has no right to change tables: functions of the owner do it, each for one list named by
a number. Beside the copy lies which person key became which, for the ledger; it goes when the copy takes its place.
"""

from django.db import migrations

CREATE_COPY = """
CREATE FUNCTION notices_create_copy(list bigint, under_keys text) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    bare text := notices_list_table(list);
    writer regrole;
BEGIN
    EXECUTE format('CREATE TABLE %I (LIKE notices_affectedrecord)', bare || '_anew');
    EXECUTE format('CREATE TABLE %I (former_key uuid NOT NULL, person_key uuid NOT NULL)', bare || '_former');
    EXECUTE format('COMMENT ON TABLE %I IS %L', bare || '_anew', under_keys);
    FOR writer IN
        SELECT DISTINCT acl.grantee::regrole
        FROM pg_class, aclexplode(relacl) AS acl
        WHERE pg_class.oid = 'notices_affectedrecord'::regclass AND acl.privilege_type = 'INSERT' AND acl.grantee <> 0
    LOOP
        EXECUTE format('GRANT SELECT, INSERT ON %I, %I TO %s', bare || '_anew', bare || '_former', writer);
    END LOOP;
END $$;
"""

DROP_COPY = """
CREATE FUNCTION notices_drop_copy(list bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    bare text := notices_list_table(list);
BEGIN
    EXECUTE format('DROP TABLE IF EXISTS %I, %I', bare || '_anew', bare || '_former');
END $$;
"""

# Again on a finished copy: nothing happens.
FINISH_COPY = """
CREATE FUNCTION notices_finish_copy(list bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET maintenance_work_mem = '256MB' AS $$
DECLARE
    bare text := notices_list_table(list);
    anew text := bare || '_anew';
    rows_now bigint;
    rows_anew bigint;
BEGIN
    IF EXISTS (SELECT FROM pg_index WHERE indrelid = to_regclass(anew) AND indisprimary) THEN
        RETURN;
    END IF;
    EXECUTE format('SELECT count(*) FROM %I', bare) INTO rows_now;
    EXECUTE format('SELECT count(*) FROM %I', anew) INTO rows_anew;
    IF rows_now <> rows_anew THEN
        RAISE EXCEPTION 'the copy of list % has % rows, the list %', list, rows_anew, rows_now;
    END IF;
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I CHECK (dataset_id = %s)', anew, bare || '_is_its_own', list);
    EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (dataset_id, person_key)', anew);
    EXECUTE format('CREATE INDEX ON %I (phone_hash)', anew);
    EXECUTE format('CREATE INDEX ON %I (email_hash)', anew);
    EXECUTE format('ANALYZE %I, %I', anew, bare || '_former');
END $$;
"""

# Readers wait for the few milliseconds until the caller commits.
SWAP = """
CREATE FUNCTION notices_swap_list(list bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    bare text := notices_list_table(list);
    anew text := bare || '_anew';
BEGIN
    IF NOT EXISTS (SELECT FROM pg_index WHERE indrelid = to_regclass(anew) AND indisprimary) THEN
        RAISE EXCEPTION 'the copy of list % is not finished', list;
    END IF;
    EXECUTE format('ALTER TABLE notices_affectedrecord DETACH PARTITION %I', bare);
    EXECUTE format('DROP TABLE %I, %I', bare, bare || '_former');
    EXECUTE format('ALTER TABLE %I RENAME TO %I', anew, bare);
    EXECUTE format('COMMENT ON TABLE %I IS NULL', bare);
    EXECUTE format('ALTER TABLE notices_affectedrecord ATTACH PARTITION %I FOR VALUES IN (%s)', bare, list);
END $$;
"""

UNDO = "DROP FUNCTION notices_create_copy, notices_drop_copy, notices_finish_copy, notices_swap_list"


class Migration(migrations.Migration):
    dependencies = [("notices", "0011_a_whole_list_gets_its_key_first")]

    operations = [migrations.RunSQL(CREATE_COPY + DROP_COPY + FINISH_COPY + SWAP, UNDO)]

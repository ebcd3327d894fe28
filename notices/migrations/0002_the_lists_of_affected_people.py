"""The table of affected people: one partition a list, loaded bare and attached whole.

The running role has no right to change tables. Three functions of the owner do it in its stead, each for one list named by
a number: nothing that a caller passes reaches the statement but that number.
"""

from django.db import migrations, models
from django.db.models import F, Q

TABLE = """
CREATE TABLE notices_affectedrecord (
    dataset_id bigint NOT NULL,
    person_key uuid NOT NULL,
    phone_hash uuid,
    email_hash uuid,
    content_hash uuid NOT NULL,
    sealed_in bigint NOT NULL,
    member varchar(13) NOT NULL,
    language varchar(2) NOT NULL,
    items text NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (dataset_id, person_key)
) PARTITION BY LIST (dataset_id);
CREATE INDEX notices_affectedrecord_phone ON notices_affectedrecord (phone_hash);
CREATE INDEX notices_affectedrecord_email ON notices_affectedrecord (email_hash);
"""

# A partition gets this trigger when it is attached, so loading pays nothing for it.
NEVER_CHANGES = """
CREATE FUNCTION notices_list_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the rows of a list never change: import a new list';
END $$;
CREATE TRIGGER list_never_changes BEFORE INSERT OR UPDATE OR DELETE ON notices_affectedrecord
    FOR EACH ROW EXECUTE FUNCTION notices_list_never_changes();
"""

MAY_WRITE = """
CREATE FUNCTION notices_list_table(list bigint) RETURNS text LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT has_table_privilege(session_user, 'notices_affectedrecord', 'INSERT') THEN
        RAISE insufficient_privilege USING MESSAGE = 'this role may not write lists of affected people';
    END IF;
    RETURN 'notices_affectedrecord_' || list;
END $$;
"""

# Two columns live only until the list is finished: `line`, where a row stood in its file (it finds the second of two rows
# with one customer_ref), and whether the row gave any way to reach the person.
CREATE_LIST = """
CREATE FUNCTION notices_create_list(list bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    bare text := notices_list_table(list);
    writer regrole;
BEGIN
    EXECUTE format('CREATE TABLE %I (LIKE notices_affectedrecord, line bigint NOT NULL, reachable boolean NOT NULL)', bare);
    FOR writer IN
        SELECT DISTINCT acl.grantee::regrole
        FROM pg_class, aclexplode(relacl) AS acl
        WHERE pg_class.oid = 'notices_affectedrecord'::regclass AND acl.privilege_type = 'INSERT' AND acl.grantee <> 0
    LOOP
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO %s', bare, writer);
    END LOOP;
END $$;
"""

FINISH_LIST = """
CREATE FUNCTION notices_finish_list(list bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp SET maintenance_work_mem = '256MB' AS $$
DECLARE
    bare text := notices_list_table(list);
BEGIN
    EXECUTE format('ALTER TABLE %I DROP COLUMN line, DROP COLUMN reachable', bare);
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I CHECK (dataset_id = %s)', bare, bare || '_is_its_own', list);
    EXECUTE format('ALTER TABLE %I ADD PRIMARY KEY (dataset_id, person_key)', bare);
    EXECUTE format('CREATE INDEX ON %I (phone_hash)', bare);
    EXECUTE format('CREATE INDEX ON %I (email_hash)', bare);
    EXECUTE format('ANALYZE %I', bare);
    EXECUTE format('ALTER TABLE notices_affectedrecord ATTACH PARTITION %I FOR VALUES IN (%s)', bare, list);
END $$;
"""

DROP_LIST = """
CREATE FUNCTION notices_drop_unfinished_list(list bigint) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    bare text := notices_list_table(list);
BEGIN
    IF (SELECT relispartition FROM pg_class WHERE oid = to_regclass(bare)) THEN
        RAISE EXCEPTION 'list % is finished and stays', list;
    END IF;
    EXECUTE format('DROP TABLE IF EXISTS %I', bare);
END $$;
"""

UNDO = """
DROP TABLE notices_affectedrecord;
DROP FUNCTION notices_list_never_changes, notices_create_list, notices_finish_list, notices_drop_unfinished_list,
    notices_list_table;
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_the_first_tables")]

    operations = [
        migrations.RunSQL(
            TABLE + NEVER_CHANGES + MAY_WRITE + CREATE_LIST + FINISH_LIST + DROP_LIST,
            UNDO,
            state_operations=[
                migrations.AddField(
                    model_name="affectedrecord", name="sealed_in", field=models.BigIntegerField(default=0), preserve_default=False
                )
            ],
        ),
        migrations.AddField("dataset", "people", models.PositiveIntegerField(default=0), preserve_default=False),
        migrations.RemoveConstraint(model_name="dataset", name="notices_dataset_same_bytes_once"),
        migrations.AddConstraint(
            model_name="dataset",
            constraint=models.UniqueConstraint(
                fields=["incident", "sha256", "mode", "base"], name="notices_dataset_same_bytes_once", nulls_distinct=False
            ),
        ),
        migrations.RemoveConstraint(model_name="dataset", name="notices_dataset_activated_by_two"),
        migrations.AddConstraint(
            model_name="dataset",
            constraint=models.CheckConstraint(
                name="notices_dataset_activated_by_two",
                condition=Q(activated_at__isnull=True, activated_by__isnull=True, confirmed_by__isnull=True)
                | (
                    Q(activated_at__isnull=False, activated_by__isnull=False, confirmed_by__isnull=False)
                    & ~Q(activated_by=F("confirmed_by"))
                ),
            ),
        ),
    ]

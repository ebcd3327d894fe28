-- Two roles from the first day: breachdesk_owner owns the tables and migrates them, breachdesk_app runs the product
-- and may neither change tables nor grant itself more. Run by a superuser through psql, as often as you like;
-- OWNER_PASSWORD and APP_PASSWORD come from the environment.
\set ON_ERROR_STOP on
\getenv owner_password OWNER_PASSWORD
\getenv app_password APP_PASSWORD

SELECT 'CREATE ROLE ' || name || ' LOGIN' FROM unnest(ARRAY['breachdesk_owner', 'breachdesk_app']) AS name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE breachdesk_owner PASSWORD :'owner_password';
ALTER ROLE breachdesk_app PASSWORD :'app_password';

SELECT 'CREATE DATABASE breachdesk OWNER breachdesk_owner'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'breachdesk') \gexec
REVOKE ALL ON DATABASE breachdesk FROM PUBLIC;
GRANT CONNECT ON DATABASE breachdesk TO breachdesk_app;

-- What the owner creates later, the application may read and write; here, and in every database made from template1.
\connect breachdesk
GRANT USAGE ON SCHEMA public TO breachdesk_app;
ALTER DEFAULT PRIVILEGES FOR ROLE breachdesk_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO breachdesk_app;
ALTER DEFAULT PRIVILEGES FOR ROLE breachdesk_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO breachdesk_app;
\connect template1
GRANT USAGE ON SCHEMA public TO breachdesk_app;
ALTER DEFAULT PRIVILEGES FOR ROLE breachdesk_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO breachdesk_app;
ALTER DEFAULT PRIVILEGES FOR ROLE breachdesk_owner IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO breachdesk_app;

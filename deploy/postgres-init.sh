#!/bin/sh
# Run once by the postgres image, when its volume is empty: the product's two roles and its database.
set -e
OWNER_PASSWORD=$(cat /run/secrets/owner_password) APP_PASSWORD=$(cat /run/secrets/app_password) \
    psql -X --username postgres --dbname postgres --file /etc/breachdesk/roles.sql

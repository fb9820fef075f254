#!/bin/sh
# Run once by the PostgreSQL image after roles.sql: the passwords of the roles, and the database.
set -eu
psql -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -v owner="$OWNER_PASSWORD" -v app="$APP_PASSWORD" <<'SQL'
alter role czrm_owner password :'owner';
alter role czrm_app password :'app';
create database czrm owner czrm_owner;
SQL

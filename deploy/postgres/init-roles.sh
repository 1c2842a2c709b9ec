#!/bin/sh
# Roles and database, once, when the volume is empty. Run by the PostgreSQL image as its superuser.
#
# tianfu_owner owns the tables and changes them (`tianfu migrate`); tianfu_app is what the server
# processes use: it reads and adds, and can neither change a table nor rewrite the ledger. Its rights on
# the tables are granted by the migrations, next to the tables they are about.
set -eu

folder=${SECRETS_FOLDER:-/run/secrets}

# The passwords are read by psql itself: as arguments they would show in the list of processes.
psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "${POSTGRES_USER:-postgres}" --dbname postgres <<SQL
\\set owner_password \`cat '$folder/owner_password'\`
\\set app_password \`cat '$folder/app_password'\`

CREATE ROLE tianfu_owner LOGIN PASSWORD :'owner_password'
    NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;
CREATE ROLE tianfu_app LOGIN PASSWORD :'app_password'
    NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;

CREATE DATABASE tianfu OWNER tianfu_owner;
-- By default everybody may connect and make temporary tables.
REVOKE ALL ON DATABASE tianfu FROM PUBLIC;
GRANT CONNECT ON DATABASE tianfu TO tianfu_app;

\\connect tianfu
-- Since 15 the schema belongs to the database's owner. Said again for a template that was changed.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO tianfu_owner;
SQL

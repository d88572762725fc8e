#!/bin/sh
# Runs once, when the postgres service makes its cluster: the product's two roles and database, and Temporal's role.
set -e
psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  -v owner="$SALESCLOSE_OWNER_PASSWORD" -v app="$SALESCLOSE_APP_PASSWORD" -v temporal="$TEMPORAL_PASSWORD" <<'SQL'
CREATE ROLE salesclose_owner LOGIN PASSWORD :'owner';
CREATE ROLE salesclose_app LOGIN PASSWORD :'app';
CREATE DATABASE salesclose OWNER salesclose_owner;
CREATE ROLE temporal LOGIN CREATEDB PASSWORD :'temporal';
SQL

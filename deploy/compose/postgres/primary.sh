#!/usr/bin/env bash
# Run once, by the image of PostgreSQL, when the primary's database is made: who may copy it, and that each commit waits for the standby.
set -euo pipefail

password=$(<"$REPLICATION_PASSWORD_FILE")
psql -v ON_ERROR_STOP=1 -v password="$password" -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'SQL'
CREATE ROLE replication LOGIN REPLICATION PASSWORD :'password';
-- In force from the next start on, which follows at once: until then no standby could answer.
ALTER SYSTEM SET synchronous_standby_names = 'standby';
ALTER SYSTEM SET synchronous_commit = 'on';
ALTER SYSTEM SET max_connections = 200;
ALTER SYSTEM SET max_locks_per_transaction = 256;
ALTER SYSTEM SET wal_keep_size = '1GB';
SQL
echo 'host replication replication all scram-sha-256' >>"$PGDATA/pg_hba.conf"

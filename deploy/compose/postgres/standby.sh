#!/usr/bin/env bash
# The standby: a copy of the primary at the first start, which then follows it. `pg_ctl promote` makes a primary of it.
set -euo pipefail
umask 077

# What it asks the primary with, at each start anew.
export PGPASSFILE=$PGDATA.pass
printf '*:*:*:replication:%s\n' "$(<"$REPLICATION_PASSWORD_FILE")" >"$PGPASSFILE"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    pg_basebackup -D "$PGDATA" -c fast -X stream -R \
        -d "host=$PRIMARY_HOST port=${PRIMARY_PORT:-5432} user=replication application_name=standby passfile=$PGPASSFILE"
    # Once promoted it has no standby of its own to wait for.
    sed -i '/^synchronous_standby_names/d' "$PGDATA/postgresql.auto.conf"
fi
exec postgres -D "$PGDATA"

#!/usr/bin/env bash
# Makes the secrets that compose.yaml names, in the folder `secrets` beside it; leaves alone what is there.
set -euo pipefail
cd "$(dirname "$0")"

mkdir -p -m 0700 secrets
cd secrets
make() { # make NAME: from standard input. Readable for the containers' users; the folder keeps others out.
    [ -e "$1" ] && { cat >/dev/null; return; }
    cat >"$1.new"
    chmod 0444 "$1.new"
    mv "$1.new" "$1"
}
random() { od -An -tx1 -N "$1" /dev/urandom | tr -d ' \n'; }

random 24 | make database-password
random 24 | make replication-password
random 32 | make root-key
make coldkeep.toml <<TOML
account-id = "$((100000000000 + $(od -An -tu4 -N4 /dev/urandom)))"
root-access-key = "CK$(random 9 | tr a-f A-F)"
root-secret-key = "$(random 20)"
TOML
echo "Keep a copy of secrets/root-key: without it what is sealed is lost. The keys for clients are in secrets/coldkeep.toml."

#!/bin/sh
# Run a command with RESETTLE_DATABASE naming a PostgreSQL server of its own, which ends with the command.
set -eu
if ! ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; then
  if ! command -v apt-get >/dev/null 2>&1 || [ "$(id -u)" != 0 ]; then
    echo "this needs the PostgreSQL server programs (Debian: postgresql); please install them" >&2
    exit 1
  fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >/dev/null
fi
bin=$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)
dir=$(mktemp -d -t resettle-pg.XXXXXX)
# The server does not run as root; its user cannot read the caller's folder, so it starts in its own.
as() { if [ "$(id -u)" = 0 ]; then (cd "$dir" && runuser -u postgres -- "$@"); else (cd "$dir" && "$@"); fi; }
[ "$(id -u)" != 0 ] || chown postgres: "$dir"
stop() { as "$bin/pg_ctl" -D "$dir/data" -m fast stop >/dev/null 2>&1 || true; rm -rf "$dir"; }
trap stop EXIT INT TERM
as "$bin/initdb" -D "$dir/data" -A trust -U app --locale=C.UTF-8 -E UTF8 --no-sync >/dev/null
as "$bin/pg_ctl" -D "$dir/data" -w -l "$dir/log" -o "-c listen_addresses='' -k $dir -c fsync=off -c full_page_writes=off" start >/dev/null
as "$bin/createdb" -h "$dir" -U app app
chmod 755 "$dir"
RESETTLE_DATABASE="postgresql://app@/app?host=$dir" "$@"

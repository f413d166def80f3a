#!/bin/sh
# The tables of PostgreSQL's own benchmark, and two small ones, ready to be captured. PostgreSQL's image runs this once.
set -eu

pgbench --initialize --quiet --username "$POSTGRES_USER" "$POSTGRES_DB"
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
ALTER TABLE pgbench_history ADD COLUMN hid BIGSERIAL PRIMARY KEY;

CREATE TABLE kv (k BIGINT PRIMARY KEY, a INT, b TEXT, c NUMERIC(12, 2), ts TIMESTAMPTZ);
INSERT INTO kv SELECT k, k, 'init' || k, k / 4.0, now() FROM generate_series(1, 1000) AS k;

CREATE TABLE ord (region TEXT, id INT, qty INT, note TEXT, PRIMARY KEY (region, id));
INSERT INTO ord SELECT 'r' || (id % 8), id, 1 + id % 9, NULL FROM generate_series(1, 1000) AS id;

ALTER TABLE pgbench_accounts REPLICA IDENTITY FULL;
ALTER TABLE pgbench_branches REPLICA IDENTITY FULL;
ALTER TABLE pgbench_tellers REPLICA IDENTITY FULL;
ALTER TABLE pgbench_history REPLICA IDENTITY FULL;
ALTER TABLE kv REPLICA IDENTITY FULL;
ALTER TABLE ord REPLICA IDENTITY FULL;
SQL

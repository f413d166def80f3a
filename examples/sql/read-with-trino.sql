-- Firn tables read by Trino: beside docker-compose.yml as it stands,
--
--   docker compose exec trino trino --output-format ALIGNED --file /sql/read-with-trino.sql
--
-- Wants the tables that kafka-to-firn.sql fills; that job may run on meanwhile. Catalog `lake` is set up by
-- docker/trino/lake.properties.

SELECT region, COUNT(*) AS orders, SUM(qty) AS pieces FROM lake.bench.ord GROUP BY region ORDER BY region;

SELECT k, a, b, c, ts FROM lake.bench.kv ORDER BY k LIMIT 10;

-- One live row a key: both counts are the same.
SELECT COUNT(*) AS row_count, COUNT(DISTINCT k) AS keys FROM lake.bench.kv;

-- A snapshot for each checkpoint that brought a change (append, overwrite, delete) and for each compaction (replace).
SELECT committed_at, snapshot_id, operation FROM lake.bench."ord$snapshots" ORDER BY committed_at;

-- The table on a branch; just so with a tag, or with one of the ids above, or FOR TIMESTAMP AS OF a time that is past.
SELECT COUNT(*) AS orders FROM lake.bench.ord FOR VERSION AS OF 'main';

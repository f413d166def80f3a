-- Firn tables read as batches, now and as they were, by Firn and by Iceberg's own connector: Flink SQL, beside
-- docker-compose.yml as it stands. Wants the tables that kafka-to-firn.sql fills; that job may run on meanwhile.

SET 'execution.runtime-mode' = 'batch';
SET 'sql-client.execution.result-mode' = 'tableau';
SET 'table.local-time-zone' = 'UTC';

CREATE CATALOG IF NOT EXISTS lake WITH (
  'type' = 'firn',
  'catalog-type' = 'rest',
  'uri' = 'http://rest:8181',
  'warehouse' = 's3://lake/warehouse',
  'io-impl' = 'org.apache.iceberg.aws.s3.S3FileIO',
  's3.endpoint' = 'http://minio:9000',
  's3.path-style-access' = 'true',
  's3.access-key-id' = 'firn',
  's3.secret-access-key' = 'firn-secret',
  'client.region' = 'us-east-1'
);

SELECT region, COUNT(*) AS orders, SUM(qty) AS pieces FROM lake.bench.ord GROUP BY region ORDER BY region;

SELECT k, a, b, c, ts FROM lake.bench.kv ORDER BY k LIMIT 10;

-- A snapshot for each checkpoint that brought a change (append, overwrite, delete) and for each compaction (replace).
SELECT committed_at, snapshot_id, operation FROM lake.bench.`ord$snapshots` ORDER BY committed_at;

-- The table as it was at a time: put in one that is not before the first snapshot above. A time to come means now. For
-- this clause Flink wants the table's catalog to be the current one.
USE CATALOG lake;
SELECT COUNT(*) AS orders FROM lake.bench.ord FOR SYSTEM_TIME AS OF TIMESTAMP '2100-01-01 00:00:00';

-- Or on a branch; just so 'scan.tag', or 'scan.snapshot-id' with one of the ids above.
SELECT COUNT(*) AS orders FROM lake.bench.ord /*+ OPTIONS('scan.branch' = 'main') */;

-- The same tables by Iceberg's own connector, which is in Firn's jar: nothing about them is special.
CREATE CATALOG IF NOT EXISTS iceberg WITH (
  'type' = 'iceberg',
  'catalog-type' = 'rest',
  'uri' = 'http://rest:8181',
  'warehouse' = 's3://lake/warehouse',
  'io-impl' = 'org.apache.iceberg.aws.s3.S3FileIO',
  's3.endpoint' = 'http://minio:9000',
  's3.path-style-access' = 'true',
  's3.access-key-id' = 'firn',
  's3.secret-access-key' = 'firn-secret',
  'client.region' = 'us-east-1'
);

SELECT region, COUNT(*) AS orders, SUM(qty) AS pieces FROM iceberg.bench.ord GROUP BY region ORDER BY region;

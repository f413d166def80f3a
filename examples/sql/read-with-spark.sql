-- Firn tables read by Spark: beside docker-compose.yml as it stands,
--
--   docker compose run --rm spark -f /sql/read-with-spark.sql
--
-- Wants the tables that kafka-to-firn.sql fills; that job may run on meanwhile. Any other Spark 4.1 needs the jars
-- iceberg-spark-runtime-4.1_2.13 and iceberg-aws-bundle.

SET spark.sql.session.timeZone = UTC;
SET spark.sql.catalog.lake = org.apache.iceberg.spark.SparkCatalog;
SET spark.sql.catalog.lake.type = rest;
SET spark.sql.catalog.lake.uri = http://rest:8181;
SET spark.sql.catalog.lake.warehouse = s3://lake/warehouse;
SET `spark.sql.catalog.lake.io-impl` = org.apache.iceberg.aws.s3.S3FileIO;
SET spark.sql.catalog.lake.s3.endpoint = http://minio:9000;
SET `spark.sql.catalog.lake.s3.path-style-access` = true;
SET `spark.sql.catalog.lake.s3.access-key-id` = firn;
SET `spark.sql.catalog.lake.s3.secret-access-key` = firn-secret;
SET spark.sql.catalog.lake.client.region = us-east-1;
-- Else a session keeps the snapshot that it saw first.
SET `spark.sql.catalog.lake.cache-enabled` = false;

SELECT region, COUNT(*) AS orders, SUM(qty) AS pieces FROM lake.bench.ord GROUP BY region ORDER BY region;

SELECT k, a, b, c, ts FROM lake.bench.kv ORDER BY k LIMIT 10;

-- One live row a key: both counts are the same.
SELECT COUNT(*) AS row_count, COUNT(DISTINCT k) AS keys FROM lake.bench.kv;

-- A snapshot for each checkpoint that brought a change (append, overwrite, delete) and for each compaction (replace).
SELECT committed_at, snapshot_id, operation FROM lake.bench.ord.snapshots ORDER BY committed_at;

-- The table as it was at a time: put in one that is not before the first of them. A time to come means now.
SELECT COUNT(*) AS orders FROM lake.bench.ord TIMESTAMP AS OF '2100-01-01 00:00:00';

-- Or on a branch; just so with a tag, or with one of the ids above.
SELECT COUNT(*) AS orders FROM lake.bench.ord VERSION AS OF 'main';

-- A Firn table summed up in another, change by change: Flink SQL, beside docker-compose.yml as it stands.
--
-- Wants the table of orders that kafka-to-firn.sql fills; that job may run on meanwhile. A streaming read begins with the
-- rows that are there and goes on with every change of them, the row as it was before included: so the sums need no
-- memory of the orders, only of the totals.

SET 'pipeline.name' = 'Orders by region';
SET 'execution.checkpointing.interval' = '10 s';

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

CREATE TABLE IF NOT EXISTS lake.bench.orders_by_region (
  region STRING,
  orders BIGINT,
  pieces BIGINT,
  PRIMARY KEY (region) NOT ENFORCED
);

INSERT INTO lake.bench.orders_by_region
SELECT region, COUNT(*), SUM(CAST(qty AS BIGINT))
FROM lake.bench.ord
GROUP BY region;

-- Change events from Kafka, as Debezium writes them, kept up to date as Firn tables: Flink SQL.
--
--   PostgreSQL ──► Debezium ──► Kafka ──► Flink ──► Iceberg v3 tables on S3, in a REST catalog
--
-- Runs beside docker-compose.yml as it stands. Profile `recording` plays recorded changes into Kafka; profile `postgres`
-- runs a PostgreSQL with Debezium instead, which docker/postgres/debezium.json sets up. Two things are needed for any
-- PostgreSQL: `wal_level = logical`, and `ALTER TABLE … REPLICA IDENTITY FULL`, since Flink wants whole rows in `before`.
--
-- Order is kept where the changes of a key are in one partition of the topic, which Debezium sees to.

SET 'pipeline.name' = 'Kafka to Firn';
SET 'execution.checkpointing.interval' = '10 s';
-- What Debezium sends as milliseconds is a local time of this zone.
SET 'table.local-time-zone' = 'UTC';

CREATE DATABASE kafka;

CREATE TABLE kafka.pgbench_accounts (
  aid      INT,
  bid      INT,
  abalance INT,
  filler   STRING,
  PRIMARY KEY (aid) NOT ENFORCED
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = 'kafka:9092',
  'properties.group.id' = 'firn',
  'topic' = 'pg.public.pgbench_accounts',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'debezium-json'
);

CREATE TABLE kafka.pgbench_branches (
  bid      INT,
  bbalance INT,
  filler   STRING,
  PRIMARY KEY (bid) NOT ENFORCED
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = 'kafka:9092',
  'properties.group.id' = 'firn',
  'topic' = 'pg.public.pgbench_branches',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'debezium-json'
);

CREATE TABLE kafka.pgbench_tellers (
  tid      INT,
  bid      INT,
  tbalance INT,
  filler   STRING,
  PRIMARY KEY (tid) NOT ENFORCED
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = 'kafka:9092',
  'properties.group.id' = 'firn',
  'topic' = 'pg.public.pgbench_tellers',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'debezium-json'
);

CREATE TABLE kafka.pgbench_history (
  tid      INT,
  bid      INT,
  aid      INT,
  delta    INT,
  mtime    BIGINT,
  filler   STRING,
  hid      BIGINT,
  PRIMARY KEY (hid) NOT ENFORCED
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = 'kafka:9092',
  'properties.group.id' = 'firn',
  'topic' = 'pg.public.pgbench_history',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'debezium-json'
);

-- Debezium sends a NUMERIC and a TIMESTAMPTZ as text, which the format reads as what they are.
CREATE TABLE kafka.kv (
  k  BIGINT,
  a  INT,
  b  STRING,
  c  DECIMAL(12, 2),
  ts TIMESTAMP_LTZ(6),
  PRIMARY KEY (k) NOT ENFORCED
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = 'kafka:9092',
  'properties.group.id' = 'firn',
  'topic' = 'pg.public.kv',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'debezium-json',
  'debezium-json.timestamp-format.standard' = 'ISO-8601'
);

CREATE TABLE kafka.ord (
  region STRING,
  id     INT,
  qty    INT,
  note   STRING,
  PRIMARY KEY (region, id) NOT ENFORCED
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = 'kafka:9092',
  'properties.group.id' = 'firn',
  'topic' = 'pg.public.ord',
  'scan.startup.mode' = 'earliest-offset',
  'format' = 'debezium-json'
);

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

CREATE DATABASE IF NOT EXISTS lake.bench;

CREATE TABLE IF NOT EXISTS lake.bench.pgbench_accounts (
  aid      INT,
  bid      INT,
  abalance INT,
  filler   STRING,
  PRIMARY KEY (aid) NOT ENFORCED
);

CREATE TABLE IF NOT EXISTS lake.bench.pgbench_branches (
  bid      INT,
  bbalance INT,
  filler   STRING,
  PRIMARY KEY (bid) NOT ENFORCED
);

CREATE TABLE IF NOT EXISTS lake.bench.pgbench_tellers (
  tid      INT,
  bid      INT,
  tbalance INT,
  filler   STRING,
  PRIMARY KEY (tid) NOT ENFORCED
);

CREATE TABLE IF NOT EXISTS lake.bench.pgbench_history (
  tid      INT,
  bid      INT,
  aid      INT,
  delta    INT,
  mtime    TIMESTAMP(6),
  filler   STRING,
  hid      BIGINT,
  PRIMARY KEY (hid) NOT ENFORCED
);

CREATE TABLE IF NOT EXISTS lake.bench.kv (
  k  BIGINT,
  a  INT,
  b  STRING,
  c  DECIMAL(12, 2),
  ts TIMESTAMP_LTZ(6),
  PRIMARY KEY (k) NOT ENFORCED
);

CREATE TABLE IF NOT EXISTS lake.bench.ord (
  region STRING,
  id     INT,
  qty    INT,
  note   STRING,
  PRIMARY KEY (region, id) NOT ENFORCED
);

-- One job that keeps all six tables up to date, until it is cancelled.
EXECUTE STATEMENT SET BEGIN
INSERT INTO lake.bench.pgbench_accounts SELECT * FROM kafka.pgbench_accounts;
INSERT INTO lake.bench.pgbench_branches SELECT * FROM kafka.pgbench_branches;
INSERT INTO lake.bench.pgbench_tellers SELECT * FROM kafka.pgbench_tellers;
INSERT INTO lake.bench.pgbench_history
  SELECT tid, bid, aid, delta, CAST(TO_TIMESTAMP_LTZ(mtime, 3) AS TIMESTAMP(6)), filler, hid
  FROM kafka.pgbench_history;
INSERT INTO lake.bench.kv SELECT * FROM kafka.kv;
INSERT INTO lake.bench.ord SELECT * FROM kafka.ord;
END;

-- A Firn table with a partition for each day: Flink SQL, beside docker-compose.yml as it stands.
--
-- The day is a column of its own, and belongs to the primary key: so one key is in one partition, and in one bucket of
-- it. A row whose day changes is deleted from the old day and inserted into the new one.

SET 'pipeline.name' = 'History by day';
SET 'execution.checkpointing.interval' = '10 s';
SET 'table.local-time-zone' = 'UTC';
-- Without this Flink puts a state of all rows in front of the sink, because the table's key (day, hid) is not the key of
-- the changes (hid). It is not needed: the changes of a row come in order, and its old day is known from `before`.
SET 'table.exec.sink.upsert-materialize' = 'NONE';

CREATE DATABASE kafka;

CREATE TABLE kafka.pgbench_history (
  tid   INT,
  bid   INT,
  aid   INT,
  delta INT,
  mtime BIGINT,
  hid   BIGINT,
  PRIMARY KEY (hid) NOT ENFORCED
) WITH (
  'connector' = 'kafka',
  'properties.bootstrap.servers' = 'kafka:9092',
  'properties.group.id' = 'firn-by-day',
  'topic' = 'pg.public.pgbench_history',
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

-- Two buckets a day: as many subtasks can write on one day. Few rows a day need few.
CREATE TABLE IF NOT EXISTS lake.bench.history_by_day (
  `day` DATE,
  hid   BIGINT,
  mtime TIMESTAMP(6),
  tid   INT,
  bid   INT,
  aid   INT,
  delta INT,
  PRIMARY KEY (`day`, hid) NOT ENFORCED
) PARTITIONED BY (`day`) WITH (
  'bucket' = '2',
  'bucket-key' = 'hid'
);

INSERT INTO lake.bench.history_by_day
SELECT CAST(committed AS DATE), hid, committed, tid, bid, aid, delta
FROM (
  SELECT CAST(TO_TIMESTAMP_LTZ(mtime, 3) AS TIMESTAMP(6)) AS committed, hid, tid, bid, aid, delta
  FROM kafka.pgbench_history
);

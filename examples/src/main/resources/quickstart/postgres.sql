-- What PostgreSQL sent: one file of Debezium events a table, in commit order. A file may not be split, since its order
-- is the only truth about which change came last; a gzip'd file never is.
-- Debezium sends a NUMERIC and a TIMESTAMPTZ as text and a TIMESTAMP as milliseconds; replicate.sql casts them.

CREATE DATABASE postgres;

CREATE TABLE postgres.pgbench_accounts (
  aid      INT,
  bid      INT,
  abalance INT,
  filler   STRING,
  PRIMARY KEY (aid) NOT ENFORCED
) WITH (
  'connector' = 'filesystem',
  'path' = '${events}/pgbench_accounts.jsonl.gz',
  'format' = 'debezium-json'
);

CREATE TABLE postgres.pgbench_branches (
  bid      INT,
  bbalance INT,
  filler   STRING,
  PRIMARY KEY (bid) NOT ENFORCED
) WITH (
  'connector' = 'filesystem',
  'path' = '${events}/pgbench_branches.jsonl.gz',
  'format' = 'debezium-json'
);

CREATE TABLE postgres.pgbench_tellers (
  tid      INT,
  bid      INT,
  tbalance INT,
  filler   STRING,
  PRIMARY KEY (tid) NOT ENFORCED
) WITH (
  'connector' = 'filesystem',
  'path' = '${events}/pgbench_tellers.jsonl.gz',
  'format' = 'debezium-json'
);

CREATE TABLE postgres.pgbench_history (
  tid      INT,
  bid      INT,
  aid      INT,
  delta    INT,
  mtime    BIGINT,
  filler   STRING,
  hid      BIGINT,
  PRIMARY KEY (hid) NOT ENFORCED
) WITH (
  'connector' = 'filesystem',
  'path' = '${events}/pgbench_history.jsonl.gz',
  'format' = 'debezium-json'
);

CREATE TABLE postgres.kv (
  k  BIGINT,
  a  INT,
  b  STRING,
  c  STRING,
  ts STRING,
  PRIMARY KEY (k) NOT ENFORCED
) WITH (
  'connector' = 'filesystem',
  'path' = '${events}/kv.jsonl.gz',
  'format' = 'debezium-json'
);

CREATE TABLE postgres.ord (
  region STRING,
  id     INT,
  qty    INT,
  note   STRING,
  PRIMARY KEY (region, id) NOT ENFORCED
) WITH (
  'connector' = 'filesystem',
  'path' = '${events}/ord.jsonl.gz',
  'format' = 'debezium-json'
);

-- The copies: Firn tables, each one an Iceberg v3 table of database `lake` in the warehouse. Firn creates what is missing.
-- Compaction begins at two runs instead of four, so that a minute of changes shows it.

CREATE DATABASE lake;

CREATE TABLE lake.pgbench_accounts (
  aid      INT,
  bid      INT,
  abalance INT,
  filler   STRING,
  PRIMARY KEY (aid) NOT ENFORCED
) WITH (
  'connector' = 'firn',
  'catalog-type' = 'hadoop',
  'warehouse' = '${warehouse}',
  'compaction.runs' = '2'
);

CREATE TABLE lake.pgbench_branches (
  bid      INT,
  bbalance INT,
  filler   STRING,
  PRIMARY KEY (bid) NOT ENFORCED
) WITH (
  'connector' = 'firn',
  'catalog-type' = 'hadoop',
  'warehouse' = '${warehouse}',
  'compaction.runs' = '2'
);

CREATE TABLE lake.pgbench_tellers (
  tid      INT,
  bid      INT,
  tbalance INT,
  filler   STRING,
  PRIMARY KEY (tid) NOT ENFORCED
) WITH (
  'connector' = 'firn',
  'catalog-type' = 'hadoop',
  'warehouse' = '${warehouse}',
  'compaction.runs' = '2'
);

CREATE TABLE lake.pgbench_history (
  tid      INT,
  bid      INT,
  aid      INT,
  delta    INT,
  mtime    TIMESTAMP(6),
  filler   STRING,
  hid      BIGINT,
  PRIMARY KEY (hid) NOT ENFORCED
) WITH (
  'connector' = 'firn',
  'catalog-type' = 'hadoop',
  'warehouse' = '${warehouse}',
  'compaction.runs' = '2'
);

CREATE TABLE lake.kv (
  k  BIGINT,
  a  INT,
  b  STRING,
  c  DECIMAL(12, 2),
  ts TIMESTAMP_LTZ(6),
  PRIMARY KEY (k) NOT ENFORCED
) WITH (
  'connector' = 'firn',
  'catalog-type' = 'hadoop',
  'warehouse' = '${warehouse}',
  'compaction.runs' = '2'
);

CREATE TABLE lake.ord (
  region STRING,
  id     INT,
  qty    INT,
  note   STRING,
  PRIMARY KEY (region, id) NOT ENFORCED
) WITH (
  'connector' = 'firn',
  'catalog-type' = 'hadoop',
  'warehouse' = '${warehouse}',
  'compaction.runs' = '2'
);

-- One job that keeps all six tables up to date.

EXECUTE STATEMENT SET BEGIN
INSERT INTO lake.pgbench_accounts SELECT * FROM postgres.pgbench_accounts;
INSERT INTO lake.pgbench_branches SELECT * FROM postgres.pgbench_branches;
INSERT INTO lake.pgbench_tellers SELECT * FROM postgres.pgbench_tellers;
INSERT INTO lake.pgbench_history
  SELECT tid, bid, aid, delta, CAST(TO_TIMESTAMP_LTZ(mtime, 3) AS TIMESTAMP(6)), filler, hid
  FROM postgres.pgbench_history;
INSERT INTO lake.kv
  SELECT k, a, b, CAST(c AS DECIMAL(12, 2)), CAST(REPLACE(REPLACE(ts, 'T', ' '), 'Z', '') AS TIMESTAMP_LTZ(6))
  FROM postgres.kv;
INSERT INTO lake.ord SELECT * FROM postgres.ord;
END;

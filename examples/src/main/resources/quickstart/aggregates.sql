-- Each row is a line of data/pgbench-cdc/final/aggregates.txt, which PostgreSQL counted.

SELECT CONCAT_WS('|', 'branches', CAST(COUNT(*) AS STRING), CAST(SUM(bbalance) AS STRING)) FROM lake.pgbench_branches
UNION ALL
SELECT CONCAT_WS('|', 'tellers', CAST(COUNT(*) AS STRING), CAST(SUM(tbalance) AS STRING)) FROM lake.pgbench_tellers
UNION ALL
SELECT CONCAT_WS('|', 'ord', CAST(COUNT(*) AS STRING), CAST(SUM(qty) AS STRING)) FROM lake.ord
UNION ALL
SELECT CONCAT_WS('|', 'history', CAST(COUNT(*) AS STRING), CAST(SUM(delta) AS STRING)) FROM lake.pgbench_history
UNION ALL
SELECT CONCAT_WS('|', 'accounts', CAST(COUNT(*) AS STRING), CAST(SUM(abalance) AS STRING)) FROM lake.pgbench_accounts
UNION ALL
SELECT CONCAT_WS('|', 'kv', CAST(COUNT(*) AS STRING), CAST(SUM(a) AS STRING)) FROM lake.kv
UNION ALL
SELECT CONCAT_WS('|', 'kv',
    CAST(COUNT(*) AS STRING), CAST(COUNT(DISTINCT k) AS STRING), CAST(SUM(k) AS STRING), CAST(SUM(a) AS STRING),
    CAST(SUM(c) AS STRING), CAST(COUNT(b) AS STRING), CAST(SUM(CHAR_LENGTH(b)) AS STRING))
FROM lake.kv;

package dev.firn.e2e.pipeline;

import java.util.List;

/** A table of the {@link Recording}. */
record RecordedTable(String name, List<String> columns, List<String> key) {

    static final List<RecordedTable> ALL = List.of(
            of("pgbench_accounts", "aid, bid, abalance, filler", "aid"),
            of("pgbench_branches", "bid, bbalance, filler", "bid"),
            of("pgbench_tellers", "tid, bid, tbalance, filler", "tid"),
            of("pgbench_history", "tid, bid, aid, delta, mtime, filler, hid", "hid"),
            of("kv", "k, a, b, c, ts", "k"),
            of("ord", "region, id, qty, note", "region, id"));

    RecordedTable {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
    }

    static RecordedTable named(String name) {
        return ALL.stream()
                .filter(table -> table.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static RecordedTable of(String name, String columns, String key) {
        return new RecordedTable(name, List.of(columns.split(", ")), List.of(key.split(", ")));
    }
}

package dev.firn.examples;

import java.util.List;

/** A table that the quick start copies: its name, in PostgreSQL and in the lake, and its primary key. */
record CopiedTable(String name, List<String> key) {

    static final CopiedTable ACCOUNTS = new CopiedTable("pgbench_accounts", List.of("aid"));
    static final List<CopiedTable> ALL = List.of(
            ACCOUNTS,
            new CopiedTable("pgbench_branches", List.of("bid")),
            new CopiedTable("pgbench_tellers", List.of("tid")),
            new CopiedTable("pgbench_history", List.of("hid")),
            new CopiedTable("kv", List.of("k")),
            new CopiedTable("ord", List.of("region", "id")));

    CopiedTable {
        key = List.copyOf(key);
    }

    /** The name without pgbench's prefix, for narrow columns of the console. */
    String shortName() {
        return name.replace("pgbench_", "");
    }
}

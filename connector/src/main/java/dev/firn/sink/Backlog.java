package dev.firn.sink;

import dev.firn.compaction.CompactionDebt;

/** What a writer's compactions have before them. The writer's thread. */
interface Backlog {

    /** Starts the compactions that are worth it, as far as threads are free. */
    void compact();

    /** Of the bucket that is the furthest behind. */
    CompactionDebt debt();

    String tableName();
}

package dev.firn.examples;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;

/** How the quick start speaks to its reader. */
final class Console {

    private static final int PROBLEMS_SHOWN = 5;

    private final PrintStream out;

    Console(PrintStream out) {
        this.out = out;
    }

    void introduction() {
        out.print("""

                A PostgreSQL ran pgbench for a minute while Debezium recorded every change. An embedded Flink
                now plays the recording into six Firn tables. These are Iceberg v3 tables, with a snapshot for
                each checkpoint that brought them a change, and one more when files were compacted: L0 files
                are straight from a checkpoint, those of deeper levels were merged in the background.

                Flink starts …
                """);
    }

    /**
     * How far compaction is.
     *
     * @param count compactions of all tables
     * @param files of one table, by level
     */
    record Compaction(int count, SortedMap<Integer, Integer> files) {}

    void start() {
        print("%n%44s%n", "snapshots of");
        print("  %6s %10s %12s", "time", "rows read", "checkpoints");
        CopiedTable.ALL.forEach(table -> print("%10s", table.shortName()));
        print("   compactions   files of accounts%n");
    }

    /**
     * One line of progress.
     *
     * @param snapshots how many there are, in the order of {@link CopiedTable#ALL}
     */
    void progress(Duration since, long rows, long checkpoints, List<Integer> snapshots, Compaction compaction) {
        print("  %4d s %,10d %12d", Math.round(since.toMillis() / 1000.0), rows, checkpoints);
        snapshots.forEach(count -> print("%10d", count));
        print("%14d  ", compaction.count());
        compaction.files().forEach((level, files) -> print(" L%d:%d", level, files));
        print("%n");
    }

    void verification() {
        out.print("""

                Now every snapshot is read back, and the last one held against the dump of that PostgreSQL.

                  table                  rows  snapshots  compactions  one row a key  Iceberg's reader  Flink SQL
                """);
    }

    void verified(TableCheck check) {
        print(
                "  %-17s %,9d %10d %12d  %-13s  %-16s  %s%n",
                check.table().name(),
                check.rows(),
                check.snapshots(),
                check.compactions(),
                check.duplicates().isEmpty()
                        ? "in all"
                        : "NOT IN " + check.duplicates().size(),
                equality(check.icebergDifferences().isEmpty()),
                equality(check.flinkDifferences().isEmpty()));
    }

    void failure(String what, List<String> problems) {
        print("%n%s:%n", what);
        problems.stream().limit(PROBLEMS_SHOWN).forEach(problem -> print("  %s%n", problem));
        if (problems.size() > PROBLEMS_SHOWN) {
            print("  and %,d more%n", problems.size() - PROBLEMS_SHOWN);
        }
    }

    void success(Duration took, Path warehouse) {
        print("""

                All %d tables equal the dump, and so do the counts and sums that PostgreSQL took of them. (%d s)

                The tables stay where they are, for any reader of Iceberg v3:
                  %s
                """, CopiedTable.ALL.size(), took.toSeconds(), warehouse);
    }

    private static String equality(boolean equal) {
        return equal ? "equal" : "DIFFERS";
    }

    private void print(String format, Object... values) {
        out.printf(Locale.ROOT, format, values);
    }
}

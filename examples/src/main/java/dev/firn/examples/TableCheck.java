package dev.firn.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What came of one copy.
 *
 * @param rows live rows of the current snapshot
 * @param snapshots how many snapshots there are
 * @param compactions how many of them changed files and no row
 * @param duplicates keys with several rows, by snapshot; empty if every snapshot has one row a key
 * @param icebergDifferences what Iceberg's reader finds to differ from the dump; empty if nothing
 * @param flinkDifferences what Flink SQL finds to differ from the dump; empty if nothing
 */
record TableCheck(
        CopiedTable table,
        int rows,
        int snapshots,
        int compactions,
        Map<Long, List<String>> duplicates,
        List<String> icebergDifferences,
        List<String> flinkDifferences) {

    TableCheck {
        duplicates = Map.copyOf(duplicates);
        icebergDifferences = List.copyOf(icebergDifferences);
        flinkDifferences = List.copyOf(flinkDifferences);
    }

    /** Reads every snapshot by Iceberg's reader, the current one by Flink SQL too. */
    static TableCheck of(CopiedTable table, Lake lake, EmbeddedFlink flink, PostgresDump dump) {
        Contents expected = dump.rows(table, lake.schema(table));
        Contents byIceberg = lake.rows(table);
        Contents byFlink = flink.rows(table, lake.columns(table));
        List<Long> snapshots = lake.snapshots(table);
        Map<Long, List<String>> duplicates = new TreeMap<>();
        for (long snapshot : snapshots) {
            List<String> found = lake.keys(table, snapshot).duplicates();
            if (!found.isEmpty()) {
                duplicates.put(snapshot, found);
            }
        }
        return new TableCheck(
                table,
                byIceberg.size(),
                snapshots.size(),
                lake.compactions(table),
                duplicates,
                byIceberg.differencesFrom(expected),
                byFlink.differencesFrom(expected));
    }

    boolean passed() {
        return problems().isEmpty();
    }

    /** Everything that is wrong, a line each. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        duplicates.forEach(
                (snapshot, found) -> found.forEach(each -> problems.add("snapshot " + snapshot + ": " + each)));
        icebergDifferences.forEach(each -> problems.add("read by Iceberg: " + each));
        flinkDifferences.forEach(each -> problems.add("read by Flink SQL: " + each));
        return problems;
    }
}

package dev.firn.e2e.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.e2e.cluster.Engine;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The six tables at the end, as an engine reads them, held against PostgreSQL's own word. */
final class Copies {

    private final Engine engine;
    private final Function<RecordedTable, String> names;

    /** @param names of the tables in the engine's SQL */
    Copies(Engine engine, Function<RecordedTable, String> names) {
        this.engine = engine;
        this.names = names;
    }

    void equalTheDump() {
        for (RecordedTable table : RecordedTable.ALL) {
            List<String> rows =
                    engine.rows("SELECT " + String.join(", ", table.columns()) + " FROM " + names.apply(table));
            assertThat(rows.stream().sorted().toList()).as(names.apply(table)).isEqualTo(Recording.rows(table));
        }
    }

    /**
     * @param snapshots of each table
     * @param at how the engine's SQL says a table, and as of which snapshot
     */
    void haveOneRowPerKey(Function<RecordedTable, List<Long>> snapshots, BiFunction<String, Long, String> at) {
        for (RecordedTable table : RecordedTable.ALL) {
            String key = String.join(", ", table.key());
            String counts = snapshots.apply(table).stream()
                    .map(snapshot ->
                            "SELECT %1$d, sum(n), count(*) FROM (SELECT count(*) AS n FROM %2$s GROUP BY %3$s) k%1$d"
                                    .formatted(snapshot, at.apply(names.apply(table), snapshot), key))
                    .collect(Collectors.joining(" UNION ALL "));
            assertThat(engine.rows(counts))
                    .as("snapshots of %s: rows and keys", names.apply(table))
                    .hasSameSizeAs(snapshots.apply(table))
                    .allSatisfy(count -> {
                        String[] columns = count.split("\\|", -1);
                        assertThat(columns[1]).as(count).isEqualTo(columns[2]);
                    });
        }
    }
}

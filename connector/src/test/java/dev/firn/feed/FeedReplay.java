package dev.firn.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.feed.FeedSimulation.Row;
import dev.firn.feed.FeedSimulation.Visit;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.IcebergGenerics;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.flink.TableLoader;
import org.apache.iceberg.io.CloseableIterable;

/**
 * Applies a feed to an empty map, by a strict grammar, and compares the map with what Iceberg's own reader finds in
 * each snapshot. Where a snapshot holds a key twice, so does the map.
 */
public final class FeedReplay implements Closeable {

    private final Table table;
    private final Texts texts;
    private final FeedSimulation feed;
    private final Map<Long, Map<String, List<String>>> rowsBySnapshot = new HashMap<>();

    /**
     * How rows are written down.
     *
     * @param key of a row of the feed
     * @param row the whole of it
     * @param keyOfRecord the same for Iceberg's rows
     */
    public record Texts(
            Function<RowData, String> key,
            Function<RowData, String> row,
            Function<Record, String> keyOfRecord,
            Function<Record, String> record) {}

    public FeedReplay(TableLoader loader, Table table, Texts texts, Path scratch, Random random) {
        this.table = table;
        this.texts = texts;
        Handover handover = random.nextBoolean() ? Handover.AT_CHECKPOINT : Handover.WHEN_READ;
        this.feed = new FeedSimulation(loader, FeedConfig.defaults().withHandover(handover), null, scratch, random);
    }

    /** Remembers the rows of the newest snapshot, and lets the feed go on for some steps. */
    public void follow(int steps) {
        remember();
        try {
            for (int step = 0; step < steps; step++) {
                feed.step();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets the feed read everything, so that nothing that it needs can expire. */
    public void catchUp() {
        remember();
        try {
            feed.catchUp();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void remember() {
        table.refresh();
        for (Snapshot snapshot : table.snapshots()) {
            rowsBySnapshot.computeIfAbsent(snapshot.snapshotId(), id -> rows(snapshot));
        }
    }

    private Map<String, List<String>> rows(Snapshot snapshot) {
        Map<String, List<String>> rows = new TreeMap<>();
        try (CloseableIterable<Record> records =
                IcebergGenerics.read(table).useSnapshot(snapshot.snapshotId()).build()) {
            for (Record row : records) {
                rows.computeIfAbsent(texts.keyOfRecord().apply(row), k -> new ArrayList<>())
                        .add(texts.record().apply(row));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        rows.values().forEach(Collections::sort);
        return rows;
    }

    /** Replays all that was emitted: in the order in which it came, and snapshot by snapshot. */
    public void check() {
        catchUp();
        boolean unique = rowsBySnapshot.values().stream()
                .allMatch(rows -> rows.values().stream().allMatch(ofKey -> ofKey.size() == 1));
        Rows asTheyCame = new Rows(texts, unique);
        feed.emitted().forEach(row -> asTheyCame.apply(row.row()));
        Rows bySnapshot = new Rows(texts, unique);
        TreeSet<Long> borders = new TreeSet<>();
        feed.visits().forEach(visit -> borders.add(visit.nextOrdinal()));
        Map<Long, List<Row>> rowsByBorder = feed.emitted().stream()
                .collect(Collectors.groupingBy(row -> Objects.requireNonNull(borders.higher(row.ordinalOfSplit()))));
        for (Visit visit : feed.visits()) {
            List<Row> rows = rowsByBorder.remove(visit.nextOrdinal());
            Objects.requireNonNullElse(rows, List.<Row>of()).forEach(row -> bySnapshot.apply(row.row()));
            Map<String, List<String>> expected =
                    rowsBySnapshot.get(visit.snapshot().id());
            if (expected != null) {
                assertThat(bySnapshot.present()).as("rows of %s", visit).isEqualTo(expected);
            }
        }
        assertThat(asTheyCame.present()).isEqualTo(bySnapshot.present());
    }

    /** The rows that a changelog leaves, under the grammar of changelogs. With unique keys, only absent ones come. */
    private static final class Rows {

        private final Texts texts;
        private final boolean unique;
        private final Map<String, List<String>> byKey = new TreeMap<>();
        private final Set<String> updating = new HashSet<>();

        Rows(Texts texts, boolean unique) {
            this.texts = texts;
            this.unique = unique;
        }

        void apply(RowData row) {
            String key = texts.key().apply(row);
            String text = texts.row().apply(row);
            List<String> rows = byKey.computeIfAbsent(key, k -> new ArrayList<>());
            switch (row.getRowKind()) {
                case INSERT -> {
                    assertThat(unique && !rows.isEmpty())
                            .as("+I %s of %s", text, rows)
                            .isFalse();
                    rows.add(text);
                }
                case UPDATE_BEFORE -> {
                    assertThat(rows.remove(text)).as("-U %s of %s", text, rows).isTrue();
                    assertThat(updating.add(key)).isTrue();
                }
                case UPDATE_AFTER -> {
                    assertThat(updating.remove(key))
                            .as("+U %s follows a -U", text)
                            .isTrue();
                    rows.add(text);
                }
                case DELETE ->
                    assertThat(rows.remove(text)).as("-D %s of %s", text, rows).isTrue();
            }
        }

        Map<String, List<String>> present() {
            assertThat(updating).as("updates without +U").isEmpty();
            Map<String, List<String>> present = new TreeMap<>();
            byKey.forEach((key, rows) -> {
                if (!rows.isEmpty()) {
                    present.put(key, rows.stream().sorted().toList());
                }
            });
            return present;
        }
    }

    @Override
    public void close() throws IOException {
        feed.close();
    }
}

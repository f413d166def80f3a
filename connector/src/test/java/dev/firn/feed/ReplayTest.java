package dev.firn.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.dv.PositionSet;
import dev.firn.iceberg.FileChange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.flink.table.data.RowData;
import org.apache.flink.types.RowKind;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A table's snapshots, one split each, applied to an empty map, give each snapshot's rows, key by key. */
@SuppressWarnings("NullAway.Init")
class ReplayTest {

    private static final int SNAPSHOTS = 60;

    @TempDir
    Path scratch;

    /** Where a key's live row is. */
    private record Place(int file, int position) {}

    private static final class Table {

        private final List<DataFile> files = new ArrayList<>();
        private final List<List<Account>> rows = new ArrayList<>();
        private final Map<String, Place> live = new TreeMap<>();

        /** What is dead in each file; files that are not there are missing. */
        private final Map<Integer, PositionSet> dead = new HashMap<>();

        void add(DataFile file, List<Account> written) {
            int ordinal = files.size();
            files.add(file);
            rows.add(written);
            dead.put(ordinal, PositionSet.EMPTY);
            for (int i = 0; i < written.size(); i++) {
                delete(written.get(i).key());
                live.put(written.get(i).key(), new Place(ordinal, i));
            }
        }

        void delete(String key) {
            Place place = live.remove(key);
            if (place != null) {
                dead.computeIfPresent(
                        place.file(),
                        (file, positions) ->
                                positions.toBuilder().add(place.position()).build());
            }
        }

        Account row(String key) {
            Place place = Objects.requireNonNull(live.get(key));
            return rows.get(place.file()).get(place.position());
        }

        Map<String, String> told() {
            return live.keySet().stream().collect(Collectors.toMap(key -> key, key -> ReplayTest.told(row(key).row())));
        }
    }

    private static String told(RowData row) {
        return SplitFixture.told(row, SplitFixture.ROW_TYPE).substring(2);
    }

    @ParameterizedTest
    @EnumSource
    void eachSnapshotsChangesLeadToItsRows(ChangelogKind kind) throws IOException {
        Random random = new Random(11);
        SplitFixture fixture = new SplitFixture(scratch).sortingIn(2_000);
        Table table = new Table();
        Map<String, String> consumer = new HashMap<>();
        for (int snapshot = 0; snapshot < SNAPSHOTS; snapshot++) {
            Map<Integer, PositionSet> before = new HashMap<>(table.dead);
            switch (random.nextInt(5)) {
                case 0 -> rewrite(fixture, table, random);
                case 1 ->
                    new ArrayList<>(table.live.keySet())
                            .stream().filter(key -> random.nextInt(4) == 0).forEach(table::delete);
                default -> write(fixture, table, random);
            }
            ChangeSplit split = split(fixture, table, before);
            try (SplitChanges changes = fixture.open(split, SplitFixture.feed(kind))) {
                apply(changes, kind, consumer);
            }
            assertThat(consumer).as("snapshot %d", snapshot).isEqualTo(table.told());
        }
    }

    /** Some deletes, then new rows in one file or several, some of them with keys of the deleted ones. */
    private static void write(SplitFixture fixture, Table table, Random random) {
        new ArrayList<>(table.live.keySet())
                .stream().filter(key -> random.nextInt(9) == 0).forEach(table::delete);
        for (int flush = random.nextInt(3); flush >= 0; flush--) {
            Map<String, Account> rows = new TreeMap<>();
            for (int i = 0; i <= random.nextInt(12); i++) {
                Account row = Account.of(random.nextInt(30) - 15, "n" + random.nextInt(3))
                        .in(random.nextBoolean() ? "eu" : "us")
                        .worth(random.nextInt(4));
                rows.put(row.key(), row);
            }
            add(fixture, table, new ArrayList<>(rows.values()), random);
        }
    }

    /** Some files' live rows move to another file, as they are. */
    private static void rewrite(SplitFixture fixture, Table table, Random random) {
        List<Account> moved = new ArrayList<>();
        for (int file : List.copyOf(table.dead.keySet())) {
            if (random.nextInt(3) == 0) {
                table.dead.remove(file);
                table.live.forEach((key, place) -> {
                    if (place.file() == file) {
                        moved.add(table.row(key));
                    }
                });
            }
        }
        if (!moved.isEmpty()) {
            add(fixture, table, moved, random);
        }
    }

    private static void add(SplitFixture fixture, Table table, List<Account> rows, Random random) {
        Collections.shuffle(rows, random);
        if (random.nextBoolean()) {
            table.add(fixture.foreign(rows), rows);
        } else {
            rows.sort(Account.BY_KEY);
            table.add(fixture.sorted(rows), rows);
        }
    }

    private static ChangeSplit split(SplitFixture fixture, Table table, Map<Integer, PositionSet> before) {
        List<FileChange> changes = new ArrayList<>();
        for (int file = 0; file < table.files.size(); file++) {
            PositionSet old = before.get(file);
            PositionSet now = table.dead.get(file);
            if (!Objects.equals(old, now)) {
                changes.add(new FileChange(
                        table.files.get(file),
                        PartitionSpec.unpartitioned(),
                        live(fixture, table, file, old),
                        live(fixture, table, file, now)));
            }
        }
        return SplitFixture.split(changes.toArray(FileChange[]::new));
    }

    private static FileChange.@Nullable Liveness live(
            SplitFixture fixture, Table table, int file, @Nullable PositionSet dead) {
        return dead == null ? null : fixture.live(table.files.get(file), dead);
    }

    private static void apply(SplitChanges changes, ChangelogKind kind, Map<String, String> consumer)
            throws IOException {
        String updated = "";
        while (changes.next()) {
            RowData row = changes.row();
            RowKind what = row.getRowKind();
            String key = row.getString(1) + "/" + row.getLong(0);
            if (kind == ChangelogKind.UPSERT) {
                assertThat(what).isNotEqualTo(RowKind.UPDATE_BEFORE);
                assertThat(consumer.containsKey(key)).as("%s %s", what, key).isEqualTo(what != RowKind.INSERT);
            } else if (what == RowKind.UPDATE_AFTER) {
                assertThat(key).as("+U follows its -U").isEqualTo(updated);
            } else {
                assertThat(consumer.get(key))
                        .as("%s %s", what, key)
                        .isEqualTo(what == RowKind.INSERT ? null : told(row));
            }
            updated = what == RowKind.UPDATE_BEFORE ? key : "";
            if (what == RowKind.INSERT || what == RowKind.UPDATE_AFTER) {
                consumer.put(key, told(row));
            } else {
                consumer.remove(key);
            }
        }
        assertThat(updated).as("-U without +U").isEmpty();
    }
}

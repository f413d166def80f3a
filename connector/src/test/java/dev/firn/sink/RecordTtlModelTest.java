package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.iceberg.Snapshot;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Random rows with random times, while time passes, merges end when they like and somebody else rewrites files. In
 * every snapshot each row is the last one of its key, no row is missing that has not expired, and in the end all are
 * gone that have.
 *
 * <p>{@code -Dfirn.model.seeds=N} runs N seeds, {@code -Dfirn.model.first-seed=S} starts at seed S.
 */
@Execution(ExecutionMode.CONCURRENT)
class RecordTtlModelTest {

    private static final long SEEDS = Long.getLong("firn.model.seeds", 60);
    private static final long FIRST_SEED = Long.getLong("firn.model.first-seed", 0);
    private static final long TTL = RecordTtlTable.TTL.toMillis();
    private static final int STEPS = 40;
    private static final int ROUNDS = 30;

    @TempDir
    Path localDisk;

    @TestFactory
    Stream<DynamicTest> rowsGoWhenTheyHaveExpiredAndNotBefore() {
        return LongStream.range(FIRST_SEED, FIRST_SEED + SEEDS)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> {
                    Path disk = Files.createDirectories(localDisk.resolve("seed-" + seed));
                    try (Model model = new Model(new Random(seed), disk)) {
                        model.run();
                    }
                }));
    }

    private record Row(@Nullable Long at, String value) {

        private boolean hasExpired(long now) {
            return at != null && at <= now - TTL;
        }
    }

    private static final class Model implements AutoCloseable {

        private final Random random;
        private final RecordTtlTable table;
        private final int keys;
        private final TreeMap<Long, Row> truth = new TreeMap<>();
        private final Set<Long> checked = new HashSet<>();
        private int writes;

        private Model(Random random, Path disk) throws Exception {
            this.random = random;
            this.keys = 5 + random.nextInt(60);
            this.table = new RecordTtlTable(
                    disk,
                    RandomCompaction.config(random).withThreads(1 + random.nextInt(2)),
                    1 + random.nextInt(2),
                    Map.of(),
                    random.nextBoolean() ? 1 : 1 << 30);
        }

        private void run() throws Exception {
            for (int step = 0; step < STEPS; step++) {
                int dice = random.nextInt(100);
                if (dice < 40) {
                    write(1 + random.nextInt(20));
                } else if (dice < 75) {
                    checkpoint();
                } else if (dice < 92) {
                    table.pass(random.nextInt((int) TTL));
                } else if (dice < 94) {
                    table.rewriteByAnother(random);
                } else if (dice < 96) {
                    table.catalog.beforeNextCommit(() -> table.rewriteByAnother(random));
                    checkpoint();
                } else {
                    checkpoint();
                    table.restart();
                }
                table.threads.run(random.nextInt(4), random);
            }
            checkpoint();
            table.pass(3 * TTL);
            for (int round = 0; round < ROUNDS; round++) {
                checkpoint();
                table.threads.runAll();
            }
            checkpoint();

            assertThat(expired()).isEmpty();
        }

        /** Expired rows that are still there. */
        private Set<Long> expired() {
            return table.rows().keySet().stream()
                    .filter(id -> truth.getOrDefault(id, new Row(null, "none")).hasExpired(table.now()))
                    .collect(Collectors.toSet());
        }

        private void write(int changes) throws Exception {
            for (int i = 0; i < changes; i++) {
                long id = random.nextInt(keys);
                if (random.nextInt(6) == 0) {
                    truth.remove(id);
                    table.delete(id);
                } else {
                    upsert(id, random.nextInt(6) == 0 ? null : table.now() - random.nextInt((int) TTL));
                }
            }
        }

        private void upsert(long id, @Nullable Long at) throws Exception {
            Row row = new Row(at, "v" + writes++);
            truth.put(id, row);
            table.upsert(id, at, row.value());
        }

        private void checkpoint() throws Exception {
            table.checkpoint();
            for (Snapshot snapshot : table.snapshots()) {
                if (checked.add(snapshot.snapshotId()) && RecordTtlTable.isOwn(snapshot)) {
                    check(table.rows(snapshot));
                }
            }
        }

        private void check(Map<Long, String> rows) {
            rows.forEach((id, value) -> assertThat(value)
                    .as("row %s", id)
                    .isEqualTo(truth.getOrDefault(id, new Row(null, "none")).value()));
            truth.forEach((id, row) -> {
                if (!row.hasExpired(table.now())) {
                    assertThat(rows).as("row that has not expired").containsKey(id);
                }
            });
        }

        @Override
        public void close() throws IOException {
            table.close();
        }
    }
}

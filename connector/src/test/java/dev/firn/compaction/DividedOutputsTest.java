package dev.firn.compaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.firn.dv.LiveRun;
import dev.firn.dv.PositionSet;
import dev.firn.index.RunStore;
import dev.firn.key.Key;
import dev.firn.run.LevelProfiles;
import dev.firn.run.LineageReader;
import dev.firn.run.RunFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionKey;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.data.GenericRecord;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.encryption.EncryptedFiles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that go to so many partitions that the inputs have to be read several times. */
@SuppressWarnings("NullAway.Init")
class DividedOutputsTest {

    private static final int LEVEL = 1;
    private static final int ROWS = 600;
    private static final int PARTITIONS = 2 * DividedOutputs.MOST_PARTITIONS + 8;
    private static final PartitionSpec SPEC = PartitionSpec.builderFor(CompactionFixture.SCHEMA)
            .withSpecId(1)
            .bucket("id", PARTITIONS)
            .build();

    @TempDir
    Path localDisk;

    private final AtomicInteger files = new AtomicInteger();
    private CompactionFixture fixture;
    private List<LiveRun> inputs;
    private String superseded;

    /** Two sorted files and one that is not; the last of these also has a key of the first one, alive in both. */
    @BeforeEach
    void createRuns() {
        fixture = new CompactionFixture(localDisk);
        DataFile evens =
                write(LongStream.range(0, ROWS / 2).map(i -> 2 * i).boxed().toList());
        DataFile odds =
                write(LongStream.range(0, ROWS / 4).map(i -> 2 * i + 1).boxed().toList());
        fixture.commit(List.of(evens, odds));
        List<Long> shuffled = new ArrayList<>(
                LongStream.range(ROWS / 4, ROWS / 2).map(i -> 2 * i + 1).boxed().toList());
        shuffled.add(20L);
        Collections.shuffle(shuffled, new Random(7));
        DataFile foreign = write(shuffled);
        fixture.commit(List.of(foreign));
        superseded = evens.location();
        inputs = List.of(
                fixture.live(evens, PositionSet.of(3, 200)),
                fixture.live(odds, PositionSet.EMPTY),
                fixture.live(foreign, PositionSet.of(5)));
        inputs.forEach(input -> fixture.indexes.index(input.run().file()));
    }

    @AfterEach
    void dropTable() throws Exception {
        fixture.close();
    }

    @Test
    void eachRowComesOnceIntoAFileOfItsPartitionWithItsLineage() throws Exception {
        CompactionResult result = divide(1L << 20, List.of()).result();

        assertThat(partitions(result)).hasSize(PARTITIONS);
        assertThat(result.outputs()).as("one file each").hasSize(PARTITIONS);
        assertThat(rows(result)).isEqualTo(liveRows());
        assertThat(result.dropped()).isEqualTo(Map.of(superseded, PositionSet.of(10)));
        assertThat(result.changed()).isEmpty();
        assertThatFilesAreSortedAndInTheirPartitions(result);
    }

    @Test
    void workersDivideWhatIsInTheirRangesAndCutTheirFiles() throws Exception {
        CompactionResult result =
                divide(1, List.of(fixture.key(100), fixture.key(500))).result();

        assertThat(partitions(result)).hasSize(PARTITIONS);
        assertThat(result.outputs()).hasSizeGreaterThan(PARTITIONS * 2);
        assertThat(rows(result)).isEqualTo(liveRows());
        assertThat(result.dropped()).isEqualTo(Map.of(superseded, PositionSet.of(10)));
        assertThatFilesAreSortedAndInTheirPartitions(result);
    }

    @Test
    void aDivisionThatFailsInAnyPassLeavesNoFileBehind() throws Exception {
        fixture.io.onEachOperation(operation -> {});
        divide(1L << 20, List.of()).result().discard();
        long operations = fixture.io.operations();
        assertThat(operations).isGreaterThan(3L * PARTITIONS);
        assertNothingIsLeft();
        for (long failing = 0; failing < operations; failing += 1 + operations / 24) {
            long at = failing;
            fixture.io.onEachOperation(operation -> {
                if (operation == at) {
                    throw new UncheckedIOException(new IOException("disk on fire"));
                }
            });
            CompactionJob job = divide(1L << 20, List.of());

            assertThatExceptionOfType(IOException.class)
                    .as("failure at operation %d of %d", at, operations)
                    .isThrownBy(job::result)
                    .withStackTraceContaining("disk on fire");
            assertNothingIsLeft();
        }
    }

    private CompactionJob divide(long targetFileBytes, List<Key> cuts) {
        Division division = new Division(
                SPEC,
                fixture.table.format().schema(),
                PARTITIONS,
                partition -> level -> fixture.io.over(EncryptedFiles.plainAsEncryptedOutput(fixture.table
                        .io()
                        .newOutputFile("/divided/%d-%s-L%d.parquet"
                                .formatted(files.incrementAndGet(), localDisk.getFileName(), level)))));
        Compactor compactor = Compactor.dividing(
                fixture.table.format(),
                new RunStore.Storage(fixture.io, fixture.indexes, targetFileBytes, LevelProfiles.defaults()),
                new LineageReader(fixture.io, fixture.table.format(), fixture.table.specs()),
                RateLimiter.unlimited(),
                division);
        return CompactionJob.start(compactor, inputs, LEVEL, cuts, Runnable::run);
    }

    private DataFile write(List<Long> ids) {
        List<Record> rows = new ArrayList<>();
        for (long id : ids) {
            Record row = GenericRecord.create(CompactionFixture.SCHEMA);
            row.set(0, id);
            row.set(1, "value " + id + " of " + ids.size());
            rows.add(row);
        }
        return fixture.write(CompactionFixture.SCHEMA, rows);
    }

    /** Those of all inputs by id, without the older one of the key that is alive twice. */
    private List<Record> liveRows() {
        List<Record> live = new ArrayList<>();
        for (LiveRun input : inputs) {
            List<Record> rows = fixture.rows(input);
            for (int position = 0; position < rows.size(); position++) {
                boolean isSuperseded = input.location().equals(superseded) && position == 10;
                if (!input.dead().contains(position) && !isSuperseded) {
                    live.add(rows.get(position));
                }
            }
        }
        live.sort(Comparator.comparing(DividedOutputsTest::id));
        assertThat(live).hasSize(ROWS - 3);
        return live;
    }

    private List<Record> rows(CompactionResult result) {
        return result.outputs().stream()
                .flatMap(run -> fixture.rowsAsWritten(run).stream())
                .sorted(Comparator.comparing(DividedOutputsTest::id))
                .toList();
    }

    private static Set<Integer> partitions(CompactionResult result) {
        Set<Integer> partitions = new HashSet<>();
        result.outputs().forEach(run -> partitions.add(bucket(run.file().partition())));
        return partitions;
    }

    private void assertThatFilesAreSortedAndInTheirPartitions(CompactionResult result) {
        PartitionKey partition = new PartitionKey(SPEC, CompactionFixture.SCHEMA);
        for (RunFile run : result.outputs()) {
            assertThat(run.level()).isEqualTo(LEVEL);
            assertThat(run.file().specId()).isEqualTo(SPEC.specId());
            List<Record> rows = fixture.rowsAsWritten(run);
            assertThat(rows).isNotEmpty().isSortedAccordingTo(Comparator.comparing(DividedOutputsTest::id));
            for (Record row : rows) {
                partition.partition(row);
                assertThat(bucket(partition)).isEqualTo(bucket(run.file().partition()));
            }
        }
    }

    private static long id(Record row) {
        return (long) row.get(0);
    }

    private static int bucket(StructLike partition) {
        return partition.get(0, Integer.class);
    }

    private void assertNothingIsLeft() {
        assertThat(fixture.io.createdAndThere()).isEmpty();
        assertThat(localDisk.toFile().list()).as("indexes").hasSize(inputs.size());
    }
}

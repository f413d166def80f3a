package dev.firn.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.firn.iceberg.FaultyCatalog;
import dev.firn.iceberg.ForeignWriter;
import dev.firn.iceberg.SnapshotInvariants;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.types.RowKind;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table by day, of which the last days are written, and now and then an old one. */
class IdleBucketsTest {

    private static final Schema SCHEMA = new Schema(
            List.of(
                    NestedField.required(1, "day", Types.IntegerType.get()),
                    NestedField.required(2, "id", Types.LongType.get()),
                    NestedField.optional(3, "value", Types.StringType.get())),
            Set.of(1, 2));
    private static final int DAYS = 30;
    private static final int ROWS_A_DAY = 200;

    @TempDir
    Path localDisk;

    @SuppressWarnings("NullAway.Init")
    private FaultyCatalog catalog;

    @SuppressWarnings("NullAway.Init")
    private SimulatedJob job;

    private final Map<String, String> truth = new TreeMap<>();
    private long checkpoints;

    @BeforeEach
    void createTable() {
        catalog = new FaultyCatalog(
                SCHEMA,
                PartitionSpec.builderFor(SCHEMA).identity("day").bucket("id", 1).build(),
                SortOrder.builderFor(SCHEMA).asc("day").asc("id").build(),
                Map.of());
    }

    @AfterEach
    void close() throws Exception {
        job.close();
        catalog.close();
    }

    @Test
    void whatFitsStaysLoaded() throws Exception {
        start(SinkConfig.defaults());
        writeAllDays();

        assertThat(job.trees())
                .isEqualTo(new TreeMemory.Figures(DAYS, job.trees().bytes(), 0, 0));
    }

    @Test
    void treesBeyondTheirMemoryArePutAsideAndTheirRowsAreFoundAgain() throws Exception {
        start(SinkConfig.defaults().withTreeBytes(20_000));
        writeAllDays();
        assertThat(job.trees().loaded()).isBetween(2L, 9L);
        assertThat(job.trees().bytes()).isLessThanOrEqualTo(20_000);
        assertThat(job.trees().putAside()).isEqualTo(DAYS - job.trees().loaded());

        for (int day = 0; day < DAYS; day += 7) {
            write(day, 10, "again");
            checkpoint();
            // the second time on dead rows that were handed over before it was put aside
            write(day, 20, "once more");
            checkpoint();
        }
        settle();
        assertThat(rows()).isEqualTo(truth);
        assertThat(job.indexRebuilds()).isZero();
        assertThat(job.trees().bytes()).isLessThanOrEqualTo(20_000);
    }

    /** Its dead rows are in no file that would tell. */
    @Test
    void aTreeThatHandedOverDeadRowsAloneStaysUntilTheyAreCommitted() throws Exception {
        start(SinkConfig.defaults().withTreeBytes(1));
        write(1, 10, "new");
        checkpoint();
        settle();
        assertThat(job.trees().loaded()).isZero();

        job.write(GenericRowData.ofKind(RowKind.DELETE, 1, 3L, null));
        truth.remove("1/3");
        job.checkpoint(++checkpoints);
        job.checkpoint(++checkpoints);
        assertThat(job.trees().loaded()).as("while its commit is to come").isOne();
        job.completed(checkpoints - 1);
        job.completed(checkpoints);
        settle();
        assertThat(job.trees().loaded()).isZero();
        assertThat(rows()).isEqualTo(truth);
    }

    @Test
    void theIndexesOfIdleDaysGoWhenTheQuotaIsReachedAndAreRebuiltWhenARowComes() throws Exception {
        long ofTenDays = 10 * indexBytesOfADay();
        start(SinkConfig.defaults()
                .withIndexes(new SinkConfig.IndexConfig(
                                1 << 20, List.of(localDisk.resolve("small").toString()))
                        .withQuotaBytes(ofTenDays)));
        for (int day = 0; day < DAYS; day++) {
            write(day, ROWS_A_DAY, "new");
            checkpoint();
            assertThat(indexBytes()).as("after day %s", day).isLessThanOrEqualTo(ofTenDays);
        }
        assertThat(job.trees().putAside()).isGreaterThan(DAYS / 2);
        assertThat(job.trees().excessDiskBytes()).isZero();
        assertThat(job.indexRebuilds()).isZero();

        write(DAYS - 1, 10, "still here");
        checkpoint();
        assertThat(job.indexRebuilds()).isZero();
        write(0, 10, "again");
        checkpoint();
        assertThat(job.indexRebuilds()).isOne();
        settle();
        assertThat(rows()).isEqualTo(truth);
        assertThat(indexBytes()).isLessThanOrEqualTo(ofTenDays);
    }

    @Test
    void daysThatAreAllWrittenExceedTheQuotaAndItIsTold() throws Exception {
        start(SinkConfig.defaults()
                .withIndexes(new SinkConfig.IndexConfig(1 << 20, List.of(localDisk.toString())).withQuotaBytes(1)));
        LogLines lines = LogLines.sinceNow();
        for (int day = 0; day < 5; day++) {
            write(day, ROWS_A_DAY, "new");
        }
        checkpoint();

        assertThat(job.trees().excessDiskBytes()).isEqualTo(indexBytes() - 1).isPositive();
        assertThat(lines.only("The indexes of the trees")).contains("sink.local-quota");
        settle();
        assertThat(rows()).isEqualTo(truth);
        assertThat(job.trees().excessDiskBytes()).isZero();
        assertThat(indexBytes()).isZero();
    }

    @Test
    void theIndexesOfFilesThatSomebodyElseReplacedGo() throws Exception {
        start(SinkConfig.defaults());
        write(1, ROWS_A_DAY, "new");
        checkpoint();
        settle();
        ForeignWriter other = new ForeignWriter(catalog.table(), new Random(1));
        other.rewrite(other.files());
        settle();
        write(1, 10, "again");
        checkpoint();
        settle();

        assertThat(rows()).isEqualTo(truth);
        // the other one's file, and the last flush
        assertThat(indexFiles()).hasSize(2);
    }

    @Test
    void treesWithoutMemoryAreRefusedWithARemedy() throws Exception {
        start(SinkConfig.defaults());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SinkConfig.defaults().withTreeBytes(0))
                .withMessageContaining("a few MiB");
    }

    private long indexBytesOfADay() throws Exception {
        start(SinkConfig.defaults().withIndexes(new SinkConfig.IndexConfig(1 << 20, List.of(localDisk.toString()))));
        write(DAYS, ROWS_A_DAY, "sample");
        checkpoint();
        long bytes = indexBytes();
        job.close();
        checkpoints = 0;
        createTable();
        truth.clear();
        return bytes;
    }

    private void start(SinkConfig config) throws IOException {
        SinkConfig local = config.indexes().directories().isEmpty()
                ? config.withIndexes(new SinkConfig.IndexConfig(1 << 20, List.of(localDisk.toString())))
                : config;
        job = new SimulatedJob(
                new SimulatedJob.Setup(
                        catalog.loader(),
                        local.withBackPressure(RandomCompaction.NO_BACK_PRESSURE),
                        1,
                        "job",
                        Runnable::run),
                null);
    }

    private void writeAllDays() throws Exception {
        for (int day = 0; day < DAYS; day++) {
            write(day, ROWS_A_DAY, "new");
            checkpoint();
        }
        settle();
    }

    private void write(int day, int rows, String value) throws Exception {
        for (long id = 0; id < rows; id++) {
            job.write(GenericRowData.of(day, id, StringData.fromString(value)));
            truth.put(day + "/" + id, value);
        }
    }

    private void checkpoint() throws Exception {
        job.checkpoint(++checkpoints);
        job.completed(checkpoints);
    }

    /** The writer sees that everything is committed. */
    private void settle() throws Exception {
        checkpoint();
        checkpoint();
    }

    private Map<String, String> rows() {
        Map<String, String> rows = new TreeMap<>();
        SnapshotInvariants.rows(
                        catalog.table(),
                        Objects.requireNonNull(catalog.table().currentSnapshot()),
                        row -> row.get(0) + "/" + row.get(1))
                .forEach((key, row) -> rows.put(key, String.valueOf(row.get(2))));
        return rows;
    }

    private long indexBytes() throws Exception {
        long bytes = 0;
        for (Path file : indexFiles()) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    private List<Path> indexFiles() throws Exception {
        try (Stream<Path> files = Files.walk(localDisk)) {
            return files.filter(path ->
                            path.toString().contains(catalog.table().uuid().toString()))
                    .filter(path -> path.toString().endsWith(".keys"))
                    .toList();
        }
    }
}

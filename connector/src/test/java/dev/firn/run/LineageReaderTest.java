package dev.firn.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.encryption.EncryptedFiles;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.inmemory.InMemoryInputFile;
import org.apache.iceberg.io.SeekableInputStream;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineageReaderTest {

    private static final int ROWS = 2_000;
    private static final Schema SCHEMA = new Schema(
            NestedField.required(1, "id", Types.LongType.get()),
            NestedField.required(2, "value", Types.StringType.get()));
    private static final Map<String, String> SMALL_ROW_GROUPS = Map.of(
            "write.parquet.compression-codec", "gzip",
            "write.parquet.row-group-size-bytes", "4000",
            "write.parquet.row-group-check-min-record-count", "20",
            "write.parquet.row-group-check-max-record-count", "40");

    private final InMemoryFileIO io = new InMemoryFileIO();
    private final DataFile file = write(SMALL_ROW_GROUPS);
    private final LineageReader reader = new LineageReader(io, format(SMALL_ROW_GROUPS), Map.of());

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void theWantedRowsAreReadAndNoOthers(long seed) throws IOException {
        Random random = new Random(seed);
        NavigableSet<Long> wanted = new TreeSet<>();
        int count = 1 + random.nextInt(1 << random.nextInt(11));
        while (wanted.size() < count) {
            wanted.add(random.nextLong(ROWS));
        }
        long end = random.nextBoolean() ? ROWS : wanted.last() + 1;
        List<Long> read = new ArrayList<>();
        try (PositionedRows rows =
                reader.rows(file, new WantedPositions(wanted.first(), end, position -> ceiling(wanted, position)))) {
            while (rows.next()) {
                assertThat(rows.row().get(0, Long.class)).isEqualTo(10 * rows.position());
                assertThat(rows.row().get(1, CharSequence.class)).hasToString(value(rows.position()));
                assertThat(rows.row().get(2, Long.class)).isNull();
                assertThat(rows.row().get(3, Long.class)).isNull();
                read.add(rows.position());
            }
            assertThat(rows.next()).isFalse();
        }
        assertThat(read).containsExactlyElementsOf(wanted);
    }

    @Test
    void rowGroupsAheadOfTheFirstAndBehindTheLastRowAreNotRead() throws IOException {
        assertThat(Objects.requireNonNull(file.splitOffsets())).hasSizeGreaterThan(8);

        assertThat(bytesRead(new WantedPositions(1_900, ROWS, position -> position)))
                .isLessThan(file.fileSizeInBytes() / 3);
        assertThat(bytesRead(new WantedPositions(1_000, 1_010, position -> position)))
                .isLessThan(file.fileSizeInBytes() / 3);
        assertThat(bytesRead(new WantedPositions(0, 100, position -> position))).isLessThan(file.fileSizeInBytes() / 3);
        assertThat(bytesRead(WantedPositions.all(ROWS))).isGreaterThan(file.fileSizeInBytes() * 2 / 3);
    }

    @Test
    void aRowGroupWithoutWantedRowsIsNotDecoded() throws IOException {
        byte[] bytes = bytes();
        List<Long> offsets = Objects.requireNonNull(file.splitOffsets());
        // Its pages' headers are read with the row group, so they must stay.
        long middle = (offsets.get(2) + offsets.get(3)) / 2;
        for (long at = middle; at < middle + 20; at++) {
            bytes[(int) at] ^= (byte) 0x5A;
        }
        LineageReader damaged = reader.through(any -> new InMemoryInputFile(file.location(), bytes));

        assertThat(count(
                        damaged,
                        new WantedPositions(0, 1_000, position -> position < 20 ? position : Math.max(900, position))))
                .isEqualTo(120);
        assertThatThrownBy(() -> count(damaged, new WantedPositions(0, 1_000, position -> position)))
                .isInstanceOf(RuntimeException.class);
    }

    @Test
    void aFileThatIsShorterThanItsMetadataSayIsAnError() {
        assertThatThrownBy(() -> count(reader, WantedPositions.all(ROWS + 1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("No row at position 2000");
    }

    @Test
    void nothingIsReadBeforeTheFirstRowIsAskedFor() throws IOException {
        TrackedFileIO tracked = new TrackedFileIO(io);
        try (PositionedRows rows = through(tracked).rows(file, WantedPositions.all(ROWS))) {
            assertThat(rows.position()).isNegative();
            assertThat(tracked.bytesRead()).isZero();
            assertThatThrownBy(rows::row).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void filesOfOtherFormatsAreRefused() {
        DataFile orc = DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath("x.orc")
                .withFormat(FileFormat.ORC)
                .withFileSizeInBytes(1)
                .withRecordCount(1)
                .build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> reader.rows(orc, WantedPositions.all(1)))
                .withMessageContainingAll("x.orc", "Parquet");
        assertThatIllegalArgumentException().isThrownBy(() -> new WantedPositions(3, 3, position -> position));
    }

    private static long ceiling(NavigableSet<Long> wanted, long position) {
        Long next = wanted.ceiling(position);
        return next == null ? Long.MAX_VALUE : next;
    }

    private static int count(LineageReader with, DataFile file, WantedPositions wanted) throws IOException {
        int count = 0;
        try (PositionedRows rows = with.rows(file, wanted)) {
            while (rows.next()) {
                count++;
            }
        }
        return count;
    }

    private int count(LineageReader with, WantedPositions wanted) throws IOException {
        return count(with, file, wanted);
    }

    private long bytesRead(WantedPositions wanted) throws IOException {
        TrackedFileIO tracked = new TrackedFileIO(io);
        count(through(tracked), wanted);
        return tracked.bytesRead();
    }

    private byte[] bytes() throws IOException {
        try (SeekableInputStream stream = io.newInputFile(file.location()).newStream()) {
            return stream.readAllBytes();
        }
    }

    private LineageReader through(TrackedFileIO tracked) {
        return reader.through(input -> tracked.newInputFile(input.location()));
    }

    private DataFile write(Map<String, String> properties) {
        String location = "lineage-reader/" + UUID.randomUUID() + "-L0.parquet";
        try (RunWriter<RowData> writer = RunWriter.open(
                format(properties),
                io,
                EncryptedFiles.plainAsEncryptedOutput(io.newOutputFile(location)),
                PartitionSpec.unpartitioned(),
                null)) {
            for (int i = 0; i < ROWS; i++) {
                writer.append(GenericRowData.of(10L * i, StringData.fromString(value(i))));
            }
            return writer.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String value(long i) {
        return new UUID(i * 0x9E3779B97F4A7C15L, i * 0xC2B2AE3D27D4EB4FL).toString();
    }

    private static RunFormat format(Map<String, String> properties) {
        return RunFormat.of(
                        SCHEMA,
                        FlinkSchemaUtil.convert(SCHEMA),
                        List.of("id"),
                        SortOrder.unsorted(),
                        new HashMap<>(properties))
                .expecting(100);
    }
}

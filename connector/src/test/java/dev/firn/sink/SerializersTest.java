package dev.firn.sink;

import static dev.firn.GoldenFiles.golden;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.dv.PositionSet;
import dev.firn.iceberg.CheckpointChanges;
import dev.firn.iceberg.Marker;
import dev.firn.iceberg.WriterChanges;
import dev.firn.key.Key;
import dev.firn.lsm.CompactionEdit;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.PartitionSpecParser;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;

/** What a sink's state holds, byte by byte. */
class SerializersTest {

    private static final Schema SCHEMA = new Schema(NestedField.required(1, "id", Types.LongType.get()));
    private static final PartitionSpec SPEC =
            PartitionSpec.builderFor(SCHEMA).bucket("id", 4).build();

    private static final CompactionEdit COMPACTION = new CompactionEdit(
            Map.of("/data/small.parquet", PositionSet.of(2), "/data/whole.parquet", PositionSet.EMPTY),
            List.of(file()),
            Map.of("/data/new-L0.parquet", PositionSet.of(7)));

    private static final PartitionSpec GROWN = PartitionSpecParser.fromJson(SCHEMA, """
            {"spec-id": 1, "fields": [
              {"name": "id_bucket_16", "transform": "bucket[16]", "source-id": 1, "field-id": 1001}
            ]}""");

    private final WriterStateSerializer states = new WriterStateSerializer();
    private final WriterChangesSerializer changes = new WriterChangesSerializer(Map.of(SPEC.specId(), SPEC));
    private final CommittableSerializer committables = new CommittableSerializer(Map.of(SPEC.specId(), SPEC));

    @Test
    void writerStateIsWhatItWas() throws IOException {
        WriterState state = new WriterState(0x0102_0304_0506_0708L);

        assertThat(states.serialize(state)).isEqualTo(golden("writer-state-v1", states.serialize(state)));
        assertThat(states.deserialize(1, golden("writer-state-v1", new byte[0])))
                .isEqualTo(state);
    }

    @Test
    void aWritersChangesAreWhatTheyWere() throws IOException {
        WriterChanges written = writerChanges(List.of(COMPACTION));
        byte[] golden = golden("writer-changes-v2", changes.serialize(written));
        WriterChanges read = changes.deserialize(2, golden);

        assertThat(changes.serialize(written)).isEqualTo(golden);
        assertSame(read, written);
        assertThat(read.compactions()).hasSize(1);
        CompactionEdit compaction = read.compactions().get(0);
        assertThat(compaction.inputs()).isEqualTo(COMPACTION.inputs());
        assertThat(compaction.dead()).isEqualTo(COMPACTION.dead());
        assertThat(compaction.outputs()).hasSize(1);
        assertSame(compaction.outputs().get(0), COMPACTION.outputs().get(0));
    }

    @Test
    void aWritersChangesOfVersion1HaveNoCompactions() throws IOException {
        byte[] golden = golden("writer-changes-v1", new byte[0]);

        assertSame(changes.deserialize(1, golden), writerChanges(List.of()));
        assertThat(changes.deserialize(1, golden).compactions()).isEmpty();
    }

    @Test
    void aCommittableIsWhatItWas() throws IOException {
        CheckpointChanges committable = committable(Optional.of(new Marker("predecessor", 7, "earlier")));
        byte[] golden = golden("committable-v2-of-writer-changes-v2", committables.serialize(committable));
        CheckpointChanges read = committables.deserialize(2, golden);

        assertThat(committables.serialize(committable)).isEqualTo(golden);
        assertThat(read.marker()).isEqualTo(committable.marker());
        assertThat(read.predecessor()).isEqualTo(committable.predecessor());
        assertThat(read.writers()).hasSize(1);
        assertThat(read.barrierMillis()).isEqualTo(committable.barrierMillis());
        assertSame(read.writers().get(0), writerChanges(List.of(COMPACTION)));
    }

    @Test
    void aCommittableOfVersion1HasNoTime() throws IOException {
        CheckpointChanges read =
                committables.deserialize(1, golden("committable-v1-of-writer-changes-v2", new byte[0]));
        CheckpointChanges older = committables.deserialize(1, golden("committable-v1", new byte[0]));

        assertThat(read.barrierMillis()).isEmpty();
        assertThat(read.predecessor()).contains(new Marker("predecessor", 7, "earlier"));
        assertSame(read.writers().get(0), writerChanges(List.of(COMPACTION)));
        assertSame(older.writers().get(0), writerChanges(List.of()));
    }

    /**
     * The table's buckets have grown: rows die in files of the older spec, which are divided into those of the new one.
     */
    @Test
    void changesInFilesOfTwoSpecsAreWhatTheyWere() throws IOException {
        Map<Integer, PartitionSpec> specs = Map.of(SPEC.specId(), SPEC, GROWN.specId(), GROWN);
        WriterChangesSerializer ofBoth = new WriterChangesSerializer(specs);
        WriterChanges written = changesInTwoSpecs();
        byte[] golden = golden("writer-changes-v2-of-two-specs", ofBoth.serialize(written));

        assertThat(ofBoth.serialize(written)).isEqualTo(golden);
        assertIsInTwoSpecs(ofBoth.deserialize(2, golden));
    }

    @Test
    void aCommittableWithFilesOfTwoSpecsIsWhatItWas() throws IOException {
        CommittableSerializer ofBoth = new CommittableSerializer(Map.of(SPEC.specId(), SPEC, GROWN.specId(), GROWN));
        CheckpointChanges written = new CheckpointChanges(
                new Marker("sink", 42, "run"), Optional.empty(), List.of(changesInTwoSpecs()), OptionalLong.of(5));
        byte[] golden = golden("committable-v2-of-two-specs", ofBoth.serialize(written));

        assertThat(ofBoth.serialize(written)).isEqualTo(golden);
        CheckpointChanges read = ofBoth.deserialize(2, golden);
        assertThat(read.marker()).isEqualTo(written.marker());
        assertThat(read.writers()).hasSize(1);
        assertIsInTwoSpecs(read.writers().get(0));
    }

    @Test
    void aFileOfASpecThatTheTableHasNotIsAnErrorThatNamesIt() {
        assertThatThrownBy(() -> changes.serialize(changesInTwoSpecs()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("No partition spec 1 among [0]");
    }

    @Test
    void anEmptyCommittableWithoutAPredecessorIsReadAsItWasWritten() throws IOException {
        CheckpointChanges empty = new CheckpointChanges(new Marker("sink", 42, "run"), Optional.empty(), List.of());

        assertThat(committables.deserialize(committables.getVersion(), committables.serialize(empty)))
                .isEqualTo(empty);
    }

    @Test
    void moreDeletedKeysThanAStringMayHoldAreReadAsTheyWereWritten() throws IOException {
        Key large = Key.of(new byte[100_000]);
        WriterChanges many = new WriterChanges("w", 1, List.of(), Map.of(), List.of(large, large), List.of());

        assertThat(changes.deserialize(changes.getVersion(), changes.serialize(many))
                        .deletedKeys())
                .containsExactly(large, large);
    }

    @Test
    void bytesOfAnotherVersionAreAnErrorThatNamesTheVersions() {
        for (SimpleVersionedSerializer<?> serializer : List.of(states, changes, committables)) {
            for (int version : new int[] {0, serializer.getVersion() + 1}) {
                assertThatThrownBy(() -> serializer.deserialize(version, new byte[100]))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("version " + version)
                        .hasMessageContaining("1 to " + serializer.getVersion())
                        .hasMessageContaining("Restore it with");
            }
        }
    }

    private static CheckpointChanges committable(Optional<Marker> predecessor) {
        return new CheckpointChanges(
                new Marker("sink", 42, "run"),
                predecessor,
                List.of(writerChanges(List.of(COMPACTION))),
                OptionalLong.of(1_234_567_890_123L));
    }

    private static WriterChanges writerChanges(List<CompactionEdit> compactions) {
        return new WriterChanges(
                "writer",
                5,
                List.of(file()),
                Map.of("/data/old.parquet", PositionSet.of(0, 3, 70_000), "/data/new-L0.parquet", PositionSet.of(1)),
                List.of(key("gone"), key("absent")),
                compactions);
    }

    private static WriterChanges changesInTwoSpecs() {
        return new WriterChanges(
                "writer",
                5,
                List.of(file(), file(GROWN, 11, "/data/grown-L0.parquet")),
                Map.of("/data/older.parquet", PositionSet.of(4), "/data/grown.parquet", PositionSet.of(0, 9)),
                List.of(key("gone")),
                List.of(new CompactionEdit(
                        Map.of("/data/older.parquet", PositionSet.of(4, 6)),
                        List.of(
                                file(GROWN, 3, "/data/divided-3-L1.parquet"),
                                file(GROWN, 7, "/data/divided-7-L1.parquet")),
                        Map.of("/data/divided-7-L1.parquet", PositionSet.of(2)))));
    }

    private static void assertIsInTwoSpecs(WriterChanges read) {
        WriterChanges written = changesInTwoSpecs();
        assertThat(read.dead()).isEqualTo(written.dead());
        assertThat(read.deletedKeys()).isEqualTo(written.deletedKeys());
        assertThat(places(read.added())).isEqualTo(places(written.added()));
        assertThat(read.compactions()).hasSize(1);
        CompactionEdit compaction = read.compactions().get(0);
        CompactionEdit expected = written.compactions().get(0);
        assertThat(compaction.inputs()).isEqualTo(expected.inputs());
        assertThat(compaction.dead()).isEqualTo(expected.dead());
        assertThat(places(compaction.outputs()))
                .isEqualTo(places(expected.outputs()))
                .containsExactly("1/3 /data/divided-3-L1.parquet", "1/7 /data/divided-7-L1.parquet");
    }

    /** Spec, bucket and name of each. */
    private static List<String> places(List<DataFile> files) {
        return files.stream()
                .map(file -> file.specId() + "/" + file.partition().get(0, Integer.class) + " " + file.location())
                .toList();
    }

    private static DataFile file() {
        return file(SPEC, 3, "/data/new-L0.parquet");
    }

    private static DataFile file(PartitionSpec spec, int bucket, String location) {
        PartitionData partition = new PartitionData(spec.partitionType());
        partition.set(0, bucket);
        return DataFiles.builder(spec)
                .withPath(location)
                .withFormat(FileFormat.PARQUET)
                .withPartition(partition)
                .withFileSizeInBytes(1234)
                .withMetrics(new Metrics(
                        10L,
                        Map.of(1, 100L),
                        Map.of(1, 10L),
                        Map.of(1, 0L),
                        Map.of(),
                        Map.of(1, bound(-5)),
                        Map.of(1, bound(5))))
                .withSplitOffsets(List.of(4L))
                .build();
    }

    private static ByteBuffer bound(long value) {
        return ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(0, value);
    }

    private static Key key(String text) {
        return Key.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void assertSame(WriterChanges read, WriterChanges written) {
        assertThat(read.writerId()).isEqualTo(written.writerId());
        assertThat(read.baseSequenceNumber()).isEqualTo(written.baseSequenceNumber());
        assertThat(read.dead()).isEqualTo(written.dead());
        assertThat(read.deletedKeys()).isEqualTo(written.deletedKeys());
        assertSame(read.added().get(0), written.added().get(0));
    }

    private static void assertSame(DataFile file, DataFile expected) {
        assertThat(file.location()).isEqualTo(expected.location());
        assertThat(file.recordCount()).isEqualTo(expected.recordCount());
        assertThat(file.fileSizeInBytes()).isEqualTo(expected.fileSizeInBytes());
        assertThat(file.partition().get(0, Integer.class)).isEqualTo(3);
        assertThat(file.lowerBounds()).isEqualTo(expected.lowerBounds());
        assertThat(file.upperBounds()).isEqualTo(expected.upperBounds());
        assertThat(file.splitOffsets()).isEqualTo(expected.splitOffsets());
    }
}

package dev.firn.feed;

import static dev.firn.GoldenFiles.golden;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.iceberg.FileChange;
import dev.firn.iceberg.FileChange.Liveness;
import dev.firn.iceberg.Lane;
import dev.firn.iceberg.SnapshotStamp;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a feed's state holds, byte by byte. */
class FeedSerializersTest {

    private static final Schema SCHEMA = new Schema(
            List.of(
                    NestedField.required(1, "id", Types.LongType.get()),
                    NestedField.required(2, "day", Types.DateType.get()),
                    NestedField.optional(3, "value", Types.StringType.get())),
            Set.of(1, 2));
    private static final PartitionSpec OLD =
            PartitionSpec.builderFor(SCHEMA).withSpecId(0).bucket("id", 4).build();
    private static final PartitionSpec NEW = PartitionSpec.builderFor(SCHEMA)
            .withSpecId(1)
            .identity("day")
            .bucket("id", 8)
            .build();
    private static final SnapshotStamp SNAPSHOT = new SnapshotStamp(7_000_000_000L, 12, 1_790_000_000_000L);

    private final ChangeSplitSerializer splits = new ChangeSplitSerializer();
    private final EnumeratorStateSerializer states = new EnumeratorStateSerializer();

    @Test
    void aSplitIsWhatItWas() throws IOException {
        byte[] golden = golden("change-split-v1", splits.serialize(split()));

        assertThat(splits.serialize(split())).isEqualTo(golden);
        assertSame(splits.deserialize(1, golden), split());
    }

    @Test
    void anEnumeratorsStateIsWhatItWas() throws IOException {
        EnumeratorState written = new EnumeratorState(state(SNAPSHOT));
        byte[] golden = golden("change-enumerator-v1", states.serialize(written));
        FeedState read = Objects.requireNonNull(states.deserialize(1, golden).feed());

        assertThat(states.serialize(written)).isEqualTo(golden);
        assertThat(read.with(SNAPSHOT, List.of())).isEqualTo(state(SNAPSHOT).with(SNAPSHOT, List.of()));
        assertThat(read.progress()).isEqualTo(state(SNAPSHOT).progress());
        assertSame(read.pending().get(0), split());
    }

    @Test
    void aFeedWithoutEndOrStartIsReadBackAsSuch() throws IOException {
        EnumeratorState endless = new EnumeratorState(state(null));

        assertThat(Objects.requireNonNull(
                                states.deserialize(1, states.serialize(endless)).feed())
                        .end())
                .isNull();
        assertThat(states.deserialize(1, states.serialize(EnumeratorState.NOT_STARTED)))
                .isEqualTo(EnumeratorState.NOT_STARTED);
    }

    @Test
    void stateOfALaterReleaseIsRefusedWithARemedy() {
        assertThatThrownBy(() -> splits.deserialize(2, new byte[0]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("reads versions 1 to 1")
                .hasMessageContaining("Restore it with the release that wrote it");
        assertThatThrownBy(() -> states.deserialize(2, new byte[0]))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the change feed's progress of version 2");
    }

    private static FeedState state(@Nullable SnapshotStamp end) {
        return new FeedState(
                "a-table",
                new FeedState.Progress(SNAPSHOT, SnapshotStamp.EMPTY_TABLE, 43),
                end,
                new FeedState.LaneState(2, Set.of(0, 1)),
                List.of(split()));
    }

    private static ChangeSplit split() {
        PartitionData oldPartition = new PartitionData(OLD.partitionType());
        oldPartition.set(0, 3);
        PartitionData newPartition = new PartitionData(NEW.partitionType());
        newPartition.set(0, 20_000);
        newPartition.set(1, 7);
        DataFile marked = file(OLD, oldPartition, "/data/marked-L1.parquet");
        DataFile added = file(NEW, newPartition, "/data/added-L0.parquet");
        DataFile removed = file(OLD, oldPartition, "/data/removed.parquet");
        return new ChangeSplit(
                42,
                SNAPSHOT,
                new Lane(2, "all/bucket(1)=3"),
                List.of(
                        new FileChange(marked, OLD, new Liveness(null), new Liveness(vector(oldPartition))),
                        new FileChange(added, NEW, null, new Liveness(null)),
                        new FileChange(removed, OLD, new Liveness(vector(oldPartition)), null)),
                1_000);
    }

    private static DataFile file(PartitionSpec spec, PartitionData partition, String path) {
        return DataFiles.builder(spec)
                .withPath(path)
                .withFormat(FileFormat.PARQUET)
                .withPartition(partition)
                .withFileSizeInBytes(1234)
                .withMetrics(new Metrics(10L))
                .withFirstRowId(500L)
                .build();
    }

    private static DeleteFile vector(PartitionData partition) {
        return FileMetadata.deleteFileBuilder(OLD)
                .ofPositionDeletes()
                .withFormat(FileFormat.PUFFIN)
                .withPath("/data/vectors.puffin")
                .withPartition(partition)
                .withFileSizeInBytes(100)
                .withRecordCount(3)
                .withReferencedDataFile("/data/marked-L1.parquet")
                .withContentOffset(4)
                .withContentSizeInBytes(40)
                .build();
    }

    private static void assertSame(ChangeSplit read, ChangeSplit expected) {
        assertThat(read.ordinal()).isEqualTo(expected.ordinal());
        assertThat(read.snapshot()).isEqualTo(expected.snapshot());
        assertThat(read.lane()).isEqualTo(expected.lane());
        assertThat(read.emitted()).isEqualTo(expected.emitted());
        assertThat(read.files()).hasSameSizeAs(expected.files());
        for (int i = 0; i < expected.files().size(); i++) {
            assertSame(read.files().get(i), expected.files().get(i));
        }
    }

    private static void assertSame(FileChange read, FileChange expected) {
        assertThat(read.file().location()).isEqualTo(expected.file().location());
        assertThat(read.file().firstRowId()).isEqualTo(500);
        assertThat(read.file().recordCount()).isEqualTo(10);
        assertThat(read.spec()).isEqualTo(expected.spec());
        assertThat(read.file().partition()).isEqualTo(expected.file().partition());
        assertThat(described(read.before())).isEqualTo(described(expected.before()));
        assertThat(described(read.after())).isEqualTo(described(expected.after()));
    }

    private static String described(@Nullable Liveness side) {
        if (side == null) {
            return "absent";
        }
        DeleteFile vector = side.vector();
        return vector == null
                ? "whole"
                : vector.location() + "@" + vector.contentOffset() + "+" + vector.contentSizeInBytes() + " of "
                        + vector.referencedDataFile();
    }
}

package dev.firn.dv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.dv.DeletionVectors.Entry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileMetadata;
import org.apache.iceberg.PartitionData;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.BaseDeleteLoader;
import org.apache.iceberg.deletes.BaseDVFileWriter;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.Test;

class DeletionVectorsTest {

    private static final PartitionSpec UNPARTITIONED = PartitionSpec.unpartitioned();

    private final InMemoryFileIO io = new InMemoryFileIO();

    @Test
    void oneFileHoldsTheVectorsOfMany() {
        Map<String, PositionSet> dead = Map.of(
                "a.parquet", PositionSet.of(0, 1, 2, 7),
                "b.parquet", range(100_000, 300_000),
                "c.parquet", PositionSet.of(PositionSet.MAX_ROWS - 1));
        List<DeleteFile> vectors = DeletionVectors.write(puffin("many"), entries(dead));

        assertThat(vectors).hasSize(3).extracting(DeleteFile::location).containsOnly("vectors/many.puffin");
        for (DeleteFile vector : vectors) {
            String dataFile = String.valueOf(vector.referencedDataFile());
            PositionSet read = DeletionVectors.read(io, vector, dataFile);
            assertThat(read).isEqualTo(dead.get(dataFile));
            assertThat(vector.recordCount()).isEqualTo(read.cardinality());
        }
    }

    @Test
    void icebergReadsWhatWasWritten() {
        PositionSet dead = range(10, 20).union(PositionSet.of(5_000_000));
        DeleteFile vector = DeletionVectors.write(puffin("ours"), entries(Map.of("a.parquet", dead)))
                .get(0);

        List<Long> positions = new ArrayList<>();
        new BaseDeleteLoader(io::newInputFile)
                .loadPositionDeletes(List.of(vector), "a.parquet")
                .forEach(positions::add);
        assertThat(positions).isEqualTo(PositionSetTest.positions(dead));
    }

    @Test
    void whatIcebergWroteIsRead() throws IOException {
        BaseDVFileWriter writer = new BaseDVFileWriter(() -> puffin("theirs"), path -> null);
        TreeSet<Long> dead = new TreeSet<>();
        for (long position = 3; position < 1_000_000; position += position / 2) {
            writer.delete("a.parquet", position, UNPARTITIONED, null);
            dead.add(position);
        }
        writer.delete("b.parquet", 1, UNPARTITIONED, null);
        writer.close();

        DeleteFile vector = writer.result().deleteFiles().stream()
                .filter(file -> "a.parquet".equals(file.referencedDataFile()))
                .findFirst()
                .orElseThrow();
        assertThat(PositionSetTest.positions(DeletionVectors.read(io, vector, "a.parquet")))
                .containsExactlyElementsOf(dead);
    }

    @Test
    void aVectorCarriesItsDataFilesPartition() {
        Schema schema = new Schema(Types.NestedField.required(1, "day", Types.IntegerType.get()));
        PartitionSpec spec =
                PartitionSpec.builderFor(schema).withSpecId(3).identity("day").build();
        PartitionData partition = new PartitionData(spec.partitionType());
        partition.set(0, 20);
        DeleteFile vector = DeletionVectors.write(
                        puffin("part"), List.of(new Entry("a.parquet", spec, partition, PositionSet.of(1))))
                .get(0);

        assertThat(vector.specId()).isEqualTo(3);
        assertThat(vector.partition().get(0, Integer.class)).isEqualTo(20);
    }

    @Test
    void nothingToWriteWritesNothing() {
        assertThat(DeletionVectors.write(puffin("none"), List.of())).isEmpty();
        assertThat(io.fileExists("vectors/none.puffin")).isFalse();
    }

    @Test
    void emptyAndSecondVectorsAreRefused() {
        assertThatThrownBy(() -> new Entry("a.parquet", UNPARTITIONED, null, PositionSet.EMPTY))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a.parquet");
        Entry entry = new Entry("a.parquet", UNPARTITIONED, null, PositionSet.of(1));
        assertThatThrownBy(() -> DeletionVectors.write(puffin("two"), List.of(entry, entry)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a.parquet");
        assertThat(io.fileExists("vectors/two.puffin")).isFalse();
    }

    @Test
    void otherDeleteFilesAreRefusedWithARemedy() {
        DeleteFile equality = FileMetadata.deleteFileBuilder(UNPARTITIONED)
                .ofEqualityDeletes(1)
                .withPath("vectors/eq.parquet")
                .withFileSizeInBytes(10)
                .withRecordCount(1)
                .build();
        DeleteFile positions = FileMetadata.deleteFileBuilder(UNPARTITIONED)
                .ofPositionDeletes()
                .withPath("vectors/pos.parquet")
                .withFileSizeInBytes(10)
                .withRecordCount(1)
                .build();
        assertThatThrownBy(() -> DeletionVectors.read(io, equality, "a.parquet"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("vectors/eq.parquet")
                .hasMessageContaining("EQUALITY_DELETES")
                .hasMessageContaining("rewrite_data_files");
        assertThatThrownBy(() -> DeletionVectors.read(io, positions, "a.parquet"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("vectors/pos.parquet");
    }

    @Test
    void anotherFilesVectorIsRefused() {
        DeleteFile vector = DeletionVectors.write(puffin("other"), entries(Map.of("a.parquet", PositionSet.of(1))))
                .get(0);
        assertThatThrownBy(() -> DeletionVectors.read(io, vector, "b.parquet"))
                .hasMessageContaining("a.parquet")
                .hasMessageContaining("b.parquet");
    }

    @Test
    void aCorruptVectorIsNamedWithItsOffset() throws IOException {
        DeleteFile vector = DeletionVectors.write(puffin("bad"), entries(Map.of("a.parquet", range(0, 100_000))))
                .get(0);
        byte[] bytes = io.newInputFile("vectors/bad.puffin").newStream().readAllBytes();
        bytes[Math.toIntExact(vector.contentOffset()) + 12] ^= 1;
        io.deleteFile("vectors/bad.puffin");
        io.addFile("vectors/bad.puffin", bytes);

        assertThatThrownBy(() -> DeletionVectors.read(io, vector, "a.parquet"))
                .hasMessageContaining("vectors/bad.puffin at " + vector.contentOffset());
    }

    private OutputFile puffin(String name) {
        return io.newOutputFile("vectors/" + name + ".puffin");
    }

    private static List<Entry> entries(Map<String, PositionSet> dead) {
        return dead.entrySet().stream()
                .map(entry -> new Entry(entry.getKey(), UNPARTITIONED, null, entry.getValue()))
                .toList();
    }

    private static PositionSet range(long from, long to) {
        PositionSet.Builder builder = PositionSet.builder();
        for (long position = from; position < to; position++) {
            builder.add(position);
        }
        return builder.build();
    }
}

package dev.firn.iceberg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.firn.dv.DeletionVectors;
import dev.firn.dv.PositionSet;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.io.InputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LiveVectorsTest {

    private final InMemoryFileIO files = new InMemoryFileIO();

    /** Files in memory are those of the whole process. */
    private final String folder = UUID.randomUUID() + "/";

    private LiveFile file(String name, PositionSet dead) {
        DataFile data = DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath(name)
                .withFormat(FileFormat.PARQUET)
                .withFileSizeInBytes(100)
                .withRecordCount(10)
                .build();
        return new LiveFile(
                data,
                dead.isEmpty()
                        ? null
                        : DeletionVectors.write(
                                        files.newOutputFile(name + ".puffin"),
                                        List.of(new DeletionVectors.Entry(
                                                name, PartitionSpec.unpartitioned(), null, dead)))
                                .get(0));
    }

    @Test
    void eachFileHasTheDeadRowsOfItsOwnVector() {
        LiveFile first = file(folder + "first", PositionSet.of(1, 3));
        LiveFile second = file(folder + "second", PositionSet.of(2));
        LiveFile whole = file(folder + "whole", PositionSet.EMPTY);

        LiveVectors vectors = LiveVectors.read(List.of(first, second, whole), files);

        assertThat(vectors.of(first)).isEqualTo(PositionSet.of(1, 3));
        assertThat(vectors.of(second)).isEqualTo(PositionSet.of(2));
        assertThat(vectors.of(whole)).isEqualTo(PositionSet.EMPTY);
    }

    @Test
    @Timeout(60)
    void oneVectorDoesNotWaitForAnother() {
        List<LiveFile> live =
                List.of(file(folder + "first", PositionSet.of(1)), file(folder + "second", PositionSet.of(2)));
        CountDownLatch asked = new CountDownLatch(2);
        InMemoryFileIO patient = new InMemoryFileIO() {
            @Override
            public InputFile newInputFile(String location) {
                asked.countDown();
                try {
                    assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return files.newInputFile(location);
            }
        };

        assertThat(LiveVectors.read(live, patient).of(live.get(1))).isEqualTo(PositionSet.of(2));
    }

    @Test
    void aVectorThatIsDamagedFailsThem() {
        LiveFile first = file(folder + "first", PositionSet.of(1));
        LiveFile second = file(folder + "second", PositionSet.of(2));
        files.deleteFile(folder + "second.puffin");
        files.addFile(folder + "second.puffin", new byte[1000]);

        assertThatThrownBy(() -> LiveVectors.read(List.of(first, second), files))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("second.puffin");
    }
}

package dev.firn.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.firn.iceberg.TableFixture;
import dev.firn.run.LevelCodecs;
import dev.firn.run.LevelProfiles;
import dev.firn.run.ParquetCodec;
import dev.firn.run.ParquetFiles;
import dev.firn.run.ParquetProfile;
import dev.firn.run.RunFile;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.flink.table.data.RowData;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class IndexedRunWriterTest {

    @TempDir
    Path localDisk;

    private TableFixture fixture;

    @BeforeEach
    void open() {
        fixture = new TableFixture(localDisk);
    }

    @AfterEach
    void close() throws IOException {
        fixture.close();
    }

    @Test
    void aFileIsWrittenByTheProfileOfItsLevel() throws IOException {
        LevelProfiles profiles = LevelProfiles.defaults()
                .choosing(new LevelCodecs(
                        ParquetCodec.of(ParquetCodec.Kind.SNAPPY), ParquetCodec.of(ParquetCodec.Kind.LZ4_RAW)));

        assertThat(value(run(profiles, 0)).getCodec()).isEqualTo(CompressionCodecName.SNAPPY);
        assertThat(value(run(profiles, 1)).getCodec()).isEqualTo(CompressionCodecName.LZ4_RAW);
        assertThat(value(run(profiles, 4)).getCodec()).isEqualTo(CompressionCodecName.LZ4_RAW);
    }

    @Test
    void eachLevelIsWrittenByItsProfile() throws IOException {
        ParquetProfile deeper = LevelProfiles.defaults().forLevel(1);
        LevelProfiles profiles = new LevelProfiles(
                new ParquetProfile(
                        deeper.codec(), deeper.pages(), deeper.rowGroupBytes(), ParquetProfile.Dictionary.OFF),
                deeper,
                LevelCodecs.NOT_CHOSEN);

        assertThat(value(run(profiles, 0)).hasDictionaryPage()).isFalse();
        assertThat(value(run(profiles, 1)).hasDictionaryPage()).isTrue();
    }

    private RunFile run(LevelProfiles profiles, int level) throws IOException {
        RunStore store = new RunStore(
                fixture.table.format(),
                fixture.table.spec(),
                fixture.partition(),
                fixture.table.runFiles(fixture.partition(), 0, "writer-" + profiles.hashCode()),
                new RunStore.Storage(fixture.table.io(), fixture.indexes, 1 << 20, profiles));
        try (IndexedRunWriter<RowData> writer = IndexedRunWriter.open(store, level, 100)) {
            for (long id = 0; id < 100; id++) {
                writer.append(fixture.key(id), TableFixture.upsert(id, "one of few values"));
            }
            return writer.finish();
        }
    }

    private ColumnChunkMetaData value(RunFile run) throws IOException {
        try (ParquetFileReader parquet = ParquetFiles.open(fixture.table.io(), run.file())) {
            return parquet.getFooter().getBlocks().get(0).getColumns().get(1);
        }
    }
}

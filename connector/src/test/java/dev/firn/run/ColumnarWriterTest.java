package dev.firn.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.flink.FlinkSchemaUtil;
import org.apache.iceberg.inmemory.InMemoryFileIO;
import org.apache.iceberg.io.FileAppender;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnarWriterTest {

    private static final NestedField ID = NestedField.required(1, "id", Types.LongType.get());
    private static final Schema FLAT = new Schema(ID, NestedField.required(2, "name", Types.StringType.get()));

    private final InMemoryFileIO io = new InMemoryFileIO();

    @Test
    void flatRowsAreWrittenColumnByColumn() {
        assertThat(canWrite(FLAT, Map.of())).isTrue();
        assertThat(canWrite(FLAT, Map.of("write.parquet.compression-codec", "zstd", "write.format.default", "parquet")))
                .isTrue();
    }

    @Test
    void nestedColumnsAndStrangeNamesAreLeftToIceberg() {
        Types.StructType nested = Types.StructType.of(NestedField.optional(3, "inner", Types.IntegerType.get()));
        assertThat(canWrite(new Schema(ID, NestedField.optional(2, "nested", nested)), Map.of()))
                .isFalse();
        assertThat(canWrite(new Schema(ID, NestedField.optional(2, "a name", Types.IntegerType.get())), Map.of()))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "write.parquet.page-version, v2",
        "write.parquet.compression-codec, brotli",
        "write.parquet.something-new, 1",
        "parquet.columnindex.truncate.length, 8",
        "parquet.compression.codec.zstd.workers, 2"
    })
    void propertiesThatItDoesNotKnowAreLeftToIceberg(String property, String value) {
        assertThat(canWrite(FLAT, Map.of(property, value))).isFalse();
    }

    @Test
    void aFileWithAPartOfARowIsNeverFinished() throws IOException {
        FileAppender<RowData> writer = ColumnarWriter.open(rows(FLAT, Map.of()), io.newOutputFile("columnar/torn"))
                .orElseThrow();
        writer.add(GenericRowData.of(1L, StringData.fromString("whole")));
        assertThatThrownBy(() -> writer.add(GenericRowData.of(2L, null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name");
        writer.close();
        assertThatThrownBy(writer::metrics).isInstanceOf(IllegalStateException.class);
    }

    private boolean canWrite(Schema schema, Map<String, String> properties) {
        return ColumnarWriter.open(rows(schema, properties), io.newOutputFile("columnar/never"))
                .isPresent();
    }

    private static RunRows<RowData> rows(Schema schema, Map<String, String> properties) {
        return RunRows.flink(
                RunFormat.of(schema, FlinkSchemaUtil.convert(schema), List.of("id"), SortOrder.unsorted(), properties));
    }
}

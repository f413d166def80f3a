package dev.firn.columns;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.iceberg.FieldMetrics;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * Encodes batches of rows as the pages of one row group after the other: a batch is a page of each column, so that the
 * pages of all columns begin at the same rows. The pages are on the heap until the row group is written.
 */
public final class RowGroupEncoder {

    private final MessageType schema;
    private final ParquetProperties properties;
    private final BytesInputCompressor compressor;
    private final List<ColumnChunk> chunks;
    private @Nullable ColumnChunkPageWriteStore pages;
    private long rows;
    private long bytes;

    /** @param schema {@linkplain ColumnBatch#fits fits} a batch */
    public RowGroupEncoder(MessageType schema, ParquetProperties properties, BytesInputCompressor compressor) {
        this.schema = schema;
        this.properties = properties;
        this.compressor = compressor;
        PageBuffer page = new PageBuffer();
        this.chunks = schema.getColumns().stream()
                .map(column -> ColumnChunk.of(column, properties, page))
                .toList();
    }

    /** Rows of the row group so far. */
    public long rows() {
        return rows;
    }

    /** Bytes of the row group so far. */
    public long bytes() {
        return bytes;
    }

    /** Adds a page of all rows of a batch, which has some. */
    public void encode(ColumnBatch batch) throws IOException {
        if (pages == null) {
            pages = begin();
        }
        long encoded = 0;
        for (int i = 0; i < chunks.size(); i++) {
            chunks.get(i).encode(batch.columns().get(i));
            encoded += chunks.get(i).bytes();
        }
        bytes = encoded;
        rows += batch.rows();
    }

    /** Writes the row group, which has rows, and begins another one. */
    public void write(ParquetFileWriter file) throws IOException {
        try (ColumnChunkPageWriteStore written = Objects.requireNonNull(pages)) {
            for (int i = 0; i < chunks.size(); i++) {
                chunks.get(i)
                        .finish(written.getBloomFilterWriter(schema.getColumns().get(i)));
            }
            file.startBlock(rows);
            written.flushToFileWriter(file);
            file.endBlock();
        }
        pages = null;
        rows = 0;
        bytes = 0;
    }

    /** Iceberg's metrics of all rows so far, of the columns whose bounds Parquet does not tell. */
    public Stream<FieldMetrics<?>> metrics() {
        return chunks.stream().<FieldMetrics<?>>map(ColumnChunk::metrics).filter(Objects::nonNull);
    }

    private ColumnChunkPageWriteStore begin() {
        ColumnChunkPageWriteStore begun = new ColumnChunkPageWriteStore(
                compressor,
                schema,
                properties.getAllocator(),
                properties.getColumnIndexTruncateLength(),
                properties.getPageWriteChecksumEnabled());
        List<ColumnDescriptor> columns = schema.getColumns();
        for (int i = 0; i < chunks.size(); i++) {
            chunks.get(i).begin(begun.getPageWriter(columns.get(i)));
        }
        return begun;
    }
}

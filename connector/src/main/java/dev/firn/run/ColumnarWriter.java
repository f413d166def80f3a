package dev.firn.run;

import dev.firn.columns.BytesVector;
import dev.firn.columns.ColumnBatch;
import dev.firn.columns.RowCopier;
import dev.firn.columns.RowGroupEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.io.FileAppender;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.parquet.ParquetUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.jspecify.annotations.Nullable;

/**
 * Writes Parquet as Iceberg's own writer does, but column by column: rows are copied into a batch, which becomes a page
 * of each column. The file is created with its first row group.
 */
final class ColumnarWriter<T> implements FileAppender<T> {

    private final Target target;
    private final ColumnarSettings settings;
    private final BytesInputCompressor compressor;
    private final RowGroupEncoder encoder;
    private final Page<T> page;
    private @Nullable ParquetFileWriter file;
    private boolean closed;

    /** A row or a page is there in some columns alone, so that nothing can be written any more. */
    private boolean torn;

    /** The file that is written. */
    record Target(OutputFile file, Schema schema, MessageType columns, MetricsConfig metrics) {}

    private ColumnarWriter(Target target, ColumnarSettings settings, Page<T> page) {
        this.target = target;
        this.settings = settings;
        this.page = page;
        this.compressor = settings.compressor().get();
        this.encoder = new RowGroupEncoder(target.columns, settings.pages(), compressor);
    }

    /** None if only Iceberg's writer can write such rows, or with such properties. */
    static <T> Optional<FileAppender<T>> open(RunRows<T> rows, OutputFile file) {
        MessageType columns = ParquetSchemaUtil.convert(rows.schema(), "table");
        if (!isFlat(rows.schema(), columns)) {
            return Optional.empty();
        }
        ColumnBatch batch = ColumnBatch.of(columns);
        Target target = new Target(file, rows.schema(), columns, rows.format().metricsConfig());
        return ColumnarSettings.of(rows.format().writeProperties(), columns)
                .flatMap(settings -> rows.copier()
                        .into(columns, batch)
                        .map(copier -> new ColumnarWriter<>(
                                target, settings, new Page<>(copier, batch, columns, settings.pages()))));
    }

    // Iceberg's metrics find a column's mode by its name in the file, so that has to be its own name.
    private static boolean isFlat(Schema schema, MessageType columns) {
        return ColumnBatch.fits(columns)
                && schema.columns().stream()
                        .map(NestedField::name)
                        .toList()
                        .equals(columns.getFields().stream()
                                .map(org.apache.parquet.schema.Type::getName)
                                .toList());
    }

    @Override
    public void add(T row) {
        torn = true;
        page.add(row);
        if (page.isFull()) {
            encode();
        }
        if (page.rows() % settings.checkRows() == 0 && encoder.bytes() + page.bytes() >= settings.rowGroupBytes()) {
            writeRowGroup();
        }
        torn = false;
    }

    private void encode() {
        try {
            encoder.encode(page.batch);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot encode a page of " + target.file.location(), e);
        }
        page.clear();
    }

    private void writeRowGroup() {
        if (page.rows() > 0) {
            encode();
        }
        try {
            if (encoder.rows() > 0) {
                encoder.write(file());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write a row group of " + target.file.location(), e);
        }
    }

    private ParquetFileWriter file() throws IOException {
        if (file == null) {
            file = new ParquetFileWriter(
                    new ParquetOutput(target.file),
                    target.columns,
                    ParquetFileWriter.Mode.CREATE,
                    settings.rowGroupBytes(),
                    0,
                    null,
                    settings.pages());
            file.start();
        }
        return file;
    }

    @Override
    public long length() {
        try {
            long written = file == null ? 0 : file.getPos();
            return closed ? written : written + encoder.bytes() + page.bytes();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot tell the length of " + target.file.location(), e);
        }
    }

    @Override
    public Metrics metrics() {
        if (!closed || torn) {
            throw new IllegalStateException("Not written to its end: " + target.file.location());
        }
        return file == null
                ? new Metrics(0L, null, null, null, null)
                : ParquetUtil.footerMetrics(file.getFooter(), encoder.metrics(), target.metrics);
    }

    @Override
    public @Nullable List<Long> splitOffsets() {
        return file == null ? null : ParquetUtil.getSplitOffsets(file.getFooter());
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (!torn) {
                writeRowGroup();
            }
            if (file != null && !torn) {
                file.end(Map.of("iceberg.schema", SchemaParser.toJson(target.schema)));
            }
        } finally {
            compressor.release();
            if (file != null) {
                file.close();
            }
        }
    }

    /** The rows of the page to come. */
    private static final class Page<T> {

        private final RowCopier<T> copier;
        private final ColumnBatch batch;
        private final BytesVector[] varying;
        private final int fixedBytes;
        private final int maxRows;
        private final int maxBytes;
        private int rows;

        Page(RowCopier<T> copier, ColumnBatch batch, MessageType columns, ParquetProperties properties) {
            this.copier = copier;
            this.batch = batch;
            this.varying = batch.columns().stream()
                    .filter(BytesVector.class::isInstance)
                    .map(BytesVector.class::cast)
                    .toArray(BytesVector[]::new);
            int[] widths = columns.getFields().stream()
                    .mapToInt(column -> width(column.asPrimitiveType()))
                    .toArray();
            int row = 0;
            int widest = 1;
            for (int width : widths) {
                row += width;
                widest = Math.max(widest, width);
            }
            this.fixedBytes = row;
            this.maxBytes = properties.getPageSizeThreshold();
            this.maxRows = Math.max(1, Math.min(properties.getPageRowCountLimit(), maxBytes / widest));
        }

        /** Of a value, or of the length of one. */
        private static int width(PrimitiveType column) {
            return switch (column.getPrimitiveTypeName()) {
                case BOOLEAN -> 1;
                case INT32, FLOAT, BINARY -> Integer.BYTES;
                case INT64, DOUBLE -> Long.BYTES;
                case INT96, FIXED_LEN_BYTE_ARRAY -> 0;
            };
        }

        void add(T row) {
            copier.copy(row);
            rows++;
        }

        void clear() {
            batch.clear();
            rows = 0;
        }

        int rows() {
            return rows;
        }

        boolean isFull() {
            if (rows >= maxRows) {
                return true;
            }
            for (BytesVector column : varying) {
                if (column.totalBytes() + (long) Integer.BYTES * rows >= maxBytes) {
                    return true;
                }
            }
            return false;
        }

        /** About what the rows take before they are compressed. */
        long bytes() {
            long bytes = (long) fixedBytes * rows;
            for (BytesVector column : varying) {
                bytes += column.totalBytes();
            }
            return bytes;
        }
    }
}

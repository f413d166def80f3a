package dev.firn.columns;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Schema;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/** Decodes pages of a file into batches of a schema's rows, column by column. One thread. */
public final class BatchReader {

    private static final long MAX_RESERVED_BYTES = 1 << 20;

    private final List<ColumnDescriptor> stored;
    private final List<ColumnSource> sources;
    private final List<InternalValue> values;
    private final long[] bytesBefore;
    private int rowsBefore;
    private long bytes;

    private BatchReader(List<ColumnDescriptor> stored, List<ColumnSource> sources, List<InternalValue> values) {
        this.stored = List.copyOf(stored);
        this.sources = List.copyOf(sources);
        this.values = List.copyOf(values);
        this.bytesBefore = new long[sources.size()];
    }

    /**
     * A reader of a file's rows.
     *
     * @param projection the columns of the rows
     * @param fileSchema with field ids
     * @param constants values that are not read from the file, by field id, as Iceberg's own readers take them
     * @return null if a column's values are not in one column of the file, are stored in a way that is not known here,
     *     or are missing
     */
    public static @Nullable BatchReader of(Schema projection, MessageType fileSchema, Map<Integer, ?> constants) {
        List<InternalValue> values = new ArrayList<>();
        for (NestedField field : projection.columns()) {
            InternalValue value = InternalValue.of(field.type());
            if (value == null) {
                return null;
            }
            values.add(value);
        }
        List<ColumnDescriptor> stored =
                ParquetSchemaUtil.convert(projection, "table").getColumns();
        FileColumns columns = new FileColumns(fileSchema, constants);
        List<ColumnSource> sources = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            ColumnSource source = columns.source(projection.columns().get(i), stored.get(i));
            if (source == null) {
                return null;
            }
            sources.add(source);
        }
        return new BatchReader(stored, sources, values);
    }

    /**
     * Goes to the first of some rows.
     *
     * @param firstPosition of the first one in the file
     */
    public void setPages(PageReadStore pages, long firstPosition) {
        sources.forEach(source -> source.setPages(pages, firstPosition));
    }

    /** Reads some of the next rows into a batch of their own. */
    public RowBatch read(Stretches stretches) {
        ColumnBatch batch = ColumnBatch.of(stored);
        bytes = 0;
        for (int i = 0; i < sources.size(); i++) {
            ColumnVector column = batch.columns().get(i);
            column.reserveRows(stretches.rows());
            if (column instanceof BytesVector values && rowsBefore > 0) {
                values.reserveBytes((int) Math.min(MAX_RESERVED_BYTES, bytesBefore[i] * stretches.rows() / rowsBefore));
            }
            stretches.read(sources.get(i), column);
            bytes += column.usedBytes();
            bytesBefore[i] = column.usedBytes();
        }
        rowsBefore = stretches.rows();
        return new RowBatch(batch, values);
    }

    /** What the batch that was read last takes. */
    public long bytes() {
        return bytes;
    }
}

package dev.firn.run;

import org.apache.iceberg.parquet.ParquetValueReaders;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;

/**
 * What Iceberg's Parquet reader asks for each row of a file, and tells of each row group. It extends a reader of one
 * column, which is never used: Iceberg does not let others implement the interface from scratch.
 */
abstract class RowModel<T> extends ParquetValueReaders.UnboxedReader<T> {

    private static final ColumnDescriptor NO_COLUMN = new ColumnDescriptor(
            new String[] {"none"}, Types.required(PrimitiveTypeName.INT32).named("none"), 0, 0);

    RowModel() {
        super(NO_COLUMN);
    }

    @Override
    public abstract T read(T reuse);

    @Override
    public abstract void setPageSource(PageReadStore pages);

    static long firstPosition(PageReadStore pages) {
        return pages.getRowIndexOffset()
                .orElseThrow(() -> new IllegalStateException("Parquet does not tell the position of a row group"));
    }
}

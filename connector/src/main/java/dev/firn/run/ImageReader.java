package dev.firn.run;

import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.io.FileIO;

/**
 * Reads rows of data files at wanted positions as Flink's rows. Columns that a file lacks have their defaults. The
 * column {@code _row_id} is null only if the file has no {@code first_row_id}.
 *
 * <p>Used by any number of threads; what it returns, by one.
 */
public final class ImageReader {

    private final WantedRowsReader<RowData> reader;
    private final UnaryOperator<RowData> narrow;

    /**
     * A reader of a table's files.
     *
     * @param columns top-level columns of the table with its field ids, in the order in which rows have them;
     *     {@code MetadataColumns.ROW_ID} may stand anywhere among them
     * @param rowType the declared type of the rows: as many fields in the same order
     * @param tableProperties of which the name mapping is used
     * @throws IllegalArgumentException if columns and type differ in number
     */
    public ImageReader(FileIO io, Schema columns, RowType rowType, Map<String, String> tableProperties) {
        if (columns.columns().size() != rowType.getFieldCount()) {
            throw new IllegalArgumentException("The type " + rowType.getFieldNames() + " has " + rowType.getFieldCount()
                    + " fields, and the columns are " + columns.columns());
        }
        this.reader = new WantedRowsReader<>(io, columns, tableProperties, RowDecoding.FLINK);
        this.narrow = NarrowIntegers.in(rowType);
    }

    /**
     * The rows at some positions. Pages without any are not read, as far as they begin at the same rows in all columns
     * that are.
     *
     * @param file Parquet, with its {@code first_row_id} if it is committed
     * @param spec the file's: an identity partition may be missing from its columns
     * @throws IllegalArgumentException if the file is not Parquet
     */
    public ImageRows rows(DataFile file, PartitionSpec spec, WantedPositions wanted) {
        return new ImageRows(reader.rows(file, spec, wanted), narrow);
    }
}

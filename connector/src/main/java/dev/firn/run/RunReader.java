package dev.firn.run;

import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.flink.data.FlinkParquetReaders;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.mapping.NameMappingParser;
import org.apache.iceberg.parquet.Parquet;
import org.jspecify.annotations.Nullable;

/**
 * Reads data files row by row in file order, dead rows included: the n-th row has position n. Files of other writers
 * are read as well, as long as they are Parquet.
 *
 * <p>Used by any number of threads; what it returns, by one.
 */
public final class RunReader {

    private final FileIO io;
    private final RunFormat format;
    private final Map<Integer, PartitionSpec> specs;
    private final UnaryOperator<RowData> narrowKeys;
    private final UnaryOperator<RowData> narrowRows;

    /** A reader of a table without identity partitions, or of files that repeat their partition in their columns. */
    public RunReader(FileIO io, RunFormat format) {
        this(io, format, Map.of());
    }

    /**
     * A reader of a table.
     *
     * @param specs every partition spec of the table by id: an identity partition may be missing from a file's columns
     */
    public RunReader(FileIO io, RunFormat format, Map<Integer, PartitionSpec> specs) {
        this.io = io;
        this.format = format;
        this.specs = Map.copyOf(specs);
        this.narrowKeys = NarrowIntegers.in(format.keyRowType());
        this.narrowRows = NarrowIntegers.in(format.rowType());
    }

    /**
     * The key columns of every row, in declared order: rows of {@link RunFormat#keyRowType()}. A row is valid until the
     * next one is asked for.
     *
     * @throws IllegalArgumentException if the file is not Parquet or lacks a key column
     */
    public CloseableIterable<RowData> keys(DataFile file) {
        return CloseableIterable.transform(
                read(file, format.keySchema()).reuseContainers().build(), narrowKeys);
    }

    /**
     * As {@link #keys}, of the rows at these positions alone. Everything before the last of them is read.
     *
     * @param positions ascending, each of them within the file
     */
    public CloseableIterable<RowData> keysAt(DataFile file, long... positions) {
        return new RowsAt(keys(file), positions);
    }

    /**
     * Every row, of {@link RunFormat#rowType()}. Rows may be kept.
     *
     * @throws IllegalArgumentException if the file is not Parquet or lacks a required column
     */
    public CloseableIterable<RowData> rows(DataFile file) {
        return CloseableIterable.transform(read(file, format.schema()).build(), narrowRows);
    }

    /**
     * As {@link #rows}, of the rows at these positions alone. Everything before the last of them is read.
     *
     * @param positions ascending, each of them within the file
     */
    public CloseableIterable<RowData> rowsAt(DataFile file, long... positions) {
        return new RowsAt(rows(file), positions);
    }

    private Parquet.ReadBuilder read(DataFile file, Schema projection) {
        if (file.format() != FileFormat.PARQUET) {
            throw new IllegalArgumentException("Cannot read " + file.location() + ": it is " + file.format()
                    + ", and only Parquet is read here. Rewrite the table's data files to Parquet");
        }
        Map<Integer, @Nullable Object> constants =
                RowDecoding.FLINK.constants(file, specs.get(file.specId()), projection);
        Parquet.ReadBuilder builder = Parquet.read(io.newInputFile(file))
                .project(projection)
                .createReaderFunc(fileSchema -> FlinkParquetReaders.buildReader(projection, fileSchema, constants));
        String nameMapping = format.tableProperties().get(TableProperties.DEFAULT_NAME_MAPPING);
        return nameMapping == null ? builder : builder.withNameMapping(NameMappingParser.fromJson(nameMapping));
    }
}

package dev.firn.run;

import java.util.Map;
import java.util.function.UnaryOperator;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;

/**
 * Reads whole rows of data files with their lineage, in Iceberg's internal values, so that nothing is lost on the way
 * to another run file. A row has the columns of {@link RunFormat#withLineage()}: those of the table, with their
 * defaults where the file lacks them, then {@code _row_id} and {@code _last_updated_sequence_number}, which are null
 * only if the file is not committed yet.
 *
 * <p>Used by any number of threads; what it returns, by one.
 */
public final class LineageReader {

    private final WantedRowsReader<StructLike> reader;
    private final Map<Integer, PartitionSpec> specs;

    private LineageReader(WantedRowsReader<StructLike> reader, Map<Integer, PartitionSpec> specs) {
        this.reader = reader;
        this.specs = Map.copyOf(specs);
    }

    /**
     * A reader of a table's files.
     *
     * @param format of all columns of the table
     * @param specs every partition spec of the table by id: an identity partition may be missing from a file's columns
     */
    public LineageReader(FileIO io, RunFormat format, Map<Integer, PartitionSpec> specs) {
        this(new WantedRowsReader<>(io, format.withLineage(), format.tableProperties(), RowDecoding.INTERNAL), specs);
    }

    /**
     * This reader, through a wrapper of each file that it opens. Files encrypted by Parquet itself are opened without
     * it, since Parquet has to know them by their class.
     */
    public LineageReader through(UnaryOperator<InputFile> wrapper) {
        return new LineageReader(reader.through(wrapper), specs);
    }

    /**
     * The rows at some positions, in file order. Pages without any are not read, as far as they begin at the same rows
     * in all columns; of files encrypted by Parquet itself, row groups without any are not decoded, and those ahead of
     * the first row and behind the last one not read.
     *
     * @param file Parquet, with its {@code first_row_id} and sequence number if it is committed
     * @param wanted not empty
     */
    public PositionedRows rows(DataFile file, WantedPositions wanted) {
        return new PositionedRows(reader.rows(file, specs.get(file.specId()), wanted));
    }
}

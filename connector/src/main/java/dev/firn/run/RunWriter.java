package dev.firn.run;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.flink.data.FlinkParquetWriters;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.util.StructLikeUtil;
import org.jspecify.annotations.Nullable;

/**
 * Writes one run file. Rows are appended in key order, which is the caller's promise. A writer that is closed before it
 * finished deletes its file.
 *
 * <p>Used by one thread at a time.
 */
public final class RunWriter implements Closeable {

    // Asking Parquet for its size visits every column.
    private static final int ROWS_BETWEEN_SIZE_CHECKS = 100;

    private final FileIO io;
    private final String location;
    private final DataWriter<RowData> parquet;

    private long rows;
    private long bytes;
    private boolean finished;
    private boolean closed;

    private RunWriter(FileIO io, String location, DataWriter<RowData> parquet) {
        this.io = io;
        this.location = location;
        this.parquet = parquet;
    }

    /**
     * Opens a writer of Parquet, whatever format the table's other writers use.
     *
     * @param io deletes the file if writing is given up
     * @param partition the partition of every row of the file, null in an unpartitioned table
     * @throws UncheckedIOException if the file cannot be opened
     */
    public static RunWriter open(
            RunFormat format, FileIO io, EncryptedOutputFile file, PartitionSpec spec, @Nullable StructLike partition) {
        RowType rowType = format.writerType();
        try {
            DataWriter<RowData> parquet = Parquet.writeData(file)
                    .schema(format.schema())
                    .setAll(format.writeProperties())
                    .metricsConfig(format.metricsConfig())
                    .createWriterFunc((schema, fileSchema) ->
                            FlinkParquetWriters.<RowData>buildWriter(schema, fileSchema, rowType))
                    .withSpec(spec)
                    .withPartition(partition == null ? null : StructLikeUtil.copy(partition))
                    .withKeyMetadata(file.keyMetadata())
                    .withSortOrder(format.sortOrder())
                    .build();
            return new RunWriter(io, file.encryptingOutputFile().location(), parquet);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot open " + file.encryptingOutputFile().location(), e);
        }
    }

    /** Writes a row of the format's row type. The row is not kept. */
    public void append(RowData row) {
        parquet.write(row);
        rows++;
        if (rows < ROWS_BETWEEN_SIZE_CHECKS || rows % ROWS_BETWEEN_SIZE_CHECKS == 0) {
            bytes = parquet.length();
        }
    }

    public String location() {
        return location;
    }

    /** Rows appended so far: the position of the next one. */
    public long rows() {
        return rows;
    }

    /** The file's size in bytes: an estimate that includes buffered rows while it is written, exact when finished. */
    public long bytes() {
        return bytes;
    }

    /**
     * Completes the file, which from now on is the caller's to delete.
     *
     * @throws IllegalStateException if no row was appended
     * @throws UncheckedIOException if it cannot be written; closing then deletes it
     */
    public DataFile finish() {
        if (rows == 0) {
            throw new IllegalStateException("A run file holds at least one row: " + location);
        }
        if (closed) {
            throw new IllegalStateException("Closed already: " + location);
        }
        try {
            parquet.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + location, e);
        }
        DataFile file = parquet.toDataFile();
        bytes = file.fileSizeInBytes();
        finished = true;
        return file;
    }

    /** Deletes the file unless it is finished. */
    @Override
    public void close() throws IOException {
        if (closed || finished) {
            return;
        }
        closed = true;
        // Frees the buffers and ends the stream, without which some stores cannot delete.
        try {
            parquet.close();
        } catch (IOException | RuntimeException e) {
            try {
                deleteFile();
            } catch (RuntimeException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        }
        deleteFile();
    }

    private void deleteFile() {
        try {
            io.deleteFile(location);
        } catch (NotFoundException e) {
            // Parquet creates the file with its first row group: it may not exist yet.
        }
    }
}

package dev.firn.run;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.flink.table.data.RowData;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.encryption.EncryptedOutputFile;
import org.apache.iceberg.encryption.NativeEncryptionOutputFile;
import org.apache.iceberg.exceptions.NotFoundException;
import org.apache.iceberg.io.DataWriter;
import org.apache.iceberg.io.FileAppender;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.util.StructLikeUtil;
import org.jspecify.annotations.Nullable;

/**
 * Writes one run file. Rows are appended in key order, which is the caller's promise. A writer that is closed before it
 * finished deletes its file.
 *
 * <p>Used by one thread at a time.
 *
 * @param <T> what a row is in memory
 */
public final class RunWriter<T> implements Closeable {

    // Asking Parquet for its size visits every column.
    private static final int ROWS_BETWEEN_SIZE_CHECKS = 100;

    private final FileIO io;
    private final String location;
    private final DataWriter<T> parquet;

    private long rows;
    private long bytes;
    private boolean finished;
    private boolean closed;

    private RunWriter(FileIO io, String location, DataWriter<T> parquet) {
        this.io = io;
        this.location = location;
        this.parquet = parquet;
    }

    /**
     * Opens a writer of Flink's rows.
     *
     * @see #open(RunRows, FileIO, EncryptedOutputFile, PartitionSpec, StructLike)
     */
    public static RunWriter<RowData> open(
            RunFormat format, FileIO io, EncryptedOutputFile file, PartitionSpec spec, @Nullable StructLike partition) {
        return open(RunRows.flink(format), io, file, spec, partition);
    }

    /**
     * Opens a writer of Parquet, whatever format the table's other writers use.
     *
     * @param io deletes the file if writing is given up
     * @param partition the partition of every row of the file, null in an unpartitioned table
     * @throws UncheckedIOException if the file cannot be opened
     */
    public static <T> RunWriter<T> open(
            RunRows<T> rows, FileIO io, EncryptedOutputFile file, PartitionSpec spec, @Nullable StructLike partition) {
        if (spec.isPartitioned() && partition == null) {
            throw new IllegalArgumentException("A file of a partitioned table is in a partition: "
                    + file.encryptingOutputFile().location());
        }
        try {
            DataWriter<T> parquet = new DataWriter<>(
                    appender(rows, file),
                    FileFormat.PARQUET,
                    file.encryptingOutputFile().location(),
                    spec,
                    partition == null ? null : StructLikeUtil.copy(partition),
                    file.keyMetadata(),
                    rows.format().sortOrder());
            return new RunWriter<>(io, file.encryptingOutputFile().location(), parquet);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot open " + file.encryptingOutputFile().location(), e);
        }
    }

    private static <T> FileAppender<T> appender(RunRows<T> rows, EncryptedOutputFile file) throws IOException {
        Optional<FileAppender<T>> columnar = file instanceof NativeEncryptionOutputFile
                ? Optional.empty()
                : ColumnarWriter.open(rows, file.encryptingOutputFile());
        return columnar.isPresent() ? columnar.get() : byIceberg(rows, file);
    }

    /** Iceberg's own writer, which can write everything. */
    static <T> FileAppender<T> byIceberg(RunRows<T> rows, EncryptedOutputFile file) throws IOException {
        return Parquet.write(file)
                .schema(rows.schema())
                .setAll(rows.format().writeProperties())
                .metricsConfig(rows.format().metricsConfig())
                .createWriterFunc(rows.writer()::apply)
                .build();
    }

    /** Writes a row. It is not kept. */
    public void append(T row) {
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

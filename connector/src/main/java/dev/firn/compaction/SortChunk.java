package dev.firn.compaction;

import dev.firn.index.RunStore;
import dev.firn.key.KeyView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.iceberg.Schema;
import org.apache.iceberg.StructLike;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.InternalReader;
import org.apache.iceberg.data.parquet.InternalWriter;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.CloseableIterator;
import org.apache.iceberg.io.FileAppender;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.ByteBuffers;
import org.jspecify.annotations.Nullable;

/** Sorted rows in a local Parquet file, which is deleted when this is closed. */
final class SortChunk implements SortedRows {

    /** All chunks of an input are read at the same time, a row group of each. */
    private static final String ROW_GROUP_BYTES = Long.toString(1L << 20);

    private final String location;
    private final Path path;
    private final int columns;
    private final CloseableIterable<Record> file;
    private final CloseableIterator<Record> rows;
    private final KeyView key = new KeyView();
    private @Nullable Record row;

    private SortChunk(String location, Path path, int columns, CloseableIterable<Record> file) {
        this.location = location;
        this.path = path;
        this.columns = columns;
        this.file = file;
        this.rows = file.iterator();
    }

    /** @param rows sorted */
    static SortChunk write(RunStore store, String location, List<KeyedRow> rows) throws IOException {
        Schema lineage = store.format().withLineage();
        Schema schema = schema(lineage);
        Path path = store.storage().indexes().scratchFile();
        try {
            try (FileAppender<StructLike> writer = Parquet.write(org.apache.iceberg.Files.localOutput(path.toFile()))
                    .schema(schema)
                    .set(TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES, ROW_GROUP_BYTES)
                    .createWriterFunc(InternalWriter::createWriter)
                    .build()) {
                rows.forEach(
                        row -> writer.add(new ChunkRow(row, lineage.columns().size())));
            }
            return new SortChunk(
                    location,
                    path,
                    lineage.columns().size(),
                    Parquet.read(org.apache.iceberg.Files.localInput(path.toFile()))
                            .project(schema)
                            .createReaderFunc(fileSchema -> InternalReader.create(schema, fileSchema))
                            .build());
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(path);
            throw e;
        }
    }

    /**
     * The rows' columns, then their key and their position. Ids are new: those of lineage columns would make the reader
     * fill them in.
     */
    private static Schema schema(Schema lineage) {
        List<NestedField> fields = new ArrayList<>();
        for (NestedField field : lineage.columns()) {
            String name = "c" + field.fieldId();
            fields.add(
                    field.isOptional()
                            ? NestedField.optional(field.fieldId(), name, field.type())
                            : NestedField.required(field.fieldId(), name, field.type()));
        }
        fields.add(NestedField.required(Integer.MAX_VALUE - 1, "key", Types.BinaryType.get()));
        fields.add(NestedField.required(Integer.MAX_VALUE, "position", Types.LongType.get()));
        AtomicInteger id = new AtomicInteger();
        return TypeUtil.assignFreshIds(new Schema(fields), id::incrementAndGet);
    }

    @Override
    public boolean next() {
        row = rows.hasNext() ? rows.next() : null;
        return row != null;
    }

    @Override
    public KeyView key() {
        byte[] bytes = ByteBuffers.toByteArray(row().get(columns, ByteBuffer.class));
        return key.at(bytes, 0, bytes.length);
    }

    @Override
    public long position() {
        return row().get(columns + 1, Long.class);
    }

    @Override
    public StructLike row() {
        if (row == null) {
            throw new IllegalStateException("At no row");
        }
        return row;
    }

    @Override
    public String location() {
        return location;
    }

    @Override
    public void close() throws IOException {
        try {
            file.close();
        } finally {
            Files.deleteIfExists(path);
        }
    }

    private record ChunkRow(KeyedRow row, int columns) implements StructLike {

        @Override
        public int size() {
            return columns + 2;
        }

        @Override
        public <T> T get(int position, Class<T> javaClass) {
            if (position < columns) {
                return row.row().get(position, javaClass);
            }
            return javaClass.cast(
                    position == columns ? ByteBuffer.wrap(row.key().bytes()) : (Object) row.position());
        }

        @Override
        public <T> void set(int position, T value) {
            throw new UnsupportedOperationException("Only read");
        }
    }
}

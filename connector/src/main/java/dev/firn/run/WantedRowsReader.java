package dev.firn.run;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.encryption.NativeEncryptionInputFile;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.mapping.NameMappingParser;
import org.apache.iceberg.parquet.Parquet;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows of data files at wanted positions. Any number of threads; what it returns, by one.
 *
 * @param <T> what a row is in memory
 */
final class WantedRowsReader<T> {

    private final FileIO io;
    private final Schema projection;
    private final Map<String, String> tableProperties;
    private final RowDecoding<T> decoding;
    private final UnaryOperator<InputFile> via;

    private WantedRowsReader(WantedRowsReader<T> other, UnaryOperator<InputFile> via) {
        this.io = other.io;
        this.projection = other.projection;
        this.tableProperties = other.tableProperties;
        this.decoding = other.decoding;
        this.via = via;
    }

    /**
     * A reader of a table's files.
     *
     * @param projection what is read of them, with the table's field ids
     * @param tableProperties of which the name mapping is used
     */
    WantedRowsReader(FileIO io, Schema projection, Map<String, String> tableProperties, RowDecoding<T> decoding) {
        this.io = io;
        this.projection = projection;
        this.tableProperties = Map.copyOf(tableProperties);
        this.decoding = decoding;
        this.via = UnaryOperator.identity();
    }

    /** This reader, through a wrapper of each file that it opens, but for those encrypted by Parquet itself. */
    WantedRowsReader<T> through(UnaryOperator<InputFile> wrapper) {
        return new WantedRowsReader<>(this, wrapper);
    }

    /**
     * The rows at some positions, in file order.
     *
     * @param spec of the file; null if its columns repeat its partition
     * @throws IllegalArgumentException if the file is not Parquet
     */
    WantedRows<T> rows(DataFile file, @Nullable PartitionSpec spec, WantedPositions wanted) {
        RowGroups groups = wanted.first() == 0 ? RowGroups.UNKNOWN : rowGroups(file);
        Map<Integer, @Nullable Object> constants = decoding.constants(file, spec, projection);
        AtomicReference<WantedModel<T>> model = new AtomicReference<>();
        Parquet.ReadBuilder builder = builder(file).project(projection).createReaderFunc(fileSchema -> {
            WantedModel<T> created = new WantedModel<>(decoding.rows().of(projection, fileSchema, constants), wanted);
            model.set(created);
            return created;
        });
        long offset = groups.offsetOf(wanted.first());
        if (offset > 0) {
            builder.split(offset, file.fileSizeInBytes() - offset);
        }
        CloseableIterable<T> rows = builder.build();
        return new WantedRows<>(rows, () -> Objects.requireNonNull(model.get()), wanted);
    }

    private RowGroups rowGroups(DataFile file) {
        List<Long> offsets = file.splitOffsets();
        if (offsets == null || offsets.size() < 2) {
            return RowGroups.UNKNOWN;
        }
        return RowGroups.read(
                offsets,
                model -> builder(file)
                        .project(new Schema(MetadataColumns.ROW_POSITION))
                        .createReaderFunc(fileSchema -> model)
                        .build());
    }

    private Parquet.ReadBuilder builder(DataFile file) {
        if (file.format() != FileFormat.PARQUET) {
            throw new IllegalArgumentException("Cannot read " + file.location() + ": it is " + file.format()
                    + ", and only Parquet is read here. Rewrite the table's data files to Parquet");
        }
        InputFile input = io.newInputFile(file);
        Parquet.ReadBuilder builder =
                Parquet.read(input instanceof NativeEncryptionInputFile ? input : via.apply(input));
        String nameMapping = tableProperties.get(TableProperties.DEFAULT_NAME_MAPPING);
        return nameMapping == null ? builder : builder.withNameMapping(NameMappingParser.fromJson(nameMapping));
    }
}

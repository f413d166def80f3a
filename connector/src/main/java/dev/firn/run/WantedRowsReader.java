package dev.firn.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.encryption.NativeEncryptionInputFile;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.CloseableIterator;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.mapping.NameMapping;
import org.apache.iceberg.mapping.NameMappingParser;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows of data files at wanted positions. Any number of threads; what it returns, by one.
 *
 * @param <T> what a row is in memory
 */
final class WantedRowsReader<T> {

    private final FileIO io;
    private final Schema projection;
    private final @Nullable NameMapping nameMapping;
    private final RowDecoding<T> decoding;
    private final UnaryOperator<InputFile> via;

    private WantedRowsReader(WantedRowsReader<T> other, UnaryOperator<InputFile> via) {
        this.io = other.io;
        this.projection = other.projection;
        this.nameMapping = other.nameMapping;
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
        String mapping = tableProperties.get(TableProperties.DEFAULT_NAME_MAPPING);
        this.nameMapping = mapping == null ? null : NameMappingParser.fromJson(mapping);
        this.decoding = decoding;
        this.via = UnaryOperator.identity();
    }

    /** This reader, through a wrapper of each file that it opens, but for those encrypted by Parquet itself. */
    WantedRowsReader<T> through(UnaryOperator<InputFile> wrapper) {
        return new WantedRowsReader<>(this, wrapper);
    }

    /**
     * The rows at some positions, in file order. Of row groups with wanted rows, only the pages around them are read if
     * the file has an offset index. Of files encrypted by Parquet, and of those without field ids whose names are not
     * mapped either, row groups ahead of the first and behind the last wanted row are not read, and those between them
     * not decoded.
     *
     * @param spec of the file; null if its columns repeat its partition
     * @throws IllegalArgumentException if the file is not Parquet
     */
    WantedRows<T> rows(DataFile file, @Nullable PartitionSpec spec, WantedPositions wanted) {
        if (file.format() != FileFormat.PARQUET) {
            throw new IllegalArgumentException("Cannot read " + file.location() + ": it is " + file.format()
                    + ", and only Parquet is read here. Rewrite the table's data files to Parquet");
        }
        Map<Integer, @Nullable Object> constants = decoding.constants(file, spec, projection);
        Function<MessageType, WantedModel<T>> models =
                schema -> decoding.models().of(projection, schema, constants, wanted);
        return new WantedRows<>(() -> open(file, models, wanted), wanted);
    }

    private WantedRows.Open<T> open(
            DataFile file, Function<MessageType, WantedModel<T>> models, WantedPositions wanted) {
        InputFile input = io.newInputFile(file);
        if (input instanceof NativeEncryptionInputFile) {
            return rowGroups(file, input, models, wanted);
        }
        InputFile wrapped = via.apply(input);
        WantedRows.Open<T> pages = pages(wrapped, models, wanted);
        return pages == null ? rowGroups(file, wrapped, models, wanted) : pages;
    }

    /** Null if the file's pages cannot be read. */
    private WantedRows.@Nullable Open<T> pages(
            InputFile input, Function<MessageType, WantedModel<T>> models, WantedPositions wanted) {
        try {
            PagedFile file = PagedFile.open(input);
            if (file == null) {
                return null;
            }
            try {
                MessageType schema = schemaWithIds(file.schema());
                if (schema == null) {
                    file.close();
                    return null;
                }
                file.project(ParquetSchemaUtil.pruneColumns(schema, projection));
                WantedModel<T> model = models.apply(schema);
                return new WantedRows.Open<>(new PageRows<>(file, model, wanted), model);
            } catch (RuntimeException e) {
                file.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Null if columns have neither ids nor mapped names. */
    private @Nullable MessageType schemaWithIds(MessageType fileSchema) {
        if (ParquetSchemaUtil.hasIds(fileSchema)) {
            return fileSchema;
        }
        return nameMapping == null ? null : ParquetSchemaUtil.applyNameMapping(fileSchema, nameMapping);
    }

    private WantedRows.Open<T> rowGroups(
            DataFile file, InputFile input, Function<MessageType, WantedModel<T>> models, WantedPositions wanted) {
        RowGroups groups = wanted.first() == 0 ? RowGroups.UNKNOWN : rowGroups(file, input);
        AtomicReference<WantedModel<T>> model = new AtomicReference<>();
        Parquet.ReadBuilder builder = builder(input).project(projection).createReaderFunc(schema -> {
            WantedModel<T> created = models.apply(schema);
            model.set(created);
            return created;
        });
        long offset = groups.offsetOf(wanted.first());
        if (offset > 0) {
            builder.split(offset, file.fileSizeInBytes() - offset);
        }
        CloseableIterable<T> rows = builder.build();
        CloseableIterator<T> open = rows.iterator();
        return new WantedRows.Open<>(open, Objects.requireNonNull(model.get()));
    }

    private RowGroups rowGroups(DataFile file, InputFile input) {
        List<Long> offsets = file.splitOffsets();
        if (offsets == null || offsets.size() < 2) {
            return RowGroups.UNKNOWN;
        }
        return RowGroups.read(
                offsets,
                model -> builder(input)
                        .project(new Schema(MetadataColumns.ROW_POSITION))
                        .createReaderFunc(fileSchema -> model)
                        .build());
    }

    private Parquet.ReadBuilder builder(InputFile input) {
        Parquet.ReadBuilder builder = Parquet.read(input);
        return nameMapping == null ? builder : builder.withNameMapping(nameMapping);
    }
}

package dev.firn.run;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.InternalReader;
import org.apache.iceberg.encryption.NativeEncryptionInputFile;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.mapping.NameMappingParser;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.parquet.ParquetValueReader;

/**
 * Reads whole rows of data files with their lineage, in Iceberg's internal values, so that nothing is lost on the way
 * to another run file. A row has the columns of {@link RunFormat#withLineage()}: those of the table, with their
 * defaults where the file lacks them, then {@code _row_id} and {@code _last_updated_sequence_number}, which are null
 * only if the file is not committed yet.
 *
 * <p>Used by any number of threads; what it returns, by one.
 */
public final class LineageReader {

    private final FileIO io;
    private final RunFormat format;
    private final Map<Integer, PartitionSpec> specs;
    private final UnaryOperator<InputFile> via;

    private LineageReader(
            FileIO io, RunFormat format, Map<Integer, PartitionSpec> specs, UnaryOperator<InputFile> via) {
        this.io = io;
        this.format = format;
        this.specs = Map.copyOf(specs);
        this.via = via;
    }

    /**
     * A reader of a table's files.
     *
     * @param format of all columns of the table
     * @param specs every partition spec of the table by id: an identity partition may be missing from a file's columns
     */
    public LineageReader(FileIO io, RunFormat format, Map<Integer, PartitionSpec> specs) {
        this(io, format, specs, UnaryOperator.identity());
    }

    /**
     * This reader, through a wrapper of each file that it opens. Files encrypted by Parquet itself are opened without
     * it, since Parquet has to know them by their class.
     */
    public LineageReader through(UnaryOperator<InputFile> wrapper) {
        return new LineageReader(io, format, specs, wrapper);
    }

    /**
     * The rows at some positions, in file order. Row groups without any are not decoded, and those ahead of the first
     * one and behind the last one not even read.
     *
     * @param file Parquet, with its {@code first_row_id} and sequence number if it is committed
     * @param wanted not empty
     */
    public PositionedRows rows(DataFile file, WantedPositions wanted) {
        RowGroups groups = wanted.first() == 0 ? RowGroups.UNKNOWN : rowGroups(file);
        Schema projection = format.withLineage();
        Map<Integer, Object> constants = constants(file, projection);
        PositionedRows.Model[] model = new PositionedRows.Model[1];
        Parquet.ReadBuilder builder = builder(file).project(projection).createReaderFunc(fileSchema -> {
            ParquetValueReader<Record> rows = InternalReader.create(projection, fileSchema, constants);
            model[0] = new PositionedRows.Model(rows, wanted);
            return model[0];
        });
        long offset = groups.offsetOf(wanted.first());
        if (offset > 0) {
            builder.split(offset, file.fileSizeInBytes() - offset);
        }
        CloseableIterable<Record> rows = builder.build();
        return new PositionedRows(rows, () -> Objects.requireNonNull(model[0]), wanted);
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
        String nameMapping = format.tableProperties().get(TableProperties.DEFAULT_NAME_MAPPING);
        return nameMapping == null ? builder : builder.withNameMapping(NameMappingParser.fromJson(nameMapping));
    }

    /** What the file's metadata say of columns, by field id. */
    private Map<Integer, Object> constants(DataFile file, Schema projection) {
        Map<Integer, Object> constants = new HashMap<>();
        Long firstRowId = file.firstRowId();
        if (firstRowId != null) {
            constants.put(MetadataColumns.ROW_ID.fieldId(), firstRowId);
            constants.put(MetadataColumns.LAST_UPDATED_SEQUENCE_NUMBER.fieldId(), file.fileSequenceNumber());
        }
        PartitionSpec spec = specs.get(file.specId());
        if (spec != null) {
            List<PartitionField> fields = spec.fields();
            for (int i = 0; i < fields.size(); i++) {
                PartitionField field = fields.get(i);
                if (field.transform().isIdentity() && projection.findField(field.sourceId()) != null) {
                    constants.put(field.sourceId(), file.partition().get(i, Object.class));
                }
            }
        }
        return constants;
    }
}

package dev.firn.feed;

import dev.firn.key.KeyEncoder;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.MetadataColumns;
import org.apache.iceberg.Schema;
import org.apache.iceberg.exceptions.ValidationException;
import org.apache.iceberg.expressions.Binder;
import org.apache.iceberg.expressions.Evaluator;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.flink.RowDataWrapper;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.StructType;

/**
 * Which rows a feed reads of a table, and what it makes of them.
 *
 * @param tableSchema by which columns are read, whatever the table's schema becomes
 * @param primaryKey names of the key's columns in declared order
 */
public record FeedRows(Schema tableSchema, List<String> primaryKey, Selection selection, ChangelogKind kind)
        implements Serializable {

    /**
     * What is wanted of the table.
     *
     * @param rowType columns of the table by name, in any order, with their declared types
     * @param metadata columns that follow them
     * @param filter over columns of the table, by Iceberg's rules; {@code alwaysTrue()} for all rows
     */
    public record Selection(RowType rowType, List<MetadataColumn> metadata, Expression filter) implements Serializable {

        public Selection {
            metadata = List.copyOf(metadata);
        }

        /** All rows with these columns. */
        public static Selection of(RowType rowType) {
            return new Selection(rowType, List.of(), Expressions.alwaysTrue());
        }
    }

    public FeedRows {
        primaryKey = List.copyOf(primaryKey);
    }

    /**
     * Rows of a table. Whether the declared types are those of the table's columns is not checked here.
     *
     * @throws IllegalArgumentException if the table lacks a column, or cannot be filtered so, or has no such key
     */
    public static FeedRows of(Schema tableSchema, List<String> primaryKey, Selection selection, ChangelogKind kind) {
        checkColumns(tableSchema, selection.rowType().getFieldNames());
        checkColumns(tableSchema, primaryKey);
        checkFilter(tableSchema.asStruct(), selection.filter());
        FeedRows rows = new FeedRows(tableSchema, primaryKey, selection, kind);
        rows.keyEncoder(rows.images());
        return rows;
    }

    private static void checkColumns(Schema table, List<String> columns) {
        for (String column : columns) {
            if (table.asStruct().field(column) == null) {
                throw new IllegalArgumentException("The table lacks column '" + column + "'. Its columns are "
                        + table.columns().stream().map(NestedField::name).toList()
                        + ". Add the column to the table, or leave it out of what is read");
            }
        }
    }

    private static void checkFilter(StructType table, Expression filter) {
        try {
            Binder.bind(table, filter, true);
        } catch (ValidationException e) {
            throw new IllegalArgumentException(
                    "The table's rows cannot be filtered by " + filter + ": " + e.getMessage()
                            + ". Filter by columns of the table and values of their types, or behind the source",
                    e);
        }
    }

    /** The columns that are wanted, then the metadata. A metadata column whose name is taken gets another one. */
    public RowType producedType() {
        List<RowType.RowField> fields = new ArrayList<>(selection.rowType().getFields());
        Set<String> names = new HashSet<>(selection.rowType().getFieldNames());
        for (MetadataColumn column : selection.metadata()) {
            String name = column.key();
            while (!names.add(name)) {
                name += "_";
            }
            fields.add(new RowType.RowField(name, column.type()));
        }
        return new RowType(false, fields);
    }

    /** Complete images: what is produced, then what else of the key and the filter there is to know. */
    ImageColumns images() {
        List<String> names = new ArrayList<>(selection.rowType().getFieldNames());
        primaryKey.stream().filter(column -> !names.contains(column)).forEach(names::add);
        Set<Integer> filtered = Binder.boundReferences(tableSchema.asStruct(), List.of(selection.filter()), true);
        for (NestedField column : tableSchema.columns()) {
            Set<Integer> ids = new HashSet<>(TypeUtil.getProjectedIds(new Schema(column)));
            ids.add(column.fieldId());
            ids.retainAll(filtered);
            if (!ids.isEmpty() && !names.contains(column.name())) {
                names.add(column.name());
            }
        }
        return ImageColumns.of(this, names);
    }

    /** The columns of the table that are read. */
    Schema tableColumns() {
        List<NestedField> columns = images().schema().columns().stream()
                .filter(column -> !MetadataColumns.isMetadataColumn(column.name()))
                .toList();
        return new Schema(columns);
    }

    /** Ids of the primary key's columns. */
    Set<Integer> keyColumnIds() {
        return primaryKey.stream()
                .map(column ->
                        Objects.requireNonNull(tableSchema.findField(column)).fieldId())
                .collect(Collectors.toSet());
    }

    /** What is read of a row's image ahead of a change: complete, or as much as a key-only delete tells. */
    ImageColumns beforeImages() {
        if (kind != ChangelogKind.UPSERT) {
            return images();
        }
        List<String> names = new ArrayList<>(primaryKey);
        for (RowType.RowField field : selection.rowType().getFields()) {
            if (!field.getType().isNullable() && !names.contains(field.getName())) {
                names.add(field.getName());
            }
        }
        return ImageColumns.of(this, names);
    }

    /** For images with these columns. */
    KeyEncoder keyEncoder(ImageColumns columns) {
        return KeyEncoder.of(tableSchema, primaryKey, columns.rowType());
    }

    /** Whether every row is wanted. */
    boolean isUnfiltered() {
        return selection.filter().op() == Expression.Operation.TRUE;
    }

    /** Whether a complete image is wanted. One thread. */
    Predicate<RowData> filter() {
        if (isUnfiltered()) {
            return image -> true;
        }
        ImageColumns columns = images();
        StructType struct = columns.schema().asStruct();
        Evaluator evaluator = new Evaluator(struct, selection.filter(), true);
        RowDataWrapper wrapper = new RowDataWrapper(columns.rowType(), struct);
        return image -> evaluator.eval(wrapper.wrap(image));
    }
}

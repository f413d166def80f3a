package dev.firn.key;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.iceberg.Schema;
import org.apache.iceberg.types.Types;

/**
 * Encodes the primary key of a row into bytes whose unsigned order is the order of the stored values, column by column.
 * Two rows have equal bytes exactly if Iceberg stores equal keys for them.
 *
 * <p>The encoding follows Iceberg's type, at the precision that is stored: numbers, dates and times big-endian with the
 * sign bit flipped, decimals as two's complement of the width that their precision needs, strings as UTF-8; uuid and
 * fixed as they are. A string or binary that is not the last column has 0x00 escaped as 0x00 0xFF and ends in 0x00
 * 0x00.
 *
 * <p>These bytes are kept in local index files: whoever changes them raises {@link #VERSION}.
 *
 * <p>One thread at a time.
 */
public final class KeyEncoder {

    /** A key is refused beyond this size; every index repeats it, and blocks of keys are read whole. */
    public static final int MAX_KEY_BYTES = 32 * 1024;

    private static final int VERSION = 1;

    private final KeyColumn[] columns;
    private final String format;
    private final KeyBuffer buffer = new KeyBuffer();
    private final KeyView view = new KeyView();

    private KeyEncoder(KeyColumn[] columns, String format) {
        this.columns = columns;
        this.format = format;
    }

    /**
     * An encoder for the key columns of a table, and for rows of one layout.
     *
     * @param keyColumns names of top-level columns, in the order of the primary key
     * @param rowType the layout of the rows that will be encoded; it has the key columns at any position
     * @throws IllegalArgumentException if there is no key column, or one that is missing, nested, optional, named
     *     twice, or of a type that cannot be a key
     */
    public static KeyEncoder of(Schema schema, List<String> keyColumns, RowType rowType) {
        if (keyColumns.isEmpty()) {
            throw new IllegalArgumentException("There is no primary key. Declare one: PRIMARY KEY (…) NOT ENFORCED.");
        }
        Set<String> names = new HashSet<>();
        for (String name : keyColumns) {
            if (!names.add(name)) {
                throw new IllegalArgumentException(
                        "Key column '" + name + "' is named twice in the primary key. Name it once.");
            }
        }
        List<Types.NestedField> fields =
                keyColumns.stream().map(name -> keyField(schema, name)).toList();
        KeyColumn[] columns = new KeyColumn[fields.size()];
        for (int i = 0; i < columns.length; i++) {
            Types.NestedField field = fields.get(i);
            int position = rowType.getFieldIndex(field.name());
            if (position < 0) {
                throw new IllegalArgumentException("The rows lack key column '" + field.name() + "'. They have "
                        + rowType.getFieldNames() + ". Declare the column.");
            }
            boolean last = i == columns.length - 1;
            columns[i] = KeyColumn.of(
                    field, rowType.getTypeAt(position), position, last ? KeyColumn.Ending.NONE : KeyBuffer::terminate);
        }
        String format = fields.stream()
                .map(field -> field.fieldId() + " " + field.type())
                .collect(Collectors.joining(", ", VERSION + ": ", ""));
        return new KeyEncoder(columns, format);
    }

    /**
     * Names the meaning of the bytes: the encoding's version, and id and type of the key's columns in their order.
     * Bytes of two formats must not be compared.
     */
    public String format() {
        return format;
    }

    /**
     * The row's primary key.
     *
     * @param row a row in the layout that this encoder was made for; it is not kept
     * @throws IllegalArgumentException if a key column is NULL or its value cannot be stored, or if the key is larger
     *     than {@link #MAX_KEY_BYTES}
     */
    public Key encode(RowData row) {
        return view(row).copy();
    }

    /** As {@link #encode}, where the encoder keeps the bytes: the view is good until the next row. */
    public KeyView view(RowData row) {
        buffer.clear();
        for (KeyColumn column : columns) {
            column.append(row, buffer);
        }
        if (buffer.size() > MAX_KEY_BYTES) {
            throw new IllegalArgumentException("The primary key "
                    + Arrays.stream(columns).map(KeyColumn::name).toList() + " of a row has " + buffer.size()
                    + " bytes, more than " + MAX_KEY_BYTES + ". Choose a shorter key, such as a hash of the value.");
        }
        return buffer.show(view);
    }

    private static Types.NestedField keyField(Schema schema, String name) {
        Types.NestedField field = schema.asStruct().field(name);
        if (field == null && schema.findField(name) != null) {
            throw new IllegalArgumentException("Key column '" + name
                    + "' is nested in another column. A primary key consists of top-level columns: copy it into one.");
        }
        if (field == null) {
            throw new IllegalArgumentException("The table lacks key column '" + name + "'. It has "
                    + schema.columns().stream().map(Types.NestedField::name).toList() + ".");
        }
        if (field.isOptional()) {
            throw new IllegalArgumentException(
                    "Key column '" + name
                            + "' is optional in the table. Make it required (ALTER COLUMN … SET NOT NULL) or choose another key.");
        }
        return field;
    }
}

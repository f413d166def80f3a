package dev.firn.columns;

import org.apache.parquet.column.ColumnDescriptor;

/** The values of one page of a column, from the first one on; nulls are not among them. */
interface PageValues {

    /** @param into of the class that the column's physical type is held in */
    void read(int count, ColumnVector into);

    void skip(int count);

    /** Of a page in which values lie one behind the other as they are. Booleans are none of them. */
    static PageValues plain(ColumnDescriptor column, PageBytes bytes) {
        return switch (column.getPrimitiveType().getPrimitiveTypeName()) {
            case INT32, FLOAT -> new PlainInts(bytes);
            case INT64, DOUBLE -> new PlainLongs(bytes);
            case BINARY -> new PlainBytes(bytes);
            case FIXED_LEN_BYTE_ARRAY ->
                new FixedBytes(bytes, column.getPrimitiveType().getTypeLength());
            case BOOLEAN, INT96 -> throw new IllegalStateException("No vector of " + column);
        };
    }
}

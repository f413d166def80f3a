package dev.firn.columns;

import org.apache.iceberg.StructLike;

/**
 * A row of a batch, in Iceberg's internal values, which are made when they are asked for. It holds its whole batch,
 * which does not change any more.
 */
public final class ColumnRow implements StructLike {

    private final RowBatch rows;
    private final int row;

    ColumnRow(RowBatch rows, int row) {
        this.rows = rows;
        this.row = row;
    }

    /** What holds the row. */
    public ColumnBatch batch() {
        return rows.columns();
    }

    /** Where the row is in its batch. */
    public int row() {
        return row;
    }

    @Override
    public int size() {
        return rows.columns().columns().size();
    }

    @Override
    @SuppressWarnings("NullAway") // Iceberg's rows hold nulls
    public <T> T get(int position, Class<T> javaClass) {
        return javaClass.cast(rows.value(position, row));
    }

    @Override
    public <T> void set(int position, T value) {
        throw new UnsupportedOperationException("Only read");
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("ColumnRow");
        for (int i = 0; i < size(); i++) {
            text.append(i == 0 ? '(' : ',').append(rows.value(i, row));
        }
        return text.append(')').toString();
    }
}

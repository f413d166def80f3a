package dev.firn.columns;

/**
 * Copies rows into a batch, field by field. Made for one schema and one batch.
 *
 * @param <T> what a row is in memory
 */
public interface RowCopier<T> {

    /**
     * Appends a row to the batch; it is not kept.
     *
     * @throws IllegalArgumentException if a value does not fit its column; the batch is of no use then
     */
    void copy(T row);
}

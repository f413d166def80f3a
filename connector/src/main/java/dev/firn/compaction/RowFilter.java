package dev.firn.compaction;

import java.util.Set;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.StructLike;

/**
 * Decides which live rows stay when their file is compacted. What it drops or changes is a real change of the table,
 * and becomes one before the compaction does.
 *
 * <p>Called by several threads at a time.
 */
@FunctionalInterface
public interface RowFilter {

    RowFilter KEEP_ALL = row -> Verdict.KEEP;

    /** What becomes of a row. */
    sealed interface Verdict {

        Verdict KEEP = new Keep();
        Verdict DROP = new Drop();

        /** The row stays as it is, its lineage included. */
        record Keep() implements Verdict {}

        /** The row is deleted. */
        record Drop() implements Verdict {}

        /**
         * The row is updated.
         *
         * @param row a row of the table's columns with the same primary key, in Iceberg's internal values
         */
        record Change(StructLike row) implements Verdict {}
    }

    /**
     * Judges a row.
     *
     * @param row the table's columns in their order, in Iceberg's internal values ({@code Type.TypeID.javaClass()}),
     *     then {@code _row_id} and {@code _last_updated_sequence_number}; not to be changed
     */
    Verdict judge(StructLike row);

    /** The filter of a merge that starts now. */
    default RowFilter atStart() {
        return this;
    }

    /**
     * How many rows of a file it would drop now, estimated from the file's metrics alone. As many as the file has only
     * if each of them is certain to be dropped.
     *
     * @param file with the metrics of {@link #metricsColumns}, or without
     */
    default long foreseenDrops(DataFile file) {
        return 0;
    }

    /** Whether a file has a row that it should have dropped by now, so that the file is to be rewritten for that. */
    default boolean isOverdue(DataFile file) {
        return false;
    }

    /** Ids of the columns whose metrics {@link #foreseenDrops} and {@link #isOverdue} go by. */
    default Set<Integer> metricsColumns() {
        return Set.of();
    }
}

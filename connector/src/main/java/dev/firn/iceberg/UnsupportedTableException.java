package dev.firn.iceberg;

import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileContent;

/** A table that Firn cannot work with as it is. The message says what is wrong with it and how to mend it. */
public final class UnsupportedTableException extends RuntimeException {

    public UnsupportedTableException(String message) {
        super(message);
    }

    /**
     * Deletes by the values of columns, which need not be those of the primary key.
     *
     * @param what has the deletes
     */
    static UnsupportedTableException equalityDeletes(String what, DeleteFile deletes) {
        return new UnsupportedTableException(what + " has equality deletes in " + deletes.location()
                + ", which Firn does not read: it works with deletes by position only. Rewrite the table's data files once"
                + " with the deletes applied (for example Spark's rewrite_data_files with 'delete-file-threshold' = '1'),"
                + " then start the job again.");
    }

    /**
     * A file with deletes of another kind than deletion vectors.
     *
     * @param what has the deletes
     */
    static UnsupportedTableException notAVector(String what, DeleteFile deletes) {
        boolean byKey = deletes.content() == FileContent.EQUALITY_DELETES;
        return new UnsupportedTableException(what + " has " + (byKey ? "equality" : "positional") + " deletes in "
                + deletes.location() + ", which Firn does not read: it works with deletion vectors only. Rewrite the"
                + " table's data files once with the deletes applied (for example Spark's rewrite_data_files with"
                + " 'delete-file-threshold' = '1'), then start the job again.");
    }
}

package dev.firn.iceberg;

/** The table that was being read is no longer there. The message says what to do. */
public final class TableGoneException extends RuntimeException {

    public TableGoneException(String message) {
        super(message);
    }
}

package dev.firn.iceberg;

/** A table that Firn cannot work with as it is. The message says what is wrong with it and how to mend it. */
public final class UnsupportedTableException extends RuntimeException {

    public UnsupportedTableException(String message) {
        super(message);
    }
}

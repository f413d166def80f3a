package dev.firn.iceberg;

/** A snapshot that is needed has expired, or never was. The message says what to do. */
public final class SnapshotGoneException extends RuntimeException {

    public SnapshotGoneException(String message) {
        super(message);
    }

    public SnapshotGoneException(String message, Throwable cause) {
        super(message, cause);
    }
}

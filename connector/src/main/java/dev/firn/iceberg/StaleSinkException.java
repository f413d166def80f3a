package dev.firn.iceberg;

/**
 * A commit that would go back behind what the table already holds: a restore from an old savepoint, a second run of the
 * same job, or another sink on the same table.
 */
public final class StaleSinkException extends RuntimeException {

    StaleSinkException(String message) {
        super(message);
    }
}

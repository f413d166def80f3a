package dev.firn.iceberg;

/**
 * Which snapshot it is, and when it was.
 *
 * @param id {@value #NO_ID} for the empty table ahead of the first snapshot
 * @param sequenceNumber 0 for the empty table
 * @param commitMillis since the epoch; 0 for the empty table
 */
public record SnapshotStamp(long id, long sequenceNumber, long commitMillis) {

    private static final long NO_ID = -1;

    /** The table ahead of its first snapshot. */
    public static final SnapshotStamp EMPTY_TABLE = new SnapshotStamp(NO_ID, 0, 0);

    public boolean isEmptyTable() {
        return id == NO_ID;
    }
}

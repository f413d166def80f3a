package dev.firn.feed;

import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;

/** What can be read beside the table's columns. */
public enum MetadataColumn {
    /** Of the snapshot that brought the change; in a scan of a snapshot, that one's. */
    SNAPSHOT_ID("snapshot_id"),
    /** When that snapshot was committed. */
    COMMIT_TIME("commit_time"),
    /** That snapshot's place in the table's history: it only grows. */
    SEQUENCE_NUMBER("sequence_number"),
    /** Iceberg's id of the row; a new one for each image of a row. Null if the writer gave none. */
    ROW_ID("row_id");

    private final String key;

    MetadataColumn(String key) {
        this.key = key;
    }

    /** By which name it is declared in SQL. */
    public String key() {
        return key;
    }

    public LogicalType type() {
        return switch (this) {
            case SNAPSHOT_ID, SEQUENCE_NUMBER -> new BigIntType(false);
            case COMMIT_TIME -> new LocalZonedTimestampType(false, 3);
            case ROW_ID -> new BigIntType(true);
        };
    }
}

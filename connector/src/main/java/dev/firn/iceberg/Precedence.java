package dev.firn.iceberg;

import java.util.Optional;

/** How a commit stands to the last one that the table holds. */
enum Precedence {
    /** The table holds it already. */
    COMMITTED,
    /** It comes after what the table holds. */
    NEXT,
    /** The table holds a later commit of this sink, or another sink's. */
    STALE;

    static Precedence of(CheckpointChanges changes, Optional<Marker> table) {
        Marker marker = changes.marker();
        if (table.isEmpty()) {
            return NEXT;
        }
        if (table.get().covers(marker)) {
            return COMMITTED;
        }
        boolean sameSink = table.get().sinkId().equals(marker.sinkId());
        boolean follows = sameSink && marker.checkpointId() > table.get().checkpointId();
        return follows || table.equals(changes.predecessor()) ? NEXT : STALE;
    }

    /**
     * @param restoredCheckpoint the checkpoint that the job goes on from: behind the table's newest commit it is stale
     */
    static Precedence ofRestored(CheckpointChanges changes, long restoredCheckpoint, Optional<Marker> table) {
        boolean tableIsFurther = table.filter(marker ->
                        marker.sinkId().equals(changes.marker().sinkId()) && marker.checkpointId() > restoredCheckpoint)
                .isPresent();
        return tableIsFurther ? STALE : of(changes, table);
    }
}

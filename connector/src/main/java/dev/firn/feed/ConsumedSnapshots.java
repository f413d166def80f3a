package dev.firn.feed;

import dev.firn.iceberg.SnapshotStamp;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Tells from the splits that are read which snapshots are. One thread. */
final class ConsumedSnapshots {

    private final Deque<Planned> planned = new ArrayDeque<>();
    private final TreeMap<Long, SnapshotStamp> atCheckpoints = new TreeMap<>();
    private SnapshotStamp newest;

    /** @param nextOrdinal behind the snapshot's last split */
    private record Planned(SnapshotStamp snapshot, long nextOrdinal) {}

    /** @param newest the last one that is read; that of the empty table for none */
    ConsumedSnapshots(SnapshotStamp newest) {
        this.newest = newest;
    }

    /** There are splits up to a snapshot. */
    void planned(FeedState.Progress progress) {
        Planned last = planned.peekLast();
        if (last == null || last.snapshot().id() != progress.planned().id()) {
            planned.add(new Planned(progress.planned(), progress.nextOrdinal()));
        }
    }

    /** @param oldestUnread ordinal of the first split that is not read, empty if all are */
    void read(OptionalLong oldestUnread) {
        long limit = oldestUnread.orElse(Long.MAX_VALUE);
        while (!planned.isEmpty() && planned.getFirst().nextOrdinal() <= limit) {
            newest = planned.remove().snapshot();
        }
    }

    /** The newest snapshot that is read, with all before it; that of the empty table for none. */
    SnapshotStamp newest() {
        return newest;
    }

    /** Snapshots that are not read to their end. */
    int unread() {
        return planned.size();
    }

    void checkpointTaken(long checkpointId) {
        atCheckpoints.put(checkpointId, newest);
    }

    /** What was read when the checkpoint was taken; empty if a later one was completed before. */
    Optional<SnapshotStamp> checkpointCompleted(long checkpointId) {
        Map.Entry<Long, SnapshotStamp> taken = atCheckpoints.floorEntry(checkpointId);
        atCheckpoints.headMap(checkpointId, true).clear();
        return Optional.ofNullable(taken).map(Map.Entry::getValue);
    }
}

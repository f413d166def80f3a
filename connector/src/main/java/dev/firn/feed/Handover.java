package dev.firn.feed;

/**
 * When a key may move from one subtask to another: behind the scan of the first snapshot, and when the table gets other
 * buckets. Two subtasks' rows overtake each other on their way, unless a checkpoint lies between them.
 */
public enum Handover {
    /** A completed checkpoint later. The scan is spread over all subtasks. For jobs that take checkpoints. */
    AT_CHECKPOINT,
    /** As soon as all was read. The scan reads each bucket where its changes will be read. */
    WHEN_READ
}
